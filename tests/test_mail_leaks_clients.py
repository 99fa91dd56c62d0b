"""Agents' answers as mail programs write them around a real notice: they leave, and never a canary with them."""

import json
import random
import textwrap
from collections.abc import Callable
from dataclasses import replace
from html import escape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mail.agent_html import write_html
from mail.agent_reply import Reply
from mail.leaks import find_leaks
from mail.parse import parse
from tests.agent_clients import (
    HELD,
    KNOWN,
    NOTE,
    ON,
    OWN,
    SAID,
    SECRETS,
    UNKNOWN,
    Client,
    Quoted,
    answer,
    gmail,
    held,
    html_only,
    noted,
    notice_of,
    paragraphs,
    plain,
    quote,
    seen_by_customer,
)
from tests.servers.lanes import corpus

NOTICES = {"en": notice_of(), "de": notice_of(language="de"), "note": noted(NOTE)}


def secrets_in(seen: str) -> list[str]:
    return [secret for secret in SECRETS if secret in seen.lower()]


@pytest.mark.parametrize("notice", NOTICES.values(), ids=NOTICES.keys())
@pytest.mark.parametrize("client", KNOWN)
def test_an_answer_of_a_known_program_leaves_without_a_word_of_the_notice(client: Client, notice: Quoted) -> None:
    went = answer(client(OWN, notice), held(notice))
    assert went.leaks == ()
    assert went.reply.text == OWN
    assert secrets_in(went.seen) == []
    assert "Next step" not in went.seen


@pytest.mark.parametrize("notice", NOTICES.values(), ids=NOTICES.keys())
@pytest.mark.parametrize("client", UNKNOWN)
def test_of_a_program_that_marks_nothing_no_word_of_the_notice_leaves(client: Client, notice: Quoted) -> None:
    went = answer(client(OWN, notice), held(notice))
    assert secrets_in(went.seen) == []
    assert went.leaks or went.reply.text == OWN


@pytest.mark.parametrize("notice", NOTICES.values(), ids=NOTICES.keys())
@pytest.mark.parametrize("client", [*KNOWN, *UNKNOWN])
def test_were_nothing_cut_off_nothing_would_leave(client: Client, notice: Quoted) -> None:
    """The second line of defence by itself: all of the mail is taken for the agent's words."""
    text = parse(client(OWN, notice)).text
    assert find_leaks(Reply(text, write_html(OWN)), held(notice))


# ---------------------------------------------------------------- answers between quoted lines
Quoting = Callable[[list[str]], bytes]


def as_marked(lines: list[str]) -> bytes:
    return plain(f"{ON}\n\n" + "\n".join(lines))


def as_wrapped(lines: list[str]) -> bytes:
    wrapped = (textwrap.wrap(line, 60, subsequent_indent="> " * line.startswith(">")) or [""] for line in lines)
    return plain(f"{ON}\n\n" + "\n".join(piece for pieces in wrapped for piece in pieces))


def as_html(lines: list[str]) -> bytes:
    blocks = (
        f'<blockquote type="cite">{escape(line[1:].strip()) or "<br>"}</blockquote>'
        if line.startswith(">")
        else paragraphs(line)
        for line in lines
    )
    return html_only(f"<html><body><div>{escape(ON)}</div>{''.join(blocks)}</body></html>")


QUESTIONS = ("1. Is it down?", "2. When is it back?", "since Monday I cannot log in", "curl -v https")


def between(notice: Quoted, *, is_trimmed: bool) -> list[str]:
    """A quoted notice with an answer below each line of the customer's that asks for one."""
    lines: list[str] = []
    for line in quote(notice.text).split("\n"):
        lines.append(line)
        if any(asked in line for asked in QUESTIONS):
            lines += ["", "This is what I say to it.", ""]
    if is_trimmed:
        first = next(at for at, line in enumerate(lines) if "Hello," in line)
        last = next(at for at, line in enumerate(lines) if "Best regards" in line)
        return lines[first:last]
    return lines


@pytest.mark.parametrize("is_trimmed", [True, False])
@pytest.mark.parametrize("quoting", [as_marked, as_wrapped, as_html])
def test_an_answer_between_the_customers_lines_leaves_with_these_lines(quoting: Quoting, *, is_trimmed: bool) -> None:
    notice = NOTICES["en"]
    went = answer(quoting(between(notice, is_trimmed=is_trimmed)), held(notice))
    assert went.leaks == ()
    assert secrets_in(went.seen) == []
    assert went.seen.count("This is what I say to it.") >= 4
    assert "1. Is it down?" in went.seen


