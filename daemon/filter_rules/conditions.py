"""From a rule's `when` to the condition that it writes down, with what is wrong at the place where it stands."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from daemon.config.positions import Place as Where
from daemon.config.validation import Tell, nearest
from filters.rules.conditions import (
    AllOf,
    Among,
    AnyOf,
    Between,
    Condition,
    Found,
    Matches,
    Measure,
    Not,
    Place,
    Present,
    Proven,
)
from filters.rules.patterns import BadPattern, Pattern
from mail.domains import ascii_address, ascii_domain
from mail.model import Level

DEEPEST = 8  # conditions within each other
KINDS = frozenset(
    {"auto-reply", "bounce", "bulk", "calendar", "challenge", "delay", "delivered", "feedback-report", "list"}
    | {"receipt"}
)  # of mail.model.Automatic
PLACES = {place.value.replace("-", "_"): place for place in Place if place is not Place.HEADER}
MEASURES = {measure.value.replace("-", "_"): measure for measure in Measure}
TEXTS = frozenset({Place.SUBJECT, Place.TEXT, Place.HTML, Place.HEADER, Place.SENDER_NAME, Place.FILE_NAME})
_ALWAYS = frozenset({Place.SUBJECT, Place.TEXT, Place.MAILBOX})  # always there, so that true says nothing
_ADDRESSES = frozenset({Place.SENDER, Place.REPLY_TO, Place.TO, Place.RETURN_PATH})
_DOMAINS = frozenset({Place.SENDER_DOMAIN, Place.REPLY_DOMAIN, Place.TO_DOMAIN})
_LOGIC = ("any", "all", "not")
_FIELD = re.compile(r"[!-9;-~]{1,76}")  # RFC 5322 §3.6.8
_LOOKS = re.compile(r"\(\?(?:<?[=!])")
_BACK = re.compile(r"\\[1-9]|\(\?P=")
KEYS = frozenset({*PLACES, *MEASURES, *_LOGIC, "header", "proof", "symbols"})


@dataclass(frozen=True, slots=True)
class Known:
    """The words that conditions may name."""

    accounts: Collection[str] = ()
    mailboxes: Collection[str] = ()
    symbols: Collection[str] = ()  # of filters, and of the rules above


@dataclass(frozen=True, slots=True)
class ConditionReader:
    """Reads one `when`; `tell` takes places inside of it."""

    known: Known
    tell: Tell
    depth: int = field(default=0, kw_only=True)

    def read(self, table: Mapping[str, object]) -> Condition | None:
        """The condition as far as it is sound; None where nothing is."""
        if not table:
            self.tell((), "says nothing, so that it would hold for every mail; name what must hold")
            return None
        if self.depth > DEEPEST:
            self.tell((), f"at most {DEEPEST} conditions stand within each other")
            return None
        read = [condition for key, value in table.items() for condition in self._read_key(key, value)]
        return read[0] if len(read) == 1 else AllOf(tuple(read)) if read else None

    def _read_key(self, key: str, value: object) -> Iterator[Condition]:
        if key in PLACES:
            yield from self._read_place(PLACES[key], value, (key,))
        elif key in MEASURES:
            yield from self._read_measure(MEASURES[key], value, key)
        elif key == "header":
            yield from self._read_headers(value)
        elif key in {"proof", "symbols"}:
            yield from self._read_names(key, value)
        elif key in _LOGIC:
            yield from self._read_logic(key, value)
        else:
            self.tell((key,), f"unknown key; {nearest(key, KEYS)}")

    # ------------------------------------------------------------ places
    def _read_headers(self, value: object) -> Iterator[Condition]:
        if not isinstance(value, dict) or not value:
            self.tell(("header",), 'a table of fields is wanted, like { List-Id = "example" }')
            return
        for name, wanted in value.items():
            if _FIELD.fullmatch(name):
                yield from self._read_place(Place.HEADER, wanted, ("header", name), name)
            else:
                self.tell(("header", name), "this is no name of a header field")

    def _read_place(self, place: Place, value: object, where: Where, header: str = "") -> Iterator[Condition]:
        if isinstance(value, bool) and place not in _ALWAYS:
            yield Present(place, header) if value else Not(Present(place, header))
        elif isinstance(value, dict):
            yield from self._read_choice(place, value, where, header)
        else:
            read = self._read_patterns if place in TEXTS else self._read_values
            yield from read(place, value, where, header)

    def _read_choice(self, place: Place, table: Mapping[str, object], where: Where, header: str) -> Iterator[Condition]:
        """`{ pattern = "…", case = true }` or `{ is = "…" }`: where the other one than usual is meant."""
        for key in table.keys() - {"pattern", "is", "case"}:
            self.tell((*where, key), f"unknown key; {nearest(key, ('pattern', 'is', 'case'))}")
        case = table.get("case", False)
        if not isinstance(case, bool):
            self.tell((*where, "case"), "true or false is wanted")
        if ("pattern" in table) == ("is" in table):
            self.tell(where, 'either { pattern = "…" } or { is = "…" } is wanted')
        elif "pattern" in table:
            yield from self._read_patterns(place, table["pattern"], (*where, "pattern"), header, case=case is True)
        else:
            yield from self._read_values(place, table["is"], (*where, "is"), header)

    def _read_patterns(
        self, place: Place, value: object, where: Where, header: str, *, case: bool = False
    ) -> Iterator[Condition]:
        read = []
        for at, written in self._read_texts(value, where, "a pattern"):
            try:
                read.append(Matches(place, Pattern(written, ignores_case=not case), header))
            except BadPattern as fault:
                self.tell(at, f"this pattern is refused: {_explain(written, str(fault))}")
        yield from _one_of(read)

    def _read_values(self, place: Place, value: object, where: Where, header: str) -> Iterator[Condition]:
        wanted, patterns = set(), []
        for at, written in self._read_texts(value, where, "a text"):
            spelled = self._spell(place, written, at)
            if spelled is None:
                continue
            if "*" in spelled[1:] or (place is Place.LANGUAGE and "*" not in spelled):
                ending = "(-.*)?" if place is Place.LANGUAGE else ""  # de is de-at, too
                glob = ".*".join(map(re.escape, spelled.split("*")))
                patterns.append(Matches(place, Pattern(f"^{glob}{ending}$"), header))
            else:
                wanted.add(spelled)
        yield from _one_of([*([Among(place, frozenset(wanted), header)] if wanted else []), *patterns])

    def _read_texts(self, value: object, where: Where, what: str) -> Iterator[tuple[Where, str]]:
        listed = value if isinstance(value, list) else [value]
        if not listed:
            self.tell(where, "must not be empty")
        for index, each in enumerate(listed):
            at = (*where, index) if isinstance(value, list) else where
            if not isinstance(each, str):
                self.tell(at, f"{what} in quotes is wanted")
            elif not each.strip():
                self.tell(at, "must not be empty")
            else:
                yield at, each

    def _spell(self, place: Place, written: str, at: Where) -> str | None:
        """A value as it stands in mails; None where none ever can, which is told."""
        if place in _ADDRESSES and "@" not in written and "*" not in written:
            self.tell(at, f'this is no mail address; write "*@{written}", or use the key that ends in domain')
            return None
        if place in _DOMAINS:
            star = "*." if written.startswith("*.") else ""
            domain = ascii_domain(written.removeprefix(star))
            if domain is None:
                self.tell(at, "this is no domain; write it like example.com or *.example.com")
            return None if domain is None else star + domain
        closed = {Place.ACCOUNT: self.known.accounts, Place.MAILBOX: self.known.mailboxes, Place.AUTOMATIC: KINDS}
        if place in closed and written.lower() not in {each.lower() for each in closed[place]}:
            what = {Place.ACCOUNT: "account", Place.MAILBOX: "mailbox", Place.AUTOMATIC: "kind"}[place]
            hint = nearest(written, closed[place]) if closed[place] else "the configuration has none"
            self.tell(at, f"there is no such {what}; {hint}")
            return None
        return ascii_address(written) if "@" in written and place is not Place.HEADER else written.strip().lower()

    # ------------------------------------------------------------ the rest
    def _read_measure(self, measure: Measure, value: object, key: str) -> Iterator[Condition]:
        if not isinstance(value, dict) or not value:
            self.tell((key,), "{ least = … }, { most = … } or both are wanted")
            return
        for each, number in value.items():
            if each not in {"least", "most"}:
                self.tell((key, each), f"unknown key; {nearest(each, ('least', 'most'))}")
            elif not isinstance(number, int) or isinstance(number, bool) or number < 0:
                self.tell((key, each), "a whole number is wanted, 0 or more")
        least, most = value.get("least"), value.get("most")
        if isinstance(least, int) and isinstance(most, int) and least > most:
            self.tell((key, "least"), "is more than most, so that it never holds")
        yield Between(measure, least if isinstance(least, int) else None, most if isinstance(most, int) else None)

    def _read_names(self, key: str, value: object) -> Iterator[Condition]:
        known: Collection[str] = [level.value for level in Level] if key == "proof" else self.known.symbols
        what = "proof" if key == "proof" else "symbol of a filter or of a rule above"
        names = set()
        for at, name in self._read_texts(value, (key,), "a text"):
            if name in known:
                names.add(name)
            else:
                hint = nearest(name, known) if key == "proof" else hint_of(name, known)
                self.tell(at, f"there is no such {what}; {hint}")
        if names:
            yield Proven(frozenset(map(Level, names))) if key == "proof" else Found(frozenset(names))

    def _read_logic(self, key: str, value: object) -> Iterator[Condition]:
        if key == "not":
            if isinstance(value, dict):
                yield from (Not(each) for each in self._read_inside(value, (key,)))
            else:
                self.tell((key,), "a table is wanted")
            return
        if not isinstance(value, list) or not value or not all(isinstance(each, dict) for each in value):
            self.tell((key,), "a list of tables is wanted")
            return
        inside = tuple(each for at, table in enumerate(value) for each in self._read_inside(table, (key, at)))
        if inside:
            yield AnyOf(inside) if key == "any" else AllOf(inside)

    def _read_inside(self, table: Mapping[str, object], where: Where) -> Iterator[Condition]:
        reader = replace(self, tell=_within(self.tell, where), depth=self.depth + 1)
        condition = reader.read(table)
        if condition is not None:
            yield condition


def hint_of(name: str, known: Collection[str]) -> str:
    """The nearest of names in capitals; where none is near, where they are listed."""
    spelled = {each.lower(): each for each in known}
    near = nearest(name, spelled.keys())
    if near.startswith("did you mean "):
        return f"did you mean {spelled[near.removeprefix('did you mean ').removesuffix('?')]}?"
    return "helpdeskd filters symbols lists them"


def _within(tell: Callable[[Where, str], None], where: Where) -> Tell:
    return lambda place, message: tell(where + place, message)


def _one_of(read: Sequence[Condition]) -> Iterator[Condition]:
    if read:
        yield read[0] if len(read) == 1 else AnyOf(tuple(read))


def _explain(written: str, fault: str) -> str:
    if _LOOKS.search(written):
        return f"RE2 has no look-ahead and no look-behind; write a second condition instead ({fault})"
    if _BACK.search(written):
        return f"RE2 has no back-references ({fault})"
    return fault
