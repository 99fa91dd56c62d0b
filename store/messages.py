"""What stands on a ticket: mails with their text, their attachments and the mails that they answer."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import Session

from mail.model import Attachment, Level, Mail
from mail.threads import conversation_root, named_ids
from store import words
from store.hot import hot
from store.schema.columns import shorten
from store.schema.conversations import ATTACHMENTS, MESSAGES, NAMED, TICKETS
from store.schema.people import IDENTITIES, PERSONS
from tickets.model import MessageKind


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One entry on a ticket; `author` is the first address of whoever wrote it."""

    id: int
    kind: MessageKind
    author: str | None
    author_name: str
    author_id: int | None  # the person
    level: Level | None
    arrival: int | None
    added_at: datetime
    message_id: str | None
    subject: str
    text: str
    reply: str
    attachments: tuple[Attachment, ...]


_M, _A = MESSAGES.c, ATTACHMENTS.c
_ADD = insert(MESSAGES).returning(_M.id)
# SQLite and PostgreSQL write ON CONFLICT alike, so the construct of the one serves both.
_ANSWERS = upsert(NAMED).on_conflict_do_nothing(index_elements=["message_id", "ticket"])
_ATTACH = insert(ATTACHMENTS)
_MOVE = hot(
    "messages.move",
    update(MESSAGES).where(_M.ticket == bindparam("source")).values(ticket=bindparam("target")),
    source=1,
    target=2,
)
_MOVE_ONE = hot(
    "messages.move_one",
    update(MESSAGES).where(_M.id == bindparam("which")).values(ticket=bindparam("target")),
    which=1,
    target=2,
)
_KEEP_INSIDE = hot(
    "messages.keep_inside",
    update(MESSAGES)
    .where(_M.ticket == bindparam("on"), _M.arrival == bindparam("by"), _M.kind == MessageKind.PUBLIC)
    .values(kind=MessageKind.NOTE),
    on=1,
    by=1,
)
_AUTHOR = (
    select(IDENTITIES.c.address)
    .where(IDENTITIES.c.person == _M.author, IDENTITIES.c.kind == "mail")
    .order_by(IDENTITIES.c.id)
    .limit(1)
    .scalar_subquery()
)
_ALL = hot(
    "messages.all",
    select(MESSAGES, _AUTHOR.label("address"), PERSONS.c.name)
    .join(PERSONS, PERSONS.c.id == _M.author, isouter=True)
    .where(_M.ticket == bindparam("of"))
    .order_by(_M.id),
    of=1,
)
_ATTACHED = hot(
    "messages.attached",
    select(ATTACHMENTS)
    .join(MESSAGES, _M.id == _A.message)
    .where(_M.ticket == bindparam("of"))
    .order_by(_A.message, _A.position),
    of=1,
)

_MINE, _OTHERS = MESSAGES.alias("mine"), MESSAGES.alias("others")
_SAME_CONVERSATION = hot(
    "messages.same_conversation",
    select(_OTHERS.c.ticket)
    .distinct()
    .select_from(_MINE)
    .join(_OTHERS, _OTHERS.c.conversation == _MINE.c.conversation)
    .join(TICKETS, TICKETS.c.number == _OTHERS.c.ticket)
    .where(
        _MINE.c.ticket == bindparam("of"),
        _OTHERS.c.conversation.is_not(None),
        _OTHERS.c.ticket != bindparam("of"),
        TICKETS.c.requester == bindparam("requester"),
    )
    .order_by(_OTHERS.c.ticket.desc())
    .limit(10),
    of=1,
    requester=1,
)


def add_message(
    session: Session,
    number: int,
    kind: MessageKind,
    mail: Mail,
    *,
    author: int | None,
    level: Level | None,
    arrival: int | None,
    now: datetime,
) -> int:
    """Put a mail on a ticket; the id of the message. The mails it answers are noted, for those that come later."""
    connection = session.connection()
    message: int = connection.execute(
        _ADD,
        {
            "ticket": number,
            "kind": kind,
            "author": author,
            "level": level,
            "arrival": arrival,
            "added_at": now,
            "message_id": mail.message_id,
            "subject": mail.subject,
            "text": mail.text,
            "reply": mail.reply,
            "conversation": conversation_root(mail),
        },
    ).scalar_one()
    named = dict.fromkeys(shorten(one) for one in named_ids(mail))
    if named:
        connection.execute(_ANSWERS, [{"message_id": one, "ticket": number, "message": message} for one in named])
    words.index(connection, message, mail)
    if mail.attachments:
        connection.execute(_ATTACH, [_attachment_row(message, *one) for one in enumerate(mail.attachments)])
    return message


def messages(session: Session, number: int) -> list[MessageRow]:
    """All that stands on a ticket, in the order in which it was put there."""
    connection = session.connection()
    attached: dict[int, list[Attachment]] = {}
    for row in connection.execute(_ATTACHED, {"of": number}):
        attached.setdefault(row.message, []).append(
            Attachment(
                row.part, row.name, row.type, row.size, row.sha256, row.inline, cid=row.cid, from_tnef=row.from_tnef
            )
        )
    return [
        MessageRow(
            id=row.id,
            kind=MessageKind(row.kind),
            author=row.address,
            author_name=row.name or "",
            author_id=row.author,
            level=Level(row.level) if row.level is not None else None,
            arrival=row.arrival,
            added_at=row.added_at,
            message_id=row.message_id,
            subject=row.subject,
            text=row.text,
            reply=row.reply,
            attachments=tuple(attached.get(row.id, ())),
        )
        for row in connection.execute(_ALL, {"of": number})
    ]


def same_conversation(session: Session, number: int, requester: int) -> list[int]:
    """Other tickets of this requester whose mails bear the same Thread-Index: a hint, the newest ticket first."""
    rows = session.connection().execute(_SAME_CONVERSATION, {"of": number, "requester": requester})
    return [row.ticket for row in rows]


def keep_inside(session: Session, number: int, arrival: int) -> None:
    """Make the public reply that an arrival put on a ticket a note: it never left."""
    session.connection().execute(_KEEP_INSIDE, {"on": number, "by": arrival})


def move_message(session: Session, message: int, target: int) -> None:
    """Give one message to another ticket."""
    session.connection().execute(_MOVE_ONE, {"which": message, "target": target})


def move_messages(session: Session, source: int, target: int) -> None:
    """Give all messages of a ticket to another one."""
    session.connection().execute(_MOVE, {"source": source, "target": target})


def _attachment_row(message: int, position: int, attachment: Attachment) -> dict[str, object]:
    return {
        "message": message,
        "position": position,
        "part": attachment.part,
        "name": attachment.name,
        "type": attachment.type,
        "size": attachment.size,
        "sha256": attachment.sha256,
        "inline": attachment.inline,
        "cid": attachment.cid,
        "from_tnef": attachment.from_tnef,
    }
