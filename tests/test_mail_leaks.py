"""Nothing internal leaves with an agent's answer, however it got there; what may leave is not stopped."""

import io
import zipfile
from dataclasses import replace
from email.message import EmailMessage
from urllib.parse import quote as percent

import pytest

from mail.agent_html import write_html
from mail.agent_reply import File, Reply
from mail.leaks import MOST, Held, find_leaks, without_notice
from mail.marker import END, MARKER
from tests.agent_clients import CONTEXT, NOTE, ON, OTHER, OURS, SAID, TOKEN, held, noted, notice_of, quote

NOTICE = notice_of()
HELD = held(NOTICE)
SEEN = (*SAID.split("\n"), "yours.")  # the last is a courtesy, too


def leaks_of(text: str, html: str | None = None, *files: File, against: Held = HELD) -> tuple[str, ...]:
    return tuple(map(str, find_leaks(Reply(text, html or write_html(text), files), against)))


def lines_of_notice() -> list[str]:
    known = {line.strip() for line in SEEN}
    return [line for line in NOTICE.text.split("\n") if line.strip() and line.strip() not in known]


@pytest.mark.parametrize("line", lines_of_notice())
def test_no_line_of_a_notice_leaves_but_those_that_the_customer_wrote(line: str) -> None:
    assert leaks_of(f"Hello Anna,\n\n{line}\n\nplease wait.")


@pytest.mark.parametrize("line", [line for line in SAID.split("\n") if line])
def test_every_line_that_the_customer_wrote_may_leave_quoted_or_not(line: str) -> None:
    assert leaks_of(f"Hello Anna,\n\n> {line}\nYes.\n\n{line}") == ()


@pytest.mark.parametrize("line", [*NOTE.split("\n"), *OTHER.split("\n")])
def test_no_line_of_a_note_or_of_the_other_requester_leaves_though_no_notice_bears_it(line: str) -> None:
    assert leaks_of(f"Hello Anna,\n\n{line}\n\nplease wait.")


GENUINE = [
    "Hello Anna,\n\nplease install version 7.2, it ends the fault. Your plan is Gold, so it is free.\n\nBest regards",
    "Thank you!",
    "Hello,\n\nwe look into it and write to you again tomorrow.\n\nBest regards,\nAlice Agent\nExample Support",
    "Hallo Anna Müller,\n\nvielen Dank für Ihre Nachricht.\n\nMit freundlichen Grüßen\nAlice",
    "We track it in https://tracker.example.com/canaryreference1 and tell you when it is done.",
    "Please write to support@example.com with [#4711] in the subject.",
    "> 1. Is it down?\nNo.\n\n> 2. When is it back?\nIt is back now.",
    ">I tried it with two browsers, on my laptop and on the phone, and it was the\n>same with both of them\nHow?",
    "You wrote that it was the same with both of them, on my laptop and on the phone. Is that so?",
    "1.\n2.\n---\n***\n:-)",
    "Ticket 4711 is done.",
    "I cannot say when. What you see is what we see, and what we know you know.",
]


@pytest.mark.parametrize("text", GENUINE)
def test_what_an_agent_writes_leaves_though_it_says_words_of_the_notice(text: str) -> None:
    assert leaks_of(text) == ()


def test_a_greeting_that_a_note_bears_too_does_not_stop_an_answer() -> None:
    notice = noted("Hello Alice,\n\nhe is angry canarynote9.\n\nBest regards\nBob")
    against = replace(held(notice), shown=(*HELD.shown, "Bob"))
    assert leaks_of("Hello Alice,\n\nplease wait.\n\nBest regards\nBob", against=against) == ()
    assert leaks_of("Hello,\n\nhe is angry canarynote9.", against=against)


def test_a_quoted_line_that_nobody_said_in_public_does_not_leave() -> None:
    [leak] = leaks_of("> The boss says no.\nSo no.", "<p>So no.</p>")
    assert "stands in no public message" in leak
    assert "The boss says no." in leak


