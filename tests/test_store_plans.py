"""The cost of a mail does not grow: among 100,000 tickets every hot statement finds its rows by an index."""

import importlib
import pkgutil
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, bindparam, event, select

import store as room
from store.engine import Session, Store, open_store
from store.hot import HOT, Hot
from store.schema.columns import Utc
from store.schema.conversations import TICKETS
from tests.store_samples import NOW

for module in pkgutil.iter_modules(room.__path__, "store."):
    importlib.import_module(module.name)

MANY = 100_000
# Read in order from one end and left off after a few rows: a scan of these is no scan of the table.
IN_ORDER = {"tickets.list"}  # by its primary key, from the highest number down, as many as were asked for
ENDS = {
    "ix_unconfirmed_untold",
    "ix_arrivals_in_work",
    "ix_arrivals_quarantined",
    "ix_outbox_held",
    "ix_slack_threads_stale",
}
MADE_UP = {"chosen", "few", "CONSTANT"}  # rows that the statement itself has just chosen
SETTLED = timedelta(days=400)

# One row for each number i up to MANY; of arrivals and outbox rows one in a thousand is still in work.
ROWS = {
    "persons": "i, 'n', :old",
    "identities": "i, i, 'mail', 'c' || i || '@d' || (i % 5000) || '.example', NULL, NULL",
    "tickets": """i, 'closed', 's', 'm', :old, :old, i, NULL, 'en', NULL, NULL, false, NULL, 'r' || i, NULL, NULL,
        CASE WHEN i % 9 = 0 THEN i - 1 END,
        i % 2 = 0, 'normal', NULL, NULL, CASE WHEN i % 500 = 0 THEN CAST(:old AS {time}) END,
        NULL, NULL, 0, false""",
    "participants": "i, i % 99 + 1",
    "arrivals": """i, 'mail', 'support@us.example', 1, i, 9, NULL, :old, :old, 1, NULL, false,
        CASE WHEN i % 1000 = 0 THEN NULL WHEN i % 1000 = 1 THEN 'quarantined' ELSE 'ticketed' END,
        CASE WHEN i % 1000 = 1 THEN 'spam' END, '', i, :old,
        CASE WHEN i % 1000 > 1 THEN CAST(:old AS {time}) END, '<m' || i || '@x>', 'f' || i, 's', 's', false""",
    "slack_threads": "i, 'C' || (i % 50), i || '.1', '{{}}', '', false, :old",
    "slack_channels": "'C' || i, NULL, :old",
    "slack_events": "'Ev' || i, :old",
    "proven_ids": "'h' || i, 'f' || i",
    "raw": "i, CAST('x' AS {bytes})",
    "messages": "i, i, 'customer', i, 'proven', i, :old, '<m' || i || '@x>', 's', 't', 'r', 'c' || i",
    "named": "'<p' || i || '@x>', i, i",
    "attachments": "i, 0, '2', 'n', 't', 1, 'h', false, NULL, false",
    "events": "i, i, :old, 'Noted', '{{}}', i, NULL, 'proven', i, NULL",
    "account_facts": "'a' || i, 'version', '1', :old",
    "outbox": """i, 'ack:ticket:' || i, 'mail', 'acknowledgement', 3, 'r', 'c' || i || '@d' || (i % 5000) || '.example',
        'd' || (i % 5000) || '.example', NULL, '<o' || i || '@us.example>', i, i % 2 = 0, :old, :old, :old,
        CASE WHEN i % 1000 = 0 THEN 'pending' WHEN i % 1000 = 1 THEN 'held' ELSE 'sent' END, NULL, NULL, 1, :old, 0,
        NULL, NULL""",
    "payloads": "i, CAST('x' AS {bytes})",
    "settings": "'name' || i, 'v'",
    "verdicts": "i, 0.5, 'genuine', '[]', 'r', '', :old",
    "lessons": "i, i, 'support@us.example', i % 2 = 0, 'answer', 'a', :old",
    "learned": "'l' || i, i, CAST('x' AS {bytes}), :old",
    "listed": "'d' || i || '.example', 'block', 'a', :old",
    "quarantine_digests": "i, 'a' || (i % 50) || '@us.example', 'support@us.example', '[]', :old",
    "releases": "i, i, 'support@us.example', 'spam', :old, :old, 'a'",
    "calls": """i, i, 'ce', NULL, i, 'Ann', 'r', 't', 1, :old,
        CASE WHEN i % 1000 = 0 THEN CAST(:old AS {time}) END, NULL, NULL""",
    "unconfirmed": """i, 'a' || (i % 50) || '@us.example', '{{}}', :old,
        CASE WHEN i % 1000 > 0 THEN CAST(:old AS {time}) END""",
    "surveys": "i, i, :old, 'm', i % 50 + 1, 'a' || (i % 99), i % 5 + 1, 'c', 'web', :old, :old",
    "opt_outs": "i, :old, 'mail'",
    "waiting_notices": "i, 'w' || i, 'a' || (i % 50) || '@us.example', i, 'new', 'Ann', 's', :old, :old",
}


