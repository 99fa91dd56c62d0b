"""winmail.dat: every file with its name and bytes, whatever the stream claims; tnefparse is the witness."""

import base64
import random
import struct
from hashlib import sha256

import pytest
import tnefparse

from mail.mime.rtf import decompress, read_rtf
from mail.mime.tnef import unpack
from mail.model import Mail
from mail.parse import attachment_bytes, parse
from tests import tnef_writer as tnef

HEAD = b"From: Ann <ann@example.com>\r\nTo: support@acme.test\r\nSubject: Files\r\nMIME-Version: 1.0\r\n"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(200))


def wrap(stream: bytes, kind: str = 'application/ms-tnef; name="winmail.dat"', text: bytes = b"") -> bytes:
    part = f"Content-Type: {kind}\r\nContent-Transfer-Encoding: base64\r\n\r\n".encode() + base64.encodebytes(stream)
    if not text:
        return HEAD + part
    spoken = b"--b\r\nContent-Type: text/plain\r\n\r\n" + text + b"\r\n"
    return HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + spoken + b"--b\r\n" + part + b"\r\n--b--\r\n"


def files(mail: Mail) -> list[tuple[str, int]]:
    return [(one.name, one.size) for one in mail.attachments if one.from_tnef]


def test_every_file_is_attached_with_its_name_and_its_bytes_can_be_had() -> None:
    stream = tnef.stream(
        tnef.attachment(b"PICTUR~1.PNG", PNG, [tnef.text(tnef.LONG_NAME, "picture of the fault.png")]),
        tnef.attachment(b"log.txt", b"line\r\n\0\0"),
    )
    raw = wrap(stream, text=b"see files")
    mail = parse(raw)
    assert [(one.part, one.name, one.type, one.size) for one in mail.attachments] == [
        ("2", "winmail.dat", "application/ms-tnef", len(stream)),
        ("2.1", "picture of the fault.png", "image/png", len(PNG)),
        ("2.2", "log.txt", "text/plain", 8),
    ]
    assert [one.from_tnef for one in mail.attachments] == [False, True, True]
    assert attachment_bytes(raw, "2.1") == PNG
    assert attachment_bytes(raw, "2.2") == b"line\r\n\0\0"
    with pytest.raises(LookupError):
        attachment_bytes(raw, "2.3")


@pytest.mark.parametrize(
    ("page", "written", "name"),
    [
        (1252, "Grüße.txt".encode("cp1252"), "Grüße.txt"),
        (1251, "отчёт.doc".encode("cp1251"), "отчёт.doc"),
        (932, "報告.txt".encode("cp932"), "報告.txt"),
        (936, "报告.txt".encode("gbk"), "报告.txt"),
        (65001, "Grüße.txt".encode(), "Grüße.txt"),
        (4711, "Grüße.txt".encode("cp1252"), "Grüße.txt"),
        (28591, "Grüße.txt".encode("latin-1"), "Grüße.txt"),
    ],
)
def test_names_are_read_in_the_code_page_of_the_stream(page: int, written: bytes, name: str) -> None:
    short = parse(wrap(tnef.stream(tnef.attachment(written, b"x"), page=page)))
    long = parse(wrap(tnef.stream(tnef.attachment(b"X~1", b"x", [tnef.ansi(tnef.LONG_NAME, written)]), page=page)))
    assert files(short) == files(long) == [(name, 1)]


def test_a_file_that_stands_in_the_properties_alone_keeps_its_last_zeros() -> None:
    each = [tnef.text(tnef.LONG_NAME, "zeros.bin"), tnef.binary(tnef.DATA, b"abc\0\0"), tnef.truth(0x7FFE)]
    raw = wrap(tnef.stream(tnef.attachment(each=each)))
    assert files(parse(raw)) == [("zeros.bin", 5)]
    assert attachment_bytes(raw, "1.1") == b"abc\0\0"


def test_of_an_embedded_message_the_stream_and_its_files_are_attached() -> None:
    inner = tnef.stream(tnef.attachment(b"inner.txt", b"deep"), message=[tnef.text(tnef.SUBJECT, "Older mail")])
    raw = wrap(tnef.stream(tnef.attachment(each=[tnef.embedded(inner)]), tnef.attachment(b"a.txt", b"a")))
    assert [(one.part, one.name, one.size) for one in parse(raw).attachments if one.from_tnef] == [
        ("1.1", "Older mail", len(inner)),
        ("1.1.1", "inner.txt", 4),
        ("1.2", "a.txt", 1),
    ]
    assert attachment_bytes(raw, "1.1") == inner
    assert attachment_bytes(raw, "1.1.1") == b"deep"


