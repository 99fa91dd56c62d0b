"""Files beside our text: their bytes unchanged, their names harmless, and no type that a program acts on by itself."""

import email
import email.policy
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mail.compose import Parts, compose
from mail.model import Address
from mail.outgoing.body import enclose
from mail.parse import attachment_bytes, parse, parts_bytes

PLAIN = Parts(
    sender=Address("Acme Support", "support@acme.example"),
    to=Address("Alice", "alice@acme.example"),
    subject="[#42] Cannot log in",
    text="Hello\n",
    html="<p>Hello</p>",
    message_id="<hd-n42-20000-aaaaaaaa@helpdesk.example>",
    date=datetime(2026, 3, 1, 12, 0, tzinfo=UTC),
)


def read(payload: bytes) -> EmailMessage:
    found = email.message_from_bytes(payload, policy=email.policy.default)
    assert isinstance(found, EmailMessage)
    return found


@settings(deadline=None)
@given(st.binary(max_size=300), st.text(max_size=200))
def test_a_file_arrives_as_it_was_under_a_name_that_is_safe(data: bytes, name: str) -> None:
    payload = compose(
        replace(PLAIN, enclosures=(enclose(name, "image/png", data), enclose("b.txt", "text/plain", b"x")))
    )
    mail = read(payload)
    first, second = mail.iter_attachments()
    assert first.get_payload(decode=True) == data
    shown = first.get_filename()
    assert shown
    assert not set('/\\"\r\n') & set(shown)
    assert second.get_filename() == "b.txt"
    assert first.get_content_disposition() == "attachment"
    assert max(map(len, payload.split(b"\r\n"))) <= 998


def test_text_html_and_files_are_what_our_own_reader_finds() -> None:
    payload = compose(replace(PLAIN, enclosures=(enclose("Grüße.pdf", "application/pdf", b"%PDF"),)))
    mail = parse(payload)
    assert mail.text == "Hello"
    assert mail.html is not None
    [found] = mail.attachments
    assert (found.name, found.type, found.size) == ("Grüße.pdf", "application/pdf", 4)
    assert attachment_bytes(payload, found.part) == b"%PDF"
    assert parts_bytes(payload, {found.part, "9.9"}) == {found.part: b"%PDF"}


@pytest.mark.parametrize(
    "kind",
    [
        "text/calendar",
        "text/html",
        "message/rfc822",
        "message/disposition-notification",
        "multipart/mixed",
        "application/ics",
        "application/ms-tnef",
        "application/pkcs7-mime",
        'image/png"; name="x',
        "image/png\r\nBcc: x@y.example",
        "",
        "image/" + "x" * 1000,
    ],
)
def test_a_type_on_which_programs_act_or_that_is_none_is_not_kept(kind: str) -> None:
    [found] = read(compose(replace(PLAIN, enclosures=(enclose("a.bin", kind, b"x"),)))).iter_attachments()
    assert found.get_content_type() == "application/octet-stream"


@pytest.mark.parametrize("kind", ["IMAGE/PNG", "text/csv", "application/vnd.oasis.opendocument.text", "video/mp4"])
def test_a_harmless_type_is_kept(kind: str) -> None:
    [found] = read(compose(replace(PLAIN, enclosures=(enclose("a.bin", kind, b"x"),)))).iter_attachments()
    assert found.get_content_type() == kind.lower()


def test_what_we_send_of_our_own_accord_says_so_and_wants_to_hear_of_its_failure() -> None:
    told = read(compose(replace(PLAIN, automatic=True, submitted="auto-generated")))
    assert told["Auto-Submitted"] == "auto-generated"
    assert "NDR" not in told["X-Auto-Response-Suppress"].replace(" ", "").split(",")
