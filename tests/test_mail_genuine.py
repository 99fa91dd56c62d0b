"""Twenty genuine answers of an agent, as their providers sign them and border servers report them: 19 are proven.

Each h= list is what that provider really signs; where it was seen stands beside it. The key is one of our own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pytest

from mail.model import Level, Proof
from mail.parse import parse
from mail.proof import BorderSettings, OwnHeader, prove
from tests.mail_signing import AGENT, Field, letter, look, put_before, sign
from tickets.directory import Role
from tickets.rights import Attempt, Deed, Unconfirmed, judge

ALTERNATIVE = (
    "--b1\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nIt works now.\r\n"
    "--b1\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>It works now.</p>\r\n--b1--"
)
MULTIPART: Field = ("Content-Type", 'multipart/alternative; boundary="b1"')
PLAIN: Field = ("Content-Type", "text/plain; charset=utf-8")
REPLY: tuple[Field, ...] = (("In-Reply-To", "<n@us.example>"), ("References", "<a@us.example> <n@us.example>"))
CC: Field = ("Cc", "Bob <bob@us.example>")

# What each provider signs. "Seen" names a public mail or the page that says so.
GMAIL_2026 = (  # seen: mail to lists at vger.kernel.org, 28 Sep 2026 (d=gmail.com; s=20251104)
    "content-type:to:subject:message-id:date:mime-version:references:in-reply-to:from"
    ":from:to:cc:subject:date:message-id:reply-to:content-type"
)
GMAIL_2023 = (  # seen: linux-kernel@vger.kernel.org, 5 Nov 2025 (d=gmail.com; s=20230601)
    "in-reply-to:content-disposition:mime-version:references:message-id:subject:cc:to:from:date"
    ":from:to:cc:subject:date:message-id:reply-to"
)
WORKSPACE = (  # seen: devicetree@vger.kernel.org, 31 Jul 2025 (d=chromium.org; s=google)
    "content-transfer-encoding:cc:to:subject:message-id:date:from:in-reply-to:references:mime-version"
    ":from:to:cc:subject:date:message-id:reply-to"
)
OUTLOOK = (  # seen: mail of outlook.com and of tenants on vger.kernel.org, 2019 to 2022 (s=selector1, selector2)
    "From:Date:Subject:Message-ID:Content-Type:MIME-Version:X-MS-Exchange-SenderADCheck"
)
ICLOUD = (  # seen: mail to lists at vger.kernel.org, 14 Jul 2025 and 9 Apr 2026 (d=icloud.com; s=1a1hai)
    "From:To:Subject:Date:Message-ID:MIME-Version:Content-Type:x-icloud-hme"
)
FASTMAIL = (  # seen: stable@vger.kernel.org, 25 Feb 2026 (s=fm3)
    "cc:cc:content-transfer-encoding:content-type:content-type:date:date:from:from:in-reply-to:in-reply-to"
    ":message-id:mime-version:references:reply-to:subject:subject:to:to"
)
YAHOO = (  # seen: netdev@vger.kernel.org, 27 Jun 2022 (d=yahoo.com; s=s2048)
    "From:To:Cc:Subject:Date:In-Reply-To:References:From:Subject:Reply-To"
)
ZOHO = (  # seen: mail to lists at vger.kernel.org, 5 Jun 2025 (s=zmail, i= the author)
    "Date:Date:Message-ID:From:From:To:To:Cc:Cc:Subject:Subject:In-Reply-To:References:MIME-Version"
    ":Content-Type:Message-Id:Reply-To"
)
PROTON = (  # seen: mail of pm.me on vger.kernel.org, 2 Apr 2026 (s=protonmail3)
    "Date:To:From:Cc:Subject:Message-ID:In-Reply-To:References:Feedback-ID:From:To:Cc:Date:Subject:Reply-To"
    ":Feedback-ID:Message-ID:BIMI-Selector"
)
GMX = (  # seen: platform-driver-x86@vger.kernel.org, 14 Nov 2022 (d=gmx.net; s=s31663417, relaxed/simple)
    "X-UI-Sender-Class:From:To:Cc:Subject:Date:In-Reply-To:References"
)
OPENDKIM = (  # seen: mail of ispras.ru on vger.kernel.org, 22 Mar 2025 (OpenDKIM 2.11.0 as it is installed)
    "From:To:Cc:Subject:Date:In-Reply-To:References:From"
)
RSPAMD = (  # the module's manual, sign_headers since 1.7.3; seen: mail of zx2c4.com, 23 Sep 2022
    "from:from:reply-to:subject:subject:date:date:message-id:message-id:to:to:cc:cc:mime-version:mime-version"
    ":content-type:content-type:in-reply-to:in-reply-to:references:references"
)
SES = (  # seen: git@vger.kernel.org, 27 Oct 2017; mail of 6 Jul 2026 (the own domain signs beside amazonses.com)
    "In-Reply-To:From:To:Cc:Subject:Message-ID:Content-Transfer-Encoding:Date:MIME-Version:Content-Type:References"
    ":Feedback-ID"
)

# What border servers write, and the settings that follow.
NOTHING = BorderSettings()
GOOGLE = BorderSettings(authserv_id="mx.google.com", position="below", own_received=("mx.google.com",))
M365 = BorderSettings(authserv_id="", own_received=("*.mail.protection.outlook.com",))
EXCHANGE = BorderSettings(internal_header=OwnHeader(name="X-MS-Exchange-Organization-AuthAs", value="Internal"))
OWN = BorderSettings(authserv_id="mail.us.example", own_received=("mail.us.example",))
OWN_BELOW = OWN.model_copy(update={"position": "below"})
AR = "Authentication-Results"
SUBMITTED: Field = (
    "Received",
    "from [10.0.0.7] (laptop.us.example [10.0.0.7]) by mail.us.example (Postfix) with ESMTPSA id 4T; Mon",
)
TO_OWN: Field = (
    "Received",
    "from a.example (a.example [192.0.2.1]) by mail.us.example (Postfix) with ESMTPS id 9; Mon",
)
TO_GOOGLE: Field = ("Received", "from a.example (a.example. [192.0.2.1]) by mx.google.com with ESMTPS id a; Mon")
TO_M365: Field = (
    "Received",
    "from a.example (192.0.2.1) by AM4PEPF01.mail.protection.outlook.com (10.167.1.2) with Microsoft SMTP Server; Mon",
)
BY_GOOGLE: tuple[Field, ...] = (
    TO_GOOGLE,
    ("Received-SPF", f"pass (google.com: domain of {AGENT} designates 192.0.2.1 as permitted sender)"),
    (
        AR,
        (
            "mx.google.com; dkim=pass header.i=@us.example header.s=s1 header.b=Ab; spf=pass (google.com: domain of "
            f"{AGENT} designates 192.0.2.1 as permitted sender) smtp.mailfrom={AGENT}; dmarc=pass (p=REJECT sp=REJECT "
            "dis=NONE) header.from=us.example"
        ),
    ),
)
BY_M365: tuple[Field, ...] = (
    (
        AR,
        (
            "spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=us.example; dkim=pass (signature was verified) "
            "header.d=us.example;dmarc=pass action=none header.from=us.example;compauth=pass reason=100"
        ),
    ),
    TO_M365,
)
BY_OPENDMARC: tuple[Field, ...] = (
    (AR, "mail.us.example; dmarc=pass (p=quarantine dis=none) header.from=us.example"),
    (AR, "mail.us.example; spf=pass smtp.mailfrom=us.example"),
    (AR, "mail.us.example; dkim=pass (2048-bit key) header.d=us.example header.i=@us.example header.b=AbC"),
    TO_OWN,
)
BY_RSPAMD: tuple[Field, ...] = (
    TO_OWN,
    (
        AR,
        (
            "mail.us.example; dkim=pass header.d=us.example header.b=ab; spf=pass (mail.us.example: domain of "
            f"{AGENT} designates 192.0.2.1 as permitted sender) smtp.mailfrom={AGENT}; dmarc=pass (policy=quarantine) "
            "header.from=us.example"
        ),
    ),
)
LOGGED_IN: Field = (AR, f"mail.us.example; auth=pass smtp.auth={AGENT} smtp.mailfrom={AGENT}")
INTERNAL: tuple[Field, ...] = (
    ("X-MS-Exchange-Organization-AuthSource", "MBX1.us.example"),
    ("X-MS-Exchange-Organization-AuthAs", "Internal"),
    ("X-MS-Exchange-Organization-AuthMechanism", "04"),
)


@dataclass(frozen=True, slots=True)
class Genuine:
    """One answer on its way: what is signed, what the border server wrote above it, what we know of that server."""

    signed: str = ""
    border: Sequence[Field] = (TO_OWN,)
    settings: BorderSettings = NOTHING
    more: Sequence[Field] = (CC, *REPLY, PLAIN)
    text: str = "It works now."
    tags: Mapping[str, str | None] = field(default_factory=dict)

    def raw(self) -> bytes:
        made = letter(f"Alice <{AGENT}>", more=self.more, text=self.text)
        return put_before(sign(made, self.signed.split(":"), self.tags) if self.signed else made, *self.border)


HTML = (CC, *REPLY, MULTIPART)
GENUINE: dict[str, Genuine] = {
    "Gmail, by its signature": Genuine(GMAIL_2026, tags={"darn": "us.example"}),
    "Gmail as it signed until 2025, by its signature": Genuine(GMAIL_2023, more=HTML, text=ALTERNATIVE),
    "Gmail to Google Workspace": Genuine(GMAIL_2023, BY_GOOGLE, GOOGLE),
    "Google Workspace with its own key": Genuine(WORKSPACE, more=HTML, text=ALTERNATIVE),
    "Google Workspace with the key it gets from Google": Genuine(
        GMAIL_2026, BY_GOOGLE, GOOGLE, tags={"d": "us-example.20251104.gappssmtp.com"}
    ),
    "Outlook.com to a server of our own": Genuine(OUTLOOK, BY_RSPAMD, OWN_BELOW),
    "Exchange Online to another tenant": Genuine(OUTLOOK, BY_M365, M365),
    "Exchange Online inside the tenant": Genuine("", INTERNAL, EXCHANGE),
    "Exchange on premises": Genuine("", INTERNAL, EXCHANGE, more=HTML, text=ALTERNATIVE),
    "Apple iCloud to a server of our own": Genuine(ICLOUD, BY_OPENDMARC, OWN),
    "Apple Mail by submission, Postfix and OpenDKIM": Genuine(OPENDKIM, (LOGGED_IN, SUBMITTED), OWN),
    "Fastmail, by its signature": Genuine(FASTMAIL),
    "Yahoo to Google Workspace": Genuine(YAHOO, BY_GOOGLE, GOOGLE),
    "Zoho, by its signature": Genuine(ZOHO, tags={"i": AGENT, "q": "dns/txt"}),
    "Proton, by its signature": Genuine(PROTON, more=HTML, text=ALTERNATIVE),
    "Thunderbird by submission, Postfix and rspamd": Genuine(RSPAMD, (SUBMITTED, LOGGED_IN), OWN_BELOW),
    "Thunderbird, Postfix and rspamd, by its signature": Genuine(RSPAMD),
    "mutt, Postfix and OpenDKIM to a server with OpenDMARC": Genuine(OPENDKIM, BY_OPENDMARC, OWN),
    "K-9 with GMX to a server of our own": Genuine(GMX, BY_RSPAMD, OWN_BELOW, tags={"c": "relaxed/simple"}),
    "Amazon SES with the own domain's key, by its signature": Genuine(SES, tags={"c": "relaxed/simple"}),
}

# What no signature of theirs can prove: they leave something unsigned that decides what a mail does.
BY_SIGNATURE_ALONE: dict[str, tuple[Genuine, Sequence[str]]] = {
    "Outlook.com": (Genuine(OUTLOOK), ("To", "Cc", "In-Reply-To", "References")),
    "Apple iCloud": (Genuine(ICLOUD), ("Cc", "In-Reply-To", "References")),
    "Yahoo": (Genuine(YAHOO), ("Message-ID",)),
    "GMX": (Genuine(GMX), ("Message-ID",)),
    "OpenDKIM as it is installed": (Genuine(OPENDKIM), ("Message-ID",)),
    "Proton with plain text": (Genuine(PROTON), ("Content-Type",)),
    "Google Workspace with the key it gets from Google": (
        Genuine(GMAIL_2026, tags={"d": "us-example.20251104.gappssmtp.com"}),
        ("gappssmtp.com",),
    ),
}


def prove_genuine(genuine: Genuine) -> Proof:
    raw = genuine.raw()
    return prove(parse(raw), genuine.settings, look(raw))


def test_of_twenty_genuine_answers_at_least_nineteen_are_proven() -> None:
    assert len(GENUINE) == 20
    said = {name: prove_genuine(genuine) for name, genuine in GENUINE.items()}
    short = {name: proof.why for name, proof in said.items() if not proof.holds}
    assert len(short) <= 1, short


@pytest.mark.parametrize("name", GENUINE)
def test_each_is_what_its_provider_sends_to_us(name: str) -> None:
    mail = parse(GENUINE[name].raw())
    assert [address.address for address in mail.to] == ["support@us.example"]
    assert mail.in_reply_to == ("<n@us.example>",)
    assert mail.reply == "It works now."


@pytest.mark.parametrize("name", BY_SIGNATURE_ALONE)
def test_who_cannot_be_proven_is_told_what_was_missing_and_what_to_do(name: str) -> None:
    genuine, missing = BY_SIGNATURE_ALONE[name]
    proof = prove_genuine(genuine)
    assert proof.level is Level.UNPROVEN
    verdict = judge(Attempt(Role.AGENT, Deed.WORK, proof, names_ticket=True))
    assert isinstance(verdict, Unconfirmed)
    assert all(word in verdict.why for word in missing)
    assert "code" in verdict.why


@pytest.mark.parametrize("name", GENUINE)
def test_none_of_them_is_proven_by_what_anybody_could_write(name: str) -> None:
    """Without the border server's word and the valid signature nothing is left of the proof."""
    genuine = GENUINE[name]
    raw = put_before(letter(f"Alice <{AGENT}>", more=genuine.more, text=genuine.text), TO_OWN)
    assert not prove(parse(raw), genuine.settings, look(raw)).holds
