"""Whom the words of a delivery report name as not reached, where no fields say it.

Mail systems that have no standard report have one of a few habits: a line that begins with the address, a word such
as "recipient" before it, the SMTP conversation itself. The surest habit that a report shows is believed alone.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mail.bounces.address import ANGLED_ADDRESS, TEXT_ADDRESS, bare_address
from mail.bounces.senders import is_nobodys
from mail.bounces.status import RECIPIENT_LIMIT, REPORT_LIMIT, is_lasting, read_codes, reason_of
from mail.bounces.words import PASSING, SAYS_FAILED
from mail.model import Failure, Mail

_ONE = f"(?:{ANGLED_ADDRESS}|{TEXT_ADDRESS})"
_LED = re.compile(  # a line that begins with an address: a bullet, a name or a quote may stand before it
    rf"(?m)^([ \t]{{0,40}})(?:[*•·]{{1,3}}[ \t]{{1,4}}|-{{1,3}}[ \t]{{1,4}}|>>>[ \t]{{1,4}}|\d{{1,3}}[.)][ \t]{{1,4}})?"
    rf"[\"'(\[]{{0,2}}({_ONE})(?:[ \t]{{1,4}}({ANGLED_ADDRESS}))?(?=[\"')\]]{{0,2}}(?:[ \t,;:<(\[]|\.{{2,3}}|$))"
)
_NAMED_ANGLED = re.compile(
    rf"(?m)^([ \t]{{0,40}})[^\n<>@:]{{1,80}}[ \t]\(?({ANGLED_ADDRESS})\)?[ \t]{{0,4}}[:,;]?[ \t]{{0,4}}$"
)
_LABELLED = re.compile(
    r"(?i)\b(?:recipients?|address(?:es|ed to)?|mailbox|users?|user ?id|account|deliver\w{0,4}|undeliverable|"
    r"empfänger\w{0,3}|destinataires?|destinatari[oa]s?|odbiorc\w{1,3}|получател\w{1,3}|ontvangers?|mottagare|受信者|宛先)"
    rf"\b[^\n@:<>]{{0,60}}:[ \t]{{0,20}}\n?[ \t]{{0,20}}[\"'(\[]{{0,2}}(?:smtp:)?({_ONE})"
)
_SAID = re.compile(
    r"(?i)\b(?:deliver\w{0,4}|undeliverable|reach(?:ed)?|sen[dt]|sending|failed|message|mail|rejected|group)"
    r"(?: [a-z'\u2019-]{1,15}){0,4} ?\b(?:to|for|recipient|user|address|mailbox|account|group)s?:?[ \t]{1,4}"
    rf"[\"'(]{{0,2}}({_ONE})"
)
_MEMBER = re.compile(rf"(?i)(?:not (?:a )?member of this mailing list|duplicated message-id in)[ \t]{{1,4}}({_ONE})")
_ASKING = re.compile(r"(?i)\b(?:please|contact|assist\w{0,4}|questions?|help|abuse|sender|mail from)\b[^.:]{0,60}$")
_REFUSED = re.compile(rf"(?m)^[^\n\w]{{0,10}}[45]\d\d[ -](?:[45]\.\d{{1,3}}\.\d{{1,3}}[ ])?({_ONE})")
_RCPT = re.compile(rf"(?i)\bRCPT TO:?[ \t]{{0,4}}({_ONE})")
_PAIRS = re.compile(rf"[\"')>\]]{{0,2}}[ \t]*[,;]\s{{0,20}}[\"'(]{{0,2}}({_ONE})")
_HEADER_LINE = re.compile(
    r"(?im)^[ \t>*-]{0,8}(?:mail from|from|to|cc|reply-to|message-id|references|in-reply-to|subject|sender|"
    r"x-[a-z-]{1,40})[ \t]?:[^\n]*$"
)
_SENT_ON = re.compile(rf"(?i)\b(?:generated|expanded|forwarded) (?:from|by):?[ \t]{{1,4}}({_ONE})")
_WORDS_BEFORE = 60
_REASON_REACH = 8192  # characters in which a reason is looked for


@dataclass(frozen=True, slots=True)
class Named:
    """An address that a report names as not reached, and where in the report's words it does."""

    address: str
    place: int


def find_named(told: str, own: frozenset[str]) -> list[Named]:
    """Who was not reached, by the surest habit that names anybody; `own` are those whom the report is for and from.

    Somebody's own address counts only where the report names no other in the same way: a mail to oneself can fail.
    """
    for habit in (_refused_by_list, _led, _labelled, _transcribed):
        found = _only_once(habit(told[:REPORT_LIMIT]))
        others = [one for one in found if one.address not in own]
        sure = [one for one in others if habit is _led or not is_nobodys(one.address)]
        if found:
            return sure or others or found
    return []


def refuses_post(mail: Mail, told: str) -> bool:
    """Whether a list program says that it did not take a mail."""
    return bool(mail.header("X-MLServer")) and _MEMBER.search(told) is not None


