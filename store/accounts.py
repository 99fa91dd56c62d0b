"""What agents learned of accounts: facts such as version or deployment."""

from datetime import datetime

from sqlalchemy import bindparam, delete, insert, select
from sqlmodel import Session

from store.hot import hot
from store.schema.columns import shorten
from store.schema.conversations import ACCOUNT_FACTS

_F = ACCOUNT_FACTS.c
_ALL = hot(
    "accounts.facts",
    select(_F.name, _F.value).where(_F.account == bindparam("account")).order_by(_F.name),
    account="Globex",
)
_FORGET = hot(
    "accounts.forget",
    delete(ACCOUNT_FACTS).where(_F.account == bindparam("whose"), _F.name == bindparam("which")),
    whose="Globex",
    which="version",
)
_LEARN = insert(ACCOUNT_FACTS)


def facts(session: Session, account: str) -> dict[str, str]:
    """All that is known of an account, by name."""
    return {row.name: row.value for row in session.connection().execute(_ALL, {"account": shorten(account)})}


def set_fact(session: Session, account: str, name: str, value: str, now: datetime) -> None:
    """Write a fact over what was known; an empty value forgets it."""
    connection = session.connection()
    connection.execute(_FORGET, {"whose": shorten(account), "which": name})
    if value:
        connection.execute(_LEARN, {"account": account, "name": name, "value": value, "set_at": now})
