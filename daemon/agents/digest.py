"""What waited for an agent, in one mail: after quiet hours, once a day, or when a flood is over."""

from collections.abc import Sequence
from datetime import datetime

from daemon import alerts
from daemon.agents import agent_mail
from daemon.agents.notice_links import write_link
from daemon.desk import Desk
from mail.outgoing.body import enclose
from store import waiting
from store.engine import Session
from templates.notice_contexts import DigestContext, DigestLine
from templates.wording import one_line
from tickets.directory import Agent

SHOWN = 50  # things that a digest shows; where there are more, all of them stand in a file beside it
MOST = 5_000  # of one digest
DIGESTS = 20  # that are written in one go, so that nobody waits long for the store
FILE = "digest.txt"
PURPOSE = "d"  # of the tokens in digests: it belongs to no ticket, and answering it gives no right


def send_due(session: Session, desk: Desk, now: datetime) -> int:
    """Write the digests whose time has come; how many. What stands in them waits no longer."""
    made = 0
    while made < DIGESTS and (address := waiting.first_ready(session, now)) is not None:
        entries = waiting.ready_for(session, address, now, MOST)
        agent = desk.directory.agent_of(address)
        if agent is not None:
            _put(session, desk, agent, entries, now)
        else:
            alerts.put(session, desk, alerts.ownerless(address, _list(entries), now), now)
        waiting.forget(session, entries)
        made += 1
    return made


def _put(session: Session, desk: Desk, agent: Agent, entries: Sequence[waiting.Kept], now: datetime) -> None:
    """One digest, ticket by ticket in the order in which they come up first."""
    first = {entry.ticket: place for place, entry in reversed(list(enumerate(entries)))}
    grouped = sorted(entries, key=lambda entry: first[entry.ticket])
    home = desk.directory.mailboxes[0]
    context = DigestContext(
        helpdesk=desk.config.helpdesk.name,
        tickets=len(first),
        more=len(entries) - min(len(entries), SHOWN),
        file=FILE,
        lines=tuple(
            DigestLine(write_link(each.ticket, each.mailbox), each.subject, each.occasion, each.who, each.said)
            for each in grouped[:SHOWN]
        ),
    )
    key = f"digest:{agent.addresses[0]}:{now.isoformat()}:{entries[0].id}"  # SQLite gives ids anew
    letter = agent_mail.AgentMail(
        agent,
        key,
        agent_mail.name_mail(desk, agent, key, purpose=PURPOSE, ticket=0, now=now),
        home,
        desk.templates.render(context, language=desk.config.helpdesk.language, mailbox=home.address),
        fields=(("X-Helpdeskd-Occasion", "digest"),),
        enclosures=(enclose(FILE, "text/plain", "\n".join(_tell(grouped)).encode()),) if context.more else (),
    )
    agent_mail.put(session, desk, letter, now)


def _list(entries: Sequence[waiting.Kept]) -> tuple[str, ...]:
    """The beginning of it, for people who will look at the tickets themselves."""
    more = (f"and {len(entries) - SHOWN} more",) if len(entries) > SHOWN else ()
    return (*_tell(entries[:SHOWN]), *more)


def _tell(entries: Sequence[waiting.Kept]) -> list[str]:
    return [
        one_line(f"#{each.ticket} {each.subject}: {each.occasion}, {each.who}: {each.said}", 500) for each in entries
    ]
