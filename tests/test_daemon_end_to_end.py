"""The main job on real parts: from a mail in Dovecot to a ticket, and an acknowledgement at an SMTP receiver."""

import email
import email.policy
import re
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest

from tests.servers.dovecot import Account, Dovecot, a_mail
from tests.servers.house import House, vouched
from tests.servers.smtp import Received

pytestmark = pytest.mark.dovecot

SUPPORT, FEEDBACK, HI = "support@example.com", "feedback@example.com", "hi@example.com"


def deliver(account: Account, *raws: bytes) -> None:
    """Put mails into a mailbox, received from now on: INTERNALDATE knows whole seconds only."""
    account.deliver(*raws, received=datetime.now(UTC) + timedelta(seconds=1))


def read(mail: Received) -> EmailMessage:
    found = email.message_from_bytes(mail.data, policy=email.policy.default)
    assert isinstance(found, EmailMessage)
    return found


def text_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def answer_to(mail: Received, sender: str) -> bytes:
    known = read(mail)["Message-ID"]
    return a_mail("Re: Hello", "It is better now.", sender).replace(
        b"\r\n\r\n", f"\r\nIn-Reply-To: {known}\r\n\r\n".encode(), 1
    )


def test_three_mailboxes_become_tickets_and_are_acknowledged(house: House, dovecot: Dovecot) -> None:
    boxes = {address: dovecot.account(address.partition("@")[0]) for address in (SUPPORT, FEEDBACK, HI)}
    house.configure(
        *(house.mailbox(boxes[address], address) for address in (SUPPORT, FEEDBACK)),
        house.mailbox(boxes[HI], HI, 'acknowledge = "judged"'),
    )
    house.start()
    deliver(boxes[SUPPORT], vouched(a_mail("Cannot log in", sender="Ann Miller <ann@initech.example>")))
    deliver(boxes[FEEDBACK], a_mail("Well done", sender="bob@globex.example"))
    deliver(boxes[HI], vouched(a_mail("A lure", sender="prince@lure.example")))
    house.until_done(3)
    found = {(row["subject"], row["mailbox"], row["requester"], row["status"]) for row in house.tickets()}
    assert found == {
        ("Cannot log in", SUPPORT, "ann@initech.example", "new"),
        ("Well done", FEEDBACK, "bob@globex.example", "new"),
        ("A lure", HI, "prince@lure.example", "new"),
    }
    sent = {mail.rcpt[0]: mail for mail in house.smtp.mails}
    assert set(sent) == {"ann@initech.example", "bob@globex.example"}
    assert len(house.smtp.mails) == 2
    check_acknowledgement(house, sent["ann@initech.example"], SUPPORT, says_subject=True)
    check_acknowledgement(house, sent["bob@globex.example"], FEEDBACK, says_subject=False)
    assert all(flags == () for box in boxes.values() for flags in box.flags().values())


def check_acknowledgement(house: House, received: Received, mailbox: str, *, says_subject: bool) -> None:
    """An acknowledgement as RFC 3834 wants it, that leads back to its ticket; a stranger's words are not repeated."""
    mail = read(received)
    ticket = next(row for row in house.tickets() if row["mailbox"] == mailbox)
    raw = next(row for row in house.arrivals() if row["ticket"] == ticket["number"])
    assert received.envelope_from == SUPPORT
    assert mail["From"].addresses[0].addr_spec == mailbox
    assert [each.addr_spec for each in mail["To"].addresses] == [ticket["requester"]]
    assert mail["Auto-Submitted"] == "auto-replied"
    assert mail["In-Reply-To"] == raw["message_id"]
    assert mail["References"].split() == [raw["message_id"], mail["Message-ID"]]
    assert f"[#{ticket['number']}]" in mail["Subject"]
    assert (ticket["subject"] in mail["Subject"] + text_of(mail)) is says_subject
    assert mail.get_body(("html",)) is not None


def test_an_answer_to_the_acknowledgement_joins_its_ticket_and_is_not_acknowledged(
    house: House, dovecot: Dovecot
) -> None:
    account = dovecot.account()
    house.configure(house.mailbox(account, more=""))  # Dovecot tells of new mail
    house.start()
    deliver(account, vouched(a_mail(sender="ann@initech.example")))
    house.until_done(1)
    deliver(account, vouched(answer_to(house.smtp.mails[0], "ann@initech.example")))
    house.until_done(2)
    (ticket,) = house.tickets()
    assert ticket["messages"] == 2
    assert len(house.smtp.mails) == 1


