"""Standard delivery reports (RFC 3464): who failed, for how long, and why; also where the report is broken."""

import pytest

from mail.bounces.address import read_field_address
from mail.model import Bounce, Mail
from mail.parse import parse

HEAD = (
    "From: Mail Delivery System <MAILER-DAEMON@mx.example.org>\nTo: us@acme.test\n"
    "Subject: Undelivered Mail Returned to Sender\n"
)
RETURNED = "Message-ID: <sent@acme.test>\nTo: bob@example.org\n\nold words\n"


def report(fields: str, told: str = "Sorry.\n", *, head: str = HEAD, returned: str = RETURNED) -> Mail:
    return parse(
        f"{head}Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
        f"--b\nContent-Type: text/plain; charset=utf-8\n\n{told}\n"
        f"--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.org\n\n{fields}\n"
        f"--b\nContent-Type: message/rfc822\n\n{returned}--b--\n".encode()
    )


def told_of(mail: Mail) -> Bounce:
    assert mail.bounce is not None
    return mail.bounce


def failed(mail: Mail) -> list[str]:
    return [one.address for one in told_of(mail).recipients]


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("rfc822; Bob@Example.org", "bob@example.org"),
        ("RFC822;<bob@example.org>", "bob@example.org"),
        ("bob@example.org", "bob@example.org"),
        ("rfc822; Bob Smith <bob@example.org>", "bob@example.org"),
        ("rfc822; bob@example.org (Bob)", "bob@example.org"),
        ("rfc822; @relay.test,@other.test:bob@example.org", "bob@example.org"),
        ('rfc822; "bob"@example.org', "bob@example.org"),
        ('rfc822; "bob smith"@example.org', '"bob smith"@example.org'),
        ("rfc822; o'neill/sales+x=1@example.org", "o'neill/sales+x=1@example.org"),
        ("rfc822; bob@[192.0.2.1]", "bob@[192.0.2.1]"),
        ("rfc822; bob+40example.org", "bob@example.org"),
        ("rfc822; bob+2Btag@example.org", "bob+tag@example.org"),
        ("rfc822; bob+22@example.org", "bob+22@example.org"),
        (r"utf-8; b\x{F6}b@example.org", "böb@example.org"),
        ("utf-8; böb@exämple.org", "böb@exämple.org"),
        ("rfc822; =?utf-8?B?8J+QiA==?=@example.org", "=?utf-8?b?8j+qia==?=@example.org"),
        ("rfc822; |/usr/bin/filter bob@example.org", ""),
        ("rfc822; /var/mail/bob", ""),
        ("rfc822; @example.org", ""),
        ("x400; /C=DE/S=Bob", ""),
        ("rfc822;", ""),
        ("", ""),
    ],
)
def test_an_address_is_read_as_reports_write_it(written: str, address: str) -> None:
    assert read_field_address(written) == address


def test_each_recipient_has_a_status_and_a_reply_of_their_own_and_only_those_who_failed_are_named() -> None:
    mail = report(
        "Final-Recipient: rfc822; bob@example.org\nAction: failed\nStatus: 5.1.1\n"
        "Diagnostic-Code: smtp; 550 5.1.1 no such user\n\n"
        "Final-Recipient: rfc822; carl@example.org\nAction: failed\nStatus: 4.2.2\n"
        "Diagnostic-Code: smtp; 452-4.2.2 over\n quota\n\n"
        "Final-Recipient: rfc822; dora@example.org\nAction: delivered\nStatus: 2.0.0\n\n"
        "Final-Recipient: rfc822; erin@example.org\nAction: delayed\nStatus: 4.4.1\n"
    )
    assert [(one.address, one.status, one.code, one.hard) for one in told_of(mail).recipients] == [
        ("bob@example.org", "5.1.1", "550", True),
        ("carl@example.org", "4.2.2", "452", False),
    ]
    assert told_of(mail).reason == "550 5.1.1 no such user"


@pytest.mark.parametrize(
    ("fields", "kind", "hard"),
    [
        ("Action: failed\nStatus: 5.1.1\n", "bounce", True),
        ("Action: Failed (permanent)\nStatus: 5.1.1\n", "bounce", True),
        ("Action: expired\nStatus:\n", "bounce", True),
        ("Action: failure\nStatus: 4.4.7\n", "bounce", False),
        ("Action: failed\nDiagnostic-Code: smtp; 421 try later\n", "bounce", False),
        ("Status: 5.1.1\n", "bounce", True),
        ("Action: delayed\nStatus: 4.4.1\n", "warning", False),
    ],
)
def test_delays_are_told_from_failures_and_lasting_ones_from_those_of_the_moment(
    fields: str, kind: str, *, hard: bool
) -> None:
    found = told_of(report(f"Final-Recipient: rfc822; bob@example.org\n{fields}"))
    assert (found.kind, [one.hard for one in found.recipients]) == (kind, [hard])


@pytest.mark.parametrize("action", ["delivered", "relayed (to another host)", "Expanded", "deliverable"])
def test_a_report_of_success_is_no_bounce(action: str) -> None:
    mail = report(f"Final-Recipient: rfc822; bob@example.org\nAction: {action}\nStatus: 2.0.0\n")
    assert mail.automatic is not None
    assert (mail.automatic.kind, mail.bounce) == ("delivered", None)


