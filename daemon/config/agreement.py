"""What must hold between sections: every address and domain has one meaning, and nothing of ours loops."""

from collections.abc import Callable, Iterator

from pydantic import BaseModel

from daemon.config.call_agreement import CALL_CHECKS
from daemon.config.call_sections import PersonSection
from daemon.config.filter_sections import QuarantineSection
from daemon.config.positions import Place
from daemon.config.reading import Draft
from daemon.config.sections import (
    AccountSection,
    AgentSection,
    CalendarSection,
    HelpdeskSection,
    MailboxSection,
    SourceSection,
    StaffSection,
)
from daemon.config.slack_agreement import check_channels, check_members, check_secrets
from daemon.config.validation import nearest
from tickets.free_mail import FREE_MAIL
from tickets.hours import DEFAULT_CALENDAR, knows_holidays
from tickets.schedule import DAYS, ScheduleSettings

Found = Iterator[tuple[Place, str]]
_ADDRESSES: tuple[Place, ...] = (("address",), ("aliases",))


def _own(draft: Draft) -> dict[str, Place]:
    """Every address that is read, with the place that says so first."""
    own: dict[str, Place] = {}
    for place, address in _addresses(draft):
        own.setdefault(address, place)
    return own


def _addresses(draft: Draft) -> Iterator[tuple[Place, str]]:
    for place, mailbox in draft.each(MailboxSection, "mailboxes"):
        yield (*place, "address"), mailbox.address
        for index, alias in enumerate(mailbox.aliases):
            yield (*place, "aliases", index), alias


def without_tag(address: str) -> str:
    """support@… for support+anything@…: mail to both arrives in one mailbox (RFC 5233 §4)."""
    local, _, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def _check_mailbox_addresses(draft: Draft) -> Found:
    own = _own(draft)
    for place, address in _addresses(draft):
        if own[address] != place:
            yield place, "this address is another mailbox's already"


def _check_sources_of_mail(draft: Draft) -> Found:
    seen: dict[tuple[str, ...], Place] = {}
    for place, settings in draft.by_kind.items():
        named = [getattr(settings, key, None) for key in ("host", "port", "user", "folder")]
        if place[0] != "mailboxes" or named[0] is None:
            continue
        if seen.setdefault(tuple(str(part).lower() for part in named), place) != place:
            yield place, "another mailbox reads the same folder of the same account; write this address as its alias"


def _check_bounce_address(draft: Draft) -> Found:
    helpdesk = draft.one(HelpdeskSection, "helpdesk")
    address = helpdesk.bounce_address if helpdesk is not None else None
    own = _own(draft)
    is_whole = bool(own) and not any(told[0] == "mailboxes" and told[2:3] in _ADDRESSES for told in draft.told if told)
    if address and is_whole and address not in own and without_tag(address) not in own:
        yield (
            ("helpdesk", "bounce_address"),
            'no mailbox reads this address, so bounces would be lost; name a mailbox, or "" for the null sender',
        )


def _check_admins(draft: Draft) -> Found:
    helpdesk, own = draft.one(HelpdeskSection, "helpdesk"), _own(draft)
    for index, address in enumerate(helpdesk.admins if helpdesk is not None else ()):
        if without_tag(address) in own or address in own:
            yield (
                ("helpdesk", "admins", index),
                "this is a mailbox of ours; what we tell an admin would come back as mail",
            )


def _check_people(draft: Draft) -> Found:
    own = _own(draft)
    taken: dict[str, Place] = {}
    for place, address in _persons(draft):
        if place[0] in {"agents", "people"} and address in own:  # a form, however, may write from a mailbox of ours
            yield place, "this is a mailbox of ours, and this is about a person; write a personal address"
        elif taken.setdefault(address, place) != place:
            yield place, "this address stands in another table already"


def _persons(draft: Draft) -> Iterator[tuple[Place, str]]:
    """The addresses of everybody who is listed, with their places."""
    for place, agent in draft.each(AgentSection, "agents"):
        yield from (((*place, "addresses", index), address) for index, address in enumerate(agent.addresses))
    for place, person in draft.each(PersonSection, "people"):
        yield (*place, "address"), person.address
    for place, source in draft.each(SourceSection, "sources"):
        yield from (((*place, "addresses", index), address) for index, address in enumerate(source.addresses))


def _check_readers(draft: Draft) -> Found:
    """Only agents may let mail out."""
    agents = {address for _, agent in draft.each(AgentSection, "agents") for address in agent.addresses}
    readers = (draft.one(QuarantineSection, "quarantine") or QuarantineSection()).readers
    for index, address in enumerate(readers):
        if address not in agents:
            yield ("quarantine", "readers", index), "this is no agent's address, and only agents may let mail out"


def _check_names(draft: Draft) -> Found:
    for table in ("agents", "people", "accounts", "sources", "calendars"):
        seen: set[str] = set()
        for place, named in draft.each(BaseModel, table):
            name = str(getattr(named, "name", "")).casefold()
            if name in seen:
                yield (*place, "name"), "this name stands in another table already"
            seen.add(name)


def _check_calendars(draft: Draft) -> Found:
    known = {calendar.name.casefold() for _, calendar in draft.each(CalendarSection, "calendars")} | {DEFAULT_CALENDAR}
    users: list[tuple[Place, str | None]] = []
    users += [(place, box.calendar) for place, box in draft.each(MailboxSection, "mailboxes")]
    users += [(place, account.calendar) for place, account in draft.each(AccountSection, "accounts")]
    for place, name in users:
        if name is not None and name.casefold() not in known and draft.is_sound(("calendars",)):
            yield (*place, "calendar"), f"there is no such calendar in [[calendars]]; {nearest(name, known)}"
    for place, calendar in draft.each(CalendarSection, "calendars"):
        if calendar.country is None:
            if calendar.subdivision is not None:
                yield (*place, "subdivision"), "whose part? country is missing"
        elif not knows_holidays(calendar.country):
            yield (*place, "country"), 'nobody knows the holidays of this country; write it like "DE"'
        elif not knows_holidays(calendar.country, calendar.subdivision):
            yield (*place, "subdivision"), f"no part of {calendar.country} whose holidays are known"


def _check_schedule(draft: Draft) -> Found:
    schedule = draft.one(ScheduleSettings, "schedule")
    late = schedule.misplaced_day() if schedule is not None else None
    if late is not None:
        yield ("schedule", late), f"must be later than the days before it; in order they are {', '.join(DAYS)}"


def _check_domains(draft: Draft) -> Found:
    taken: dict[str, Place] = {}
    for place, domain in _domains(draft):
        if domain in FREE_MAIL:
            yield place, "anybody can have an address at this domain; list only domains of the company itself"
        elif taken.setdefault(domain, place) != place:
            yield place, "this domain stands in another table already"


def _domains(draft: Draft) -> Iterator[tuple[Place, str]]:
    staff = draft.one(StaffSection, "staff")
    for index, domain in enumerate(staff.domains if staff is not None else ()):
        yield ("staff", "domains", index), domain
    for place, account in draft.each(AccountSection, "accounts"):
        for index, domain in enumerate(account.domains):
            yield (*place, "domains", index), domain


CHECKS: tuple[Callable[[Draft], Found], ...] = (
    _check_bounce_address,  # first, while only misspelt addresses are told
    _check_mailbox_addresses,
    _check_sources_of_mail,
    _check_admins,
    _check_people,
    *CALL_CHECKS,
    _check_readers,
    _check_names,
    _check_domains,
    _check_calendars,
    _check_schedule,
    check_channels,
    check_members,
    check_secrets,
)
