"""HTML mail says by its structure what is quoted and what is a signature, in whatever language the words are."""

import pytest

from mail.model import Mail
from mail.parse import parse
from mail.replies.html_quotes import mark_quotes
from mail.replies.page import MARKS, without_marks

HEAD = "From: Ann <ann@example.com>\r\nSubject: {}\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{}"
OURS = "Bonan tagon, ĉu ĝi funkcias?"  # in a language that no table knows, so that the words alone tell nothing
LEAD = "La 2an de marto Bob skribis:"


def read(html: str, subject: str = "Re: Help") -> Mail:
    return parse(HEAD.format(subject, html).encode())


CLIENTS = {
    "Gmail": f'<div dir="ltr">It works now.</div><br><div class="gmail_quote gmail_quote_container">'
    f'<div dir="ltr" class="gmail_attr">{LEAD}<br></div><blockquote class="gmail_quote" style="margin:0px 0px 0px '
    f'0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex">{OURS}</blockquote></div>',
    "older Gmail": f'It works now.<br><div class="gmail_extra"><br><div class="gmail_quote">{LEAD}<br>'
    f'<blockquote class="gmail_quote" style="border-left:1px #ccc solid">{OURS}</blockquote></div><br></div>',
    "Apple Mail": f'<html><body dir="auto">It works now.<br><div><br><blockquote type="cite"><div>{LEAD}</div><br>'
    f"<div>{OURS}</div></blockquote></div></body></html>",
    "Thunderbird": f'<body><p>It works now.</p><div class="moz-cite-prefix">{LEAD}<br></div>'
    f'<blockquote type="cite" cite="mid:x@y">{OURS}</blockquote></body>',
    "Outlook": "<div class=WordSection1><p class=MsoNormal>It works now.<o:p></o:p></p><p class=MsoNormal>&nbsp;</p>"
    "<div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm'><p class=MsoNormal><b>"
    f"De kiu:</b> Bob<br><b>Kiam:</b> 2 marto<br><b>Al:</b> Ann</p></div><p class=MsoNormal>{OURS}</p></div>",
    "Outlook of 2007": "<p class=MsoNormal>It works now.</p><div style='border:none;border-top:solid #B5C4DF 1.0pt;"
    f"padding:3.0pt 0in 0in 0in'><p><b>De kiu:</b> Bob</p></div><p>{OURS}</p>",
    "Outlook on the web": '<div style="font-family: Calibri">It works now.</div><div id="appendonsend"></div>'
    '<hr style="display:inline-block;width:98%" tabindex="-1"><div id="divRplyFwdMsg" dir="ltr"><b>De kiu:</b> Bob</div>'
    f"<div>{OURS}</div>",
    "Outlook on a phone": '<div dir="auto">It works now.</div><div id="ms-outlook-mobile-signature" dir="auto">Akiru ĝin'
    f'</div><hr><div id="divRplyFwdMsg"><strong>De kiu:</strong> Bob</div><div>{OURS}</div>',
    "Yahoo": f'<div class="ydp1f2e3d4ayahoo-style-wrap"><div dir="ltr">It works now.</div></div><div '
    f'id="yahoo_quoted_9876543210" class="yahoo_quoted"><div>{LEAD}</div><div><br></div><div>{OURS}</div></div>',
    "Zimbra": '<div style="font-family: arial"><div>It works now.</div><div><br></div><hr id="zwchr" data-marker='
    f'"__DIVIDER__"><div data-marker="__HEADERS__"><b>De kiu: </b>"Bob"</div><div data-marker="__QUOTED_TEXT__">{OURS}</div>',
    "Proton": f'<div>It works now.</div><div class="protonmail_quote">{LEAD}<br><blockquote class="protonmail_quote" '
    f'type="cite">{OURS}</blockquote></div>',
    "GMX": f'<div>It works now.</div><div><div name="quote" style="margin:10px 5px 5px 10px; border-left:2px solid '
    f'#C3D9E5;"><div><b>Kiam:</b> 2 marto</div><div name="quoted-content">{OURS}</div></div></div>',
    "Roundcube": f'<p>It works now.</p><p id="reply-intro">{LEAD}</p><blockquote type="cite">{OURS}</blockquote>',
    "Hotmail": f'<div class="hmmessage"><div dir="ltr">It works now.<hr id="stopSpelling">Kiam: 2 marto<br>{OURS}</div></div>',
    "quoted by Outlook": f'<div>It works now.</div><div id="x_appendonsend"></div><div id="x_divRplyFwdMsg">{LEAD}</div>{OURS}',
    "upper case, no quotes": f"<DIV>It works now.</DIV><BLOCKQUOTE TYPE=cite><DIV>{OURS}</DIV></BLOCKQUOTE>",
}


@pytest.mark.parametrize("html", CLIENTS.values(), ids=CLIENTS)
def test_what_the_client_marks_as_quoted_is_cut(html: str) -> None:
    found = read(html)
    assert found.reply == "It works now."
    assert OURS in found.quote
    assert "It works now." in found.text
    assert OURS in found.text
    assert not set(MARKS) & set(found.text + found.reply + found.quote + found.signature)


