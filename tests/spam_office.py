"""An office whose filters are set by rules of the test's own, and what they decided and were taught there."""

from pathlib import Path

from daemon.sandbox import Limits, Sandbox
from daemon.sifting.learning import Study
from filters.learning.learner import Learner
from store import ledger, lessons, verdicts
from store.engine import Store
from tests.notice_team import open_team
from tests.office import Office
from tickets.model import Outcome

STRANGER = "eve@offers.example"
RULES = """
[[rules]]
name = "PILLS"
reason = "it offers pills"
decide = "spam"
when = { text = '(?i)pills' }
[[rules]]
name = "BILLING"
reason = "it is about an invoice"
tags = ["billing"]
priority = "high"
team = "accounting"
when = { text = 'invoice' }
[[rules]]
name = "ROBOT"
reason = "our monitoring wrote it"
automatic = "monitoring"
when = { text = 'disk is full' }
[[rules]]
name = "SEARCH"
reason = "the search is down"
call = "product:search"
when = { text = 'search is down' }
[[rules]]
name = "GREETING"
reason = "it greets us in our own way"
decide = "genuine"
when = { text = 'dear acme' }
"""
OWNER = "sue@acme-team.example"
MORE = """
[filters]
rules = "rules.toml"
keep_days = 30
[calls]
product = {{ search = "{owner}" }}
"""


def open_filtered(store: Store, folder: Path, rules: str = RULES) -> Office:
    """The team's office with these rules."""
    (folder / "rules.toml").write_text(rules, "utf-8")
    return open_team(store, folder, more=MORE.format(owner=OWNER))


def learned(office: Office) -> Learner:
    """What the office has learned of all lessons; read it, and change nothing."""
    sandbox = Sandbox(1, Limits())
    study = Study(office.desk.store, office.desk.life.mind, sandbox, lambda _: None)
    try:
        while study.take_up():
            pass
    finally:
        sandbox.close()
    return office.write(office.desk.life.mind.copy)[1]


def taught(office: Office) -> list[tuple[int, bool, str]]:
    """Arrival, whether it is spam, and by what that was taught; in order."""
    with office.desk.store.read() as session:
        return [(each.arrival, each.spam, each.by) for each in lessons.after(session, 0, 100)]


def decided(office: Office, arrival: int) -> str | None:
    """What the filters decided about an arrival."""
    with office.desk.store.read() as session:
        found = verdicts.verdict(session, arrival)
    return found.decision if found is not None else None


def outcome(office: Office, arrival: int) -> tuple[Outcome | None, str | None]:
    """What became of an arrival, and why it lies in quarantine."""
    row = office.arrival(arrival)
    return row.outcome, row.reason


def adds_up(office: Office) -> bool:
    """Whether the books do."""
    with office.desk.store.read() as session:
        return ledger.ledger(session).adds_up
