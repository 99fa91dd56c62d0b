"""What damage and lies do to the structure of a mail: fields, boundaries, parts, charsets, encodings."""

import random
import re

from tests.fuzz.mutations import Mutation

_FIELD = re.compile(rb"(?m)^([!-9;-~]{1,60}):([^\n]*(?:\n[ \t][^\n]*)*)\n")
_BOUNDARY = re.compile(rb"(?i)boundary\s*=\s*\"?([^\"\r\n;]{1,100})")
_CHARSET = re.compile(rb"(?i)(charset\s*=\s*)\"?[^\"\s;]{1,40}\"?")
_ENCODING = re.compile(rb"(?im)^(content-transfer-encoding:)[^\n]*")
_TYPE = re.compile(rb"(?im)^(content-type:)\s*[^\s;]+")
_NAME = re.compile(rb"(?i)((?:file)?name)\*?=\"?[^\"\r\n;]{1,100}\"?")
_BASE64 = re.compile(rb"(?m)(?:^[A-Za-z0-9+/]{30,80}={0,2}\r?\n){2,}")
_WORD = re.compile(rb"=\?[^?\s]{1,40}\?[bBqQ]\?[^?\s]{0,100}\?=")

_CHARSETS = (
    b"utf-8 utf-7 utf-16 utf-16-le utf-32 us-ascii iso-8859-1 iso-8859-15 windows-1252 windows-1258 koi8-r gb2312 "
    b"gb18030 big5 euc-jp iso-2022-jp iso-2022-kr shift_jis euc-kr hz x-user-defined x-unknown unknown-8bit punycode "
    b"idna unicode_escape rot13 base64 hex zip utf_8_sig cp037 '' ansi_x3.4-1968 utf-8'en' =?utf-8?q?x?= _ 8bit"
).split()
_ENCODINGS = (
    b"base64 quoted-printable 7bit 8bit binary x-uuencode uuencode uue x-yenc BASE64 base64; quoted_printable"
).split()
_TYPES = (
    b"text/plain text/html text/enriched text/calendar text/x-amp-html text/rfc822-headers text/ text "
    b"/plain multipart/mixed multipart/alternative multipart/related multipart/report multipart/signed "
    b"multipart/encrypted multipart/digest multipart/appledouble multipart/ message/rfc822 "
    b"message/delivery-status message/disposition-notification message/partial message/external-body "
    b"message/feedback-report message/global application/ms-tnef application/octet-stream "
    b"application/pgp-encrypted application/pkcs7-mime application/pkcs7-signature image/png "
    b"application/applefile text/plain/x text;plain =?utf-8?q?text/plain?= */*"
).split()
_NAMES = (
    b"filename*0*=utf-8''%e2%80%aea; filename*1=\"b\"",
    b"filename*=''%ff%00%0a",
    b'filename="../../../etc/passwd"',
    b'filename="=?utf-8?b?w7w=?="',
    b"filename=" + b"a" * 3000,
    b'filename="',
    b"name*999999999=x",
    b"name*=utf-7''+AD4-",
    b"name*01*=x; name*0=y; name*00=z",
)
_VALUES = (
    b"",
    b" ",
    b"<>",
    b"@",
    b'"" <@>',
    b"a@b, c@d",
    b"(((((((",
    b'"unclosed <a@b.c>',
    b"<a@b" + b">" * 50,
    b"=?utf-8?b?" + b"w7w=" * 50 + b"?=",
    b"=?utf-8?q?=00=0d=0aBcc:_x@y?=",
    b"=?x-unknown?b?////?=",
    b"=?utf-8*en?q?a?= =?utf-16?b?2AA=?=",
    b"\xff\xfe\x00\x01",
    b"Mon, 99 Foo 99999 99:99:99 +9999",
    b"Thu, 1 Jan 1 00:00:00 -2359",
    b"0",
    b"-" * 998,
    b"a" * 5000,
    b"x; " * 300,
    b"<a@b> " * 500,
    b"group: a@b, c@d;, e@f",
    b"auto-replied",
    b'multipart/mixed; boundary=""',
    b"multipart/mixed; boundary=" + b"b" * 500,
    b"multipart/report; report-type=delivery-status; boundary=b",
)
_FIELDS = (
    b"From To Cc Reply-To Subject Date Message-ID In-Reply-To References Content-Type Content-Disposition "
    b"Content-Transfer-Encoding Content-ID Content-Language Return-Path Received MIME-Version Sender Auto-Submitted "
    b"Authentication-Results DKIM-Signature List-Id Precedence Thread-Index X-Failed-Recipients Thread-Topic"
).split()


