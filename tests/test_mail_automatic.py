"""Mail that no person wrote is known by what its fields say; a person's mail is never taken for it."""

from dataclasses import replace

import pytest

from mail.automatic import without_list
from mail.model import Mail
from mail.parse import parse


def read(head: str, body: str = "words", subject: str = "Hello") -> Mail:
    return parse(f"From: Ann <ann@example.com>\r\nSubject: {subject}\r\n{head}\r\n{body}".encode())


@pytest.mark.parametrize(
    ("head", "kind", "opens"),
    [
        ("Auto-Submitted: auto-replied\r\n", "auto-reply", False),
        ("Auto-Submitted: Auto-Replied (vacation)\r\n", "auto-reply", False),
        ("Auto-Submitted: auto-generated\r\n", "bulk", True),
        ("Auto-Submitted: auto-notified; x=y\r\n", "bulk", True),
        ("X-Autoreply: yes\r\n", "auto-reply", False),
        ("X-Autorespond:\r\n", "auto-reply", False),
        ("Precedence: auto_reply\r\n", "auto-reply", False),
        ("Precedence: bulk\r\n", "bulk", True),
        ("Precedence: junk\r\n", "bulk", True),
        ("Precedence: list\r\n", "list", True),
        ("List-Id: Users <users.example.org>\r\n", "list", True),
        ("List-Post: <mailto:users@example.org>\r\n", "list", True),
        ("List-Unsubscribe: <mailto:u@example.org>\r\n", "bulk", True),
        ("Return-Path: <>\r\n", "bulk", True),
    ],
)
def test_a_field_says_that_no_person_wrote(head: str, kind: str, opens: bool) -> None:  # noqa: FBT001 a table
    found = read(head).automatic
    assert found is not None
    assert (found.kind, found.opens) == (kind, opens)
    assert "RFC" in found.why


@pytest.mark.parametrize(
    ("head", "subject", "body"),
    [
        ("", "Out of office replies are broken", "words"),
        ("", "Automatic reply: what is this?", "words"),
        ("Auto-Submitted: no\r\n", "Hello", "words"),
        ("Auto-Submitted: (auto-replied) no\r\n", "Hello", "words"),
        ("X-Auto-Response-Suppress: DR, OOF, AutoReply\r\n", "Hello", "words"),
        ("X-Autoreply: no\r\n", "Hello", "words"),
        ("Precedence: first-class\r\n", "Hello", "words"),
        ("List-Id:\r\n", "Hello", "words"),
        (
            "Return-Path: <ann@example.com>\r\n",
            "Undelivered Mail Returned to Sender",
            "could not be delivered\n550 5.1.1 user unknown",
        ),
        ("", "Delivery failure", "My mails to bob@example.org cannot be delivered, 550 user unknown. Why?"),
        ("Importance: high\r\n", "failure notice", "see below"),
    ],
)
def test_a_persons_mail_is_not_taken_for_automatic(head: str, subject: str, body: str) -> None:
    mail = read(head, body, subject)
    assert (mail.automatic, mail.bounce) == (None, None)


def test_an_absence_by_exchange_is_an_auto_reply() -> None:
    mail = read("Auto-Submitted: auto-generated\r\nX-Auto-Response-Suppress: All\r\n", subject="Automatic reply: Hello")
    assert mail.automatic is not None
    assert mail.automatic.kind == "auto-reply"


def invitation(method: str, disposition: str = "inline") -> Mail:
    return parse(
        "From: ann@example.com\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: text/plain\r\n\r\nhi\r\n"
        f"--b\r\nContent-Type: text/calendar; charset=utf-8\r\nContent-Disposition: {disposition}\r\n\r\n"
        f"BEGIN:VCALENDAR\r\nMETHOD:{method}\r\nEND:VCALENDAR\r\n--b--\r\n".encode()
    )


@pytest.mark.parametrize(
    ("method", "opens"), [("REQUEST", True), ("REPLY", False), ("CANCEL", False), ("COUNTER", False)]
)
def test_invitations_open_a_ticket_answers_and_cancellations_do_not(method: str, opens: bool) -> None:  # noqa: FBT001 a table
    found = invitation(method).automatic
    assert found is not None
    assert (found.kind, found.opens) == ("calendar", opens)


def test_a_calendar_file_beside_a_persons_words_is_a_file() -> None:
    assert invitation("REPLY", "attachment").automatic is None
    assert invitation("PUBLISH").automatic is None


# ---------------------------------------------------------------- reports
def report(action: str, status: str, kind: str = "delivery-status") -> Mail:
    return parse(
        "From: MAILER-DAEMON@mx.example.org\r\nSubject: report\r\nAuto-Submitted: auto-replied\r\n"
        f"Content-Type: multipart/report; report-type={kind}; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n"
        f"--b\r\nContent-Type: message/{kind}\r\n\r\nReporting-MTA: dns; mx.example.org\r\n\r\n"
        f"Final-Recipient: rfc822; Bob@Example.org\r\nAction: {action}\r\nStatus: {status}\r\n"
        "Diagnostic-Code: smtp; 552 5.2.2 mailbox\r\n full\r\n"
        "--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <sent@us.test>\r\n"
        "References: <first@us.test>\r\n\r\nold\r\n--b--\r\n".encode()
    )