def test_a_copy_in_a_second_mailbox_is_a_duplicate(house: House, dovecot: Dovecot) -> None:
    one, other = dovecot.account(), dovecot.account("feedback")
    house.configure(house.mailbox(one), house.mailbox(other, FEEDBACK))
    house.start()
    raw = vouched(a_mail(sender="ann@initech.example"))
    deliver(one, raw)
    deliver(other, raw)
    house.until_done(2)
    assert sorted(row["outcome"] for row in house.arrivals()) == ["duplicate", "ticketed"]
    assert len(house.tickets()) == len(house.smtp.mails) == 1


def test_done_mails_are_moved_where_they_shall_go(house: House, dovecot: Dovecot) -> None:
    account = dovecot.account()
    house.configure(house.mailbox(account, more='idle = false\nmove_done_to = "Done"'))
    house.start()
    raws = [a_mail(f"Mail {number}", sender=f"ann@company{number}.example") for number in range(3)]
    deliver(account, *raws)
    house.until(lambda: account.flags() == {}, "all are moved")
    assert sorted(account.raws("Done")) == sorted(raws)
    house.until_done(3)


def test_mails_under_a_new_uidvalidity_are_known_again(house: House, dovecot: Dovecot) -> None:
    account = dovecot.account()
    house.configure(house.mailbox(account))
    house.start()
    deliver(account, *(a_mail(f"Mail {number}", sender=f"ann@company{number}.example") for number in range(3)))
    house.until_done(3)
    account.recreate(empty=False)
    house.until(lambda: house.is_done(6), "the mails are read again")
    assert [row["outcome"] for row in house.arrivals()] == ["ticketed"] * 3 + ["duplicate"] * 3
    assert len(house.tickets()) == len(house.smtp.mails) == 3


def test_a_hostile_mail_harms_none_beside_it(house: House, dovecot: Dovecot) -> None:
    account = dovecot.account()
    house.configure(house.mailbox(account))
    house.start()
    mails = [a_mail(f"Mail {number}", sender=f"ann@company{number}.example") for number in range(6)]
    nested = b"".join(b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n) for n in range(20_000))
    hostile = re.sub(rb"Date: ", b"MIME-Version: 1.0\r\nDate: ", a_mail("Hostile", sender="eve@evil.example"))
    hostile = hostile.replace(b"\r\n\r\n", b"\r\n" + nested, 1)
    deliver(account, *mails[:3], hostile, *mails[3:])
    house.until_done(7)
    rows = {row["subject"]: row["outcome"] for row in house.arrivals()}
    assert [rows[f"Mail {number}"] for number in range(6)] == ["ticketed"] * 6
    assert rows["Hostile"] in {"ticketed", "quarantined"}
    assert {mail.rcpt[0] for mail in house.smtp.mails} >= {f"ann@company{number}.example" for number in range(6)}


def test_an_agent_is_told_answers_the_notice_and_is_told_of_the_customers_answer(
    house: House, dovecot: Dovecot
) -> None:
    account = dovecot.account()
    agent = '[[agents]]\nname = "Alice"\naddresses = ["alice@team.example"]\n'
    house.configure(house.mailbox(account), more=agent + "[answers]\nwait_seconds = 1\n")
    house.start()
    deliver(account, vouched(a_mail(sender="ann@initech.example")))
    house.until_done(1)
    sent = {mail.rcpt[0]: mail for mail in house.smtp.mails}
    assert set(sent) == {"ann@initech.example", "alice@team.example"}
    notice = sent["alice@team.example"]
    assert notice.envelope_from == SUPPORT
    assert read(notice)["Subject"] == "[#1] Hello"
    deliver(account, vouched(answer_to(notice, "alice@team.example")))
    house.until_done(2)
    told = [(mail.rcpt[0], read(mail)["Subject"]) for mail in house.smtp.mails[2:]]
    assert sorted(told) == [("alice@team.example", "[#1] Hello: done"), ("ann@initech.example", "Re: Hello [#1]")]
    deliver(account, vouched(answer_to(sent["ann@initech.example"], "ann@initech.example")))
    house.until_done(3)
    *_, last = house.smtp.mails
    assert last.rcpt == ("alice@team.example",)
    assert read(last)["In-Reply-To"] == read(notice)["In-Reply-To"]
    assert [row["kind"] for row in house.show(1)["messages"]] == ["customer", "public", "customer"]
