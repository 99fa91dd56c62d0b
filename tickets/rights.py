"""Who may do what with which proof: the table itself, and what becomes of a mail that falls short of it.

`mail.proof` says how far a sender is proven. A mail is *strong* where its sender is proven and it answers what we
mailed to that very person, by the token of that mail; or where it brings the code that we mailed to the agent for just
this mail. What a customer's mail may join stands in `tickets.joining`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from mail.domains import ascii_address
from mail.model import Level, Mail, Proof
from mail.tokens import Keys, Token, find, is_for
from tickets.directory import Role

NOTICE = "n"  # purpose of the tokens in notices to agents


class Deed(StrEnum):
    """What a mail attempts."""

    OPEN = "open"  # a new ticket of the sender's own
    NOTE = "note"  # an internal note, which never leaves
    WORK = "work"  # whatever leaves or changes a ticket: a reply, a command
    CONFIRM = "confirm"  # `#yes`, a code: have done what we asked about
    RATE = "rate"  # a survey's answer


class Need(StrEnum):
    """How far a sender must be proven for it."""

    NOTHING = "nothing"
    PROVEN = "proven"
    TOKEN = "token"  # noqa: S105 a name: proven, and the token that was made for the sender
    OWN_TOKEN = "own token"  # noqa: S105 a name: that token, and DMARC has not failed
    STRONG = "strong"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One deed that one mail attempts, with all that its right to it rests on."""

    role: Role
    deed: Deed
    proof: Proof
    token: bool = False  # it answers what we mailed to this very person, by the token of that mail
    code: bool = False  # it brings the code that we mailed to this agent for just what it confirms
    automatic: bool = False
    released: bool = False  # a person let it out of quarantine
    names_ticket: bool = False  # it names a ticket or a notice of ours

    @property
    def holds(self) -> bool:
        """The sender is at least proven, or a person has vouched for this mail."""
        return self.proof.holds or self.released

    @property
    def strong(self) -> bool:
        """What it answers is proven, too; automatic mail confirms nothing."""
        return not self.automatic and ((self.token and self.proof.holds) or self.code)


@dataclass(frozen=True, slots=True)
class Allowed:
    """Let it be done."""


@dataclass(frozen=True, slots=True)
class NoteAndAsk:
    """Keep it as an internal note and send it back to the agent as a notice; `#yes` in the answer runs it."""

    why: str


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """Put it aside; the agent is told what would run, with a code where `by_code`."""

    why: str
    by_code: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """It is not done, and this mail cannot bring it about."""

    why: str


Verdict = Allowed | NoteAndAsk | Unconfirmed | Refused

# Who, doing what, needs what. What stands nowhere is never done by mail.
NEEDS: Mapping[tuple[Role, Deed], Need] = {
    (Role.CUSTOMER, Deed.OPEN): Need.NOTHING,
    (Role.CUSTOMER, Deed.RATE): Need.OWN_TOKEN,
    (Role.SOURCE, Deed.OPEN): Need.NOTHING,
    (Role.OWN, Deed.OPEN): Need.NOTHING,
    (Role.STAFF, Deed.OPEN): Need.NOTHING,
    (Role.STAFF, Deed.NOTE): Need.TOKEN,
    (Role.STAFF, Deed.RATE): Need.OWN_TOKEN,
    (Role.AGENT, Deed.OPEN): Need.PROVEN,
    (Role.AGENT, Deed.NOTE): Need.PROVEN,
    (Role.AGENT, Deed.WORK): Need.STRONG,
    (Role.AGENT, Deed.CONFIRM): Need.STRONG,
}
_BY_A_PERSON = frozenset({Deed.WORK, Deed.CONFIRM, Deed.RATE})


def judge(attempt: Attempt) -> Verdict:
    """What becomes of what a mail attempts; a shortfall says what was missing and what to do."""
    need = NEEDS.get((attempt.role, attempt.deed), Need.NEVER)
    if need is Need.NEVER:
        return Refused(f"nobody does this by mail from an address that is {_ROLES[attempt.role]}")
    if attempt.automatic and attempt.deed in _BY_A_PERSON:
        return Refused("no person wrote this mail, and automatic mail neither runs nor confirms anything")
    if _is_met(need, attempt):
        return Allowed()
    return _fall_short(attempt) if attempt.role is Role.AGENT else Refused(_explain(attempt))


def _is_met(need: Need, attempt: Attempt) -> bool:
    match need:
        case Need.NOTHING:
            return True
        case Need.PROVEN:
            return attempt.holds or attempt.strong
        case Need.TOKEN:
            return attempt.token and attempt.proof.holds
        case Need.OWN_TOKEN:
            return attempt.token and attempt.proof.level is not Level.FAILED
        case Need.STRONG:
            return attempt.strong
        case Need.NEVER:
            return False


def _fall_short(attempt: Attempt) -> Verdict:
    """An agent's mail is never lost: it is a note, or waits for a code."""
    if attempt.holds and attempt.deed is Deed.CONFIRM:
        return Refused(
            "it answers no question of ours; answer the very mail that asks, from the address that it went to"
        )
    if attempt.holds:
        return NoteAndAsk(
            "it answers no notice of ours, so it is kept as an internal note; to run it, answer with #yes"
        )
    by_code = attempt.names_ticket and not attempt.automatic
    return Unconfirmed(_explain(attempt) + (_WITH_CODE if by_code else ""), by_code)


_WITH_CODE = ". If you wrote it, answer with the code as your first word"
_ROLES = {
    Role.OWN: "our own",
    Role.AGENT: "an agent's",
    Role.STAFF: "a colleague's",
    Role.SOURCE: "a notifier's",
    Role.CUSTOMER: "a customer's",
}


def _explain(attempt: Attempt) -> str:
    """What was missing, in words that whoever wrote the mail can act on."""
    if attempt.proof.holds:
        return "it does not answer the mail that we sent to this address for it; answer that one"
    return f"nothing proves who wrote it: {attempt.proof.why}"


def answers_own_mail(
    mail: Mail, purpose: str, ticket: int | None, addresses: Iterable[str], keys: Keys, *, now: datetime
) -> bool:
    """Whether a mail answers what we mailed to one of these addresses, for this purpose and about this ticket.

    Only In-Reply-To and References count: an address with a token in it may stand in any link that somebody makes the
    agent click. `ticket` None: any.
    """
    own = tuple(dict.fromkeys(map(ascii_address, addresses)))
    return any(
        token.purpose == purpose and ticket in {None, token.ticket} and any(is_for(token, a, keys, now) for a in own)
        for token in find((*mail.in_reply_to, *reversed(mail.references)))
    )


def written_tokens(mail: Mail) -> tuple[Token, ...]:
    """The tokens where the sender put them, not where a relay may have: what a signature can cover."""
    named = (address.address for address in (*mail.to, *mail.cc))
    return find((*named, *mail.in_reply_to, *reversed(mail.references)))


def level_of(attempt: Attempt) -> Level:
    """How far the sender is proven for what the mail attempts."""
    return Level.STRONG if attempt.strong else attempt.proof.level
