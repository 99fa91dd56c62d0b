"""Our own lines in what an agent quotes between answers: cut off like any quote, so that other words remain."""

from collections.abc import Callable

from mail.outgoing.marker import END, is_marker
from mail.outgoing.wording import GRAM, read
from mail.replies.leads import find_leads
from mail.replies.page import Page, read_page

_END = read(END).letters


def cut_notice(text: str, is_seen: Callable[[str], bool]) -> str:
    """A text without the head and the tail of a notice that is quoted in it, mark by mark.

    The head reaches from the line above the quote, over our marker, to the first quoted line that the customer has
    seen (`is_seen`); the tail from the line that ends their words to the end of that quote. All else stays.
    """
    page = read_page(text)
    leads = find_leads(page)
    gone = [False] * len(page.lines)
    for start, end in _quotes(page):
        _cut_head(page, start, end, gone, is_seen)
        _cut_tail(page, start, end, gone)
        if gone[start]:
            _cut_lead(page, start, leads, gone)
    return "\n".join(line for line, is_gone in zip(page.lines, gone, strict=True) if not is_gone).strip("\n")


def _quotes(page: Page) -> list[tuple[int, int]]:
    """Runs of quoted lines, blank ones between them included."""
    found: list[tuple[int, int]] = []
    for place in range(len(page.lines)):
        if not page.quoted[place]:
            continue
        if found and all(page.is_blank(between) for between in range(found[-1][1], place)):
            found[-1] = (found[-1][0], place + 1)
        else:
            found.append((place, place + 1))
    return found


def _cut_head(page: Page, start: int, end: int, gone: list[bool], is_seen: Callable[[str], bool]) -> None:
    marker = next((at for at in range(start, end) if is_marker(page.lines[at])), None)
    if marker is None:
        return
    first = next((at for at in range(marker, end) if _is_theirs(page.lines[at], is_seen)), end)
    while is_seen(page.lines[first - 1]):  # never beyond the marker
        first -= 1
    while first < end and not read(page.lines[first]).words:
        first += 1
    gone[start:first] = [True] * (first - start)


def _is_theirs(line: str, is_seen: Callable[[str], bool]) -> bool:
    """The customer wrote it, beyond chance, or their words are over."""
    letters = read(line).letters
    return letters == _END or (len(letters) >= GRAM and is_seen(line))


def _cut_tail(page: Page, start: int, end: int, gone: list[bool]) -> None:
    last = next((at for at in range(start, end) if read(page.lines[at]).letters == _END), None)
    while last is not None and last > start and not read(page.lines[last - 1]).words:
        last -= 1
    if last is not None:
        gone[last:end] = [True] * (end - last)


def _cut_lead(page: Page, start: int, leads: dict[int, int], gone: list[bool]) -> None:
    above = start
    while above > 0 and page.is_blank(above - 1):
        above -= 1
    for begin, behind in leads.items():
        if behind == above:
            gone[begin:start] = [True] * (start - begin)
