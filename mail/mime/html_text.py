"""HTML made text that a person can read; whatever words there are, none vanish."""

import html as markup
import re

import nh3
from inscriptis.css_profiles import CSS_PROFILES
from inscriptis.html_engine import Inscriptis
from inscriptis.model.config import ParserConfig
from lxml.etree import LxmlError
from lxml.html import HTMLParser, document_fromstring

from mail.mime.links import tell_links

LIMIT = 1024 * 1024  # characters of HTML that are made text
LAYOUT_TAGS = 40_000  # of a whole mail; to lay out more takes seconds

_CONFIG = ParserConfig(css=CSS_PROFILES["strict"], display_links=False)
_XML_DECLARATION = re.compile(r"\A\s*<\?xml [^>]{0,200}>")
_BLOCK_END = re.compile(r"(?i)</?(?:br|p|div|tr|li|ul|ol|table|h[1-6]|blockquote|title)\b[^<>]*>?")
_TAG = re.compile(r"<[A-Za-z/!?][^<>]*>?")  # no quantifier ever runs past the next tag, so the time stays linear
_UNSPOKEN = re.compile(r"<(script|style)\b", re.IGNORECASE)
_BARE_TAGS = 2000  # with more, taking them apart by the rules can take minutes
_BARE_REFERENCES = 20_000  # the same
_RUN_OF_BREAKS = re.compile(r"(?:\n[ \t]*){50,}")  # the layout takes quadratic time for them
_MANY_BREAKS = re.compile(r"\n[ \t]*\n[ \t\n]*")


def read_html(html: str, *, lay_out: bool) -> tuple[str, str | None]:
    """The text of HTML, laid out or bare, and what is wrong with it: it was cut at LIMIT, or lost its layout."""
    defect = f"HTML over {LIMIT // 1024} kB: the rest is not shown as text" if len(html) > LIMIT else None
    html = html[:LIMIT]
    try:
        text = _lay_out(html) if lay_out and html.strip() else ""
    except (LxmlError, ValueError, RecursionError, TypeError, KeyError, IndexError, AttributeError):  # on odd markup
        text = ""
    if text.strip():
        return _MANY_BREAKS.sub("\n\n", text).strip("\n"), defect
    if bare := read_bare(html):
        return bare, defect or "HTML shown without its layout"
    return "", defect


def read_bare(html: str) -> str:
    """All words of HTML without markup and layout, hidden ones too; nothing of scripts and styles."""
    html = _BLOCK_END.sub("\n", html)
    if html.count("<") > _BARE_TAGS or html.count("&") > _BARE_REFERENCES:
        text = _TAG.sub("", _leave_out_scripts(html))
    else:
        text = nh3.clean(html, tags=set(), clean_content_tags={"script", "style"})
    return _MANY_BREAKS.sub("\n\n", markup.unescape(text).replace("\xa0", " ").replace("\0", "")).strip()


def _leave_out_scripts(html: str) -> str:
    out, place, folded = [], 0, html.lower()
    if len(folded) != len(html):  # a letter that gets longer: places would not agree
        return html
    while found := _UNSPOKEN.search(folded, place):
        end = folded.find(f"</{found[1]}", found.end())
        if end < 0:
            break
        out.append(html[place : found.start()])
        place = end
    return "".join([*out, html[place:]])


def _lay_out(html: str) -> str:
    """The text as the page shows it; empty where the page is nested too deep or is too long."""
    html = _RUN_OF_BREAKS.sub("\n" * 50, _XML_DECLARATION.sub("", html, count=1))
    # comments and processing instructions go first: the layout would lose the words behind the latter
    parser = HTMLParser(remove_comments=True, remove_pis=True)
    tree = document_fromstring(html, parser=parser)
    if any("Excessive depth" in fault.message for fault in parser.error_log):
        return ""
    tell_links(tree)
    return str(Inscriptis(tree, _CONFIG).get_text())
