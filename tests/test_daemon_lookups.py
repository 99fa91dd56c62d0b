"""Keys are asked over real DNS: with a deadline, once however many want them, and never twice where nobody answers."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from daemon.config.sections import ProofSection
from daemon.lookups.breaker import Breaker
from daemon.lookups.dkim_keys import LONGEST, SHORTEST, SILENT, DkimKeys
from daemon.lookups.resolver import TextRecords, Unanswered, make_resolver
from daemon.lookups.signature_lookup import SECONDS, SignatureLookup
from daemon.sandbox import Breach
from mail.model import Mail
from mail.parse import parse
from mail.signature_check import KeyAnswer
from mail.signatures import Signed
from tests.mail_signing import KEY_NAME, OURS, RECEIVED, key_pair, letter, put_before, sign
from tests.servers import nameserver as faulty
from tests.servers.nameserver import Nameserver

LONG = "v=DKIM1; n=" + "x" * 900 + "; p=" + key_pair().public


def ask(server: Nameserver, name: str, seconds: float = 3.0) -> TextRecords:
    return make_resolver([("127.0.0.1", server.port)])(name, seconds)


def test_a_text_record_is_read_whole(nameserver: Nameserver) -> None:
    nameserver.texts["a.example"] = ["x" * 300]
    assert ask(nameserver, "a.example") == TextRecords(("x" * 300,), 300.0)


def test_what_is_too_long_for_a_datagram_comes_over_tcp(nameserver: Nameserver) -> None:
    nameserver.texts["a.example"] = [LONG]
    assert ask(nameserver, "a.example").records == (LONG,)
    assert len(nameserver.asked) == 2


def test_an_alias_is_followed(nameserver: Nameserver) -> None:
    nameserver.texts["key.host.example"] = ["here"]
    nameserver.aliases["a.example"] = "key.host.example"
    assert ask(nameserver, "a.example").records == ("here",)


def test_a_name_that_is_not_there_and_one_without_text_are_answers(nameserver: Nameserver) -> None:
    nameserver.texts["empty.example"] = []
    assert ask(nameserver, "none.example").records == ()
    assert ask(nameserver, "empty.example").records == ()


@pytest.mark.parametrize("fault", [faulty.SERVFAIL, faulty.SILENT, faulty.GARBAGE])
def test_a_server_that_says_nothing_leaves_it_open(nameserver: Nameserver, fault: str) -> None:
    nameserver.faults["a.example"] = fault
    with pytest.raises(Unanswered) as caught:
        ask(nameserver, "a.example", 0.5)
    assert str(caught.value)


@pytest.mark.parametrize("name", ["a" * 70 + ".example", ".".join(["a"] * 200), "a..b"])
def test_a_name_that_is_none_leaves_it_open_too(nameserver: Nameserver, name: str) -> None:
    with pytest.raises(Unanswered):
        ask(nameserver, name, 0.5)


def test_a_machine_without_nameservers_leaves_it_open(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError("no such file")

    monkeypatch.setattr("dns.resolver.Resolver", fail)
    with pytest.raises(Unanswered, match="no such file"):
        make_resolver()("a.example", 0.5)


# ---------------------------------------------------------------- what is remembered
@dataclass
class Clock:
    seconds: float = 1000.0

    def __call__(self) -> float:
        return self.seconds


@dataclass
class Oracle:
    """A resolver that counts, and says what it was told to."""

    says: TextRecords | str  # a text is the reason of its silence
    asked: int = 0

    def __call__(self, name: str, seconds: float) -> TextRecords:
        assert name
        assert seconds > 0
        self.asked += 1
        if isinstance(self.says, str):
            raise Unanswered(self.says)
        return self.says


def asked_after(oracle: Oracle, seconds: float) -> int:
    clock = Clock()
    keys = DkimKeys(oracle, clock)
    keys.ask("s._domainkey.a.example", clock() + 3)
    clock.seconds += seconds
    keys.ask("s._domainkey.a.example", clock() + 3)
    return oracle.asked


@pytest.mark.parametrize(
    ("says", "seconds"),
    [
        (TextRecords(("p=x",), 600.0), 600.0),
        (TextRecords(("p=x",), 1.0), SHORTEST),
        (TextRecords(("p=x",), 86_400.0), LONGEST),
        (TextRecords((), None), SHORTEST),
        ("no answer", SILENT),
    ],
)
def test_an_answer_is_remembered_for_as_long_as_its_domain_says_within_bounds(
    says: TextRecords | str, seconds: float
) -> None:
    assert asked_after(Oracle(says), seconds - 1) == 1
    assert asked_after(Oracle(says), seconds + 1) == 2


@pytest.mark.parametrize(
    ("records", "key"),
    [
        (("v=DKIM1; p=x",), "v=DKIM1; p=x"),
        (("v=spf1 -all", "p=x"), "p=x"),
        (("p=x", "p=y"), None),
        ((), None),
    ],
)
def test_the_one_record_that_is_a_key_counts(records: tuple[str, ...], key: str | None) -> None:
    clock = Clock()
    assert DkimKeys(Oracle(TextRecords(records, 60.0)), clock).ask("s._domainkey.a.example", 2000) == KeyAnswer(key)


def test_a_domain_that_is_silent_is_not_asked_for_its_next_name() -> None:
    clock, oracle = Clock(), Oracle("no answer")
    keys = DkimKeys(oracle, clock)
    for number in range(10):
        assert keys.ask(f"s{number}._domainkey.a.example", clock() + 3).unanswered == "no answer"
    assert oracle.asked == 1


def test_when_nobody_answers_at_all_dns_is_tried_only_now_and_then() -> None:
    clock, oracle = Clock(), Oracle("no answer")
    keys = DkimKeys(oracle, clock)
    for number in range(50):
        assert keys.ask(f"s._domainkey.a{number}.example", clock() + 3).unanswered
    assert oracle.asked == 5
    oracle.says = TextRecords(("p=x",), 60.0)
    clock.seconds += 6
    assert keys.ask("s._domainkey.b.example", clock() + 3).record == "p=x"
    assert keys.ask("s._domainkey.c.example", clock() + 3).record == "p=x"


def test_one_domain_alone_breaks_nothing() -> None:
    clock = Clock()
    breaker = Breaker(clock)
    for _ in range(100):
        breaker.failed("evil.example")
    assert breaker.allows()


def test_many_who_want_one_key_ask_once() -> None:
    gate = threading.Event()
    asked: list[str] = []

    def slow(name: str, seconds: float) -> TextRecords:
        assert seconds
        asked.append(name)
        gate.wait(5)
        return TextRecords(("p=x",), 60.0)

    keys = DkimKeys(slow, time.monotonic)
    with ThreadPoolExecutor(8) as pool:
        found = [pool.submit(keys.ask, "s._domainkey.a.example", time.monotonic() + 5) for _ in range(8)]
        time.sleep(0.1)
        gate.set()
        assert {each.result().record for each in found} == {"p=x"}
    assert len(asked) == 1


def test_who_waits_for_the_question_of_another_waits_no_longer_than_the_own_deadline() -> None:
    gate = threading.Event()

    def slow(name: str, seconds: float) -> TextRecords:
        assert name
        assert seconds
        gate.wait(5)
        return TextRecords((), None)

    keys = DkimKeys(slow, time.monotonic)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(keys.ask, "s._domainkey.a.example", time.monotonic() + 5)
        time.sleep(0.1)
        assert keys.ask("s._domainkey.a.example", time.monotonic() + 0.1).unanswered == "no answer in time"
        gate.set()
        assert first.result().unanswered is None


def test_a_bug_in_the_resolver_leaves_nobody_waiting() -> None:
    def broken(name: str, seconds: float) -> TextRecords:
        raise ZeroDivisionError(name, seconds)

    keys = DkimKeys(broken, time.monotonic)
    with pytest.raises(ZeroDivisionError):
        keys.ask("s._domainkey.a.example", time.monotonic() + 1)
    assert keys.ask("s._domainkey.a.example", time.monotonic() + 1).unanswered == "a fault of ours"


# ---------------------------------------------------------------- from the mail to the word on it
@pytest.fixture
def lookup(nameserver: Nameserver) -> Iterator[SignatureLookup]:
    nameserver.texts[KEY_NAME] = [key_pair().record]
    made = SignatureLookup(ProofSection(resolvers=(nameserver.address,)), OURS.__contains__)
    yield made
    made.close()


def follow(lookup: SignatureLookup, raw: bytes) -> Signed:
    parsed: Future[Mail] = Future()
    answer = lookup.follow(parsed, raw, RECEIVED)
    assert not answer.done()
    parsed.set_result(parse(raw))
    return answer.result(10)


def test_a_signed_mail_is_proven_over_real_dns(lookup: SignatureLookup) -> None:
    assert follow(lookup, sign(letter())) == Signed(holds=True, why="signed by us.example (DKIM)")


def test_a_mail_whose_key_cannot_be_asked_says_so_in_time(lookup: SignatureLookup, nameserver: Nameserver) -> None:
    nameserver.is_gone = True
    began = time.monotonic()
    signed = follow(lookup, sign(letter()))
    assert (signed.holds, signed.passing) == (False, True)
    assert time.monotonic() - began < SECONDS + 5  # of the promise that every look-up ends by its own deadline


def test_mails_are_looked_up_side_by_side(lookup: SignatureLookup, nameserver: Nameserver) -> None:
    hung = sign(letter("bob@slow.example"), tags={"d": "slow.example"})
    nameserver.faults["s1._domainkey.slow.example"] = faulty.SILENT
    waiting: Future[Mail] = Future()
    late = lookup.follow(waiting, hung, RECEIVED)
    waiting.set_result(parse(hung))
    assert follow(lookup, sign(letter())).holds
    assert not late.done()
    assert late.result(10).passing


@pytest.mark.parametrize("ask", [letter, lambda: sign(letter(to="bob@us.example"))])
def test_nobody_is_asked_where_no_signature_could_prove(
    lookup: SignatureLookup, nameserver: Nameserver, ask: Callable[[], bytes]
) -> None:
    assert not follow(lookup, ask()).holds
    assert nameserver.asked == []


def test_nobody_is_asked_where_the_border_server_has_said_all(nameserver: Nameserver) -> None:
    report = "mx.us.example; dmarc=pass header.from=us.example; spf=pass smtp.mailfrom=us.example"
    raw = put_before(sign(letter()), ("Authentication-Results", report), ("Received", "from a by mx.us.example; Mon"))
    settings = ProofSection(authserv_id="mx.us.example", resolvers=(nameserver.address,))
    lookup = SignatureLookup(settings, OURS.__contains__)
    follow(lookup, raw)
    lookup.close()
    assert nameserver.asked == []


def test_signatures_can_be_left_alone(nameserver: Nameserver) -> None:
    lookup = SignatureLookup(ProofSection(dkim=False, resolvers=(nameserver.address,)), OURS.__contains__)
    assert "dkim is off" in follow(lookup, sign(letter())).why
    lookup.close()


def test_a_mail_that_could_not_be_read_has_an_answer_too(lookup: SignatureLookup) -> None:
    broken: Future[Mail] = Future()
    cancelled: Future[Mail] = Future()
    answers = [lookup.follow(parsed, b"", RECEIVED) for parsed in (broken, cancelled)]
    broken.set_exception(Breach("gone"))
    cancelled.cancel()
    assert not any(answer.result(5).holds for answer in answers)


def test_a_bug_of_ours_leaves_no_mail_waiting(monkeypatch: pytest.MonkeyPatch, lookup: SignatureLookup) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    for where in ("check_signatures", "find_signatures"):
        with monkeypatch.context() as patch:
            patch.setattr(f"daemon.lookups.signature_lookup.{where}", fail)
            assert "fault of ours" in follow(lookup, sign(letter())).why


def test_after_the_end_a_mail_gets_its_answer_at_once(lookup: SignatureLookup) -> None:
    lookup.close()
    assert follow(lookup, sign(letter())).passing
