"""What a mail is once it is read: frozen values, safe to hand between processes."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Address:
    """One mailbox of RFC 5322 §3.4; `address` lower-cased, `name` decoded, both one clean line."""

    name: str
    address: str

    @property
    def domain(self) -> str:
        """The part behind the last @, empty where there is none."""
        return self.address.rpartition("@")[2] if "@" in self.address else ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A view into the raw bytes of a mail; the bytes themselves are read with `mail.parse.attachment_bytes`."""

    part: str  # place in the tree, counted from 1: "2.1" is the first part of the second, or the first file in it
    name: str  # safe on every file system, never empty
    type: str  # as declared, lower-cased
    size: int  # decoded bytes
    sha256: str  # of the decoded bytes
    inline: bool  # shown within the HTML, which names its cid
    cid: str | None = None
    from_tnef: bool = False


@dataclass(frozen=True, slots=True)
class Forwarded:
    """A mail that the sender passed on, as far as its own header can be read."""

    sender: Address | None
    subject: str
    date: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Automatic:
    """Why no person is taken to have written this mail."""

    kind: str  # auto-reply, bounce, delay, feedback-report, delivered, receipt, list, bulk, calendar, challenge
    why: str
    opens: bool = False  # answering nothing, it makes a ticket: monitoring, a list, an invitation


@dataclass(frozen=True, slots=True)
class Failure:
    """One recipient of a bounce (RFC 3464 §2.3)."""

    address: str
    status: str  # x.y.z or empty
    code: str  # SMTP reply or empty
    hard: bool
    original: str = ""  # what it was addressed to before others rewrote it, where that is another address


@dataclass(frozen=True, slots=True)
class Bounce:
    """A delivery report; `returned_ids` are the Message-ID and References that it returns, without trust."""

    kind: str  # bounce, warning (a delay), unknown
    reason: str
    recipients: tuple[Failure, ...]
    returned_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mail:
    """All that later steps may know of a mail. Content never raises: what is wrong with it stands in `defects`.

    `error` is set only where the mail is to be quarantined as unreadable; the rest is then as far as it could be read.
    """

    sender: Address | None = None  # the first From; who that proves is for mail.proof to say
    reply_to: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    return_path: str | None = None  # "" is the null sender; None: no such field
    subject: str = ""
    date: datetime | None = None  # aware, UTC
    message_id: str | None = None  # with angle brackets, as are the next two
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    text: str = ""  # all of the text as a person would read it, quotes included
    html: str | None = None
    reply: str = ""
    quote: str = ""
    signature: str = ""
    forwarded: Forwarded | None = None
    attachments: tuple[Attachment, ...] = ()
    automatic: Automatic | None = None
    bounce: Bounce | None = None
    language: str | None = None  # what the mail itself declares (Content-Language), lower-cased: "de"
    headers: tuple[tuple[str, str], ...] = ()  # (name as written, value unfolded but not decoded), top first
    bare_control: bool = False  # a bare CR, LF or NUL in the header block: nothing in it proves anything
    fingerprint: str = ""  # sha256 over what two copies of one mail share (no trace fields)
    size: int = 0  # bytes of the whole mail
    defects: tuple[str, ...] = ()
    error: str | None = None
    rewritten: bool = False  # a list of ours replaced From: `sender` is whom it names instead, and nothing proves that

    def header(self, name: str) -> tuple[str, ...]:
        """All values of a header field, top first; the name is matched without case."""
        wanted = name.lower()
        return tuple(value for field, value in self.headers if field.lower() == wanted)


class Level(StrEnum):
    """How far a sender is proven."""

    STRONG = "strong"
    PROVEN = "proven"
    UNPROVEN = "unproven"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Proof:
    """What is known of who wrote a mail; `why` tells an admin in words."""

    level: Level
    why: str
    by_signature: bool = False  # it rests on a signature alone, so whoever holds the mail can send it again
    passing: bool = False  # unproven, but only because something could not be asked at the moment
    reported: frozenset[str] = frozenset()  # what our border server reports: "dmarc=pass", "spf=fail", "dkim=none"

    @property
    def holds(self) -> bool:
        """The sender is at least proven."""
        return self.level in {Level.PROVEN, Level.STRONG}
