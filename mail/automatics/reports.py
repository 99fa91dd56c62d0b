"""Reports that programs send: complaints, receipts, and what became of a mail."""

import re

from mail.automatics.evidence import Evidence
from mail.automatics.fields import first_word
from mail.automatics.words import RECEIPT_FIELDS, RECEIPT_SAYS, RECEIPT_SUBJECT
from mail.model import Automatic, Mail

_COMPLAINT = re.compile(r"(?i)\s*complaint about message from \[?[0-9a-f.:]{3,45}\]?\s*$")
_COMPLAINT_FIELDS = re.compile(r"(?im)^Feedback-Type:[ \t]*[a-z-]{3,20}[ \t]*$")
_COMPLAINT_SENDER = re.compile(r"(?i)(?:abuse|fbl|feedback|complaints?|scomp|staff|spam|jmrp|arf)[^@]{0,64}@")
_UNSUBSCRIBE = re.compile(r"(?i)\s*unsubscribe\b")
_RECEIPT_LIMIT = 3000  # characters of a receipt: a person's mail with such a subject is longer, or says other things


def judge_feedback(mail: Mail, evidence: Evidence) -> Automatic | None:
    """Complaints about our mail, also those that do not say so as RFC 5965 wants it."""
    attached = bool(evidence.types & {"message/rfc822", "text/rfc822-headers"})
    has_part = "message/feedback-report" in evidence.types and (evidence.is_report or _from_complainer(mail))
    if has_part or evidence.report_type == "feedback-report":
        return Automatic("feedback-report", "report-type=feedback-report (RFC 5965 §2)", opens=True)
    if "complaint" in evidence.report.actions:
        return Automatic("feedback-report", "a notice of a complaint", opens=True)
    if attached and (
        _COMPLAINT.match(mail.subject) or (_from_complainer(mail) and _COMPLAINT_FIELDS.search(mail.text[:65_536]))
    ):
        return Automatic("feedback-report", "a complaint that returns the mail complained of (RFC 5965 §1)", opens=True)
    if first_word(mail, "Auto-Submitted") == "auto-replied" and _UNSUBSCRIBE.match(mail.subject):
        return Automatic("feedback-report", "a program unsubscribes its user (RFC 2369 §3.2)", opens=True)
    return None


def _from_complainer(mail: Mail) -> bool:
    return mail.sender is None or mail.return_path == "" or bool(_COMPLAINT_SENDER.match(mail.sender.address))


def judge_receipt(mail: Mail, evidence: Evidence) -> Automatic | None:
    """Receipts, also those whose words alone say what they are."""
    has_part = "message/disposition-notification" in evidence.types
    subject = bool(RECEIPT_SUBJECT.match(mail.subject))
    if evidence.report_type == "disposition-notification" or (has_part and (evidence.is_report or subject)):
        return Automatic("receipt", "report-type=disposition-notification (RFC 8098 §3)")
    text = mail.text
    if subject and len(text) < _RECEIPT_LIMIT and RECEIPT_SAYS.search(text) and RECEIPT_FIELDS.search(text):
        return Automatic("receipt", "a receipt in words, with the fields of the mail that was read")
    return None


def judge_delivery(mail: Mail, evidence: Evidence) -> Automatic | None:
    """What became of a mail, as `mail.bounce` read it."""
    actions, bounce = evidence.report.actions, evidence.report.bounce
    if actions and not actions & {"failed", "delayed"}:
        return Automatic("delivered", f"Action: {', '.join(sorted(actions))} (RFC 3464 §2.3.3)")
    if bounce is None:
        return None
    is_late = bounce.kind == "warning"
    sender = mail.sender.address if mail.sender else "nobody"
    why = f"a delivery report from {sender} in a form of its own (RFC 3834 §2)"
    if actions:
        why = f"Action: {'delayed' if is_late else 'failed'} (RFC 3464 §2.3.3)"
    elif evidence.is_report:
        why = "report-type=delivery-status (RFC 3464 §2)"
    return Automatic("delay" if is_late else "bounce", why)
