"""One mail judged to be explained: an arrival as it came then, any other as if it came now. Nothing is written."""

from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime

from daemon.desk import Desk
from daemon.lookups.rspamd import Rspamd, no_opinion, opinion_in_time
from daemon.lookups.signature_lookup import SignatureLookup, signed_in_time
from daemon.sandbox import Breach, Limits, Reading, Sandbox
from daemon.sifting import judging
from daemon.sifting.judging import Studied, Subject
from daemon.sifting.recalling import Kept, recall
from filters import Evidence
from filters.explanation import Explanation, explain
from mail.automatic import without_list
from mail.model import Mail
from mail.parse import read_headers_only
from mail.proof import prove
from store import journal, ledger, listed, verdicts
from store.verdicts import Judged

_LISTED = 100_000


@dataclass(frozen=True, slots=True)
class Explained:
    """An explanation by the rules that run, and what was decided at the time, where anything was."""

    explanation: Explanation
    mailbox: str
    then: Judged | None = None
    as_it_came: bool = False  # in the circumstances of that time


def explain_arrival(desk: Desk, number: int, now: datetime) -> Explained:
    """Raises LookupError where there is no such arrival, or its bytes are not kept any more."""
    with desk.store.read() as session:
        row = ledger.arrival(session, number)
        raw, then = ledger.raw(session, number), verdicts.verdict(session, number)
    assert row is not None, "an arrival with bytes is on record"
    kept = Kept(row.mailbox, row.received_at, row.size, then.circumstances if then is not None else "")
    claimed = _claim(raw, row.mailbox, row.received_at)
    return _explain(desk, claimed, kept, then, now)


def explain_mail(desk: Desk, raw: bytes, mailbox: str, now: datetime) -> Explained:
    """A mail as if it came to this mailbox now."""
    return _explain(desk, _claim(raw, mailbox, now), None, None, now)


def _claim(raw: bytes, mailbox: str, received_at: datetime) -> journal.Claimed:
    return journal.Claimed(0, mailbox, received_at, 1, raw, None, released=False, uid=None, uidvalidity=None)


def _explain(desk: Desk, claimed: journal.Claimed, kept: Kept | None, then: Judged | None, now: datetime) -> Explained:
    sandbox = Sandbox(1, Limits())
    try:
        reading = sandbox.submit(claimed.raw)
        mail = _read(claimed.raw, reading)
    finally:
        sandbox.close()
    past = recall(mail, kept, desk.directory) if kept is not None else None
    evidence = past or _gather(desk, claimed, mail, now)
    mind = desk.life.mind
    reasons = desk.store.write(lambda session: mind.explain(session, mail, claimed.mailbox)).result()
    with desk.store.read() as session:
        rules = judging.add_listed(desk.rules(), listed.entries(session, _LISTED))
    return Explained(explain(evidence, rules, reasons), claimed.mailbox, then, past is not None)


def _read(raw: bytes, reading: Reading) -> Mail:
    try:
        return reading.result()
    except Breach as breach:
        return read_headers_only(raw, f"its reader went down: {breach}")


def _gather(desk: Desk, claimed: journal.Claimed, mail: Mail, now: datetime) -> Evidence:
    """As the intake does it, look-ups included."""
    parsed: Future[Mail] = Future()
    parsed.set_result(mail)
    lookup = SignatureLookup(desk.config.proof, desk.directory.is_own)
    rspamd = Rspamd(desk.config.rspamd) if desk.config.rspamd.url is not None else None
    try:
        signing = lookup.follow(parsed, claimed.raw, claimed.received_at)
        opinion = opinion_in_time(rspamd.follow(parsed, claimed) if rspamd is not None else no_opinion())
        signed = signed_in_time(signing)
    finally:
        lookup.close()
        if rspamd is not None:
            rspamd.close()
    shown = without_list(mail, desk.directory.own_lists)
    subject = Subject(claimed, shown, prove(shown, desk.config.proof, signed), Studied(opinion=opinion))
    return desk.store.write(lambda session: judging.gather(session, desk, subject, now)).result()
