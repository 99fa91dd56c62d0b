"""The keys of signatures, asked once however many mails want them, and remembered for as long as their domain says."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass

from daemon.lookups.breaker import Breaker
from daemon.lookups.resolver import Resolve, TextRecords, Unanswered
from mail.signature_check import KeyAnswer

MOST = 4096  # names that are remembered
SHORTEST, LONGEST = 60.0, 3600.0  # seconds for which an answer is remembered, whatever its domain says
SILENT = 15.0  # seconds for which a domain that did not answer is not asked again


@dataclass(frozen=True, slots=True)
class _Known:
    answer: KeyAnswer
    until: float


class DkimKeys:
    """Used by many threads; `monotonic` counts seconds."""

    def __init__(self, resolve: Resolve, monotonic: Callable[[], float]) -> None:
        self._resolve, self._monotonic = resolve, monotonic
        self._breaker = Breaker(monotonic)
        self._lock = threading.Lock()
        self._known: OrderedDict[str, _Known] = OrderedDict()
        self._silent: OrderedDict[str, _Known] = OrderedDict()  # by domain
        self._flights: dict[str, Future[KeyAnswer]] = {}

    def ask(self, name: str, until: float) -> KeyAnswer:
        """What DNS says under this name, by this moment of `monotonic`; never raises."""
        domain = name.partition("._domainkey.")[2]
        with self._lock:
            known = self._remembered(name, domain)
            if known is not None:
                return known
            flight = self._flights.get(name)
            mine = flight is None
            if flight is None:
                flight = self._flights[name] = Future()
        if mine:
            self._fly(name, domain, until, flight)
        try:
            return flight.result(max(0.0, until - self._monotonic()))
        except TimeoutError:
            return KeyAnswer(None, "no answer in time")

    def _remembered(self, name: str, domain: str) -> KeyAnswer | None:
        now = self._monotonic()
        for book, key in ((self._known, name), (self._silent, domain)):
            if key in book and book[key].until > now:
                return book[key].answer
        return None

    def _fly(self, name: str, domain: str, until: float, flight: "Future[KeyAnswer]") -> None:
        """Ask, and let all who wait for this name know."""
        answer, seconds = KeyAnswer(None, "a fault of ours"), SILENT
        try:
            answer, seconds = self._ask_outside(name, domain, until)
        finally:
            with self._lock:
                if answer.unanswered is None:
                    self._remember(self._known, name, answer, seconds)
                else:
                    self._remember(self._silent, domain, answer, seconds)
                del self._flights[name]
            flight.set_result(answer)

    def _ask_outside(self, name: str, domain: str, until: float) -> tuple[KeyAnswer, float]:
        if not self._breaker.allows():
            return KeyAnswer(None, "DNS does not answer at all"), 0.0
        try:
            found = self._resolve(name, max(0.1, until - self._monotonic()))
        except Unanswered as silence:
            self._breaker.failed(domain)
            return KeyAnswer(None, str(silence)), SILENT
        self._breaker.answered()
        return KeyAnswer(_choose(found)), min(max(found.seconds or 0.0, SHORTEST), LONGEST)

    def _remember(self, book: "OrderedDict[str, _Known]", key: str, answer: KeyAnswer, seconds: float) -> None:
        book[key] = _Known(answer, self._monotonic() + seconds)
        book.move_to_end(key)
        while len(book) > MOST:
            book.popitem(last=False)


def _choose(found: TextRecords) -> str | None:
    """The one record that is a key; where several are, nobody can say which (RFC 6376 §3.6.2.2)."""
    keys = [record for record in found.records if "p=" in record]
    return keys[0] if len(keys) == 1 else None