def _mangle(dice: random.Random, value: bytes) -> bytes:
    place = dice.randint(0, len(value))
    head, tail = value[:place], value[place:]
    shapes = (
        head + b"\r\n " + tail,
        head + b"\n\t" * dice.choice((1, 5, 100)) + tail,
        head + b"\r" + tail,
        head + b"\0" + tail,
        head + b"\r\n" + tail,
        head + dice.choice((b"\xe4\xf6\xfc", "ü€😀".encode(), b"\xff" * 9)) + tail,
        head + b"x" * dice.choice((80, 1000, 70_000)) + tail,
        head + b" ".join([b"=?utf-8?q?a?="] * dice.choice((1, 3, 200))) + tail,
        head,
        tail[::-1],
        b" " + dice.choice(_VALUES),
    )
    return dice.choice(shapes)


def mangle_field(dice: random.Random, raw: bytes, _: bytes) -> bytes:
    """One or more fields, of the mail or of a part, folded, broken, lengthened, cut or given another value."""
    for _n in range(dice.randint(1, 3)):
        found = [match.span(2) for match in _FIELD.finditer(raw, 0, 20_000)]
        if not found:
            return raw
        start, end = dice.choice(found)
        raw = raw[:start] + _mangle(dice, raw[start:end]) + raw[end:]
    return raw


def mangle_name(dice: random.Random, raw: bytes, _: bytes) -> bytes:
    """The name of a field damaged: a space before the colon, no colon, another name, none."""
    found = [match.span(1) for match in _FIELD.finditer(raw, 0, 20_000)]
    if not found:
        return raw
    start, end = dice.choice(found)
    name = raw[start:end]
    other = dice.choice(
        (
            name + b" ",
            name + b"\t\t",
            b" " + name,
            b"",
            name.upper(),
            b">" + name,
            name + b":" + name,
            dice.choice(_FIELDS),
        )
    )
    return raw[:start] + other + raw[end:]


def add_field(dice: random.Random, raw: bytes, _: bytes) -> bytes:
    """A field more, of a name that means something; once, a few times or a thousand times."""
    line = dice.choice(_FIELDS) + b": " + dice.choice(_VALUES) + b"\n"
    times = dice.choice((1, 1, 1, 2, 3, 1000)) if len(line) < 200 else 1
    place = dice.choice([0, *(match.end() for match in _FIELD.finditer(raw, 0, 20_000))])
    return raw[:place] + line * times + raw[place:]


def swell_field(dice: random.Random, raw: bytes, _: bytes) -> bytes:
    """A field as long as a book."""
    value = dice.choice((b"a", b"a ", b"a@b.c, ", b"<a@b> ", b"=?utf-8?q?a?= ", b"(", b'"', b"; a=b", b"\n "))
    return dice.choice(_FIELDS) + b": " + value * dice.choice((1000, 10_000, 40_000)) + b"\n" + raw


def damage_words(dice: random.Random, raw: bytes, _: bytes) -> bytes:
    """Encoded words that end too early, never, or hold what their charset does not know."""
    found = [match.span() for match in _WORD.finditer(raw, 0, 20_000)]
    if not found:
        return raw.replace(b"Subject: ", b"Subject: " + dice.choice(_VALUES), 1)
    start, end = dice.choice(found)
    word = bytearray(raw[start:end])
    for _n in range(dice.randint(1, 4)):
        word[dice.randrange(len(word))] = dice.choice(b"=?_ \xffAbq/\r\n\0")
    return raw[:start] + bytes(word) + raw[end:]


