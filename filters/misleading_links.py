"""Links whose words name another host than the one they lead to."""

import re
from collections.abc import Iterator

from filters import Evidence, Hit, Kind, filter_rule
from filters.seeing.hosts import owner_of, read_host, show_host
from filters.seeing.markup import read_page

_NAMED = re.compile(r"(?i)(?:https?://|www\.)?((?:[a-z0-9-]{1,63}\.){1,6}[a-z]{2,20})(?:[/:?#\s].{0,300})?")
_FILES = frozenset(
    {"doc", "docx", "exe", "gif", "htm", "html", "jpg", "log", "pdf", "php", "png", "py", "txt", "xls", "zip"}
)


@filter_rule(
    "links",
    Kind("LINK_MISLEADS", 0.5, "the words of a link name another host than the one it leads to"),
    Kind("LINK_NAMES_US", 2.0, "the words of a link name a host of ours, and it leads elsewhere"),
)
def misleading_links(evidence: Evidence) -> Iterator[Hit]:
    """A link's words that are an address of the web, against where it leads."""
    own = {owner_of(domain) for domain in evidence.facts.own_domains}
    for link in read_page(evidence.mail.html or "").links:
        named, meant = _read_named(link.words), read_host(link.target)
        if not named or not meant or owner_of(named) == owner_of(meant):
            continue
        symbol = "LINK_NAMES_US" if owner_of(named) in own else "LINK_MISLEADS"
        yield Hit(symbol, f"a link says {named} and leads to {show_host(meant)}")
        return


def _read_named(words: str) -> str:
    found = _NAMED.fullmatch(words)
    host = found[1].lower() if found else ""
    return "" if host.rpartition(".")[2] in _FILES else host
