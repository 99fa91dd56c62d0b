"""Links in mail to agents: each opens a mail to a ticket, with a command behind the subject."""

from dataclasses import dataclass

from mail.outgoing.mailto import mailto
from templates.notice_contexts import Link
from templates.wording import one_line, own_subject
from tickets.model import Status, Ticket

COMMANDS = ("#note", "#pending", "#hold REF", "#close confirmed", "#help")


@dataclass(frozen=True, slots=True)
class Links:
    """The links of one notice."""

    commands: tuple[Link, ...]
    others: tuple[Link, ...]


def write_links(ticket: Ticket, others: tuple[str, ...], mailbox: str, answers: str, *, mine: bool) -> Links:
    """Links that answer a notice (`answers` is its Message-ID): common commands, and one to add each of the others."""
    taking = () if mine or ticket.status is Status.CLOSED else ("#take",)
    subject = f"Re: [#{ticket.number}] {one_line(own_subject(ticket.subject), 120)}".rstrip()

    def link(command: str) -> Link:
        return Link(command, mailto(mailbox, subject=f"{subject} {command}", in_reply_to=answers))

    adding = tuple(link(f"#cc +{address}") for address in others)
    return Links(tuple(link(command) for command in (*taking, *COMMANDS)), adding)


def write_link(number: int, mailbox: str) -> Link:
    """A link that opens a mail to a ticket, answering no notice."""
    return Link(f"#{number}", mailto(mailbox, subject=f"Re: [#{number}]"))
