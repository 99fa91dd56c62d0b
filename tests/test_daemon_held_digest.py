"""Agents look after the quarantine by mail: a digest of what is new, and #ham in the answer to it."""

from datetime import timedelta
from email.message import Message
from pathlib import Path

import pytest

from store import held, ledger, lessons
from store.engine import Store
from tests.notice_team import ANNA, BEN, open_team
from tests.office import HI, NOW, SUPPORT, Office, put_aside, write
from tickets.model import Outcome

TEAM = f"""
[[agents]]
name = "Anna"
addresses = ["{ANNA}"]
[[agents]]
name = "Ben"
addresses = ["{BEN}"]
[quarantine]
readers = ["{ANNA}"]
"""
DAY = timedelta(days=1)


def tomorrow(office: Office) -> list[Message]:
    """The digests of the next morning."""
    office.now = (office.now + DAY).replace(hour=9)
    office.tick()
    return [each for each in office.told() if each["X-Helpdeskd-Occasion"] == "quarantine"]


def text_of(digest: Message) -> str:
    part = next(each for each in digest.walk() if each.get_content_type() == "text/plain")
    return bytes(part.get_payload(decode=True)).decode()


def answer(digest: Message, words: str, *, who: str = ANNA, to: str = HI) -> bytes:
    more = f"In-Reply-To: {digest['Message-ID']}\r\n"
    raw = write(who, f"answer{abs(hash((words, who)))}", to=to, more=more, text=words)
    return raw.replace(b"Subject: About", b"Subject: Re: About")


@pytest.fixture
def office(store: Store, tmp_path: Path) -> Office:
    office = open_team(store, tmp_path, agents=TEAM)
    office.now = NOW
    return office


def test_the_digest_shows_what_is_new_doubtful_first_and_look_alikes_together(office: Office) -> None:
    for number in range(3):
        put_aside(office, f"won{number}", 12.0, subject=f"You won {number}00 dollars")
    put_aside(office, "question", 5.2, subject="A question <b>of mine</b>")
    [digest] = tomorrow(office)
    assert digest["To"].endswith(f"<{ANNA}>")
    assert digest["Subject"] == f"[Acme] 4 mails held back in {HI}"
    lines = [line for line in text_of(digest).splitlines() if line.startswith("- ")]
    assert lines[0].startswith("- 1: A question <b>of mine</b>, from question (at) stranger[.]example")
    assert lines[1].startswith("- 2-4: You won 000 dollars")
    assert tomorrow(office) == []
    put_aside(office, "later", 7.0)
    [digest] = tomorrow(office)
    assert "1 mail held back" in digest["Subject"]


def test_nothing_of_the_mails_in_it_can_be_followed_or_is_fetched(office: Office) -> None:
    put_aside(office, "lure", 6.0, subject='<img src="http://evil.example/x.png"> www.evil.example a@evil.example')
    [digest] = tomorrow(office)
    assert {part.get_content_maintype() for part in digest.walk()} <= {"multipart", "text"}
    for part in digest.walk():
        if part.get_content_maintype() == "text":
            content = bytes(part.get_payload(decode=True)).decode()
            assert "http://evil" not in content
            assert "evil.example" not in content
            assert "<img" not in content.replace("&lt;img", "") or part.get_content_type() == "text/plain"
    assert "evil[.]example" in text_of(digest)


def test_what_is_put_aside_after_the_hour_waits_for_that_of_the_next_day(office: Office) -> None:
    put_aside(office, "before", 6.0)
    office.now = (office.now + DAY).replace(hour=8)
    office.tick()
    assert len(office.told()) == 1
    put_aside(office, "night", 6.0)
    office.now += timedelta(hours=20)
    office.tick()
    assert office.told() == []
    office.now += timedelta(hours=4)
    office.tick()
    [digest] = office.told()
    assert "night" in text_of(digest)


def test_each_mailbox_has_a_digest_of_its_own(office: Office) -> None:
    put_aside(office, "one", 6.0, mailbox=HI)
    put_aside(office, "two", 6.0, mailbox=SUPPORT)
    assert sorted(digest["X-Helpdeskd-Mailbox"] for digest in tomorrow(office)) == sorted([HI, SUPPORT])