def damage_boundary(dice: random.Random, raw: bytes, _: bytes) -> bytes:
    """Boundaries that are not there, not closed, cut, indented, doubled, or each other's beginning."""
    found = sorted(set(_BOUNDARY.findall(raw, 0, 50_000)))
    if not found:
        return raw
    old = dice.choice(found)
    shapes = (old[:-1], old[: len(old) // 2], old + b" ", old + b"x", old.swapcase(), b"", b"--" + old, b" " + old)
    new = dice.choice((*shapes, dice.choice(found)))
    match dice.randrange(5):
        case 0:
            return raw.replace(b"--" + old + b"--", b"--" + new + b"--")
        case 1:
            return raw.replace(b"--" + old, b"--" + new, dice.randint(1, 3))
        case 2:
            return raw.replace(old, new, 1)
        case 3:
            return raw.replace(b"--" + old, dice.choice((b">--", b" --", b"x\n--", b"-- ")) + old)
        case _:
            return raw.replace(b"--" + old, (b"--" + old + b"\n") * 2 + b"--" + old)


def shuffle_parts(dice: random.Random, raw: bytes, other: bytes) -> bytes:
    """Parts twice, swapped, gone, or another mail in their place."""
    parts = re.split(rb"(?m)^(?=--[^\n]{1,100}\n)", raw)
    if len(parts) < 2:
        return raw
    one, two = dice.randrange(1, len(parts)), dice.randrange(1, len(parts))
    match dice.randrange(4):
        case 0:
            parts[one], parts[two] = parts[two], parts[one]
        case 1:
            parts[one:one] = [parts[two]] * (dice.choice((1, 2, 50)) if len(parts[two]) < 5000 else 1)
        case 2:
            del parts[one]
        case _:
            line, gap, _rest = parts[one].partition(b"\n")
            parts[one] = line + gap + dice.choice((b"", b"Content-Type: message/rfc822\n\n")) + other
    return b"".join(parts)


def lie(dice: random.Random, raw: bytes, _: bytes) -> bytes:
    """Another charset, transfer encoding, type or name than the one that is true."""
    pattern, words = dice.choice(((_CHARSET, _CHARSETS), (_ENCODING, _ENCODINGS), (_TYPE, _TYPES), (_NAME, _NAMES)))
    found = list(pattern.finditer(raw, 0, 50_000))
    if not found:
        return dice.choice((b"Content-Type: ", b"Content-Transfer-Encoding: ")) + dice.choice(_TYPES) + b"\n" + raw
    match = dice.choice(found)
    kept = b"" if pattern is _NAME else match[1]
    gap = b" " if pattern in {_ENCODING, _TYPE} else b""
    return raw[: match.start()] + kept + gap + dice.choice(words) + raw[match.end() :]


def damage_encoding(dice: random.Random, raw: bytes, _: bytes) -> bytes:
    """Base64 with letters gone or strange ones in it, quoted-printable with loose equal signs."""
    found = [match.span() for match in _BASE64.finditer(raw)]
    start, end = dice.choice(found) if found else (dice.randint(0, len(raw)), len(raw))
    run = bytearray(raw[start:end])
    for _n in range(dice.randint(1, 10)):
        place = dice.randint(0, len(run))
        run[place : place + dice.choice((0, 1, 3))] = dice.choice(
            (b"", b"=", b"==", b"=\n", b"=X", b"-_", b"\xff", b"!")
        )
    return raw[:start] + bytes(run) + raw[end:]


def nest(dice: random.Random, raw: bytes, _: bytes) -> bytes:
    """The mail within mails or parts, a few or many levels deep."""
    levels = dice.choice((1, 2, 5, 30, 60, 200))
    if dice.random() < 0.5:
        return b"Content-Type: message/rfc822\n\n" * levels + raw
    names = [b"n%d" % (n % dice.choice((levels, 3))) for n in range(levels)]
    opening = b"".join(b"Content-Type: multipart/mixed; boundary=%b\n\n--%b\n" % (name, name) for name in names)
    closing = b"".join(b"\n--%b--\n" % name for name in reversed(names))
    return b"From: a@b.c\nSubject: x\n" + opening + raw + dice.choice((closing, b""))


def thicken_html(dice: random.Random, raw: bytes, _: bytes) -> bytes:
    """Tags opened and never closed, in the middle of everything."""
    tag = dice.choice(
        (b"<div>", b"<td>", b"<ul><li>", b"<blockquote>", b"<!--", b"<style>", b"<a href='", b"</p>", b"<pre>")
    )
    place = dice.randint(0, len(raw))
    return raw[:place] + tag * dice.choice((1, 10, 300, 3000)) + raw[place:]


STRUCTURE: tuple[tuple[Mutation, int], ...] = (
    (mangle_field, 8),
    (mangle_name, 3),
    (add_field, 5),
    (swell_field, 1),
    (damage_words, 3),
    (damage_boundary, 5),
    (shuffle_parts, 5),
    (lie, 8),
    (damage_encoding, 4),
    (nest, 2),
    (thicken_html, 2),
)