def test_words_of_ours_amid_the_agents_own_do_not_leave_when_they_are_many() -> None:
    assert leaks_of("He knows, for do not tell him that we know since canarynote2 that the fault is ours, indeed.")


def test_a_note_is_found_again_joined_wrapped_in_capitals_with_other_spaces_and_quotes() -> None:
    shapes = [
        NOTE.replace("\n", " "),
        "\n".join(NOTE[at : at + 31] for at in range(0, len(NOTE), 31)),
        NOTE.upper(),
        NOTE.replace(" ", "\N{NO-BREAK SPACE}"),
        NOTE.replace("a", "a\u200b"),
        NOTE.replace("e", "&#101;"),
        quote(NOTE, ">>> "),
        quote(NOTE, "BB> "),
        quote(NOTE, "| "),
        quote(NOTE, "\t* "),
    ]
    assert [shape for shape in shapes if not leaks_of(f"Hello\n{shape}\nBye")] == []


LINK = "see https://wiki.example.com/a canarylink1 for what he owes"


@pytest.mark.parametrize(
    "link",
    [
        "https://eur01.safelinks.protection.outlook.com/?url="
        + percent("https://wiki.example.com/a", "")
        + "&data=05%7C",
        "https://urldefense.com/v3/__https://wiki.example.com/a__;!!x$",
        "<https://wiki.example.com/a>",
        "https://protect.example.net/s/2f9a",
    ],
)
def test_a_line_is_known_again_though_its_link_was_written_anew(link: str) -> None:
    against = replace(HELD, private=(LINK,))
    assert leaks_of(LINK.replace("https://wiki.example.com/a", link), against=against)


def test_a_token_does_not_leave_in_any_spelling() -> None:
    local = TOKEN.strip("<>")
    spelt = [
        local,
        local.upper(),
        percent(TOKEN, ""),
        percent(percent(TOKEN, "")),
        f"cid:{local}",
        local.replace("-", "-\n"),
    ]
    assert [one for one in spelt if not leaks_of(f"See {one} there")] == []


def test_a_token_does_not_leave_in_a_link_or_a_hidden_word_of_the_html() -> None:
    link = "mailto:support@example.com?in-reply-to=" + percent(TOKEN, "")
    assert leaks_of("Click here", f'<p>Click <a href="{link}">here</a></p>')
    assert leaks_of("Click here", f'<p>Click here<span style="display:none">{TOKEN[1:-1]}</span></p>')


@pytest.mark.parametrize(
    "line", [MARKER, END, f"> {MARKER}", MARKER.replace(" ", "\xa0"), "helpdeskd: write\nabove this line"]
)
def test_our_marker_does_not_leave_even_where_no_notice_is_known(line: str) -> None:
    assert leaks_of(f"Hello\n{line}\nBye", against=Held())


def attached(data: bytes, name: str, kind: str) -> tuple[str, ...]:
    return leaks_of("See the file.", None, File(name, kind, data))


def mail_with(data: bytes, name: str = "notice.eml") -> bytes:
    mail = EmailMessage()
    mail["Subject"] = "Look"
    mail.set_content("See it.")
    mail.add_attachment(data, "application", "octet-stream", filename=name)
    return mail.as_bytes()


