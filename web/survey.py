"""The survey's page and that of the wish to be asked no more: GET shows, and nothing but POST counts."""

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from aiohttp import web

from templates.pages import OptOutPage, SurveyPage, WordPage
from tickets.surveys import COMMENT_CHARACTERS, HIGHEST, LOWEST
from web.server import show

_SCORES = {str(score): score for score in range(LOWEST, HIGHEST + 1)}


@dataclass(frozen=True, slots=True)
class Survey:
    """What the page of a survey shows; `opt_out` is the token that ends all surveys to whoever was asked."""

    number: int
    language: str
    until: date  # the last day on which it can be answered
    is_open: bool
    opt_out: str
    score: int | None = None
    comment: str = ""


class Doors(Protocol):
    """What these pages ask of the house; a token is what stands in a link, and may be anything."""

    async def look(self, token: str) -> Survey | None:
        """The survey that this link opens; None for a link that is none of ours. Raises StoreFault, as do all."""

    async def rate(self, token: str, score: int, comment: str) -> Survey | None:
        """Write down an answer while the survey is open; as `look` afterwards."""

    async def language(self, token: str) -> str | None:
        """The language of whom this link asks no more; None for a link that is none of ours."""

    async def opt_out(self, token: str) -> str | None:
        """Ask no more whoever got this link; as `language`."""


@dataclass(frozen=True, slots=True)
class Pages:
    """The handlers of both pages."""

    helpdesk: str
    doors: Doors

    def routes(self) -> tuple[web.RouteDef, ...]:
        """Where they are."""
        return (
            web.get("/s/{token}", self.look),
            web.post("/s/{token}", self.rate),
            web.get("/o/{token}", self.ask),
            web.post("/o/{token}", self.opt_out),
        )

    async def look(self, request: web.Request) -> web.Response:
        """The question, with the score of the link that was clicked; nothing is written down."""
        survey = await self.doors.look(request.match_info["token"])
        chosen = _SCORES.get(request.query.get("score", ""))
        return self._show(request, survey, score=chosen, thanks="thanks" in request.query)

    async def rate(self, request: web.Request) -> web.Response:
        """Count an answer, and lead to the page that says so: whoever loads that again sends nothing twice."""
        token, form = request.match_info["token"], await request.post()
        score, comment = _SCORES.get(str(form.get("score", ""))), form.get("comment", "")
        comment = "\n".join(comment.splitlines()).strip() if isinstance(comment, str) else ""
        if score is None:
            return self._show(request, await self.doors.look(token), comment=comment[:COMMENT_CHARACTERS])
        survey = await self.doors.rate(token, score, comment[:COMMENT_CHARACTERS])
        if survey is None or not survey.is_open:
            return self._show(request, survey)
        return web.Response(status=303, headers={"Location": f"{token}?thanks"})

    async def ask(self, request: web.Request) -> web.Response:
        """Whether to be asked no more; nothing is written down."""
        language = await self.doors.language(request.match_info["token"])
        return self._show_opt_out(request, language, done=False)

    async def opt_out(self, request: web.Request) -> web.Response:
        """Ask no more, by our page's button or a mail program's one click (RFC 8058 §3.2); no redirect."""
        token, form = request.match_info["token"], await request.post()
        if form.get("List-Unsubscribe") != "One-Click":
            return self._show_opt_out(request, await self.doors.language(token), done=False)
        return self._show_opt_out(request, await self.doors.opt_out(token), done=True)

    def _show(
        self,
        request: web.Request,
        survey: Survey | None,
        *,
        score: int | None = None,
        comment: str | None = None,
        thanks: bool = False,
    ) -> web.Response:
        if survey is None:
            return show(request, WordPage(self.helpdesk, "unknown"), status=404)
        if not survey.is_open:
            page = WordPage(self.helpdesk, "gone", survey.until)
            return show(request, page, status=410, language=survey.language)
        missing = request.method == "POST"
        asked = SurveyPage(
            *(self.helpdesk, survey.number, survey.until, f"../o/{survey.opt_out}"),
            score=score or survey.score,
            given=survey.score,
            comment=survey.comment if comment is None else comment,
            thanks=thanks and survey.score is not None,
            missing=missing,
        )
        return show(request, asked, status=422 if missing else 200, language=survey.language)

    def _show_opt_out(self, request: web.Request, language: str | None, *, done: bool) -> web.Response:
        if language is None:
            return show(request, WordPage(self.helpdesk, "unknown"), status=404)
        status = 422 if request.method == "POST" and not done else 200
        return show(request, OptOutPage(self.helpdesk, done=done), status=status, language=language)
