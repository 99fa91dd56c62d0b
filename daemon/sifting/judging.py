"""Hop 5 for mail of strangers: what the filters make of it, and what that means for the way which routing chose.

Judged is what would open a ticket of a customer's, and bulk that would be kept without one. Whatever joins a ticket has
shown that it may; what our own people write, what waits for a code, what came back, and old mail that a person brought
is none of the filters' business.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from daemon.desk import Desk
from daemon.sifting.learning import Knowledge
from daemon.sifting.recalling import write_down
from filters import Evidence, Facts, Opinion
from filters.learning.traits import Traits, read_traits
from filters.rules.lists import Entry, Lists, spellings
from filters.rules.rule import NOWHERE
from filters.verdict import Decision, Rules, Verdict, judge
from mail.model import Level, Mail, Proof
from mail.tokens import is_for
from store import facts, journal, lessons, listed, verdicts
from store.engine import Session
from tickets.candidates import Copy
from tickets.directory import Role
from tickets.model import MessageKind, Outcome, Reason
from tickets.record import Doer
from tickets.rights import written_tokens
from tickets.routes import Copied, Keep, Open, Quarantine, Route

_BULK = frozenset({"bulk", "list"})


@dataclass(frozen=True, slots=True)
class Studied:
    """What was found out about a mail before it is decided: all of it may be missing."""

    traits: Traits | None = None  # None: they are read now
    opinion: Opinion | None = None


UNSTUDIED = Studied()


@dataclass(frozen=True, slots=True)
class Subject:
    """A mail on its way, as the filters are asked about it."""

    claimed: journal.Claimed
    mail: Mail
    proof: Proof
    studied: Studied = UNSTUDIED


@dataclass(frozen=True, slots=True)
class Ruling:
    """A verdict; `is_sure`: enough is known to tell a sender of it that we are there."""

    verdict: Verdict
    is_sure: bool
    rules: tuple[str, ...] = ()  # those that say where it goes

    @property
    def doer(self) -> Doer:
        """On record for what the rules did."""
        return Doer(actor=f"rule:{'+'.join(self.rules)}")


def is_judged(way: Route, subject: Subject) -> bool:
    """Whether a mail that goes this way is any of the filters' business."""
    if subject.claimed.imported:
        return False
    match way:
        case Open():
            return way.kind is MessageKind.CUSTOMER
        case Keep():
            return subject.mail.automatic is not None and subject.mail.automatic.kind in _BULK
        case _:
            return False


def rule(session: Session, desk: Desk, subject: Subject, now: datetime) -> Ruling:
    """Judge a mail and write the verdict down, in the caller's transaction."""
    evidence = gather(session, desk, subject, now)
    rules = _with_listed(session, desk.rules(), subject.mail)
    verdict = judge(evidence, rules)
    if subject.claimed.released:
        verdict = replace(verdict, decision=Decision.GENUINE, protected="a person let it out of quarantine")
    _keep(session, subject.claimed.id, verdict, evidence, now)
    found = {symbol.name for symbol in verdict.symbols}
    names = tuple(rule.name for rule in rules.custom if rule.name in found and rule.ways != NOWHERE)
    return Ruling(verdict, _is_sure(verdict, evidence, desk.life.mind.knowledge), names)


def redirect(session: Session, way: Route, ruling: Ruling, subject: Subject, copies: Iterable[Copy]) -> Route:
    """The way that the verdict leaves: spam is put aside, or lies with its copy of the same mailbox that is there."""
    verdict = ruling.verdict
    held = sorted((copy for copy in copies if copy.outcome is Outcome.QUARANTINED), key=lambda copy: copy.arrival)
    why = verdict.reason if verdict.decision is Decision.SPAM else None
    if verdict.protected is None:
        why = why or _called_spam(session, held)
    if why is not None:
        twin = next((copy for copy in held if copy.mailbox == subject.claimed.mailbox), None)
        return Copied(twin.arrival, twin.ticket, better=False) if twin else Quarantine(Reason.SPAM, why)
    if isinstance(way, Open) and way.silent is None and verdict.ways.automatic is not None:
        return replace(way, silent=f"a rule of the filters says so: {verdict.ways.automatic}")
    return way


