"""What the sender newly wrote, what they quoted and how they signed. A view only: the full text is kept beside it."""

import re
from dataclasses import dataclass
from itertools import islice

from mail.addresses import read_addresses
from mail.model import Address, Forwarded
from mail.names import one_line

_SIGNATURE_LINES = 12
_LINES = 20_000  # in which a cut is looked for; longer texts are no letters
_LEAD_LINES = 4  # over which a lead line is wrapped
_LONG = 1000  # characters of a line that are looked at

_WROTE = (
    r"(?:wrote|schrieb|a écrit|a ecrit|ha scritto|escribió|escreveu|schreef|skrev|kirjoitti|napisał\(?a?\)?|"
    r"пишет|написал\(?[а]?\)?)"  # noqa: RUF001 Cyrillic letters are meant
)
_WROTE_WORDS = (
    *("wrote", "schrieb", "écrit", "ecrit", "scritto", "escribió", "escreveu", "schreef", "skrev", "kirjoitti"),
    *("napisał", "пишет", "написал"),
)
_LEAD_START = re.compile(r"(?i)\s*(?:on|am|le|il|el|em|op|den|w dniu|в|.{0,80}\d{4}.{0,80})\b")
_LEAD_END = re.compile(rf"(?i){_WROTE}[^:]{{0,120}}:\s*$")
_LEAD_FACT = re.compile(r"\d|@")
_GERMAN_LEAD = re.compile(r"(?i)schrieb .{0,200}:\s*$")

