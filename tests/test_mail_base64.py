"""Long base64 bodies go around the library, and nobody can tell by what is read."""

import base64
from email import message_from_bytes
from random import Random

import pytest

from mail.mime.base64_runs import put_back, take_out
from mail.parse import attachment_bytes, parse
from tests.fuzz.letters import LETTERS
from tests.fuzz.mutants import make_mutant
from tests.fuzz.seeds import Seeds

BYTES = Random(1).randbytes(9000)
PACKED = base64.encodebytes(BYTES)
HEAD = b"From: a@b.c\nSubject: x\nContent-Type: multipart/mixed; boundary=b\n\n"
FILE = b"--b\nContent-Type: image/png; name=a.png\nContent-Transfer-Encoding: base64\n\n"
SHAPES = {
    "one attachment": HEAD + b"--b\n\nwords\n" + FILE + PACKED + b"--b--\n",
    "two attachments": HEAD + FILE + PACKED + FILE + PACKED[::-1].strip(b"=\n") + b"\n--b--\n",
    "crlf": (HEAD + FILE + PACKED + b"\n\n--b--\n").replace(b"\n", b"\r\n"),
    "no end": HEAD + FILE + PACKED,
    "a mail of nothing else": b"From: a@b.c\nContent-Transfer-Encoding: base64\n\n" + PACKED,
    "in an attached mail": HEAD
    + b"--b\nContent-Type: message/rfc822\n\nSubject: in\n"
    + FILE[4:]
    + PACKED
    + b"--b--\n",
    "that is no base64": HEAD + b"--b\n\n" + PACKED + b"--b--\n",
    "before and behind the parts": HEAD + PACKED + b"--b\n\nwords\n--b--\n\n" + PACKED,
    "with a line that is no boundary": HEAD + FILE + PACKED + b"--other\n" + PACKED + b"--b--\n",
    "damaged": HEAD + FILE + PACKED + b"\xff!" + PACKED + b"--b--\n",
}


@pytest.mark.parametrize("shape", SHAPES)
def test_what_is_read_is_the_same_as_without_it(shape: str, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = SHAPES[shape]
    mail = parse(raw)
    data = [attachment_bytes(raw, one.part) for one in mail.attachments]
    monkeypatch.setattr("mail.parse.take_out", lambda safe: (safe, ()))
    assert parse(raw) == mail
    assert [attachment_bytes(raw, one.part) for one in mail.attachments] == data


def test_damaged_mails_are_read_the_same_too(monkeypatch: pytest.MonkeyPatch) -> None:
    seeds = Seeds("ours", (tuple(SHAPES.values()), LETTERS))
    mutants = [make_mutant(seeds, 1, number) for number in range(600)]
    assert sum(bool(take_out(raw)[1]) for raw in mutants) > 100
    read = [parse(raw) for raw in mutants]
    monkeypatch.setattr("mail.parse.take_out", lambda safe: (safe, ()))
    assert [parse(raw) for raw in mutants] == read


@pytest.mark.parametrize("shape", [shape for shape in SHAPES if shape != "damaged"])
def test_long_bodies_are_cut_out_and_come_back(shape: str) -> None:
    raw = SHAPES[shape]
    thin, runs = take_out(raw)
    assert runs
    assert len(thin) < len(raw) - 9000
    message = message_from_bytes(thin)
    put_back(message, runs)
    assert message.as_bytes() == message_from_bytes(raw).as_bytes()


def test_the_bytes_of_an_attachment_are_those_that_were_packed() -> None:
    raw = SHAPES["one attachment"]
    (one,) = parse(raw).attachments
    assert attachment_bytes(raw, one.part) == BYTES


def test_a_mail_that_holds_our_mark_is_left_whole() -> None:
    raw = SHAPES["one attachment"]
    thin, _ = take_out(raw)
    mark = next(line for line in thin.splitlines() if line.startswith(b"//"))
    forged = raw.replace(b"words", b"words " + mark)
    assert take_out(forged) == (forged, ())
    assert parse(forged).text == "words " + mark.decode()


def test_prose_and_short_bodies_are_left_to_the_library() -> None:
    assert take_out(HEAD + b"--b\n\n" + b"many words\n" * 900 + b"--b--\n")[1] == ()
    assert take_out(HEAD + FILE + PACKED[:2000] + b"\n--b--\n")[1] == ()
