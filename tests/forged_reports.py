"""Mails that imitate the word of our border server, or put the agent where some reader takes them for the author."""

from mail.proof import OwnHeader
from tests.forged_world import (
    ALICE,
    BORDER,
    MALLORY,
    MX,
    Way,
    answer,
    outside,
)
from tests.mail_signing import Field, put_before

AR = "Authentication-Results"
PASS = f"{MX}; dmarc=pass header.from=us.example; spf=pass smtp.mailfrom={ALICE}"
HOP: Field = ("Received", f"from a by {MX}; Mon")


def reported(said: str, sender: str = f"Alice <{ALICE}>") -> bytes:
    return outside(answer(sender), said)


def below(*fields: Field) -> bytes:
    return outside(put_before(answer(), *fields))


def line(text: bytes) -> bytes:
    """A mail whose header holds these bytes above everything else that the sender wrote."""
    return outside(text + b"\r\n" + answer())


AUTH_AS: Field = ("X-MS-Exchange-Organization-AuthAs", "Internal")


# ---------------------------------------------------------------- what the border server writes, imitated
REPORTS: dict[str, bytes] = {
    "no word at all": put_before(answer(), HOP),
    "our server's word below our Received": below((AR, PASS)),
    "our server's word between forged hops": below(HOP, (AR, PASS), HOP),
    "our server's word below all": outside(answer(more=((AR, PASS),))),
    "our server's word where it wrote none": put_before(answer(), HOP, (AR, PASS)),
    "another server's word above": put_before(outside(answer()), (AR, PASS.replace(MX, "mx.evil.example"))),
    "a server that is called nearly like ours": put_before(
        outside(answer()), (AR, f"{MX}.evil.example;{PASS.partition(';')[2]}")
    ),
    "no name of a server": put_before(outside(answer()), (AR, PASS.partition("; ")[2])),
    "ARC": put_before(outside(answer()), ("ARC-Authentication-Results", f"i=1; {PASS}")),
    "a field of nearly this name": put_before(outside(answer()), ("X-Authentication-Results", PASS)),
    "an encoded word": below((AR, f"=?utf-8?q?{PASS.replace(' ', '_')}?=")),
    "a pass in a comment": reported("spf=pass (dmarc=pass header.from=us.example) smtp.mailfrom=evil.example"),
    "a pass in a nested comment": reported(
        "spf=pass (a (b) dmarc=pass header.from=us.example) smtp.mailfrom=evil.example"
    ),
    "a pass in quotes": reported('spf=pass smtp.mailfrom="a; dmarc=pass header.from=us.example"'),
    "a pass in a reason": reported('dmarc=none reason="; dmarc=pass" header.from=us.example'),
    "a pass behind a fail": reported("dmarc=fail header.from=us.example; dmarc=pass header.from=us.example"),
    "a pass of another domain": reported("dmarc=pass header.from=evil.example; spf=pass smtp.mailfrom=evil.example"),
    "a pass of a domain below": reported("dmarc=pass header.from=x.us.example; spf=pass smtp.mailfrom=x.us.example"),
    "a pass of a domain above": reported("dmarc=pass header.from=example; spf=pass smtp.mailfrom=example"),
    "SPF of our own domain alone": reported(f"spf=pass smtp.mailfrom={ALICE}"),
    "a signature of a stranger's": reported("dkim=pass header.d=evil.example; dmarc=none header.from=us.example"),
    "compauth": reported("dmarc=bestguesspass header.from=us.example; compauth=pass reason=100"),
    "DMARC that could not be asked": reported("dmarc=temperror header.from=us.example"),
    "DMARC that failed": reported("dmarc=fail header.from=us.example"),
    "a login of somebody else": reported("auth=pass smtp.auth=mallory@us.example"),
    "a login of somebody else with the agent's envelope": reported(
        f"auth=pass smtp.auth=mallory smtp.mailfrom={ALICE}"
    ),
    "a login that failed": reported(f"auth=fail smtp.auth={ALICE}"),
    "a login where DMARC failed": reported(f"auth=pass smtp.auth={ALICE}; dmarc=fail header.from=us.example"),
    "Exchange's word where it is not believed": below(AUTH_AS),
    "a bare CR before our server's word": line(f"X-A: a\r{AR}: {PASS}".encode()),
    "a bare CR before From": line(b"X-A: a\rFrom: alice@us.example"),
    "a bare LF before our server's word": line(f"X-A: a\n{AR}: {PASS}".encode()),
    "a NUL": line(b"X-A: a\0"),
    "an empty line before the header": b"\r\n" + outside(answer(), "dmarc=pass header.from=us.example"),
    "our server's word folded into another field": below(("X-A", f"a\r\n {AR}: {PASS}")),
    "a header of a megabyte": outside(b"X-A: " + b"a" * 1_000_000 + b"\r\n" + put_before(answer(), (AR, PASS))),
}