def fill(connection: Connection) -> None:
    is_sqlite = connection.dialect.name == "sqlite"
    types = {"bytes": "BLOB", "time": "TEXT"} if is_sqlite else {"bytes": "BYTEA", "time": "TIMESTAMPTZ"}
    old = f"'{NOW - SETTLED:%Y-%m-%d %H:%M:%S.%f}'"
    counting = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {MANY})"
    if not is_sqlite:
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")  # no look-up for each foreign key
    for table, columns in ROWS.items():
        values = columns.format(**types).replace(":old", old if is_sqlite else f"TIMESTAMPTZ {old}")
        values = values if is_sqlite else values.replace("%", "%%")
        connection.exec_driver_sql(f"INSERT INTO {table} {counting} SELECT {values} FROM n")
    connection.exec_driver_sql("ANALYZE")


def parameters(hot: Hot, connection: Connection) -> dict[str, Any]:
    """The example of a statement, with a moment for each time and nothing for what the example leaves out."""
    statement: Any = hot.statement
    given = {}
    for name, bound in statement.compile(dialect=connection.dialect).binds.items():
        if name in hot.example:
            given[name] = hot.example[name]
        elif bound.required:
            given[name] = NOW if isinstance(bound.type, Utc) else None
    return given


class Caught(Exception):
    """The text and parameters of a statement just before it would run."""


def catch(*about: Any) -> None:
    """For SQLAlchemy's event before a cursor executes."""
    raise Caught(about[2], about[3])


def explain(connection: Connection, hot: Hot) -> str:
    """The plan of a hot statement, as the database says it."""
    event.listen(connection, "before_cursor_execute", catch)
    try:
        connection.execute(hot.statement, parameters(hot, connection))
    except Caught as caught:
        text, values = caught.args
    finally:
        event.remove(connection, "before_cursor_execute", catch)
    word = "EXPLAIN QUERY PLAN" if connection.dialect.name == "sqlite" else "EXPLAIN"
    cursor = connection.connection.cursor()
    cursor.execute(f"{word} {text}", values)
    return "\n".join(str(row[-1]) for row in cursor.fetchall())


def scans(plan: str) -> list[str]:
    """What a plan reads from one end to the other: whole tables, or indexes that are not made to be read so."""
    found = []
    for line in plan.splitlines():
        whole = re.match(r"\s*SCAN (\S+)(?: USING (?:COVERING )?INDEX (\S+))?", line)
        if whole and (whole[2] or whole[1]) not in ENDS and whole[1] not in MADE_UP:
            found.append(line)
        if "Seq Scan on" in line:
            found.append(line)
    return found


def test_every_hot_statement_finds_its_rows_by_an_index_among_100_000(store: Store) -> None:
    def plans(session: Session) -> dict[str, str]:
        fill(session.connection())
        return {name: explain(session.connection(), hot) for name, hot in HOT.items()}

    found = store.write(plans).result(150.0)
    assert len(found) > 25
    assert all(found.values())
    assert {name: plan for name, plan in found.items() if scans(plan) and name not in IN_ORDER} == {}


def test_a_statement_without_an_index_is_noticed(tmp_path: Path) -> None:
    opened = open_store(f"sqlite:///{tmp_path}/a.sqlite", tmp_path / "state")
    slow = Hot(select(TICKETS.c.number).where(TICKETS.c.subject == bindparam("subject")), {"subject": "s"})
    assert scans(opened.write(lambda s: explain(s.connection(), slow)).result()) == ["SCAN tickets"]
    assert opened.close(30.0)
