"""The survey's pages over HTTP: only a button counts, links end and cannot be made up, everybody has their limits."""

import asyncio
import base64
import hashlib
import re
from collections.abc import AsyncIterator, Iterator
from datetime import date
from functools import partial
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from daemon import clock
from daemon.surveys.doors import open_pages
from daemon.surveys.links import name_token
from mail.tokens import Key, Keys, find, make
from store.engine import Store, open_store
from tests.agents_mail import ticket
from tests.notice_team import ANNA, one, words_of
from tests.office import Office
from tests.survey_pages import PREFIX, paths, serving
from tests.survey_world import CUSTOMER, WEB, ask, open_and_close, open_surveyed, opted_out, rating, ratings
from tickets import surveys as rules

MANY = f"{WEB}per_minute = 100000\n"
ORIGIN = "https://help.acme.example"
STOLEN = Keys(Key(9, b"s" * 32, date(2026, 1, 1)))


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """On SQLite alone: what is asked of the store here, other tests ask of both."""
    store = open_store(f"sqlite:///{tmp_path}/store.sqlite", tmp_path / "state")
    yield open_surveyed(store, tmp_path, more=MANY)
    assert store.close(30.0)


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def test_a_link_shows_the_page_and_the_button_counts(office: Office, client: aiohttp.ClientSession) -> None:
    five, *_ = paths(office)
    async with serving(office) as base:
        async with client.get(base + PREFIX + five) as shown:
            page = await shown.text()
            assert shown.status == 200
            assert 'value="5" required checked' in page
            assert "on #1?" in page
        assert rating(office) == (None, None)
        async with client.post(base + PREFIX + five, data={"score": "4", "comment": " Fine\r\n<b>&</b> "}) as sent:
            saved = await sent.text()
            assert sent.status == 200
            assert sent.history[0].status == 303
            assert "Your answer is saved: 4 of 5." in saved
            assert "Fine\n&lt;b&gt;&amp;&lt;/b&gt;</textarea>" in saved
    assert rating(office) == (4, "Fine\n<b>&</b>")
    assert ticket(office).status.value == "closed"


async def test_whoever_fetches_every_link_a_thousand_times_answers_nothing(
    office: Office, client: aiohttp.ClientSession
) -> None:
    links = paths(office)
    async with serving(office) as base:
        for n in range(1000):
            method = ("GET", "HEAD")[n % 2]
            statuses = [await fetch(client, method, base + PREFIX + link) for link in links]
            assert statuses == [200] * 6
        for method in ("OPTIONS", "PUT", "DELETE", "PATCH", "PROPFIND", "TRACE"):
            assert [await fetch(client, method, base + PREFIX + link) for link in links] == [405] * 6
    assert rating(office) == (None, None)
    assert not opted_out(office)


async def fetch(client: aiohttp.ClientSession, method: str, url: str) -> int:
    async with client.request(method, url) as answer:
        await answer.read()
        return answer.status


async def test_an_answer_can_be_changed_and_its_comment_taken_back(
    office: Office, client: aiohttp.ClientSession
) -> None:
    page = paths(office)[0].partition("?")[0]
    async with serving(office) as base:
        for form in ({"score": "1", "comment": "Slow"}, {"score": "1", "comment": "Slow"}, {"score": "5"}):
            assert await send(client, base + PREFIX + page, form) == 200
    assert rating(office) == (5, "")
    assert [(event.score, event.comment, event.by) for event in ratings(office)] == [(1, "Slow", "web"), (5, "", "web")]
    office.now = clock.now()
    assert "1 of 5: Slow" in words_of(one(office.told(), ANNA))


async def send(client: aiohttp.ClientSession, url: str, form: object, headers: dict[str, str] | None = None) -> int:
    async with client.post(url, data=form, headers=headers) as answer:
        await answer.read()
        return answer.status


@pytest.mark.parametrize("score", [None, "", "0", "6", "1.5", "five", "-1", "55", "\u0665", " 5"])
async def test_what_is_no_score_is_asked_for_again_with_the_comment_kept(
    office: Office, client: aiohttp.ClientSession, score: str | None
) -> None:
    page = paths(office)[0].partition("?")[0]
    form = {"comment": "Kept"} | ({"score": score} if score is not None else {})
    async with serving(office) as base, client.post(base + PREFIX + page, data=form) as answer:
        said = await answer.text()
    assert answer.status == 422
    assert "Please choose a number from 1 to 5." in said
    assert "Kept</textarea>" in said
    assert rating(office) == (None, None)


