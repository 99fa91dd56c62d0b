"""Whether a person wrote a mail, judged by its header. When in doubt a person did: their mail must be answered."""

import re
from collections.abc import Iterable
from dataclasses import replace

from mail.addresses import read_addresses
from mail.automatics.answers import judge_answer, judge_challenge
from mail.automatics.evidence import Evidence
from mail.automatics.fields import LIST_FIELDS, first_word
from mail.automatics.reports import judge_delivery, judge_feedback, judge_receipt
from mail.bounces.senders import DAEMON, daemon_strength
from mail.model import Address, Automatic, Mail

_LIST_ADDRESS_FIELDS = ("List-Post", "Mailing-List", "X-BeenThere", "Sender", "To", "Cc")
_ADDRESS_IN = re.compile(r"[^\s<>,;:\"()]{1,200}@[^\s<>,;:\"()]{1,200}")
_NO_EVIDENCE = Evidence()


def classify(mail: Mail, evidence: Evidence = _NO_EVIDENCE) -> Automatic | None:
    """Why no person is taken to have written this mail; None where one may have."""
    judges = (
        judge_feedback,
        judge_receipt,
        judge_challenge,
        judge_delivery,
        judge_answer,
        _judge_calendar,
        _judge_list,
        _judge_submitted,
        _judge_null,
    )
    return next((found for judge in judges if (found := judge(mail, evidence))), None)


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
    for name in LIST_FIELDS:
        if any(value.strip() for value in mail.header(name)):
            return Automatic(
                "list", f"{name} (RFC 2919 §3)" if name == "List-Id" else f"{name} (RFC 2369 §3)", opens=True
            )
    precedence = first_word(mail, "Precedence")
    if precedence == "list":
        return Automatic("list", "Precedence: list (RFC 3834 §3.1.8)", opens=True)
    if precedence in {"bulk", "junk"}:
        return Automatic("bulk", f"Precedence: {precedence} (RFC 3834 §3.1.8)", opens=True)
    if any(value.strip() for value in mail.header("List-Unsubscribe")):
        return Automatic("bulk", "List-Unsubscribe (RFC 2369 §3.2)", opens=True)
    return None


def _judge_submitted(mail: Mail, _: Evidence) -> Automatic | None:
    submitted = first_word(mail, "Auto-Submitted")
    if submitted in {"", "no"}:
        return None
    return Automatic("bulk", f"Auto-Submitted: {submitted[:50]} (RFC 3834 §5)", opens=True)


def _judge_null(mail: Mail, _: Evidence) -> Automatic | None:
    if mail.return_path == "":
        return Automatic("bulk", "Return-Path: <> (RFC 3834 §2)", opens=True)
    if mail.sender is not None and daemon_strength(mail) == DAEMON:
        return Automatic("bulk", f"{mail.sender.address} is a mail daemon (RFC 3834 §2)", opens=True)
    return None


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
