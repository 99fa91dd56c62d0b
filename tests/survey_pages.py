"""The pages of an office's surveys, served on a port of 127.0.0.1 by the very code that the daemon runs."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

from aiohttp import web

from daemon import clock
from daemon.surveys.doors import SurveyDoors
from tests.office import Office
from tests.servers.ports import free_port
from tests.survey_world import DAY, links, survey
from web.server import Site, serve
from web.survey import Pages

PREFIX = "/feedback"


def settings(office: Office, port: int, **changes: object) -> Site:
    """The site of this office on this port."""
    web_settings = office.desk.config.web.model_copy(update={"listen": f"127.0.0.1:{port}", **changes})
    return Site(web_settings, "Acme <& Co>", lambda: True)


def pages(office: Office) -> tuple[web.RouteDef, ...]:
    return Pages("Acme <& Co>", SurveyDoors(office.desk)).routes()


@contextlib.asynccontextmanager
async def serving(office: Office, *hooks: web.RouteDef, **changes: object) -> AsyncIterator[str]:
    """Serve the pages until the block ends; yields the address before the prefix."""
    port = free_port()
    async with serve(replace(settings(office, port, **changes), hooks=hooks), pages(office)):
        yield f"http://127.0.0.1:{port}"


@contextlib.contextmanager
def served(office: Office, **changes: object) -> Iterator[str]:
    """As `serving`, on a loop of its own, for whoever has none."""
    loop, ready, end = asyncio.new_event_loop(), threading.Event(), asyncio.Event()
    found: list[str] = []

    async def run() -> None:
        async with serving(office, **changes) as base:
            found.append(base)
            ready.set()
            await end.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(run()), daemon=True)
    thread.start()
    assert ready.wait(30)
    yield found[0]
    loop.call_soon_threadsafe(end.set)
    thread.join(30)
    loop.close()


def paths(office: Office, *, days_ago: int = 0) -> list[str]:
    """Where a survey of that day leads, below the prefix: the scores, the best first, then the end of all surveys."""
    office.now = clock.now().replace(microsecond=0) - (1 + days_ago) * DAY
    return [link.partition(PREFIX)[2] for link in links(survey(office))]
