"""The line above a quote: "On …, … wrote:" in the forms of many clients and languages, wrapped over some lines."""

import re

from mail.replies.page import Page
from mail.replies.reply_words import LANGUAGES
from mail.replies.word_forms import fold, forms, one_of

_WRAPPED = 5  # lines
_LONGEST = 500  # characters of such a line once it is joined

_VERBS = forms(words.wrote for words in LANGUAGES.values())
_WROTE = re.compile(one_of(_VERBS))
_MINE = re.compile(one_of(words.mine for words in LANGUAGES.values()))
_ADDRESS = re.compile(r"[^\s<>()\[\]]{1,100}@[^\s<>()\[\]]{2,200}")
_DATE = re.compile(
    r"(?<!\d)(?:19|20)\d\d(?!\d)|(?<!\d)\d{1,2}[./-]\s?\d{1,2}[./-]\s?(?:\d{2}|\d{4})(?!\d)|\d{1,2}\s?[月월]\s?\d{1,2}"
)
_TIME = re.compile(r"(?<![\d.])\d{1,2}(?::\d{2}|[.h]\d{2}(?![.\d]))")
_ENDS = (":", "\uff1a")
_DRESS = " -\u2013—=_*~|\t"  # rules and emphasis around it
# Neither verb nor colon, as Gmail wrote it once: "2011/3/2 Ann <ann@example.org>".
_BARE_LEAD = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}\b[^<>]{0,100}<[^\s<>]{1,100}@[^\s<>]{1,100}>")
_SHORT = 150  # characters of that

_FROM_DATE = re.compile(r"([^\d@<>]{0,40}?)(?<![A-Za-z+\-_])\d")
_FROM_NAME = re.compile(r"[^@]{1,100}@")
_WORDS_BEFORE_DATE = 4
_WORDS_OF_NAME = 6
_BLANKS = 6  # lines between it and the quote


def find_leads(page: Page) -> dict[int, int]:
    """Where lead lines begin, and the line behind each; one that is not above a quote must say more to be believed."""
    found: dict[int, int] = {}
    end = 0
    for last, line in enumerate(page.bare):
        if line and not page.quoted[last] and _may_end(line):
            start = _find_start(page, max(end, last - _WRAPPED + 1), last)
            if start is not None:
                found[start] = end = last + 1
    return found


def _may_end(line: str) -> bool:
    return fold(line.rstrip(_DRESS)).endswith((*_ENDS, ">", *_VERBS))


def _find_start(page: Page, first: int, last: int) -> int | None:
    """The nearest line above from which on the words are a lead line: first those that begin with a date."""
    is_followed = _is_quote_behind(page, last + 1)
    named = weak = None
    for start in range(last, first - 1, -1):
        if not page.bare[start] or page.quoted[start]:
            break
        text = " ".join(page.bare[start : last + 1]).strip(_DRESS)
        if len(text) > _LONGEST:
            break
        if _begins_with_date(text):
            if _is_lead(text, is_followed=is_followed, enough=2):
                if _count_facts(text) >= 2:
                    return start
                weak = start if weak is None else weak
        elif _begins_with_name(text, is_followed=is_followed) and _is_lead(text, is_followed=is_followed, enough=3):
            is_torn = named == start + 1 and page.bare[named].startswith("<")
            named = start if named is None or is_torn else named
    return weak if named is None else named


def _is_quote_behind(page: Page, place: int) -> bool:
    following = next((n for n in range(place, min(place + _BLANKS, len(page.lines))) if not page.is_blank(n)), None)
    return following is not None and page.quoted[following]


def _begins_with_date(text: str) -> bool:
    found = _FROM_DATE.match(text)
    return found is not None and len(found[1].split()) <= _WORDS_BEFORE_DATE


def _begins_with_name(text: str, *, is_followed: bool) -> bool:
    return bool(_FROM_NAME.match(text)) or (is_followed and len(text.split()) <= _WORDS_OF_NAME)


def _count_facts(text: str) -> int:
    return sum(1 for fact in (_ADDRESS, _DATE, _TIME) if fact.search(text))


def _is_lead(text: str, *, is_followed: bool, enough: int) -> bool:
    facts = _count_facts(text)
    if not is_followed and facts < enough:
        return False
    folded, ends = fold(text), text.endswith(_ENDS)
    if not (is_followed and facts) and _MINE.search(folded):
        return False
    verb = bool(_WROTE.search(folded))
    if verb and ends:
        return True
    if verb and folded.endswith(_VERBS):
        return facts >= 2 if is_followed else facts == 3
    if ends:
        return facts == 3
    return is_followed and len(text) <= _SHORT and bool(_BARE_LEAD.match(text))
