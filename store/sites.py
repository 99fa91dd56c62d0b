"""What the site remembers of itself, by name."""

from sqlalchemy import ScalarSelect, bindparam, select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session

from store.hot import hot
from store.schema.arrivals import SETTINGS

# SQLite and PostgreSQL write ON CONFLICT alike, so the construct of the one serves both.
_GET = hot("sites.get", select(SETTINGS.c.value).where(SETTINGS.c.name == bindparam("name")), name="paused")
_KEEP = insert(SETTINGS).on_conflict_do_nothing(index_elements=["name"])
_SET = insert(SETTINGS)
_SET = _SET.on_conflict_do_update(index_elements=["name"], set_={"value": _SET.excluded.value})


def value_of(name: str) -> ScalarSelect[str]:
    """What is remembered under this name, as a part of another question."""
    return select(SETTINGS.c.value).where(SETTINGS.c.name == name).scalar_subquery()


def get(session: Session, name: str) -> str | None:
    """What is remembered under this name."""
    value: str | None = session.connection().execute(_GET, {"name": name}).scalar()
    return value


def remember(session: Session, name: str, value: str) -> None:
    """Write it down, in place of what was there."""
    session.connection().execute(_SET, {"name": name, "value": value})


def remember_once(session: Session, name: str, value: str) -> str:
    """Write it down if nothing is there; what is there now."""
    known = get(session, name)
    if known is not None:
        return known
    session.connection().execute(_KEEP, {"name": name, "value": value})
    return value
