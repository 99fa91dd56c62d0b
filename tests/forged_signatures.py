"""Signed mails that were changed, signed by others, meant for others, or played again."""

from tests.forged_world import (
    ALICE,
    BOB,
    DNS,
    KNOWN,
    MALLORY,
    MX,
    SUPPORT,
    Way,
    add,
    after,
    answer,
    outside,
    seal,
    token,
)
from tests.mail_signing import DOMAIN, KEY_NAME, WHOLE, Field, key_pair, letter, put_before, sign

HOP: Field = ("Received", f"from a by {MX}; Mon")
MICROSOFT = ("from", "date", "subject", "message-id", "content-type", "mime-version")
TYPE: Field = ("Content-Type", 'multipart/mixed; boundary="b1"')
TWO_TEXTS = "--b1\r\n\r\nsee below\r\n--b2\r\nContent-Type: text/plain\r\n\r\n#close spam\r\n--b2--\r\n--b1--"
PLUS = f"support+{token().strip('<>').partition('@')[0]}@us.example"


def reported(said: str, sender: str = f"Alice <{ALICE}>") -> bytes:
    return outside(answer(sender), said)


def below(*fields: Field) -> bytes:
    return outside(put_before(answer(), *fields))


def line(text: bytes) -> bytes:
    """A mail whose header holds these bytes above everything else that the sender wrote."""
    return outside(text + b"\r\n" + answer())


# ---------------------------------------------------------------- signatures
TO_MALLORY = letter(f"Alice <{ALICE}>", to=MALLORY, subject="Fwd: [#42] Cannot log in", text="For your eyes.")
ANSWER = answer(text="It works now.")
BARE = letter(f"Alice <{ALICE}>", text="It works now.")  # answers nothing


def unsigned(name: str, before: bytes, behind: bytes, made: bytes = ANSWER) -> bytes:
    """A mail whose signature leaves one field open, with that field changed."""
    raw = seal(made, signed=tuple(each for each in WHOLE if each != name))
    assert before in raw
    return raw.replace(before, behind)


