"""The structure of mails: whatever a mail program would show is shown, and no part is ever lost."""

import base64
import binascii

import pytest

from mail.mime.kinds import find_kind, find_lie
from mail.parse import attachment_bytes, parse

HEAD = b"From: Ann <ann@example.com>\nTo: support@acme.test\nSubject: Hello\nMIME-Version: 1.0\n"
PDF = b"%PDF-1.4 " + bytes(range(120))


def leaf(kind: str, body: bytes, *more: str) -> bytes:
    return "\n".join([f"Content-Type: {kind}", *more]).encode() + b"\n\n" + body


def multipart(kind: str, *parts: bytes, boundary: str = "b0") -> bytes:
    middle = b"".join(b"--b0\n" + part + b"\n" for part in parts)
    return HEAD + f'Content-Type: multipart/{kind}; boundary="{boundary}"\n\n'.encode() + middle + b"--b0--\n"


def attached(data: bytes, name: str = "a.pdf") -> bytes:
    more = ("Content-Transfer-Encoding: base64", f'Content-Disposition: attachment; filename="{name}"')
    return leaf("application/pdf", base64.encodebytes(data), *more)


def names(raw: bytes) -> list[str]:
    return [one.name for one in parse(raw).attachments]


# ---------------------------------------------------------------- broken structure
TWO = (leaf("text/plain", b"words"), attached(PDF))


@pytest.mark.parametrize(
    "raw",
    [
        multipart("mixed", *TWO).replace(b'; boundary="b0"', b""),
        multipart("mixed", *TWO, boundary="other"),
        multipart("mixed", *TWO).replace(b"\n", b"\r\n").replace(b'; boundary="b0"', b"; boundary="),
        multipart("mixed", *TWO).replace(b"--b0--\n", b""),
        multipart("mixed", *TWO).replace(b"b0", b"b0 with blanks"),
        multipart("mixed", leaf("text/plain", b"words")) + b"--b0\n" + attached(PDF) + b"\n--b0--\n",
        HEAD + b"broken line\n" + multipart("mixed", *TWO)[len(HEAD) :],
        b"\n\n" + multipart("mixed", *TWO),
        b"\xef\xbb\xbf" + multipart("mixed", *TWO),
        multipart("mixed", TWO[0], b"a line that is no field\n" + TWO[1]),
        multipart("mixed", leaf('multipart/mixed; boundary="b0"', b""), *TWO),
        multipart("mixed", TWO[0], TWO[1].replace(b"base64", b'"Base64" (so it is)')),
        multipart("mixed; x", *TWO),
    ],
)
def test_parts_are_found_where_the_structure_is_broken(raw: bytes) -> None:
    mail = parse(raw)
    assert (mail.subject, mail.text.strip(), [one.name for one in mail.attachments]) == ("Hello", "words", ["a.pdf"])
    assert attachment_bytes(raw, mail.attachments[0].part) == PDF


def test_a_multipart_under_an_encoding_is_opened() -> None:
    inner = multipart("mixed", *TWO)[len(HEAD) :].partition(b"\n\n")[2]
    head = HEAD + b'Content-Type: multipart/mixed; boundary="b0"\nContent-Transfer-Encoding: base64\n\n'
    mail = parse(head + base64.encodebytes(inner))
    assert (mail.text, [one.name for one in mail.attachments]) == ("words", ["a.pdf"])


def test_alternatives_within_their_parents_boundary_are_alternatives_still() -> None:
    inner = leaf('multipart/alternative; boundary="b0"', b"")
    raw = multipart("mixed", inner, leaf("text/plain", b"words"), leaf("text/html", b"<p>words</p>"), attached(PDF))
    assert (parse(raw).text, names(raw)) == ("words", ["a.pdf"])


def test_a_field_behind_a_line_that_is_none_counts_but_proves_nothing() -> None:
    mail = parse(b"From: a@b.c\nsome line\nSubject: found\nX-Y: z\n\nbody\n")
    assert (mail.subject, mail.text, mail.bare_control) == ("found", "body", True)


def test_text_that_begins_like_a_field_stays_text() -> None:
    mail = parse(b"From: a@b.c\nSubject: mine\nHello there,\nSubject: theirs\n\nmore\n")
    assert (mail.subject, mail.text) == ("mine", "Hello there,\nSubject: theirs\n\nmore")


def test_what_stands_around_the_parts_is_shown_where_they_say_nothing() -> None:
    raw = HEAD + b"Content-Type: multipart/mixed; boundary=b0\n\nlost words\n--b0\n\n\n--b0--\nand more\n"
    assert parse(raw).text.split() == ["lost", "words", "and", "more"]
    routine = raw.replace(b"lost words", b"This is a multi-part message in MIME format.")
    assert parse(routine).text == "and more"
    assert parse(multipart("mixed", TWO[0]) + b"epilogue\n").text == "words"


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable", "7bit"])
def test_an_attached_mail_is_read_under_any_encoding(encoding: str) -> None:
    inner = b"From: bob@example.org\nSubject: Inner =3D\n\nGr=C3=BC=C3=9Fe\n"
    body = {"base64": base64.encodebytes(inner), "quoted-printable": binascii.b2a_qp(inner)}.get(encoding, inner)
    raw = multipart("mixed", TWO[0], leaf("message/rfc822", body, f"Content-Transfer-Encoding: {encoding}"))
    assert attachment_bytes(raw, "2").rstrip() == inner.rstrip()


