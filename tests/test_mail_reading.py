"""Mail read: what a person wrote is shown, what lies beside it is attached, nothing is lost and nothing raises."""

import base64
from hashlib import sha256

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mail.model import Mail
from mail.parse import attachment_bytes, parse, read_headers_only

HEAD = b"From: Ann <ann@example.com>\r\nTo: support@acme.test\r\nSubject: Hello\r\nMIME-Version: 1.0\r\n"


def single(body: bytes, kind: str = "text/plain; charset=utf-8", encoding: str = "8bit") -> Mail:
    return parse(
        HEAD + f"Content-Type: {kind}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n".encode() + body,
    )


def multipart(subtype: str, *parts: bytes) -> bytes:
    middle = b"".join(b"--b0\r\n" + part + b"\r\n" for part in parts)
    return HEAD + f'Content-Type: multipart/{subtype}; boundary="b0"\r\n\r\n'.encode() + middle + b"--b0--\r\n"


def leaf(kind: str, body: bytes, *more: str) -> bytes:
    return "\r\n".join([f"Content-Type: {kind}", *more]).encode() + b"\r\n\r\n" + body


# ---------------------------------------------------------------- text
def test_the_plain_one_of_alternatives_is_the_text_and_the_html_is_kept_as_sent() -> None:
    mail = parse(multipart("alternative", leaf("text/plain", b"plain"), leaf("text/html", b"<p>rich</p>")))
    assert (mail.text, mail.html, mail.attachments) == ("plain", "<p>rich</p>", ())


def test_html_stands_in_where_the_plain_alternative_is_empty() -> None:
    mail = parse(multipart("alternative", leaf("text/plain", b"  "), leaf("text/html", b"<p>rich &amp; full</p>")))
    assert mail.text == "rich & full"


def test_html_beside_plain_text_that_is_no_alternative_is_shown_too() -> None:
    mail = parse(multipart("mixed", leaf("text/plain", b"one"), leaf("text/html", b"<b>two</b>")))
    assert mail.text.split() == ["one", "two"]


@pytest.mark.parametrize("levels", [100, 260, 1000, 20_000])
def test_no_words_hide_in_deep_html(levels: int) -> None:
    html = "<p>before</p>" + "<x>" * levels + "secret" + "</x>" * levels + "<p>after</p>"
    assert {"before", "secret", "after"} <= set(
        single(html.encode(), "text/html").text.replace("secretafter", "secret after").split()
    )


def test_scripts_and_styles_are_no_text() -> None:
    assert single(b"<style>p{}</style><script>alert(1)</script><p>words</p>", "text/html").text == "words"


@pytest.mark.parametrize(
    ("declared", "body", "shown"),
    [
        ("iso-8859-1", b"\x93curly\x94 \x80", "“curly” €"),
        ("utf-8", "Grüße".encode(), "Grüße"),
        ("utf-8", b"Gr\xfc\xdfe", "Grüße"),
        ("us-ascii", "Grüße".encode(), "Grüße"),
        ("x-unknown", b"Gr\xfc\xdfe", "Grüße"),
        ("utf-7", b"Gr+APwA3w-e", "Grüße"),
        ("gb2312", "中文".encode("gbk"), "中文"),
        ("iso-2022-jp", "日本".encode("iso-2022-jp"), "日本"),
        ("rot13", b"uryyb", "uryyb"),
        ("utf-8", b"nul\0byte", "nulbyte"),
    ],
)
def test_text_is_read_as_declared_else_as_utf8_else_as_windows_1252(declared: str, body: bytes, shown: str) -> None:
    assert single(body, f"text/plain; charset={declared}").text == shown


def test_an_unknown_charset_is_told() -> None:
    assert single(b"\xfc", "text/plain; charset=x-unknown").defects == ("charset 'x-unknown' read as windows-1252",)


def test_broken_base64_gives_what_can_be_read_and_a_defect() -> None:
    mail = single(b"SGVsbG8g!!d29ybGQ", encoding="base64")
    assert (mail.text, mail.defects) == ("Hello world", ("part 1: damaged base64",))