@pytest.mark.parametrize(
    ("action", "status", "automatic", "kind", "hard"),
    [
        ("failed", "5.2.2", "bounce", "bounce", True),
        ("failed", "4.4.7", "bounce", "bounce", False),
        ("Delayed", "4.4.1", "delay", "warning", False),
    ],
)
def test_a_standard_report_tells_who_failed_and_what_it_returns(
    action: str, status: str, automatic: str, kind: str, *, hard: bool
) -> None:
    mail = report(action, status)
    assert mail.automatic is not None
    assert mail.bounce is not None
    assert (mail.automatic.kind, mail.automatic.opens, mail.bounce.kind) == (automatic, False, kind)
    (failure,) = mail.bounce.recipients
    assert (failure.address, failure.status, failure.code, failure.hard) == ("bob@example.org", status, "552", hard)
    assert mail.bounce.reason == "552 5.2.2 mailbox full"
    assert mail.bounce.returned_ids == ("<sent@us.test>", "<first@us.test>")


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded"])
def test_a_report_of_success_is_no_bounce(action: str) -> None:
    mail = report(action, "2.0.0")
    assert mail.automatic is not None
    assert (mail.automatic.kind, mail.bounce) == ("delivered", None)


@pytest.mark.parametrize(
    ("kind", "automatic"), [("disposition-notification", "receipt"), ("feedback-report", "feedback-report")]
)
def test_other_reports_are_told_apart(kind: str, automatic: str) -> None:
    mail = report("x", "2.0.0", kind)
    assert mail.automatic is not None
    assert (mail.automatic.kind, mail.bounce) == (automatic, None)


def test_a_plain_report_of_an_old_mail_system_is_read() -> None:
    mail = parse(
        b"Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.test\r\nTo: us@us.test\r\nSubject: failure notice\r\n\r\n"
        b"I'm afraid I wasn't able to deliver your message to the following addresses.\r\n\r\n<bob@example.org>:\r\n"
        b"192.0.2.1 said: 550 5.1.1 User unknown\r\n\r\n--- Below this line is a copy of the message.\r\n\r\n"
        b"Message-ID: <sent@us.test>\r\nTo: other@example.net\r\n\r\nold\r\n"
    )
    assert mail.bounce is not None
    assert [(one.address, one.status, one.code, one.hard) for one in mail.bounce.recipients] == [
        ("bob@example.org", "5.1.1", "550", True)
    ]
    assert mail.bounce.returned_ids == ("<sent@us.test>",)


def test_a_forwarded_report_is_a_persons_mail() -> None:
    inner = b"From: MAILER-DAEMON@mx.test\r\nContent-Type: multipart/report; report-type=delivery-status; "
    inner += b"boundary=i\r\n\r\n"
    inner += b"--i\r\nContent-Type: message/delivery-status\r\n\r\nAction: failed\r\n--i--\r\n"
    raw = b"From: ann@example.com\r\nSubject: Fwd: failure\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    raw += b"--b\r\n\r\nWhy?\r\n"
    mail = parse(raw + b"--b\r\nContent-Type: message/rfc822\r\n\r\n" + inner + b"--b--\r\n")
    assert (mail.automatic, mail.bounce) == (None, None)


# ---------------------------------------------------------------- lists of our own
LISTED = (
    "List-Id: <support.acme.test>\r\nList-Post: <mailto:support@acme.test>\r\nPrecedence: list\r\n"
    "List-Unsubscribe: <mailto:u@acme.test>\r\n"
)


@pytest.mark.parametrize("own", ["support@acme.test", "support.acme.test"])
def test_a_list_of_our_own_says_nothing_about_the_sender(own: str) -> None:
    mail = without_list(read(LISTED), frozenset({own}))
    assert (mail.automatic, mail.rewritten) == (None, False)


def test_a_strangers_list_stays_a_list() -> None:
    mail = read(LISTED + "To: other@acme.test\r\n")
    assert without_list(mail, frozenset({"other@acme.test"})) == mail
    assert without_list(mail, frozenset()) == mail


def test_what_else_says_that_no_person_wrote_still_holds() -> None:
    mail = without_list(read(LISTED + "Auto-Submitted: auto-generated\r\n"), frozenset({"support@acme.test"}))
    assert mail.automatic is not None
    assert mail.automatic.kind == "bulk"
    absent = without_list(read(LISTED + "Auto-Submitted: auto-replied\r\n"), frozenset({"support@acme.test"}))
    assert absent.automatic is not None
    assert absent.automatic.kind == "auto-reply"


@pytest.mark.parametrize(
    ("named", "author"),
    [
        ("X-Original-From: Ann <ann@example.com>\r\nReply-To: else@example.com\r\n", "ann@example.com"),
        ("Reply-To: support@acme.test, Ann <ann@example.com>\r\n", "ann@example.com"),
    ],
)
def test_where_the_list_put_itself_into_from_the_author_is_whom_it_names(named: str, author: str) -> None:
    raw = f"From: 'Ann' via Support <support@acme.test>\r\n{LISTED}{named}\r\nhelp".encode()
    mail = without_list(parse(raw), frozenset({"support@acme.test"}))
    assert mail.sender is not None
    assert (mail.sender.address, mail.rewritten, mail.automatic) == (author, True, None)
    assert replace(mail, rewritten=False).header("From") == ("'Ann' via Support <support@acme.test>",)
