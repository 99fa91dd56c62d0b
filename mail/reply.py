"""What the sender newly wrote, what they quoted and how they signed. A view only: the full text is kept beside it."""

from collections.abc import Sequence
from dataclasses import dataclass

from mail.model import Forwarded
from mail.replies.answers import SIGNED, WRITTEN, Kind, divide
from mail.replies.boundaries import Boundary, is_rule, read_boundary, read_marked
from mail.replies.forwarded import read_forwarded
from mail.replies.leads import find_leads
from mail.replies.page import Page, read_page

_GREETING = 30  # characters
_WRAPPED = 60  # characters of a quoted line that a client may have wrapped without marking what it wrapped


@dataclass(frozen=True, slots=True)
class Split:
    """A text taken apart; the pieces hold every line that says anything. `forwarded` is a view into `quote`."""

    reply: str
    quote: str
    signature: str
    forwarded: Forwarded | None = None


def split(text: str, subject: str = "") -> Split:
    """Take a text, with marks of its HTML or without, apart in linear time; in doubt the sender wrote it.

    Where answers stand between quoted lines, the reply holds these lines, too.
    """
    page = read_page(text)
    leads = find_leads(page)
    kinds = _read_kinds(page, leads)
    end, forwarded = _find_end(page, kinds, leads, subject)
    if end == 0:
        return Split("", "\n".join(page.lines).strip(), "", forwarded)
    roles = divide(page, kinds[:end])
    quote = [line for line, role in zip(page.lines, roles, strict=False) if role not in {WRITTEN, SIGNED}]
    return Split(
        reply=_join(_written(page, roles, kinds)),
        quote=_join([*quote, *page.lines[end:]]),
        signature=_join([line for line, role in zip(page.lines, roles, strict=False) if role == SIGNED]),
        forwarded=forwarded,
    )


def _join(lines: Sequence[str]) -> str:
    return "\n".join(lines).strip("\n").rstrip()


def _written(page: Page, roles: Sequence[str], kinds: Sequence[Kind]) -> list[str]:
    """The lines of the reply; what only the HTML shows as quoted among them gets the mark that it has in text."""
    has_answers = Kind.OWN in kinds
    return [
        f"> {line}" if has_answers and page.cited[n] and kinds[n] is Kind.QUOTED else line
        for n, (line, role) in enumerate(zip(page.lines, roles, strict=False))
        if role == WRITTEN
    ]


def _read_kinds(page: Page, leads: dict[int, int]) -> list[Kind]:
    kinds = [_kind(page, place) for place in range(len(page.lines))]
    for start, behind in leads.items():
        if _is_above_quote(kinds, behind):
            kinds[start:behind] = [Kind.LEAD] * (behind - start)
    for place in range(1, len(kinds) - 1):
        if kinds[place] is Kind.OWN and _is_torn_off(page, place):
            kinds[place] = Kind.QUOTED
    return kinds


def _kind(page: Page, place: int) -> Kind:
    if page.is_blank(place):
        return Kind.BLANK
    if page.quoted[place]:
        return Kind.QUOTED
    return Kind.LEAD if page.led[place] else Kind.OWN


def _is_above_quote(kinds: Sequence[Kind], behind: int) -> bool:
    return next((kind for kind in kinds[behind : behind + 6] if kind is not Kind.BLANK), None) is Kind.QUOTED


def _is_torn_off(page: Page, place: int) -> bool:
    """The end of a quoted line that was too long for somebody's client."""
    above = page.lines[place - 1]
    return (
        above.startswith(">")
        and page.lines[place + 1].startswith(">")
        and len(above) >= _WRAPPED
        and page.lines[place][:1].islower()
    )


# ---------------------------------------------------------------- where all the rest is another's
def _find_end(page: Page, kinds: Sequence[Kind], leads: dict[int, int], subject: str) -> tuple[int, Forwarded | None]:
    """The line from which on all is somebody else's, and the mail that was passed on there.

    What stands at the very top is no such line, since then the sender would have written nothing: unless they passed
    on a mail without a word of their own.
    """
    place, has_own, has_words = 0, False, False
    while place < len(kinds):
        boundary = _boundary(page, place, kinds[place], leads)
        if boundary is None:
            is_own = kinds[place] is Kind.OWN and not is_rule(page.bare[place])
            has_own |= is_own
            has_words |= is_own and not _is_greeting(page.bare[place])
            place += 1
            continue
        forwarded = read_forwarded(page, boundary, subject)
        if has_words or forwarded is not None:
            return _climb(page, place) if has_own else 0, forwarded
        place = max(boundary.end, place + 1)
    return len(kinds), None


def _is_greeting(line: str) -> bool:
    """With no more above a quote than this, the sender has not answered there."""
    return line.endswith((",", "\uff0c")) and len(line) <= _GREETING


def _boundary(page: Page, place: int, kind: Kind, leads: dict[int, int]) -> Boundary | None:
    if place in page.rests:
        return read_marked(page, place)
    if kind is not Kind.OWN and not page.led[place]:
        return None
    return Boundary("lead", leads[place]) if place in leads else read_boundary(page, place)


def _climb(page: Page, place: int) -> int:
    """Above the rules and blank lines over that line."""
    while place > 0 and (page.is_blank(place - 1) or is_rule(page.bare[place - 1])):
        place -= 1
    return place
