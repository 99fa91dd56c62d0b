"""`doctor proof` finds in real mailboxes what the border server writes where, and whether a forgery is believed."""

import json
import re
import subprocess
from datetime import UTC, datetime
from typing import Any

import pytest

from mail.border_survey import VARIOUS, Shape, find_shapes, propose
from mail.model import Level, Mail
from mail.parse import read_headers_only
from mail.proof import BorderSettings, prove
from tests.servers.dovecot import Account, Dovecot, a_mail
from tests.servers.house import BORDER, House, vouched

SENDERS = ("ann@globex.example", "bob@initech.example", "carol@hooli.example", "dan@umbrella.example")


def mail(*fields: str, sender: str = "ann@globex.example") -> Mail:
    head = "\r\n".join((*fields, f"From: {sender}", "To: support@us.example", "Subject: hello"))
    return read_headers_only(f"{head}\r\n\r\n".encode(), "")


def each(*fields: str) -> list[Mail]:
    """Mails of several senders; SENDER and HOST stand for what differs."""
    mails = []
    for number, sender in enumerate(SENDERS):
        domain = sender.rpartition("@")[2]
        own = (field.replace("SENDER", domain).replace("HOST", f"m{number}") for field in fields)
        mails.append(mail(*own, f"Received: from laptop by out.{domain} with ESMTPSA; Mon", sender=sender))
    return mails


PASS = "dmarc=pass header.from=SENDER; spf=pass smtp.mailfrom=SENDER"
SITES: dict[str, tuple[list[Mail], BorderSettings]] = {
    "a milter above": (
        each(f"Authentication-Results: mx.us.example; {PASS}", "Received: from a by mx.us.example (Postfix); Mon"),
        BorderSettings(authserv_id="mx.us.example", position="above", own_received=("mx.us.example",)),
    ),
    "a milter above, and a store behind it": (
        each(
            "Received: from mx.us.example by store.us.example with LMTP; Mon",
            f"Authentication-Results: mx.us.example; {PASS}",
            "Received: from a by mx.us.example (Postfix); Mon",
        ),
        BorderSettings(authserv_id="mx.us.example", position="above", own_received=("mx.us.example",)),
    ),
    "a milter below": (
        each("Received: from a by mx.us.example (Postfix); Mon", f"Authentication-Results: mx.us.example; {PASS}"),
        BorderSettings(authserv_id="mx.us.example", position="below", own_received=("mx.us.example",)),
    ),
    "Google": (
        each(
            "Received: by 2002:a05:7208:1 with SMTP id a1; Mon",
            "ARC-Authentication-Results: i=1; mx.google.com; dmarc=pass",
            "Received: from a by mx.google.com with ESMTPS id a; Mon",
            "Received-SPF: pass (google.com: domain of SENDER)",
            f"Authentication-Results: mx.google.com; {PASS}",
        ),
        BorderSettings(authserv_id="mx.google.com", position="below", own_received=("mx.google.com",)),
    ),
    "Microsoft": (
        each(
            "Received: from a.prod.outlook.com by DBHOST.eurprd01.prod.outlook.com with HTTPS; Mon",
            f"Authentication-Results: {PASS}",
            "Received: from a by AMHOST.mail.protection.outlook.com with Microsoft SMTP Server; Mon",
        ),
        BorderSettings(authserv_id="", position="above", own_received=("*.mail.protection.outlook.com",)),
    ),
    "a filter that hands mail back": (
        each(
            f"Authentication-Results: mx.us.example; {PASS}",
            "Received: from filter by mx.us.example; Mon",
            "Received: from a by mx.us.example; Mon",
        ),
        BorderSettings(authserv_id="mx.us.example", position="above", own_received=("mx.us.example",), own_hops=2),
    ),
}


@pytest.mark.parametrize("site", SITES)
def test_the_settings_follow_from_the_mails(site: str) -> None:
    mails, wanted = SITES[site]
    assert propose(mails) == wanted
    assert all(prove(each, wanted).level is Level.PROVEN for each in mails)


def test_reports_that_senders_wrote_are_no_border_server() -> None:
    mails = [
        mail(
            "Received: from a by mx.us.example; Mon",
            f"Authentication-Results: mx.{sender.rpartition('@')[2]}; spf=pass",
        )
        for sender in SENDERS
    ]
    assert propose([*mails, mail("Received: from a by mx.us.example; Mon")]).authserv_id != "mx.us.example"
    assert propose([]) == BorderSettings()


def test_exchange_is_known_by_its_header() -> None:
    inside = "X-MS-Exchange-Organization-AuthAs: Internal"
    proposed = propose([mail(inside), mail("X-MS-Exchange-Organization-AuthAs: Anonymous")])
    assert proposed.internal_header is not None
    assert prove(mail(inside), proposed).level is Level.PROVEN


def test_the_commonest_shape_stands_first_with_what_it_reports() -> None:
    mails, _ = SITES["Google"]
    odd = mail(
        "Received: from a by mx.google.com; Mon", "Authentication-Results: mx.google.com; (a) auth=pass (dkim=x)"
    )
    first, *others = find_shapes([*mails, odd])
    assert first == Shape("mx.google.com", "mx.google.com", VARIOUS, ("dmarc", "spf"), 4)
    assert [shape.methods for shape in others] == [("auth",)]


# ---------------------------------------------------------------- in real mailboxes
pytestmark = pytest.mark.timeout(120)


def configure(house: House, account: Account, proof: str = "", more: str = "") -> None:
    house.configure(house.mailbox(account, "support@us.example"), more=f'[staff]\ndomains = ["us.example"]\n{more}')
    text = house.config.read_text("utf-8")
    house.config.write_text(re.sub(r"\[proof\]\n[^\[]*", f"[proof]\n{proof}\n", text), "utf-8")


