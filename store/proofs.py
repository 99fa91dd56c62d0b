"""A Message-ID proves a sender once: a signed mail that is sent again with anything changed proves nothing."""

import hashlib

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session

from store.hot import hot
from store.schema.arrivals import PROVEN_IDS

# SQLite and PostgreSQL write ON CONFLICT alike, so the construct of the one serves both.
_KEEP = insert(PROVEN_IDS).on_conflict_do_nothing(index_elements=["id_hash"])
_KNOWN = hot(
    "proofs.known",
    select(PROVEN_IDS.c.fingerprint).where(PROVEN_IDS.c.id_hash == bindparam("id_hash")),
    id_hash="h1",
)


def is_first_proof(session: Session, message_id: str, fingerprint: str) -> bool:
    """Whether this Message-ID has proven no other content than this; from now on it proves no other."""
    given = {"id_hash": hashlib.sha256(message_id.encode("utf-8", "surrogatepass")).hexdigest()}
    connection = session.connection()
    if connection.execute(_KEEP, {**given, "fingerprint": fingerprint}).rowcount == 1:
        return True
    return bool(connection.execute(_KNOWN, given).scalar_one() == fingerprint)
