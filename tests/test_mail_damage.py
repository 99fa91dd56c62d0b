"""Mail that was damaged on its way: what is still in it is shown. Each of these was once lost to a mutant."""

import base64

import pytest

from mail.parse import attachment_bytes, parse

HEAD = b"From: Ann <ann@example.com>\r\nSubject: Hello\r\nMIME-Version: 1.0\r\n"
ENCODED = HEAD + b"Content-Type: %b\r\nContent-Transfer-Encoding: base64\r\n\r\n"


def test_text_behind_bare_crs_is_text_though_the_header_has_line_feeds() -> None:
    mail = parse(b"From: ann@example.com\r\nSubject: Hello\r\rIt does not work.\rAnn\r\n")
    assert mail.text == "It does not work.\nAnn"
    assert mail.bare_control
    assert (mail.subject, mail.sender and mail.sender.address) == ("Hello", "ann@example.com")


def test_an_attachment_behind_bare_crs_can_be_had() -> None:
    body = b"\r".join((b"--b", b"Content-Disposition: attachment; filename=a.bin", b"", b"content", b"--b--", b""))
    raw = b"Subject: file\nContent-Type: multipart/mixed; boundary=b\r\r" + body
    (one,) = parse(raw).attachments
    assert (one.name, attachment_bytes(raw, one.part)) == ("a.bin", b"content")


def test_a_bare_cr_before_text_that_is_there_ends_no_line_of_the_header() -> None:
    mail = parse(b"Subject: one\rFrom: eve@evil.test\r\nFrom: ann@example.com\r\n\r\nwords\r\n")
    assert (mail.sender and mail.sender.address, mail.text, mail.bare_control) == ("ann@example.com", "words", True)


@pytest.mark.parametrize("charset", ["utf-16", "utf-32", "iso-2022-jp", "x-unknown"])
def test_base64_with_strange_bytes_in_it_is_read_whatever_charset_it_is_of(charset: str) -> None:
    packed = base64.encodebytes(b"It does not work." * 9)
    mail = parse(ENCODED % b"text/plain; charset=utf-8" + b"\xff\xfe" + packed)
    assert mail.text == "It does not work." * 9
    raw = ENCODED % f"application/x; charset={charset}".encode() + b"\xff\xfe" + packed
    (one,) = parse(raw).attachments
    assert attachment_bytes(raw, one.part) == b"It does not work." * 9


def test_eight_bit_text_of_an_attached_mail_stays_as_it_was_written() -> None:
    inner = b"Subject: in\r\nContent-Type: text/plain; charset=iso-8859-1\r\n\r\nGr\xfc\xdfe\r\n"
    raw = HEAD + b"Content-Type: message/rfc822\r\nContent-Disposition: attachment\r\n\r\n" + inner
    (one,) = parse(raw).attachments
    assert b"Gr\xfc\xdfe" in attachment_bytes(raw, one.part)


@pytest.mark.parametrize(
    "boundary", [b'boundary="b"', b"boundary=b", b'boundary="b  "', b"boundary=b;\r\n\tcharset=utf-8", b"boundary*0=b"]
)
def test_an_end_of_parts_before_the_first_of_them_ends_nothing(boundary: bytes) -> None:
    part = b"--b\r\nContent-Type: text/plain\r\n\r\nIt does not work.\r\n"
    file = b"--b\r\nContent-Type: image/png\r\nContent-Disposition: attachment\r\n\r\npixels\r\n"
    raw = HEAD + b"Content-Type: multipart/mixed; " + boundary + b"\r\n\r\n--b--\r\n" + part + file + b"--b--"
    mail = parse(raw)
    assert mail.text == "It does not work."
    assert [attachment_bytes(raw, one.part) for one in mail.attachments] == [b"pixels"]


def test_an_early_end_of_inner_parts_hides_nothing_either() -> None:
    inner = b"--a\nContent-Type: multipart/alternative; boundary=b\n\n--b--\n--b\n\nIt does not work.\n--b--\n"
    raw = HEAD + b"Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\n\nHello\n" + inner + b"--a--\n"
    assert parse(raw).text.split() == ["Hello", "It", "does", "not", "work."]