def test_ham_in_the_answer_lets_out_teaches_and_acknowledges_what_was_named(office: Office) -> None:
    first, second, third = (put_aside(office, f"mail{n}", 6.0 + n, mailbox=SUPPORT) for n in range(3))
    [digest] = tomorrow(office)
    office.receive(answer(digest, "#ham 1 3", to=SUPPORT), SUPPORT)
    assert [office.arrival(each).outcome for each in (first, second, third)] == [None, Outcome.QUARANTINED, None]
    office.decide()
    office.decide()
    assert [office.arrival(each).outcome for each in (first, third)] == [Outcome.TICKETED, Outcome.TICKETED]
    recipients = [each.item.recipient for each in office.leave() if each.klass == "acknowledgement"]
    assert sorted(recipients) == ["mail0@stranger.example", "mail2@stranger.example"]
    with office.desk.store.read() as session:
        taught = lessons.after(session, 0, 10)
        assert [(each.arrival, each.spam, each.by) for each in taught] == [
            (first, False, "digest"),
            (third, False, "digest"),
        ]
        assert ledger.ledger(session).adds_up
        assert held.let_out(session, office.now - DAY).many == 2


def test_the_transcript_says_what_was_let_out_and_a_second_answer_does_nothing(office: Office) -> None:
    put_aside(office, "mail", 6.0, mailbox=SUPPORT)
    [digest] = tomorrow(office)
    office.receive(answer(digest, "#ham 1", to=SUPPORT), SUPPORT)
    office.decide()
    assert any("in quarantine → let out" in text_of(each) for each in office.told())
    office.receive(answer(digest, "#ham 1 ", to=SUPPORT), SUPPORT)
    assert any("left the quarantine already" in text_of(each) for each in office.told())


@pytest.mark.parametrize("words", ["#ham", "#ham 7", "#ham 0", "#ham x", "#ham 1 #take"])
def test_a_number_that_is_none_lets_nothing_out_and_is_told(office: Office, words: str) -> None:
    arrival = put_aside(office, "mail", 6.0, mailbox=SUPPORT)
    [digest] = tomorrow(office)
    office.receive(answer(digest, words, to=SUPPORT), SUPPORT)
    assert office.arrival(arrival).outcome is Outcome.QUARANTINED
    assert office.told()


def test_only_its_reader_can_use_a_digest(office: Office) -> None:
    arrival = put_aside(office, "mail", 6.0, mailbox=SUPPORT)
    [digest] = tomorrow(office)
    for who in (BEN, "ann@initech.example", "eve@evil.example"):
        office.receive(answer(digest, "#ham 1", who=who, to=SUPPORT), SUPPORT)
    forged = answer(digest, "#ham 1  ", to=SUPPORT).replace(b"dmarc=pass", b"dmarc=fail")
    office.receive(forged, SUPPORT)
    assert office.arrival(arrival).outcome is Outcome.QUARANTINED


def test_on_mondays_the_digest_says_what_genuine_mail_had_been_held_and_how_long(office: Office) -> None:
    put_aside(office, "mail", 6.0, mailbox=SUPPORT)  # on a Monday
    [digest] = tomorrow(office)
    office.receive(answer(digest, "#ham 1", to=SUPPORT), SUPPORT)
    office.decide()
    office.told()
    office.now = NOW + 6 * DAY
    put_aside(office, "other", 6.0, mailbox=SUPPORT)
    [digest] = tomorrow(office)
    assert "1 genuine mail had been held back and was let out" in " ".join(text_of(digest).split())
    assert "23 h" in text_of(digest)


def test_more_than_one_digest_shows_comes_with_the_next_and_nothing_is_left_out(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("daemon.agents.held_digest.SHOWN", 3)
    put = {put_aside(office, f"mail{n}", 6.0) for n in range(7)}
    digests = tomorrow(office)
    office.tick()
    office.tick()
    digests += [each for each in office.told() if each["X-Helpdeskd-Occasion"] == "quarantine"]
    with office.desk.store.read() as session:
        shown = [each for n in range(1, 9) if (found := held.digest(session, n)) for each in found.arrivals]
    assert len(digests) == 3
    assert sorted(shown) == sorted(put)