def _called_spam(session: Session, held: Iterable[Copy]) -> str | None:
    """Which copy in quarantine a person called spam: that counts whatever the filters make of this one."""
    for copy in held:
        known = lessons.known(session, copy.arrival)
        if known is not None and known.spam:
            return f"it is a copy of arrival {copy.arrival}, and somebody said that that is spam"
    return None


def gather(session: Session, desk: Desk, subject: Subject, now: datetime) -> Evidence:
    """All that the filters may look at; what must be asked of the store costs one look-up by index."""
    claimed, mail = subject.claimed, subject.mail
    traits = subject.studied.traits or read_traits(mail)
    return Evidence(
        mail=mail,
        proof=_proof(subject),
        mailbox=claimed.mailbox,
        received_at=claimed.received_at,
        size=len(claimed.raw),
        facts=_facts(session, desk, mail, now),
        learned=desk.life.mind.judge(session, traits, claimed.mailbox),
        opinion=subject.studied.opinion,
    )


def _proof(subject: Subject) -> Proof:
    """How far the sender is proven; whom a list of ours names as the author, it does not prove."""
    if subject.mail.rewritten and subject.proof.holds:
        return replace(subject.proof, level=Level.UNPROVEN, why="a list of ours names the author")
    return subject.proof


def _facts(session: Session, desk: Desk, mail: Mail, now: datetime) -> Facts:
    directory = desk.directory
    own = directory.own_domains()
    if mail.sender is None:
        return Facts(own_domains=own)
    sender = mail.sender.address
    account = directory.account_of(sender)
    return Facts(
        is_ours=directory.role_of(sender) is not Role.CUSTOMER,
        own_domains=own,
        account=account.name if account is not None else None,
        tickets=facts.genuine_tickets(session, sender),
        answers_token=any(is_for(token, sender, desk.keys, now) for token in written_tokens(mail)),
    )


def _with_listed(session: Session, rules: Rules, mail: Mail) -> Rules:
    """The admin's rules with what agents listed beside: of one sender the admin's own files say more."""
    names = list(spellings(mail.sender)) if mail.sender is not None else []
    found = listed.find(session, names)
    return add_listed(rules, found.values()) if found else rules


def add_listed(rules: Rules, entries: Iterable[listed.Listed]) -> Rules:
    """The admin's rules with these entries beside, as far as the admin's own lists do not name the same sender."""
    kinds: dict[str, dict[str, Entry]] = {"allow": {}, "block": {}}
    admins = rules.lists.allow.keys() | rules.lists.block.keys()
    for each in entries:
        if each.who not in admins:
            kinds[each.kind][each.who] = Entry(each.who, why=f"#{each.kind} by {each.actor}")
    lists = Lists({**kinds["allow"], **rules.lists.allow}, {**kinds["block"], **rules.lists.block})
    return replace(rules, lists=lists)


def _is_sure(verdict: Verdict, evidence: Evidence, known: Knowledge | None) -> bool:
    """Whether a genuine verdict rests on more than that nothing spoke against the mail."""
    if verdict.decision is not Decision.GENUINE:
        return False
    if verdict.protected is not None or verdict.decided is not None:
        return True
    is_known = evidence.proof.holds and evidence.facts.tickets > 0
    return is_known or evidence.opinion is not None or (known is not None and known.is_enough)


def _keep(session: Session, arrival: int, verdict: Verdict, evidence: Evidence, now: datetime) -> None:
    symbols = tuple(verdicts.Found(each.name, each.score, each.group, each.reason) for each in verdict.symbols)
    kept = verdicts.Judged(arrival, verdict.score, verdict.decision, symbols, verdict.reason, now, write_down(evidence))
    verdicts.keep(session, kept)
