"""Laws of routing over mails that nobody would think of."""

from dataclasses import dataclass, field, replace

from hypothesis import given
from hypothesis import strategies as st

from mail.model import Address, Automatic, Bounce, Failure, Forwarded, Level, Mail
from tests.tickets_world import (
    ALICE,
    ANN,
    CAROL,
    CEDRIC,
    DIRECTORY,
    EMPTY,
    ERIN,
    FEEDBACK,
    FIRST_ID,
    FORMS,
    HI,
    LIST,
    MALLORY,
    NOW,
    SUPPORT,
    World,
    addresses,
    candidate,
    mail,
    orphan,
    ticket,
    token,
    token_id,
)
from tickets.candidates import Candidate, Candidates, Copy, Inbound, Kin, Relative
from tickets.directory import Role
from tickets.model import MessageKind, Outcome, People, Reason, Status
from tickets.routes import Copied, Join, Keep, Open, Quarantine, Returned
from tickets.routing import ask

KNOWN = (
    ANN,
    CAROL,
    ERIN,
    MALLORY,
    ALICE,
    CEDRIC,
    FORMS,
    LIST,
    SUPPORT,
    HI,
    "x@gmail.com",
    "",
    "@",
    "n",
    "\0@x",
    "a@b@c",
)
NUMBERS = (41, 42, 43)
IDS = (FIRST_ID, "<b@x>", "<c@x>", "", "<", "<new@sender.test>", token_id(), token_id(ALICE), token_id(MALLORY, 42))

one_address = st.one_of(
    st.sampled_from(KNOWN), st.text(max_size=8), st.just(f"support+{token().local_part()}@acme.test")
)
some_addresses = st.lists(one_address, max_size=4).map(addresses)
some_ids = st.lists(st.one_of(st.sampled_from(IDS), st.text(max_size=8)), max_size=4).map(tuple)
subjects = st.one_of(st.sampled_from([f"Re: [#{n}] x" for n in (0, *NUMBERS, 10**10)]), st.text(max_size=12))
senders = st.none() | one_address.map(lambda text: Address("", text))
automatics = st.none() | st.builds(
    Automatic, kind=st.sampled_from(["auto-reply", "bulk", "list"]), why=st.just("it says so"), opens=st.booleans()
)
bounces = st.none() | st.builds(
    Bounce,
    kind=st.sampled_from(["bounce", "warning", "unknown"]),
    reason=st.sampled_from(["", "full"]),
    recipients=st.lists(st.builds(Failure, one_address, st.just("5"), st.just(""), st.booleans()), max_size=2).map(
        tuple
    ),
    returned_ids=some_ids,
)
mails = st.builds(
    Mail,
    sender=senders,
    to=some_addresses,
    cc=some_addresses,
    reply_to=some_addresses,
    subject=subjects,
    message_id=st.none() | st.sampled_from(IDS),
    in_reply_to=some_ids,
    references=some_ids,
    automatic=automatics,
    bounce=st.sampled_from([None, None, None]) | bounces,
    forwarded=st.none() | st.builds(Forwarded, sender=senders, subject=st.just(""), date=st.none(), text=st.just("")),
    fingerprint=st.sampled_from(["", "f1"]),
    error=st.sampled_from([None, None, None, "broken"]),
    rewritten=st.booleans(),
    headers=st.just((("List-Unsubscribe", "x"), ("Delivered-To", "y"))) | st.just(()),
)
levels = st.sampled_from(Level)
tickets = st.sampled_from(NUMBERS).flatmap(
    lambda n: st.sampled_from([ticket(n), ticket(n, Status.PENDING), ticket(n, Status.CLOSED, closed_days=20)])
)
candidates = st.builds(
    lambda of, requester, others: candidate(requester=requester, participants=others, of=of),
    tickets,
    st.sampled_from(KNOWN),
    st.lists(st.sampled_from(KNOWN), max_size=2),
)
copies = st.builds(
    Copy,
    arrival=st.integers(1, 9),
    mailbox=st.sampled_from([SUPPORT, HI, "gone@acme.test"]),
    outcome=st.none() | st.sampled_from(Outcome),
    ticket=st.none() | st.sampled_from(NUMBERS),
)
orphans = st.builds(
    lambda made, kin: replace(made, kin=kin),
    st.builds(orphan, st.sampled_from(NUMBERS), st.sampled_from(KNOWN), levels, touched=st.booleans()),
    st.sampled_from(Kin),
)
stores = st.builds(
    lambda found, ids, lone, same: World(
        Candidates({c.ticket.number: c for c in found}, dict(zip(ids, found, strict=False)), tuple(lone), tuple(same))
    ),
    st.lists(candidates, max_size=3),
    st.lists(st.sampled_from(IDS), max_size=3, unique=True),
    st.lists(orphans, max_size=3),
    st.lists(copies, max_size=2),
)
inbounds = st.builds(
    Inbound,
    arrival=st.just(7),
    mailbox=st.sampled_from([SUPPORT, FEEDBACK, HI, "gone@acme.test"]),
    received_at=st.just(NOW),
    released=st.booleans(),
    trust_senders=st.booleans(),
)


@given(mails, levels, stores, inbounds)
def test_every_mail_goes_one_way_and_the_same_way_each_time(
    made: Mail, level: Level, store: World, inbound: Inbound
) -> None:
    way = store.route(made, level, inbound)
    assert isinstance(way, Open | Join | Copied | Keep | Returned | Quarantine)
    assert way == store.route(made, level, inbound)


