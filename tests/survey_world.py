"""An office whose closed tickets are surveyed, the survey as its reader gets it, and answers to it."""

from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

from daemon.happen import happen
from daemon.surveys import asking
from store import history, surveys, tickets
from store.engine import Session, Store
from tests.agents_mail import answer, ticket
from tests.notice_team import again, open_team
from tests.office import Office, write
from tickets.events import Closed, Event, Rated
from tickets.model import Resolution
from tickets.record import NOBODY

CUSTOMER = "carl@globex.example"
WEB = '[web]\naddress = "https://help.acme.example/feedback"\n'
DAY = timedelta(days=1)


def open_surveyed(store: Store, folder: Path, more: str = WEB) -> Office:
    """The team's office, with pages."""
    return open_team(store, folder, more=more)


def close(office: Office, number: int = 1, resolution: Resolution = Resolution.CONFIRMED) -> None:
    def work(session: Session) -> None:
        found = tickets.load(session, number)
        assert found is not None
        happen(session, found, Closed(None, resolution), NOBODY, office.now)

    office.write(work)


def ask(office: Office, number: int = 1) -> bool:
    """What the clock does a day after the closing."""

    def work(session: Session) -> bool:
        found = tickets.load(session, number)
        assert found is not None
        return asking.ask(session, office.desk, found, office.now)

    return office.write(work)


def open_and_close(office: Office, sender: str = CUSTOMER, name: str = "a", *, proven: bool = True) -> int:
    """A customer's ticket, closed a day ago; its number."""
    arrival = office.receive(write(sender, name, proven=proven))
    number = office.arrival(arrival).ticket
    assert number is not None
    close(office, number)
    office.now += DAY
    office.leave()
    return number


def survey(office: Office, sender: str = CUSTOMER, name: str = "a") -> EmailMessage:
    """The survey that a customer is sent a day after their ticket was closed."""
    assert ask(office, open_and_close(office, sender, name))
    [mail] = [each for each in map(again, office.sent()) if "how did it go" in each["Subject"]]
    return mail


def reply(office: Office, mail: EmailMessage, text: str, sender: str = CUSTOMER, *, proven: bool = True) -> int:
    """What comes of an answer to a survey."""
    name = f"r{sum(office.uids.values())}"
    return office.receive(answer(mail, sender, name, text, proven=proven))


def rating(office: Office, number: int = 1) -> tuple[int | None, str | None]:
    with office.desk.store.read() as session:
        found = surveys.load(session, number)
    assert found is not None
    return found.score, found.comment


def happened(office: Office, number: int = 1) -> list[Event]:
    with office.desk.store.read() as session:
        return [each.event for each in history.history(session, number)]


def ratings(office: Office, number: int = 1) -> list[Rated]:
    return [event for event in happened(office, number) if isinstance(event, Rated)]


def opted_out(office: Office, number: int = 1) -> bool:
    person = ticket(office, number).requester
    assert person is not None
    with office.desk.store.read() as session:
        return surveys.has_opted_out(session, person)


def links(mail: EmailMessage) -> list[str]:
    """Where the survey leads: the scores, the best first, and the end of all surveys."""
    part = mail.get_body(("plain",))
    assert part is not None
    return [word.strip("<>,") for word in part.get_content().split() if word.startswith("<http")]