def test_a_status_that_says_nothing_gives_way_to_the_other_sides_answer() -> None:
    fields = "Final-Recipient: rfc822; bob@example.org\nAction: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; "
    assert told_of(report(fields + "550 5.7.1 refused\n")).recipients[0].status == "5.7.1"
    assert told_of(report(fields + "450 4.2.0 later\n")).recipients[0].status == "5.0.0"


@pytest.mark.parametrize(
    ("fields", "head", "told", "expected"),
    [
        ("Final-Recipient: rfc822; bob\nOriginal-Recipient: rfc822; bob@example.org\n", "", "", "bob@example.org"),
        ("X-Actual-Recipient: rfc822; bob@example.org\n", "", "", "bob@example.org"),
        ("Final-Recipient: rfc822; /var/mail/x\n", "X-Failed-Recipients: bob@example.org\n", "", "bob@example.org"),
        ("Final-Recipient: rfc822; @mx.test\n", "", "<bob@example.org>\n    (reason: gone)\n", "bob@example.org"),
        ("Final-Recipient: rfc822; bob@localhost\n", "", "", "bob@example.org"),  # whom the returned mail is for
    ],
)
def test_where_the_final_address_is_of_no_use_another_one_is_taken(
    fields: str, head: str, told: str, expected: str
) -> None:
    mail = report(f"{fields}Action: failed\nStatus: 5.1.1\n", told, head=HEAD + head)
    assert [(one.address, one.status) for one in told_of(mail).recipients] == [(expected, "5.1.1")]


def test_what_was_sent_on_is_told_with_the_address_that_it_was_first_for() -> None:
    fields = "Final-Recipient: rfc822; robert@inner.example.net\nAction: failed\nStatus: 5.1.1\n"
    said = report(fields + "Original-Recipient: rfc822; bob@example.org\n", returned="To: list@example.org\n\nx\n")
    unsaid = report(fields)
    for mail in (said, unsaid):
        (failure,) = told_of(mail).recipients
        assert (failure.address, failure.original) == ("robert@inner.example.net", "bob@example.org")


BROKEN = (
    "The following address failed:\n\nReporting-MTA: dns; mx.example.org\n\n"
    "Final-Recipient: rfc822; bob@example.org\nAction: failed\nStatus: 5.2.1\n"
    "Diagnostic-Code: smtp; 550 5.2.1 <filter@example.org>... disabled\n\n"
    "Final-Recipient: rfc822; carl@example.org\nAction: failed\nStatus: 5.1.1\n\n"
    "Received: from acme.test by mx.example.org\nMessage-ID: <sent@acme.test>\nTo: bob@example.org\n\nold\n"
)


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",
        "multipart/report; report-type=delivery-status; boundary=nowhere",
        "multipart/mixed",
    ],
)
def test_the_fields_are_found_in_the_text_where_the_parts_are_not_marked(kind: str) -> None:
    mail = parse(f"{HEAD}Content-Type: {kind}\n\n{BROKEN}".encode())
    assert failed(mail) == ["bob@example.org", "carl@example.org"]
    assert told_of(mail).recipients[0].status == "5.2.1"
    assert told_of(mail).returned_ids == ("<sent@acme.test>",)


def test_recipients_that_no_blank_line_parts_are_told_apart() -> None:
    one = "Final-Recipient: rfc822; {}@example.org\nAction: failed\nStatus: 5.1.1\n"
    assert failed(report(one.format("bob") + one.format("carl"))) == ["bob@example.org", "carl@example.org"]


def test_a_report_without_any_recipient_is_a_bounce_of_which_nothing_more_is_known() -> None:
    mail = report("", returned="Subject: old\n\nx\n")
    assert (told_of(mail).kind, failed(mail)) == ("unknown", [])


def test_a_report_that_one_system_passes_on_for_another_is_read_within_the_returned_mail() -> None:
    inner = (
        f"{HEAD}Content-Type: multipart/report; report-type=delivery-status; boundary=i\n\n--i\n\nSorry.\n"
        "--i\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\n"
        "Final-Recipient: rfc822; bob@example.org\nAction: failed\nStatus: 5.1.1\n\n--i--\n"
    )
    mail = parse(
        f"{HEAD}Content-Type: multipart/mixed; boundary=b\n\n--b\n\n"
        "----- The following addresses had permanent delivery errors -----\n\n"
        f"--b\nContent-Type: message/rfc822\n\n{inner}--b--\n".encode()
    )
    assert failed(mail) == ["bob@example.org"]


def test_a_report_that_a_person_attaches_or_forwards_inline_is_theirs() -> None:
    mail = parse(
        b"From: Ann <ann@example.com>\nSubject: Fwd: Undelivered Mail Returned to Sender\n"
        b"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nI got this bounce, help!\n\n"
        b"--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\n"
        b"Final-Recipient: rfc822; bob@example.org\nAction: failed\nStatus: 5.1.1\n\n"
        b"--b\nContent-Type: message/disposition-notification\n\nDisposition: manual-action; displayed\n"
        b"--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\n"
        b"--b--\n"
    )
    assert (mail.automatic, mail.bounce) == (None, None)