@pytest.mark.parametrize(
    "body", [b"--b\r\n\r\n\r\n--b--\r\nIt does not work.\r\n", b"It does not work.\r\n--b\r\n--b--\r\n"]
)
def test_text_beside_parts_with_nothing_in_them_is_shown(body: bytes) -> None:
    mail = parse(HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + body)
    assert (mail.text, mail.reply) == ("It does not work.", "It does not work.")


def test_text_beside_inner_parts_or_behind_the_limit_of_parts_is_shown_where_there_is_nothing_else() -> None:
    inner = b"--a\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\n--b--\nIt does not work.\n--a--\n"
    assert parse(HEAD + b"Content-Type: multipart/mixed; boundary=a\r\n\r\n" + inner).text == "It does not work."
    many = b"--a\n\n\n" * 1100 + b"--a\n\nIt does not work.\n--a--\n"
    assert parse(HEAD + b"Content-Type: multipart/mixed; boundary=a\r\n\r\n" + many).text == "It does not work."


@pytest.mark.parametrize("charset", ["punycode", "idna", "unicode_escape", "x-unknown", "utf-16"])
def test_strange_bytes_in_a_part_of_an_attached_mail_in_a_strange_charset_are_kept(charset: str) -> None:
    part = f"Content-Type: text/plain; charset={charset}\n\n".encode() + b"a-\xc3\xff\n"
    inner = b"Subject: in\nContent-Type: multipart/mixed; boundary=i\n\n--i\n" + part + b"--i--\n"
    raw = HEAD + b"Content-Type: message/rfc822\r\nContent-Disposition: attachment\r\n\r\n" + inner
    (one,) = parse(raw).attachments
    assert b"a-\xc3\xff" in attachment_bytes(raw, one.part)


def test_base64_that_is_none_is_shown_as_it_came() -> None:
    mail = parse(ENCODED % b"text/plain" + "»«¿?".encode() + b"\r\n")
    assert mail.text == "»«¿?"


def test_a_mail_of_an_empty_part_is_an_empty_mail() -> None:
    mail = parse(ENCODED % b"text/plain" + base64.encodebytes(b"\r\n"))
    assert (mail.text, mail.defects) == ("", ())


def test_words_between_fields_are_shown_where_the_mail_has_no_others() -> None:
    cut = b"From: ann@example.com\r\nIt does not work.\r\nSubject: Hello\r\nContent-Type: text/plain\r\n\r\n"
    assert (parse(cut).text, parse(cut).subject) == ("It does not work.", "Hello")
    assert parse(cut + b"words\r\n").text == "words"
    part = b"--b\nX-A: b\nIt does not work.\nContent-Type: text/plain\n\n\n--b--\n"
    assert parse(HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + part).text == "It does not work."


@pytest.mark.parametrize("kind", ["text/rtf", "text/enriched"])
def test_rich_text_of_which_no_word_can_be_read_is_attached(kind: str) -> None:
    body = b"{\\rtf1\\ansi{\\fonttbl{\\f0 Arial;" if kind == "text/rtf" else b"<bold></bold>"
    raw = HEAD + f"Content-Type: {kind}\r\n\r\n".encode() + body
    (one,) = parse(raw).attachments
    assert (one.type, attachment_bytes(raw, one.part)) == (kind, body)


def test_what_stands_behind_parts_whose_boundary_was_guessed_is_shown_where_there_is_nothing_else() -> None:
    body = b"-- b\nContent-Type: multipart/related; boundary=c\n\n-- b--\n--c\n\nIt does not work.\n--c--\n"
    assert "It does not work." in parse(HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + body).text


def test_only_a_few_lines_beside_parts_are_taken_for_words_to_programs() -> None:
    html = b"--a\nFrom: bob@example.org\nMIME-Version: 1.0\nContent-Type: text/html\n\n<p>It does not work.</p>\n"
    head = HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    assert "It does not work." in parse(head + html + b"--b\n\n--b--\n").text
    assert parse(head + b"This is a multi-part message in MIME format.\n\n--b\n\n--b--\n").text == ""
