"""The mails themselves, several a command; one that makes trouble goes alone, then in parts, and is never lost."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime

from imapclient.response_types import BodyData

from mailboxes import Fetched
from mailboxes.imap_faults import Lost, Refused
from mailboxes.imap_listing import Listed, look_up
from mailboxes.imap_session import Answer, Session
from mailboxes.oversize import HEADER_LIMIT, TEXT_LIMIT, Node, read_structure, readable_size, rebuild, texts_of

ALONE, IN_PARTS, GIVEN_UP = 1, 4, 7  # times in a row that a mail, or the command it was asked for with, failed


class Fetching:
    """Fetches listed mails; remembers which of them the server refused or could not hand over."""

    def __init__(self, size_limit: int, batch_bytes: int) -> None:
        self._size_limit = size_limit
        self._batch_bytes = batch_bytes
        self._troubles: Counter[tuple[int, int]] = Counter()  # by uidvalidity and uid

    def groups(self, uidvalidity: int, mails: Sequence[Listed]) -> Iterator[list[Listed]]:
        """Which mails go together: so many bytes at most, what is over the limit or makes trouble alone."""
        group: list[Listed] = []
        held = 0
        for mail in mails:
            alone = mail.size > self._size_limit or self._troubles[uidvalidity, mail.uid] >= ALONE
            if group and (alone or held + mail.size > self._batch_bytes):
                yield group
                group, held = [], 0
            group.append(mail)
            held += mail.size
            if alone:
                yield group
                group, held = [], 0
        if group:
            yield group

    def fetch(self, session: Session, uidvalidity: int, group: Sequence[Listed], since: datetime) -> list[Fetched]:
        """The mails of one group that still exist, ascending; `since` stands in where the server gives no date."""
        keys = [(uidvalidity, mail.uid) for mail in group]
        try:
            found = self._fetch(session, group, max(self._troubles[key] for key in keys))
        except (Refused, Lost):  # some servers fall over a mail, so a lost connection may be its doing
            self._troubles.update(keys)
            raise
        for key in keys:
            self._troubles.pop(key, None)
        return [Fetched(mail.uid, mail.received_at or since, *found[mail.uid]) for mail in group if mail.uid in found]

    def _fetch(self, session: Session, group: Sequence[Listed], troubles: int) -> dict[int, tuple[bytes, str | None]]:
        first = group[0]
        if len(group) == 1 and first.size > self._size_limit:
            why = f"larger than {readable_size(self._size_limit)}"
        elif len(group) == 1 and troubles >= IN_PARTS:
            why = "the server did not hand it over whole"
        else:
            return {uid: (raw, None) for uid, raw in self._whole(session, group).items()}
        if not look_up(session, [first.uid]):
            return {}
        try:
            return {first.uid: _in_parts(session, first.uid, why)}
        except (Refused, Lost):
            if troubles < GIVEN_UP:
                raise
            return {first.uid: (b"", f"{why}, nor any part of it")}

    def _whole(self, session: Session, group: Sequence[Listed]) -> dict[int, bytes]:
        uids = [mail.uid for mail in group]
        answer = session.fetch(uids, ["BODY.PEEK[]"], sum(mail.size for mail in group))
        found = {uid: raw for uid in uids if (raw := _bytes(answer, uid, b"BODY[]")) is not None}
        missing = [uid for uid in uids if uid not in found]
        if missing and (there := look_up(session, missing)):
            raise Refused(f"the server lists mail {there[0].uid} but does not hand it over")
        return found  # what is missing was expunged meanwhile


def _in_parts(session: Session, uid: int, why: str) -> tuple[bytes, str]:
    """Header and text of one mail, as a mail of their own; and what was left out."""
    item = f"HEADER]<0.{HEADER_LIMIT}>"
    header = _partial(session.fetch([uid], [f"BODY.PEEK[{item}"], HEADER_LIMIT), uid, "HEADER")
    if header is None:
        raise Refused(f"the server does not hand over the header of mail {uid}")
    node = _structure(session, uid)
    numbers = [leaf.number for leaf in texts_of(node)]
    texts: dict[str, bytes] = {}
    if numbers:
        items = [f"BODY.PEEK[{number}]<0.{TEXT_LIMIT}>" for number in numbers]
        answer = session.fetch([uid], items, TEXT_LIMIT * len(items))
        texts = {number: text for number in numbers if (text := _partial(answer, uid, number)) is not None}
    return rebuild(header, node, texts, why)


def _structure(session: Session, uid: int) -> Node | None:
    body = session.fetch([uid], ["BODYSTRUCTURE"]).get(uid, {}).get(b"BODYSTRUCTURE")
    return read_structure(body) if isinstance(body, BodyData) else None


def _partial(answer: Answer, uid: int, section: str) -> bytes | None:
    return _bytes(answer, uid, f"BODY[{section}]<0>".encode())


def _bytes(answer: Answer, uid: int, key: bytes) -> bytes | None:
    value = answer.get(uid, {}).get(key)
    return value if isinstance(value, bytes) else None
