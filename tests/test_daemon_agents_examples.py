"""Every example in the manual of the commands may be written by mail: each is sent and does what it says."""

import email
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from commands import Command, registry
from daemon.desk import Desk
from store import tickets
from store.engine import Session, Store
from templates.render import Templates
from tests.notice_team import again, open_team, words_of
from tests.office import NOW, SUPPORT, Office, write
from tickets.model import Outcome, Status, Ticket

ALICE, DORA, CAROL = "alice@acme-team.example", "dora@globex.example", "carol@globex.example"
AGENTS = f'[[agents]]\nname = "Alice"\naddresses = ["{ALICE}"]\n'
MORE = """
[calls]
product = { search = "sue@acme-team.example" }
[[accounts]]
name = "Globex"
domains = ["globex.example"]
ce = "eric@acme-team.example"
"""
MACRO = "{% block subject %}x{% endblock %}{% block body %}Use the link on the page.{% endblock %}"
EXAMPLES = [(command, example) for command in registry().values() for example in command.examples]
FILTERS = {"ham"}


def answer(mail: EmailMessage, name: str, text: str) -> bytes:
    known = mail["Message-ID"]
    fields = f"In-Reply-To: {known}\r\nReferences: {mail['References']} {known}\r\n"
    raw = write(ALICE, name, text=text, more=fields)
    return raw.replace(f"Subject: About {name}".encode(), f"Subject: Re: {mail['Subject']}".encode())


def leave(office: Office, *, after: int = 0) -> list[EmailMessage]:
    office.now += timedelta(seconds=after)
    return [again(email.message_from_bytes(each.item.payload)) for each in office.leave()]


def to_alice(mails: list[EmailMessage]) -> EmailMessage:
    return next(mail for mail in reversed(mails) if ALICE in mail["To"])


@pytest.fixture
def office(store: Store, tmp_path: Path) -> Office:
    """Forty old tickets and one of Dora's, #41."""
    made = open_team(store, tmp_path, AGENTS, MORE)
    (tmp_path / "macro-reset-password.en.txt").write_text(MACRO, "utf-8")
    made.desk = Desk(made.desk.config, made.desk.directory, made.desk.keys, Templates(tmp_path), store)
    for _ in range(40):
        made.write(_open)
    made.receive(write(DORA, "a"))
    return made


@pytest.fixture
def notice(office: Office) -> EmailMessage:
    """What Alice is told of Dora's second ticket, #42."""
    office.receive(write(DORA, "b"))
    return to_alice(leave(office))


def _open(session: Session) -> Ticket:
    return tickets.open_ticket(session, Ticket(0, Status.CLOSED, "Old", SUPPORT, NOW, NOW, closed_at=NOW))


def prepare(office: Office, command: Command, notice: EmailMessage) -> EmailMessage:
    """What must have been said before an example makes sense; the mail that it answers."""
    before = {
        "fixed": "#hold ACME-7",
        "cc": f"#cc +{CAROL}",
        "tag": "#tag +login",
        "undo": "Please wait.",
        "split": "#priority low",
    }.get(command.name)
    if command.name == "yes":
        raw = write(ALICE, "p", text="#take")
        office.receive(raw.replace(b"Subject: About p", b"Subject: Re: [#42] About b"))
        return to_alice(leave(office))
    if command.name == "split":
        raw = write(DORA, "c", text="And another thing", more="In-Reply-To: <b@globex.example>\r\n")
        office.receive(raw.replace(b"Subject: About c", b"Subject: Re: [#42] About b"))
        return to_alice(leave(office))
    if before is None:
        return notice
    office.receive(answer(notice, "p", before))
    return to_alice(leave(office))


@pytest.mark.parametrize(("command", "example"), EXAMPLES, ids=[example for _, example in EXAMPLES])
def test_an_example_of_the_manual_runs_by_mail(
    office: Office, notice: EmailMessage, command: Command, example: str
) -> None:
    answered = prepare(office, command, notice)
    body = "\r\n".join(example.split(" / ")) + ("\r\nPlease have a look." if command.needs_text else "")
    row = office.arrival(office.receive(answer(answered, "x", body)))
    assert row.outcome is Outcome.HANDLED
    told = to_alice(leave(office))
    if command.name in FILTERS:
        assert "filters are not configured" in words_of(told)
    elif command.name == "help":
        assert "#priority low | normal | high | urgent" in words_of(told)
    else:
        assert told["Subject"].endswith(": done"), words_of(told)
