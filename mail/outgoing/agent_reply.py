"""What leaves of an agent's mail: the text that the commands left of it, its HTML if that says the same, its files."""

from dataclasses import dataclass

from mail.model import Attachment, Mail
from mail.outgoing.agent_html import Fragment, cut_html, write_html
from mail.parse import parts_bytes

# Files that programs make and take apart again: signatures over a mail that is not the one which leaves, winmail.dat.
_MACHINES = frozenset(
    {
        *("application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"),
        *("application/ms-tnef", "application/vnd.ms-tnef"),
    }
)


@dataclass(frozen=True, slots=True)
class File:
    """A file that goes along; one with a `cid` is shown in the HTML."""

    name: str
    type: str
    data: bytes
    cid: str | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What leaves, the same for every reader. `html` is clean, without a page around it.

    `left_out` tells which files do not go along, and why.
    """

    text: str
    html: str
    files: tuple[File, ...] = ()
    left_out: tuple[str, ...] = ()


def take(mail: Mail, raw: bytes, text: str, notice: Mail | None = None, more: str = "") -> Reply:
    """What leaves of an agent's mail whose text, once quote, signature and commands are gone, is `text`.

    `notice` is the notice that it answers, whose files are not sent back. `more` stands below the agent's own words.
    """
    pictures = {one.cid: _new_cid(one) for one in mail.attachments if one.cid is not None}
    cut = cut_html(mail.html, text, pictures.get) if mail.html else None
    fragment = cut or Fragment(write_html(text), frozenset())
    hidden = _pictures_of(mail) - fragment.shown if cut else frozenset()
    files, left_out = _choose(mail, raw, notice, fragment, hidden)
    return Reply(
        text="\n\n".join(filter(None, [text, more])),
        html="\n".join(filter(None, [fragment.html, write_html(more)])),
        files=files,
        left_out=left_out,
    )


def _new_cid(one: Attachment) -> str:
    """A name of ours, so that nothing which a mail program wrote there leaves."""
    return f"{one.sha256[:32]}@picture"


def _pictures_of(mail: Mail) -> frozenset[str]:
    """The cids that the whole HTML refers to."""
    html = mail.html or ""
    return frozenset(one.cid for one in mail.attachments if one.cid is not None and f"cid:{one.cid}" in html)


def _choose(
    mail: Mail, raw: bytes, notice: Mail | None, fragment: Fragment, hidden: frozenset[str]
) -> tuple[tuple[File, ...], tuple[str, ...]]:
    """The files that go along, and words on those that do not."""
    ours = frozenset(one.sha256 for one in notice.attachments) if notice is not None else frozenset()
    inside = parts_bytes(raw, {one.part for one in mail.attachments})
    files: dict[File, None] = {}
    left_out: list[str] = []
    for one in mail.attachments:
        if one.type in _MACHINES or one.name.lower() == "winmail.dat":
            continue
        why = _why_not(one, ours, hidden, is_there=one.part in inside)
        if why:
            left_out.append(f"{one.name}: {why}")
        else:
            cid = _new_cid(one) if one.cid in fragment.shown else None
            files[File(one.name, one.type, inside[one.part], cid)] = None
    return tuple(files), tuple(left_out)


def _why_not(one: Attachment, ours: frozenset[str], hidden: frozenset[str], *, is_there: bool) -> str:
    if one.sha256 in ours:
        return "it came with our notice"
    if one.cid in hidden:
        return "it is a picture in what was cut off"
    return "" if is_there else "it cannot be read"
