"""Where a letter's own words end: signatures, closings, disclaimers, the footers of lists."""

import re
from collections.abc import Sequence

from mail.replies.sent_from import is_sent_from
from mail.replies.signature_words import LANGUAGES
from mail.replies.word_forms import fold, forms, one_of

_DELIMITERS = {"--": 30, "—": 12, "\u2013": 12}  # "-- " (RFC 3676 §4.3) and its likes: lines that may follow
_TAIL = 80  # lines in which an end is looked for
_BELOW_RULE, _BELOW_CLOSING, _BELOW_LEGAL = 10, 12, 5  # lines
_SHORT, _SENTENCE = 90, 8  # characters of a line of a signature; words that make a sentence
_ROUNDS = 8

_RULE = re.compile(r"_{2,}|[-\u2013—=*~]{3,}")
_CONTACT = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}\.[a-z]{2}|https?://|www\.|\+?\d[\d ()/.-]{6,}")
_LEGAL_FORMS = forms(words.legal for words in LANGUAGES.values())
_LEGAL = re.compile("|".join(map(re.escape, _LEGAL_FORMS)))
_REFERENCE = re.compile(r"\[\d{1,3}\]")  # a note of the text above
_POSTSCRIPT = re.compile(r"(?i)p\.?\s?p?\.?\s?s\.?\s?[:.)-]")
_ICONS = re.compile(r"[^\w\s.,!;:'\u2019/()&~-]+")
_CLOSING = re.compile(
    rf"({one_of(words.closing for words in LANGUAGES.values())})\s?[,.!;:~-]{{0,3}}\s*(.{{0,60}})",
)
_NAME = re.compile(r"[^\W\d_][\w.'\u2019&-]*(?:\s[^\W\d_][\w.'\u2019&-]*){0,3}[,.]?")
_SIGNED = re.compile(r"(?:[-~/][^\W\d_]|[\u2013—]\s?[^\W\d_])[\w.'\u2019-]*(?:\s[^\W\d_][\w.'\u2019-]*){0,2}")


def find_signature(lines: Sequence[str]) -> int:
    """The first line of all that ends a letter; the number of lines where nothing does, or nothing stands above it."""
    end = len(lines)
    for _ in range(_ROUNDS):
        tail = max(end - _TAIL, 0)
        part = lines[tail:end]
        cut = min(
            tail + find(part)
            for find in (_find_delimiter, _find_footer, _find_legal, _find_sent, _find_closing, _find_name)
        )
        if cut == end or not any(lines[:cut]):
            break
        end = cut
    return end


def _find_delimiter(lines: Sequence[str]) -> int:
    below = 0
    for place in range(len(lines) - 1, -1, -1):
        if below <= _DELIMITERS.get(lines[place], -1):
            return place
        below += bool(lines[place])
    return len(lines)


def _find_footer(lines: Sequence[str]) -> int:
    """A ruled line with a few short lines below it that say where somebody is to be reached."""
    for place in range(len(lines) - 1, -1, -1):
        if _RULE.fullmatch(lines[place]):
            below = [line for line in lines[place + 1 :] if line]
            is_footer = bool(below) and _are_brief(below, _BELOW_RULE) and any(map(_CONTACT.search, below))
            return place if is_footer else len(lines)
    return len(lines)


def _find_legal(lines: Sequence[str]) -> int:
    """Paragraphs of lawyers and scanners at the very end, with the rule above them."""
    text = fold("\n".join(lines))
    if not any(
        form in text for form in _LEGAL_FORMS
    ):  # so it is in nearly all mail, and this is quicker than a pattern
        return len(lines)
    legal = [n for n, line in enumerate(lines) if _LEGAL.search(fold(line))]
    if not legal:
        return len(lines)
    behind = _next_blank(lines, legal[-1])
    if not _are_brief([line for line in lines[behind:] if line], _BELOW_LEGAL):
        return len(lines)
    start = legal[-1]
    for place in reversed(legal):
        if start - place > 2 * _BELOW_LEGAL:
            break
        start = place
    while start > 0 and lines[start - 1] and len(lines[start - 1]) >= _SHORT // 2:  # the paragraph's first line
        start -= 1
    above = next((n for n in range(start - 1, -1, -1) if lines[n]), -1)
    return above if above >= 0 and _RULE.fullmatch(lines[above]) else start


def _next_blank(lines: Sequence[str], place: int) -> int:
    return next((n for n in range(place, len(lines)) if not lines[n]), len(lines))


def _find_sent(lines: Sequence[str]) -> int:
    return next((n for n, line in enumerate(lines) if is_sent_from(line)), len(lines))


def _find_closing(lines: Sequence[str]) -> int:
    """The topmost line of greeting that has nothing but names and addresses below it."""
    found, below = len(lines), 0
    for place in range(len(lines) - 1, -1, -1):
        if not lines[place]:
            continue
        if _is_closing(lines[place]):
            found = place
        elif not _is_brief(lines[place]) or below > _BELOW_CLOSING:
            break
        below += 1
    return found


def _is_closing(line: str) -> bool:
    if len(line) > _SHORT:
        return False
    text = _ICONS.sub("", line).strip(" *_")
    found = _CLOSING.fullmatch(fold(text))
    if found is None:
        return False
    name = text[found.start(2) :]
    return not name or bool(_NAME.fullmatch(name) and name[0].isupper())


def _find_name(lines: Sequence[str]) -> int:
    """A last paragraph "-Ann" or "/Ann" that is no item of a list."""
    last = next((n for n in range(len(lines) - 1, -1, -1) if lines[n]), 0)
    is_alone = last > 0 and not lines[last - 1]
    if not is_alone or not _SIGNED.fullmatch(lines[last]) or not lines[last].lstrip("-~/\u2013— ")[0].isupper():
        return len(lines)
    above = next((line for line in reversed(lines[:last]) if line), "")
    return len(lines) if above.startswith(lines[last][0]) else last


def _are_brief(lines: Sequence[str], most: int) -> bool:
    return len(lines) <= most and all(map(_is_brief, lines))


def _is_brief(line: str) -> bool:
    """It may be a line of a signature: no question, no sentence, no postscript."""
    if (_CONTACT.search(line) and not _REFERENCE.match(line)) or _RULE.fullmatch(line):
        return len(line) <= 3 * _SHORT and "?" not in line.rstrip(" >)")[-1:]
    if (
        len(line) > _SHORT
        or _REFERENCE.match(line)
        or line.endswith(("?", "\uff1f", "。", ":"))
        or _POSTSCRIPT.match(line)
    ):
        return False
    return not (line.endswith((".", "!", "…")) and len(line.split()) >= _SENTENCE)
