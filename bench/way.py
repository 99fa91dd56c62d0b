"""The way of all mails through the real daemon, from Dovecot to the last acknowledgement."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from bench.floors import Cost
from bench.helpdesk import Helpdesk, open_helpdesk
from bench.stage import Stage
from tests.servers.smtp import SmtpServer

STILL_SECONDS = 60.0  # without a single acknowledgement more: it will never end
LOOK_SECONDS = 0.01


def measure_way(stage: Stage, raws: Sequence[bytes], name: str, url: str | None) -> Cost:
    """Play all mails to a fresh daemon on a fresh store. Raises NeverEnded where not each is acknowledged once."""
    account = stage.account()
    with SmtpServer() as sink, open_helpdesk(stage.folder / name, account, sink, url) as helpdesk:
        helpdesk.start()  # what arrived before the first start of all is never acknowledged: it has to be over
        helpdesk.stop()
        stage.fill(account, raws, datetime.now(UTC) + timedelta(seconds=1))  # INTERNALDATE has whole seconds
        helpdesk.start()
        start, start_cpu = time.perf_counter(), helpdesk.cpu_seconds()
        _await_all(sink, len(raws), helpdesk)
        cost = Cost(name, len(raws), time.perf_counter() - start, helpdesk.cpu_seconds() - start_cpu)
        helpdesk.stop()
        _check(sink, len(raws), helpdesk)
    return cost


def _await_all(sink: SmtpServer, count: int, helpdesk: Helpdesk) -> None:
    seen, since = 0, time.monotonic()
    while seen < count:
        time.sleep(LOOK_SECONDS)
        if len(sink.mails) > seen:
            seen, since = len(sink.mails), time.monotonic()
        if helpdesk.has_ended() or time.monotonic() > since + STILL_SECONDS:
            raise helpdesk.fault(f"{seen} of {count} acknowledged")


def _check(sink: SmtpServer, count: int, helpdesk: Helpdesk) -> None:
    """Each customer got one, nobody else got anything."""
    recipients = {recipient for mail in sink.mails for recipient in mail.rcpt}
    if len(sink.mails) != count or len(recipients) != count:
        raise helpdesk.fault(f"{len(sink.mails)} mails to {len(recipients)} people, where {count} had written")
