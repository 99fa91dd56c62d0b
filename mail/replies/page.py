"""A text as the lines that later steps look at: which are quoted, and what the HTML behind them says of them."""

import re
from dataclasses import dataclass, field

LOOKED_AT = 10_000  # lines; what is behind them counts as one long line, for longer texts are no letters
_LONG = 1000  # characters; a longer line is a paragraph, no mark of a mail client

# Noncharacters, one a line of its own, stand around what the HTML marks (see `mail.replies.html_quotes`).
CITE, END_CITE = "\ufdd0", "\ufdd1"
LEAD, END_LEAD = "\ufdd2", "\ufdd3"
SIGN, END_SIGN = "\ufdd4", "\ufdd5"
REST = "\ufdd6"  # from here on all is somebody else's
MARKS = CITE + END_CITE + LEAD + END_LEAD + SIGN + END_SIGN + REST

_MARKED = re.compile(f"[{MARKS}]")
_UNSEEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]")
_QUOTED = re.compile(r" {0,3}>")
_CHANGES = {CITE: ("cited", 1), END_CITE: ("cited", -1), LEAD: ("led", 1), END_LEAD: ("led", -1)} | {
    SIGN: ("signed", 1),
    END_SIGN: ("signed", -1),
}


@dataclass(slots=True)
class Page:
    """The lines of a text and, for each, what is known of it; all lists are of one length."""

    lines: list[str] = field(default_factory=list)
    bare: list[str] = field(default_factory=list)  # what words are looked for in; empty: nothing to be found here
    quoted: list[bool] = field(default_factory=list)
    cited: list[bool] = field(default_factory=list)  # of these, marked by the HTML alone
    led: list[bool] = field(default_factory=list)
    signed: list[bool] = field(default_factory=list)
    rests: set[int] = field(default_factory=set)

    def is_blank(self, place: int) -> bool:
        """Nothing can be seen there."""
        return not self.lines[place].strip()


def bare(line: str) -> str:
    """A line without what cannot be seen, white space of all kinds made blanks; empty for a long one."""
    if len(line) > _LONG:
        return ""
    return line.strip() if line.isascii() else " ".join(_UNSEEN.sub("", line).split())


def without_marks(text: str) -> str:
    """The text as a person reads it."""
    return "\n".join(read_page(text).lines) if _MARKED.search(text) else text


def drop_marks(text: str) -> str:
    """The same for a text that nobody marked: such characters mean nothing in it (Unicode §23.7)."""
    return _MARKED.sub("", text)


def read_page(text: str) -> Page:
    """Take a text with or without marks into lines; between marks blank lines are not doubled."""
    page = Page()
    depth = {"cited": 0, "led": 0, "signed": 0}
    is_marked = bool(_MARKED.search(text))
    for line in text.split("\n", LOOKED_AT):
        if is_marked:
            found = _MARKED.findall(line)
            for mark in found:
                _change(page, depth, mark)
            line = _MARKED.sub("", line) if found else line  # noqa: PLW2901 the line is the same, without its marks
            if not line.strip() and (found or (page.lines and page.is_blank(-1))):
                continue
        _add(page, line, depth)
    return page


def _change(page: Page, depth: dict[str, int], mark: str) -> None:
    if mark == REST:
        page.rests.add(len(page.lines))
        return
    name, change = _CHANGES[mark]
    depth[name] = max(depth[name] + change, 0)


def _add(page: Page, line: str, depth: dict[str, int]) -> None:
    page.lines.append(line)
    page.bare.append(bare(line))
    page.cited.append(depth["cited"] > 0)
    page.quoted.append(depth["cited"] > 0 or (bool(_QUOTED.match(line)) and not _closes_address(page)))
    page.led.append(depth["led"] > 0)
    page.signed.append(depth["signed"] > 0)


def _closes_address(page: Page) -> bool:
    """The mark at the start of the last line ends an address that was torn apart: "<bob@example.org", "> wrote:"."""
    if len(page.lines) < 2 or not page.bare[-1].endswith((":", "\uff1a")):
        return False
    above = page.bare[-2]
    return not page.quoted[-1] and above.rfind("<") > above.rfind(">") and "@" in above
