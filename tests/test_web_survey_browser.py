"""The survey's pages in Chromium: by day and night, on a phone, by keyboard, without scripts, behind a proxy."""

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import aiohttp
import pytest
from aiohttp import web
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from store.engine import open_store
from tests.office import Office
from tests.servers.ports import free_port
from tests.survey_pages import PREFIX, paths, served
from tests.survey_world import open_surveyed, opted_out, rating
from tests.test_templates_browser import FLAGS

pytestmark = pytest.mark.browser

WIDE = "[web]\nper_minute = 100000\naddress = "
Scheme = Literal["light", "dark"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def proxy_port() -> int:
    return free_port()


@pytest.fixture
def office(tmp_path: Path, proxy_port: int) -> Iterator[Office]:
    store = open_store(f"sqlite:///{tmp_path}/store.sqlite", tmp_path / "state")
    yield open_surveyed(store, tmp_path, more=f'{WIDE}"http://127.0.0.1:{proxy_port}{PREFIX}"\n')
    assert store.close(30.0)


@pytest.fixture
def links(office: Office) -> list[str]:
    return paths(office)


@pytest.fixture
def site(office: Office, proxy_port: int, links: list[str]) -> Iterator[str]:
    """The public address, at which a reverse proxy passes on what stands below the prefix, without it."""
    assert links
    with served(office) as base, proxied(base, proxy_port):
        yield f"http://127.0.0.1:{proxy_port}{PREFIX}"


@contextlib.contextmanager
def proxied(base: str, port: int) -> Iterator[None]:
    """A reverse proxy that knows nothing of what it passes on."""
    loop, ready, end = asyncio.new_event_loop(), threading.Event(), asyncio.Event()

    async def pass_on(request: web.Request) -> web.StreamResponse:
        path = request.raw_path.removeprefix(PREFIX)
        headers = {k: v for k, v in request.headers.items() if k.lower() not in {"host", "content-length"}}
        headers["X-Forwarded-For"] = "203.0.113.7"
        async with (
            aiohttp.ClientSession(auto_decompress=False) as client,
            client.request(
                request.method, base + path, data=await request.read(), headers=headers, allow_redirects=False
            ) as found,
        ):
            kept = {k: v for k, v in found.headers.items() if k.lower() not in {"content-length", "transfer-encoding"}}
            return web.Response(status=found.status, body=await found.read(), headers=kept)

    async def run() -> None:
        app = web.Application()
        app.router.add_route("*", PREFIX + "/{path:.*}", pass_on)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        ready.set()
        await end.wait()
        await runner.cleanup()

    thread = threading.Thread(target=lambda: loop.run_until_complete(run()), daemon=True)
    thread.start()
    assert ready.wait(30)
    yield
    loop.call_soon_threadsafe(end.set)
    thread.join(30)
    loop.close()


@contextlib.contextmanager
def opened(
    browser: Browser, *, width: int = 1000, scheme: Scheme = "light", scripts: bool = False, locale: str = "en-GB"
) -> Iterator[Page]:
    """A page of a browser of this kind; what it has to complain about is no page of ours."""
    context: BrowserContext = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, java_script_enabled=scripts, locale=locale
    )
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    context.close()
    assert [line for line in said if "status of 404" not in line] == []


@pytest.mark.parametrize("locale", ["en-GB", "de-AT"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1000])
def test_every_page_is_accessible_and_fits_on_a_phone(  # noqa: PLR0917 what pytest hands over
    browser: Browser, site: str, links: list[str], scheme: Scheme, width: int, locale: str
) -> None:
    five, *_, end = links
    with opened(browser, width=width, scheme=scheme, scripts=True, locale=locale) as page:
        page.context.set_extra_http_headers({"Accept-Language": locale})
        check(page, f"{site}{five}")
        page.get_by_label("1").first.check()
        page.get_by_role("textbox").fill("x" * 500)
        page.get_by_role("button").click()
        check(page)
        check(page, f"{site}{end}")
        page.get_by_role("button").click()
        check(page)
        for status in ("/s/none", "/nowhere"):
            check(page, site + status, fails=True)


def check(page: Page, url: str | None = None, *, fails: bool = False) -> None:
    """Go there and look at it with axe, and for anything that would have to be scrolled to the side."""
    if url is not None:
        answer = page.goto(url)
        assert answer is not None
        assert (answer.status >= 400) == fails
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    is_light = page.evaluate("matchMedia('(prefers-color-scheme: light)').matches")
    behind = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert behind == ("rgb(255, 255, 255)" if is_light else "rgb(21, 23, 26)")
    assert page.evaluate("document.documentElement.lang") == page.evaluate("navigator.language.slice(0, 2)")


def test_the_keyboard_alone_is_enough(browser: Browser, office: Office, site: str, links: list[str]) -> None:
    page_alone = links[0].partition("?")[0]
    with opened(browser) as page:
        page.goto(site + page_alone)
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        page.keyboard.press("ArrowDown")  # from 5 to 4
        page.keyboard.press("Tab")
        page.keyboard.type("By keyboard")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_url("**?thanks")
        assert "Your answer is saved: 4 of 5." in page.get_by_role("status").inner_text()
        assert rating(office) == (4, "By keyboard")
        for _ in range(4):
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_url("**/o/**")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.get_by_role("status").wait_for()
    assert opted_out(office)


def test_without_scripts_an_answer_is_given_and_changed_behind_a_prefix(
    browser: Browser, office: Office, site: str, links: list[str]
) -> None:
    with opened(browser, width=320) as page:
        page.goto(site + links[1])
        assert page.get_by_label("4").first.is_checked()
        assert rating(office) == (None, None)
        page.get_by_role("button").click()
        page.wait_for_url(f"{site}/s/*?thanks")
        page.get_by_label("2").first.check()
        page.get_by_role("textbox").fill("Too <b>slow</b>\n& late")
        page.get_by_role("button").click()
        page.wait_for_load_state()
        assert "2 of 5" in page.get_by_role("status").inner_text()
        assert page.get_by_role("textbox").input_value() == "Too <b>slow</b>\n& late"
        assert rating(office) == (2, "Too <b>slow</b>\n& late")
        page.reload()
    assert rating(office) == (2, "Too <b>slow</b>\n& late")


def test_the_browser_itself_asks_for_a_score(browser: Browser, office: Office, site: str, links: list[str]) -> None:
    with opened(browser) as page:
        page.goto(site + links[0].partition("?")[0])
        page.get_by_role("button").click()
        assert page.url.endswith(links[0].partition("?")[0])
        assert page.locator("input:invalid").count() == 5
    assert rating(office) == (None, None)


def test_no_page_can_be_put_into_a_frame(browser: Browser, site: str, links: list[str]) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.set_content(f'<iframe src="{site}{links[0]}"></iframe>')
    page.wait_for_load_state("networkidle")
    assert all("How content" not in frame.content() for frame in page.frames)
    context.close()
