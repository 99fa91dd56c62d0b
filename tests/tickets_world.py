"""A small helpdesk to route mail in: who is who, one ticket of Ann's, and mails in one line each."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from mail.model import Address, Automatic, Level, Mail, Proof
from mail.tokens import Key, Keys, Token, make
from tickets.candidates import Candidate, Candidates, Copy, Inbound, Relative
from tickets.directory import Account, Agent, Directory, Mailbox, NotifierSource
from tickets.model import People, Status, Ticket
from tickets.routes import Route
from tickets.routing import route

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
KEYS = Keys(Key(1, b"k" * 32, date(2026, 1, 1)))
STOLEN = Keys(Key(9, b"s" * 32, date(2026, 1, 1)))

SUPPORT, FEEDBACK, HI = "support@acme.test", "feedback@acme.test", "hi@acme.test"
ANN, ANNE_HOME, CAROL, DAVE = "ann@globex.test", "ann@gmail.com", "carol@globex.test", "dave@globex-labs.test"
ERIN, MALLORY = "erin@initech.test", "mallory@evil.test"
ALICE, CEDRIC, FORMS, LIST = "alice@acme.test", "cedric@acme.test", "forms@acme.test", "team@acme.test"

DIRECTORY = Directory(
    mailboxes=(
        Mailbox(SUPPORT, 0, aliases=frozenset({"help@acme.test"}), language="en"),
        Mailbox(FEEDBACK, 1),
        Mailbox(HI, 2, acknowledge=False, keep_newsletters=True),
    ),
    agents=(Agent("Alice", (ALICE, "alice@home.test")), Agent("Bob", ("bob@acme.test",))),
    staff_domains=frozenset({"acme.test"}),
    accounts=(
        Account("Globex", frozenset({"globex.test", "globex-labs.test", "gmail.com"}), language="de"),
        Account("Initech", frozenset({"initech.test"})),
    ),
    sources=(NotifierSource("website", frozenset({FORMS}), ask_first=True),),
    own_lists=frozenset({LIST, "team.acme.test"}),
    own_addresses=frozenset({"bounces@acme.test"}),
)

TICKET, FIRST_ID = 41, "<first@globex.test>"


def address(text: str) -> Address:
    return Address("", text)


def addresses(texts: Iterable[str]) -> tuple[Address, ...]:
    return tuple(Address("", text) for text in texts)


def mail(
    sender: str | None = ANN, to: Iterable[str] = (SUPPORT,), cc: Iterable[str] = (), subject: str = "Cannot log in"
) -> Mail:
    return Mail(
        sender=address(sender) if sender is not None else None,
        to=addresses(to),
        cc=addresses(cc),
        subject=subject,
        message_id="<new@sender.test>",
        fingerprint="f1",
        text="Hello",
        return_path=sender,
    )


def answer(sender: str | None = ANN, *, parents: Iterable[str] = (FIRST_ID,), cc: Iterable[str] = ()) -> Mail:
    return replace(mail(sender, cc=cc), references=tuple(parents), subject="Re: Cannot log in")


def tagged(sender: str | None = ANN, number: int = TICKET) -> Mail:
    return mail(sender, subject=f"Re: [#{number}] Cannot log in")


def automatic(made: Mail, *, opens: bool = False, kind: str = "auto-reply") -> Mail:
    return replace(made, automatic=Automatic(kind, "Auto-Submitted", opens=opens))


def token(recipient: str = ANN, number: int = TICKET, *, keys: Keys = KEYS, days_ago: int = 1) -> Token:
    made = NOW - timedelta(days=days_ago)
    return make(keys, purpose="a", ticket=number, recipient=recipient, nonce="n", now=made)


def token_id(recipient: str = ANN, number: int = TICKET, *, keys: Keys = KEYS, days_ago: int = 1) -> str:
    return token(recipient, number, keys=keys, days_ago=days_ago).message_id("acme.test")


def ticket(number: int = TICKET, status: Status = Status.NEW, *, closed_days: float | None = None) -> Ticket:
    closed_at = NOW - timedelta(days=closed_days) if closed_days is not None else None
    begun = NOW - timedelta(days=60)
    return Ticket(
        number, status, "Cannot log in", SUPPORT, begun, begun, requester=1, account="Globex", closed_at=closed_at
    )


def candidate(
    number: int = TICKET, requester: str = ANN, participants: Iterable[str] = (), of: Ticket | None = None
) -> Candidate:
    made = of or ticket(number)
    account = DIRECTORY.account_of(requester)
    named = replace(made, account=account.name if account is not None else None)
    return Candidate(named, People(frozenset({requester}), frozenset(participants)))


def orphan(number: int, author: str = ANN, level: Level = Level.PROVEN, *, touched: bool = False) -> Relative:
    return Relative(candidate(number, author, of=replace(ticket(number), touched=touched)), author, level)


@dataclass(frozen=True, slots=True)
class World:
    """What the store knows when a mail comes in."""

    candidates: Candidates
    directory: Directory = DIRECTORY

    def with_ticket(self, found: Candidate, known: str = FIRST_ID) -> "World":
        numbers = self.candidates.by_number | {found.ticket.number: found}
        return replace(
            self, candidates=replace(self.candidates, by_number=numbers, by_id=self.candidates.by_id | {known: found})
        )

    def with_orphans(self, *orphans: Relative) -> "World":
        return replace(self, candidates=replace(self.candidates, relatives=orphans))

    def with_copies(self, *copies: Copy) -> "World":
        return replace(self, candidates=replace(self.candidates, copies=copies))

    def route(self, made: Mail, level: Level = Level.UNPROVEN, inbound: Inbound | None = None) -> Route:
        came = inbound or Inbound(7, SUPPORT, NOW)
        return route(made, Proof(level, "said so"), came, self.candidates, self.directory, KEYS, now=NOW)


EMPTY = World(Candidates({}, {}))
WORLD = EMPTY.with_ticket(candidate())  # Ann's ticket 41 and its first mail
