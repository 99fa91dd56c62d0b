"""Asks rspamd for its opinion of the mails ahead of the intake, side by side; without an answer mail flows on."""

import asyncio
import threading
from concurrent.futures import CancelledError, Future

import aiohttp
import structlog

from daemon import clock
from daemon.config.filter_sections import RspamdSection
from daemon.config.secret import SecretFault
from daemon.lookups.breaker import Breaker
from daemon.lookups.rspamd_answer import LIMIT, Nonsense, read_answer
from filters import Opinion
from mail.model import Mail
from mail.names import one_line
from store.journal import Claimed

LATEST = 35.0  # seconds: the longest time that may be set, and some
REST = 60.0  # seconds between two trials while it does not answer: each may hold up mail for as long as it may take
SIDE_BY_SIDE = 24  # as many as the intake has ahead
_START_SECONDS, _END_SECONDS = 10.0, 2.0
_FAULTS = (aiohttp.ClientError, OSError, TimeoutError, SecretFault, Nonsense)

log = structlog.get_logger("rspamd")


class Rspamd:
    """One rspamd; its HTTP client lives on a loop in a thread of its own. `fault`: why the last mail got no opinion."""

    def __init__(self, settings: RspamdSection, breaker: Breaker | None = None) -> None:
        self._settings = settings
        self._breaker = breaker or Breaker(clock.monotonic, pause=REST)
        self._loop = asyncio.new_event_loop()
        self._stopping = asyncio.Event()
        self._lives = threading.Event()
        self._thread = threading.Thread(target=self._live, name="rspamd", daemon=True)
        self.fault: str | None = None
        self._thread.start()
        self._lives.wait(_START_SECONDS)

    def follow(self, parsed: "Future[Mail]", claimed: Claimed) -> "Future[Opinion | None]":
        """Begin as soon as the mail is parsed; the answer comes within the time set from then on, no exception."""
        answer: Future[Opinion | None] = Future()

        def begin(done: "Future[Mail]") -> None:
            if done.cancelled() or done.exception() is not None or not self._breaker.allows():
                answer.set_result(None)
                return
            asking = self._work(claimed, done.result().return_path, answer)
            try:
                asyncio.run_coroutine_threadsafe(asking, self._loop)
            except RuntimeError:  # closed meanwhile
                asking.close()
                answer.set_result(None)

        parsed.add_done_callback(begin)
        return answer

    def close(self) -> None:
        """End; what is asked just now has no answer."""
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join(_END_SECONDS)

    def _live(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        async with aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=SIDE_BY_SIDE),
            timeout=aiohttp.ClientTimeout(total=self._settings.seconds),
            headers={"User-Agent": "helpdeskd", "Accept-Encoding": "identity"},
            auto_decompress=False,
        ) as self._session:
            self._lives.set()
            await self._stopping.wait()

    async def _work(self, claimed: Claimed, return_path: str | None, answer: "Future[Opinion | None]") -> None:
        opinion = None
        try:
            opinion = read_answer(await self._ask(claimed, return_path))
            self._succeed()
        except _FAULTS as fault:
            self._fail(claimed, fault)
        except Exception:  # the top of this worker
            log.exception("rspamd could not be asked by a bug of ours", arrival=claimed.id)
        finally:
            answer.set_result(opinion)

    async def _ask(self, claimed: Claimed, return_path: str | None) -> bytes:
        """Its answer, not yet read. Raises one of _FAULTS."""
        url = f"{self._settings.url}/checkv2"
        headers = self._tell(claimed, return_path)
        async with self._session.post(url, data=claimed.raw, headers=headers, allow_redirects=False) as response:
            if response.status != 200:
                raise Nonsense(f"it answered with status {response.status}")
            answer = bytearray()
            async for piece in response.content.iter_any():
                answer += piece
                if len(answer) > LIMIT:
                    raise Nonsense(f"its answer is longer than {LIMIT} bytes")
            return bytes(answer)

    def _tell(self, claimed: Claimed, return_path: str | None) -> dict[str, str]:
        """What we know for certain beside the mail; who handed it to our server rspamd reads from Received itself."""
        headers = {"Queue-Id": str(claimed.id), "Rcpt": claimed.mailbox, "Content-Type": "message/rfc822"}
        if return_path is not None and return_path.isascii() and return_path.isprintable():
            headers["From"] = f"<{return_path}>"
        if self._settings.password is not None:
            headers["Password"] = self._settings.password()
        return headers

    def _succeed(self) -> None:
        self._breaker.answered()
        if self.fault is not None:
            log.info("rspamd answers again")
        self.fault = None

    def _fail(self, claimed: Claimed, fault: Exception) -> None:
        self._breaker.failed(str(claimed.id))
        if isinstance(fault, TimeoutError):
            why = f"no answer within {self._settings.seconds:g} s"
        else:
            why = one_line(str(fault), 200) or type(fault).__name__
        if self.fault is None:
            log.warning("rspamd gives no opinion; mail flows on without it", why=why)
        self.fault = why


def no_opinion() -> "Future[Opinion | None]":
    """The answer for a mail of which nobody is asked."""
    answer: Future[Opinion | None] = Future()
    answer.set_result(None)
    return answer


def opinion_in_time(answer: "Future[Opinion | None]") -> Opinion | None:
    """What was said; one that is late in spite of all deadlines is not waited for."""
    try:
        return answer.result(LATEST)
    except (TimeoutError, CancelledError):
        return None
