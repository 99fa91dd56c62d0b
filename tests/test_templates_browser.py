"""Our mails as a reader sees them: in Chromium, narrow and wide, by day and by night."""

import re
from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from templates.contexts import TEXTS, AcknowledgementContext, AlertContext, Context
from templates.render import Templates

pytestmark = pytest.mark.browser

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
Scheme = Literal["light", "dark"]
LONG = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverleihungszeremonie" * 3
LONGEST: tuple[Context, ...] = (
    AcknowledgementContext(LONG, f"{LONG}@example.com", 10**18, LONG, LONG),
    AlertContext(LONG, LONG, (LONG, LONG)),
)
# All text with the colour it has and the colour behind it, as Chromium computed them.
COLOURS = """() => [...document.querySelectorAll('body, body *')]
    .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
    .map(e => {
        let behind = e;
        while (behind && getComputedStyle(behind).backgroundColor === 'rgba(0, 0, 0, 0)') behind = behind.parentElement;
        return [getComputedStyle(e).color, behind ? getComputedStyle(behind).backgroundColor : 'canvas'];
    })"""
CANVAS = """() => {
    const probe = document.createElement('p');
    probe.style.color = 'Canvas';
    document.body.append(probe);
    const colour = getComputedStyle(probe).color;
    probe.remove();
    return colour;
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture(params=["light", "dark"])
def scheme(request: pytest.FixtureRequest) -> Scheme:
    return "dark" if request.param == "dark" else "light"


@pytest.fixture(params=[320, 800])
def page(browser: Browser, scheme: Scheme, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": request.param, "height": 700}, color_scheme=scheme)
    yield context.new_page()
    context.close()


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    channels = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("context", [*(text.sample() for text in TEXTS), *LONGEST], ids=lambda each: each.name)
def test_a_mail_is_readable_everywhere_and_loads_nothing(
    page: Page, scheme: Scheme, context: Context, language: str
) -> None:
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    rendered = Templates(None).render(context, language=language, mailbox="support@example.com")
    page.set_content(rendered.html)

    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert [url for url in requests if not url.startswith("about:")] == []
    canvas = page.evaluate(CANVAS)
    assert (luminance(canvas) < 0.1) == (scheme == "dark")
    pairs = page.evaluate(COLOURS)
    assert pairs
    for text, behind in pairs:
        assert contrast(text, canvas if behind == "canvas" else behind) >= 4.5
    drawn = re.sub(r"(?m)^- |\s*<(?:mailto|https):[^>]*>", "", rendered.text)  # bullets, and where named links lead
    assert page.inner_text("body").split() == drawn.split()
