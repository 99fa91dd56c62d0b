"""A day of one team, all of it as mail over a real IMAP server and a real SMTP receiver."""

import email
import email.policy
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest

from tests.servers.dovecot import Account, Dovecot
from tests.servers.house import House, vouched

pytestmark = pytest.mark.dovecot

SUPPORT = "support@example.com"
ANN, BILL = "ann@initech.example", "bill@globex.example"
ALICE, BOB, CLEO, CE = "alice@example.com", "bob@example.com", "cleo@example.com", "carol@example.com"
PEOPLE = """
[answers]
wait_seconds = {wait}
[notices]
flood = 1000
[staff]
domains = ["example.com"]
[[agents]]
name = "Alice"
addresses = ["alice@example.com"]
[[agents]]
name = "Bob"
addresses = ["bob@example.com"]
[[agents]]
name = "Cleo"
addresses = ["cleo@example.com"]
notices = "mine"
[[accounts]]
name = "Initech"
domains = ["initech.example"]
ce = "carol@example.com"
facts = {{ version = "7.2" }}
"""


@dataclass
class Day:
    """What comes to the mailbox, and what left since one last looked."""

    house: House
    account: Account
    came: int = 0
    seen: int = 0
    written: int = 0
    box: dict[str, list[EmailMessage]] = field(default_factory=dict)  # what each person got, oldest first

    def write(self, sender: str, text: str, *, to: EmailMessage | None = None, subject: str = "") -> bytes:
        """A mail as a program writes it; an answer where it is one `to` a mail."""
        self.written += 1
        fields = [f"From: {sender.partition('@')[0].title()} <{sender}>", f"To: {SUPPORT}"]
        about = subject if to is None else f"Re: {to['Subject']} {subject}".rstrip()
        if to is not None:
            fields += [f"In-Reply-To: {to['Message-ID']}", f"References: {to['References']} {to['Message-ID']}"]
        fields += [f"Subject: {about}", f"Message-ID: <{self.written}@{sender.partition('@')[2]}>"]
        fields += [f"Date: {datetime.now(UTC):%a, %d %b %Y %H:%M:%S} +0000", "MIME-Version: 1.0"]
        fields += ["Content-Type: text/plain; charset=utf-8"]
        return vouched("\r\n".join([*fields, "", text.replace("\n", "\r\n"), ""]).encode())

    def deliver(self, *raws: bytes) -> list[tuple[str, str]]:
        """Put mails into the mailbox; who was sent what because of them, in order of their names."""
        self.account.deliver(*raws, received=datetime.now(UTC) + timedelta(seconds=1))
        self.came += len(raws)
        self.house.until_done(self.came)
        new = self.house.smtp.mails[self.seen :]
        self.seen = len(self.house.smtp.mails)
        told = []
        for each in new:
            mail = email.message_from_bytes(each.data, policy=email.policy.default)
            assert isinstance(mail, EmailMessage)
            self.box.setdefault(each.rcpt[0], []).append(mail)
            told.append((each.rcpt[0], str(mail["Subject"])))
        return sorted(told)

    def last(self, who: str, number: int) -> EmailMessage:
        """The newest mail to somebody about a ticket."""
        return next(mail for mail in reversed(self.box[who]) if f"[#{number}]" in mail["Subject"])

    def status(self, number: int) -> str:
        return str(self.house.show(number)["ticket"]["status"])


@pytest.fixture
def day(house: House, dovecot: Dovecot, request: pytest.FixtureRequest) -> Iterator[Day]:
    account = dovecot.account()
    wait = getattr(request, "param", 0)
    house.configure(house.mailbox(account), more=PEOPLE.format(wait=wait))
    house.start()
    yield Day(house, account)
    assert "bug of ours" not in house.log()


def text_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return " ".join(str(part.get_content()).split())


