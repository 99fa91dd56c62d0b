"""A survey's whole way over real parts: closed, asked by the clock, answered on the page and by mail, counted."""

import json
import sqlite3
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta

import pytest

from tests.servers.dovecot import Account, Dovecot, a_mail
from tests.servers.house import House, vouched
from tests.servers.ports import free_port
from tests.servers.smtp import Received
from tests.test_daemon_end_to_end import answer_to, deliver, read, text_of

pytestmark = pytest.mark.dovecot

ANN, BOB = "ann@initech.example", "bob@globex.example"


def surveys_to(house: House, who: str) -> list[Received]:
    return [mail for mail in house.smtp.mails if who in mail.rcpt and b"how did it go" in mail.data]


def let_a_day_pass(house: House) -> None:
    """Everything was closed a day and an hour ago; the daemon must not run."""
    then = datetime.now(UTC).replace(tzinfo=None) - timedelta(hours=25)
    with sqlite3.connect(house.database) as database:
        due = f"{then + timedelta(hours=24):%Y-%m-%d %H:%M:%S.%f}"
        database.execute("UPDATE tickets SET closed_at = ?, due_at = ?", (f"{then:%Y-%m-%d %H:%M:%S.%f}", due))


def fetch(url: str, form: bytes | None = None) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, form), timeout=20) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.read().decode()


def close_two(house: House, account: Account) -> None:
    """A ticket of Ann's and one of Bob's, closed a day ago."""
    house.start()
    deliver(account, vouched(a_mail("Hello", sender=ANN)), vouched(a_mail("Hello", sender=BOB)))
    house.until_done(2)
    for number in (1, 2):
        assert house.run("do", str(number), "close", "confirmed").returncode == 0
    assert house.stop() == 0
    let_a_day_pass(house)


def test_two_customers_are_asked_and_one_answers_on_the_page_the_other_by_mail(house: House, dovecot: Dovecot) -> None:
    account, port = dovecot.account("support"), free_port()
    web = f'[web]\naddress = "http://127.0.0.1:{port}/feedback"\nlisten = "127.0.0.1:{port}"\n'
    house.configure(house.mailbox(account), more=web)
    close_two(house, account)
    house.start()
    house.until(lambda: all(surveys_to(house, who) for who in (ANN, BOB)), "both are asked")
    assert fetch(f"http://127.0.0.1:{port}/health") == (200, "ok\n")
    [anns], [bobs] = surveys_to(house, ANN), surveys_to(house, BOB)
    link = next(word.strip("<>") for word in text_of(read(anns)).split() if "/s/" in word)
    assert fetch(link)[0] == 200
    assert "Your answer is saved: 5 of 5." in fetch(link, b"score=5&comment=Quick")[1]
    deliver(account, vouched(answer_to(bobs, BOB).replace(b"It is better now.", b"2\r\nSo slow.")))
    house.until_done(3)
    [row] = json.loads(house.run("csat", "--json").stdout)
    assert row == {"all": "all", "asked": 2, "answered": 2, "rate": 1.0, "score": 0.5, "mean": 3.5}
    assert "rated it 2 of 5" in house.run("show", "2").stdout
    assert [ticket["status"] for ticket in house.tickets()] == ["closed", "closed"]
    assert house.stop() == 0


def test_without_a_web_address_the_house_is_whole_and_opens_no_port(house: House, dovecot: Dovecot) -> None:
    account, port = dovecot.account("support"), free_port()
    house.configure(house.mailbox(account), more=f'[web]\nlisten = "127.0.0.1:{port}"\n')
    close_two(house, account)
    house.start()
    house.until(lambda: bool(surveys_to(house, ANN)), "she is asked")
    with pytest.raises(urllib.error.URLError):
        fetch(f"http://127.0.0.1:{port}/health")
    [anns] = surveys_to(house, ANN)
    deliver(account, vouched(answer_to(anns, ANN).replace(b"It is better now.", b"4")))
    house.until_done(3)
    [row] = json.loads(house.run("csat", "--json").stdout)
    assert (row["answered"], row["mean"]) == (1, 4.0)
    assert house.stop() == 0
