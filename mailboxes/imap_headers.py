"""The headers of the latest mails in a folder, read without a trace."""

from mailboxes.imap_session import Folder, Session
from mailboxes.oversize import HEADER_LIMIT

_CHUNK = 25  # mails in one command
_ITEM = f"BODY.PEEK[HEADER]<0.{HEADER_LIMIT}>"


def read_headers(session: Session, folder: Folder, many: int) -> list[bytes]:
    """The header blocks of the last mails of the open folder, oldest first, each cut at HEADER_LIMIT bytes."""
    if folder.exists == 0 or many < 1:
        return []
    uids = session.search(f"{max(1, folder.exists - many + 1)}:{folder.exists}")
    found: list[bytes] = []
    for start in range(0, len(uids), _CHUNK):
        chunk = uids[start : start + _CHUNK]
        answer = session.fetch(chunk, [_ITEM], HEADER_LIMIT * len(chunk))
        headers = (answer.get(uid, {}).get(b"BODY[HEADER]<0>") for uid in chunk)
        found += [header for header in headers if isinstance(header, bytes)]
    return found
