"""Whether a condition holds for a mail. Pure, never raises for content; of long texts the beginning is looked at."""

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from typing import assert_never

from filters import Evidence
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
from mail.domains import ascii_domain
from mail.encoded_words import decode_field
from mail.model import Address

LOOKED_AT = 100_000  # characters of one value
_MOST = 500  # values of one place


def holds(condition: Condition, evidence: Evidence, found: AbstractSet[str]) -> bool:
    """Whether it holds, with these symbols found already."""
    match condition:
        case AllOf(conditions):
            return all(holds(each, evidence, found) for each in conditions)
        case AnyOf(conditions):
            return any(holds(each, evidence, found) for each in conditions)
        case Not(negated):
            return not holds(negated, evidence, found)
        case Found(symbols):
            return not symbols.isdisjoint(found)
        case Between() | Proven():
            return _measures(condition, evidence)
        case _:
            return _speaks(condition, evidence)


def _measures(condition: Between | Proven, evidence: Evidence) -> bool:
    if isinstance(condition, Proven):
        return evidence.proof.level in condition.levels
    counted = _COUNTED[condition.measure](evidence)
    return (condition.least is None or counted >= condition.least) and (
        condition.most is None or counted <= condition.most
    )


def _speaks(condition: Matches | Among | Present, evidence: Evidence) -> bool:
    values = read_values(condition.place, evidence, condition.header)
    match condition:
        case Matches():
            return condition.pattern.is_in(values)
        case Among(_, wanted):
            return any(_is_among(value.strip().lower(), wanted) for value in values)
        case Present():
            return bool(values)
        case _:
            assert_never(condition)


def _is_among(value: str, wanted: frozenset[str]) -> bool:
    if value in wanted:
        return True
    return any(each.startswith("*") and value.endswith(each[1:]) for each in wanted)


def read_values(place: Place, evidence: Evidence, header: str = "") -> tuple[str, ...]:
    """What stands in a place of the mail."""
    if place is Place.HEADER:
        values = tuple(decode_field(value[:LOOKED_AT]) for value in evidence.mail.header(header)[:_MOST])
    else:
        values = _READ[place](evidence)[:_MOST]
    return tuple(value[:LOOKED_AT] for value in values)


def _addresses(people: tuple[Address, ...]) -> tuple[str, ...]:
    return tuple(person.address for person in people)


def _domains(people: tuple[Address, ...]) -> tuple[str, ...]:
    return tuple(ascii_domain(person.domain) or person.domain for person in people if person.domain)


def _authors(evidence: Evidence) -> tuple[Address, ...]:
    return (evidence.mail.sender,) if evidence.mail.sender is not None else ()


def _some(value: str | None) -> tuple[str, ...]:
    return (value,) if value is not None else ()


def _languages(tag: str) -> tuple[str, ...]:
    """German as Austria writes it is German, too."""
    return tuple(dict.fromkeys(filter(None, (tag, tag.partition("-")[0]))))


_READ: Mapping[Place, Callable[[Evidence], tuple[str, ...]]] = {
    Place.SUBJECT: lambda it: (it.mail.subject,),
    Place.TEXT: lambda it: (it.mail.text,),
    Place.HTML: lambda it: _some(it.mail.html),
    Place.SENDER: lambda it: _addresses(_authors(it)),
    Place.REPLY_TO: lambda it: _addresses(it.mail.reply_to),
    Place.TO: lambda it: _addresses(it.mail.to + it.mail.cc),
    Place.RETURN_PATH: lambda it: _some(it.mail.return_path),
    Place.SENDER_NAME: lambda it: tuple(person.name for person in _authors(it)),
    Place.SENDER_DOMAIN: lambda it: _domains(_authors(it)),
    Place.REPLY_DOMAIN: lambda it: _domains(it.mail.reply_to),
    Place.TO_DOMAIN: lambda it: _domains(it.mail.to + it.mail.cc),
    Place.FILE_NAME: lambda it: tuple(file.name for file in it.mail.attachments),
    Place.FILE_TYPE: lambda it: tuple(file.type for file in it.mail.attachments),
    Place.LANGUAGE: lambda it: _languages(it.mail.language or ""),
    Place.ACCOUNT: lambda it: _some(it.facts.account) if it.proof.holds else (),
    Place.MAILBOX: lambda it: (it.mailbox,),
    Place.AUTOMATIC: lambda it: _some(it.mail.automatic.kind) if it.mail.automatic is not None else (),
}

_COUNTED: Mapping[Measure, Callable[[Evidence], int]] = {
    Measure.SIZE: lambda it: it.size,
    Measure.TEXT_LENGTH: lambda it: len(it.mail.text),
    Measure.FILES: lambda it: len(it.mail.attachments),
    Measure.FILE_SIZE: lambda it: max((file.size for file in it.mail.attachments), default=0),
    Measure.RECIPIENTS: lambda it: len(it.mail.to) + len(it.mail.cc),
    Measure.TICKETS: lambda it: it.facts.tickets,
}
