"""What is new in quarantine, mailbox by mailbox, to the agents who look after it; #ham in the answer lets mails out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from daemon.agents import agent_mail
from daemon.desk import Desk
from mail.outgoing.marker import MARKER
from store import held, journal, quarantine, verdicts
from store.engine import Session
from templates.held_contexts import HeldContext, HeldLine
from tickets import held as rules
from tickets import notices
from tickets.directory import Agent, Mailbox
from tickets.model import Reason

SHOWN = 300  # mails of one digest; the others come with the next
WEEK = timedelta(days=7)


def send_due(session: Session, desk: Desk, now: datetime) -> int:
    """Write the digests whose time has come; how many. A mailbox in which nothing is new has none."""
    made = 0
    for reader in _readers(desk):
        for box in desk.directory.mailboxes:
            address = reader.addresses[0]
            last = held.last_written(session, address, box.address) or journal.first_start(session, now)
            hour = rules.latest_hour(reader, desk.config.quarantine.digest_hour, now)
            if last < hour:
                made += _write(session, desk, Edition(reader, box, last, hour, now))
    return made


def _readers(desk: Desk) -> tuple[Agent, ...]:
    """Those whom the configuration names; else all agents."""
    named = desk.config.quarantine.readers
    found = (desk.directory.agent_of(address) for address in named)
    return tuple(agent for agent in found if agent is not None) if named else desk.directory.agents


@dataclass(frozen=True, slots=True)
class Edition:
    """One digest to be: for whom, of which mailbox, and what was put aside after which moment until which."""

    reader: Agent
    box: Mailbox
    since: datetime
    until: datetime
    now: datetime


def _write(session: Session, desk: Desk, edition: Edition) -> int:
    """1 where something is new, and lies in the outbox now."""
    new = held.new_in(session, edition.box.address, edition.since, SHOWN + 1)
    found = [each for each in new if each.held_at <= edition.until]  # what came after the hour waits for the next
    if not found:
        return 0
    shown = _fit(found)
    until = shown[-1].held_at if len(shown) < len(found) else edition.until  # what is later is new to the next one
    scores = verdicts.scores(session, [each.arrival for each in shown])
    groups = rules.arrange(_judged(each, scores.get(each.arrival)) for each in shown)
    numbered = [mail.arrival for group in groups for mail in group.mails]
    number = held.write_digest(session, edition.reader.addresses[0], edition.box.address, numbered, until)
    _put(session, desk, edition, held.key_of(number), _context(session, desk, edition, groups))
    return 1


def _put(session: Session, desk: Desk, edition: Edition, key: str, context: HeldContext) -> None:
    reader, box, now = edition.reader, edition.box, edition.now
    language = box.language or desk.config.helpdesk.language
    letter = agent_mail.AgentMail(
        reader,
        key,
        agent_mail.name_mail(desk, reader, key, purpose=notices.PURPOSE, ticket=0, now=now),
        box,
        desk.templates.render(context, language=language, mailbox=box.address),
        fields=(("X-Helpdeskd-Occasion", "quarantine"),),
    )
    agent_mail.put(session, desk, letter, now)


def _fit(found: list[held.Held]) -> list[held.Held]:
    """As many as one digest shows; never only some of those that were put aside at the same moment."""
    if len(found) <= SHOWN:
        return found
    return [each for each in found if each.held_at < found[SHOWN].held_at] or found


def _judged(mail: held.Held, score: float | None) -> rules.Held:
    return rules.Held(
        mail.arrival,
        rules.defuse(mail.sender),
        rules.defuse(mail.subject),
        rules.defuse(mail.why),
        mail.received_at,
        score if mail.reason is Reason.SPAM else None,
    )


def _context(session: Session, desk: Desk, edition: Edition, groups: Sequence[rules.Alike]) -> HeldContext:
    weekly = rules.is_weekly(edition.reader, edition.now)
    let_out = held.let_out(session, edition.now - WEEK)
    return HeldContext(
        marker=MARKER,
        helpdesk=desk.config.helpdesk.name,
        mailbox=edition.box.address,
        many=sum(len(group.mails) for group in groups),
        lines=tuple(_lines(groups)),
        example="#ham 1",
        weekly=weekly,
        let_out=let_out.many,
        middle=rules.say_span(let_out.middle),
        purged=quarantine.purged(session),
        longest=rules.say_span(let_out.longest),
    )


def _lines(groups: Sequence[rules.Alike]) -> Iterator[HeldLine]:
    """A line for each group of look-alikes, with the numbers of all in it."""
    first = 1
    for group in groups:
        last = first + len(group.mails) - 1
        numbers = str(first) if first == last else f"{first}-{last}"
        mail = group.mails[0]
        yield HeldLine(numbers, mail.sender, mail.subject, mail.why)
        first = last + 1
