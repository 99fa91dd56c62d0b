"""What the quarantine digest may say: a value, as in `templates.contexts`, which lists them all."""

from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple, Self

from mail.outgoing.marker import MARKER, disarm
from templates.wording import disarmed, one_line, shown, words


class HeldLine(NamedTuple):
    """A mail that was put aside; `numbers` are those of its look-alikes and its own."""

    numbers: str
    sender: str
    subject: str
    why: str

    def shown(self) -> "HeldLine":
        """As the template may write it down."""
        limits = (60, 120, 150, 200)
        return HeldLine(*[disarm(one_line(value, limit)) for value, limit in zip(self, limits, strict=True)])


@dataclass(frozen=True, slots=True)
class HeldContext:
    """Somebody is shown what is new in a mailbox's quarantine. Nothing of others in it is a link."""

    name: ClassVar[str] = "quarantine"
    marker: str = field(
        metadata=words("the line above which agents write; it comes first, whatever else you change", 100)
    )
    helpdesk: str = field(metadata=words("what we call ourselves", 100))
    mailbox: str = field(metadata=words("the address that the mails came to", 254))
    many: int = field(metadata={"meaning": "how many mails are new in quarantine"})
    lines: tuple[HeldLine, ...] = field(
        metadata={"meaning": "the mails, doubtful first, each with numbers, sender, subject, why"}
    )
    example: str = field(metadata=words("a command that lets some of them out", 100))
    weekly: bool = field(metadata={"meaning": "whether the figure of the week is told today"})
    let_out: int = field(metadata={"meaning": "how many genuine mails were let out within a week"})
    middle: str = field(metadata=words("how long the one in the middle of them had been held", 40))
    purged: int = field(metadata={"meaning": "of how many old mails the content has been removed so far"})
    longest: str = field(metadata=words("how long the one that waited longest", 40))

    @classmethod
    def sample(cls) -> Self:
        """A value to look at the text with."""
        lines = (
            HeldLine("1", "ann (at) customer[.]example", "Invoice & <question>", "score 5.2: it is like spam (+4.1)"),
            HeldLine("2-9", "win (at) prize[.]example", "You have won", "score 9.8: hidden text (+2.0)"),
        )
        return cls(
            *(MARKER, "Example Support", "hi@example.com", 9, lines, "#ham 1"),
            weekly=True,
            let_out=2,
            middle="3 h",
            purged=0,
            longest="2 d",
        )

    def variables(self) -> dict[str, object]:
        """What the template may use, cleaned and disarmed; the marker alone is as we write it."""
        lines = tuple(line.shown() for line in self.lines)
        return disarmed(shown(self)) | {"marker": self.marker, "lines": lines}