async def test_a_survey_ends_after_thirty_days(office: Office, client: aiohttp.ClientSession) -> None:
    page = paths(office, days_ago=31)[0]
    async with serving(office) as base:
        async with client.get(base + PREFIX + page) as shown:
            assert shown.status == 410
            assert "This survey has ended" in await shown.text()
        assert await send(client, base + PREFIX + page, {"score": "5"}) == 410
    assert rating(office) == (None, None)


async def test_on_its_last_day_it_can_be_answered(office: Office, client: aiohttp.ClientSession) -> None:
    page = paths(office, days_ago=30)[0]
    async with serving(office) as base:
        assert await send(client, base + PREFIX + page, {"score": "5"}) == 200
    assert rating(office) == (5, "")


# ---------------------------------------------------------------- made-up links and foreign sites
def forged(office: Office, page: str) -> dict[str, str]:
    """Paths of links that we never sent, each made of the right one."""
    token = page.removeprefix("/s/").partition("?")[0]
    [real] = find((token,))
    other = "a" if token[-1] != "a" else "b"
    now = office.now
    end = name_token(office.desk, rules.OPT_OUT, 1, CUSTOMER, now)
    given = {"ticket": 1, "recipient": CUSTOMER, "nonce": "survey:w:1"}
    return {
        "another last letter": f"/s/{token[:-1]}{other}",
        "a letter more": f"/s/{token}a",
        "a letter less": f"/s/{token[:-1]}",
        "in capitals": f"/s/{token.upper()}",
        "another ticket": f"/s/{token.replace('hd-w1-', 'hd-w2-')}",
        "no ticket": f"/s/{token.replace('hd-w1-', 'hd-w0-')}",
        "a later day": f"/s/{token.replace(str(real.day), str(real.day + 1))}",
        "another nonce": f"/s/{token.replace(real.nonce, 'aaaaaaaa')}",
        "the token that ends surveys": f"/s/{end}",
        "that one called the page's": f"/s/{end.replace('hd-o', 'hd-w')}",
        "the mail's own": f"/s/{make(office.desk.keys, purpose='s', **given, now=now).local_part()}",  # type: ignore[arg-type]  # a dict has one type
        "made for somebody else": f"/s/{name_token(office.desk, rules.PAGE, 1, 'dora@globex.example', now)}",
        "by other keys": f"/s/{make(STOLEN, purpose='w', **given, now=now).local_part()}",  # type: ignore[arg-type]  # a dict has one type
        "two in one": f"/s/{token}{token}",
        "up the path": f"/s/..%2Fs%2F{token}",
        "nothing": "/s/",
        "controls": f"/s/{token}%00%0d%0aX:1",
        "half a surrogate": "/s/%ed%a0%80",
        "a megabyte's worth of digits": "/s/hd-w" + "9" * 5000,
    }


async def test_no_made_up_link_opens_anything(office: Office, client: aiohttp.ClientSession) -> None:
    page, *_ = paths(office)
    async with serving(office) as base:
        ways = forged(office, page)
        assert len(ways) >= 12
        for name, path in ways.items():
            for method, form in (("GET", None), ("POST", {"score": "5"}), ("POST", {"List-Unsubscribe": "One-Click"})):
                async with client.request(method, base + PREFIX + path, data=form) as answer:
                    assert answer.status == 404, name
                    assert "on #1?" not in await answer.text()
    assert rating(office) == (None, None)
    assert not opted_out(office)


@pytest.mark.parametrize(
    ("headers", "counts"),
    [
        ({}, True),
        ({"Origin": "null", "Sec-Fetch-Site": "same-origin"}, True),
        ({"Origin": ORIGIN}, True),
        ({"Origin": "https://evil.example"}, False),
        ({"Origin": "http://help.acme.example"}, False),
        ({"Origin": f"{ORIGIN}.evil.example"}, False),
        ({"Origin": "null", "Sec-Fetch-Site": "cross-site"}, False),
    ],
)
async def test_a_form_on_a_foreign_site_does_not_count(
    office: Office, client: aiohttp.ClientSession, headers: dict[str, str], *, counts: bool
) -> None:
    page = paths(office)[0]
    async with serving(office) as base:
        assert await send(client, base + PREFIX + page, {"score": "5"}, headers) == (200 if counts else 403)
    assert rating(office)[0] == (5 if counts else None)


