"""What damage does to mail: bytes, lines and line ends. Each mutation is a function of its dice and two mails."""

import random
from collections.abc import Callable

Mutation = Callable[[random.Random, bytes, bytes], bytes]

_INSERTED = (
    b"\0",
    b"\r",
    b"\n",
    b"\r\n",
    b"\n\n",
    b"\x1b[2J",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\xed\xa0\x80",
    b"\xe2\x80\xae",
    b"\xc3\x28",
    b"=",
    b"=?",
    b"?=",
    b"=?utf-8?b?",
    b"=00",
    b"--",
    b'"',
    b"\\",
    b";",
    b"<",
    b">",
    b"<!--",
    b"<![CDATA[",
    b"&#0;",
    b"&#xD800;",
    b"begin 644 x\n",
    b"+AD4-",
    b"\x1b$B",
    b"~{",
)
_QUOTE_MARKS = (b">", b"> ", b"| ", b">>>> ", b"\xc2\xbb ", b"> > > ")
_LEADS = (
    b"On Mon, 2 Mar 2026 at 10:00, Ann <ann@example.com> wrote:\n",
    b"Am 02.03.2026 um 10:00 schrieb Ann:\n",
    b"-----Original Message-----\nFrom: Ann\nSent: Monday\nTo: Bob\nSubject: x\n\n",
    b"---------- Forwarded message ---------\nFrom: Ann <ann@example.com>\nDate: Mon\nSubject: x\nTo: b@c\n\n",
    b"-- \n",
    b"________________________________\n",
    b"Sent from my phone\n",
)


def flip_bits(dice: random.Random, raw: bytes, _: bytes) -> bytes:
    """A few bits anywhere."""
    damaged = bytearray(raw)
    for _n in range(dice.randint(1, 20)):
        if damaged:
            damaged[dice.randrange(len(damaged))] ^= 1 << dice.randrange(8)
    return bytes(damaged)


def flip_early_bits(dice: random.Random, raw: bytes, other: bytes) -> bytes:
    """A few bits where the header is likely to be."""
    early = dice.randint(0, 2000)
    return flip_bits(dice, raw[:early], other) + raw[early:]


def insert(dice: random.Random, raw: bytes, _: bytes) -> bytes:
    """A byte sequence that means something to somebody, at a few places."""
    for _n in range(dice.randint(1, 5)):
        place = dice.randint(0, len(raw))
        raw = raw[:place] + dice.choice(_INSERTED) * dice.choice((1, 1, 1, 2, 50)) + raw[place:]
    return raw


def cut(dice: random.Random, raw: bytes, _: bytes) -> bytes:
    """A piece is gone: the end, the beginning or something between."""
    first, last = sorted((dice.randint(0, len(raw)), dice.randint(0, len(raw))))
    match dice.randrange(4):
        case 0:
            return raw[:last]
        case 1:
            return raw[first:]
        case 2:
            return raw[:first] + raw[last:]
        case _:
            size = dice.randint(1, 100)
            return raw[:first] + raw[first + size :]


def splice(dice: random.Random, raw: bytes, other: bytes) -> bytes:
    """The beginning of one mail and the end of another."""
    return raw[: dice.randint(0, len(raw))] + other[dice.randint(0, len(other)) :]


def weave(dice: random.Random, raw: bytes, other: bytes) -> bytes:
    """A run of another mail's lines in the middle of this one's."""
    lines, others = raw.splitlines(keepends=True), other.splitlines(keepends=True)
    place, start = dice.randint(0, len(lines)), dice.randint(0, len(others))
    return b"".join(lines[:place] + others[start : start + dice.randint(1, 60)] + lines[place:])


def shuffle_lines(dice: random.Random, raw: bytes, _: bytes) -> bytes:
    """Lines twice, swapped, or gone."""
    lines = raw.splitlines(keepends=True)
    for _n in range(dice.randint(1, 8)):
        if len(lines) < 2:
            break
        one, two = dice.randrange(len(lines)), dice.randrange(len(lines))
        match dice.randrange(4):
            case 0:
                lines[one], lines[two] = lines[two], lines[one]
            case 1:
                lines.insert(two, lines[one])
            case 2:
                del lines[one]
            case _:
                lines[one:one] = [lines[one]] * dice.choice((2, 10, 300))
    return b"".join(lines)


def mix_line_ends(dice: random.Random, raw: bytes, _: bytes) -> bytes:
    """CRLF, LF, CR: all of one kind, or any of them at each line."""
    lines = raw.replace(b"\r\n", b"\n").split(b"\n")
    match dice.randrange(5):
        case 0:
            return b"\r\n".join(lines)
        case 1:
            return b"\n".join(lines)
        case 2:
            return b"\r".join(lines)
        case 3:
            return b"\r\r\n".join(lines)
        case _:
            ends = dice.choices((b"\r\n", b"\n", b"\r"), weights=(6, 6, 1), k=len(lines))
            return b"".join(line + end for line, end in zip(lines, ends, strict=True))


def quote(dice: random.Random, raw: bytes, _: bytes) -> bytes:
    """Body lines quoted, one or many times over, with the words that lead a quote in."""
    head, gap, body = raw.partition(b"\r\n\r\n" if b"\r\n\r\n" in raw else b"\n\n")
    lines = body.splitlines(keepends=True)
    place = dice.randint(0, len(lines))
    run = lines[place : place + dice.randint(1, 100)]
    mark = dice.choice(_QUOTE_MARKS) * dice.choice((1, 1, 2, 5, 40))
    quoted = [dice.choice(_LEADS), *(mark + line for line in run)]
    times = dice.choice((1, 1, 2, 20, 400)) if len(b"".join(quoted)) < 4000 else 1
    return head + gap + b"".join(lines[:place] + quoted * times + lines[place:])


def swell(dice: random.Random, raw: bytes, _: bytes) -> bytes:
    """A short run of the mail many times over."""
    place = dice.randint(0, len(raw))
    run = raw[place : place + dice.randint(1, 40)]
    return raw[:place] + run * dice.choice((10, 100, 2000)) + raw[place:]


BYTES: tuple[tuple[Mutation, int], ...] = (
    (flip_bits, 4),
    (flip_early_bits, 4),
    (insert, 5),
    (cut, 5),
    (splice, 4),
    (weave, 4),
    (shuffle_lines, 4),
    (mix_line_ends, 3),
    (quote, 3),
    (swell, 1),
)