def test_a_sentence_in_place_of_an_embedded_message_does_not_hide_it() -> None:
    inner = tnef.stream(tnef.attachment(b"inner.txt", b"deep"))
    sentence = b"This is a message within, which your mail system does not know.\0"
    raw = wrap(tnef.stream(tnef.attachment(b"Older mail", sentence, [tnef.embedded(inner)])))
    assert attachment_bytes(raw, "1.1") == inner
    assert attachment_bytes(raw, "1.1.1") == b"deep"


def test_an_ole_object_is_given_as_it_is_stored() -> None:
    each = [tnef.text(tnef.DISPLAY_NAME, "Bitmap"), tnef.embedded(b"\xd0\xcf\x11\xe0stored", tnef.IID_STORAGE)]
    raw = wrap(tnef.stream(tnef.attachment(each=each)))
    assert attachment_bytes(raw, "1.1") == b"\xd0\xcf\x11\xe0stored"


def test_messages_within_messages_are_opened_so_deep_and_no_deeper() -> None:
    stream = tnef.stream(tnef.attachment(b"innermost.txt", b"x"))
    for _ in range(40):
        stream = tnef.stream(tnef.attachment(b"message", each=[tnef.embedded(stream)]))
    assert len(files(parse(wrap(stream)))) == 6


def test_properties_of_all_types_are_passed_over() -> None:
    before = [
        tnef.named("a name of some length"),
        tnef.number(0x3705, 1),
        tnef.truth(0x3710),
        struct.pack("<HHd", 5, 0x3001, 1.5),
        struct.pack("<HHQ", 0x40, 0x3007, 1),
        struct.pack("<HH16x", 0x48, 0x3008),
        struct.pack("<HHI3I", 0x1003, 0x3009, 3, 1, 2, 3),
        tnef.sized(0x300A, 0x1102, b"a", b"bcdef"),
        tnef.text(tnef.LONG_NAME, "found.txt"),
    ]
    assert files(parse(wrap(tnef.stream(tnef.attachment(b"x", b"y", before))))) == [("found.txt", 1)]


def test_pictures_that_the_html_names_are_inline() -> None:
    message = [tnef.binary(tnef.HTML, b'<p>see <img src="cid:a@b"></p>'), tnef.number(tnef.CODE_PAGE, 65001)]
    each = [tnef.text(tnef.CONTENT_ID, "a@b"), tnef.text(tnef.MIME_TAG, "image/png")]
    mail = parse(wrap(tnef.stream(tnef.attachment(b"a.png", PNG, each), message=message)))
    assert (mail.text, [one.inline for one in mail.attachments]) == ("see", [False, True])


# ---------------------------------------------------------------- words
RTF = rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}\f0 Gr\'fc\'dfe \u8364?\par {\*\htmltag <p>}second}"


def compress(plain: bytes) -> bytes:
    """LZFu of nothing but literals."""
    body = b"".join(b"\0" + plain[place : place + 8] for place in range(0, len(plain), 8))
    return struct.pack("<II4sI", len(body) + 12, len(plain), b"LZFu", 0) + body


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ([tnef.text(tnef.BODY, "Grüße\r\nplain")], "Grüße\nplain"),
        ([tnef.ansi(tnef.BODY, "Grüße".encode("cp1252"))], "Grüße"),
        ([tnef.binary(tnef.HTML, "<p>Grüße</p>".encode()), tnef.number(tnef.CODE_PAGE, 65001)], "Grüße"),
        ([tnef.binary(tnef.RTF, compress(RTF))], "Grüße €\nsecond"),
        ([tnef.binary(tnef.RTF, struct.pack("<II4sI", 0, 0, b"MELA", 0) + RTF)], "Grüße €\nsecond"),
        ([tnef.text(tnef.BODY, "plain"), tnef.binary(tnef.RTF, compress(RTF))], "plain"),
    ],
)
def test_the_words_of_the_stream_are_shown_where_the_mail_has_none(message: list[bytes], words: str) -> None:
    assert parse(wrap(tnef.stream(message=message))).text == words
    assert parse(wrap(tnef.stream(message=message), text=b"spoken")).text == "spoken"


def test_compressed_rtf_repeats_what_was_before() -> None:
    # four letters, then those four again (from the place behind the dictionary), then the end
    body = b"\x30abcd" + struct.pack(">HH", 207 << 4 | 2, 215 << 4)
    assert decompress(struct.pack("<II4sI", 0, 8, b"LZFu", 0) + body) == b"abcdabcd"
    assert decompress(b"short") == b""


def test_rtf_is_read_for_its_words_alone() -> None:
    assert read_rtf(rb"{\rtf1{\info{\author Eve}}one\tab two\line{\pict 00ff}three\{\}\~four {\b bold}}") == (
        "one\ttwo\nthree{} four bold"
    )
    assert read_rtf(rb"}}}{\uc2\u1055??\u-1?").startswith("П")


