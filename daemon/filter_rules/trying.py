"""Tries cases: what the filters make of each mail by some rules, and what of that was not expected."""

from collections.abc import Iterator
from dataclasses import dataclass

from daemon import clock
from daemon.filter_rules.case_sections import ExpectSection
from daemon.filter_rules.cases import Case
from filters import Evidence, Facts
from filters.verdict import Rules, Verdict, judge
from mail.model import Level, Mail, Proof
from mail.parse import parse
from tickets.directory import Directory, Role


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of a case; it is good where nothing is wrong."""

    case: Case
    verdict: Verdict
    wrong: tuple[str, ...]


def try_case(case: Case, rules: Rules, directory: Directory) -> Tried:
    """Judge the mail of a case and compare. The mail is the admin's own, and is read in this process."""
    mail, written = parse(case.raw), case.written
    evidence = Evidence(
        mail=mail,
        proof=Proof(Level(written.proof), "the case says so"),
        mailbox=written.mailbox or directory.mailboxes[0].address,
        received_at=mail.date or clock.now(),
        size=len(case.raw),
        facts=_facts(case, mail, directory),
        learned=written.learned,
    )
    verdict = judge(evidence, rules)
    return Tried(case, verdict, tuple(_compare(written.expect, verdict)))


def _facts(case: Case, mail: Mail, directory: Directory) -> Facts:
    sender = mail.sender.address if mail.sender is not None else ""
    account, written = directory.account_of(sender), case.written
    return Facts(
        is_ours=directory.role_of(sender) is not Role.CUSTOMER,
        own_domains=directory.own_domains(),
        account=(written.account or None) if written.account is not None else account.name if account else None,
        tickets=written.tickets,
        answers_token=written.answers_us,
    )


def _compare(expect: ExpectSection, verdict: Verdict) -> Iterator[str]:
    if expect.decision is not None and expect.decision != verdict.decision.value:
        yield f"it is {verdict.decision.value}, not {expect.decision}"
    if expect.protected is not None and expect.protected != (verdict.protected is not None):
        yield f"it is {'' if verdict.protected else 'not '}protected"
    found = {symbol.name for symbol in verdict.symbols}
    yield from (f"{name} was not found" for name in expect.symbols if name not in found)
    yield from (f"{name} was found" for name in expect.without if name in found)
    if expect.score.least is not None and verdict.score < expect.score.least:
        yield f"its score is {verdict.score:.2f}, below {expect.score.least:g}"
    if expect.score.most is not None and verdict.score > expect.score.most:
        yield f"its score is {verdict.score:.2f}, above {expect.score.most:g}"
    ways = verdict.ways
    if expect.tags is not None and sorted(expect.tags) != sorted(ways.tags):
        yield f"its tags are {', '.join(ways.tags) or 'none'}, not {', '.join(expect.tags) or 'none'}"
    for key in ("priority", "team", "call", "automatic"):
        wanted, got = getattr(expect, key), getattr(ways, key)
        if wanted is not None and wanted != (got or ""):
            yield f"{key} is {got or 'nothing'}, not {wanted or 'nothing'}"
