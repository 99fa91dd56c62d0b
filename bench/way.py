"""The way of all mails through the real daemon, from Dovecot to the last acknowledgement."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from bench.floors import Cost
from bench.stage import Stage, configure
from bench.usage import cpu_seconds
from tests.servers.house import House
from tests.servers.smtp import SmtpServer

STILL_SECONDS = 60.0  # without a single acknowledgement more: it will never end
LOOK_SECONDS = 0.01


class NeverEnded(Exception):
    """Acknowledgements are missing, or there are too many."""


def measure_way(stage: Stage, raws: Sequence[bytes], name: str, url: str | None) -> Cost:
    """Play all mails to a fresh daemon on a fresh store. Raises NeverEnded with the end of the daemon's log."""
    folder = stage.folder / name
    folder.mkdir()
    account = stage.account()
    with SmtpServer() as sink, _running(House(folder)) as house:
        configure(house, account, sink, url)
        _start_first(house)
        stage.fill(account, raws, datetime.now(UTC) + timedelta(seconds=1))  # INTERNALDATE has whole seconds
        house.start()
        house.until(house.is_up, "the daemon is up")
        start, start_cpu = time.perf_counter(), _cpu(house)
        _await_all(sink, len(raws), house)
        cost = Cost(name, len(raws), time.perf_counter() - start, _cpu(house) - start_cpu)
        house.stop()
        _check(sink, len(raws), house)
    return cost


def _start_first(house: House) -> None:
    """What arrived before the first start of all is never acknowledged, so that has to be over."""
    house.start()
    house.wait_until_up()
    house.stop()
    house.until(lambda: not house.is_up(), "the socket is gone")


@contextmanager
def _running(house: House) -> Iterator[House]:
    try:
        yield house
    finally:
        house.kill()


def _cpu(house: House) -> float:
    assert house.process is not None
    return cpu_seconds(house.process.pid)


def _await_all(sink: SmtpServer, count: int, house: House) -> None:
    seen, since = 0, time.monotonic()
    while seen < count:
        time.sleep(LOOK_SECONDS)
        if len(sink.mails) > seen:
            seen, since = len(sink.mails), time.monotonic()
        has_ended = house.process is None or house.process.poll() is not None
        if has_ended or time.monotonic() > since + STILL_SECONDS:
            raise NeverEnded(f"{seen} of {count} acknowledged\n{house.log()[-3000:]}")


def _check(sink: SmtpServer, count: int, house: House) -> None:
    """Each customer got one, nobody else got anything."""
    recipients = {recipient for mail in sink.mails for recipient in mail.rcpt}
    if len(sink.mails) != count or len(recipients) != count:
        raise NeverEnded(f"{len(sink.mails)} mails to {len(recipients)} people for {count}\n{house.log()[-3000:]}")