@pytest.mark.parametrize("body", ['{"score": 5}', "score=5", "<score>5</score>"])
async def test_what_is_no_form_does_not_count(office: Office, client: aiohttp.ClientSession, body: str) -> None:
    page = paths(office)[0]
    async with serving(office) as base:
        assert await send(client, base + PREFIX + page, body, {"Content-Type": "application/json"}) == 422
    assert rating(office) == (None, None)


async def test_a_file_instead_of_words_is_no_comment(office: Office, client: aiohttp.ClientSession) -> None:
    page = paths(office)[0]
    form = aiohttp.FormData()
    form.add_field("score", "3")
    form.add_field("comment", b"bytes", filename="x.txt")
    async with serving(office) as base:
        assert await send(client, base + PREFIX + page, form) == 200
    assert rating(office) == (3, "")


# ---------------------------------------------------------------- no more surveys
async def test_the_end_of_all_surveys_needs_a_button(office: Office, client: aiohttp.ClientSession) -> None:
    end = paths(office)[-1]
    async with serving(office) as base:
        async with client.get(base + PREFIX + end) as shown:
            assert "Shall we never ask you again" in await shown.text()
        assert await send(client, base + PREFIX + end, {}) == 422
        assert not opted_out(office)
        assert await send(client, base + PREFIX + end, {"List-Unsubscribe": "One-Click"}) == 200
    assert opted_out(office)
    second = open_and_close(office, name="b")
    office.now = clock.now()
    assert not ask(office, second)


async def test_one_click_of_a_mail_program_ends_them_without_a_redirect(
    office: Office, client: aiohttp.ClientSession
) -> None:
    end = paths(office)[-1]
    for form in (aiohttp.FormData({"List-Unsubscribe": "One-Click"}), "List-Unsubscribe=One-Click"):
        headers = {"Content-Type": "application/x-www-form-urlencoded"} if isinstance(form, str) else None
        async with serving(office) as base:
            url = base + PREFIX + end
            async with client.post(url, data=form, headers=headers, allow_redirects=False) as answer:
                assert answer.status == 200
        assert opted_out(office)


async def test_the_page_leads_to_the_end_of_all_surveys(office: Office, client: aiohttp.ClientSession) -> None:
    page = paths(office)[0]
    async with serving(office) as base:
        async with client.get(base + PREFIX + page) as shown:
            [there] = re.findall(r'href="\.\.(/o/[^"]+)"', await shown.text())
        assert await send(client, base + PREFIX + there, {"List-Unsubscribe": "One-Click"}) == 200
    assert opted_out(office)


# ---------------------------------------------------------------- headers and limits
async def test_every_answer_bears_the_headers_that_keep_a_page_safe(
    office: Office, client: aiohttp.ClientSession
) -> None:
    page = paths(office)[0]
    async with serving(office) as base:
        tries = [("GET", page, None), ("POST", page, {"score": "9"}), ("GET", "/none", None), ("PUT", page, None)]
        tries += [("POST", page, {"score": "5"}), ("POST", page, {"comment": "x" * 40_000}), ("GET", "/health", None)]
        for method, path, form in tries:
            async with client.request(method, base + PREFIX + path, data=form, allow_redirects=False) as answer:
                headers, text = answer.headers, await answer.text()
            policy = headers["Content-Security-Policy"]
            assert policy.startswith("default-src 'none'; style-src 'sha256-")
            assert "frame-ancestors 'none'" in policy
            assert "form-action 'self'" in policy
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert headers["Referrer-Policy"] == "no-referrer"
            assert headers["Cache-Control"] == "no-store"
            assert headers["Server"] == "helpdeskd"
            assert "Set-Cookie" not in headers
            for style in re.findall(r"<style>(.*?)</style>", text, re.DOTALL):
                assert base64.b64encode(hashlib.sha256(style.encode()).digest()).decode() in policy


