"""What border servers have written into mails, and where: from that the settings of `mail.proof` can be proposed.

Nothing here proves anything. The proposal is what fits the mails that came; only a forgery from outside that comes out
unproven shows that it lets none through.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from mail.model import Mail
from mail.proof import BorderSettings, OwnHeader, read_authserv_id, read_by_host

INTERNAL = OwnHeader(name="X-MS-Exchange-Organization-AuthAs", value="Internal")
MOST = 0.9  # of the mails with a report must fit a place, for it to be the border server's
_FIELD = "authentication-results"
_COMMENT = re.compile(r"\([^()]*\)")
_METHOD = re.compile(r"(?:^|;)\s*([a-z][a-z0-9-]{0,30})(?:/[0-9]+)?\s*=", re.IGNORECASE)
VARIOUS = "various"


@dataclass(frozen=True, slots=True)
class Shape:
    """Reports that look alike: by whom, between which servers, about what, and in how many mails."""

    authserv_id: str  # empty: none is written
    below: str  # the host of the Received that it stands below, VARIOUS where no one stands there
    above: str
    methods: tuple[str, ...]
    mails: int


@dataclass(frozen=True, slots=True)
class _Report:
    authserv_id: str
    received_above: str
    received_below: str
    methods: tuple[str, ...]


def find_shapes(mails: Sequence[Mail]) -> tuple[Shape, ...]:
    """The shapes of Authentication-Results in these mails, the commonest first."""
    found: dict[tuple[str, tuple[str, ...]], list[_Report]] = {}
    for mail in mails:
        for report in set(_read(mail)):
            found.setdefault((report.authserv_id, report.methods), []).append(report)
    shapes = (
        Shape(
            authserv_id,
            below=_constant([report.received_above for report in alike]) or VARIOUS,
            above=_constant([report.received_below for report in alike]) or VARIOUS,
            methods=methods,
            mails=len(alike),
        )
        for (authserv_id, methods), alike in found.items()
    )
    return tuple(sorted(shapes, key=lambda shape: -shape.mails))


def propose(mails: Sequence[Mail]) -> BorderSettings:
    """The settings that fit these mails best; those of nothing where no report stands in one place."""
    internal = any(value.strip().lower() == "internal" for mail in mails for value in mail.header(INTERNAL.name))
    header = INTERNAL if internal else None
    reports = [report for mail in mails for report in set(_read(mail))]
    ids = Counter(report.authserv_id for report in reports)
    for authserv_id, _ in ids.most_common():
        place = _find_place(authserv_id, [report for report in reports if report.authserv_id == authserv_id])
        if place is not None:
            position, host = place
            settings = BorderSettings(
                authserv_id=authserv_id, position=position, own_received=(host,), internal_header=header
            )
            return settings.model_copy(update={"own_hops": _count_hops(mails, host, authserv_id)})
    return BorderSettings(internal_header=header)


def _find_place(authserv_id: str, reports: Sequence[_Report]) -> tuple[Literal["above", "below"], str] | None:
    """Where the border server writes: on the side on which one server of ours always stands."""
    sides: tuple[tuple[Literal["above", "below"], list[str]], ...] = (
        ("above", [report.received_below for report in reports]),
        ("below", [report.received_above for report in reports]),
    )
    places = [(position, host) for position, hosts in sides if (host := _constant(hosts)) is not None]
    named = [place for place in places if place[1].removeprefix("*.") == authserv_id]
    return next(iter([*named, *places]), None)


def _constant(hosts: Sequence[str]) -> str | None:
    """The one host, or "*." and the domain of its machines, that stands in nearly all mails; else None."""
    for spelled in (list(hosts), [_any_machine(host) for host in hosts]):
        host, many = Counter(spelled).most_common(1)[0]
        if many >= MOST * len(hosts) and host:
            return host
    return None


def _count_hops(mails: Sequence[Mail], host: str, authserv_id: str) -> int:
    """How many Received fields of the border server every mail with a report of it bears, one at least."""
    end = host.removeprefix("*")
    counts = [
        sum(read_by_host(value).endswith(end) for value in mail.header("received"))
        for mail in mails
        if any(report.authserv_id == authserv_id for report in _read(mail))
    ]
    return min(10, max(1, min(counts, default=1)))


def _read(mail: Mail) -> Iterator[_Report]:
    """Every report in a mail, with the Received fields around it."""
    hosts = [
        (place, read_by_host(value)) for place, (name, value) in enumerate(mail.headers) if name.lower() == "received"
    ]
    for place, (name, value) in enumerate(mail.headers):
        if name.lower() == _FIELD:
            above = next((host for at, host in reversed(hosts) if at < place), "")
            below = next((host for at, host in hosts if at > place), "")
            yield _Report(read_authserv_id(value), above, below, _methods(value))


def _methods(value: str) -> tuple[str, ...]:
    said = _COMMENT.sub(" ", value[:8192])
    return tuple(sorted({found[1].lower() for found in _METHOD.finditer(said)}))


def _any_machine(host: str) -> str:
    """As *.mail.protection.outlook.com, for one machine of many there; a short name stays as it is."""
    rest = host.partition(".")[2]
    return f"*.{rest}" if rest.count(".") >= 2 else host
