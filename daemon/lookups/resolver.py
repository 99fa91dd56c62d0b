"""TXT records over DNS, by dnspython."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import dns.exception
import dns.nameserver
import dns.resolver

PATIENCE = 1.5  # seconds for one try at one server
PORT = 53


@dataclass(frozen=True, slots=True)
class TextRecords:
    """The TXT records of a name, none where it has none; and for how long that holds, as its domain says."""

    records: tuple[str, ...]
    seconds: float | None  # None: nothing is said


class Unanswered(Exception):
    """Nothing is known of a name at the moment; the text says why."""


Resolve = Callable[[str, float], TextRecords]  # the name, without a final dot, and the seconds that it may take


def make_resolver(servers: Sequence[tuple[str, int]] = ()) -> Resolve:
    """A resolver that asks these servers (IP address and port), by default those of this machine.

    It raises Unanswered where no server says anything in time. The system's settings are read at the first question, so
    that a machine without any can start.
    """

    def resolve(name: str, seconds: float) -> TextRecords:
        try:
            asked = _configure(servers).resolve(f"{name}.", "TXT", lifetime=seconds, search=False)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return TextRecords((), None)
        except dns.resolver.LifetimeTimeout as fault:
            raise Unanswered(f"no answer within {seconds:.1f} s") from fault
        except (dns.exception.DNSException, OSError) as fault:
            raise Unanswered(" ".join(str(fault).split())[:200] or type(fault).__name__) from fault
        records = tuple(b"".join(record.strings).decode("utf-8", "replace") for record in asked)
        return TextRecords(records, float(asked.chaining_result.minimum_ttl))

    return resolve


def _configure(servers: Sequence[tuple[str, int]]) -> dns.resolver.Resolver:
    resolver = dns.resolver.Resolver(configure=not servers)
    if servers:
        resolver.nameservers = [dns.nameserver.Do53Nameserver(address, port) for address, port in servers]
    resolver.timeout = PATIENCE
    return resolver
