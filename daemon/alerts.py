"""What the admins are told by mail: once an hour at most for one cause, never counted or held by the brake."""

from collections.abc import Mapping
from datetime import datetime

from daemon.desk import Desk
from mail.compose import Parts, compose
from mail.model import Address
from mail.tokens import make
from store import journal, outbox
from store.engine import Session
from templates.contexts import AlertContext
from tickets.backlog import LEAD
from tickets.effects import AlertAdmins
from tickets.model import Status


def unreadable(claimed: journal.Claimed, why: str, now: datetime) -> AlertAdmins:
    """A mail lies in quarantine because nothing of ours could read it."""
    return AlertAdmins(
        f"unreadable:{now:%Y%m%d%H}",
        "A mail could not be read and waits in quarantine",
        (
            f"Arrival {claimed.id} in {claimed.mailbox}: {why}.",
            "Nothing is lost: its raw bytes are kept. There may be more of them within this hour.",
            "See them with: helpdeskd quarantine list",
        ),
    )


def braked(now: datetime, limit: int) -> AlertAdmins:
    """The brake has stopped automatic mail to senders whom nobody has proven."""
    return AlertAdmins(
        f"brake:{now:%Y%m%d%H}",
        "Automatic mail to unproven senders is held back",
        (
            f"More than {limit} automatic mails to unproven senders in an hour: we may be used against others.",
            "What is held goes out by itself within a day when there is room again; older is dropped and counted.",
            "Every mail still makes its ticket. See: helpdeskd status",
        ),
    )


def dropped(mails: int, now: datetime) -> AlertAdmins:
    """The brake has dropped what it had held for a day."""
    return AlertAdmins(
        f"dropped:{now:%Y%m%d%H}",
        "Automatic mail that was held for a day has been dropped",
        (f"{mails} automatic mails were not sent. Their tickets are all there: helpdeskd tickets",),
    )


def deaf(mailbox: str, since: datetime, why: str) -> AlertAdmins:
    """A mailbox has not been readable for a while; told once for each time that it falls silent."""
    return AlertAdmins(
        f"deaf:{mailbox}:{since:%Y%m%d%H%M}",
        f"The mailbox {mailbox} cannot be read",
        (
            f"Since {since:%Y-%m-%d %H:%M} UTC: {why}",
            "Nothing is lost as long as its server keeps the mail; it is tried again and again.",
            "See: helpdeskd status",
        ),
    )


def overdue(counts: Mapping[Status, int], an_hour: int, now: datetime) -> AlertAdmins:
    """After a long silence there is much to make up for; told once a day, before any of it goes out."""
    said = {
        Status.PENDING: "steps of tickets whose customer owes an answer (reminders, closing)",
        Status.CLOSED: "surveys after closing",
    }
    lines = [f"{many} {said.get(status, f'tickets put aside ({status.value})')}" for status, many in counts.items()]
    return AlertAdmins(
        f"overdue:{now:%Y%m%d}",
        "Steps of tickets are overdue by more than a day",
        (
            *lines,
            f"From {now + LEAD:%H:%M} UTC on they are made up for, {an_hour} an hour, our own people first.",
            "Reminders and closings come within the hours of their calendar alone.",
            "To hold back what goes to customers: helpdeskd pause",
        ),
    )


def unconnected(name: str, since: datetime, why: str) -> AlertAdmins:
    """Nothing has been heard from somewhere for a while; told once for each time that it falls silent."""
    return AlertAdmins(
        f"unconnected:{name}:{since:%Y%m%d%H%M}",
        f"{name} is not heard",
        (
            f"Since {since:%Y-%m-%d %H:%M} UTC: {why}",
            "It is tried again and again, but what is said there meanwhile may never become a note.",
            "See: helpdeskd status",
        ),
    )


def unrendered(fault: str, now: datetime) -> AlertAdmins:
    """A template of the admin's could not be used; ours was sent instead."""
    return AlertAdmins(
        f"template:{now:%Y%m%d%H}",
        "A template of yours cannot be used",
        (fault, "Our own text was sent instead.", "See: helpdeskd templates check"),
    )


def unheard(now: datetime) -> AlertAdmins:
    """Something of a customer's was told to no agent, because none wants to be told of anything."""
    return AlertAdmins(
        f"unheard:{now:%Y%m%d%H}",
        "Nobody is told of what customers write",
        (
            'Every agent has notices = "none", so that this hour\'s mail waits without anybody knowing.',
            "Its tickets are all there: helpdeskd tickets",
        ),
    )


def unreached(agent: str, why: str, now: datetime) -> AlertAdmins:
    """What we tell an agent does not arrive."""
    return AlertAdmins(
        f"unreached:{agent}:{now:%Y%m%d}",
        f"Notices to {agent} do not arrive",
        (f"What was said: {why}", "What happens to that agent's tickets goes unseen until this is mended."),
    )


def ownerless(agent: str, lines: tuple[str, ...], now: datetime) -> AlertAdmins:
    """What waited for somebody who is no agent any more; it is gone from there, so every part of it is told."""
    return AlertAdmins(
        f"ownerless:{agent}:{now.isoformat()}:{lines[0]}",
        f"Notices waited for {agent}, who is no agent any more",
        (*lines, "See: helpdeskd tickets"),
    )


def put(session: Session, desk: Desk, alert: AlertAdmins, now: datetime) -> None:
    """Put one mail for each admin into the outbox; an alert that is there already is not put again."""
    for admin in desk.config.helpdesk.admins:
        key = f"alert:{alert.key}:{admin}"
        if outbox.is_known(session, key):
            continue
        token = make(desk.keys, purpose="x", ticket=0, recipient=admin, nonce=key, now=now)
        text = desk.templates.render(
            AlertContext(helpdesk=desk.config.helpdesk.name, title=alert.subject, lines=alert.lines),
            language="en",
            mailbox="",
        )
        message_id = token.message_id(desk.config.helpdesk.domain)
        payload = compose(
            Parts(
                sender=desk.sender(desk.directory.mailboxes[0].address),
                to=Address("", admin),
                subject=text.subject,
                text=text.text,
                html=text.html,
                references=(message_id,),
                message_id=message_id,
                date=now,
                automatic=True,
            )
        )
        outbox.put(
            session,
            outbox.OutgoingItem(
                key=key,
                channel="mail",
                klass="alert",
                recipient=admin,
                envelope_sender=desk.config.helpdesk.bounce_address,
                message_id=message_id,
                payload=payload,
                due=now,
            ),
            now,
        )
