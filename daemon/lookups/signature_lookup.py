"""Looks up the keys of the mails ahead of the intake, side by side, and checks their signatures with them."""

from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from datetime import datetime

import structlog

from daemon import clock
from daemon.config.sections import ProofSection
from daemon.lookups.dkim_keys import DkimKeys
from daemon.lookups.resolver import make_resolver
from mail.model import Mail
from mail.proof import asks_signature, prove
from mail.signature_check import check_signatures
from mail.signatures import Claims, Signed, find_signatures

SECONDS = 3.0  # for all keys of one mail
SIDE_BY_SIDE = 24  # as many as the intake has ahead
_UNREAD = Signed(why="it could not be read")
_OFF = Signed(why="signatures are not looked at ([proof] dkim is off)")
_NEEDLESS = Signed(why="nobody needs its signature")
_FAULT = Signed(why="its signature could not be checked by a fault of ours")

log = structlog.get_logger("lookups")


class SignatureLookup:
    """Gives what `mail.proof.prove` wants to know of the signatures of each mail."""

    def __init__(self, settings: ProofSection, is_ours: Callable[[str], bool], keys: DkimKeys | None = None) -> None:
        self._settings, self._is_ours = settings, is_ours
        self._keys = keys or DkimKeys(make_resolver(settings.servers), clock.monotonic)
        self._pool = ThreadPoolExecutor(SIDE_BY_SIDE, thread_name_prefix="dkim")

    def follow(self, parsed: "Future[Mail]", raw: bytes, received_at: datetime) -> "Future[Signed]":
        """Begin as soon as the mail is parsed; the answer comes within SECONDS from then on and is no exception."""
        answer: Future[Signed] = Future()

        def begin(done: "Future[Mail]") -> None:
            try:
                self._begin(done, raw, received_at, answer)
            except Exception:  # the top of this callback: whoever waits for the answer must get one
                log.exception("a signature could not be looked up by a bug of ours")
                answer.set_result(_FAULT)

        parsed.add_done_callback(begin)
        return answer

    def close(self) -> None:
        """End without waiting; what is asked just now ends by its own deadline."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _begin(self, parsed: "Future[Mail]", raw: bytes, received_at: datetime, answer: "Future[Signed]") -> None:
        if parsed.cancelled() or parsed.exception() is not None:
            answer.set_result(_UNREAD)
            return
        mail = parsed.result()
        if not self._settings.dkim:
            answer.set_result(_OFF)
            return
        claims = find_signatures(mail, received_at, self._is_ours, self._settings.signature_age)
        if not claims.signatures:
            answer.set_result(Signed(why=claims.why))
            return
        if not asks_signature(prove(mail, self._settings)):
            answer.set_result(_NEEDLESS)
            return
        try:
            self._pool.submit(self._work, raw, claims, answer)
        except RuntimeError:  # closed meanwhile
            answer.set_result(Signed(why="we were ending", passing=True))

    def _work(self, raw: bytes, claims: Claims, answer: "Future[Signed]") -> None:
        signed = _FAULT
        try:
            until = clock.monotonic() + SECONDS
            names = dict.fromkeys(signature.key_name for signature in claims.signatures)
            signed = check_signatures(raw, claims, {name: self._keys.ask(name, until) for name in names})
        except Exception:  # the top of this worker
            log.exception("a signature could not be checked by a bug of ours")
        finally:
            answer.set_result(signed)


def not_asked(why: str) -> "Future[Signed]":
    """The answer for a mail whose keys are not asked for."""
    answer: Future[Signed] = Future()
    answer.set_result(Signed(why=why))
    return answer


def signed_in_time(answer: "Future[Signed]") -> Signed:
    """What was found out; one that is late in spite of all deadlines is not waited for."""
    try:
        return answer.result(SECONDS)
    except (TimeoutError, CancelledError):
        return Signed(why="its signature could not be checked in time", passing=True)
