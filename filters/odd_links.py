"""Links to hosts without a name, or with a misleading one."""

import re
from collections.abc import Iterator
from contextlib import suppress
from ipaddress import ip_address

from filters import Evidence, Hit, Kind, filter_rule
from filters.homoglyphs import is_disguised
from filters.seeing.hosts import has_login, read_host, read_targets, show_host

_NUMBER = re.compile(r"[0-9]{8,10}|0x[0-9a-f]{8}")  # an address as one number


@filter_rule(
    "links",
    Kind("LINK_TO_NUMBER", 1.0, "a link leads to a bare IP address in the open net"),
    Kind("LINK_WITH_LOGIN", 1.5, "a link shows one host, before an @, and leads to another"),
    Kind("LINK_LOOKALIKE", 2.0, "a link leads to a host in letters that look like others"),
)
def odd_links(evidence: Evidence) -> Iterator[Hit]:
    """Each kind once, with its first example."""
    found: dict[str, str] = {}
    for target in read_targets(evidence.mail):
        host = read_host(target)
        shown = show_host(host)
        if has_login(target):
            found.setdefault("LINK_WITH_LOGIN", f"a link shows a name before an @ and leads to {shown}")
        if is_open_number(host):
            found.setdefault("LINK_TO_NUMBER", f"a link leads to {shown}, which has no name")
        if "xn--" in host and any(is_disguised(label) for label in _show(host)):
            found.setdefault("LINK_LOOKALIKE", f"a link leads to {shown}, in letters that look like others")
    yield from (Hit(symbol, reason) for symbol, reason in found.items())


def is_open_number(host: str) -> bool:
    """An IP address, however it is written, that is not of somebody's own network: those are customers' servers."""
    try:
        return ip_address(host.strip("[]")).is_global
    except ValueError:
        return _NUMBER.fullmatch(host) is not None


def _show(host: str) -> list[str]:
    """The labels of a host as a browser may show them."""
    labels = host.split(".")
    for at, label in enumerate(labels):
        with suppress(ValueError):
            labels[at] = label[4:].encode().decode("punycode") if label.startswith("xn--") else label
    return labels