def zipped(data: bytes, name: str = "a/notice.eml") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("first.txt", "nothing")
        archive.writestr(name, data)
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "kind", "data"),
    [
        ("notice.eml", "message/rfc822", NOTICE.raw),
        ("notice", "application/octet-stream", NOTICE.raw),
        ("passed on.eml", "message/rfc822", mail_with(NOTICE.raw)),
        ("all.zip", "application/zip", zipped(NOTICE.raw)),
        ("twice.zip", "application/zip", zipped(zipped(NOTICE.raw), "in.zip")),
        ("report.docx", "application/octet-stream", zipped(f"<w:t>{NOTE}</w:t>".encode(), "word/document.xml")),
        ("page.html", "text/html", NOTICE.html.encode()),
        ("page.html", "application/octet-stream", NOTICE.html.encode()),
        ("text.txt", "text/plain", NOTICE.text.encode("utf-16")),
        ("note.txt", "text/plain", NOTE.encode()),
        ("notice.msg", "application/vnd.ms-outlook", b"\xd0\xcf\x11\xe0" + TOKEN.encode("utf-16-le") + bytes(9)),
        ("picture.png", "image/png", b"\x89PNG" + MARKER.encode()),
        (f"{TOKEN[1:-1]}.txt", "text/plain", b"x"),
        ("sent.eml", "message/rfc822", f"Message-ID: {OURS.message_id('example.com')}\r\n\r\nx".encode()),
    ],
)
def test_no_file_takes_a_notice_a_note_or_a_mail_of_ours_out(name: str, kind: str, data: bytes) -> None:
    found = attached(data, name, kind)
    assert found
    assert all(leak.startswith(f"the attachment {name} holds ") for leak in found)


@pytest.mark.parametrize(
    ("name", "kind", "data"),
    [
        ("app.log", "text/plain", b"10:00 version: 7.2\nplan: Gold\n> quoted by a program\n" * 100),
        ("config.yaml", "text/plain", b"plan: Gold\nversion: 7.2\n"),
        ("fix.patch", "text/x-diff", b"--- a\n+++ b\n> nothing\n"),
        ("said.txt", "text/plain", SAID.encode()),
        ("broken.zip", "application/zip", b"PK\x03\x04" + bytes(range(200))),
        ("theirs.eml", "message/rfc822", b"From: anna@customer.example\r\nSubject: Log in\r\n\r\n" + SAID.encode()),
        ("picture.png", "image/png", b"\x89PNG" + bytes(range(256))),
        ("empty", "application/octet-stream", b""),
    ],
)
def test_files_of_the_agents_own_leave(name: str, kind: str, data: bytes) -> None:
    assert attached(data, name, kind) == ()


def test_an_archive_that_unpacks_to_far_more_than_is_read_does_no_harm() -> None:
    assert attached(zipped(bytes(100 * 1024 * 1024), "zeros.bin"), "bomb.zip", "application/zip") == ()


def test_as_many_leaks_are_told_as_an_agent_reads() -> None:
    assert len(leaks_of(NOTICE.text)) == MOST


def test_a_quoted_notice_is_cut_down_to_the_customers_words() -> None:
    answered = (
        quote(NOTICE.text)
        .replace("> 1. Is it down?", "> 1. Is it down?\nNo.")
        .replace("> 2. When is it back?", "> 2. When is it back?\nNow.")
    )
    text = without_notice(f"{ON}\n{answered}", HELD)
    assert text.startswith("> Hello,")
    assert "> 1. Is it down?\nNo.\n> 2. When is it back?\nNow.\n" in text
    assert text.rstrip("\n> ").endswith("Anna Müller")
    assert leaks_of(text) == ()


def test_nothing_is_cut_where_no_marker_stands() -> None:
    text = f"> {CONTEXT.facts[0]}\nYes.\n> And this?"
    assert without_notice(text, HELD) == text


def test_an_answer_to_a_line_of_ours_is_never_sent_without_that_line() -> None:
    text = without_notice(f"> {CONTEXT.facts[1]}\nAsk her.\n\n{quote(NOTICE.text)}", HELD)
    assert text.startswith(f"> {CONTEXT.facts[1]}\nAsk her.\n")
    assert leaks_of(text)


@pytest.mark.parametrize(
    "piece", ["> ", ">\n", "a", " ", "&amp;", "%25", "<a", "http://", "hd-n1-", "AA> ", "thanks\n", "\ufdfa"]
)
def test_a_text_made_to_take_long_is_looked_at_to_its_end(piece: str) -> None:
    text = piece * (50_000 // len(piece))
    assert leaks_of(f"{text}\n{CONTEXT.facts[1]}", "<p>Hi</p>", against=replace(HELD, private=(text,)))
