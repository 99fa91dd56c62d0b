"""Agents answer real notices in the ways of many mail programs: the customer gets their words, and nothing of ours."""

import email
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from mail.parse import parse
from store.engine import Store
from tests.agent_clients import HEAD, KNOWN, OWN, UNKNOWN, Client, Quoted, gmail, joined, outlook_text, unmarked_html
from tests.notice_team import ANNA, BEN, again, open_team
from tests.office import SUPPORT, Office, write

CUSTOMER = "anna@globex.example"
ACCOUNT = """
[[accounts]]
name = "Globex canaryaccount1"
domains = ["globex.example"]
plan = "canaryplan1"
ce = "canaryengineer1@acme-team.example"
facts = { canaryfact1 = "7.2" }
"""
ASKED = "Hello,\r\n\r\nsince Monday I cannot log in & see <error 7>.\r\nIs it down, and when is it back again for us?"
INSIDE = ("account", "plan", "fact", "engineer", "earlier", "cc")


@pytest.fixture
def office(store: Store, tmp_path: Path) -> Office:
    """An office that knows a customer, wrote a note of them, and has a ticket of theirs already."""
    office = open_team(store, tmp_path, more=ACCOUNT)
    office.receive(write(CUSTOMER, "canaryearlier1", text="Help!"))
    office.now += timedelta(hours=1)
    office.leave()
    return office


def left(office: Office) -> list[EmailMessage]:
    return [again(email.message_from_bytes(each.item.payload)) for each in office.leave()]


def notice_to(mails: list[EmailMessage], who: str) -> EmailMessage:
    return next(mail for mail in mails if who in mail["To"])


def answer(notice: EmailMessage, client: Client, own: str = OWN) -> bytes:
    """Anna's answer as this program writes it."""
    html = notice.get_body(("html",))
    assert html is not None
    raw = notice.as_bytes()
    body = client(own, Quoted(raw, parse(raw).text, str(html.get_content()))).removeprefix(HEAD.encode())
    known, roots = notice["Message-ID"], notice["References"]
    fields = f"In-Reply-To: {known}\r\nReferences: {roots} {known}\r\nMIME-Version: 1.0\r\n"
    head = write(ANNA, "answer", more=fields).partition(b"\r\n\r\n")[0]
    return head.replace(b"Subject: About answer", f"Subject: Re: {notice['Subject']}".encode()) + b"\r\n" + body


def seen_by(customer: str, mails: list[EmailMessage]) -> list[str]:
    """All that this customer can read, in whatever part and encoding."""
    raws = [mail.as_bytes() for mail in mails if customer in mail["To"]]
    return [f"{raw.decode()}\n{parse(raw).text}\n{parse(raw).html}" for raw in raws]


@pytest.mark.parametrize("client", [*KNOWN, *UNKNOWN])
def test_the_customer_gets_the_answer_and_nothing_of_the_notice(office: Office, client: Client) -> None:
    office.receive(write(CUSTOMER, "b", text=ASKED, more="Cc: canarycc1@elsewhere.example\r\n"))
    notice = notice_to(left(office), ANNA)
    assert all(f"canary{what}1" in notice.as_string() for what in INSIDE)
    office.receive(answer(notice, client))
    office.now += timedelta(minutes=5)
    mails = left(office)
    seen = seen_by(CUSTOMER, mails)
    assert [words for words in seen if "canary" in words or "helpdeskd:" in words or "Next step: n" in words] == []
    assert len(seen) == (client in KNOWN or "nothing was done" not in notice_to(mails, ANNA)["Subject"])
    assert all("install version 7.3.1" in words for words in seen)


@pytest.mark.parametrize("client", [gmail, outlook_text, unmarked_html, joined])
def test_a_note_that_a_notice_bears_never_leaves_with_the_answer_to_it(office: Office, client: Client) -> None:
    office.receive(write(CUSTOMER, "b", text=ASKED))
    first = notice_to(left(office), BEN)
    known, roots = first["Message-ID"], first["References"]
    fields = f"In-Reply-To: {known}\r\nReferences: {roots} {known}\r\n"
    note = "#note\r\nHe never pays canarynote1.\r\nLet him wait canarynote2."
    raw = write(BEN, "note", text=note, more=fields)
    office.receive(raw.replace(b"About note", f"Re: {first['Subject']}".encode()))
    notice = notice_to(left(office), ANNA)
    assert "canarynote1" in notice.as_string()
    office.receive(answer(notice, client))
    office.now += timedelta(minutes=5)
    assert not any("canary" in words for words in seen_by(CUSTOMER, left(office)))


def test_an_answer_between_lines_of_ours_comes_back_and_one_between_the_customers_leaves(office: Office) -> None:
    office.receive(write(CUSTOMER, "b", text=ASKED))
    notice = notice_to(left(office), ANNA)

    def plainly(own: str, _: Quoted) -> bytes:
        return HEAD.encode() + b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + own.replace("\n", "\r\n").encode()

    inner = "> - plan: canaryplan1\n\nYes.\n\n> - CE: canaryengineer1@acme-team.example\n\nHim."
    office.receive(answer(notice, plainly, inner))
    office.now += timedelta(minutes=5)
    mails = left(office)
    assert seen_by(CUSTOMER, mails) == []
    back = notice_to(mails, ANNA)
    assert "nothing was done" in back["Subject"]
    assert "that the customer has not seen" in " ".join(parse(back.as_bytes()).text.split())
    assert "> Yes." in parse(back.as_bytes()).text
    first, second = ASKED.split("\r\n")[2:]
    theirs = f"> {first}\n\nSorry.\n\n> {second}\n\nNow."
    office.receive(answer(notice, plainly, theirs).replace(b"<answer@", b"<second@"))
    office.now += timedelta(minutes=5)
    [seen] = seen_by(CUSTOMER, left(office))
    assert "Is it down" in seen
    assert "Sorry." in seen
    assert SUPPORT in seen