async def test_pages_hold_no_script_and_load_nothing(office: Office, client: aiohttp.ClientSession) -> None:
    page, *_, end = paths(office)
    async with serving(office) as base:
        for path in (page, end, "/none"):
            async with client.get(base + PREFIX + path) as answer:
                text = await answer.text()
            assert not re.search(r"<(?:script|img|link|iframe|object|embed)\b|\bsrc=|\bon[a-z]+=|url\(|@import", text)
            assert "Acme &lt;&amp; Co&gt;" in text


async def test_a_body_that_is_too_large_is_refused(office: Office, client: aiohttp.ClientSession) -> None:
    page = paths(office)[0]
    async with serving(office) as base:
        assert await send(client, base + PREFIX + page, {"score": "5", "comment": "x" * 40_000}) == 413
        assert rating(office) == (None, None)
        assert await send(client, base + PREFIX + page, {"score": "5", "comment": "x" * 9_000}) == 200
    assert len(rating(office)[1] or "") == rules.COMMENT_CHARACTERS


async def test_who_asks_too_often_waits_and_nobody_else(office: Office, client: aiohttp.ClientSession) -> None:
    page = paths(office)[0]
    async with serving(office, per_minute=5) as base:
        first = {"X-Forwarded-For": "203.0.113.1"}
        statuses = []
        for _ in range(7):
            async with client.get(base + PREFIX + page, headers=first) as answer:
                statuses.append(answer.status)
        assert statuses == [200] * 5 + [429] * 2
        assert answer.headers["Retry-After"] == "60"
        async with client.get(base + PREFIX + page, headers={"X-Forwarded-For": "203.0.113.2"}) as other:
            assert other.status == 200


async def test_a_hook_has_no_limit_and_needs_no_origin_of_ours(office: Office, client: aiohttp.ClientSession) -> None:
    async def hear(request: web.Request) -> web.Response:
        return web.Response(text=await request.text())

    async with serving(office, web.post("/hook", hear), per_minute=1) as base:
        for prefix in ("", PREFIX) * 3:
            async with client.post(
                f"{base}{prefix}/hook", data="x", headers={"Origin": "https://else.example"}
            ) as answer:
                assert (answer.status, await answer.text()) == (200, "x")
                assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_who_sends_a_body_for_ever_is_cut_off(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.server.MOST_SECONDS", 0.2)
    page = paths(office)[0]
    async with serving(office) as base:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(base.rpartition(":")[2]))
        kind = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000"
        writer.write(f"POST {PREFIX}{page} HTTP/1.1\r\nHost: x\r\n{kind}\r\n\r\nscore=5".encode())
        assert b" 408 " in await asyncio.wait_for(reader.readline(), 20)
        writer.close()
    assert rating(office) == (None, None)


# ---------------------------------------------------------------- language, health, prefix
async def test_health_tells_whether_all_is_well_and_nothing_else(office: Office, client: aiohttp.ClientSession) -> None:
    async with serving(office) as base, client.get(f"{base}/health") as answer:
        assert (answer.status, await answer.text()) == (200, "ok\n")


@pytest.mark.parametrize("prefix", ["", PREFIX])
async def test_a_proxy_may_pass_the_path_on_or_leave_it_out(
    office: Office, client: aiohttp.ClientSession, prefix: str
) -> None:
    page = paths(office)[0].partition("?")[0]
    async with serving(office) as base:
        async with client.post(base + prefix + page, data={"score": "5"}, allow_redirects=False) as answer:
            assert answer.headers["Location"] == f"{page.removeprefix('/s/')}?thanks"
        async with client.get(f"{base}{prefix}{page}?thanks") as shown:
            assert "Thank you" in await shown.text()


def test_without_an_address_no_port_is_opened(store: Store, tmp_path: Path) -> None:
    office = open_surveyed(store, tmp_path, more='[web]\nlisten = "127.0.0.1:1"\n')

    async def run() -> None:
        async with open_pages(office.desk):
            pass

    asyncio.run(run())
    with_one = partial(open_surveyed, store, tmp_path, more='[web]\nlisten = "127.0.0.1:x"\n')
    with pytest.raises(Exception, match="no address and port"):
        with_one()