def test_base64_goes_on_behind_padding() -> None:
    body = base64.b64encode(b"first") + b"\r\n" + base64.b64encode(b" second")
    assert single(body, encoding="base64").text == "first second"


def test_a_multipart_without_its_boundary_is_shown_as_text() -> None:
    assert "can be read" in parse(HEAD + b"Content-Type: multipart/mixed\r\n\r\nThis can be read\r\n").text


def test_the_mail_declares_its_language() -> None:
    assert parse(b"Content-Language: de-AT, en\r\n\r\nServus").language == "de-at"


# ---------------------------------------------------------------- attachments
def test_attachments_are_views_whose_bytes_can_be_had() -> None:
    data = bytes(range(256)) * 9
    raw = multipart(
        "mixed",
        leaf("text/html", b'see <img src="cid:x@y">'),
        leaf(
            "image/png",
            base64.encodebytes(data).replace(b"\n", b"\r\n"),
            "Content-Transfer-Encoding: base64",
            'Content-Disposition: inline; filename="shot.png"',
            "Content-ID: <x@y>",
        ),
    )
    (one,) = parse(raw).attachments
    assert (one.part, one.name, one.type, one.size, one.inline, one.cid) == (
        "2",
        "shot.png",
        "image/png",
        len(data),
        True,
        "x@y",
    )
    assert one.sha256 == sha256(data).hexdigest()
    assert attachment_bytes(raw, one.part) == data
    with pytest.raises(LookupError):
        attachment_bytes(raw, "7")


def test_an_attached_mail_is_an_attachment_and_does_not_speak_with_its_senders_voice() -> None:
    inner = b"From: eve@evil.test\r\nSubject: Inner / words\r\n\r\ninner words\r\n"
    raw = multipart(
        "mixed", leaf("text/plain", b"please see " + b"what they wrote " * 20), leaf("message/rfc822", inner)
    )
    mail = parse(raw)
    assert "inner" not in mail.text
    assert [(one.type, one.name) for one in mail.attachments] == [("message/rfc822", "Inner - words.eml")]
    assert attachment_bytes(raw, "2").replace(b"\r\n", b"\n").rstrip() == inner.replace(b"\r\n", b"\n").rstrip()


def test_an_attached_mail_with_hardly_a_word_beside_it_is_forwarded() -> None:
    inner = (
        b"From: Bob <bob@example.org>\r\nSubject: Broken\r\nDate: Mon, 2 Mar 2026 10:00:00 +0000\r\n\r\nIt broke.\r\n"
    )
    found = parse(multipart("mixed", leaf("text/plain", b"FYI"), leaf("message/rfc822", inner))).forwarded
    assert found is not None
    assert found.sender is not None
    assert (found.sender.address, found.subject, found.text) == ("bob@example.org", "Broken", "It broke.")


@pytest.mark.parametrize("kind", ["text/vcard", "text/csv", "text/x-python", "application/octet-stream"])
def test_what_is_no_text_of_the_sender_is_attached(kind: str) -> None:
    mail = parse(multipart("mixed", leaf("text/plain", b"hi"), leaf(kind, b"content")))
    assert [one.type for one in mail.attachments] == [kind]
    assert mail.text == "hi"


@pytest.mark.parametrize(
    ("written", "safe"),
    [
        ('filename="../../etc/passwd"', "passwd"),
        ('filename="C:\\\\boot\\\\autoexec.bat"', "autoexec.bat"),
        ("filename*=UTF-8''%e2%80%aegpj.exe", "gpj.exe"),
        ('filename="=?utf-8?q?=C3=BCber.txt?="', "über.txt"),
        ('filename*0="long "; filename*1=name.txt', "long name.txt"),
        ('filename="con.txt"', "_con.txt"),
        ('filename="..."', "part-1.bin"),
        ('filename="a\x01b\tc.txt"', "ab c.txt"),
        (f'filename="{"x" * 300}.pdf"', "x" * 146 + ".pdf"),
        ("filename=" + "ü" * 9 + ".txt", "ü" * 9 + ".txt"),
    ],
)
def test_names_of_attachments_are_safe_for_any_file_system(written: str, safe: str) -> None:
    raw = multipart("mixed", leaf("application/octet-stream", b"x", f"Content-Disposition: attachment; {written}"))
    assert parse(raw).attachments[0].name == safe


