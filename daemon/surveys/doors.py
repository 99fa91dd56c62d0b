"""What the pages ask of the house: read beside the loop, written by the writer's thread."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

from daemon import clock
from daemon.desk import Desk
from daemon.surveys import answering
from daemon.surveys.links import name_token, read_link
from store import surveys, tickets
from store.engine import Session
from tickets import surveys as rules
from tickets.record import Doer
from tickets.routes import Rate
from web.server import Route, Site, serve
from web.survey import Pages, Survey


@dataclass(frozen=True, slots=True)
class SurveyDoors:
    """The doors of `web.survey`: no coroutine opens a session."""

    desk: Desk

    async def look(self, token: str) -> Survey | None:
        """See `web.survey.Doors`."""
        return await asyncio.to_thread(self._look, token)

    async def rate(self, token: str, score: int, comment: str) -> Survey | None:
        """See `web.survey.Doors`."""

        def work(session: Session) -> Survey | None:
            now = clock.now()
            found = read_link(session, self.desk, token, rules.PAGE, now)
            if found is not None and rules.is_open(found.token, self.desk.config.surveys, now):
                said = Rate(found.survey.ticket, score, comment)
                doer = Doer(found.survey.person, "web")
                answering.rate(session, self.desk, found.survey, said, doer, "web", now)
            return self._see(session, token)

        return await asyncio.wrap_future(self.desk.store.write(work))

    async def language(self, token: str) -> str | None:
        """See `web.survey.Doors`."""

        def read() -> str | None:
            with self.desk.store.read() as session:
                found = read_link(session, self.desk, token, rules.OPT_OUT, clock.now())
                return _language(session, found.survey) if found is not None else None

        return await asyncio.to_thread(read)

    async def opt_out(self, token: str) -> str | None:
        """See `web.survey.Doors`."""

        def work(session: Session) -> str | None:
            now = clock.now()
            found = read_link(session, self.desk, token, rules.OPT_OUT, now)
            if found is None:
                return None
            answering.opt_out(session, found.survey, "web", now)
            return _language(session, found.survey)

        return await asyncio.wrap_future(self.desk.store.write(work))

    def _look(self, token: str) -> Survey | None:
        with self.desk.store.read() as session:
            return self._see(session, token)

    def _see(self, session: Session, token: str) -> Survey | None:
        now, settings = clock.now(), self.desk.config.surveys
        found = read_link(session, self.desk, token, rules.PAGE, now)
        if found is None:
            return None
        survey = found.survey
        return Survey(
            survey.ticket,
            _language(session, survey),
            rules.last_day(found.token, settings),
            rules.is_open(found.token, settings, now),
            name_token(self.desk, rules.OPT_OUT, survey.ticket, found.address, now),
            score=survey.score,
            comment=survey.comment or "",
        )


def _language(session: Session, survey: surveys.Survey) -> str:
    ticket = tickets.load(session, survey.ticket)
    return ticket.language if ticket is not None else ""


@contextlib.asynccontextmanager
async def open_pages(desk: Desk, *hooks: Route) -> AsyncIterator[None]:
    """Serve the pages and hooks until the block ends; nothing where the configuration names no address for them."""
    settings, name, watchdog = desk.config.web, desk.config.helpdesk.name, desk.life.watchdog
    if settings.address is None:
        yield
        return
    site = Site(settings, name, lambda: watchdog is None or not watchdog.silent(), hooks)
    async with serve(site, Pages(name, SurveyDoors(desk)).routes()):
        yield
