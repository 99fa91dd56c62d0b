"""What each text may say: one value per text. Its fields are the variables of the template, and the only ones."""

from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple, Self

from mail.outgoing.marker import disarm
from templates.held_contexts import HeldContext
from templates.notice_contexts import DigestContext, Link, NoticeContext
from templates.waiting_contexts import ClosedContext, HeadsUpContext, NudgeContext
from templates.wording import TEXT_CHARACTERS, disarmed, one_line, own_subject, shown, words


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
    returned: str = field(metadata=words("whom an answer of theirs did not reach, or nothing", 254))
    wrong: tuple[str, ...] = field(metadata=words("what is wrong; unless an answer returned, nothing was done", 500))
    text: tuple[str, ...] = field(metadata=words("the lines that the agent wrote, where nothing became of them", 2000))

    @classmethod
    def sample(cls) -> Self:
        """A value to look at the text with."""
        changes, back = ("priority: normal → high", "status: new → open"), ("#assign nobody", "#priority normal")
        commands = ("#take", "#priority high")
        return cls(
            *("Example Support", 4711, "Cannot log in", commands, changes, back),
            recallable=True,
            returned="",
            wrong=(),
            text=(),
        )

    def variables(self) -> dict[str, object]:
        """What the template may use, cleaned."""
        return shown(self) | {"subject": one_line(own_subject(self.subject), 100)}


class Asked(NamedTuple):
    """A mail that waits for an agent's word: what would run, and who would get which text."""

    about: str
    commands: tuple[str, ...]
    readers: tuple[str, ...]
    text: tuple[str, ...]
    code: str = ""  # to be typed; else #yes runs it

    def shown(self) -> "Asked":
        """As the template may write it down."""

        def clean(lines: tuple[str, ...]) -> tuple[str, ...]:
            return tuple(disarm(one_line(line, 500)) for line in lines)

        about = disarm(one_line(self.about, 200))
        return Asked(about, clean(self.commands), clean(self.readers), clean(self.text), self.code)


@dataclass(frozen=True, slots=True)
class QuestionContext:
    """An agent is asked before something is done: what they sent answered nothing of ours, or comes late."""

    name: ClassVar[str] = "question"
    helpdesk: str = field(metadata=words("what we call ourselves", 100))
    number: int = field(metadata={"meaning": "the ticket's number; 0 where it is about none, or several mails"})
    subject: str = field(metadata=words("the ticket's subject", 100))
    cause: str = field(metadata=words("why we ask: unanswered, newer or unproven", 30))
    why: str = field(metadata=words("what nothing proves, where it is unproven", 300))
    newer: str = field(metadata=words("what another agent answered meanwhile", TEXT_CHARACTERS) | {"lines": True})
    asked: tuple[Asked, ...] = field(
        metadata={"meaning": "the mails that wait, each with about, commands, readers, text, code"}
    )

    @classmethod
    def sample(cls) -> Self:
        """A value to look at the text with."""
        one = Asked("Re: [#4711] Cannot log in", ("#close confirmed",), ("anna@customer.example",), ("It works now.",))
        return cls("Example Support", 4711, "Cannot log in", "unanswered", "", "", (one,))

    def variables(self) -> dict[str, object]:
        """What the template may use, cleaned and disarmed."""
        bare = disarmed(shown(self)) | {"subject": disarm(one_line(own_subject(self.subject), 100))}
        return bare | {"asked": tuple(each.shown() for each in self.asked)}


@dataclass(frozen=True, slots=True)
class CallContext:
    """Somebody of ours who is no agent is asked for help on a ticket."""

    name: ClassVar[str] = "call"
    helpdesk: str = field(metadata=words("what we call ourselves", 100))
    number: int = field(metadata={"meaning": "the ticket's number"})
    subject: str = field(metadata=words("the ticket's subject", 100))
    who: str = field(metadata=words("the agent who asks, or nothing where it is no person", 200))
    area: str = field(metadata=words("the part of the product, or nothing", 100))
    text: str = field(metadata=words("what the agent wrote, or nothing", TEXT_CHARACTERS) | {"lines": True})
    said: str = field(metadata=words("what the customer wrote last", TEXT_CHARACTERS) | {"lines": True})
    requester: str = field(metadata=words("the customer, or nothing", 200))
    account: str = field(metadata=words("the customer company, or nothing", 100))
    facts: tuple[str, ...] = field(metadata=words("what is known of the account, line by line", 200))
    step: str = field(metadata=words("call, reminder or ladder", 10))
    reason: str = field(metadata=words("why somebody is called, and since when nobody answers", 300))
    why: str = field(metadata=words("why this very person is asked", 300))

    @classmethod
    def sample(cls) -> Self:
        """A value to look at the text with."""
        asks, said = "Is this a known limit?", "The search takes a minute."
        facts, anna = ("plan: Gold", "version: 7.2"), "Anna Müller <anna@customer.example>"
        why = ("reminder", "#call by Alice; no answer since 2026-03-02 10:00 UTC", "Sue owns search")
        return cls(
            "Example Support", 4711, "Search is slow", "Alice", "search", asks, said, anna, "Customer Ltd", facts, *why
        )

    def variables(self) -> dict[str, object]:
        """What the template may use, cleaned and disarmed."""
        return disarmed(shown(self)) | {"subject": disarm(one_line(own_subject(self.subject), 100))}


