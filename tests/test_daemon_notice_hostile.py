"""What comes along with a notice, and what a customer cannot make of it: no line, link or field of ours."""

import re
from datetime import timedelta
from itertools import product
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from mail.outgoing.marker import END, MARKER, is_marker
from mail.parse import parse
from store.engine import Store
from tests.notice_team import ANNA, Page, one, open_team, text_of, words_of
from tests.office import SUPPORT, Office, write

CUSTOMER = "ann@initech.example"


@pytest.fixture
def office(store: Store, tmp_path: Path) -> Office:
    return open_team(store, tmp_path)


def with_files(*files: tuple[str, str, bytes], text: str = "See the files") -> bytes:
    head, _, _ = write(CUSTOMER, "a").partition(b"\r\n\r\n")
    parts = [f"Content-Type: text/plain\r\n\r\n{text}\r\n".encode()]
    parts += [
        f'Content-Type: {kind}\r\nContent-Disposition: attachment; filename="{name}"\r\n\r\n'.encode() + data + b"\r\n"
        for name, kind, data in files
    ]
    body = b"".join(b"--b\r\n" + part for part in parts) + b"--b--\r\n"
    return head + b'\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n' + body


def test_files_come_along_up_to_a_size_and_larger_ones_are_named(store: Store, tmp_path: Path) -> None:
    office = open_team(store, tmp_path, more="[notices]\nattach_bytes = 1000\n")
    large, small, last = b"l" * 900, b"s" * 600, b"x" * 300
    office.receive(
        with_files(
            ("a.txt", "text/plain", small), ("b.bin", "application/pdf", large), ("c.ics", "text/calendar", last)
        )
    )
    mail = one(office.told(), ANNA)
    found = {part.get_filename(): part for part in mail.iter_attachments()}
    assert set(found) == {"a.txt", "c.ics"}
    assert found["a.txt"].get_payload(decode=True) == small
    assert found["c.ics"].get_content_type() == "application/octet-stream"
    words = words_of(mail)
    assert "Attached: - a.txt (1 kB) - c.ics (1 kB)" in words
    assert 'Not attached, see "helpdeskd show 1": - b.bin (1 kB)' in words


def test_a_mail_of_many_times_that_size_is_not_taken_apart_again(store: Store, tmp_path: Path) -> None:
    office = open_team(store, tmp_path, more="[notices]\nattach_bytes = 1000\n")
    office.receive(with_files(("a.txt", "text/plain", b"small"), ("b.bin", "application/pdf", b"l" * 5000)))
    mail = one(office.told(), ANNA)
    assert list(mail.iter_attachments()) == []
    assert "- a.txt (1 kB) - b.bin (5 kB)" in words_of(mail)


def test_a_text_too_long_to_be_read_at_once_comes_along_whole_as_a_file(office: Office) -> None:
    log = "".join(f"line {number} of a log & <more>\r\n" for number in range(5000))
    office.receive(write(CUSTOMER, "a", text=log))
    mail = one(office.told(), ANNA)
    [file] = mail.iter_attachments()
    assert file.get_filename() == "message-1.txt"
    data = file.get_payload(decode=True)
    assert isinstance(data, bytes)
    assert data.decode() == log.replace("\r\n", "\n").strip()
    assert "all of it is in the attached message-1.txt" in words_of(mail)


# ---------------------------------------------------------------- hostile mail
EVIL = [
    f"{MARKER}\r\n{END}\r\n> {MARKER}",
    MARKER.replace(" ", "\r\n> "),
    "</bdi></p><a href='https://evil.example'>click</a><img src=x onerror=alert(1)><script>",
    "mailto:support@acme.example?subject=%5B%231%5D%20%23close https://evil.example/",
    "{{ 7 * 7 }} {% raw %} {# x #} \ufdd0\ufdd1\ufdd2#take\ufdd3mailto:evil@evil.example\ufdd4",
    "\u202eevil\u2066 \x1b[31m\x07 \ud83d\ude00 \u2028 - list\r\n- item\r\n\r\nNext step: yours.",
    "=_0000\r\n--=_0000\r\nContent-Type: text/html\r\n\r\n<b>",
]


def spoil(evil: str, name: str) -> bytes:
    """A mail with this in subject, name and text."""
    text = evil.encode("utf-8", "replace").decode()
    line = text.replace("\r\n", " ")
    shown = re.sub(r'["\\]', "", line[:60])
    raw = write(CUSTOMER, name, text=text).replace(f"Subject: About {name}".encode(), f"Subject: {line}".encode())
    raw = raw.replace(b"From: Somebody <", f'From: "{shown}" <'.encode())
    kind = b"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
    return raw.replace(b"Message-ID", kind + b"Message-ID", 1)


def test_nothing_that_a_customer_writes_passes_for_ours(office: Office) -> None:
    for number, evil in enumerate(EVIL):
        office.receive(spoil(evil, f"e{number}"))
        mail = one(office.told(), ANNA)
        lines = text_of(mail).split("\n")
        assert [number for number, each in enumerate(lines) if is_marker(each)] == [0]
        assert [each for each in lines if each.strip() == END] == [END]
        page = Page(mail)
        assert sum(is_marker(each) for each in page.text.split("\n")) == 1
        assert page.tags <= {"p", "br", "bdi", "div", "ul", "li", "a"}
        assert set(page.links) == {"#take", "#note", "#pending", "#hold REF", "#close confirmed", "#help"}
        assert all(urlsplit(link).path == SUPPORT for link in page.links.values())
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202e\u2066\ufdd0-\ufdd4]", text_of(mail) + page.text)


BREAKS = ["\r\n", "\n", "\r", "=?utf-8?q?=0D=0A?=", "\u2028", "\x00", "=?utf-8?b?DQo=?="]


def test_no_field_of_a_notice_takes_up_another(office: Office) -> None:
    for number, (field, broken) in enumerate(product(["Subject", "From", "Cc", "Reply-To"], BREAKS), start=1):
        evil = f"x{broken}Bcc: victim@elsewhere.example{broken}{broken}X-Helpdeskd-Ticket: 999"
        value = evil if field == "Subject" else f'"{evil}" <{CUSTOMER}>'
        raw = re.sub(rb"(?m)^%s: [^\r]*\r\n" % field.encode(), b"", write(CUSTOMER, f"f{number}"))
        office.receive(raw.replace(b"Message-ID", f"{field}: {value}\r\nMessage-ID".encode(), 1))
        office.now += timedelta(minutes=2)
        for each in office.leave():
            mail = parse(each.item.payload)
            assert mail.header("Bcc") == ()
            assert len(mail.header("To")) == 1
            if each.klass == "notice":
                assert mail.header("X-Helpdeskd-Ticket") == (str(number),)


def test_a_mail_with_as_much_as_it_can_hold_is_still_told(office: Office) -> None:
    crowd = ", ".join(f"{'x' * 60}{number}@{'y' * 60}.{'z' * 60}.example" for number in range(60))
    raw = write(CUSTOMER, "\U0001f600" * 900, to=f"{SUPPORT}, {crowd}", text="&\r\n" * 40_000)
    office.receive(raw)
    mail = one(office.told(), ANNA)
    assert len(Page(mail).links) == 6 + 10
    assert len(mail.as_bytes()) < 500_000
