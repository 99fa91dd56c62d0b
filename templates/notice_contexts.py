"""What notices and digests may say: one value per text, as in `templates.contexts`, which lists them all."""

from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple, Self

from markupsafe import Markup

from mail.outgoing.marker import MARKER, disarm
from templates.page import mark_link
from templates.wording import TEXT_CHARACTERS, disarmed, one_line, own_subject, shown, words


class Link(NamedTuple):
    """A link of ours: its words, and where it leads."""

    name: str
    target: str

    def shown(self) -> Markup:
        """As a template may write it down; only its words may hold something of others."""
        return Markup(mark_link(disarm(one_line(self.name, 150)), self.target))  # noqa: S704 page.py escapes it


@dataclass(frozen=True, slots=True)
class NoticeContext:
    """An agent is told what happened on a ticket. Nothing of others in it can pass for a line of ours."""

    name: ClassVar[str] = "notice"
    marker: str = field(
        metadata=words("the line above which agents write; it comes first, whatever else you change", 100)
    )
    helpdesk: str = field(metadata=words("what we call ourselves", 100))
    mailbox: str = field(metadata=words("the address that the ticket lives at", 254))
    number: int = field(metadata={"meaning": "the ticket's number"})
    subject: str = field(metadata=words("what the ticket is about, without reply words", 120))
    occasion: str = field(
        metadata=words(
            "new answered reopened thanked noted copied replied fixed woke rated undeliverable assigned called "
            "nudging closing unclosed",
            30,
        )
    )
    who: str = field(metadata=words("who did it, with their address", 200))
    proof: str = field(metadata=words("of a customer's mail: proven, unproven or failed; else nothing", 30))
    source: str = field(metadata=words("the notifier that it came through, or nothing", 100))
    ask_first: bool = field(metadata={"meaning": "whether that notifier's people must be asked before anybody answers"})
    text: str = field(metadata=words("what was written", TEXT_CHARACTERS) | {"lines": True})
    rest: str = field(metadata=words("the attached file that holds all of it where it was cut, or nothing", 100))
    detail: str = field(metadata=words("what else there is to say: why a mail was not delivered, a day", 500))
    requester: str = field(metadata=words("who is answered, or nothing", 200))
    status: str = field(metadata=words("new open pending on-hold closed", 20))
    owner: str = field(metadata=words("who owns the ticket, or nothing", 100))
    mine: bool = field(metadata={"meaning": "whether that is the agent who is told"})
    reference: str = field(metadata=words("the defect that it waits for, or nothing", 200))
    account: str = field(metadata=words("the customer company, or nothing", 100))
    facts: tuple[str, ...] = field(metadata=words("what is known of the account, line by line", 200))
    linked: int = field(metadata={"meaning": "the number of an earlier ticket that it may belong to, or 0"})
    earlier: tuple[str, ...] = field(metadata=words("the requester's earlier tickets, newest first", 200))
    files: tuple[str, ...] = field(metadata=words("the attachments that came along", 250))
    left_out: tuple[str, ...] = field(metadata=words("the attachments that did not, because they are too large", 250))
    others: tuple[Link, ...] = field(metadata={"meaning": "links that add somebody who was in To or Cc"})
    commands: tuple[Link, ...] = field(metadata={"meaning": "links that open a mail with a common command"})

    @classmethod
    def sample(cls) -> Self:
        """A value to look at the text with."""
        link = "mailto:support@example.com?subject=Re%3A%20%5B%234711%5D%20Cannot%20log%20in%20%23take"
        return cls(
            marker=MARKER,
            helpdesk="Example Support",
            mailbox="support@example.com",
            number=4711,
            subject="Cannot log in <since Monday> & lost",
            occasion="new",
            who="Anna Müller <anna@customer.example>",
            proof="unproven",
            source="website form",
            ask_first=True,
            text="Hello,\n\nI cannot log in & get:\n\n    <error code='7'>\n\nAnna",
            rest="message-4711.txt",
            detail="",
            requester="Anna Müller <anna@customer.example>",
            status="new",
            owner="",
            mine=False,
            reference="",
            account="Customer Ltd",
            facts=("plan: Gold", "CE: carol@example.com", "version: 7.2"),
            linked=4700,
            earlier=("#4700 Cannot print (closed, 2026-03-01)",),
            files=("screen.png (120 kB)",),
            left_out=("film.mp4 (18.2 MB)",),
            others=(Link("#cc +bob@customer.example", link),),
            commands=(Link("#take", link), Link("#close confirmed", link)),
        )

    def variables(self) -> dict[str, object]:
        """What the template may use, cleaned and disarmed; the marker alone is as we write it."""
        bare = disarmed(shown(self)) | {"marker": self.marker}
        links = {"others": tuple(map(Link.shown, self.others)), "commands": tuple(map(Link.shown, self.commands))}
        return bare | links | {"subject": disarm(one_line(own_subject(self.subject), 120))}


class DigestLine(NamedTuple):
    """One thing that happened; `link` opens a mail to the ticket."""

    link: Link
    subject: str
    occasion: str
    who: str
    said: str

    def shown(self) -> "DigestLine":
        """As the template may write it down."""
        clean = [disarm(one_line(value, limit)) for value, limit in zip(self[1:], (120, 30, 120, 200), strict=True)]
        return DigestLine(self.link.shown(), *clean)  # type: ignore[arg-type]  # a link that is written down is markup


@dataclass(frozen=True, slots=True)
class DigestContext:
    """An agent is told in one mail of all that happened in quiet hours, within a day or in a flood."""

    name: ClassVar[str] = "digest"
    helpdesk: str = field(metadata=words("what we call ourselves", 100))
    tickets: int = field(metadata={"meaning": "how many tickets it is about"})
    more: int = field(metadata={"meaning": "how many things more than these happened"})
    file: str = field(metadata=words("the attached file that holds all of them then", 100))
    lines: tuple[DigestLine, ...] = field(
        metadata={"meaning": "what happened, each with link, subject, occasion, who, said"}
    )

    @classmethod
    def sample(cls) -> Self:
        """A value to look at the text with."""
        link = Link("#4711", "mailto:support@example.com?subject=Re%3A%20%5B%234711%5D%20Cannot%20log%20in")
        who = "Anna Müller <anna@customer.example>"
        new = DigestLine(link, "Cannot log in <since Monday>", "new", who, "Hello, I cannot log in & get 7")
        return cls(
            "Example Support", tickets=1, more=7, file="digest.txt", lines=(new, new._replace(occasion="answered"))
        )

    def variables(self) -> dict[str, object]:
        """What the template may use, cleaned and disarmed."""
        return disarmed(shown(self)) | {"lines": tuple(line.shown() for line in self.lines)}
