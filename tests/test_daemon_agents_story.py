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


ASKED = [f"Question {number}" for number in range(1, 10)]


def re(number: int) -> tuple[str, str]:
    """What customers and agents read as the subject of a ticket."""
    return f"Re: {ASKED[number - 1]} [#{number}]", f"[#{number}] {ASKED[number - 1]}"


def test_a_day_of_ten_tickets(day: Day) -> None:
    open_nine(day)
    work_the_first(day)
    answer_and_close(day)
    close_and_assign(day)
    mend_a_defect(day)
    ask_before_sending(day)
    assert all("code" not in mail["Subject"] for mails in day.box.values() for mail in mails)
    for who in (ANN, BILL):
        words = " ".join(map(text_of, day.box[who]))
        assert all(inner not in words for inner in ("proxy", "known defect", "7.2", "helpdeskd:", "Do you know"))


def open_nine(day: Day) -> None:
    """Both customers write, and the two agents who want all are told."""
    left = day.deliver(
        *(day.write(ANN if at % 2 else BILL, "Help!", subject=about) for at, about in enumerate(ASKED, 1))
    )
    assert [str(row["subject"]) for row in day.house.tickets()] == ASKED
    assert [who for who, _ in left if who not in {ANN, BILL}] == [ALICE] * 9 + [BOB] * 9
    assert {who for who, _ in left} >= {ANN, BILL}


def work_the_first(day: Day) -> None:
    """One is answered, two is taken, three asks the customer engineer."""
    left = day.deliver(
        day.write(ALICE, "Please log out and in again.", to=day.last(ALICE, 1)),
        day.write(BOB, "", to=day.last(BOB, 2), subject="#take #tag +login"),
        day.write(ALICE, "#call ce\nDo you know this?", to=day.last(ALICE, 3)),
    )
    assert left == sorted(
        [
            (ANN, re(1)[0]),
            (BOB, re(1)[1]),
            (ALICE, f"{re(1)[1]}: done"),
            (BOB, f"{re(2)[1]}: done"),
            (CE, f"{re(3)[1]}: your help is needed"),
            (BOB, re(3)[1]),
            (ALICE, f"{re(3)[1]}: done"),
        ]
    )
    assert [day.status(number) for number in (1, 2, 3)] == ["pending", "open", "new"]


def answer_and_close(day: Day) -> None:
    """Ann says that it works; the engineer's answer is a note; a wrong command does nothing."""
    left = day.deliver(
        day.write(ANN, "It works now.", to=day.last(ANN, 1)),
        day.write(CE, "It is the proxy.", to=day.last(CE, 3)),
        day.write(BOB, "#priorty high\nWait.", to=day.last(BOB, 4)),
    )
    told = [(who, re(number)[1]) for who in (ALICE, BOB) for number in (1, 3)]
    assert left == sorted([*told, (BOB, f"{re(4)[1]}: nothing was done")])
    assert day.status(1) == "open"


def close_and_assign(day: Day) -> None:
    """One is closed with a last word; the answer of before is sent once it is right; tickets change hands and wait."""
    left = day.deliver(
        day.write(ALICE, "#close confirmed\nGood to hear.", to=day.last(ALICE, 1)),
        day.write(BOB, "#priority high\nWe look into it.", to=day.last(BOB, 4)),
        day.write(BOB, "", to=day.last(BOB, 5), subject="#assign cleo"),
        day.write(ALICE, "#note\nThis is the known defect.", to=day.last(ALICE, 6)),
        day.write(BOB, "", to=day.last(BOB, 7), subject="#hold ACME-7"),
    )
    done = [(ALICE, 1), (BOB, 4), (BOB, 5), (ALICE, 6), (BOB, 7)]
    told = [(BOB, 1), (ALICE, 4), (CLEO, 5), (BOB, 6)]
    assert left == sorted(
        [
            (ANN, re(1)[0]),
            (BILL, re(4)[0]),
            *((who, f"{re(number)[1]}: done") for who, number in done),
            *((who, re(number)[1]) for who, number in told),
        ]
    )
    states = [day.status(number) for number in (1, 4, 5, 6, 7)]
    assert states == ["closed", "pending", "open", "new", "on-hold"]


def mend_a_defect(day: Day) -> None:
    """The defect of seven is mended, with a text; Cleo answers hers; Alice answers eight."""
    left = day.deliver(
        day.write(ALICE, "#fixed ACME-7\nIt is mended in 7.3.", to=day.last(ALICE, 7)),
        day.write(CLEO, "Here is how.", to=day.last(CLEO, 5)),
        day.write(ALICE, "Try this.", to=day.last(ALICE, 8)),
    )
    told = [(BOB, 7), (ALICE, 5), (BOB, 5), (BOB, 8)]
    assert left == sorted(
        [
            *((who, re(number)[0]) for who, number in [(ANN, 7), (ANN, 5), (BILL, 8)]),
            *((who, f"{re(number)[1]}: done") for who, number in [(ALICE, 7), (CLEO, 5), (ALICE, 8)]),
            *((who, re(number)[1]) for who, number in told),
        ]
    )


def ask_before_sending(day: Day) -> None:
    """Bob answers eight without having seen Alice's answer; Alice begins a conversation; Ann says thank you."""
    first = next(mail for mail in day.box[BOB] if mail["Subject"] == re(8)[1])
    assert day.deliver(day.write(BOB, "Try that.", to=first)) == [(BOB, f"{re(8)[1]}: send it?")]
    left = day.deliver(
        day.write(BOB, "#yes", to=day.last(BOB, 8)),
        day.write(ANN, "Thank you!", to=day.last(ANN, 1)),
        day.write(ALICE, f"#new\nrequester: {BILL}\nsubject: Your call\n\nHere is the link."),
        day.write(ALICE, "#merge 3", to=day.last(ALICE, 9)),
    )
    assert left == sorted(
        [
            (BILL, re(8)[0]),
            (ALICE, re(8)[1]),
            (BOB, f"{re(8)[1]}: done"),
            (ALICE, re(1)[1]),  # the thank-you is for the owner alone
            (ALICE, "send it?"),
            (ALICE, f"{re(9)[1]}: done"),
        ]
    )
    assert [day.status(number) for number in (1, 9)] == ["closed", "closed"]
    question = next(mail for mail in reversed(day.box[ALICE]) if mail["Subject"] == "send it?")
    left = day.deliver(day.write(ALICE, "#yes", to=question))
    assert left == sorted([(BILL, "Re: Your call [#10]"), (BOB, "[#10] Your call"), (ALICE, "[#10] Your call: done")])


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
