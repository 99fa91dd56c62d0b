"""How much one client may ask for: so many requests a minute, and whose they are behind a reverse proxy."""

import ipaddress
from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass, field

MOST_CLIENTS = 10_000  # that are remembered; the one that was silent longest is forgotten first
_V6_NETWORK = 64  # one customer's network has as many addresses as they like

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Ip = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(slots=True)
class Limiter:
    """A bucket for each client that holds a minute's requests and fills up all the time."""

    per_minute: int
    _left: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)  # requests left, at that moment

    def take(self, client: str, now: float) -> bool:
        """Whether this client may ask once more; `now` in seconds of any clock that only goes forward."""
        left, at = self._left.pop(client, (float(self.per_minute), now))
        left = min(float(self.per_minute), left + (now - at) * self.per_minute / 60)
        allowed = left >= 1
        self._left[client] = (left - 1 if allowed else left, now)
        if len(self._left) > MOST_CLIENTS:
            self._left.popitem(last=False)
        return allowed


def client_of(peer: str | None, forwarded: Collection[str], proxies: Collection[Network]) -> str:
    """The client behind our proxies: the last address in X-Forwarded-For that is none of theirs.

    What stands before it, anybody may have written. An IPv6 address stands for its /64.
    """
    found = _read(peer or "")
    for text in reversed([each for value in forwarded for each in value.split(",")]):
        if found is None or not any(found in network for network in proxies):
            break
        if (further := _read(text.strip())) is None:
            break
        found = further
    if isinstance(found, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((found, _V6_NETWORK), strict=False))
    return str(found)


def _read(text: str) -> Ip | None:
    try:
        found = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return mapped or found