def test_a_digest_holds_mails() -> None:
    raw = multipart("digest", b"\nFrom: a@b.c\nSubject: one\n\nx", b"\nFrom: a@b.c\nSubject: two\n\ny")
    assert names(raw) == ["one.eml", "two.eml"]


@pytest.mark.parametrize(
    ("part", "said"),
    [
        (
            leaf('message/partial; id="x"; number=2; total=3', b"half"),
            "piece 2 of 3 of a longer mail: the rest is not here",
        ),
        (
            leaf('message/external-body; access-type=URL; url="https://a.test/x"', b"Content-Type: image/png\n"),
            "part 2 is not in the mail, but at: https://a.test/x",
        ),
        (leaf("application/pgp-encrypted", b"Version: 1"), "encrypted with PGP: its content cannot be read here"),
        (
            leaf("application/pkcs7-mime; name=smime.p7m", b"\x30\x03\x06\x01\x00"),
            "part 2: encrypted or signed with S/MIME, its content cannot be read here",
        ),
        (leaf("image/png; name=a.png", b"MZ" + b"\0" * 90), "part 2 says image/png, but is a Windows program"),
        (
            leaf("application/pdf; name=a.pdf", b"<!DOCTYPE html><html>"),
            "part 2 says application/pdf, but is a web page",
        ),
    ],
)
def test_what_a_person_should_know_of_a_part_is_told_and_the_part_is_kept(part: bytes, said: str) -> None:
    mail = parse(multipart("mixed", TWO[0], part))
    assert said in mail.defects
    assert [one.part for one in mail.attachments] == ["2"]


def test_what_was_signed_opaquely_is_shown() -> None:
    def der(tag: int, *content: bytes) -> bytes:
        body = b"".join(content)
        return bytes([tag, 0x82]) + len(body).to_bytes(2, "big") + body

    inner = multipart("mixed", *TWO)[len(HEAD) :]
    signed, plain = (der(6, bytes.fromhex(f"2a864886f70d01070{n}")) for n in (2, 1))
    pieces = b"\x24\x80" + der(4, inner[:30]) + der(4, inner[30:]) + b"\0\0"
    for octets in (der(4, inner), pieces):
        info = der(0x30, plain, der(0xA0, octets))
        data = der(0x30, signed, der(0xA0, der(0x30, der(2, b"\1"), der(0x31), info)))
        raw = HEAD + leaf(
            "application/pkcs7-mime; smime-type=signed-data; name=smime.p7m",
            base64.encodebytes(data),
            "Content-Transfer-Encoding: base64",
        )
        mail = parse(raw)
        assert (mail.text, [one.part for one in mail.attachments]) == ("words", ["1", "1.1.2"])
        assert attachment_bytes(raw, "1.1.2") == PDF


def test_both_halves_of_a_macintosh_file_are_attached() -> None:
    raw = multipart(
        "appledouble", leaf("application/applefile; name=a", b"fork"), leaf("image/gif; name=a.gif", b"GIF89a")
    )
    assert names(raw) == ["a", "a.gif"]


# ---------------------------------------------------------------- pictures and kinds
def test_pictures_are_inline_where_the_html_names_them_and_beside_it_where_it_does_not() -> None:
    def picture(cid: str, how: str) -> bytes:
        return leaf("image/png", b"\x89PNG\r\n\x1a\n", f"Content-ID: <{cid}>", f"Content-Disposition: {how}")

    html = leaf("text/html", b"<img src='cid:a%40b'><p style='background:url(cid:c@d)'>")
    raw = multipart("related", html, picture("a@b", "attachment"), picture("c@d", "inline"), picture("e@f", "inline"))
    assert [(one.cid, one.inline) for one in parse(raw).attachments] == [("a@b", True), ("c@d", True), ("e@f", False)]


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"MZ" + b"\0" * 58 + b"\x40\0\0\0PE\0\0", "application/x-msdownload"),
        (b"MZ is how I begin my letters, and so does everybody here in the house of MZ, I say", ""),
        (b"\x7fELF\2", "application/x-elf"),
        (b"PK\3\4rest", "application/zip"),
        (b"\n <!-- x --> <HTML>", "text/html"),
        (b"", ""),
        (b"plain words", ""),
    ],
)
def test_a_file_is_known_by_its_first_bytes(data: bytes, kind: str) -> None:
    assert find_kind(data) == kind


@pytest.mark.parametrize(
    "declared",
    ["application/octet-stream", "application/x-msdownload", "application/x-dosexec"],
)
def test_who_says_that_it_is_a_program_tells_no_lie(declared: str) -> None:
    assert find_lie(declared, b"MZ" + b"\0" * 90) is None