def test_a_day_of_ten_tickets(day: Day) -> None:
    asked = [f"Question {number}" for number in range(1, 10)]
    opened = [day.write(ANN if at % 2 else BILL, "Help!", subject=subject) for at, subject in enumerate(asked, 1)]
    left = day.deliver(*opened)
    numbers = {row["subject"]: int(row["number"]) for row in day.house.tickets()}
    assert sorted(numbers) == asked
    assert [who for who, _ in left] == sorted([ALICE, BOB] * 9 + [who for who, _ in left if who in {ANN, BILL}])
    one, two, three, four, five, six, seven, eight, nine = (numbers[subject] for subject in asked)

    def re(number: int, subject: str) -> str:
        return f"Re: {subject} [#{number}]"

    # One is answered at once, two is taken, three asks the customer engineer, all in their agents' own mail programs.
    left = day.deliver(
        day.write(ALICE, "Please log out and in again.", to=day.last(ALICE, one)),
        day.write(BOB, "", to=day.last(BOB, two), subject="#take #tag +login"),
        day.write(ALICE, "#call ce\nDo you know this?", to=day.last(ALICE, three)),
    )
    assert left == sorted(
        [
            (ANN, re(one, asked[0])),
            (BOB, f"[#{one}] {asked[0]}"),
            (ALICE, f"[#{one}] {asked[0]}: done"),
            (BOB, f"[#{two}] {asked[1]}: done"),
            (CE, f"[#{three}] {asked[2]}: your help is needed"),
            (BOB, f"[#{three}] {asked[2]}"),
            (ALICE, f"[#{three}] {asked[2]}: done"),
        ]
    )
    assert [day.status(number) for number in (one, two, three)] == ["pending", "open", "new"]

    # Ann says that it works, Alice closes with a last word; the CE's answer is a note; a wrong command does nothing.
    left = day.deliver(
        day.write(ANN, "It works now.", to=day.last(ANN, one)),
        day.write(CE, "It is the proxy.", to=day.last(CE, three)),
        day.write(BOB, "#priorty high\nWait.", to=day.last(BOB, four)),
    )
    assert left == sorted(
        [
            *((who, f"[#{one}] {asked[0]}") for who in (ALICE, BOB)),
            *((who, f"[#{three}] {asked[2]}") for who in (ALICE, BOB)),
            (BOB, f"[#{four}] {asked[3]}: nothing was done"),
        ]
    )
    left = day.deliver(
        day.write(ALICE, "#close confirmed\nGood to hear.", to=day.last(ALICE, one)),
        day.write(BOB, "#priority high\nWe look into it.", to=day.last(BOB, four)),
        day.write(BOB, "", to=day.last(BOB, five), subject="#assign cleo"),
        day.write(ALICE, "#note\nThis is the known defect.", to=day.last(ALICE, six)),
        day.write(BOB, "", to=day.last(BOB, seven), subject="#hold ACME-7"),
    )
    assert left == sorted(
        [
            (ANN, re(one, asked[0])),
            (BOB, f"[#{one}] {asked[0]}"),
            (ALICE, f"[#{one}] {asked[0]}: done"),
            (BILL, re(four, asked[3])),
            (ALICE, f"[#{four}] {asked[3]}"),
            (BOB, f"[#{four}] {asked[3]}: done"),
            (CLEO, f"[#{five}] {asked[4]}"),
            (BOB, f"[#{five}] {asked[4]}: done"),
            (BOB, f"[#{six}] {asked[5]}"),
            (ALICE, f"[#{six}] {asked[5]}: done"),
            (BOB, f"[#{seven}] {asked[6]}: done"),
        ]
    )
    states = [day.status(number) for number in (one, four, five, six, seven)]
    assert states == ["closed", "pending", "open", "new", "on-hold"]

    # The defect is mended, with a text; Cleo answers hers; two answer one ticket, and the second is asked.
    first_of_eight = day.last(BOB, eight)
    left = day.deliver(
        day.write(ALICE, "#fixed ACME-7\nIt is mended in 7.3.", to=day.last(ALICE, seven)),
        day.write(CLEO, "Here is how.", to=day.last(CLEO, five)),
        day.write(ALICE, "Try this.", to=day.last(ALICE, eight)),
    )
    assert left == sorted(
        [
            (ANN, re(seven, asked[6])),
            (BOB, f"[#{seven}] {asked[6]}"),
            (ALICE, f"[#{seven}] {asked[6]}: done"),
            (ANN, re(five, asked[4])),
            *((who, f"[#{five}] {asked[4]}") for who in (ALICE, BOB)),
            (CLEO, f"[#{five}] {asked[4]}: done"),
            (BILL, re(eight, asked[7])),
            (BOB, f"[#{eight}] {asked[7]}"),
            (ALICE, f"[#{eight}] {asked[7]}: done"),
        ]
    )
    assert day.deliver(day.write(BOB, "Try that.", to=first_of_eight)) == [(BOB, f"[#{eight}] {asked[7]}: send it?")]
    left = day.deliver(
        day.write(BOB, "#yes", to=day.last(BOB, eight)),
        day.write(ANN, "Thank you!", to=day.last(ANN, one)),
        day.write(ALICE, f"#new\nrequester: {BILL}\nsubject: Your call\n\nHere is the link."),
        day.write(ALICE, f"#merge {three}", to=day.last(ALICE, nine)),
    )
    assert (BILL, re(eight, asked[7])) in left
    assert (ALICE, f"[#{one}] {asked[0]}") in left  # the thank-you, which reopens nothing
    assert [day.status(number) for number in (one, nine)] == ["closed", "closed"]
    question = next(mail for mail in reversed(day.box[ALICE]) if "send it?" in mail["Subject"])
    left = day.deliver(day.write(ALICE, "#yes", to=question))
    ten = max(int(row["number"]) for row in day.house.tickets())
    assert (BILL, re(ten, "Your call")) in left
    assert all("code" not in mail["Subject"] for mails in day.box.values() for mail in mails)
    for who in (ANN, BILL):
        words = " ".join(map(text_of, day.box[who]))
        assert all(inner not in words for inner in ("proxy", "known defect", "7.2", "helpdeskd:", "Do you know"))


def test_an_answer_that_the_server_refuses_comes_back_to_its_author_with_the_text(day: Day) -> None:
    day.deliver(day.write(ANN, "Help!", subject="Question"))
    day.account.deliver(day.write(ALICE, "Please restart it.", to=day.last(ALICE, 1)))
    day.house.until(lambda: any(b": done" in mail.data for mail in day.house.smtp.mails), "a transcript")
    day.house.smtp.answer("RCPT", "550 5.1.1 no such user", times=1)
    day.came += 1
    day.deliver()
    back = next(mail for mail in day.box[ALICE] if "came back" in mail["Subject"])
    assert ANN in text_of(back)
    assert "Please restart it." in text_of(back)


@pytest.mark.parametrize("day", [60], indirect=True)
def test_undo_is_in_time_while_an_answer_waits(day: Day) -> None:
    day.deliver(day.write(ANN, "Help!", subject="Question"))
    day.account.deliver(day.write(ALICE, "Please restart it.", to=day.last(ALICE, 1)))
    day.house.until(lambda: any(b": done" in mail.data for mail in day.house.smtp.mails), "a transcript")
    transcript = email.message_from_bytes(day.house.smtp.mails[-1].data, policy=email.policy.default)
    assert isinstance(transcript, EmailMessage)
    day.came += 1
    left = day.deliver(day.write(ALICE, "#undo", to=transcript))
    assert ANN not in dict(left)
    assert day.status(1) == "open"
