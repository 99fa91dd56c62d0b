"""The server of all pages: limits before anything is done, headers on whatever is answered, no trace of who asked."""

import asyncio
import contextlib
import ipaddress
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from store.engine import StoreFault
from templates.page_words import choose_language
from templates.pages import STYLE_HASH, Page, WordPage, render_page
from web.limits import Limiter, client_of
from web.settings import WebSettings

MOST_BYTES = 32_768  # of a request's body
MOST_SECONDS = 15.0  # from the end of its header to the answer
STOP_SECONDS = 0.4  # with all that the service grants its workers, under ten
HEADERS = {
    "Content-Security-Policy": f"default-src 'none'; style-src '{STYLE_HASH}'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow",
    "Server": "helpdeskd",
}

log = structlog.get_logger("web")

Route = web.RouteDef  # what other rooms hand on without knowing it


@dataclass(frozen=True, slots=True)
class Site:
    """What all pages share."""

    settings: WebSettings
    helpdesk: str  # what we call ourselves
    is_well: Callable[[], bool]
    hooks: tuple[Route, ...] = ()  # called by programs that prove themselves: no limit, and no look at their origin


def show(request: web.Request, page: Page, *, status: int = 200, language: str = "") -> web.Response:
    """A page in the language that the browser asks for, else in `language`."""
    chosen = choose_language(request.headers.get("Accept-Language", ""), language)
    headers = {"Content-Language": chosen, "Vary": "Accept-Language"}
    body = render_page(page, chosen)
    return web.Response(text=body, status=status, content_type="text/html", charset="utf-8", headers=headers)


def build(site: Site, routes: Iterable[Route]) -> web.Application:
    """The application: every route both below the prefix of the public address and without it."""
    app = web.Application(client_max_size=MOST_BYTES, middlewares=[_guard(site)])
    app.on_response_prepare.append(_dress)
    known = (web.get("/health", _health(site)), *routes, *site.hooks)
    for prefix in dict.fromkeys((site.settings.prefix, "")):
        app.add_routes([Route(each.method, prefix + each.path, each.handler, each.kwargs) for each in known])
    return app


@contextlib.asynccontextmanager
async def serve(site: Site, routes: Iterable[Route]) -> AsyncIterator[None]:
    """Serve it until the block ends. Raises OSError where the port is taken."""
    runner = web.AppRunner(build(site, routes), access_log=None, keepalive_timeout=30.0, shutdown_timeout=STOP_SECONDS)
    await runner.setup()
    try:
        await web.TCPSite(runner, *site.settings.place).start()
        log.info("serving pages", listen=site.settings.listen, address=site.settings.address)
        yield
    finally:
        await runner.cleanup()


async def _dress(_: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(HEADERS)


def _health(site: Site) -> Handler:
    async def answer(_: web.Request) -> web.Response:
        """Whether all workers move; nothing else is told here."""
        return web.Response(text="ok\n" if site.is_well() else "not well\n", status=200 if site.is_well() else 503)

    return answer


def _guard(site: Site) -> Middleware:
    """Limits, and a page of ours for everything that goes wrong."""
    limiter = Limiter(site.settings.per_minute)
    proxies = [ipaddress.ip_network(each) for each in site.settings.proxies]

    hooks = {prefix + hook.path for hook in site.hooks for prefix in ("", site.settings.prefix)}

    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path in hooks:
            return await _answer(request, handler, site)
        client = client_of(request.remote, request.headers.getall("X-Forwarded-For", []), proxies)
        if not limiter.take(client, asyncio.get_running_loop().time()):
            return _fail(request, site, HTTPStatus.TOO_MANY_REQUESTS)
        if request.method == "POST" and _is_foreign(request, site.settings.origin):
            return _fail(request, site, HTTPStatus.FORBIDDEN)
        return await _answer(request, handler, site)

    return guard


async def _answer(request: web.Request, handler: Handler, site: Site) -> web.StreamResponse:
    try:
        async with asyncio.timeout(MOST_SECONDS):
            return await handler(request)
    except web.HTTPException as refused:
        return _fail(request, site, HTTPStatus(refused.status), allow=refused.headers.get("Allow"))
    except TimeoutError:
        return _fail(request, site, HTTPStatus.REQUEST_TIMEOUT)
    except StoreFault as fault:
        log.warning("the store fails", why=str(fault))
        return _fail(request, site, HTTPStatus.SERVICE_UNAVAILABLE)
    except Exception:
        log.exception("a page failed by a bug of ours")
        return _fail(request, site, HTTPStatus.INTERNAL_SERVER_ERROR)


def _is_foreign(request: web.Request, origin: str) -> bool:
    """Whether a form on another site sends this. A mail program's server says nothing of an origin (RFC 8058 §3.2).

    Our own pages bear no-referrer, so that browsers send `null` for them.
    """
    said = request.headers.get("Origin", "null").lower()
    return said not in {"null", origin} or request.headers.get("Sec-Fetch-Site") == "cross-site"


def _fail(request: web.Request, site: Site, status: HTTPStatus, allow: str | None = None) -> web.Response:
    what = "unknown" if status in {HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED} else "fault"
    response = show(request, WordPage(site.helpdesk, what), status=status)
    if allow is not None:
        response.headers["Allow"] = allow
    if status in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}:
        response.headers["Retry-After"] = "60"
    return response
