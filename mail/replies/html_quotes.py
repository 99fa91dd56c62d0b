"""What the HTML of a mail says of quotes and signatures: marks are put around them, before it is made text.

The HTML is read as tags one after the other, not as a tree: so nothing is lost, however deep or broken it is.
"""

import re
from dataclasses import dataclass, field, replace

from mail.replies.page import CITE, END_CITE, END_LEAD, END_SIGN, LEAD, REST, SIGN, drop_marks

_WRITTEN_MARK = re.compile(r"(?i)&#(?:x0*fdd[0-6]|0*6497[6-9]|0*6498[0-2])(?![0-9a-f]);?")
_TAG = re.compile(r"<!--|<(/?)([A-Za-z][A-Za-z0-9]{0,15})(?=[\s/>])([^<>]*)>")
_HOLDERS = frozenset({"div", "blockquote", "span", "p", "table", "section", "td", "pre"})
_ENDS_P = frozenset({"p", "div", "blockquote", "table", "pre", "ul", "ol", "hr"})
_SKIPPED = frozenset({"style", "script", "title"})
_SKIPPED_END = re.compile("(?i)</(?:style|script|title)")

_NAMES = re.compile(
    r"""(?i)(?<![\w-])(class|id|name|data-marker)\s*=\s*(?:"([^"]{0,500})"|'([^']{0,500})'|([^\s"'>]{1,500}))"""
)
# Put before a name by whoever quoted it; a number behind it.
_AFFIX = re.compile(r"\A(?:x_|ydp[0-9a-f]{1,12}|yiv\d{1,20})+|[_-]?\d+\Z")
_OUTLOOK = re.compile(r"(?i)border-top:\s*solid\s+#(?:e1e1e1|b5c4df)\s+1[.,]0pt|border-top:\s*#b5c4df\s+1pt\s+solid")
_CITED = re.compile(r"(?i)(?<![\w-])(?:type|cite)\s*=|quote|border-left")

# Classes, ids, names and data-markers, in lower case, of what clients put around what.
_LEADS = frozenset({"gmail_attr", "moz-cite-prefix", "reply-intro", "airmail_ext_on", "airmail_on"})
_NAMED = "name=quote"  # a class of that name says nothing
_QUOTES = frozenset(
    {
        *("yahoo_quoted", "protonmail_quote", "tutanota_quote", "zmail_extra"),
        *("missive_quote", "messagereplysection", "bloop_original_html", "iscontentquote", "isreplycontent"),
        _NAMED,
        *("isforwardcontent", "mail-editor-reference-message-container", "ms-outlook-mobile-reference-message"),
        *("moz-forward-container", "__quoted_text__", "olk_src_body_section", "quoted-message", "freshdesk_quote"),
    }
)
_DOUBTED = frozenset({"gmail_quote", "gmail_quote_container"})
_SIGNATURES = frozenset(
    {
        *("gmail_signature", "moz-signature", "protonmail_signature_block", "ms-outlook-mobile-signature", "mb_sig"),
        *("bloop_sign", "ymail_android_signature", "composer_signature", "messagesignaturesection", "signature"),
        *("tutanota_signature", "front-signature", "mail-app-auto-default-signature", "onetimesignature"),
        *("missive_signature", "sh-signature", "zmail_signature_below", "__sig_pre__", "ymail_ios_signature"),
    }
)
_RESTS = frozenset({"divrplyfwdmsg", "appendonsend", "__headers__", "__divider__", "zwchr", "stopspelling"})
_ANY = (*_LEADS, *_QUOTES - {_NAMED}, *_DOUBTED, *_SIGNATURES, *_RESTS, "quote", "#e1e1e1", "#b5c4df")


@dataclass(frozen=True, slots=True)
class _Marked:
    """The element that is marked at the moment: its tag, how many of them are open around it, the mark for its end.

    Of one that people write in, too, `doubted` is the place of its first mark, until it turns out to hold a quote.
    """

    tag: str
    around: int
    due: str
    doubted: int | None = None