@dataclass(frozen=True, slots=True)
class ManualContext:
    """An agent is sent what `#help` asks for."""

    name: ClassVar[str] = "manual"
    helpdesk: str = field(metadata=words("what we call ourselves", 100))
    page: str = field(metadata=words("all commands, with examples", 60_000) | {"lines": True})

    @classmethod
    def sample(cls) -> Self:
        """A value to look at the text with."""
        return cls("Example Support", "#take\n    The ticket is yours now.\n\n    #take")

    def variables(self) -> dict[str, object]:
        """What the template may use, cleaned."""
        return shown(self)


@dataclass(frozen=True, slots=True)
class ReplyContext:
    """An agent answers. What they wrote is no part of the template: `text` only says where it goes."""

    name: ClassVar[str] = "reply"
    helpdesk: str = field(metadata=words("what we call ourselves", 100))
    mailbox: str = field(metadata=words("the address that the customer wrote to", 254))
    number: int = field(metadata={"meaning": "the ticket's number"})
    subject: str = field(metadata=words("what the ticket is about, without reply words", 100))
    agent: str = field(metadata=words("the name of the agent who answers", 60))
    next: str = field(metadata=words("who owns the next step: theirs ours none", 10))
    text: str = field(metadata=words("what the agent wrote, in lines of its own", 100))

    @classmethod
    def sample(cls) -> Self:
        """A value to look at the text with."""
        text = "Hello Anna, please install the update."
        return cls("Example Support", "support@example.com", 4711, "Cannot log in", "Alice", "theirs", text)

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


@dataclass(frozen=True, slots=True)
class SurveyContext:
    """A customer is asked how it went, once their ticket is closed."""

    name: ClassVar[str] = "survey"
    helpdesk: str = field(metadata=words("what we call ourselves", 100))
    mailbox: str = field(metadata=words("the address that the customer wrote to", 254))
    number: int = field(metadata={"meaning": "the ticket's number"})
    subject: str = field(
        metadata=words("what the ticket is about; nothing where nobody has proven that the customer wrote it", 100)
    )
    scores: tuple[Link, ...] = field(
        metadata={"meaning": "a link for each score, the best first; none without a web address"}
    )
    opt_out: Link | None = field(metadata={"meaning": "the link to be asked no more; none without a web address"})

    @classmethod
    def sample(cls) -> Self:
        """A value to look at the text with."""
        page = "https://help.example.com/s/hd-w4711-20666-abcdefgh-abcdefghijklmnopqrstuvwxyz"
        scores = tuple(Link(f"{score} / 5", f"{page}?score={score}") for score in range(5, 0, -1))
        opt_out = Link("Opt-out", "https://help.example.com/o/hd-o4711-20666-abcdefgh-abcdefghijklmnopqrstuvwxyz")
        return cls("Example Support", "support@example.com", 4711, "Cannot log in", scores, opt_out)

    def variables(self) -> dict[str, object]:
        """What the template may use, cleaned."""
        opt_out = self.opt_out.shown() if self.opt_out is not None else None
        links = {"scores": tuple(map(Link.shown, self.scores)), "opt_out": opt_out}
        return shown(self) | {"subject": one_line(own_subject(self.subject), 100)} | links


MACRO = "macro-"  # how the names of prepared answers begin
Text = (
    AcknowledgementContext
    | UnprovenAcknowledgementContext
    | AlertContext
    | NoticeContext
    | DigestContext
    | TranscriptContext
    | QuestionContext
    | CallContext
    | ManualContext
    | ReplyContext
    | HeldContext
    | NudgeContext
    | ClosedContext
    | HeadsUpContext
    | SurveyContext
)
Context = Text | MacroContext
TEXTS: tuple[type[Text], ...] = (
    AcknowledgementContext,
    UnprovenAcknowledgementContext,
    AlertContext,
    NoticeContext,
    DigestContext,
    TranscriptContext,
    QuestionContext,
    CallContext,
    ManualContext,
    ReplyContext,
    HeldContext,
    NudgeContext,
    ClosedContext,
    HeadsUpContext,
    SurveyContext,
)


def text_named(name: str) -> type[Context] | None:
    """What a text of this name may say; None where there is no such text."""
    if name.startswith(MACRO) and name != MACRO:
        return MacroContext
    return next((text for text in TEXTS if text.name == name), None)
