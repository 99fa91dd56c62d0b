"""What waited for an agent, in one mail: after quiet hours, once a day, or when a flood is over."""

from collections.abc import Sequence
from datetime import datetime

from daemon import agent_mail, alerts
from daemon.desk import Desk
from daemon.notice_links import write_link
from store import waiting
from store.engine import Session
from templates.contexts import DigestContext, DigestLine
from tickets.directory import Agent

LINES = 100  # of one digest; what is over it comes in the next
DIGESTS = 20  # that are written in one go, so that nobody waits long for the store
PURPOSE = "d"  # of the tokens in digests: it belongs to no ticket, and answering it gives no right


def send_due(session: Session, desk: Desk, now: datetime) -> int:
    """Write the digests whose time has come; how many. What stands in them waits no longer."""
    made = 0
    while made < DIGESTS and (address := waiting.first_ready(session, now)) is not None:
        entries = waiting.ready_for(session, address, now, LINES + 1)
        agent = desk.directory.agent_of(address)
        if agent is None:
            lines = tuple(f"#{entry.ticket} {entry.subject}: {entry.occasion}" for entry in entries[:LINES])
            alerts.put(session, desk, alerts.ownerless(address, entries[0].id, lines), now)
        else:
            _put(session, desk, agent, entries, now)
        waiting.forget(session, entries[:LINES])
        made += 1
    return made


def _put(session: Session, desk: Desk, agent: Agent, entries: Sequence[waiting.Kept], now: datetime) -> None:
    """One digest, ticket by ticket in the order in which they come up first."""
    shown = entries[:LINES]
    numbers = list(dict.fromkeys(entry.ticket for entry in shown))
    home = desk.directory.mailboxes[0]
    context = DigestContext(
        helpdesk=desk.config.helpdesk.name,
        tickets=len(numbers),
        more=len(entries) > LINES,
        lines=tuple(_line(entry) for entry in sorted(shown, key=lambda entry: numbers.index(entry.ticket))),
    )
    key = f"digest:{agent.addresses[0]}:{shown[0].id}"
    named = agent_mail.name_mail(desk, agent, key, purpose=PURPOSE, ticket=0, now=now)
    text = desk.templates.render(context, language=desk.config.helpdesk.language, mailbox=home.address)
    fields = (("X-Helpdeskd-Occasion", "digest"),)
    agent_mail.put(session, desk, agent_mail.AgentMail(agent, key, named, home, text, fields=fields), now)


def _line(entry: waiting.Kept) -> DigestLine:
    link = write_link(entry.ticket, entry.subject, entry.mailbox)
    return DigestLine(link, entry.subject, entry.occasion, entry.who, entry.said)
