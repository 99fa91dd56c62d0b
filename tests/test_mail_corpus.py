"""Real mail that nobody here wrote: all of it is read, and of none is all text and all attachments lost."""

import email
import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from mail.model import Mail
from mail.parse import attachment_bytes, parse
from tests.servers.lanes import corpus

pytestmark = pytest.mark.corpus


def mails() -> Iterator[Path]:
    yield from sorted(corpus().rglob("*.eml"))
    yield from sorted(path for path in corpus().glob("spam/sa-testsuite/*/*") if path.is_file())


def _has_content(raw: bytes) -> bool:
    try:
        parts = [part for part in email.message_from_bytes(raw).walk() if not part.is_multipart()]
        return any(isinstance(data := part.get_payload(decode=True), bytes) and data.strip() for part in parts)
    except (ValueError, LookupError, AttributeError):
        return False


def _is_lost(mail: Mail) -> bool:
    return not (mail.text.strip() or mail.html or mail.attachments)


def test_every_mail_is_read_and_none_is_lost() -> None:
    lost = []
    for path in mails():
        raw = path.read_bytes()
        mail = parse(raw)
        if mail.error or (_has_content(raw) and _is_lost(mail)):
            lost.append(path.name)
        json.dumps([mail.text, mail.subject, mail.headers]).encode()
    assert lost == []


def test_every_attachment_can_be_had_again() -> None:
    for path in mails():
        raw = path.read_bytes()
        for one in parse(raw).attachments:
            data = attachment_bytes(raw, one.part)
            assert (len(data), sha256(data).hexdigest()) == (one.size, one.sha256)


def test_no_mail_of_a_person_is_called_empty_or_a_bounce() -> None:
    for path in sorted(corpus().glob("thread/notmuch/*.eml")):
        mail = parse(path.read_bytes())
        assert mail.bounce is None
        assert mail.automatic is None or mail.automatic.kind in {"list", "bulk"}
        assert mail.reply.strip() or mail.forwarded or not mail.text.strip() or mail.text.lstrip().startswith(">")


def test_bounces_are_known() -> None:
    rows = [json.loads(line) for line in (corpus() / "bounce.jsonl").read_text("utf-8").splitlines()]
    bounces = [row["file"] for row in rows if row["expect"].get("class") == "bounce"]
    known = sum(1 for file in bounces if parse((corpus() / file).read_bytes()).bounce is not None)
    assert known >= 0.94 * len(bounces)
