"""Moving done mails to another folder, without ever deleting what a person flagged, and safely again after a crash."""

from collections.abc import Mapping, Sequence

from mailboxes.imap_session import Session

CHUNK = 100  # mails a command
_DELETED = rb"\Deleted"
_IDENTITY = ("RFC822.SIZE", "INTERNALDATE", "BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]")

Identity = tuple[object, object, object]  # what a copy has in common with its original


def move(session: Session, source: str, target: str, uidvalidity: int, uids: Sequence[int]) -> None:
    """Move these mails of `source` to `target`, which is made if missing; what is gone already is no fault.

    With MOVE (RFC 6851) in one step. Else COPY, STORE, UID EXPUNGE (RFC 4315 §2.1): a plain EXPUNGE would delete what
    people flagged. Without UIDPLUS the original stays, flagged as deleted.
    """
    _make(session, target)
    if session.can("MOVE"):
        if session.examine(source, writable=True).uidvalidity == uidvalidity:
            for start in range(0, len(uids), CHUNK):
                with session.operation(f"moving to {target}"):
                    session.client.move(uids[start : start + CHUNK], target)
        return
    copied = _last_of(session, target)
    if session.examine(source, writable=True).uidvalidity == uidvalidity:
        for start in range(0, len(uids), CHUNK):
            _copy(session, target, uids[start : start + CHUNK], copied)


def _copy(session: Session, target: str, uids: Sequence[int], copied: set[Identity]) -> None:
    r"""One chunk. A mail that a crash left behind is in `copied` and is not copied again.

    One that bears \Deleted without having been copied by us was flagged by a person: it is theirs.
    """
    found = session.fetch(uids, ["FLAGS", *_IDENTITY])
    known = {uid for uid in found if _identity(found[uid]) in copied}
    flagged = {uid for uid in found if _is_deleted(found[uid])}
    fresh = sorted(set(found) - known - flagged)
    if fresh:
        with session.operation(f"copying to {target}"):
            session.client.copy(fresh, target)
    ours = sorted(known | set(fresh))
    if not ours:
        return
    with session.operation("deleting what was copied"):
        session.client.add_flags(ours, [_DELETED], silent=True)
        if session.can("UIDPLUS"):
            session.client.uid_expunge(ours)


def _make(session: Session, target: str) -> None:
    with session.operation(f"looking for {target}"):
        exists = session.client.folder_exists(target)
    if not exists:
        with session.operation(f"making {target}"):
            session.client.create_folder(target)


def _last_of(session: Session, target: str) -> set[Identity]:
    """The newest mails of the target: where a crash came between copying and deleting, its copies are among them."""
    folder = session.examine(target)
    if folder.exists == 0:
        return set()
    uids = session.search(f"{max(1, folder.exists - 3 * CHUNK + 1)}:*")
    found = session.fetch(uids, _IDENTITY)
    return {_identity(found[uid]) for uid in found}


def _identity(answer: Mapping[bytes, object]) -> Identity:
    return (
        answer.get(b"RFC822.SIZE"),
        answer.get(b"INTERNALDATE"),
        answer.get(b"BODY[HEADER.FIELDS (MESSAGE-ID)]"),
    )


def _is_deleted(answer: Mapping[bytes, object]) -> bool:
    flags = answer.get(b"FLAGS")
    return isinstance(flags, tuple) and _DELETED.lower() in {bytes(flag).lower() for flag in flags}
