"""Whether a person wrote a mail, judged by its header. When in doubt a person did: their mail must be answered."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from mail.addresses import read_addresses
from mail.model import Address, Automatic, Bounce, Mail


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the parts of a mail say of it: types in lower case, methods of invitations in upper case."""

    report_type: str = ""  # of multipart/report (RFC 6522 §3)
    types: frozenset[str] = frozenset()
    methods: tuple[str, ...] = ()  # of text/calendar (RFC 5546 §1.4)
    actions: frozenset[str] = frozenset()  # of message/delivery-status (RFC 3464 §2.3.3)
    bounce: Bounce | None = None


_REPLY_FIELDS = (
    "X-Autoreply",
    "X-Auto-Reply",
    "X-Autorespond",
    "X-Autoresponder",
    "X-AutoReply-From",
    "X-AutoReply-Domain",
    "X-Mail-Autoreply",
    "Autoresponder",
)
_CHALLENGE_FIELDS = ("X-ChoiceMail-Registration-Request", "X-Bluebottle-Request", "X-AskMessage", "X-TMDA-Confirm")
_LIST_FIELDS = ("List-Id", "List-Post", "Mailing-List", "X-Mailing-List", "X-BeenThere", "X-Mailman-Version")
_LIST_ADDRESS_FIELDS = ("List-Post", "Mailing-List", "X-BeenThere", "Sender", "To", "Cc")
_NOT_FALSE = frozenset({"", "no", "false", "none", "0"})
_AWAY = re.compile(
    r"(?i)\s*(?:auto(?:matic)?[- ]?(?:reply|response)|autoreply|out of (?:the )?office|"
    r"automatische (?:antwort|nachricht)|abwesenheit|"
    r"réponse automatique|reponse automatique|respuesta automática|risposta automatica|automatisch antwoord|autosvar)\b"
)
_ADDRESS_IN = re.compile(r"[^\s<>,;:\"()]{1,200}@[^\s<>,;:\"()]{1,200}")
_METHOD = re.compile(rb"(?im)^METHOD[ \t]*(?:;[^:\r\n]{0,200})?:[ \t]*([A-Za-z]{1,20})[ \t]*\r?$")


def find_method(calendar: bytes) -> str:
    """The METHOD that an iCalendar object carries in its first lines (RFC 5545 §3.7.2), empty where it has none."""
    found = _METHOD.search(calendar[:4096])
    return found[1].decode("ascii").upper() if found else ""


def classify(mail: Mail, evidence: Evidence = Evidence()) -> Automatic | None:
    """Why no person is taken to have written this mail; None where one may have."""
    judges = (_judge_report, _judge_bounce, _judge_answer, _judge_calendar, _judge_list, _judge_submitted, _judge_null)
    return next((found for judge in judges if (found := judge(mail, evidence))), None)


def _judge_report(_: Mail, evidence: Evidence) -> Automatic | None:
    kind = evidence.report_type
    if "message/feedback-report" in evidence.types or kind == "feedback-report":
        return Automatic("feedback-report", "report-type=feedback-report (RFC 5965 §2)", opens=True)
    if "message/disposition-notification" in evidence.types or kind == "disposition-notification":
        return Automatic("receipt", "report-type=disposition-notification (RFC 8098 §3)")
    if evidence.actions and not evidence.actions & {"failed", "delayed"}:
        return Automatic("delivered", f"Action: {', '.join(sorted(evidence.actions))} (RFC 3464 §2.3.3)")
    if evidence.actions and "failed" not in evidence.actions:
        return Automatic("delay", "Action: delayed (RFC 3464 §2.3.3)")
    if kind == "delivery-status" or evidence.actions:
        return Automatic("bounce", "report-type=delivery-status (RFC 3464 §2)")
    return None


def _judge_bounce(mail: Mail, evidence: Evidence) -> Automatic | None:
    if evidence.bounce is None:
        return None
    kind = "delay" if evidence.bounce.kind == "warning" else "bounce"
    sender = mail.sender.address if mail.sender else "nobody"
    return Automatic(kind, f"a delivery report from {sender} in a form of its own (RFC 3834 §2)")


def _judge_answer(mail: Mail, _: Evidence) -> Automatic | None:
    """Answers that no person wrote."""
    for name in _CHALLENGE_FIELDS:
        if mail.header(name):
            return Automatic("challenge", f"{name} asks the sender to confirm (RFC 3834 §2)")
    submitted = _first_word(mail, "Auto-Submitted")
    is_answer = submitted == "auto-generated" and bool(_AWAY.match(mail.subject))  # so does Exchange mark an absence
    if submitted == "auto-replied" or is_answer:
        return Automatic("auto-reply", f"Auto-Submitted: {submitted} (RFC 3834 §5)")
    for name in _REPLY_FIELDS:
        if any(value.strip().lower() not in _NOT_FALSE or (not value.strip()) for value in mail.header(name)):
            return Automatic("auto-reply", f"{name} (RFC 3834 §2)")
    if (precedence := _first_word(mail, "Precedence")) in {"auto_reply", "auto-reply"}:
        return Automatic("auto-reply", f"Precedence: {precedence} (RFC 3834 §3.1.8)")
    if _AWAY.match(mail.subject) and (mail.return_path == "" or _suppresses(mail)):
        return Automatic("auto-reply", "the subject of an absence, and a field that asks for no answer (RFC 3834 §2)")
    return None