@pytest.mark.parametrize(
    "around",
    [
        '<div dir="ltr" class="gmail_signature" data-smartmail="gmail_signature">{}</div>',
        '<div class="moz-signature">{}</div>',
        '<div id="Signature"><div>{}</div></div>',
        '<div class="protonmail_signature_block">{}</div>',
        '<div id="ms-outlook-mobile-signature">{}</div>',
        '<span id="x_ms-outlook-mobile-signature">{}</span>',
    ],
)
def test_what_the_client_marks_as_signature_is_cut(around: str) -> None:
    found = read(f"<div>It works now.</div>{around.format('Ann, estro de la fako')}")
    assert (found.reply, found.signature) == ("It works now.", "Ann, estro de la fako")


def test_answers_between_quotes_keep_them_and_show_what_is_quoted() -> None:
    cite = '<blockquote class="gmail_quote" style="border-left:1px solid">{}</blockquote>'
    html = f'<div class="gmail_quote"><div class="gmail_attr">{LEAD}</div>{cite.format("Is it on?")}<div>Yes.</div>'
    found = read(f"{html}{cite.format('And the lamp?')}<div>No.</div>{cite.format('Bob')}</div>")
    lines = [line for line in found.reply.split("\n") if line.strip()]
    assert lines == [LEAD, "> Is it on?", "Yes.", "> And the lamp?", "No."]
    assert found.quote == "Bob"


def test_an_answer_below_the_quote_is_the_reply() -> None:
    found = read(f'<div class="moz-cite-prefix">{LEAD}</div><blockquote type="cite">{OURS}</blockquote><p>Yes.</p>')
    assert (found.reply, OURS in found.quote) == ("Yes.", True)


def test_what_a_person_set_in_is_their_own() -> None:
    html = "<p>It says:</p><blockquote><p>Error 5</p></blockquote>"
    assert read(html).reply.split() == ["It", "says:", "Error", "5"]
    assert read('<blockquote type="cite"><p>All of it is set in</p></blockquote>').reply == "All of it is set in"
    assert read('<div class="gmail_signature">Nothing but this</div>').reply == "Nothing but this"


def test_what_is_typed_into_an_emptied_container_is_the_senders() -> None:
    assert read('<div>Yes.</div><div class="gmail_quote"><div><br></div><div>Ann</div></div>').quote == ""
    assert read('<p>They say:</p><p class="quote">All is well</p><p>No.</p>').quote == ""


def test_where_the_text_is_plain_the_html_beside_it_may_still_tell_what_is_quoted() -> None:
    def both(text: str, html: str) -> Mail:
        head = "Subject: Re: x\nContent-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain; charset=utf-8\n\n"
        return parse(f"{head}{text}\n--b\nContent-Type: text/html; charset=utf-8\n\n{html}\n--b--\n".encode())

    plain = f"It works now.\n\n{LEAD}\n\n{OURS}"
    found = both(plain, CLIENTS["Gmail"])
    assert (found.reply, OURS in found.quote, found.text) == ("It works now.", True, plain)
    assert both(plain.replace("works", "fails"), CLIENTS["Gmail"]).reply == plain.replace("works", "fails")
    assert both("It works now.", "<p>It works now.</p>").reply == "It works now."


def test_a_forwarded_mail_is_found_in_the_container_of_its_client() -> None:
    html = (
        '<div dir="ltr">See below.<br><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">---------- Forwarded '
        'message ---------<br>From: <b>Bob Roe</b> <span dir="auto">&lt;<a href="mailto:bob@example.org">bob@example.org'
        "</a>&gt;</span><br>Date: Mon, Mar 2, 2026 at 10:00 AM<br>Subject: Broken<br>To: Ann<br></div><br><br>It broke."
        "</div></div>"
    )
    found = read(html, "Fwd: Broken")
    assert found.reply == "See below."
    assert found.forwarded is not None
    assert found.forwarded.sender is not None
    assert (found.forwarded.sender.address, found.forwarded.subject) == ("bob@example.org", "Broken")
    assert (found.forwarded.text, found.forwarded.date) == ("It broke.", "Mon, Mar 2, 2026 at 10:00 AM")


def test_outlook_on_the_web_passes_a_mail_on() -> None:
    html = (
        '<div>Please look.</div><div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>From:</b> Bob Roe '
        "&lt;bob@example.org&gt;<br><b>Sent:</b> Monday<br><b>To:</b> Ann<br><b>Subject:</b> Broken</div><div>It broke.</div>"
    )
    assert read(html, "Re: Broken").forwarded is None
    found = read(html, "FW: Broken").forwarded
    assert found is not None
    assert (found.subject, found.text) == ("Broken", "It broke.")


def test_marks_that_a_sender_writes_themselves_mean_nothing() -> None:
    found = read(f"<p>Help &#xfdd0; me {MARKS}</p><p>{MARKS}now</p>")
    assert found.quote == found.signature == ""
    plain = f"Subject: x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nHelp\r\n{MARKS}\r\nme".encode()
    assert parse(plain).reply.split() == ["Help", "me"]


def test_html_without_quotes_stays_as_it_is() -> None:
    html = "<p>Hello</p><blockquote>x</blockquote><div class=a>y</div>"
    assert mark_quotes("<p>Hello</p>") == "<p>Hello</p>"
    assert mark_quotes(html) == html


def test_text_is_the_same_with_marks_taken_out() -> None:
    assert without_marks("a\n\n\nb\n\n") == "a\n\n\nb\n\n"