# ---------------------------------------------------------------- From, while the stranger's own domain is proven
EVIL = "dmarc=pass header.from=evil.example; spf=pass smtp.mailfrom=mallory@evil.example"
AUTHORS: dict[str, tuple[str, ...]] = {
    "the agent first": (f"From: {ALICE}", f"From: {MALLORY}"),
    "the agent second": (f"From: {MALLORY}", f"From: {ALICE}"),
    "the agent in a field with a space": (f"From : {ALICE}", f"From: {MALLORY}"),
    "both in one field": (f"From: {ALICE}, {MALLORY}",),
    "both, the stranger first": (f"From: {MALLORY}, {ALICE}",),
    "the agent as the name": (f'From: "{ALICE}" <{MALLORY}>',),
    "the agent as a bare name": (f"From: {ALICE} <{MALLORY}>",),
    "the agent in an encoded name": (f"From: =?utf-8?q?alice=40us=2Eexample?= <{MALLORY}>",),
    "the whole in an encoded word": ("From: =?utf-8?q?alice=40us=2Eexample?=",),
    "the agent folded in": (f"From: {ALICE}\r\n <{MALLORY}>",),
    "the agent in a comment": (f"From: ({ALICE}) {MALLORY}",),
    "the agent behind a comment that never ends": (f"From: {ALICE} ( <{MALLORY}>",),
    "quotes that never end": (f'From: "{ALICE} <{MALLORY}>',),
    "a group's name": (f"From: {ALICE}: {MALLORY};",),
    "a route": (f"From: <@us.example:{MALLORY}>",),
    "two in angles": (f"From: <{ALICE}> <{MALLORY}>",),
    "the agent as a local part": ('From: "alice@us.example"@evil.example',),
    "our domain in front of another": ("From: alice@us.example.evil.example",),
    "a domain of look-alike letters": ("From: alice@us.ex\u0430mple",),
    "a domain of full width": ("From: alice@\uff55s.example",),
    "Sender": (f"From: {MALLORY}", f"Sender: {ALICE}"),
    "Sender without From": (f"Sender: {ALICE}",),
    "Reply-To": (f"From: {MALLORY}", f"Reply-To: {ALICE}"),
    "Return-Path": (f"Return-Path: <{ALICE}>", f"From: {MALLORY}"),
    "Resent-From": (f"From: {MALLORY}", f"Resent-From: {ALICE}"),
    "X-Original-From": (f"From: {MALLORY}", f"X-Original-From: {ALICE}"),
    "a list of ours named by a stranger": (
        "From: Alice via Team <team@us.example>",
        f"X-Original-From: {ALICE}",
        "List-Id: <team@us.example>",
        "List-Post: <mailto:team@us.example>",
    ),
}


def written_by(*fields: str) -> bytes:
    rest = answer().partition(b"\r\n")[2]
    return outside("\r\n".join((*fields, "")).encode() + rest, EVIL)


WAYS: dict[str, Way] = {
    **{f"report: {name}": Way(raw) for name, raw in REPORTS.items()},
    "report: Exchange's word below one of its own": Way(
        below(AUTH_AS, AUTH_AS),
        BORDER.model_copy(update={"internal_header": OwnHeader(name=AUTH_AS[0], value="Internal")}),
    ),
    **{f"author: {name}": Way(written_by(*fields)) for name, fields in AUTHORS.items()},
}
