"""Raw bytes made a Mail: mail-parser takes it apart, we read what it says. What is wrong with it stands in defects."""

import contextlib
import email
import logging
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from email.message import Message
from itertools import islice
from typing import cast

import mailparser

from mail.automatic import classify
from mail.automatics.evidence import Evidence, find_method
from mail.bounce import Parts, Report, read_report
from mail.bounces.senders import DAEMON, daemon_strength
from mail.charsets import decode_raw
from mail.encoded_words import decode_field
from mail.fingerprint import fingerprint
from mail.headers import (
    ADDRESS_LIMIT,
    CUT,
    Block,
    read_block,
    read_date,
    read_list,
    read_subject,
)
from mail.ids import read_ids
from mail.mime.base64_runs import put_back, take_out
from mail.mime.bodies import Content, find_bytes, read_content
from mail.mime.mending import mend_head
from mail.mime.parts import Part, Tree, read_tree
from mail.model import Forwarded, Mail
from mail.names import one_line
from mail.parameters import read_parameters
from mail.replies.alternatives import split_both

_RAW_TEXT_LIMIT = 1024 * 1024  # bytes of a body that are shown where nobody can take it apart
_HARDLY = 200  # characters: with less of its own beside an attached mail, a mail is that mail passed on
_SEMICOLONS = 1000  # in a whole mail; with fewer, its fields have too few parameters to matter
_PARAMETERS = 100  # of one field
_BOUNDARIES, _REOPENED = 100, 5  # multiparts that end before they begin, of one mail; within each other
_BARE_CR = re.compile(rb"\r(?!\n)")
_LEADING = re.compile(rb"\A(?:\xef\xbb\xbf|\r?\n){1,100}(?=[!-9;-~]{1,60}:)")  # what is no mail yet
_MIME_FIELD = re.compile(rb"(?im)^content-[a-z-]{1,40}:[^\n]*(?:\n[ \t][^\n]*)*")

_DELIVERY_TYPES = frozenset({"delivery-status", "global-delivery-status"})
_STATUS_TYPES = frozenset({"message/delivery-status", "message/global-delivery-status"})
_RETURNED_TYPES = frozenset({"message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers"})

# The library warns of text parts that we show and attach, and writes words of the mail into the log.
logging.getLogger("mailparser").setLevel(logging.CRITICAL + 1)


@dataclass(frozen=True, slots=True)
class _Source:
    """A mail as it is taken apart: the raw bytes, safer ones where they needed it, and the header block."""

    raw: bytes
    safe: bytes
    block: Block
    left_out: bytes  # lines of the header that are no fields


def parse(raw: bytes) -> Mail:
    """Read a mail. Never raises for content, in linear time; what nobody can take apart is header and text."""
    source = _open(raw)
    mail = _read_header(source, len(raw))
    message, defects = _take_apart(source.safe)
    if message is None:
        return _read_text_alone(mail, source, defects)
    tree = _read_tree(message, source.safe)
    tree.aside += source.left_out.decode("utf-8", "surrogateescape").splitlines()
    content = read_content(tree)
    mail = replace(
        mail,
        html=content.html,
        attachments=content.attachments,
        defects=tuple(dict.fromkeys((*mail.defects, *defects, *content.defects))),
    )
    return _judge(_add_calendars(_read_text(mail, content, tree), content), source, tree)


def read_headers_only(raw: bytes, why: str) -> Mail:
    """What the header block alone says of a mail that is to be quarantined as unreadable; `error` says why."""
    source = _open(raw)
    return replace(_read_header(source, len(raw)), error=why)


def attachment_bytes(raw: bytes, part: str) -> bytes:
    """The decoded bytes of an attachment that `parse` named; LookupError where the mail has no such part."""
    safe = _open(raw).safe
    return find_bytes(_read_tree(email.message_from_bytes(safe), safe), part)


def parts_bytes(raw: bytes, parts: Collection[str]) -> dict[str, bytes]:
    """The decoded bytes of several attachments; a part that the mail does not have is not in it."""
    safe = _open(raw).safe
    tree = _read_tree(email.message_from_bytes(safe), safe)
    found: dict[str, bytes] = {}
    for part in parts:
        with contextlib.suppress(LookupError):
            found[part] = find_bytes(tree, part)
    return found


