"""A signature proves only where it covers all that decides what a mail does, and its key says so."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mail.model import Level
from mail.parse import parse
from mail.proof import BorderSettings, prove
from mail.signature_check import KeyAnswer, check_signatures
from mail.signatures import MAX_SIGNATURES, Claims, Signed, find_signatures
from tests.mail_signing import (
    AGENT,
    KEY_NAME,
    OURS,
    RECEIVED,
    WHOLE,
    Field,
    answers,
    judge,
    key_pair,
    letter,
    look,
    put_before,
    sign,
    write,
)

PLAIN: Field = ("Content-Type", "text/plain; charset=utf-8")
REPLY: tuple[Field, ...] = (
    ("Cc", "ann@globex.example"),
    ("In-Reply-To", "<n@us.example>"),
    ("References", "<n@us.example>"),
)
PARTS = "--b1\r\nContent-Type: text/plain\r\n\r\nHello\r\n--b1--\r\n"
MULTIPART: Field = ("Content-Type", 'multipart/mixed; boundary="b1"')
NO_TYPE = tuple(name for name in WHOLE if name != "content-type")
OVER = (*WHOLE, *WHOLE)


def without(*names: str) -> tuple[str, ...]:
    return tuple(name for name in WHOLE if name not in names)


HOLD = {
    "a plain letter": sign(letter()),
    "an answer with all its fields": sign(letter(more=(*REPLY, PLAIN))),
    "fields that are not there signed, too": sign(letter(more=REPLY), OVER),
    "simple canonicalization": sign(letter(), tags={"c": "simple/simple"}),
    "no c=, which means simple": sign(letter(), tags={"c": None}),
    "header simple, body relaxed": sign(letter(text="a  b \r\n\r\n\r\n"), tags={"c": "simple/relaxed"}),
    "a domain above the author's": sign(letter(f"alice@team.{'us.example'}"), tags={"d": "us.example"}),
    "names in h= in other letters and spaces": sign(letter(), tuple(f" {name.title()} " for name in WHOLE)),
    "made for this author": sign(letter(), tags={"i": AGENT}),
    "made for the domain": sign(letter(), tags={"i": "@us.example"}),
    "ends later": sign(letter(), tags={"x": str(int(RECEIVED.timestamp()) + 60)}),
    "a mark of somebody else above it": put_before(sign(letter()), ("Received", "from a by b; Mon"), ("X-Spam", "no")),
    "another domain's signature above it": sign(sign(letter()), tags={"d": "relay.example"}),
    "a broken one above it": put_before(sign(letter()), ("DKIM-Signature", "v=1; a=rsa-sha256; d=us.example")),
    "no Content-Type signed, but the boundary is the text's own": sign(letter(more=(MULTIPART,), text=PARTS), NO_TYPE),
    "no subject, and none may come": sign(
        write(
            [
                ("From", AGENT),
                ("To", "support@us.example"),
                ("Date", "Mon, 23 Nov 2026 11:58:00 +0000"),
                ("Message-ID", "<2@us.example>"),
            ]
        )
    ),
    "line ends of another system": sign(letter()).replace(b"\r\n", b"\n"),
    "an alias in Cc": sign(letter(to="bob@us.example", more=(("Cc", "Support <hi@us.example>"),))),
}


@pytest.mark.parametrize("shape", HOLD)
def test_a_signature_that_covers_all_of_it_proves_the_author(shape: str) -> None:
    assert look(HOLD[shape]) == Signed(holds=True, why="signed by us.example (DKIM)")


LACKING = {
    **{f"{name} not signed": (sign(letter(more=REPLY), without(name)), name) for name in WHOLE[:-1]},
    "no signature": (letter(), "bears no signature"),
    "none of ours in To or Cc": (sign(letter(to="bob@us.example")), "none of our addresses"),
    "ours in Bcc only": (sign(letter(to="b@us.example", more=(("Bcc", "hi@us.example"),))), "none of our addresses"),
    "no Message-ID": (sign(letter(message_id=None)), "no Message-ID"),
    "no Date": (sign(letter(date=None)), "Date"),
    "a Date of four days ago": (sign(letter(date="Thu, 19 Nov 2026 11:58:00 +0000")), "Date"),
    "a Date of tomorrow": (sign(letter(date="Tue, 24 Nov 2026 11:58:00 +0000")), "Date"),
    "a Date that nobody can read": (sign(letter(date="yesterday")), "Date"),
    "a second Subject": (sign(letter(more=(("Subject", "#close spam"),))), "Subject"),
    "a second Subject, both signed": (sign(letter(more=(("Subject", "x"),)), (*WHOLE, "subject")), "more than once"),
    "a second Message-ID": (sign(letter(more=(("Message-ID", "<9@us.example>"),))), "Message-ID"),
    "a second To of which one is signed": (sign(letter(more=(("To", "hi@us.example"),))), "does not cover To"),
    "a second References of which one is signed": (
        sign(letter(more=(*REPLY, ("References", "<x@us.example>")))), "does not cover References"
    ),
    "l=": (sign(letter(), tags={"l": "5"}), "l="),
    "l= of all": (sign(letter(), tags={"l": "9999"}), "l="),
    "sha1": (sign(letter(), tags={"a": "rsa-sha1"}), "rsa-sha1"),
    "ed25519": (sign(letter(), tags={"a": "ed25519-sha256"}), "ed25519"),
    "another domain": (sign(letter(), tags={"d": "evil.example"}), "signed by evil.example"),
    "a domain that ends like ours": (sign(letter(), tags={"d": "evilus.example"}), "signed by"),
    "a domain below ours": (sign(letter(), tags={"d": "customer.us.example"}), "signed by"),
    "a top-level domain": (sign(letter(), tags={"d": "example"}), "signed by"),
    "another author": (sign(letter(), tags={"i": "mallory@us.example"}), "another author"),
    "another domain in i=": (sign(letter(), tags={"i": "@evil.example"}), "another domain"),
    "an i= that is no address": (sign(letter(), tags={"i": "alice"}), "another domain"),
    "of the future": (sign(letter(), tags={"t": str(int(RECEIVED.timestamp()) + 7200)}), "t="),
    "ended": (sign(letter(), tags={"x": str(int(RECEIVED.timestamp()) - 1)}), "x="),
    "ended before it began": (sign(letter(), tags={"t": "1700000000", "x": "1600000000"}), "x="),
    "a time that is no number": (sign(letter(), tags={"x": "never"}), "no time"),
    "another version": (sign(letter(), tags={"v": "2"}), "do not know"),
    "another way to ask": (sign(letter(), tags={"q": "dns/x"}), "do not know"),
    "no selector": (sign(letter(), tags={"s": None}), "without s="),
    "a selector with two dots": (sign(letter(), tags={"s": "a..b"}), "no key"),
    "a selector that is no name": (sign(letter(), tags={"s": "a b/@"}), "no key"),
    "a tag twice": (sign(letter()).replace(b"v=1;", b"v=1; d=evil.example;", 1), "beyond doubt"),
    "a tag without value": (sign(letter()).replace(b"v=1;", b"v=1; nothing;", 1), "beyond doubt"),
    "a field of thousands of characters": (sign(letter(), tags={"z": "x" * 9000}), "not written"),
    "white space without end": (sign(letter()).replace(b"v=1;", b"v=1;" + b" " * 100, 1), "not written"),
    "two From": (sign(letter(more=(("From", "mallory@us.example"),))), "one author"),
    "two authors": (sign(letter("alice@us.example, mallory@us.example")), "one author"),
    "Content-Type not signed": (sign(letter(more=(PLAIN,)), NO_TYPE), "Content-Type"),
    "an encoding not signed": (
        sign(letter(more=(("Content-Transfer-Encoding", "quoted-printable"),))), "Content-Type"
    ),
}  # fmt: skip


@pytest.mark.parametrize("way", LACKING)
def test_a_signature_that_leaves_something_open_proves_nothing_and_says_what(way: str) -> None:
    raw, missing = LACKING[way]
    signed = look(raw)
    assert not signed.holds
    assert not signed.passing
    assert missing in signed.why.lower() or missing in signed.why


CHANGED = {
    "the text": (b"I have mended it.", b"I have broken it."),
    "the subject": (b"Cannot log in", b"#close spam"),
    "the author": (b"alice@us.example", b"bob@us.example"),
    "whom it answers": (b"In-Reply-To: <n@us.example>", b"In-Reply-To: <m@us.example>"),
    "a line behind the end": (b"mended it.\r\n", b"mended it.\r\n#close spam\r\n"),
    "the signature": (b"b=", b"b=QUFB"),
}


@pytest.mark.parametrize("what", CHANGED)
def test_a_mail_that_was_changed_proves_nothing(what: str) -> None:
    raw = sign(letter(more=REPLY), OVER)
    before, after = CHANGED[what]
    assert before in raw
    assert not look(raw.replace(before, after)).holds


ADDED: dict[str, Field] = {
    "In-Reply-To": ("In-Reply-To", "<token@us.example>"),
    "References": ("References", "<token@us.example>"),
    "Cc": ("Cc", "support@us.example"),
    "To": ("To", "support@us.example"),
    "Subject": ("Subject", "#close spam"),
    "a Subject with a space": ("Subject ", "#close spam"),
    "From": ("From", "mallory@us.example"),
    "Content-Type": ("Content-Type", "text/html"),
    "an encoding": ("Content-Transfer-Encoding", "base64"),
}


@pytest.mark.parametrize("field", ADDED)
@pytest.mark.parametrize("below", [True, False])
def test_a_field_that_was_added_to_a_signed_mail_makes_it_prove_nothing(field: str, *, below: bool) -> None:
    raw = sign(letter())
    head, _, body = raw.partition(b"\r\n\r\n")
    name, value = ADDED[field]
    line = f"{name}: {value}".encode()
    assert not look(head + b"\r\n" + line + b"\r\n\r\n" + body if below else line + b"\r\n" + raw).holds


def test_a_quoted_mail_cannot_become_the_text_by_another_boundary() -> None:
    quoted = "--b1\r\n\r\nsee below\r\n--b2\r\nContent-Type: text/plain\r\n\r\n#close spam\r\n--b2--\r\n--b1--"
    raw = sign(letter(more=(MULTIPART,), text=quoted), NO_TYPE)
    assert look(raw).holds
    for other in (b'"b2"', b'"b1"; boundary*0="b2"', b'"b1" (boundary="b2")', b'"b1"; Boundary=b2'):
        assert not look(raw.replace(b'"b1"', other, 1)).holds


KEYS = {
    "no key": None,
    "revoked": "v=DKIM1; k=rsa; p=",
    "of another": key_pair(number=2).record,
    "too short": key_pair(bits=768).record,
    "no key at all": "v=spf1 -all",
    "no base64": "v=DKIM1; p=!!!",
    "no RSA key in it": "v=DKIM1; p=AAAA",
    "of another version": key_pair().record.replace("DKIM1", "DKIM2"),
    "of another kind": key_pair().record.replace("rsa", "ed25519"),
    "for sha1 only": f"{key_pair().record}; h=sha1",
    "for another service": f"{key_pair().record}; s=tlsrpt",
    "on trial": f"{key_pair().record}; t=y",
    "without end": key_pair().record + "A" * 2000,
    "with letters of its own": f"n=schlüssel; {key_pair().record}",
}


@pytest.mark.parametrize("key", KEYS)
def test_a_key_that_does_not_say_so_proves_nothing(key: str) -> None:
    signed = look(sign(letter()), answers({KEY_NAME: KEYS[key]}))
    assert not signed.holds
    assert "us.example" in signed.why or "key" in signed.why
    assert not signed.passing


@pytest.mark.parametrize("more", ["; t=s", "; s=email", "; s=x:*", "; h=sha1:sha256", "; n=hello", ";"])
def test_a_key_may_say_more(more: str) -> None:
    assert look(sign(letter()), answers({KEY_NAME: key_pair().record + more})).holds


def test_a_key_for_its_own_domain_only_does_not_sign_for_one_below_it() -> None:
    raw = sign(letter("alice@team.us.example"), tags={"i": "@team.us.example"})
    assert look(raw).holds
    assert not look(raw, answers({KEY_NAME: f"{key_pair().record}; t=s"})).holds


def test_a_signature_too_short_a_key_made_is_told() -> None:
    short = key_pair(bits=768)
    signed = look(sign(letter(), pair=short), answers({KEY_NAME: short.record}))
    assert "768 bits" in signed.why


@pytest.mark.parametrize("bits", [1024, 2048, 4096])
def test_keys_as_they_are_used(bits: int) -> None:
    pair = key_pair(bits)
    assert look(sign(letter(), pair=pair), answers({KEY_NAME: pair.record})).holds


def test_a_key_that_could_not_be_asked_leaves_it_open_for_the_moment() -> None:
    signed = look(sign(letter()), {KEY_NAME: KeyAnswer(None, "no answer within 3 s")})
    assert (signed.holds, signed.passing) == (False, True)
    assert "no answer within 3 s" in signed.why


def test_one_that_holds_is_enough() -> None:
    twice = sign(sign(letter()), tags={"s": "s2"})
    unanswered = {"s2._domainkey.us.example": KeyAnswer(None, "timeout")}
    assert look(twice, unanswered | answers()).holds
    assert look(twice, unanswered).passing


def test_of_many_signatures_few_are_asked() -> None:
    raw = letter()
    for number in range(20):
        raw = sign(raw, tags={"s": f"s{number}"})
    claims = find_signatures(parse(raw), RECEIVED, OURS.__contains__)
    assert len(claims.signatures) == MAX_SIGNATURES


@pytest.mark.parametrize("hours", [-1, 0, 71])
def test_a_mail_may_take_three_days(hours: int) -> None:
    assert look(sign(letter()), received=RECEIVED + timedelta(hours=hours)).holds


def test_what_the_border_server_says_comes_first() -> None:
    border_server = BorderSettings(authserv_id="mx.us.example", own_received=("mx.us.example",))
    border: Field = ("Received", "from a by mx.us.example; Mon")
    failed = put_before(
        sign(letter()), ("Authentication-Results", "mx.us.example; dmarc=fail header.from=us.example"), border
    )
    assert judge(failed, border_server)[1].level is Level.FAILED
    proof = judge(put_before(sign(letter()), border), border_server)[1]
    assert (proof.level, proof.by_signature) == (Level.PROVEN, True)


def test_without_any_settings_a_signature_proves() -> None:
    assert judge(sign(letter()), BorderSettings())[1].holds


def test_an_unproven_mail_says_what_its_border_server_and_its_signature_lack() -> None:
    proof = judge(sign(letter(), without("message-id")), BorderSettings())[1]
    assert proof.level is Level.UNPROVEN
    assert "configured" in proof.why
    assert "Message-ID" in proof.why


@pytest.mark.parametrize("lone", [b"X-A: a\rb\r\n", b"X-A: a\0b\r\n", b"X-A: a\n"])
def test_a_bare_control_in_the_header_undoes_any_signature(lone: bytes) -> None:
    assert not judge(lone + sign(letter()), BorderSettings())[1].holds
    assert not prove(parse(lone + letter()), BorderSettings(), Signed(holds=True, why="said so")).holds


def test_a_dmarc_pass_by_signature_alone_proves_nothing_unless_all_is_signed() -> None:
    border_server = BorderSettings(authserv_id="mx.us.example", own_received=("mx.us.example",))
    border: Field = ("Received", "from a by mx.us.example; Mon")
    microsoft = ("from", "date", "subject", "message-id", "content-type", "mime-version")
    for spf, signed, level in (
        ("spf=fail smtp.mailfrom=evil.example", microsoft, Level.UNPROVEN),
        ("spf=pass smtp.mailfrom=evil.example", microsoft, Level.UNPROVEN),
        ("spf=pass smtp.mailfrom=evil@evilus.example", microsoft, Level.UNPROVEN),
        ("dkim=pass header.d=us.example", microsoft, Level.UNPROVEN),
        ("spf=pass smtp.mailfrom=alice@us.example", microsoft, Level.PROVEN),
        ("spf=pass smtp.mailfrom=bounces.us.example", microsoft, Level.PROVEN),
        ("spf=fail smtp.mailfrom=evil.example", WHOLE, Level.PROVEN),
    ):
        report = f"mx.us.example; dmarc=pass header.from=us.example; {spf}"
        raw = put_before(sign(letter(), signed), ("Authentication-Results", report), border)
        proof = judge(raw, border_server)[1]
        assert proof.level is level, spf


def test_without_a_signature_dmarc_can_only_have_passed_by_the_server_that_sent_it() -> None:
    border_server = BorderSettings(authserv_id="mx.us.example", own_received=("mx.us.example",))
    report: Field = ("Authentication-Results", "mx.us.example; dmarc=pass header.from=us.example")
    proof = judge(put_before(letter(), report, ("Received", "from a by mx.us.example; Mon")), border_server)[1]
    assert (proof.level, proof.by_signature) == (Level.PROVEN, False)


@settings(deadline=None)  # its first example makes a key
@given(st.text(max_size=200), st.binary(max_size=200))
def test_any_signature_and_any_key_are_read_without_an_exception(text: str, junk: bytes) -> None:
    value = text.replace("\r", "").replace("\n", "")
    raw = (
        b"DKIM-Signature: " + value.encode("utf-8", "replace") + b"\r\n" + junk.replace(b"\n", b"") + b"\r\n" + letter()
    )
    assert not look(raw).holds
    mended = sign(letter()).replace(b"b=", b"b=" + junk.hex().encode())
    assert not look(mended, answers({KEY_NAME: f"p={text}"})).holds


@pytest.mark.timeout(20)
@pytest.mark.parametrize("body", [" " * 1_000_000, "\r\n" * 500_000, "\t \r" * 300_000, "=" * 1_000_000])
def test_a_megabyte_of_anything_is_checked_in_linear_time(body: str) -> None:
    assert look(sign(letter(text=f"x{body}y"))).holds


@pytest.mark.timeout(20)
def test_a_header_full_of_white_space_is_checked_in_linear_time() -> None:
    folded = "\r\n ".join(["x"] * 15_000)
    assert look(sign(letter(more=(("X-Long", folded),)), (*WHOLE, "x-long"))).holds


def test_without_a_claim_nothing_is_checked() -> None:
    assert check_signatures(b"", Claims(why="nothing there"), {}) == Signed(why="nothing there")
    assert replace(Signed(), holds=True).holds
