"""One body, two formats: plain text, and the HTML that says the same words.

A body is rendered once, to text in which every value that we did not write ourselves stands between two marks (code
points that no text may hold). Only what stands outside of them is read as structure: paragraphs, `- ` lists, links.
Lines that are others' from end to end are left as long as they are.
"""

import re
import textwrap
from html import escape

OPEN, SHUT = "\ufdd0", "\ufdd1"
NAME, TARGET, DONE = "\ufdd2", "\ufdd3", "\ufdd4"  # a link of ours: its words behind the first, then where it leads
WIDTH = 76
MARKS = re.compile(f"[{OPEN}{SHUT}{NAME}{TARGET}{DONE}]")
_UNMARKED = f"[^{OPEN}{SHUT}{NAME}{TARGET}{DONE}]*"
WHOLE_LINE = re.compile(f"{OPEN}{_UNMARKED}{SHUT}")
LINK = re.compile(f"{NAME}(?P<name>{_UNMARKED}){TARGET}(?P<target>{_UNMARKED}){DONE}")
BLANK_LINES = re.compile(r"\n[ \t]*\n\s*")
VALUE_OR_LINK = re.compile(
    f"{OPEN}(?P<value>[^{OPEN}{SHUT}]*){SHUT}|{LINK.pattern}"
    # A link that runs on into a value is no link: where it led would not be for us to say.
    rf"|(?<![\w{SHUT}])(?P<link>(?:https?://|mailto:)[^\s<>\"'{OPEN}{SHUT}]++)(?!{OPEN})"
)
PARAGRAPH = '<p style="margin: 0 0 1em 0">'
LIST = '<ul style="margin: 0 0 1em 0; padding: 0 0 0 1.25em">'
ITEM = '<li style="margin: 0">'


def mark(value: str) -> str:
    """Say of a value that it is none of our own words; each of its lines bears its own marks."""
    return OPEN + MARKS.sub("", value).replace("\n", f"{SHUT}\n{OPEN}") + SHUT


def mark_link(name: str, target: str) -> str:
    """A link of ours with words of its own; in the plain text `target` stands behind them."""
    return f"{NAME}{MARKS.sub('', name)}{TARGET}{MARKS.sub('', target)}{DONE}"


def as_text(marked: str) -> str:
    """The text part: marks gone, long lines of ours folded at spaces."""
    lines = LINK.sub(r"\g<name> <\g<target>>", "\n\n".join(_paragraphs(marked))).split("\n")
    return "\n".join(folded for line in lines for folded in _fold(line)) + "\n"


def as_html(marked: str) -> str:
    """The same words as HTML, without a page around them."""
    return "\n".join(block for paragraph in _paragraphs(marked) for block in _blocks(paragraph.split("\n")))


def as_line(marked: str) -> str:
    """The marked text as one line without marks, for a subject."""
    return " ".join(MARKS.sub("", marked).split())


def _paragraphs(marked: str) -> list[str]:
    return [each for each in BLANK_LINES.split(marked.strip()) if each]


def _fold(marked: str) -> list[str]:
    line = MARKS.sub("", marked)
    if len(line) <= WIDTH or WHOLE_LINE.fullmatch(marked):
        return [line.rstrip()]
    first, hanging = ("- ", "  ") if line.startswith("- ") else ("", "")
    return textwrap.wrap(
        line.removeprefix(first),
        WIDTH,
        initial_indent=first,
        subsequent_indent=hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _blocks(lines: list[str]) -> list[str]:
    """One paragraph as HTML blocks: runs of `- ` lines are lists, what stands between them is text."""
    blocks: list[str] = []
    run: list[str] = []
    for line in lines:
        if run and line.startswith("- ") != run[0].startswith("- "):
            blocks.append(_block(run))
            run = []
        run.append(line)
    return [*blocks, _block(run)]


def _block(lines: list[str]) -> str:
    if lines[0].startswith("- "):
        items = "\n".join(f"{ITEM}{_inline(line[2:])}</li>" for line in lines)
        return f"{LIST}\n{items}\n</ul>"
    return PARAGRAPH + "<br>\n".join(map(_inline, lines)) + "</p>"


def _inline(line: str) -> str:
    return MARKS.sub("", VALUE_OR_LINK.sub(_dress, escape(line.strip(), quote=False)))


def _dress(match: re.Match[str]) -> str:
    if match["value"] is not None:
        shown = match["value"].replace("  ", "\N{NO-BREAK SPACE} ")  # what is set in columns stays so
        return f"<bdi>{shown}</bdi>" if shown else ""
    if match["target"] is not None:
        return _link(match["target"], match["name"])
    link = match["link"].rstrip(".,;:!?)]")
    return _link(link, link) + match["link"][len(link) :]


def _link(target: str, name: str) -> str:
    target = target.replace('"', "%22")  # escaped before, all but its quotes
    return f'<a href="{target}" style="color: inherit; text-decoration: underline">{name}</a>'