def test_an_answer_below_a_line_of_a_note_comes_back() -> None:
    notice = NOTICES["note"]
    first, second = NOTE.split("\n")
    trimmed = [f"> {first}", "", "I know.", "", f"> {second}", "", "Why not?"]
    went = answer(as_marked(trimmed), held(notice))
    assert went.leaks
    assert went.seen == ""


# ---------------------------------------------------------------- any lines of a notice, anywhere
def _keep(line: str) -> str:
    return line


DRESSES: tuple[Callable[[str], str], ...] = (
    _keep,
    lambda line: f"> {line}",
    lambda line: f">> {line}",
    lambda line: f"AA> {line}",
    lambda line: f"    {line}",
    lambda line: f"* {line}",
    str.upper,
    escape,
    lambda line: line.replace(" ", "\N{NO-BREAK SPACE}"),
    lambda line: line.replace("'", "\u2019").replace("-", "\u2013"),
    "\u200b".join,
    lambda line: "\n> ".join(textwrap.wrap(line, 50)),
    lambda line: "\n".join(textwrap.wrap(line, 35)),
    lambda line: f"<b>{escape(line)}</b>",
)
LINES = [line for notice in NOTICES.values() for line in notice.text.split("\n") if line.strip()]
WORDS = st.sampled_from([*OWN.split("\n"), *SAID.split("\n"), "Thank you!", "1. Yes", "-- ", ""])


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    own=st.lists(WORDS, min_size=1, max_size=8),
    taken=st.lists(st.tuples(st.sampled_from(LINES), st.sampled_from(DRESSES), st.integers(0, 8)), max_size=6),
    client=st.sampled_from([plain, lambda text: html_only(paragraphs(text))]),
)
def test_whatever_lines_of_a_notice_stand_in_an_answer_none_of_them_leaves(
    own: list[str],
    taken: list[tuple[str, Callable[[str], str], int]],
    client: Callable[[str], bytes],
) -> None:
    lines = list(own)
    for line, dress, place in taken:
        lines.insert(place, dress(line))
    against = replace(HELD, notices=tuple(notice.raw for notice in NOTICES.values()))
    went = answer(client("\n".join(lines)), against)
    assert secrets_in(went.seen) == []


@settings(max_examples=60, deadline=None)
@given(pieces=st.data(), width=st.integers(28, 76), mark=st.sampled_from(["", "> ", "| "]))
def test_of_lines_that_a_program_wrapped_no_piece_that_tells_something_leaves(
    pieces: st.DataObject, width: int, mark: str
) -> None:
    notice = NOTICES["en"]
    lines = notice.text.split("\n")
    wrapped = [
        piece for line in lines for piece in textwrap.wrap(line, width, break_long_words=False, break_on_hyphens=False)
    ]
    chosen = pieces.draw(st.lists(st.sampled_from(wrapped), max_size=4))
    text = "\n".join(["Hello Anna,", *(f"{mark}{piece}" for piece in chosen), "please wait."])
    reply = Reply(text, write_html(text))
    leaks = find_leaks(reply, held(notice))
    assert leaks or secrets_in(seen_by_customer(reply)) == []


# ---------------------------------------------------------------- the shapes of real mail
@pytest.mark.corpus
def test_in_the_shapes_of_real_replies_no_line_of_a_notice_leaves() -> None:
    """Whatever a reply quotes is replaced by lines of a notice, mark by mark."""
    notice = NOTICES["en"]
    secret = [line for line in notice.text.split("\n") if "canary" in line or "helpdeskd" in line]
    rows = [json.loads(line) for line in (corpus() / "reply.jsonl").read_text("utf-8").splitlines()]
    left = blocked = 0
    for number, row in enumerate(rows):
        if row["match"] == "time":
            continue
        chance = random.Random(number)
        lines = (corpus() / row["file"]).read_text("utf-8").replace("\r\n", "\n").split("\n")
        marks = [line[: len(line) - len(line.lstrip("> "))] if line.startswith(">") else None for line in lines]
        pairs = zip(lines, marks, strict=True)
        turned = [line if mark is None else f"{mark}{chance.choice(secret)}" for line, mark in pairs]
        if turned == lines:
            turned += secret
        went = answer(plain("\n".join(turned)), held(notice))
        assert secrets_in(went.seen) == [], row["id"]
        left, blocked = left + (not went.leaks), blocked + bool(went.leaks)
    assert left > 10 * blocked, f"{left} left without a line of the notice, {blocked} came back"


def test_a_top_posted_answer_keeps_its_own_html() -> None:
    went = answer(gmail("Hello Anna,\n\nnow it works.", NOTICES["en"]), held(NOTICES["en"]))
    assert "<div>now it works.</div>" in went.reply.html
