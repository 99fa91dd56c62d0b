"""Who did what to the site by a command."""

from datetime import datetime

from sqlalchemy import insert
from sqlmodel import Session

from store.schema.outgoing import AUDIT

_NOTE = insert(AUDIT)


def note(session: Session, actor: str, verb: str, details: str, now: datetime) -> None:
    """Write it down in the caller's transaction."""
    session.connection().execute(_NOTE, {"actor": actor, "verb": verb, "details": details, "noted_at": now})