def _open(raw: bytes) -> _Source:
    is_below = raw[:1] in {b"\r", b"\n"}  # a header below an empty line is none of our server's making
    raw = _LEADING.sub(b"", raw, count=1)
    block = read_block(raw)
    bare = block.bare_control
    if bare and not raw[block.body :].strip():  # its CRs are line ends, or all of it would be header
        raw = _LEADING.sub(b"", _BARE_CR.sub(b"\n", raw), count=1)
        block = read_block(raw)
    left_out = b""
    mended = mend_head(raw, block.body, frozenset(name.lower() for name, _ in block.fields))
    if mended is not None:  # whoever reads it otherwise sees another mail: it proves nothing
        raw, left_out = mended
        block, bare = read_block(raw), True
    header = raw[: block.body] if block.clean is None else block.clean
    # Of the header the library gets what the structure hangs on: the rest it would read at length, for nobody.
    safe = b"\n".join([*_MIME_FIELD.findall(header), b"", raw[block.body :]])
    if safe.count(b";") > _SEMICOLONS:  # the library takes quadratic time for the parameters of one field
        safe = _MIME_FIELD.sub(_cut_parameters, safe)
    return _Source(raw, safe, replace(block, bare_control=bare or is_below), left_out)


def _cut_parameters(field: re.Match[bytes]) -> bytes:
    pieces = field[0].split(b";", _PARAMETERS)
    return b";".join(pieces[:_PARAMETERS])


# ---------------------------------------------------------------- the header
def _read_header(source: _Source, size: int) -> Mail:
    block = source.block
    lists = {name: read_list(_values(block, name)) for name in ("from", "reply-to", "to", "cc")}
    defects = [f"more than {ADDRESS_LIMIT} addresses in {name}" for name, (_, more) in lists.items() if more]
    if block.cut:
        defects.append(CUT)
    if len(block.fields) and not lists["from"][0]:
        defects.append("no sender in From")
    references = read_ids(" ".join(_values(block, "references")))
    return Mail(
        sender=next(iter(lists["from"][0]), None),
        reply_to=lists["reply-to"][0],
        to=lists["to"][0],
        cc=lists["cc"][0],
        return_path=_read_return_path(block.first("return-path")),
        subject=read_subject(_values(block, "subject")),
        date=read_date(block.first("date")),
        message_id=next(iter(read_ids(block.first("message-id"))), None),
        in_reply_to=read_ids(" ".join(_values(block, "in-reply-to"))),
        references=references,
        language=_read_language(block.first("content-language")),
        headers=block.fields,
        bare_control=block.bare_control,
        fingerprint=fingerprint(block, source.raw),
        size=size,
        defects=tuple(defects),
    )


def _values(block: Block, name: str) -> list[str]:
    return [value for field, value in block.fields if field.lower() == name]


def _read_return_path(value: str | None) -> str | None:
    """The envelope sender, "" for the null one; comments and anything that is no address count as written."""
    if value is None:
        return None
    inner = value.strip()
    if inner.startswith("<"):
        inner = inner[1:].partition(">")[0]
    return one_line(inner, 320).lower()


def _read_language(value: str | None) -> str | None:
    tag = (value or "").split(",")[0].strip().lower()
    return tag if tag.replace("-", "").isalnum() and tag.isascii() and len(tag) <= 35 else None


# ---------------------------------------------------------------- the structure
def _take_apart(safe: bytes) -> tuple[Message | None, list[str]]:
    """The mail's tree from mail-parser, else the standard library, else None; and who could not read it."""
    thin, runs = take_out(safe)
    defects: list[str] = []
    for reader in (_ask_mail_parser, _ask_standard_library):
        try:
            message = reader(thin)
            put_back(message, runs)
            return message, defects
        except MemoryError:  # no fault of this reader: whoever limits us must learn of it
            raise
        except Exception as fault:  # noqa: BLE001 - mail-parser raises whatever its code runs into, on one damaged mail in a thousand
            defects.append(f"{reader.__name__.strip('_').replace('_', ' ')} could not read it: {type(fault).__name__}")
    return None, defects


def _ask_mail_parser(safe: bytes) -> Message:
    return cast(Message, mailparser.parse_from_bytes(safe).message)


def _ask_standard_library(safe: bytes) -> Message:
    return email.message_from_bytes(safe)


def _read_tree(message: Message, safe: bytes) -> Tree:
    """The parts; an end of parts before the first of them ends nothing, what stands behind it counts."""
    tree = read_tree(message)
    for _ in range(_REOPENED):
        unopened = dict.fromkeys(part.message.get_boundary() or "" for part in tree.parts if part.is_unopened)
        opened = _drop_early_ends(safe, filter(None, unopened))
        again = _take_apart(opened)[0] if opened != safe else None
        if again is None:
            break
        safe, tree = opened, read_tree(again)
    return tree


