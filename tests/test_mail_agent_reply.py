"""What leaves of an agent's mail, and what the mail is like that a customer gets."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from mail.compose import compose
from mail.model import Address, Mail
from mail.outgoing.agent_reply import Reply, take
from mail.outgoing.reply_parts import Letter, sender_of, write
from mail.parse import parse
from templates.contexts import ReplyContext
from templates.letter import render_reply
from templates.render import Rendered, TemplateFault, Templates

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(64))
LOGO = b"\x89PNG\r\n\x1a\n" + bytes(64)
NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
SUPPORT = Address("Example Support", "support@example.com")
PARENT, ROOT, TOKEN = (
    "<p@customer.example>",
    "<r@customer.example>",
    "<hd-r7-20514-aaaaaaaa-" + "b" * 26 + "@example.com>",
)
HTML = """<html><body><p>#pending</p><p>Hello <b>Anna</b>, see <a href="https://docs.example/x">this page</a>:</p>
<img src="cid:shot@alice"><p>Does it help?</p><p>-- <br>Alice<br><img src="cid:logo@alice"></p>
<blockquote type="cite">=== helpdeskd: write above this line ===<br>New ticket</blockquote></body></html>"""
TEXT = "Hello Anna, see this page:\n\nDoes it help?"


def mail_of(text: str, *files: tuple[str, str, bytes, str | None], html: str | None = None) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Alice <alice@example.com>", "support@example.com", "Re: [#7] Login"
    mail["Bcc"], mail["X-Internal"] = "boss@example.com", "secret"
    mail.set_content(text)
    if html is not None:
        mail.add_alternative(html, subtype="html")
    for name, kind, data, cid in files:
        main, sub = kind.split("/")
        mail.add_attachment(data, main, sub, filename=name, cid=f"<{cid}>" if cid else None)
    return mail.as_bytes()


def taken(raw: bytes, text: str = TEXT, notice: Mail | None = None, more: str = "") -> Reply:
    return take(parse(raw), raw, text, notice, more)


def sent(reply: Reply, rendered: Rendered | None = None) -> tuple[bytes, EmailMessage]:
    text = rendered or Rendered("Re: Login [#7]", reply.text, f"<html><body>{reply.html}</body></html>", "en")
    letter = Letter(
        sender=sender_of("Alice", SUPPORT),
        to=Address("Anna", "anna@customer.example"),
        subject=text.subject,
        text=text.text,
        html=text.html,
        message_id=TOKEN,
        date=NOW,
        language=text.language,
        ticket=7,
        parent=PARENT,
        references=(ROOT,),
    )
    raw = compose(write(reply, letter))
    mail = message_from_bytes(raw, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    return raw, mail


def test_pictures_that_the_new_words_show_go_along_and_those_of_the_signature_do_not() -> None:
    files = (("shot.png", "image/png", PNG, "shot@alice"), ("logo.png", "image/png", LOGO, "logo@alice"))
    reply = taken(mail_of("x", *files, html=HTML))
    [shot] = reply.files
    assert (shot.name, shot.data) == ("shot.png", PNG)
    assert f'<img src="cid:{shot.cid}">' in reply.html
    assert "alice" not in str(shot.cid)
    assert reply.left_out == ("logo.png: it is a picture in what was cut off",)
    assert "Alice" not in reply.html
    assert "helpdeskd" not in reply.html
    assert "#pending" not in reply.html


def test_links_and_emphasis_of_the_new_words_are_kept() -> None:
    html = taken(mail_of("x", html=HTML)).html
    assert "Hello <b>Anna</b>" in html
    assert '<a href="https://docs.example/x">this page</a>' in html


def test_html_that_does_not_hold_the_text_word_for_word_is_written_anew_from_the_text() -> None:
    files = (("shot.png", "image/png", PNG, "shot@alice"),)
    reply = taken(mail_of("x", *files, html=HTML), "Hello Anna, see that page:")
    assert reply.html == "<p>Hello Anna, see that page:</p>"
    assert [(file.name, file.cid) for file in reply.files] == [("shot.png", None)]


def test_files_are_kept_but_not_those_of_the_notice_nor_what_only_programs_read() -> None:
    report, theirs = ("report.pdf", "application/pdf", b"%PDF-1.4 new", None), ("a.txt", "text/plain", b"log", None)
    programs = (
        ("smime.p7s", "application/pkcs7-signature", b"sig", None),
        ("signature.asc", "application/pgp-signature", b"sig", None),
        ("winmail.dat", "application/octet-stream", b"tnef", None),
    )
    notice = parse(mail_of("notice", theirs))
    reply = taken(mail_of("x", report, theirs, *programs), "See it.", notice)
    assert [(file.name, file.type, file.data) for file in reply.files] == [report[:3]]
    assert reply.left_out == ("a.txt: it came with our notice",)


def test_a_prepared_answer_stands_below_the_agents_words_in_both_formats() -> None:
    reply = taken(mail_of("x", html=HTML), more="Restart <it>.\n\nThen wait.")
    assert reply.text == f"{TEXT}\n\nRestart <it>.\n\nThen wait."
    assert reply.html.endswith("<p>Restart &lt;it&gt;.</p>\n<p>Then wait.</p>")


def test_the_mail_is_the_support_addresses_own_and_bears_nothing_of_the_agents_header() -> None:
    raw, mail = sent(taken(mail_of("x", html=HTML)))
    assert mail["From"] == "Alice <support@example.com>"
    assert mail["To"] == "Anna <anna@customer.example>"
    assert mail["In-Reply-To"] == PARENT
    assert mail["References"].split() == [ROOT, PARENT, TOKEN]
    assert mail["Message-ID"] == TOKEN
    assert "Auto-Submitted" not in mail
    for secret in (b"alice@example.com", b"boss@", b"X-Internal", b"Bcc"):
        assert secret not in raw


def test_a_picture_is_related_to_the_html_and_a_file_lies_beside_both() -> None:
    files = (("shot.png", "image/png", PNG, "shot@alice"), ("r.pdf", "application/pdf", b"%PDF", None))
    _, mail = sent(taken(mail_of("x", *files, html=HTML)))
    assert mail.get_content_type() == "multipart/mixed"
    letter, pdf = mail.iter_parts()
    assert pdf.get_filename() == "r.pdf"
    plain, related = letter.iter_parts()
    assert plain.get_content_type() == "text/plain"
    assert (related.get_content_type(), related.get_param("type")) == ("multipart/related", "text/html")
    page, picture = related.iter_parts()
    assert picture.get_payload(decode=True) == PNG
    assert picture.get_content_disposition() == "inline"
    assert f"cid:{str(picture['Content-ID']).strip('<>')}" in page.get_content()


def test_our_own_reader_finds_text_picture_and_file_again() -> None:
    files = (("shot.png", "image/png", PNG, "shot@alice"), ("r.pdf", "application/pdf", b"%PDF", None))
    raw, _ = sent(taken(mail_of("x", *files, html=HTML)))
    mail = parse(raw)
    assert mail.text.strip() == TEXT
    assert [(one.name, one.inline) for one in mail.attachments] == [("shot.png", True), ("r.pdf", False)]
    assert mail.defects == ()


def context(text: str, following: str = "theirs", agent: str = "Alice") -> ReplyContext:
    return ReplyContext("Example Support", "support@example.com", 7, "RE: Login", agent, following, text)


def test_the_template_puts_its_signature_below_words_that_it_never_reads() -> None:
    text = "Hello Anna,\n\n\n  {{ 7 * 7 }}  columns   stay\n" + "a long line " * 30 + "\n\ufdd0<b>&amp;\ufdd1"
    rendered = render_reply(Templates(None), context(text), "<p>Hello &amp; <b>x</b></p>", language="en", mailbox="m")
    assert rendered.subject == "Re: Login [#7]"
    assert rendered.text.startswith(text.replace("\ufdd0", "").replace("\ufdd1", ""))
    assert rendered.text.rstrip().endswith("just answer this mail. Your number is #7.")
    assert "Kind regards\nAlice\nExample Support\n" in rendered.text
    assert "<div><p>Hello &amp; <b>x</b></p></div>" in rendered.html
    assert "Hello Anna" not in rendered.html


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_mail_says_who_owns_the_next_step(language: str) -> None:
    texts = {
        following: render_reply(Templates(None), context("x", following), "x", language=language, mailbox="m").text
        for following in ("theirs", "ours", "none")
    }
    assert len(set(texts.values())) == 3
    assert all("#7" in text for text in texts.values())


def test_an_agent_without_a_name_signs_as_the_helpdesk() -> None:
    text = render_reply(Templates(None), context("x", agent=""), "x", language="en", mailbox="m").text
    assert "Kind regards\nExample Support\n\nThe next step" in text
    assert sender_of("", SUPPORT) == SUPPORT


def test_a_template_of_the_admins_may_put_the_words_anywhere_but_must_say_them(tmp_path: Path) -> None:
    file = tmp_path / "reply.en.txt"
    file.write_text("{% block subject %}S{% endblock %}{% block body %}Said: {{ text }}{% endblock %}")
    rendered = render_reply(Templates(tmp_path), context("words"), "<i>words</i>", language="en", mailbox="m")
    assert rendered.text == "Said: words\n"
    assert "<i>words</i>" in rendered.html
    file.write_text("{% block subject %}S{% endblock %}{% block body %}Nothing{% endblock %}")
    with pytest.raises(TemplateFault):
        render_reply(Templates(tmp_path), context("words"), "x", language="en", mailbox="m")


def test_the_same_picture_twice_is_sent_once() -> None:
    files = (("a.png", "image/png", PNG, "shot@alice"), ("a.png", "image/png", PNG, "shot@alice"))
    assert len(taken(mail_of("x", *files, html=HTML)).files) == 1
