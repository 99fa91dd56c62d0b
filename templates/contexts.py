"""What each text may say: one value per text. Its fields are the variables of the template, and the only ones."""

import re
from dataclasses import dataclass, field, fields
from typing import ClassVar, Self

# Controls, halves of characters, line and paragraph separators, characters that turn the direction of what follows
# (they make one thing look like another), and the two marks that render.py sets around values.
UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufdd0-\ufdef\ufeff\ud800-\udfff]")
REPLY_WORDS = re.compile(r"\A(?:(?:re|aw|antw|sv|fw|fwd|wg)\s?(?:\[\d{1,3}\])?\s?:\s{0,9})+", re.IGNORECASE)
TICKET_TAGS = re.compile(r"\[#\d{1,19}\]")
READ_AT_MOST = 4096


def words(meaning: str, limit: int) -> dict[str, object]:
    """Say of a field what it means to whoever writes a template, and at how many characters it is cut."""
    return {"meaning": meaning, "limit": limit}


def one_line(text: str, limit: int) -> str:
    """What may be shown of foreign text: one line without control characters, at most `limit` characters."""
    line = " ".join(UNSEEN.sub(" ", text[:READ_AT_MOST]).split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def own_subject(subject: str) -> str:
    """A subject without the reply words before it, and without ticket tags: ours is the only one."""
    line = TICKET_TAGS.sub(" ", UNSEEN.sub(" ", subject[:READ_AT_MOST]))
    return REPLY_WORDS.sub("", " ".join(line.split()))


@dataclass(frozen=True, slots=True)
class AcknowledgementContext:
    """We received a proven sender's mail; it is a ticket now."""

    name: ClassVar[str] = "acknowledgement"
    helpdesk: str = field(metadata=words("what we call ourselves", 100))
    mailbox: str = field(metadata=words("the address that the mail came to", 254))
    number: int = field(metadata={"meaning": "the ticket's number"})
    subject: str = field(metadata=words("the subject of the customer's mail, without reply words", 100))
    requester: str = field(metadata=words("the customer's name as their mail says it, or nothing", 60))

    @classmethod
    def sample(cls) -> Self:
        """A value to look at the text with."""
        return cls("Example Support", "support@example.com", 4711, "Cannot log in <since Monday> & lost", "Anna Müller")

    def variables(self) -> dict[str, object]:
        """What the template may use, cleaned; a name that is an address or a link is left out."""
        bare = shown(self) | {"subject": one_line(own_subject(self.subject), 100)}
        return bare | ({"requester": ""} if any(sign in self.requester for sign in ("@", "/")) else {})


@dataclass(frozen=True, slots=True)
class UnprovenAcknowledgementContext:
    """We received a mail whose sender nobody has proven: nothing that they wrote is said back."""

    name: ClassVar[str] = "acknowledgement-unproven"
    helpdesk: str = field(metadata=words("what we call ourselves", 100))
    mailbox: str = field(metadata=words("the address that the mail came to", 254))
    number: int = field(metadata={"meaning": "the ticket's number"})

    @classmethod
    def sample(cls) -> Self:
        """A value to look at the text with."""
        return cls("Example Support", "support@example.com", 4711)

    def variables(self) -> dict[str, object]:
        """What the template may use, cleaned."""
        return shown(self)


@dataclass(frozen=True, slots=True)
class AlertContext:
    """The admins are told of something that will not mend itself."""

    name: ClassVar[str] = "alert"
    helpdesk: str = field(metadata=words("what we call ourselves", 100))
    title: str = field(metadata=words("what happened, in one line", 150))
    lines: tuple[str, ...] = field(metadata=words("what there is to say of it", 500))

    @classmethod
    def sample(cls) -> Self:
        """A value to look at the text with."""
        what = "The mailbox support@example.com cannot be read"
        return cls("Example Support", what, ("The server refuses the password.", "Since 06:12 UTC nothing was read."))

    def variables(self) -> dict[str, object]:
        """What the template may use, cleaned."""
        return shown(self)


@dataclass(frozen=True, slots=True)
class TranscriptContext:
    """An agent is told what became of their commands."""

    name: ClassVar[str] = "transcript"
    helpdesk: str = field(metadata=words("what we call ourselves", 100))
    number: int = field(metadata={"meaning": "the ticket's number; 0 where the commands are about none"})
    subject: str = field(metadata=words("the ticket's subject", 100))
    commands: tuple[str, ...] = field(metadata=words("each command as it was understood", 500))
    changes: tuple[str, ...] = field(metadata=words("each thing that is not as it was, before and after", 700))
    back: tuple[str, ...] = field(metadata=words("the commands that turn all of it back", 500))
    recallable: bool = field(metadata={"meaning": "whether an answer waits that #undo still stops"})
    wrong: tuple[str, ...] = field(metadata=words("what is wrong; then nothing was done", 500))
    text: tuple[str, ...] = field(metadata=words("the lines that the agent wrote, where nothing became of them", 2000))

    @classmethod
    def sample(cls) -> Self:
        """A value to look at the text with."""
        changes, back = ("priority: normal → high", "status: new → open"), ("#assign nobody", "#priority normal")
        commands = ("#take", "#priority high")
        return cls(
            "Example Support", 4711, "Cannot log in", commands, changes, back, recallable=True, wrong=(), text=()
        )

    def variables(self) -> dict[str, object]:
        """What the template may use, cleaned."""
        return shown(self) | {"subject": one_line(own_subject(self.subject), 100)}


@dataclass(frozen=True, slots=True)
class MacroContext:
    """An answer that the admin has prepared, for agents to send with `#macro NAME`: a file named macro-NAME."""

    name: str = field(metadata=words("the file's name before its language", 100))
    helpdesk: str = field(metadata=words("what we call ourselves", 100))
    number: int = field(metadata={"meaning": "the ticket's number"})
    requester: str = field(metadata=words("the customer's name as their mail says it, or nothing", 60))
    agent: str = field(metadata=words("the name of the agent who sends it", 60))

    @classmethod
    def sample(cls) -> Self:
        """A value to look at the text with."""
        return cls(f"{MACRO}sample", "Example Support", 4711, "Anna Müller", "Alice")

    def variables(self) -> dict[str, object]:
        """What the template may use, cleaned; a name that is an address or a link is left out."""
        return shown(self) | ({"requester": ""} if any(sign in self.requester for sign in ("@", "/")) else {})


MACRO = "macro-"  # how the names of prepared answers begin
Text = AcknowledgementContext | UnprovenAcknowledgementContext | AlertContext | TranscriptContext
Context = Text | MacroContext
TEXTS: tuple[type[Text], ...] = (
    AcknowledgementContext,
    UnprovenAcknowledgementContext,
    AlertContext,
    TranscriptContext,
)


def text_named(name: str) -> type[Context] | None:
    """What a text of this name may say; None where there is no such text."""
    if name.startswith(MACRO) and name != MACRO:
        return MacroContext
    return next((text for text in TEXTS if text.name == name), None)


def meanings(text: type[Context]) -> tuple[tuple[str, str], ...]:
    """The variables of a text with what each means, in order."""
    return tuple((each.name, str(each.metadata["meaning"])) for each in fields(text))


def shown(context: Context) -> dict[str, object]:
    """Each field as one clean line, a tuple line by line."""
    values: dict[str, object] = {}
    for each in fields(context):
        value = getattr(context, each.name)
        limit = int(each.metadata.get("limit", 0))
        if isinstance(value, str):
            value = one_line(value, limit)
        elif isinstance(value, tuple):
            value = tuple(one_line(line, limit) for line in value)
        values[each.name] = value
    return values