_RULED = re.compile(
    r"(?i)\s*[-_=]{2,}\s*(?:original message|original-nachricht|ursprüngliche nachricht|message d'origine|"
    r"message original|messaggio originale|mensaje original|mensagem original|oorspronkelijk bericht|antwort)"
    r"\s*[-_=]{2,}\s*$",
)
_FORWARD = re.compile(
    r"(?i)\s*(?:[-_=*]{2,}\s*(?:forwarded message|weitergeleitete nachricht|message transféré|message transfere|"
    r"forwarded by .{0,100})\s*[-_=*]{0,100}|begin forwarded message\s*:|anfang der weitergeleiteten nachricht\s*:|"
    r"début du message (?:réexpédié|transféré)\s*:)\s*$",
)
_QUOTED = re.compile(r"\s*[A-Za-z]{0,4}>")  # letters in front of the mark are the initials of whoever is quoted
_BAR = re.compile(r"\s*_{8,}\s*$")
_FIELD = re.compile(
    r"(?i)[\s>*]{0,4}(from|von|de|sent|date|gesendet|datum|envoyé|to|an|à|cc|kopie|subject|betreff|objet|reply-to)\s?\*?\s?:\*?\s*(.*)$"
)
_MEANING = {
    "from": "from", "von": "from", "de": "from", "sent": "date", "date": "date", "gesendet": "date", "datum": "date",
    "envoyé": "date", "subject": "subject", "betreff": "subject", "objet": "subject",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Split:
    """A text taken apart; joined in their order the pieces hold every line that says anything."""

    reply: str
    quote: str
    signature: str


def split(text: str) -> Split:
    """Take a text apart in linear time. Where answers stand between quoted lines, the reply is the whole text."""
    lines = text.split("\n")
    cut = _find_cut(lines[:_LINES])
    if cut == _LINES:
        cut = len(lines)
    head, quote = lines[:cut], lines[cut:]
    if any(line.startswith(">") for line in head):
        if _alternates(head):
            return Split(text.strip(), "", "")
        head, led = _leave_out_quotes(head)
        quote = [*led, *quote]
    elif not _speaks(head):
        if _alternates(quote):
            return Split(text.strip(), "", "")
        behind = _find_answer(quote)
        head, quote = quote[behind:], quote[:behind]
    body, signature = _cut_signature(head)
    if not _speaks(body):
        own = not any(line.startswith((">", " >")) for line in lines) and find_forwarded(text) is None
        return Split(text.strip(), "", "") if own else Split("", text.strip(), "")
    return Split(_trim(body), _trim(quote), _trim(signature))


def _speaks(lines: list[str]) -> bool:
    return any(line.strip() for line in lines)


def _trim(lines: list[str]) -> str:
    return "\n".join(lines).strip("\n").rstrip()


def _find_cut(lines: list[str]) -> int:
    """The first line from which on all is somebody else's: a ruled line, a block of header fields, a lead line."""
    wrote = [any(word in line for word in _WROTE_WORDS) for line in (one[:_LONG].lower() for one in lines)]
    for place, line in enumerate(lines):
        if not line.strip() or len(line) > _LONG or _QUOTED.match(line):
            continue
        if _RULED.match(line) or _FORWARD.match(line):
            return place
        if _BAR.match(line) and _has_fields(lines, place + 1):
            return place
        if _FIELD.match(line) and _has_fields(lines, place):
            return place
        if not any(wrote[place : place + _LEAD_LINES]):
            continue
        if (wrapped := _lead_lines(lines, place)) and _is_quoted_behind(lines, place + wrapped):
            return place
    return len(lines)


def _has_fields(lines: list[str], place: int) -> bool:
    """Whether a mail's own header stands here, as Outlook puts it above what it quotes: From and two more."""
    seen: list[str] = []
    for line in islice((one for one in lines[place : place + 10] if one.strip()), 6):
        if field := _FIELD.match(line[:_LONG]):
            seen.append(_MEANING.get(field[1].lower(), field[1].lower()))
        elif seen and len(seen) < 3:  # a field may be wrapped once
            continue
    return seen[:1] == ["from"] and len(seen) >= 3


def _lead_lines(lines: list[str], place: int) -> int:
    """How many lines the words "On …, … wrote:" take from here on; 0 where they are none."""
    if not _LEAD_START.match(lines[place][:_LONG]) or lines[place].startswith(">"):
        return 0
    for count in range(1, _LEAD_LINES + 1):
        joined = " ".join(line.strip() for line in lines[place : place + count])[:_LONG]
        if _LEAD_FACT.search(joined) and (_LEAD_END.search(joined) or _GERMAN_LEAD.search(joined)):
            return count
        if place + count >= len(lines) or not lines[place + count].strip():
            return 0
    return 0


def _is_quoted_behind(lines: list[str], place: int) -> bool:
    """A lead line stands alone or above a quote, not at the top of a list that the sender wrote."""
    following = next((line for line in lines[place : place + 4] if line.strip()), "")
    return following.startswith((">", " >")) or not following or not _LISTED.match(following)


_LISTED = re.compile(r"\s*(?:[-*•]|\d+[.)])\s")


def _alternates(lines: list[str]) -> bool:
    """Quoted and own lines change places more than once: the sender answered between the lines."""
    own_after_quote = was_quoted = False
    for line in lines:
        if not line.strip() or (was_quoted and _lead_like(line)):
            continue
        quoted = line.startswith(">")
        own_after_quote |= was_quoted and not quoted
        if own_after_quote and quoted:
            return True
        was_quoted |= quoted
    return False


def _lead_like(line: str) -> bool:
    return bool(_LEAD_END.search(line[:_LONG]))


def _leave_out_quotes(lines: list[str]) -> tuple[list[str], list[str]]:
    """Own lines and quoted ones where the quote is one block; a lead line goes with it."""
    first = next(n for n, line in enumerate(lines) if line.startswith(">"))
    last = max(n for n, line in enumerate(lines) if line.startswith(">"))
    start = first
    for back in range(1, _LEAD_LINES + 2):
        if (place := first - back) < 0:
            break
        if lines[place].strip() and (led := _lead_lines(lines, place)) and place + led <= first:
            start = place
            break
    return [*lines[:start], *lines[last + 1 :]], lines[start : last + 1]


def _find_answer(quote: list[str]) -> int:
    """Where an answer written below a quote begins; the end where there is none."""
    last = max((n for n, line in enumerate(quote) if line.startswith(">")), default=len(quote))
    return last + 1 if _speaks(quote[last + 1 :]) else len(quote)


def _cut_signature(lines: list[str]) -> tuple[list[str], list[str]]:
    """Cut behind the last "-- " (RFC 3676 §4.3) that has few enough lines below it and something above."""
    for place in range(len(lines) - 1, max(len(lines) - _SIGNATURE_LINES - 20, 0), -1):
        if (
            lines[place].rstrip() == "--"
            and len([one for one in lines[place + 1 :] if one.strip()]) <= _SIGNATURE_LINES
        ):
            return (lines[:place], lines[place:]) if _speaks(lines[:place]) else (lines, [])
    return lines, []


# ---------------------------------------------------------------- forwarded
def find_forwarded(text: str) -> Forwarded | None:
    """The mail that was passed on in the text, where its own header stands there in a form that we know."""
    lines = text.split("\n")
    for place, line in enumerate(lines[:_LINES]):
        if len(line) > _LONG or not (_FORWARD.match(line) or _RULED.match(line)):
            continue
        start = next((n for n in range(place + 1, min(place + 4, len(lines))) if lines[n].strip()), len(lines))
        if start < len(lines) and _FIELD.match(lines[start][:_LONG]) and (found := _read_forwarded(lines, start)):
            return found
    return None


def _read_forwarded(lines: list[str], start: int) -> Forwarded | None:
    fields: dict[str, str] = {}
    place, last = start, ""
    while place < len(lines) and place < start + 15 and (line := lines[place][:_LONG]).strip():
        if field := _FIELD.match(line):
            last = _MEANING.get(field[1].lower(), "")
            if last:
                fields.setdefault(last, field[2].strip())
        elif last in fields:  # wrapped
            fields[last] += " " + line.strip()
        place += 1
    if "from" not in fields:
        return None
    return Forwarded(
        sender=_author(fields["from"]),
        subject=one_line(fields.get("subject", ""), 255),
        date=one_line(fields.get("date", ""), 100) or None,
        text="\n".join(lines[place:]).strip(),
    )


def _author(value: str) -> Address | None:
    value = value.replace("[mailto:", "<").replace("]", ">").replace("*", "").replace("<mailto:", "<")
    found, _ = read_addresses(value, 1)
    return found[0] if found and "@" in found[0].address else None