def doctor(house: House, *words: str) -> "subprocess.CompletedProcess[str]":
    return house.run("doctor", "proof", *words)


def told(house: House, *words: str) -> Any:
    return json.loads(doctor(house, *words, "--json").stdout)


RIGHT = f'authserv_id = "{BORDER}"\nown_received = ["{BORDER}"]'


@pytest.mark.dovecot
def test_it_proposes_what_is_missing_and_changes_nothing(house: House, dovecot: Dovecot) -> None:
    account = dovecot.account()
    configure(house, account)
    account.deliver(*(vouched(a_mail(sender=sender)) for sender in SENDERS))
    before = (account.flags(), account.raws())
    said = doctor(house)
    assert said.returncode == 1, said.stderr
    assert f'authserv_id = "{BORDER}"' in said.stdout
    assert f'own_received = ["{BORDER}"]' in said.stdout
    assert "4 senders are proven" in said.stdout
    assert "reports no SPF" in said.stdout
    assert "support+helpdeskd@us.example" in said.stdout
    assert (account.flags(), account.raws()) == before
    assert not (house.folder / "state").exists()


@pytest.mark.dovecot
def test_it_is_content_where_all_is_right_and_sees_plus_addresses_and_lists(house: House, dovecot: Dovecot) -> None:
    account = dovecot.account()
    configure(house, account, RIGHT)
    plus = a_mail().replace(b"To: support@example.com", b"To: support+x@us.example")
    listed = a_mail().replace(b"Subject:", b"List-Id: Team <team.us.example>\r\nSubject:")
    strange = a_mail().replace(b"Subject:", b"List-Id: <news.evil.example>\r\nSubject:")
    account.deliver(*(vouched(each) for each in (plus, listed, strange)))
    assert doctor(house).returncode == 0
    [found] = told(house)["mailboxes"]
    assert (found["mails"], found["fits"], found["plus_addresses"]) == (3, True, True)
    assert found["lists"] == {"team.us.example": 1}
    assert found["shapes"][0]["authserv_id"] == BORDER
    assert found["shapes"][0]["methods"] == ["dmarc"]


@pytest.mark.dovecot
def test_only_the_latest_mails_are_read(house: House, dovecot: Dovecot) -> None:
    account = dovecot.account()
    configure(house, account, RIGHT)
    account.drop([vouched(a_mail(f"mail {number}")) for number in range(70)], datetime(2026, 1, 1, tzinfo=UTC))
    assert told(house, "--mails", "60")["mailboxes"][0]["mails"] == 60
    assert told(house)["mailboxes"][0]["mails"] == 70


@pytest.mark.dovecot
def test_an_empty_mailbox_and_one_that_cannot_be_read_are_told(house: House, dovecot: Dovecot) -> None:
    account = dovecot.account()
    configure(house, account)
    [found] = told(house)["mailboxes"]
    assert (found["mails"], found["shapes"], found["fault"]) == (0, [], "")
    (house.folder / "password").write_text("wrong")
    said = doctor(house)
    assert said.returncode == 1
    assert "support@us.example: " in said.stdout
    assert "wrong" not in said.stdout


def forge(house: House) -> tuple[str, bytes]:
    """The forgery as it is printed, by way of a server that only adds its Received."""
    said = told(house)
    [text] = said["forgery"].values()
    return said["marker"], text.replace("\n", "\r\n").encode()


AGENT = '[[agents]]\nname = "Alice"\naddresses = ["alice@us.example"]'


HOP = f"Received: from a by {BORDER}; Mon\r\n"
FAILED = f"Authentication-Results: {BORDER}; dmarc=fail header.from=us.example\r\n"
CARELESS = f'authserv_id = "{BORDER}"\nposition = "below"'  # though this server writes nothing below


@pytest.mark.dovecot
@pytest.mark.parametrize(
    ("proof", "border", "status", "word"),
    [
        (RIGHT, HOP, 0, "unproven, as it should be"),
        (RIGHT, FAILED + HOP, 0, "failed"),
        (CARELESS, HOP, 1, "anybody can pass"),
        ('internal_header = { name = "X-Inside", value = "yes" }', "", 1, "anybody can pass"),
    ],
)
def test_the_forgery_shows_whether_the_settings_let_one_through(  # noqa: PLR0917 the columns of a table
    house: House, dovecot: Dovecot, proof: str, border: str, status: int, word: str
) -> None:
    account = dovecot.account()
    configure(house, account, proof, AGENT)
    marker, forgery = forge(house)
    assert b"From: Forgery <alice@us.example>" in forgery
    waiting = doctor(house, "--forgery", marker)
    assert (waiting.returncode, marker in waiting.stdout) == (1, True)
    account.deliver(border.encode() + forgery)
    said = doctor(house, "--forgery", marker)
    assert said.returncode == status, said.stdout
    assert word in said.stdout
    assert told(house, "--forgery", marker)["found"][0]["mailbox"] == "support@us.example"
    assert doctor(house, "--forgery", "another").returncode == 1


@pytest.mark.dovecot
def test_the_forgery_is_printed_with_how_to_send_it(house: House, dovecot: Dovecot) -> None:
    configure(house, dovecot.account(), RIGHT, AGENT)
    said = doctor(house).stdout
    assert re.search(r"Subject: helpdeskd forgery [0-9a-f]{8}\n", said)
    assert "curl --url smtp://MX" in said
    assert re.search(r"doctor proof --forgery [0-9a-f]{8}\n", said)
