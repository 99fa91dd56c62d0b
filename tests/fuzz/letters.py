"""Mails of our own in the shapes that real mail has, for where there is no corpus to mutate."""

import base64
import quopri
import struct

from tests import tnef_writer as tnef

_HEAD = (
    b"Return-Path: <ann@example.com>\r\nReceived: from a.example by mx.acme.test; Mon, 2 Mar 2026 10:00:00 +0000\r\n"
    b"From: =?utf-8?q?Ann_M=C3=BCller?= <ann@example.com>\r\nTo: Support <support@acme.test>, hi@acme.test\r\n"
    b"Subject: =?utf-8?b?R3LDvMOfZQ==?= and a question\r\nDate: Mon, 2 Mar 2026 10:00:00 +0000\r\n"
    b"Message-ID: <1.a@example.com>\r\nIn-Reply-To: <ack.7@acme.test>\r\n"
    b"References: <0.a@example.com>\r\n <ack.7@acme.test>\r\nMIME-Version: 1.0\r\n"
)
_QUOTED = (
    "Hello,\r\n\r\nit does not work since Tuesday.\r\n\r\n-- \r\nAnn Müller\r\nExample Ltd\r\n\r\n"
    "On Mon, 2 Mar 2026 at 09:00, Support <support@acme.test> wrote:\r\n> Which version?\r\n>\r\n>> And where?\r\n"
).encode()
_HTML = (
    b"<html><head><style>p{margin:0}</style></head><body><p>It does <b>not</b> work.</p><ul><li>one<li>two</ul>"
    b"<table><tr><td>a</td><td>b</td></tr></table><img src='cid:x@y'><blockquote type='cite'>older</blockquote></body>"
)
_REPORT = (
    b"Reporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; bob@example.org\r\nAction: failed\r\n"
    b"Status: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 no such user\r\n"
)
_INVITATION = (
    b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:1@x\r\nDTSTART:20260302T100000Z\r\n"
    b"DTEND:20260302T110000Z\r\nSUMMARY:Talk\r\nORGANIZER:mailto:ann@example.com\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)
_UUENCODED = b"See below.\r\n\r\nbegin 644 a.txt\r\n+:&5L;&\\@=V]R;&0*\r\n`\r\nend\r\n"


def _leaf(kind: str, body: bytes, *fields: str) -> bytes:
    return "\r\n".join([f"Content-Type: {kind}", *fields]).encode() + b"\r\n\r\n" + body


def _encoded(kind: str, body: bytes, *fields: str) -> bytes:
    return _leaf(kind, base64.encodebytes(body).replace(b"\n", b"\r\n"), "Content-Transfer-Encoding: base64", *fields)


def _parts(kind: str, boundary: str, *parts: bytes) -> bytes:
    middle = b"".join(f"--{boundary}\r\n".encode() + part + b"\r\n" for part in parts)
    return f'Content-Type: {kind}; boundary="{boundary}"\r\n\r\n'.encode() + middle + f"--{boundary}--\r\n".encode()


_ALTERNATIVE = _parts(
    "multipart/alternative",
    "=_alt",
    _leaf("text/plain; charset=utf-8; format=flowed", _QUOTED),
    _leaf("text/html; charset=utf-8", quopri.encodestring(_HTML), "Content-Transfer-Encoding: quoted-printable"),
)
_RELATED = _parts(
    "multipart/related",
    "=_rel",
    _ALTERNATIVE,
    _encoded("image/png; name=x.png", bytes(range(256)), "Content-ID: <x@y>", "Content-Disposition: inline"),
)
_FILE = _encoded(
    "application/octet-stream",
    bytes(range(256)) * 20,
    "Content-Disposition: attachment; filename*0*=UTF-8''tr%C3%A4ce; filename*1=.bin",
)
_INNER = b"From: bob@example.org\r\nSubject: Broken\r\nDate: Mon, 2 Mar 2026 09:00:00 +0000\r\n\r\nIt broke.\r\n"

_RTF = rb"{\rtf1\ansi{\fonttbl{\f0 Arial;}}\f0 Gr\'fc\'dfe \u8364?\par {\*\htmltag <p>}second {\b bold}}"
_PACKED = tnef.stream(
    tnef.attachment(b"PICTUR~1.PNG", bytes(range(200)), [tnef.text(tnef.LONG_NAME, "a picture.png")]),
    tnef.attachment(b"log.txt", b"line\r\n"),
    message=[
        tnef.text(tnef.SUBJECT, "Files"),
        tnef.binary(tnef.RTF, struct.pack("<II4sI", len(_RTF) + 12, len(_RTF), b"MELA", 0) + _RTF),
        tnef.binary(tnef.HTML, _HTML),
        tnef.named("Keywords"),
    ],
)

# Formats within formats, read by code of our own: damage in them is drawn as often as all other letters together.
PACKED: tuple[bytes, ...] = (
    _HEAD + _encoded("application/ms-tnef; name=winmail.dat", _PACKED),
    _HEAD + _leaf("application/ms-tnef", _PACKED, "Content-Transfer-Encoding: binary"),
    _HEAD + _parts("multipart/mixed", "w", _leaf("text/plain", b"Files"), _encoded("application/ms-tnef", _PACKED)),
    _HEAD + _leaf("text/rtf", _RTF),
    _HEAD + _leaf("text/enriched", b"<bold>It</bold> does <<not>> work.<nofill>\r\nat all</nofill>"),
    _HEAD + _leaf("text/calendar; method=REQUEST", _INVITATION),
    _HEAD + _leaf("application/pkcs7-mime; smime-type=signed-data", b"\x30\x80\x06\x09" + _INNER),
    _HEAD + _leaf("text/plain", _UUENCODED * 3),
)

LETTERS: tuple[bytes, ...] = (
    _HEAD + _leaf("text/plain; charset=utf-8", _QUOTED),
    _HEAD + _leaf("text/plain; charset=iso-8859-1", _QUOTED.decode().encode("latin-1"), "Content-Language: de"),
    _HEAD + _encoded("text/html; charset=utf-16", _HTML.decode().encode("utf-16")),
    _HEAD + _ALTERNATIVE,
    _HEAD + _parts("multipart/mixed", "=_mix", _RELATED, _FILE),
    _HEAD + _parts("multipart/mixed", "b", _leaf("text/plain", b"FYI"), _leaf("message/rfc822", _INNER)),
    _HEAD + _parts("multipart/digest", "d", b"\r\n" + _INNER, b"\r\n" + _INNER),
    _HEAD + _parts("multipart/alternative", "c", _leaf("text/plain", b"Talk?"), _leaf("text/calendar", _INVITATION)),
    _HEAD + _leaf("text/plain", _UUENCODED),
    b"Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example\r\nSubject: Undelivered Mail\r\nMIME-Version: 1.0\r\n"
    + _parts(
        "multipart/report; report-type=delivery-status",
        "r",
        _leaf("text/plain", b"<bob@example.org>: 550 5.1.1 no such user\r\n"),
        _leaf("message/delivery-status", _REPORT),
        _leaf("text/rfc822-headers", _HEAD),
    ),
    b"From: ann@example.com\r\nAuto-Submitted: auto-replied\r\nSubject: Out of office\r\n\r\nI am away.\r\n",
)