# ---------------------------------------------------------------- damage
def test_what_is_no_stream_stays_a_file_with_a_remark() -> None:
    mail = parse(wrap(b"nothing of the sort"))
    assert [one.name for one in mail.attachments] == ["winmail.dat"]
    assert mail.defects == ("part 1: not a winmail.dat that can be read",)


def test_a_stream_is_known_by_its_first_bytes_whatever_it_is_called() -> None:
    stream = tnef.stream(tnef.attachment(b"a.txt", b"a"))
    assert files(parse(wrap(stream, 'application/octet-stream; name="ATT1.dat"'))) == [("a.txt", 1)]


def test_a_stream_that_ends_early_gives_what_is_there_and_says_so() -> None:
    stream = tnef.stream(tnef.attachment(b"a.txt", b"whole"), tnef.attachment(b"b.txt", b"x" * 100))[:-50]
    mail = parse(wrap(stream))
    assert files(mail) == [("a.txt", 5), ("b.txt", 52)]
    assert "part 1: winmail.dat ends early" in mail.defects


def test_a_lost_mark_between_two_files_does_not_merge_them() -> None:
    stream = tnef.stream(tnef.attachment(b"a.txt", b"one"), tnef.attachment(None, b"two", mark=False))
    assert [size for _, size in files(parse(wrap(stream)))] == [3, 3]


@pytest.mark.parametrize(
    "each",
    [
        struct.pack("<I", 0xFFFFFFFF) + tnef.text(tnef.LONG_NAME, "a.txt"),
        struct.pack("<IHHI", 2, 0x1003, 0x3001, 0xFFFFFFFF),
        struct.pack("<IHHI", 2, 0x101F, 0x3001, 0xFFFFFFFF),
        struct.pack("<IHHII", 2, 0x1F, 0x3001, 1, 0xFFFFFFFF),
        struct.pack("<IHH16xII", 1, 0x1F, 0x8001, 1, 0xFFFFFFFF),
        struct.pack("<IHH", 1, 0x7777, 0x3001),
    ],
)
def test_no_count_in_the_stream_is_believed(each: bytes) -> None:
    damaged = tnef.attribute(tnef.ATTACHMENT, 0x9005, 6, each)
    table = tnef.attribute(tnef.MESSAGE, 0x9004, 6, b"\xff\xff\xff\xff")
    stream = tnef.stream(tnef.attachment(b"a.txt", b"a"), damaged, table, tnef.attachment(b"b.txt", b"b"))
    assert [size for _, size in files(parse(wrap(stream)))] == [1, 1]


def test_more_attributes_than_bytes_can_hold_are_read_in_linear_time() -> None:
    assert len(unpack(tnef.stream(tnef.attachment(b"", b"") * 20_000)).files) == 1000


# ---------------------------------------------------------------- the witness
SOUND = [
    tnef.stream(tnef.attachment(b"a.txt", b"one"), tnef.attachment(b"b.txt", b"two")),
    tnef.stream(
        tnef.attachment(b"A~1", b"x" * 1000, [tnef.number(0x3705, 1), tnef.text(tnef.LONG_NAME, "long ü.txt")])
    ),
    tnef.stream(tnef.attachment(b"obj", each=[tnef.named("key"), tnef.binary(tnef.DATA, b"12345678")])),
    tnef.stream(message=[tnef.text(tnef.BODY, "words"), tnef.truth(0x10)]),
]


@pytest.mark.parametrize("stream", SOUND)
def test_an_independent_reader_finds_the_same_in_a_sound_stream(stream: bytes) -> None:
    ours, theirs = unpack(stream), tnefparse.TNEF(stream)
    assert [(one.name, one.data) for one in ours.files] == [
        (one.long_filename(), one.data) for one in theirs.attachments
    ]
    assert ours.text == (theirs.body or "")


def test_no_damage_makes_it_raise_or_lose_a_file_before_it() -> None:
    chance = random.Random(4711)
    first = tnef.stream(tnef.attachment(b"first.txt", b"safe"))
    whole = first + b"".join(stream[6:] for stream in SOUND)
    for _ in range(1000):
        damaged = bytearray(whole)
        for _ in range(chance.randint(1, 8)):
            damaged[chance.randrange(len(first), len(whole))] = chance.choice([0, 1, 0x7F, 0xFF, chance.randrange(256)])
        found = unpack(bytes(damaged)[: chance.choice([len(whole), chance.randrange(len(first), len(whole))])])
        assert (found.files[0].name, found.files[0].data) == ("first.txt", b"safe")
        assert all(sha256(one.data).digest() for one in found.files)
