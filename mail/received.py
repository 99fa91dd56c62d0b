"""When and for whom a mail came in, as its own header tells it: for mail that no server of ours hands over."""

from collections.abc import Iterator
from datetime import UTC, datetime

from mail.addresses import read_addresses
from mail.headers import ADDRESS_LIMIT, Block, read_date

_OLDEST = datetime(1980, 1, 1, tzinfo=UTC)  # there was hardly any mail before, but many a clock that stood
_DELIVERED = ("delivered-to", "x-original-to", "envelope-to")


def received_at(block: Block, delivered_at: datetime | None, now: datetime) -> datetime:
    """The date of the top Received (RFC 5321 §4.4), else Date, else `delivered_at`, else now; never in the future."""
    trace = block.first("received") or ""
    dates = (read_date(trace.rpartition(";")[2].strip()), read_date(block.first("date")), delivered_at)
    return min(next((date for date in dates if date is not None and date > _OLDEST), now), now)


def delivered_to(block: Block) -> Iterator[tuple[str, ...]]:
    """The addresses that it was delivered to, as servers note them; then those in To and Cc."""
    yield _addresses(block, _DELIVERED)
    yield _addresses(block, ("to", "cc"))


def _addresses(block: Block, names: tuple[str, ...]) -> tuple[str, ...]:
    values = (value for name, value in block.fields if name.lower() in names)
    return tuple(one.address for value in values for one in read_addresses(value, ADDRESS_LIMIT)[0])