@given(mails, stores, levels)
def test_only_somebody_of_a_ticket_a_colleague_or_our_people_ever_join_it(
    made: Mail, store: World, level: Level
) -> None:
    way = store.route(made, level)
    if isinstance(way, Join):
        assert made.sender is not None
        sender, people = made.sender.address, people_of(store, way.number)
        ours = DIRECTORY.role_of(sender) in {Role.AGENT, Role.STAFF, Role.OWN} and level is Level.PROVEN
        account = DIRECTORY.account_of(sender)
        colleague = account is not None and level in {Level.PROVEN, Level.STRONG}
        assert sender in people or ours or colleague or level is Level.STRONG


@given(mails, stores)
def test_what_failed_dmarc_never_joins_and_draws_nothing(made: Mail, store: World) -> None:
    way = store.route(made, Level.FAILED)
    assert not isinstance(way, Join)
    if isinstance(way, Open):
        assert (way.pulls, way.participants) == ((), ())


@given(mails, stores, st.sampled_from([Level.UNPROVEN, Level.FAILED]))
def test_an_agent_who_is_not_proven_changes_nothing(made: Mail, store: World, level: Level) -> None:
    way = store.route(replace(made, sender=Address("", ALICE), bounce=None), level)
    assert isinstance(way, Quarantine | Keep | Copied)
    assert not isinstance(way, Quarantine) or way.reason in {Reason.UNCONFIRMED, Reason.UNREADABLE}


@given(mails, levels, stores, inbounds)
def test_nobody_of_ours_is_ever_answered(made: Mail, level: Level, store: World, inbound: Inbound) -> None:
    way = store.route(made, level, inbound)
    if isinstance(way, Open):
        answered = [way.requester, *way.participants]
        roles = {DIRECTORY.role_of(a.address) for a in answered if a is not None}
        assert roles <= {Role.CUSTOMER, Role.STAFF}
        assert Role.STAFF not in roles or way.silent
        assert way.kind is MessageKind.CUSTOMER or way.silent


@given(mails, levels, stores)
def test_who_is_told_nothing_of_it_is_told_apart_by_the_link_alone(made: Mail, level: Level, store: World) -> None:
    """A ticket of one's own is the same whether or not the ticket that the mail names exists, but for the link."""
    way, alone = store.route(made, level), World(Candidates({}, {})).route(made, level)
    if isinstance(way, Open) and not way.pulls and isinstance(alone, Open):
        assert replace(way, linked=None, replaces=None) == replace(alone, linked=None)


def people_of(store: World, number: int) -> frozenset[str]:
    lone = (o.candidate for o in store.candidates.relatives)
    found = [*store.candidates.by_number.values(), *store.candidates.by_id.values(), *lone]
    mine = [c.people for c in found if c.ticket.number == number]
    return frozenset().union(*(people.requester | people.participants for people in mine))


@dataclass(slots=True)
class Shelf:
    """The least of a store: which messages lie on which ticket, and what became of each arrival."""

    tickets: dict[int, list[Mail]] = field(default_factory=dict)
    settled: list[Copy] = field(default_factory=list)

    def take(self, made: Mail, mailbox: str, level: Level = Level.PROVEN) -> None:
        arrival = len(self.settled) + 1
        way = replace(EMPTY, candidates=self._candidates(made)).route(made, level, Inbound(arrival, mailbox, NOW))
        number: int | None = None
        outcome = Outcome.DUPLICATE
        if isinstance(way, Open | Join):
            outcome = Outcome.TICKETED
            number = way.number if isinstance(way, Join) else max(self.tickets, default=0) + 1
            pulled = [message for lone in way.pulls for message in self.tickets.pop(lone)]
            self.tickets[number] = [*self.tickets.get(number, []), made, *pulled]
        self.settled.append(Copy(arrival, mailbox, outcome, number))

    def _candidates(self, made: Mail) -> Candidates:
        asked = ask(made)
        by_number = {n: Candidate(ticket(n), People(frozenset({ANN}))) for n in self.tickets}
        by_id = {m.message_id or "": by_number[n] for n, ms in self.tickets.items() for m in ms}
        lone = tuple(
            Relative(by_number[n], ANN, Level.PROVEN)
            for n, ms in self.tickets.items()
            if any(made.message_id in message.references for message in ms)
        )
        same = {m.fingerprint for ms in self.tickets.values() for m in ms}
        return Candidates(
            by_number,
            {known: found for known, found in by_id.items() if known in asked.ids},
            lone,
            tuple(self.settled) if made.fingerprint in same else (),
        )


@given(st.permutations([SUPPORT, FEEDBACK, HI, HI, SUPPORT]), levels)
def test_copies_never_open_two_tickets(mailboxes: list[str], level: Level) -> None:
    shelf = Shelf()
    for mailbox in mailboxes:
        shelf.take(mail(), mailbox, level)
    assert len(shelf.tickets) == 1
    assert [c.outcome for c in shelf.settled].count(Outcome.TICKETED) == 1


THREAD = [
    replace(mail(), message_id=f"<{n}@x>", fingerprint=f"f{n}", references=parents)
    for n, parents in enumerate([(), ("<0@x>",), ("<1@x>",), ("<2@x>",), ("<0@x>", "<4@x>")])
]


@given(st.permutations(THREAD))
def test_a_proven_thread_is_one_ticket_in_whatever_order_it_comes(mails_of_thread: list[Mail]) -> None:
    shelf = Shelf()
    for made in mails_of_thread:
        shelf.take(made, SUPPORT)
    assert len(shelf.tickets) == 1
    assert sum(len(messages) for messages in shelf.tickets.values()) == len(THREAD)