def find_any(told: str, own: frozenset[str]) -> list[Named]:
    """Whatever addresses a report holds but for those of its sender, of its readers and of whoever can be asked."""
    plain = _HEADER_LINE.sub(lambda line: " " * len(line[0]), told[:REPORT_LIMIT])
    found = (Named(bare_address(one[0]), one.start()) for one in re.finditer(_ONE, plain))
    return _only_once(one for one in found if one.address not in own and not is_nobodys(one.address))


def _only_once(found: Iterable[Named]) -> list[Named]:
    first: dict[str, Named] = {}
    for one in found:
        first.setdefault(one.address, one)
        if len(first) == RECIPIENT_LIMIT:
            break
    return list(first.values())


def _refused_by_list(told: str) -> Iterator[Named]:
    return (Named(bare_address(found[1]), found.start(1)) for found in _MEMBER.finditer(told))


def _led(told: str) -> Iterator[Named]:
    """Lines that begin with an address; those that are further in than others go on about them."""
    found = [(len(one[1].expandtabs()), one[3] or one[2], one.start(2)) for one in _LED.finditer(told)]
    if not found and SAYS_FAILED.search(told):
        found = [(len(one[1].expandtabs()), one[2], one.start(2)) for one in _NAMED_ANGLED.finditer(told)]
    found = [one for one in found if not _goes_on(told, one[2])]
    margin = min((indent for indent, _, _ in found), default=0)
    for indent, written, place in found:
        if indent == margin:
            yield Named(bare_address(written), place)
            yield from _listed(told, place + len(written))


def _goes_on(told: str, place: int) -> bool:
    """Whether an address belongs to what stands before it: a list with commas, or words about whom to ask."""
    before = told[max(0, place - _WORDS_BEFORE) : place]
    return before.rstrip(" \t\n\"'(<[").endswith((",", ";")) or _ASKING.search(before) is not None


def _labelled(told: str) -> Iterator[Named]:
    """Addresses behind a word that says what they are, and the list that goes on from there."""
    for pattern in (_LABELLED, _SAID):
        for found in pattern.finditer(told):
            if _ASKING.search(told, max(0, found.start() - _WORDS_BEFORE), found.start(1)):
                continue
            yield Named(bare_address(found[1]), found.start(1))
            yield from _listed(told, found.end())


def _listed(told: str, end: int) -> Iterator[Named]:
    """The addresses that follow one with nothing but commas between them."""
    while more := _PAIRS.match(told, end):
        yield Named(bare_address(more[1]), more.start(1))
        end = more.end()


def _transcribed(told: str) -> Iterator[Named]:
    """Addresses that the other side refused, else those that were offered to it."""
    patterns: tuple[re.Pattern[str], ...] = (_REFUSED, _RCPT)
    for pattern in patterns:
        found = [Named(bare_address(one[1]), one.start()) for one in pattern.finditer(told)]
        if found:
            yield from found
            return


# ---------------------------------------------------------------- what is said of each
def describe(named: list[Named], told: str, *, hard: bool) -> tuple[Failure, ...]:
    """What the report says of each: status and reply from its own lines, else from one that mentions it."""
    if not named:
        return ()
    ends = [*(one.place for one in named[1:]), len(told)]
    lower = told.lower()
    return tuple(
        _describe(
            one,
            told[one.place : max(end, one.place)],
            elsewhere=told if len(named) == 1 else _mention(one.address, told, lower),
            hard=hard,
        )
        for one, end in zip(named, ends, strict=True)
    )


def _describe(one: Named, lines: str, *, elsewhere: str, hard: bool) -> Failure:
    code, status = read_codes(lines)
    if not code and not status:
        code, status = read_codes(elsewhere)
    lasting = is_lasting(status, code) if status or code else not PASSING.search(elsewhere or lines)
    sent_on = _SENT_ON.search(lines)
    first = bare_address(sent_on[1]) if sent_on else ""
    return Failure(one.address, status, code, hard and lasting, first if first != one.address else "")


def _mention(address: str, told: str, lower: str) -> str:
    """The line of a conversation in which the other side answers about the address."""
    place = lower.find(f"<{address}>...")
    start = told.rfind("\n", 0, place) + 1
    return told[start : told.find("\n", place)] if place >= 0 else ""


def find_reason(told: str, place: int) -> str:
    """The line that tells why: the first behind the address that has a number, else one that says what failed."""
    for part in (told[place:], told):
        lines = [line.strip() for line in part[:_REASON_REACH].split("\n") if line.strip()]
        for tells in (_has_number, _says_failed):
            if found := next((line for line in lines if tells(line)), ""):
                return reason_of(found)
    return ""


def _has_number(line: str) -> bool:
    return any(read_codes(line))


def _says_failed(line: str) -> bool:
    return bool(SAYS_FAILED.search(line))
