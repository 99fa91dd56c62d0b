"""What can go wrong with an IMAP server, told as SourceFault."""

import imaplib
import re
import ssl

from mailboxes import SourceFault

BUSY_SECONDS = 60.0  # what a server that asks for patience gets at least
LONGEST_REFUSED = 900.0  # between two attempts with a refused password: no account is locked by us

# All that imapclient, imaplib, ssl and sockets raise when a server is away, hostile or broken; all else is a bug.
WORLD = (
    imaplib.IMAP4.error,
    OSError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    AssertionError,
    ArithmeticError,
    MemoryError,
    RecursionError,
)

# RFC 5530 §3 and what big providers say: come back later, nobody need do anything.
_BUSY = re.compile(
    r"\[(THROTTLED|UNAVAILABLE|INUSE|LIMIT|OVERQUOTA)\b|too many[a-z ]* connections|rate limit", re.IGNORECASE
)
_BROKEN = re.compile(r"\[SERVERBUG\b", re.IGNORECASE)  # perhaps for a while, perhaps always with this mail
_NEEDS_A_PERSON = {"WRONG_VERSION_NUMBER", "UNSUPPORTED_PROTOCOL", "TLSV1_ALERT_PROTOCOL_VERSION"}
_SHOWN = 300  # characters of what a server says


class RefusedLogin(SourceFault):
    """This user and password were not accepted."""


class Refused(SourceFault):
    """The server answered, and refused or answered nonsense: the connection works, what was asked for does not."""


class Lost(SourceFault):
    """The connection ended, or had to be ended, before the answer."""


def fault_of(what: str, error: BaseException) -> SourceFault:
    """The fault that an error of `WORLD` during `what` stands for."""
    said = words(error)
    text = f"{what}: {said}"
    if isinstance(error, ssl.SSLCertVerificationError):
        return SourceFault(f"{what}: certificate refused: {error.verify_message}", BUSY_SECONDS, permanent=True)
    if isinstance(error, ssl.SSLError) and error.reason in _NEEDS_A_PERSON:
        return SourceFault(f"{text} (does this port speak TLS, 1.2 at least?)", BUSY_SECONDS, permanent=True)
    if _BUSY.search(said):
        return SourceFault(text, BUSY_SECONDS)
    if not isinstance(error, imaplib.IMAP4.abort | OSError):
        return Refused(text, BUSY_SECONDS if _BROKEN.search(said) else 0.0)
    return Lost(text)


def refused_login(said: str, times: int) -> SourceFault:
    """The fault for the so-many-th refusal of a login in a row: a minute, then longer, at most a quarter of an hour."""
    if _BUSY.search(said) or _BROKEN.search(said):
        return SourceFault(f"login: {said}", BUSY_SECONDS)
    pause = min(LONGEST_REFUSED, BUSY_SECONDS * 2.0 ** min(times - 1, 10))
    return RefusedLogin(f"login refused: {said}", pause, permanent=True)


def words(error: BaseException) -> str:
    """What an error says, fit to be shown on one line."""
    said = "; ".join(_text(argument) for argument in error.args) or type(error).__name__
    name = "" if isinstance(error, imaplib.IMAP4.error | OSError) else f"{type(error).__name__}: "
    shown = "".join(character if character.isprintable() else " " for character in name + said)
    return shown[:_SHOWN]


def _text(argument: object) -> str:
    return argument.decode("ascii", "replace") if isinstance(argument, bytes) else str(argument)