def _drop_early_ends(safe: bytes, boundaries: Iterable[str]) -> bytes:
    for name in islice(boundaries, _BOUNDARIES):
        mark = b"\n--" + name.encode("utf-8", "surrogateescape")
        opening = re.search(re.escape(mark) + rb"(?!--)", safe)
        if opening is not None:
            safe = safe[: opening.start()].replace(mark + b"--", b"\n") + safe[opening.start() :]
    return safe


def _read_text_alone(mail: Mail, source: _Source, defects: list[str]) -> Mail:
    """The body as it came, for a mail that nobody can take apart: a person can still read it."""
    body = decode_raw(source.raw[source.block.body :][:_RAW_TEXT_LIMIT]).replace("\r\n", "\n")
    mail = replace(mail, text=body.strip("\n"), reply=body.strip(), defects=(*mail.defects, *defects))
    return replace(mail, automatic=classify(mail))


# ---------------------------------------------------------------- what it says
def _read_text(mail: Mail, content: Content, tree: Tree) -> Mail:
    text = content.text.strip("\n")
    pieces = split_both(content, mail.subject)
    forwarded = pieces.forwarded or _find_attached(pieces.reply, tree)
    return replace(
        mail,
        text=text,
        reply=pieces.reply,
        quote=pieces.quote,
        signature=pieces.signature,
        forwarded=forwarded,
    )


def _add_calendars(mail: Mail, content: Content) -> Mail:
    """Invitations below the text; they are what a mail says that says nothing else."""
    if not content.calendars:
        return mail
    text = "\n\n".join(filter(None, [mail.text, content.calendars]))
    said = mail.reply.strip() or mail.forwarded or mail.quote.strip()
    return replace(mail, text=text, reply=mail.reply if said else content.calendars)


def _find_attached(own: str, tree: Tree) -> Forwarded | None:
    """The attached mail, where it is the only one and there is hardly anything beside it."""
    attached = [part for part in tree.parts if part.type == "message/rfc822"]
    others = [part for part in tree.parts if not part.speaks and part.type != "message/rfc822"]
    if len(attached) != 1 or others or len(own) > _HARDLY:
        return None
    source = _open(attached[0].content()[0].lstrip(b"\r\n"))
    if not source.block.fields:
        return None
    inner = _read_header(source, len(source.raw))
    message, _ = _take_apart(source.safe)
    text = read_content(read_tree(message)).text.strip() if message is not None else ""
    return Forwarded(inner.sender, inner.subject, one_line(source.block.first("date") or "", 100) or None, text)


def _judge(mail: Mail, source: _Source, tree: Tree) -> Mail:
    """Say whether a person wrote it, and what a delivery report in it tells."""
    kind, parameters = read_parameters(source.block.first("content-type") or "")
    types = frozenset(part.type for part in tree.parts)
    is_report = kind == "multipart/report"
    report_type = decode_field(parameters.get("report-type", "")).lower() if is_report else ""
    declared = report_type in _DELIVERY_TYPES or (is_report and not report_type and bool(types & _STATUS_TYPES))
    evidence = Evidence(
        report_type=report_type,
        is_report=is_report,
        types=types,
        methods=tuple(_find_methods(tree.parts)),
        report=_read_report(mail, tree, declared=declared),
    )
    automatic = classify(mail, evidence)
    is_bounce = automatic is not None and automatic.kind in {"bounce", "delay"}
    return replace(mail, automatic=automatic, bounce=evidence.report.bounce if is_bounce else None)


def _read_report(mail: Mail, tree: Tree, *, declared: bool) -> Report:
    strength = DAEMON if declared else daemon_strength(mail)
    if not strength:  # a person's mail, whatever report they attach
        return Report()
    statuses = tuple(part.content()[0] for part in tree.parts if part.type in _STATUS_TYPES)
    returned = tuple(part.content()[0] for part in tree.parts if part.type in _RETURNED_TYPES)
    return read_report(mail, Parts(declared, strength, statuses, returned))


def _find_methods(parts: Iterable[Part]) -> Iterator[str]:
    """Methods of invitations in the mail itself; a calendar file that lies beside it is a file (RFC 6047 §2.4)."""
    for part in parts:
        if part.type == "text/calendar" and part.disposition != "attachment":
            yield part.parameters.get("method", "").upper() or find_method(part.content()[0])