def _suppresses(mail: Mail) -> bool:
    """X-Auto-Response-Suppress: by itself it proves nothing, Exchange writes it into people's mail, too."""
    return any("oof" in value.lower() or "all" in value.lower() for value in mail.header("X-Auto-Response-Suppress"))


def _judge_calendar(_: Mail, evidence: Evidence) -> Automatic | None:
    for method in evidence.methods:
        if method in {"REPLY", "COUNTER", "DECLINECOUNTER", "REFRESH"}:
            return Automatic("calendar", f"METHOD:{method}, an answer to an invitation (RFC 5546 §1.4)")
        if method == "CANCEL":
            return Automatic("calendar", "METHOD:CANCEL, a cancellation (RFC 5546 §1.4)")
        if method in {"REQUEST", "ADD"}:
            return Automatic("calendar", f"METHOD:{method}, an invitation (RFC 5546 §1.4)", opens=True)
    return None


def _judge_list(mail: Mail, _: Evidence) -> Automatic | None:
    for name in _LIST_FIELDS:
        if any(value.strip() for value in mail.header(name)):
            return Automatic(
                "list", f"{name} (RFC 2919 §3)" if name == "List-Id" else f"{name} (RFC 2369 §3)", opens=True
            )
    precedence = _first_word(mail, "Precedence")
    if precedence == "list":
        return Automatic("list", "Precedence: list (RFC 3834 §3.1.8)", opens=True)
    if precedence in {"bulk", "junk"}:
        return Automatic("bulk", f"Precedence: {precedence} (RFC 3834 §3.1.8)", opens=True)
    if any(value.strip() for value in mail.header("List-Unsubscribe")):
        return Automatic("bulk", "List-Unsubscribe (RFC 2369 §3.2)", opens=True)
    return None


def _judge_submitted(mail: Mail, _: Evidence) -> Automatic | None:
    submitted = _first_word(mail, "Auto-Submitted")
    if submitted in {"", "no"}:
        return None
    return Automatic("bulk", f"Auto-Submitted: {submitted[:50]} (RFC 3834 §5)", opens=True)


def _judge_null(mail: Mail, _: Evidence) -> Automatic | None:
    if mail.return_path == "":
        return Automatic("bulk", "Return-Path: <> (RFC 3834 §2)", opens=True)
    return None


def _first_word(mail: Mail, name: str) -> str:
    """The keyword of a field, without comments and parameters (RFC 3834 §5)."""
    for value in mail.header(name):
        words = value.lower().replace(";", " ").replace("(", " (").split()
        if words:
            return "" if words[0].startswith("(") else words[0]
    return ""


# ---------------------------------------------------------------- lists of our own
def without_list(mail: Mail, own_lists: frozenset[str]) -> Mail:
    """The mail as its author sent it, where it came through one of our own lists; else the mail as it is.

    The fields of the list are not looked at. Where the list put itself into From, the sender is X-Original-From or
    Reply-To; `rewritten` says so. Nothing of that is proven.
    """
    names = {_plain(name) for name in own_lists}
    if not names or not names & _lists_of(mail):
        return mail
    if mail.sender and _plain(mail.sender.address) in names and (author := _author_behind(mail, names)):
        mail = replace(mail, sender=author, rewritten=True)
    if mail.automatic is None or mail.automatic.kind not in {"list", "bulk"}:
        return mail
    kept = tuple(field for field in mail.headers if not _is_of_list(*field))
    return replace(mail, automatic=classify(replace(mail, headers=kept)))


def _plain(name: str) -> str:
    """An address and the List-Id that list programs make of it are alike."""
    return name.strip().strip("<>").lower().replace("@", ".")


def _lists_of(mail: Mail) -> set[str]:
    """The list that a mail came through: what List-Id says, else any address that could be one."""
    ids = [value.rpartition("<")[2].partition(">")[0] for value in mail.header("List-Id")]
    if any(one.strip() for one in ids):
        return {_plain(one) for one in ids}
    values: Iterable[str] = (value[:2000] for name in _LIST_ADDRESS_FIELDS for value in mail.header(name))
    return {_plain(found) for value in values for found in _ADDRESS_IN.findall(value.replace("mailto:", " "))}


def _author_behind(mail: Mail, names: set[str]) -> Address | None:
    for value in mail.header("X-Original-From"):
        found, _ = read_addresses(value, 1)
        if found and "@" in found[0].address:
            return found[0]
    return next((one for one in mail.reply_to if "@" in one.address and _plain(one.address) not in names), None)


def _is_of_list(name: str, value: str) -> bool:
    lower = name.lower()
    if lower == "precedence":
        return value.strip().lower() in {"list", "bulk"}
    return lower.startswith("list-") or lower in {"mailing-list", "x-mailing-list", "x-beenthere", "x-mailman-version"}
