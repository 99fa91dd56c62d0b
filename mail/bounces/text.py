"""The text of a delivery report: what it tells, apart from the mail that it returns."""

import re
from collections.abc import Iterable

from mail.bounces.address import find_addresses
from mail.headers import read_block
from mail.ids import read_ids

_RETURNED = re.compile(
    r"(?im)^(?:(?:return-path|received): ?\S|"
    r"[-=*#|+_ \t]{0,80}(?:below this line|below is a copy|"
    r"(?:this|here|enclosed|attached|included)(?: below)? is a copy|"
    r"(?:the )?(?:original|unsent|returned|undelivered|rejected|bounced) (?:e-?mail |mail )?(?:message|mail)"
    r"(?: headers?| info(?:rmation)?| follows?| text| attached| is attached){0,2}[ \t]{0,20}(?:[-=*#|:.]|$)|"
    r"(?:your |the )?message (?:text |headers? )?follows?|(?:your )?message headers?\b|text of (?:the |your )?message|"
    r"(?:the )?headers? (?:of|from) (?:the|your)|body of (?:the |your )?message|copy of (?:the|your) |"
    r"(?:begin|start of) (?:returned|original)|"
    r"kopf(?:zeilen)? der (?:original)?nachricht|ursprüngliche nachricht|message d'origine|mensaje original|"
    r"messaggio originale|mensagem original|oorspronkelijk bericht|"
    r"(?:元|オリジナル)の?(?:メール|メッセージ)))"
)
DETAILS = re.compile(
    r"(?im)^message details:[ \t]*\n[ \t]{0,20}(?:subject|from|date|sent date):"
)  # in place of the mail
_BANNER = re.compile(r"[^\n]*\n\s*")
_FOR = re.compile(r"(?i)\bfor\s{1,20}(<[^<>\s]{1,400}>|[^\s<>;]{1,200}@[^\s<>;]{1,253})")
_IN_TEXT = re.compile(
    r"(?im)^[ \t>]{0,4}(message-id|references|in-reply-to):([^\n]{1,4000}(?:\n[ \t][^\n]{1,4000}){0,50})"
)


def cut_returned(text: str) -> tuple[str, str]:
    """What the report says, and from where on it repeats the mail that it returns."""
    found = _RETURNED.search(text)
    return (text[: found.start()], text[found.start() :]) if found else (text, "")


def returned_block(rest: str) -> bytes:
    """The header of the mail that is repeated in the text behind what `cut_returned` found."""
    head = rest[:65_536]
    if not head.lower().startswith(("return-path", "received")):
        head = head[found.end() :] if (found := _BANNER.match(head)) else ""
    return head.encode("utf-8", "surrogateescape")


def addressee(returned: Iterable[bytes]) -> str:
    """The one to whom the returned mail went, as the hosts wrote that it passed, else as it says; empty if unclear."""
    blocks = [read_block(data.lstrip(b"\r\n")).fields for data in returned]
    passed = [
        [found[1] for value in _values(fields, "received") for found in _FOR.finditer(value)] for fields in blocks
    ]
    passed += [_values(fields, "x-envelope-to") for fields in blocks]
    return _sole(passed) or _sole(_values(fields, "to", "cc") for fields in blocks)


def written_to(returned: Iterable[bytes]) -> str:
    """The one address in To and Cc of the returned mail; empty where there is not exactly one."""
    return _sole(_values(read_block(data.lstrip(b"\r\n")).fields, "to", "cc") for data in returned)


def senders(data: bytes) -> list[str]:
    """Who wrote a returned mail, as it says."""
    return find_addresses("\n".join(_values(read_block(data.lstrip(b"\r\n")).fields, "from")))


def _values(fields: Iterable[tuple[str, str]], *names: str) -> list[str]:
    return [value[:4000] for name, value in fields if name.lower() in names]


def _sole(values: Iterable[list[str]]) -> str:
    """The address that is alone in one of the lists."""
    found = (find_addresses("\n".join(one)) for one in values)
    return next((addresses[0] for addresses in found if len(addresses) == 1), "")


def ids_returned(returned: Iterable[bytes], text: str) -> tuple[str, ...]:
    """The ids of the returned mail, attached or in the text; nothing vouches for them."""
    ids: list[str] = []
    for data in returned:
        fields = read_block(data.lstrip(b"\r\n")).fields
        for wanted in ("message-id", "references", "in-reply-to"):
            ids += [one for name, value in fields if name.lower() == wanted for one in read_ids(value)]
    if not ids:
        ids = [one for found in _IN_TEXT.finditer(text) for one in read_ids(found[2])]
    return tuple(dict.fromkeys(ids))
