"""What happened to a ticket in words, as one of our people would tell it to another."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime

from daemon.answers import plain
from mail.model import Level
from store.history import Happened
from tickets.events import Event
from tickets.record import Doer, FieldChange

# The fields of an event, persons by name, fill what stands in braces.
SAID: dict[str, str] = {
    "Opened": "opened the ticket",
    "Created": "made the ticket for somebody else",
    "SplitFrom": "moved it here out of #{number}",
    "CustomerWrote": "wrote (found its ticket by {by})",
    "RepliedElsewhere": "wrote to the customer and copied us in",
    "Replied": "answered the customer",
    "Recalled": "stopped an answer before it left",
    "Noted": "left a note",
    "Called": "asked for help: {whom} {area}",
    "Assigned": "gave the ticket to {owner}",
    "StatusSet": "set it {status}",
    "Held": "let it wait for {reference}",
    "Fixed": "said that {reference} is mended",
    "Closed": "closed it as {resolution} {reference}{docs}",
    "Snoozed": "put it aside until {until}",
    "Woke": "woke it up",
    "PrioritySet": "set its priority {priority}",
    "Tagged": "changed its tags: +({added}) -({removed})",
    "FactSet": "learned of {account}: {name} is {value}, was {before}",
    "RequesterChanged": "made {requester} the requester",
    "ParticipantsChanged": "changed who takes part: +({added}) -({removed})",
    "PulledIn": "brought the messages of #{number} here",
    "MovedAway": "moved its messages to #{target}",
    "Merged": "merged it into #{target}",
    "TookOver": "merged #{number} into it",
    "SplitOff": "moved message {message} out to #{number}",
    "AutomaticArrived": "an automatic mail came: {why}",
    "Undeliverable": "mail to {address} does not arrive: {why}",
    "CopyArrived": "a copy of its mail came to {mailbox}",
    "Acknowledged": "the acknowledgement to {recipient} went into the outbox",
    "NotAcknowledged": "nobody is acknowledged: {why}",
    "StillPending": "found the customer's answer still missing: {rung}",
    "Nudged": "reminder {which} to {recipient} went into the outbox",
    "NotNudged": "the customer gets no reminder {which}: {why}",
    "NudgesUnanswered": "closed it, as {sent} reminders went unanswered",
    "StaysPending": "did not close it by itself: {why}",
    "SurveyDue": "found the time for its survey",
    "SurveyAsked": "the survey to {recipient} went into the outbox",
    "SurveyNotAsked": "nobody is asked how it went: {why}",
    "Rated": "rated it {score} of 5 ({before} before) by {by}: {comment}",
}
_PERSONS = {"owner", "requester"}
_PERSON_LISTS = {"ParticipantsChanged"}
_QUIET = {  # said by the event, or of no interest
    *("touched", "closed_at", "account", "reference", "merged_into"),
    *("pending_since", "rung", "slipped", "surveyed"),
}
_EMPTY = {"until": "now", "value": "nothing", "before": "nothing"}  # other fields that are empty are left out
_WHO = {"clock": "the clock", None: "somebody"}


def persons_in(story: list[Happened]) -> set[int]:
    """Everybody whom these events name."""
    found = {each.doer.person for each in story if each.doer.person is not None}
    for each in story:
        event = each.event
        named = [getattr(event, name, None) for name in (*_PERSONS, "author")]
        if type(event).__name__ in _PERSON_LISTS:
            named += [*getattr(event, "added", ()), *getattr(event, "removed", ())]
        pairs = [(one.before, one.after) for one in each.changes if one.field in _PERSONS]
        found |= {one for one in (*named, *(side for pair in pairs for side in pair)) if isinstance(one, int)}
    return found


def tell(happened: Happened, names: Mapping[int, str]) -> str:
    """One event in one line: who, how far proven, by which mail, what, and what it changed."""
    event, doer = happened.event, happened.doer
    did = " ".join(SAID[type(event).__name__].format_map(_words(event, names)).split())
    author = doer.person if doer.person is not None else getattr(event, "author", None)
    subject = f"{_who(doer, author, names)} {did}" if hasattr(event, "author") or doer.actor is not None else did
    by = f" by mail {doer.arrival}" if doer.arrival is not None else ""
    changes = "; ".join(_change(each, names) for each in happened.changes if each.field not in _QUIET)
    return subject + by + (f" ({changes})" if changes else "")


def _who(doer: Doer, person: int | None, names: Mapping[int, str]) -> str:
    shown = names.get(person, "somebody") if person is not None else _WHO.get(doer.actor, doer.actor or "somebody")
    if person is not None and doer.actor is not None:
        return f"{shown} ({doer.actor})"
    return f"{shown} ({doer.level.value})" if person is not None and isinstance(doer.level, Level) else shown


def _words(event: Event, names: Mapping[int, str]) -> dict[str, str]:
    return {
        each.name: _word(type(event).__name__, each.name, getattr(event, each.name), names) for each in fields(event)
    }


def _word(kind: str, name: str, value: object, names: Mapping[int, str]) -> str:
    if isinstance(value, tuple):
        is_persons = kind in _PERSON_LISTS
        return ", ".join(names.get(one, "somebody") if is_persons else str(one) for one in value)
    if name in _PERSONS:
        return names.get(value, "somebody") if isinstance(value, int) else "nobody"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M} UTC"
    if name == "docs":
        return f" and changed {value}" if value else ""
    if value is None or value == "":
        return _EMPTY.get(name, "")
    return str(plain(value))


def _change(change: FieldChange, names: Mapping[int, str]) -> str:
    before, after = (_side(change.field, side, names) for side in (change.before, change.after))
    return f"{change.field.replace('_', ' ')}: {before} → {after}"


def _side(field: str, value: str | int | None, names: Mapping[int, str]) -> str:
    if field in _PERSONS:
        return names.get(value, "somebody") if isinstance(value, int) else "nobody"
    return str(value) if value not in {None, ""} else "nothing"
