"""Words of a command read strictly: each reader gives the value, or what is wrong with the word."""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TypeVar

from commands.invocation import CommandError, Invocation, nearest
from mail.addresses import read_addresses
from mail.compose import Unsendable, sendable_address
from mail.model import Address
from mail.names import one_line
from tickets.directory import Agent, Directory

T = TypeVar("T")

_SPAN = re.compile(r"([1-9][0-9]{0,3})([hdw])")
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
LONGEST_SNOOZE = timedelta(days=366)
_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,39}")
_REFERENCE_LIMIT = 600  # UTF-8 bytes: it is looked up
_LINK = re.compile(r"<?(?P<link>[^<>\s]+)(?:<(?P=link)>|>)?")


def wrong(what: str, near: str | None = None) -> CommandError:
    """What is wrong with one word; who runs the command knows where it stands and how it is written."""
    return CommandError(what, nearest=near)


def takes_nothing(invocation: Invocation) -> CommandError | None:
    """A word behind a command that has none behind it."""
    return (
        wrong(f"#{invocation.name} takes nothing, but {_quote(invocation.args[0])} follows")
        if invocation.args
        else None
    )


def only_word(invocation: Invocation, meaning: str) -> str | CommandError:
    """The one word of a command that takes exactly one."""
    if len(invocation.args) == 1 and invocation.args[0].strip():
        return invocation.args[0].strip()
    if len(invocation.args) > 1:
        return wrong(f"#{invocation.name} takes one word, but {_quote(invocation.args[1])} follows")
    return wrong(f"#{invocation.name} says no {meaning}")


def one_of(word: str, known: Sequence[str], meaning: str) -> str | CommandError:
    """A word of a closed set, in whatever case."""
    if word.lower() in known:
        return word.lower()
    return wrong(f"there is no {meaning} {_quote(word)}", nearest(word, known))


def read_agent(word: str, directory: Directory) -> Agent | CommandError:
    """An agent by address, name, first name or the part of an address before its @; several that match are none."""
    found = [agent for agent in directory.agents if word.lower() in _names_of(agent)]
    if len(found) == 1:
        return found[0]
    if found:
        return wrong(f"{_quote(word)} may be {' or '.join(agent.name for agent in found)}; write the address")
    known: dict[str, str] = {name: name for agent in directory.agents for name in _names_of(agent)}
    return wrong(f"there is no agent {_quote(word)}", nearest(word, known))


def read_address(word: str) -> Address | CommandError:
    """An address that mail can be sent to."""
    bare = word.partition("<mailto:")[0] or word  # mail programs write links beside their words
    found, _ = read_addresses(bare.removeprefix("mailto:"), 2)
    if len(found) != 1 or "@" not in found[0].address:
        return wrong(f"{_quote(word)} is no mail address")
    try:
        sendable_address(found[0].address)
    except Unsendable as refused:
        return wrong(f"{_quote(word)}: {refused.why}")
    return found[0]


def read_number(word: str) -> int | CommandError:
    """The number of a ticket, as 41 or #41."""
    digits = word.removeprefix("#")
    if digits.isascii() and digits.isdigit() and 0 < len(digits) <= 15 and int(digits) > 0:
        return int(digits)
    return wrong(f"{_quote(word)} is no number of a ticket")


def read_span(word: str) -> timedelta | CommandError:
    """How long, in hours, days or weeks: 4h, 2d, 1w."""
    match = _SPAN.fullmatch(word.lower())
    if match is None:
        return wrong(f"{_quote(word)} is no time; write hours, days or weeks as 4h, 2d or 1w")
    span = int(match[1]) * _UNITS[match[2]]
    return span if span <= LONGEST_SNOOZE else wrong(f"{_quote(word)} is more than a year")


def read_reference(word: str) -> str | CommandError:
    """Where a defect, a feature request or a page stands: a link, or whatever its tracker calls it."""
    bare = word.strip()
    match = _LINK.fullmatch(bare)
    reference = match["link"].rstrip("/") if match is not None else ""
    if not reference or len(reference.encode(errors="replace")) > _REFERENCE_LIMIT or not reference.isprintable():
        return wrong(f"{_quote(word)} is no reference")
    return reference


def read_url(word: str) -> str | CommandError:
    """A link to a page."""
    reference = read_reference(word)
    if isinstance(reference, str) and not reference.lower().startswith(("https://", "http://")):
        return wrong(f"{_quote(word)} is no link; it begins with https://")
    return reference


def read_name(word: str, meaning: str) -> str | CommandError:
    """The name of a tag or a fact: letters of a to z, digits, and . _ - between them."""
    if _NAME.fullmatch(word.lower()):
        return word.lower()
    return wrong(f"{_quote(word)} is no {meaning}; write letters from a to z, digits and . _ -")


def read_changes(invocation: Invocation, meaning: str) -> dict[str, bool] | CommandError:
    """Words with + or - before them: each with whether it is added."""
    changes: dict[str, bool] = {}
    for word in invocation.args:
        sign, name = word[:1], word[1:].strip()
        if sign not in {"+", "-"} or not name:
            return wrong(f"{_quote(word)} says neither +{meaning} nor -{meaning}", f"+{word}" if word else None)
        if changes.setdefault(name.lower(), sign == "+") != (sign == "+"):
            return wrong(f"{_quote(name)} is both added and removed")
    return changes or wrong(f"#{invocation.name} says no {meaning}")


def first_error(values: Mapping[str, T | CommandError]) -> CommandError | None:
    """The first of these that could not be read."""
    return next((value for value in values.values() if isinstance(value, CommandError)), None)


def _names_of(agent: Agent) -> set[str]:
    name = agent.name.lower()
    return {name, name.split()[0], *agent.addresses, *(address.partition("@")[0] for address in agent.addresses)}


def _quote(word: str) -> str:
    return f'"{one_line(word, 60)}"'
