"""What is said while a customer owes an answer: to them, and to those of ours who look after them."""

from dataclasses import dataclass, field
from typing import ClassVar, Self

from mail.outgoing.marker import disarm
from templates.wording import TEXT_CHARACTERS, disarmed, one_line, own_subject, shown, words


@dataclass(frozen=True, slots=True)
class NudgeContext:
    """The customer is reminded that the next step is theirs."""

    name: ClassVar[str] = "nudge"
    helpdesk: str = field(metadata=words("what we call ourselves", 100))
    mailbox: str = field(metadata=words("the address that the customer wrote to", 254))
    number: int = field(metadata={"meaning": "the ticket's number"})
    subject: str = field(metadata=words("what the ticket is about, without reply words; nothing for the unproven", 100))
    requester: str = field(metadata=words("the customer's name as their mail says it, or nothing", 60))
    which: int = field(metadata={"meaning": "the first reminder or the second: 1 or 2"})
    closes: str = field(metadata=words("the day on which it closes without an answer, as 2026-03-31, or nothing", 10))

    @classmethod
    def sample(cls) -> Self:
        """A value to look at the text with."""
        subject = "Cannot log in <since Monday> & lost"
        return cls("Example Support", "support@example.com", 4711, subject, "Anna Müller", 2, "2026-03-31")

    def variables(self) -> dict[str, object]:
        """What the template may use, cleaned; a name that is an address or a link is left out."""
        return _to_customer(self, self.subject, self.requester)


@dataclass(frozen=True, slots=True)
class ClosedContext:
    """The customer is told that the ticket was closed, as they did not answer, and how it opens again."""

    name: ClassVar[str] = "closed"
    helpdesk: str = field(metadata=words("what we call ourselves", 100))
    mailbox: str = field(metadata=words("the address that the customer wrote to", 254))
    number: int = field(metadata={"meaning": "the ticket's number"})
    subject: str = field(metadata=words("what the ticket is about, without reply words; nothing for the unproven", 100))
    requester: str = field(metadata=words("the customer's name as their mail says it, or nothing", 60))
    days: int = field(metadata={"meaning": "for how many days an answer opens this very ticket again"})

    @classmethod
    def sample(cls) -> Self:
        """A value to look at the text with."""
        return cls("Example Support", "support@example.com", 4711, "Cannot log in", "Anna Müller", 14)

    def variables(self) -> dict[str, object]:
        """What the template may use, cleaned; a name that is an address or a link is left out."""
        return _to_customer(self, self.subject, self.requester)


@dataclass(frozen=True, slots=True)
class HeadsUpContext:
    """An account's customer engineer is told that the customer does not answer."""

    name: ClassVar[str] = "heads-up"
    helpdesk: str = field(metadata=words("what we call ourselves", 100))
    number: int = field(metadata={"meaning": "the ticket's number"})
    subject: str = field(metadata=words("the ticket's subject", 100))
    since: str = field(metadata=words("the day since which the customer owes an answer, as 2026-03-31", 10))
    closes: str = field(metadata=words("the day on which it closes without an answer, as 2026-03-31, or nothing", 10))
    owner: str = field(metadata=words("the agent who owns the ticket, or nothing", 200))
    said: str = field(metadata=words("what was last said to the customer", TEXT_CHARACTERS) | {"lines": True})
    requester: str = field(metadata=words("the customer, or nothing", 200))
    account: str = field(metadata=words("the customer company, or nothing", 100))
    facts: tuple[str, ...] = field(metadata=words("what is known of the account, line by line", 200))

    @classmethod
    def sample(cls) -> Self:
        """A value to look at the text with."""
        said, anna, facts = "Please install 7.3.", "Anna Müller <anna@customer.example>", ("plan: Gold", "version: 7.2")
        days = ("2026-03-12", "2026-03-31")
        return cls("Example Support", 4711, "Search is slow", *days, "Alice", said, anna, "Customer Ltd", facts)

    def variables(self) -> dict[str, object]:
        """What the template may use, cleaned and disarmed."""
        return disarmed(shown(self)) | {"subject": disarm(one_line(own_subject(self.subject), 100))}


def _to_customer(context: NudgeContext | ClosedContext, subject: str, requester: str) -> dict[str, object]:
    bare = shown(context) | {"subject": one_line(own_subject(subject), 100)}
    return bare | ({"requester": ""} if any(sign in requester for sign in ("@", "/")) else {})
