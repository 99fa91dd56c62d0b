"""The hosts that a mail's links lead to, and whether two of them belong to one owner."""

import re
from collections.abc import Iterator
from urllib.parse import unquote

from filters.seeing.markup import read_page
from mail.domains import ascii_domain
from mail.model import Mail

TEXT_LIMIT = 50_000  # characters of the text that are searched for links
_LINKS = 300
_URL = re.compile(r"(?i)\bhttps?:[\\/]{1,4}([^\s/?#\\\"'<>]{1,300})")
_BEGINNING = re.compile(r"(?i)https?\Z")
_REST = re.compile(r"://[^\s<>\"')\]]{1,500}")
_PORT = re.compile(r":\d{0,5}\Z")
# Where names are sold below the second level; elsewhere the last two labels are one owner's.
_SECOND_LEVEL = frozenset({"ac", "co", "com", "edu", "gov", "ne", "net", "or", "org"})


def _links_in(text: str) -> Iterator[str]:
    place = text.find("://")
    for _ in range(_LINKS):
        if place < 0:
            return
        beginning, rest = _BEGINNING.search(text[max(place - 5, 0) : place]), _REST.match(text, place)
        if beginning and rest:
            yield beginning[0] + rest[0]
        place = text.find("://", place + 3)


def read_targets(mail: Mail) -> Iterator[str]:
    """Where links of the HTML and of the text lead, as written."""
    yield from (link.target for link in read_page(mail.html or "").links)
    yield from _links_in(mail.text[:TEXT_LIMIT])


def read_host(url: str) -> str:
    """The host of a link, lower-case, as A-labels where it can be; empty where it leads to none."""
    found = _URL.match(url.strip())
    if found is None:
        return ""
    host = _PORT.sub("", unquote(found[1]).rpartition("@")[2]).lower().rstrip(".")
    return ascii_domain(host) or host


def show_host(host: str) -> str:
    """A host for a reason, with every letter that is no plain one spelled out."""
    return host[:80].encode("ascii", "backslashreplace").decode() or "nowhere"


def has_login(url: str) -> bool:
    """Whether a name stands before the host that people may take for the host; not a user with a password."""
    found = _URL.match(url.strip())
    login, at, _ = unquote(found[1]).rpartition("@") if found is not None else ("", "", "")
    user, colon, _ = login.partition(":")
    return bool(at) and ("." in user or not colon)


def owner_of(host: str) -> str:
    """The part of a host's name that somebody owns: example.com, example.co.uk."""
    labels = host.rsplit(".", 3)
    if len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL:
        return ".".join(labels[-3:])
    return ".".join(labels[-2:])
