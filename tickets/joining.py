"""Which ticket a mail belongs to, and who may write on it: the rules of "Threading", each by itself.

A mail names tickets by our tokens, by Message-IDs that we know and by the tag in its subject. A Message-ID is known
once its mail lies on a ticket, or a proven mail on a ticket names it: answers to a mail that never came to us belong
together. Naming a ticket gives no right: whoever writes must be somebody of that ticket, and for all but a token be
proven.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from mail.domains import ascii_address
from mail.model import Level
from mail.threads import bare_subject
from mail.tokens import Token, is_for
from tickets.candidates import Candidate, Kin
from tickets.case import Case
from tickets.directory import Directory
from tickets.model import People, Resolution, Ticket
from tickets.rights import written_tokens
from tickets.routes import By

MAX_TOKENS = 20  # that are checked for one mail; each costs a hash for each address it may be made for


@dataclass(frozen=True, slots=True)
class Named:
    """A ticket that a mail names; `vouched` is False where its token was not made by us for anybody of that ticket.

    `roundabout`: no mail on the ticket is named, but one that a mail on the ticket answers, too. A newsletter of
    ours has answers on a thousand tickets.
    """

    candidate: Candidate
    by: By
    vouched: bool = True
    token: Token | None = None
    roundabout: bool = False

    @property
    def ticket(self) -> Ticket:
        """The ticket itself."""
        return self.candidate.ticket


Rule = Callable[[Case, Named], bool]


def name_tickets(case: Case) -> Iterator[Named]:
    """Every ticket that the mail names: by token, then by Message-ID, then by tag; the newest first in each."""
    asked = case.questions
    for token in asked.tokens[:MAX_TOKENS]:
        if (candidate := case.candidates.by_number.get(token.ticket)) is not None:
            yield Named(candidate, By.TOKEN, _is_made_for_ticket(case, token, candidate), token)
    for known in asked.ids:
        if (candidate := case.candidates.by_id.get(known)) is not None:
            yield Named(candidate, By.REFERENCE)
    yield from _name_roundabout(case)
    if asked.tag is not None and (candidate := case.candidates.by_number.get(asked.tag)) is not None:
        yield Named(candidate, By.TAG)


def find_ticket(case: Case, rule: Rule) -> Named | None:
    """The first ticket named on which the sender may write by this rule."""
    return next((named for named in name_tickets(case) if named.vouched and rule(case, named)), None)


def first_named(case: Case) -> int | None:
    """The ticket that the mail means, whether or not it may join it: shown to the agent, never to the sender."""
    return next((named.ticket.number for named in name_tickets(case) if _is_clear(case, named)), None)


def may_customer_join(case: Case, named: Named) -> bool:
    """Whether the sender may write on this ticket as the requester's side."""
    if case.inbound.trust_senders:
        return True
    if case.level is Level.FAILED or not case.sender:
        return False
    if is_one_of(case.sender, named.candidate.people):
        return named.by is By.TOKEN or case.holds
    if named.by is By.TAG or named.roundabout:
        return False
    return case.holds and is_colleague(case.sender, named.candidate.people, named.ticket.account, case.directory)


def may_agent_join(case: Case, named: Named) -> bool:
    """Whether the sender, who is an agent by address, may add a note: proven, on any ticket that is clearly meant."""
    return case.vouched and _is_clear(case, named) and _is_written(case, named)


def may_staff_answer(case: Case, named: Named) -> bool:
    """Whether staff answer what we mailed them: proven, and the token was made for that very address."""
    made_for_sender = named.token is not None and is_for(named.token, case.sender, case.keys, case.now)
    return case.holds and made_for_sender and _is_written(case, named)


def _is_written(case: Case, named: Named) -> bool:
    """Whether the sender named the ticket: a Delivered-To anybody may add to a mail that they send again."""
    return named.token is None or named.token in written_tokens(case.mail)


def may_copy_us_in(case: Case, named: Named) -> bool:
    """Whether a proven mail of ours to customers is a public reply on this ticket: it must reach somebody of it."""
    return case.holds and any(is_one_of(a.address, named.candidate.people) for a in case.customers())


def is_one_of(address: str, people: People) -> bool:
    """Whether this address is the requester's or a participant's."""
    key = ascii_address(address)
    return any(key == ascii_address(known) for known in people.requester | people.participants)


def is_colleague(address: str, people: People, account: str | None, directory: Directory) -> bool:
    """Whether this address is at a domain of the requester's account (which a free-mail domain never is)."""
    theirs = directory.account_of(address)
    if theirs is None:
        return False
    accounts = {found.name for known in people.requester if (found := directory.account_of(known)) is not None}
    return theirs.name in accounts or theirs.name == account


def _name_roundabout(case: Case) -> Iterator[Named]:
    """Tickets with an answer to a mail that this one answers, too; then one with a mail of the same Message-ID.

    Some programs give all their mails one Message-ID, so that alone says nothing; with the same subject it does.
    """
    for candidate in _siblings(case):
        yield Named(candidate, By.REFERENCE, roundabout=True)
    twin = case.candidates.by_id.get(case.questions.message_id or "")
    if twin is None or twin.ticket.resolution is Resolution.SPAM:  # nothing goes on there, whoever let this mail out
        return
    if bare_subject(twin.ticket.subject) == bare_subject(case.mail.subject):
        yield Named(twin, By.REFERENCE, roundabout=True)


def _is_clear(case: Case, named: Named) -> bool:
    """Whether the mail means this ticket, and not just as well many others."""
    return not named.roundabout or len(_siblings(case)) <= 1


def _siblings(case: Case) -> list[Candidate]:
    """Each ticket once, the newest first; an answer that was not proven makes nothing known."""
    found = {
        relative.candidate.ticket.number: relative.candidate
        for relative in case.candidates.relatives
        if relative.kin is Kin.SIBLING and (relative.is_proven or case.inbound.trust_senders)
    }
    return [found[number] for number in sorted(found, reverse=True)]


def _is_made_for_ticket(case: Case, token: Token, candidate: Candidate) -> bool:
    """Whether we made this token for the sender, for somebody of that ticket or for an agent."""
    people = candidate.people
    known = (case.sender, *people.requester, *people.participants, *case.directory.agent_addresses())
    return any(is_for(token, address, case.keys, case.now) for address in known if address)
