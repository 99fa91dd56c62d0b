"""A sender is proven by what our own border server reports where no sender can write, and by nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from mail.model import Address, Level, Mail
from mail.parse import read_headers_only
from mail.proof import BorderSettings, OwnHeader, prove

AGENT = "agent@us.example"
PASS = f"mx.us.example; dmarc=pass (p=reject dis=none) header.from=us.example; spf=pass smtp.mailfrom={AGENT}"
FAIL = "mx.us.example; dmarc=fail (p=none dis=none) header.from=us.example"
NONE = "mx.us.example; dmarc=none header.from=us.example"
BORDER = "from a.sender.example (a.sender.example [192.0.2.1]) by mx.us.example (Postfix) with ESMTPS id 4T; Mon"
INSIDE = "from mx.us.example (mx.us.example [10.0.0.1]) by store.us.example with LMTP id 9; Mon, 1 Jan 2026"
SENDERS = "from laptop (unknown [198.51.100.7]) by mail.sender.example with ESMTPSA id 1; Mon, 1 Jan 2026"
AR = "Authentication-Results"

ABOVE = BorderSettings(authserv_id="mx.us.example", own_received=("mx.us.example",))
BELOW = ABOVE.model_copy(update={"position": "below"})
ANY_TOP = BorderSettings(authserv_id="mx.us.example")
M365 = BorderSettings(authserv_id="", own_received=("*.mail.protection.outlook.com",))
GOOGLE = BorderSettings(authserv_id="mx.google.com", position="below", own_received=("mx.google.com",))
EXCHANGE = BorderSettings(internal_header=OwnHeader(name="X-MS-Exchange-Organization-AuthAs", value="Internal"))
NOTHING = BorderSettings()

Field = tuple[str, str]


def mail_of(*fields: Field, sender: str = AGENT, author: tuple[str, ...] | None = None, bare: bool = False) -> Mail:
    froms = (f"Agent <{sender}>",) if author is None else author
    headers = (*fields, *(("From", value) for value in froms), ("To", "support@us.example"), ("Subject", "hello"))
    return Mail(headers=headers, sender=Address("Agent", sender), bare_control=bare)


def at_border(*values: str, below: bool = False, bare: bool = False) -> Mail:
    """A mail into which the border server wrote these reports, in the right place."""
    reports = [(AR, value) for value in values]
    top = [("Received", INSIDE), ("Return-Path", f"<{AGENT}>")]
    seam = [("Received", BORDER)]
    fields = [*top, *seam, *reports] if below else [*top, *reports, *seam]
    return mail_of(*fields, ("Received", SENDERS), bare=bare)


M365_REPORT = (
    "spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=us.example; dkim=pass (signature was verified) "
    "header.d=us.example;dmarc=pass action=none header.from=us.example;compauth=pass reason=100"
)
M365_TOP = "from AM9PR01MB1.eurprd01.prod.outlook.com (2603::1) by DB7PR01MB2.eurprd01.prod.outlook.com with HTTPS; Mon"
M365_BORDER = (
    "from mail.us.example (192.0.2.1) by AM4PEPF01.mail.protection.outlook.com (10.167.1.2) with Microsoft SMTP Server "
    "(version=TLS1_3, cipher=TLS_AES_256_GCM_SHA384) id 15.20.1; Mon"
)
GOOGLE_REPORT = (
    "mx.google.com; dkim=pass header.i=@us.example header.s=s1 header.b=AbC/d12; spf=pass (google.com: domain of "
    "agent@us.example designates 192.0.2.1 as permitted sender) smtp.mailfrom=agent@us.example; dmarc=pass (p=REJECT "
    "sp=REJECT dis=NONE) header.from=us.example"
)
GOOGLE_BORDER = "from mail.us.example (mail.us.example. [192.0.2.1]) by mx.google.com with ESMTPS id a; Mon"
FASTMAIL_REPORT = (
    "mx6.messagingengine.example; x-csa=none; x-me-sender=none; x-ptr=pass smtp.helo=a.b policy.ptr=a.b; bimi=skipped "
    "(DMARC Policy is not at enforcement); arc=none (no signatures found); dkim=pass (2048-bit rsa key sha256) "
    "header.d=us.example header.i=@us.example header.b=Abc header.a=rsa-sha256 header.s=s1 x-bits=2048; dmarc=pass "
    "policy.published-domain-policy=none policy.applied-disposition=none policy.evaluated-disposition=none "
    "(p=none,d.eval=none) policy.policy-from=p header.from=us.example; iprev=pass smtp.remote-ip=192.0.2.1 (a.b); "
    "spf=pass smtp.mailfrom=agent@us.example smtp.helo=a.b; x-tls=pass smtp.version=TLSv1.3 smtp.bits=256/256"
)
RSPAMD_REPORT = (
    "mx.us.example; dkim=pass header.d=us.example header.s=2024 header.b=ab12; dmarc=pass (policy=quarantine) "
    "header.from=us.example; spf=pass (mx.us.example: domain of agent@us.example designates 192.0.2.1 as permitted "
    "sender) smtp.mailfrom=agent@us.example"
)
LOGIN = f"mx.us.example; auth=pass (PLAIN) smtp.auth={AGENT} smtp.mailfrom={AGENT}"

GENUINE: dict[str, tuple[BorderSettings, Mail]] = {
    "google": (
        GOOGLE,
        mail_of(
            ("Delivered-To", "support@us.example"),
            ("Received", "by 2002:a05:7208:1 with SMTP id a1; Mon"),
            ("X-Received", "by 2002:a05:1 with SMTP id b; Mon"),
            ("ARC-Authentication-Results", "i=1; mx.google.com; dmarc=pass header.from=us.example"),
            ("Return-Path", f"<{AGENT}>"),
            ("Received", GOOGLE_BORDER),
            ("Received-SPF", "pass (google.com: domain of agent@us.example)"),
            (AR, GOOGLE_REPORT),
            ("DKIM-Signature", "v=1; d=us.example"),
        ),
    ),
    "microsoft 365": (
        M365,
        mail_of(("Received", M365_TOP), (AR, M365_REPORT), ("Received-SPF", "Pass"), ("Received", M365_BORDER)),
    ),
    "postfix with opendkim and opendmarc above": (
        ABOVE,
        at_border(PASS, "mx.us.example; dkim=pass (2048-bit key) header.d=us.example header.i=@us.example header.b=x"),
    ),
    "postfix with opendmarc below": (
        BELOW,
        at_border(PASS, "mx.us.example; dkim=pass (2048-bit key) header.d=us.example header.b=x", below=True),
    ),
    "rspamd": (BELOW, at_border(RSPAMD_REPORT, below=True)),
    "fastmail": (
        BorderSettings(authserv_id="mx6.messagingengine.example", own_received=("mx6.messagingengine.example",)),
        mail_of(
            (AR, FASTMAIL_REPORT), ("Received", "from a.b by mx6.messagingengine.example (Postfix) with ESMTPS; Mon")
        ),
    ),
    "exchange internal": (EXCHANGE, mail_of(("X-MS-Exchange-Organization-AuthAs", "Internal"))),
    "exchange internal in other letters": (EXCHANGE, mail_of(("x-ms-exchange-organization-authas", " internal "))),
    "submission": (ABOVE, at_border(LOGIN)),
    "submission below": (BELOW, at_border(LOGIN, below=True)),
    "submission that names the envelope only": (ABOVE, at_border(f"mx.us.example; auth=pass smtp.mailfrom={AGENT}")),
    "submission with a second empty report": (ABOVE, at_border("mx.us.example; none", LOGIN)),
    "no host configured, the topmost Received counts": (ANY_TOP, mail_of((AR, PASS), ("Received", INSIDE))),
    "the id in capitals": (ABOVE, at_border(PASS.replace("mx.us", "MX.US"))),
    "the id with a version": (ABOVE, at_border(PASS.replace("example;", "example 1;", 1))),
    "folded and full of comments": (
        ABOVE,
        at_border("mx.us.example (a (b));\t dmarc (c) = (d) pass header.from=us.example"),
    ),
    "another server's report beside ours": (ABOVE, at_border("int.us.example; dmarc=none", PASS)),
    "a forgery below a genuine one": (
        ABOVE,
        mail_of((AR, PASS), ("Received", BORDER), (AR, FAIL), ("Received", SENDERS)),
    ),
    "a content filter that hands mail back": (
        ABOVE.model_copy(update={"own_hops": 2}),
        mail_of(("Received", BORDER), (AR, PASS), ("Received", BORDER), ("Received", SENDERS)),
    ),
    "a domain with letters of its own": (
        ABOVE,
        mail_of(
            (AR, "mx.us.example; dmarc=pass header.from=xn--bcher-kva.example"),
            ("Received", BORDER),
            sender="agent@xn--bcher-kva.example",
        ),
    ),
}


@pytest.mark.parametrize("shape", GENUINE)
def test_genuine_mail_is_proven(shape: str) -> None:
    settings, mail = GENUINE[shape]
    proof = prove(mail, settings)
    assert proof.level is Level.PROVEN, proof.why


def below_seam(*fields: Field) -> Mail:
    """What a sender can write: all below the Received of our border server."""
    return mail_of(("Received", INSIDE), ("Received", BORDER), *fields, ("Received", SENDERS))


def in_comment(text: str) -> str:
    return f"mx.us.example; spf=pass ({text}) smtp.mailfrom=evil.example"


DM = "dmarc=pass header.from=us.example"
FORGED: dict[str, tuple[BorderSettings, Mail]] = {
    "no report at all": (ABOVE, below_seam()),
    "no header at all": (ABOVE, Mail()),
    "our report below our Received": (ABOVE, below_seam((AR, PASS))),
    "our report below a forged Received of ours": (ABOVE, below_seam((AR, PASS), ("Received", BORDER))),
    "our report below everything": (ABOVE, mail_of(("Received", BORDER), ("Received", SENDERS), (AR, PASS))),
    "no Received of ours": (ABOVE, mail_of((AR, PASS), ("Received", SENDERS))),
    "our host in another's Received": (
        ABOVE,
        mail_of((AR, PASS), ("Received", "from x (by mx.us.example) by evil.example with SMTP; Mon")),
    ),
    "our host only at the end of a longer name": (
        ABOVE,
        mail_of((AR, PASS), ("Received", "from x by mx.us.example.evil.example with SMTP; Mon")),
    ),
    "no Received at all": (ANY_TOP, mail_of((AR, PASS))),
    "one hop too few": (ABOVE.model_copy(update={"own_hops": 2}), at_border(PASS)),
    "another authserv-id": (ABOVE, at_border(PASS.replace("mx.us.example", "mx.evil.example", 1))),
    "an authserv-id that begins like ours": (ABOVE, at_border(PASS.replace("mx.us.example", "mx.us.example.evil", 1))),
    "no authserv-id where ours is named": (ABOVE, at_border(PASS.partition("; ")[2])),
    "an authserv-id where ours writes none": (M365, mail_of((AR, PASS), ("Received", M365_BORDER))),
    "microsoft's report below the border": (M365, mail_of(("Received", M365_BORDER), (AR, M365_REPORT))),
    "microsoft's report above another tenant's border": (
        M365,
        mail_of(("Received", M365_BORDER), (AR, M365_REPORT), ("Received", M365_BORDER)),
    ),
    "compauth is no DMARC": (
        M365,
        mail_of(
            (
                AR,
                "dmarc=bestguesspass action=none header.from=us.example;compauth=pass",
            ),
            ("Received", M365_BORDER),
        ),
    ),
    "arc": (ABOVE, mail_of(("ARC-Authentication-Results", f"i=1; {PASS}"), ("Received", BORDER))),
    "a renamed report": (ABOVE, mail_of((f"{AR}-Original", PASS), ("X-" + AR, PASS), ("Received", BORDER))),
    "a report in the subject": (ABOVE, mail_of(("Subject", f"{AR}: {PASS}"), ("Received", BORDER))),
    "an encoded report": (ABOVE, at_border(f"=?utf-8?q?{PASS.replace(' ', '_')}?=")),
    "a bare CR in the header": (ABOVE, at_border(PASS, bare=True)),
    "a bare CR in internal mail": (EXCHANGE, mail_of(("X-MS-Exchange-Organization-AuthAs", "Internal"), bare=True)),
    "pass in a comment": (ABOVE, at_border(in_comment(DM))),
    "pass in a nested comment": (ABOVE, at_border(in_comment(f"a (b) ; {DM}"))),
    "pass in a quoted string": (ABOVE, at_border(f'mx.us.example; spf=pass smtp.mailfrom="a; {DM}"')),
    "pass in a reason": (ABOVE, at_border(f'mx.us.example; dmarc=none reason="; {DM}" header.from=us.example')),
    "pass smuggled behind none": (ABOVE, at_border(f"{NONE}; spf=none smtp.helo=x; {DM}")),
    "pass smuggled behind fail": (ABOVE, at_border(f"{FAIL}; spf=none smtp.helo=x; {DM}")),
    "pass for another domain": (ABOVE, at_border(PASS.replace("from=us", "from=evil"))),
    "pass for our parent domain": (ABOVE, at_border(PASS.replace("from=us.example", "from=example"))),
    "pass for a subdomain": (ABOVE, at_border(PASS.replace("from=us", "from=sub.us"))),
    "pass for no domain": (ABOVE, at_border("mx.us.example; dmarc=pass")),
    "pass for two domains": (ABOVE, at_border(f"mx.us.example; {DM} header.from=evil.example")),
    "pass for the envelope's domain": (ABOVE, at_border("mx.us.example; dmarc=pass smtp.mailfrom=us.example")),
    "spf alone": (ABOVE, at_border(f"mx.us.example; spf=pass smtp.mailfrom={AGENT}")),
    "dkim alone, aligned": (ABOVE, at_border("mx.us.example; dkim=pass header.d=us.example")),
    "dkim of somebody else": (
        ABOVE,
        at_border("mx.us.example; dkim=pass header.d=evil.example header.from=us.example"),
    ),
    "dmarc none": (ABOVE, at_border(NONE)),
    "dmarc temperror": (ABOVE, at_border(NONE.replace("=none", "=temperror"))),
    "dmarc permerror": (ABOVE, at_border(NONE.replace("=none", "=permerror"))),
    "two of ours disagree": (ABOVE, at_border(PASS, FAIL)),
    "two of ours disagree, the other way": (ABOVE, at_border(NONE, PASS)),
    "dmarc failed": (ABOVE, at_border(FAIL)),
    "dmarc failed below": (BELOW, at_border(FAIL, below=True)),
    "dmarc failed, a pass appended": (BELOW, at_border(FAIL, PASS, below=True)),
    "nothing said below, a pass appended": (BELOW, at_border("mx.us.example; none", PASS, below=True)),
    "dmarc none below, a login appended": (BELOW, at_border(NONE, LOGIN, below=True)),
    "an unreadable report below, a pass appended": (BELOW, at_border("mx.us.example; dmarc=(", PASS, below=True)),
    "a pass behind the sender's first field": (
        BELOW,
        mail_of(("Received", BORDER), ("DKIM-Signature", "v=1"), (AR, PASS), ("Received", SENDERS)),
    ),
    "a pass above where below is trusted": (BELOW, at_border(PASS)),
    "a login of somebody else": (ABOVE, at_border("mx.us.example; auth=pass smtp.auth=other@us.example")),
    "a login of somebody else in our agent's envelope": (
        ABOVE,
        at_border(f"mx.us.example; auth=pass smtp.auth=other@us.example smtp.mailfrom={AGENT}"),
    ),
    "a bare login name in our agent's envelope": (
        ABOVE,
        at_border(f"mx.us.example; auth=pass smtp.auth=other smtp.mailfrom={AGENT}"),
    ),
    "a login that failed": (ABOVE, at_border(LOGIN.replace("pass", "fail"))),
    "a login and a DMARC failure": (ABOVE, at_border(f"{LOGIN}; dmarc=fail header.from=us.example")),
    "two logins": (ABOVE, at_border(LOGIN, LOGIN.replace(AGENT, "other@us.example"))),
    "two From fields": (ABOVE, at_border(PASS)),
    "two From addresses": (ABOVE, at_border(PASS)),
    "a name that looks like the agent": (ABOVE, at_border(PASS)),
    "an unfinished report": (ABOVE, at_border("mx.us.example; dmarc=pass header.from=us.example;")),
    "a report without end": (ABOVE, at_border(PASS + "; x=none" * 2000)),
    "parentheses without end": (ABOVE, at_border(f"mx.us.example; {'(' * 2000}{')' * 2000} {DM}")),
    "a version from the future": (ABOVE, at_border(PASS.replace("example;", "example 99;", 1))),
    "nine of ours": (ABOVE, at_border(*[PASS] * 9)),
    "internal of another tenant": (EXCHANGE, mail_of(("X-MS-Exchange-CrossTenant-AuthAs", "Internal"))),
    "anonymous": (EXCHANGE, mail_of(("X-MS-Exchange-Organization-AuthAs", "Anonymous"))),
    "internal twice": (EXCHANGE, mail_of(*[("X-MS-Exchange-Organization-AuthAs", "Internal")] * 2)),
    "no border configured": (NOTHING, at_border(PASS)),
    "only the internal header configured": (EXCHANGE, at_border(PASS)),
}
_AUTHORS = {
    "two From fields": (f"Agent <{AGENT}>", f"Agent <{AGENT}>"),
    "two From addresses": (f"{AGENT}, evil@us.example",),
    "a name that looks like the agent": (f"{AGENT} <evil@us.example>",),
}


@pytest.mark.parametrize("way", FORGED)
def test_forged_mail_is_not_proven(way: str) -> None:
    settings, mail = FORGED[way]
    if way in _AUTHORS:
        mail = mail_of((AR, PASS), ("Received", BORDER), author=_AUTHORS[way])
    proof = prove(mail, settings)
    failed = way in {"dmarc failed", "dmarc failed below"}
    assert proof.level is (Level.FAILED if failed else Level.UNPROVEN), proof.why
    assert proof.why


@pytest.mark.parametrize(
    "author",
    [
        "agent@us.example <evil@us.example>",
        '"agent@us.example" <evil@us.example>, agent@us.example',
        "agent@us.example:evil@us.example;",
        "<agent@us.example> <evil@us.example>",
        "agent@us.example\x00 <evil@us.example>",
        "(agent@us.example) ",
        "undisclosed-recipients:;",
        "=?utf-8?q?agent=40us.example?=",
        "agent@us.example, ",
        "",
    ],
)
def test_an_author_on_whom_readers_could_differ_is_not_proven(author: str) -> None:
    assert not prove(mail_of((AR, PASS), ("Received", BORDER), author=(author,)), ABOVE).holds


def test_without_a_border_server_the_reason_says_what_to_configure() -> None:
    assert "configured" in prove(at_border(PASS), NOTHING).why


@given(st.text(max_size=300), st.sampled_from([ABOVE, BELOW, M365, ANY_TOP]))
def test_any_report_is_read_without_an_exception(text: str, settings: BorderSettings) -> None:
    for value in (text, f"mx.us.example; {text}", f"{PASS}; {text}"):
        for below in (False, True):
            assert prove(at_border(value, below=below), settings).why


@given(st.text(alphabet='dmarc=pauth;() \\"/.1mx.us.example@headerfrom-\t', max_size=200))
def test_no_comment_of_a_sender_becomes_a_result(text: str) -> None:
    said = text.replace("(", "").replace(")", "").replace("\\", "")
    assert not prove(at_border(in_comment(said)), ABOVE).holds


@pytest.mark.parametrize(
    "settings",
    [
        {"position": "beside"},
        {"own_hops": 0},
        {"own_hops": 11},
        {"authserv": "x"},
        {"internal_header": {"name": "X-A"}},
    ],
)
def test_a_wrong_setting_is_refused(settings: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        BorderSettings.model_validate(settings)


def raw(*lines: bytes) -> bytes:
    return b"\r\n".join((*lines, b"To: support@us.example", b"Subject: hello", b"", b"body", b""))


_R = f"Received: {BORDER}".encode()
_AR = f"{AR}: {PASS}".encode()
_FROM = f"From: {AGENT}".encode()


def test_a_genuine_mail_is_proven_from_its_bytes() -> None:
    folded = _AR.replace(b"; ", b";\r\n\t")
    assert prove(read_headers_only(raw(folded, _R, _FROM), ""), ABOVE).level is Level.PROVEN


@pytest.mark.parametrize(
    "lines",
    [
        (_R, b"X-A: a\r" + _AR, _FROM),
        (b"X-A: a\r" + _AR, _R, _FROM),
        (_AR, _R, b"X-A: a\nFrom: agent@us.example", b"From: evil@evil.example"),
        (b"X-A: a\x00", _AR, _R, _FROM),
        (_AR, _R, b"X-A: a\rFrom: agent@us.example", b"From: evil@evil.example"),
        (_AR, _R, _FROM, _FROM),
        (_AR, _R, _FROM, b"from: evil@us.example"),
        (_AR, _R, _FROM, b"From\t: evil@us.example"),
        (_AR, _R, _FROM + b", evil@us.example"),
        (_AR, _R, b"From: agent@us.example <evil@us.example>"),
        (_AR, _R, b"From: =?utf-8?q?agent=40us=2Eexample?= <evil@evil.example>"),
        (_AR, _R, b"From: agent@us.example:evil@us.example;"),
        (_AR, _R, b"Sender: agent@us.example"),
        (_R, b" " + _AR, _FROM),
        (_R, b"", _AR, _FROM),
        (_R, b"X-A: " + b"a" * 200_000, _AR, _FROM),
    ],
)
def test_forged_bytes_are_not_proven(lines: tuple[bytes, ...]) -> None:
    for settings in (ABOVE, ANY_TOP):
        assert not prove(read_headers_only(raw(*lines), ""), settings).holds


# ---------------------------------------------------------------- what is told of it
SPF_FAIL = "mx.us.example; dmarc=none header.from=us.example; spf=fail smtp.mailfrom=us.example; dkim=none; x-tls=pass"


@pytest.mark.parametrize(("settings", "below"), [(ABOVE, False), (BELOW, True)])
def test_what_the_border_reports_is_handed_on(*, settings: BorderSettings, below: bool) -> None:
    proof = prove(at_border(SPF_FAIL, below=below), settings)
    assert proof.reported == {"dmarc=none", "spf=fail", "dkim=none"}


def test_what_a_sender_writes_is_not_handed_on() -> None:
    forged = mail_of(("Received", BORDER), ("Received", SENDERS), (AR, SPF_FAIL))
    beside = at_border(PASS, "mx.us.example; spf=fail smtp.mailfrom=us.example", below=True)
    assert prove(forged, ABOVE).reported == prove(at_border(SPF_FAIL), NOTHING).reported == frozenset()
    assert "spf=fail" not in prove(beside, BELOW).reported
