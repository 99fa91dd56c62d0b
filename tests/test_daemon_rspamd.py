"""rspamd is asked for a second opinion, the real one too; whatever it does, each mail gets an answer in time."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path

import pytest

from daemon.config.filter_sections import RspamdSection
from daemon.config.secret import Secret, Surroundings
from daemon.lookups.breaker import FAILURES, Breaker
from daemon.lookups.rspamd import Rspamd, no_opinion, opinion_in_time
from daemon.lookups.rspamd_answer import LIMIT, MOST, Nonsense, read_answer
from daemon.sandbox import Breach
from filters import Opinion
from mail.model import Mail
from mail.parse import parse
from store.journal import Claimed
from tests.mail_signing import RECEIVED
from tests.servers.dovecot import Dovecot, a_mail
from tests.servers.house import House
from tests.servers.rspamd import GOOD, FeignedRspamd, RealRspamd

LETTER = (
    b"Return-Path: <ann@customer.example>\r\nFrom: Ann <ann@customer.example>\r\nTo: support@us.example\r\n"
    b"Date: Thu, 26 Nov 2026 09:00:00 +0000\r\nMessage-ID: <1@customer.example>\r\nSubject: Login\r\n\r\n"
    b"Since the update I cannot log in any more.\r\n"
)
GTUBE = LETTER + b"XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X\r\n"
OPINION = Opinion(1.5, 15.0, (("MISSING_DATE", 1.0),))
SECONDS = 1.0


class Clock:
    seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def claimed(raw: bytes = LETTER, number: int = 1) -> Claimed:
    return Claimed(number, "support@us.example", RECEIVED, 1, raw, None, released=False, uid=1, uidvalidity=1)


def follow(rspamd: Rspamd, raw: bytes = LETTER, number: int = 1) -> Opinion | None:
    parsed: Future[Mail] = Future()
    answer = rspamd.follow(parsed, claimed(raw, number))
    assert not answer.done()
    parsed.set_result(parse(raw))
    return answer.result(SECONDS + 10)


@contextmanager
def asking(url: str, breaker: Breaker | None = None, password: Secret | None = None) -> Iterator[Rspamd]:
    section = RspamdSection(url=url, seconds=SECONDS).model_copy(update={"password": password})
    made = Rspamd(section, breaker)
    yield made
    made.close()


# ---------------------------------------------------------------- the real one
@pytest.mark.rspamd
def test_the_real_rspamd_calls_its_test_mail_spam_and_an_ordinary_one_not(rspamd: RealRspamd) -> None:
    settings = RspamdSection(url=rspamd.url, seconds=30)
    made = Rspamd(settings)
    spam, ham = follow(made, GTUBE), follow(made, LETTER)
    made.close()
    assert made.fault is None
    assert spam is not None
    assert spam.score >= spam.required
    assert ham is not None
    assert ham.score < ham.required
    assert ham.symbols


# ---------------------------------------------------------------- what is said and answered
def test_an_opinion_comes_with_the_symbols_that_weigh(feigned: FeignedRspamd) -> None:
    with asking(feigned.url) as rspamd:
        assert follow(rspamd) == OPINION
        assert rspamd.fault is None


def test_it_is_told_what_we_know_for_certain_and_gets_the_mail_as_it_came(feigned: FeignedRspamd) -> None:
    with asking(feigned.url) as rspamd:
        follow(rspamd, number=42)
    [(headers, body)] = feigned.asked
    assert body == LETTER
    told = {name: headers.get(name) for name in ("Queue-Id", "Rcpt", "From", "Password")}
    assert told == {"Queue-Id": "42", "Rcpt": "support@us.example", "From": "<ann@customer.example>", "Password": None}


@pytest.mark.parametrize("path", [b"<>", b"<a\x00b@c.example>", "<ä@c.example>".encode(), b"<a@b.example\r\n X: y>"])
def test_a_strange_return_path_adds_no_header_field(feigned: FeignedRspamd, path: bytes) -> None:
    with asking(feigned.url) as rspamd:
        assert follow(rspamd, LETTER.replace(b"<ann@customer.example>\r\nFrom", path + b"\r\nFrom")) == OPINION
    [(headers, _)] = feigned.asked
    assert "X" not in headers
    assert headers.get("From", "<>").isascii()


def test_its_password_is_read_when_it_is_needed(feigned: FeignedRspamd, tmp_path: Path) -> None:
    secret = Secret("file", "password", Surroundings(tmp_path, {}))
    with asking(feigned.url, password=secret) as rspamd:
        assert follow(rspamd) is None
        assert "cannot be read" in (rspamd.fault or "")
        (tmp_path / "password").write_text("open sesame\n")
        assert follow(rspamd) == OPINION
    assert [headers["Password"] for headers, _ in feigned.asked] == ["open sesame"]


# ---------------------------------------------------------------- when it misbehaves
NONSENSE = [
    *(b"", b"no JSON", b"[]", b"null", b'{"score": 1}', b"[" * 100_000, b'{"score": ' + b"9" * 10_000),
    *(GOOD.replace(b"1.5", wrong) for wrong in (b"NaN", b"Infinity", b"1e400", b'"1"', b"true", b"null", b"[1]")),
    *(GOOD.replace(b"15.0", wrong) for wrong in (b"0", b"-1", b"null")),
    *(GOOD.replace(b'{"score": 1.0}', wrong) for wrong in (b"1", b"{}", b'{"score": "x"}', b'{"score": 1e9}')),
    b"\xff\xfe" + GOOD,
]


@pytest.mark.parametrize("said", NONSENSE, ids=lambda said: said[:40].decode("latin-1"))
def test_nonsense_is_no_opinion(said: bytes) -> None:
    with pytest.raises(Nonsense, match="makes no sense"):
        read_answer(said)


def test_of_thousands_of_symbols_those_that_weigh_most_are_kept_and_none_spoils_a_line() -> None:
    symbols = {f"S{number}\n\x1b": {"score": float(number)} for number in range(3000)}
    found = read_answer(json.dumps({"score": 1, "required_score": 5, "symbols": symbols}).encode())
    assert len(found.symbols) == MOST
    assert found.symbols[0] == ("S2999", 2999.0)


@pytest.mark.parametrize("status", [500, 403, 404, 301])
def test_another_status_is_no_opinion(feigned: FeignedRspamd, status: int) -> None:
    feigned.status = status
    with asking(feigned.url) as rspamd:
        assert follow(rspamd) is None
        assert str(status) in (rspamd.fault or "")


def test_a_huge_answer_is_not_read_to_its_end(feigned: FeignedRspamd) -> None:
    feigned.answer = GOOD + b" " * LIMIT
    with asking(feigned.url) as rspamd:
        assert follow(rspamd) is None
        assert "longer than" in (rspamd.fault or "")
        feigned.more = b" " * 65_536
        assert follow(rspamd) is None


def test_a_slow_answer_is_not_waited_for(feigned: FeignedRspamd) -> None:
    feigned.hold.clear()
    began = time.monotonic()
    with asking(feigned.url) as rspamd:
        assert follow(rspamd) is None
        assert rspamd.fault == "no answer within 1 s"
    assert time.monotonic() - began < SECONDS + 5  # of the promise that every look-up ends by its own deadline


def test_mails_are_asked_about_side_by_side(feigned: FeignedRspamd) -> None:
    feigned.hold.clear()
    parsed: Future[Mail] = Future()
    parsed.set_result(parse(LETTER))
    began = time.monotonic()
    with asking(feigned.url) as rspamd:
        answers = [rspamd.follow(parsed, claimed(number=number)) for number in range(24)]
        assert [answer.result(SECONDS + 10) for answer in answers] == [None] * 24
    assert time.monotonic() - began < 12 * SECONDS  # one behind the other they would need 24


def test_one_that_is_gone_is_asked_again_after_a_rest(feigned: FeignedRspamd) -> None:
    clock = Clock()
    with asking("http://127.0.0.1:1", Breaker(clock, pause=60.0)) as rspamd:
        assert [follow(rspamd, number=number) for number in range(FAILURES)] == [None] * FAILURES
        rspamd._settings = RspamdSection(url=feigned.url, seconds=SECONDS)  # there it is again
        clock.seconds += 59
        assert follow(rspamd, number=98) is None
        assert feigned.asked == []
        assert "127.0.0.1:1" in str(rspamd.fault)
        clock.seconds += 2
        assert follow(rspamd, number=99) == OPINION
        assert rspamd.fault is None
        assert follow(rspamd, number=100) == OPINION


def test_a_mail_that_could_not_be_read_is_not_asked_about(feigned: FeignedRspamd) -> None:
    broken: Future[Mail] = Future()
    gone: Future[Mail] = Future()
    with asking(feigned.url) as rspamd:
        answers = [rspamd.follow(parsed, claimed()) for parsed in (broken, gone)]
        broken.set_exception(Breach("gone"))
        gone.cancel()
        assert [answer.result(5) for answer in answers] == [None, None]
        assert rspamd.fault is None
    assert feigned.asked == []


def test_a_bug_of_ours_leaves_no_mail_waiting(feigned: FeignedRspamd, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("daemon.lookups.rspamd.read_answer", fail)
    with asking(feigned.url) as rspamd:
        assert follow(rspamd) is None


def test_after_the_end_a_mail_gets_its_answer_at_once_and_so_does_one_that_is_asked_about(
    feigned: FeignedRspamd,
) -> None:
    feigned.hold.clear()
    rspamd = Rspamd(RspamdSection(url=feigned.url, seconds=30))
    parsed: Future[Mail] = Future()
    parsed.set_result(parse(LETTER))
    answer = rspamd.follow(parsed, claimed())
    rspamd.close()
    assert answer.result(5) is None
    assert follow(rspamd) is None


def test_where_nobody_is_asked_there_is_no_opinion_and_one_that_is_late_is_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert no_opinion().result(0) is None
    monkeypatch.setattr("daemon.lookups.rspamd.LATEST", 0.01)
    assert opinion_in_time(Future()) is None


# ---------------------------------------------------------------- where it listens
@pytest.mark.parametrize("url", ["http://localhost:11333/", "https://spam.example/rspamd", "http://[::1]:11333"])
def test_urls_are_read_without_their_last_slash(url: str) -> None:
    assert RspamdSection(url=url).url == url.rstrip("/")


@pytest.mark.parametrize(
    "url",
    ["spam.example", "ftp://spam.example", "http://spam.example", "https://me:pw@spam.example", "https://a b.example"],
)
def test_what_is_no_url_or_would_show_mail_to_the_network_is_refused(url: str) -> None:
    with pytest.raises(ValueError):
        RspamdSection(url=url)


# ---------------------------------------------------------------- in the daemon
@pytest.mark.dovecot
def test_mail_flows_on_without_it_and_status_says_so_until_it_answers(
    house: House, dovecot: Dovecot, feigned: FeignedRspamd
) -> None:
    feigned.status = 500
    account = dovecot.account()
    house.configure(house.mailbox(account), more=f'[rspamd]\nurl = "{feigned.url}"\nseconds = 2')
    house.start()
    said = house.run("status")
    assert (said.returncode, "rspamd: answers" in said.stdout) == (0, True)
    account.deliver(a_mail())
    house.until_done(1)
    said = house.run("status")
    assert said.returncode == 1
    assert "rspamd: it answered with status 500" in said.stdout
    feigned.status = 200
    account.deliver(a_mail())
    house.until_done(2)
    assert house.status()["rspamd"] == {"fault": None}
    assert [row["outcome"] for row in house.arrivals()] == ["ticketed", "ticketed"]
    assert len(feigned.asked) == 2
    assert house.stop() == 0


@pytest.mark.dovecot
def test_nobody_is_asked_unless_the_configuration_says_so(house: House, dovecot: Dovecot) -> None:
    house.configure(house.mailbox(dovecot.account()))
    house.start()
    assert house.status()["rspamd"] is None
    assert "rspamd" not in house.run("status").stdout
