"""Notices of delivery that come as JSON in a mail: what became of ours, and of whom it is told."""

import json

import pytest

from mail.model import Mail
from mail.parse import parse


def notice(content: object, sender: str = "no-reply@sns.amazonaws.com") -> Mail:
    head = f"From: Notices <{sender}>\nSubject: AWS Notification Message\n\n"
    return parse((head + json.dumps(content) + "\n\n--\nunsubscribe here\n").encode())


BOUNCED = [{"emailAddress": "bob@example.org", "status": "5.1.1", "diagnosticCode": "smtp; 550 5.1.1 user unknown"}]


@pytest.mark.parametrize(("kind", "hard"), [("Permanent", True), ("Transient", False)])
def test_a_notice_of_a_bounce_names_who_failed(kind: str, *, hard: bool) -> None:
    made = {"notificationType": "Bounce", "bounce": {"bounceType": kind, "bouncedRecipients": BOUNCED}}
    for content in (made, {"Type": "Notification", "Message": json.dumps(made)}):
        mail = notice(content)
        assert mail.bounce is not None
        assert mail.bounce.kind == "bounce"
        assert mail.bounce.reason == "550 5.1.1 user unknown"
        (failure,) = mail.bounce.recipients
        assert (failure.address, failure.status, failure.code, failure.hard) == (
            "bob@example.org",
            "5.1.1",
            "550",
            hard,
        )


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ({"notificationType": "Complaint", "complaint": {}}, "feedback-report"),
        ({"notificationType": "Delivery", "delivery": {}}, "delivered"),
        ({"eventType": "DeliveryDelay", "deliveryDelay": {"delayedRecipients": BOUNCED}}, "delay"),
    ],
)
def test_other_notices_are_told_apart(content: object, kind: str) -> None:
    mail = notice(content)
    assert mail.automatic is not None
    assert mail.automatic.kind == kind


@pytest.mark.parametrize(
    "content",
    [
        [],
        {"notificationType": "Bounce", "bounce": []},
        {"notificationType": 1},
        {"Message": "no object"},
        {"notificationType": "Bounce", "bounce": {"bouncedRecipients": [1, None, {"emailAddress": {}}]}},
    ],
)
def test_a_damaged_notice_names_nobody(content: object) -> None:
    mail = notice(content)
    assert mail.bounce is None or mail.bounce.recipients == ()


def test_what_a_person_pastes_is_theirs() -> None:
    made = {"notificationType": "Bounce", "bounce": {"bouncedRecipients": BOUNCED}}
    mail = notice(made, "ann@example.com")
    assert (mail.automatic, mail.bounce) == (None, None)