@dataclass(slots=True)
class _Marking:
    out: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)  # of open tags
    marked: _Marked | None = None

    def put(self, mark: str) -> None:
        self.out.append(f"<div>{mark}</div>")

    def begin(self, tag: str, mark: str, due: str, *, is_doubted: bool = False) -> None:
        self.put(mark)
        self.marked = _Marked(tag, self.counts[tag] - 1, due, len(self.out) - 1 if is_doubted else None)

    def end(self) -> None:
        if self.marked is not None and self.marked.doubted is not None:
            self.out[self.marked.doubted] = ""
        elif self.marked is not None:
            self.put(self.marked.due)
        self.marked = None

    def believe(self) -> None:
        if self.marked is not None:
            self.marked = replace(self.marked, doubted=None)


def mark_quotes(html: str) -> str:
    """The HTML with marks (see `mail.replies.page`) around what its client calls quote, lead or signature."""
    html = _WRITTEN_MARK.sub("", drop_marks(html))
    folded = html.lower()
    if not any(name in folded for name in _ANY):
        return html
    marking, done, place = _Marking(), 0, 0
    while place >= 0 and (found := _TAG.search(html, place)):
        place = _skip(html, found)
        tag = (found[2] or "").lower()
        if tag not in _HOLDERS and tag != "hr":
            continue
        edge = found.end() if found[1] else found.start()
        marking.out.append(html[done:edge])
        done = edge
        if found[1]:
            _close(marking, tag)
        else:
            _open(marking, tag, found[3])
    marking.out.append(html[done:])
    marking.end()
    return "".join(marking.out)


def _skip(html: str, found: re.Match[str]) -> int:
    """Behind the tag; of comments and of what is never shown, behind their end, -1 where they have none."""
    if found[0] == "<!--":
        end = html.find("-->", found.end())
        return end + 3 if end >= 0 else -1
    if found[2].lower() in _SKIPPED and not found[1]:
        ending = _SKIPPED_END.search(html, found.end())
        return ending.end() if ending else -1
    return found.end()


def _close(marking: _Marking, tag: str) -> None:
    if not marking.counts.get(tag):
        return
    marking.counts[tag] -= 1
    marked = marking.marked
    if marked is not None and (marked.tag, marked.around) == (tag, marking.counts[tag]):
        marking.end()


def _open(marking: _Marking, tag: str, attributes: str) -> None:
    if tag in _ENDS_P and marking.counts.get("p"):  # a paragraph needs no end of its own
        _close(marking, "p")
    marking.counts[tag] = marking.counts.get(tag, 0) + 1
    due = marking.marked.due if marking.marked is not None else ""
    if due == END_CITE or not attributes.strip():
        return
    names = _names(attributes)
    if names & _RESTS or (tag == "div" and _OUTLOOK.search(attributes)):
        marking.put(REST)
    elif tag == "blockquote" and _CITED.search(attributes):  # people use others to set something in
        marking.believe()
        marking.end()
        marking.begin(tag, CITE, END_CITE)
    elif names & _LEADS and due:
        marking.believe()
    elif not due and tag != "hr":
        _open_named(marking, tag, names)


def _open_named(marking: _Marking, tag: str, names: set[str]) -> None:
    if names & _SIGNATURES:
        marking.begin(tag, SIGN, END_SIGN)
    elif names & _LEADS or names & _QUOTES:  # up to the blockquote in it, else all of it
        marking.begin(tag, LEAD, END_LEAD)
    elif names & _DOUBTED:
        marking.begin(tag, LEAD, END_LEAD, is_doubted=True)


def _names(attributes: str) -> set[str]:
    names: set[str] = set()
    for attribute, *written in _NAMES.findall(attributes.lower()):
        names.update(_AFFIX.sub("", name) for name in "".join(written).split())
        names.add(f"{attribute}={''.join(written)}")
    return names