def test_named_text_is_attached_and_shown_where_it_is_all_there_is() -> None:
    beside = parse(multipart("mixed", leaf("text/plain", b"hi"), leaf('text/plain; name="log.txt"', b"log")))
    assert (beside.text, [one.name for one in beside.attachments]) == ("hi", ["log.txt"])
    alone = single(b"all there is", 'text/plain; name="log.txt"')
    assert (alone.text, [one.name for one in alone.attachments]) == ("all there is", ["log.txt"])


# ---------------------------------------------------------------- copies
def test_two_copies_of_one_mail_share_their_fingerprint_whatever_way_they_came() -> None:
    raw = HEAD + b"Message-ID: <1@x>\r\n\r\nbody\r\nlines\r\n"
    other = (
        b"Received: from a by b\r\nDelivered-To: hi@acme.test\r\nX-Spam: no\r\n" + raw.replace(b"\r\n", b"\n") + b"\n"
    )
    folded = raw.replace(b"Ann <ann", b"Ann\r\n <ann")
    assert parse(raw).fingerprint == parse(other).fingerprint == parse(folded).fingerprint
    assert parse(raw).fingerprint != parse(raw.replace(b"lines", b"other")).fingerprint


def test_of_an_unreadable_mail_the_header_is_told() -> None:
    mail = read_headers_only(HEAD + b"\r\nbody", "it broke its reader")
    assert (mail.subject, mail.error, mail.text) == ("Hello", "it broke its reader", "")


# ---------------------------------------------------------------- laws
PIECES = st.sampled_from(
    [
        b"From: a@b.c\n",
        b"Content-Type: multipart/mixed; boundary=x\n",
        b"Content-Type: message/rfc822\n",
        b"\n",
        b"--x\n",
        b"--x--\n",
        b"Content-Transfer-Encoding: base64\n",
        b"Content-Transfer-Encoding: x-uuencode\n",
        b"begin 644 a\n",
        b"=?utf-8?b?",
        b"?=",
        b'"',
        b"(",
        b"<",
        b">",
        b"@",
        b",",
        b";",
        b":",
        b"\r",
        b"\0",
        b"\xff\xfe",
        b" ",
        b"\t",
        b"> quoted\n",
        b"On 1 Jan 2020 Ann wrote:\n",
        b"-- \n",
        b"From: x\n",
        b"Content-Type: message/delivery-status\n",
        b"Action: failed\n",
        b"Content-Type: text/html; charset=utf-16\n",
        b"<div>",
        b"filename*0*=",
        b"Content-Disposition: attachment;",
        b"Subject: ",
        b"Date: ",
        b"Message-ID: ",
        b"Content-Type: text/calendar\n",
        b"METHOD:REPLY\n",
    ]
)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.one_of(PIECES, st.binary(max_size=12)), max_size=60))
@example([b"\r"])
@example([b"Content-Type: multipart/mixed; boundary=\n\n--\n"])
@example([b"From: a@b.c\nContent-Type: text/plain; charset=\0\n\nx"])
def test_no_bytes_make_it_raise(pieces: list[bytes]) -> None:
    raw = b"".join(pieces)
    mail = parse(raw)
    assert "\0" not in mail.text + mail.subject + (mail.html or "")
    for one in mail.attachments:
        assert sha256(attachment_bytes(raw, one.part)).hexdigest() == one.sha256
    assert len(mail.subject) <= 255
    (mail.text + mail.subject + mail.reply + "".join(value for _, value in mail.headers)).encode()