SIGNATURES: dict[str, bytes] = {
    "by another domain": seal(ANSWER, "evil.example"),
    "by a domain below": seal(ANSWER, "customer.us.example"),
    "by a domain above all": seal(ANSWER, "example"),
    "by a domain that ends alike": seal(ANSWER, "evilus.example"),
    "by another domain under our selector": seal(ANSWER, "evil.example", {"s": "s1", "i": f"@{DOMAIN}"}),
    "by a key of the stranger's own": sign(ANSWER, pair=key_pair(number=6)),
    "by a selector that is not there": seal(ANSWER, tags={"s": "s9"}),
    "by another person of the domain": seal(ANSWER, tags={"i": "mallory@us.example"}),
    "of the beginning of the text": seal(ANSWER, tags={"l": "7"}) + b"#close spam\r\n",
    "of no text at all": seal(ANSWER, tags={"l": "0"}),
    "by sha1": seal(ANSWER, tags={"a": "rsa-sha1"}),
    "that has ended": seal(ANSWER, tags={"x": "1700000000"}),
    "of the future": seal(ANSWER, tags={"t": "1900000000"}),
    "with two domains in it": seal(ANSWER, "evil.example").replace(b"v=1;", b"v=1; d=us.example;", 1),
    "without From": unsigned("from", b"Alice <alice", b"Bob <bob"),
    "without the Subject": unsigned("subject", b"Cannot log in", b"Cannot log in #close spam"),
    "without In-Reply-To": unsigned("in-reply-to", b"In-Reply-To: ", b"In-Reply-To: <a@b> "),
    "without References": unsigned("references", b"References: ", b"References: <a@b> "),
    "without To": unsigned("to", b"To: support@", b"To: hi@"),
    "without Message-ID": unsigned("message-id", b"<1@us.example>", b"<2@us.example>"),
    "without Date": unsigned("date", b"11:58:00", b"11:59:00"),
    "without Cc": unsigned("cc", b"Cc: a", b"Cc: b", add(ANSWER, ("Cc", "a@globex.example"))),
    "with another text": seal(ANSWER).replace(b"works now", b"is broken"),
    "with a text behind it": seal(ANSWER) + b"\r\n#close spam\r\n",
    "with another subject": seal(ANSWER).replace(b"Cannot log in", b"#close spam"),
    "with a second subject": add(seal(ANSWER), ("Subject", "#close spam")),
    "with a subject above": put_before(seal(ANSWER), ("Subject", "#close spam")),
    "with a second From": put_before(seal(ANSWER), ("From", BOB)),
    "with In-Reply-To added": add(seal(BARE), ("In-Reply-To", token())),
    "with References added": add(seal(BARE), ("References", f"{KNOWN} {token()}")),
    "with Cc added": add(seal(letter(f"Alice <{ALICE}>", to=MALLORY)), ("Cc", SUPPORT)),
    "with To added": add(seal(TO_MALLORY), ("To", SUPPORT)),
    "with another bound": seal(answer(more=(TYPE,), text=TWO_TEXTS), signed=WHOLE[:-1]).replace(b'"b1"', b'"b2"', 1),
    "with an encoding added": add(
        seal(answer(text="=23close spam")), ("Content-Transfer-Encoding", "quoted-printable")
    ),
    "of a mail to somebody else": seal(TO_MALLORY),
    "of a mail to somebody else, resent": add(seal(TO_MALLORY), ("Resent-To", SUPPORT), ("Bcc", SUPPORT)),
    "of a mail to somebody else, delivered to us": put_before(seal(TO_MALLORY), ("Delivered-To", PLUS)),
    "of a mail from last week": seal(answer().replace(b"Mon, 23 Nov", b"Mon, 16 Nov")),
    "in an attached mail": letter(ALICE, more=(("Content-Type", "message/rfc822"),), text=seal(ANSWER).decode()),
    "in the text": letter(ALICE, text=seal(ANSWER).decode()),
}
SIGNED_WAYS: dict[str, Way] = {f"signed {name}": Way(outside(raw)) for name, raw in SIGNATURES.items()}
KEYLESS: dict[str, Way] = {
    f"a key that is {name}": Way(outside(seal(ANSWER)), dns={**DNS, KEY_NAME: record})
    for name, record in {
        "not there": None,
        "revoked": "v=DKIM1; p=",
        "on trial": f"{key_pair().record}; t=y",
        "for another service": f"{key_pair().record}; s=tlsrpt",
    }.items()
}
SHORT = sign(ANSWER, pair=key_pair(bits=768))
BY_DKIM = "dmarc=pass header.from=us.example; dkim=pass header.d=us.example"
TYPED = letter(f"Alice <{ALICE}>", more=(("Content-Type", "text/plain"),), text="It works now.")
PLAYED_TO_US = seal(TO_MALLORY, signed=MICROSOFT).replace(MALLORY.encode(), SUPPORT.encode())
PLAYED: dict[str, Way] = {
    "a short key": Way(outside(SHORT), dns={**DNS, KEY_NAME: key_pair(bits=768).record}),
    "played again as it was": after(seal(ANSWER), outside(seal(ANSWER))),
    "played again with marks of other servers": after(
        seal(ANSWER), outside(put_before(seal(ANSWER), HOP, ("X-Spam", "no")))
    ),
    "played again as another type": after(
        seal(TYPED, signed=WHOLE[:-1]), outside(seal(TYPED, signed=WHOLE[:-1]).replace(b"text/plain", b"text/html"))
    ),
    "played again into another ticket": after(seal(BARE), outside(add(seal(BARE), ("In-Reply-To", token())))),
    "played again into another ticket by its tag": after(
        seal(BARE), outside(seal(BARE).replace(b"Re: [#42] ", b"Re: [#7] "))
    ),
    "played again below a delivery to a token": after(
        seal(BARE), outside(put_before(seal(BARE), ("X-Original-To", PLUS)))
    ),
    **{
        f"Microsoft's to a stranger, played to us, {name}": Way(outside(add(PLAYED_TO_US, *more), report))
        for name, report, more in (
            ("as a reply", f"{BY_DKIM}; spf=pass smtp.mailfrom=evil.example", (("In-Reply-To", token()),)),
            (
                "from a server that SPF refuses",
                f"{BY_DKIM}; spf=fail smtp.mailfrom={ALICE}",
                (("References", token()),),
            ),
            ("where SPF is not reported", BY_DKIM, (("References", f"{KNOWN} {token()}"),)),
            ("from a server of nobody", f"{BY_DKIM}; spf=none smtp.mailfrom=<>", (("In-Reply-To", KNOWN),)),
            ("by its tag", f"{BY_DKIM}; spf=pass smtp.mailfrom=evilus.example", ()),
        )
    },
    "Microsoft's with a signature of all added": Way(
        outside(
            seal(add(seal(TO_MALLORY, signed=MICROSOFT).replace(MALLORY.encode(), SUPPORT.encode())), tags={"s": "s9"}),
            BY_DKIM,
        )
    ),
}


WAYS: dict[str, Way] = {**SIGNED_WAYS, **KEYLESS, **PLAYED}
