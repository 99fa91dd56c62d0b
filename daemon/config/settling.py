"""From sections without a fault to the configuration that the daemon uses."""

from datetime import date, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from daemon.config import defaults
from daemon.config.call_settling import settle_calls
from daemon.config.filter_sections import FiltersSection, QuarantineSection, RspamdSection
from daemon.config.positions import Place
from daemon.config.reading import Draft
from daemon.config.sections import (
    AccountSection,
    AgentSection,
    AnswersSection,
    CalendarSection,
    ControlSection,
    HelpdeskSection,
    MailboxSection,
    OutgoingSection,
    ProofSection,
    SourceSection,
    StaffSection,
    StoreSection,
    TemplatesSection,
    minutes_of,
)
from daemon.config.settled import (
    Config,
    Control,
    Filters,
    Helpdesk,
    Outgoing,
    ReadMailbox,
    StorePlace,
    TemplateFolder,
)
from daemon.config.slack import SlackSection
from tickets.acknowledgement import AcknowledgementSettings
from tickets.directory import Account, Agent, Directory, Mailbox, NotifierSource, Preference, QuietHours
from tickets.hours import DEFAULT_CALENDAR, WEEKDAYS, Calendar, Calendars
from tickets.lifecycle import LifecycleSettings
from tickets.notices import NoticeSettings
from tickets.schedule import ScheduleSettings, Timetable
from tickets.surveys import SurveySettings
from web.settings import WebSettings


def settle(draft: Draft) -> Config:
    """Fill in every default. The draft has no faults."""
    environ, folder = draft.surroundings.environ, draft.surroundings.folder
    written = draft.one(HelpdeskSection, "helpdesk") or HelpdeskSection()
    state = defaults.state_of(written, environ)
    store = draft.one(StoreSection, "store") or StoreSection()
    control = draft.one(ControlSection, "control") or ControlSection()
    boxes = draft.each(MailboxSection, "mailboxes")
    helpdesk = _helpdesk(written, boxes[0][1].address, state)
    return Config(
        file=draft.file,
        helpdesk=helpdesk,
        store=StorePlace(defaults.store_url_of(store, state), store.password),
        mailboxes=tuple(_mailbox(draft, place, box, rank) for rank, (place, box) in enumerate(boxes)),
        outgoing=_outgoing(draft),
        proof=draft.one(ProofSection, "proof") or ProofSection(),
        rspamd=draft.one(RspamdSection, "rspamd") or RspamdSection(),
        acknowledgements=draft.one(AcknowledgementSettings, "acknowledgements") or AcknowledgementSettings(),
        lifecycle=draft.one(LifecycleSettings, "lifecycle") or LifecycleSettings(),
        timetable=_timetable(draft),
        notices=draft.one(NoticeSettings, "notices") or NoticeSettings(),
        answers=draft.one(AnswersSection, "answers") or AnswersSection(),
        calls=settle_calls(draft),
        quarantine=draft.one(QuarantineSection, "quarantine") or QuarantineSection(),
        surveys=draft.one(SurveySettings, "surveys") or SurveySettings(),
        web=draft.one(WebSettings, "web") or WebSettings(),
        slack=draft.one(SlackSection, "slack") or SlackSection(),
        templates=_templates(draft, folder),
        filters=_filters(draft, folder),
        control=Control(defaults.socket_of(control, state, environ), control.group),
        directory=_directory(draft, helpdesk),
    )


def _helpdesk(written: HelpdeskSection, first: str, state: Path) -> Helpdesk:
    domain = written.domain or first.rpartition("@")[2]
    bounces = first if written.bounce_address is None else written.bounce_address
    return Helpdesk(
        name=written.name or domain,
        domain=domain,
        language=written.language,
        first_ticket=written.first_ticket,
        since=timedelta(days=written.since_days),
        bounce_address=bounces or None,
        admins=written.admins,
        state=state,
        workers=defaults.workers_of(written),
    )


def _mailbox(draft: Draft, place: Place, box: MailboxSection, rank: int) -> ReadMailbox:
    return ReadMailbox(box.address, rank, box.kind, draft.by_kind[place], box.password)


def _outgoing(draft: Draft) -> Outgoing:
    section = draft.one(OutgoingSection, "outgoing") or OutgoingSection()
    return Outgoing(section.kind, draft.by_kind["outgoing",], section.password)


def _timetable(draft: Draft) -> Timetable:
    """When the clock does what, ticket by ticket."""
    named = {calendar.name.casefold(): _calendar(calendar) for _, calendar in draft.each(CalendarSection, "calendars")}

    def chosen(written: str | None) -> Calendar | None:
        return named.get(written.casefold()) if written is not None else None

    accounts = {one.name: chosen(one.calendar) for _, one in draft.each(AccountSection, "accounts")}
    mailboxes = {one.address: chosen(one.calendar) for _, one in draft.each(MailboxSection, "mailboxes")}
    calendars = Calendars(
        named.get(DEFAULT_CALENDAR, Calendar()),
        {name: calendar for name, calendar in accounts.items() if calendar is not None},
        {address: calendar for address, calendar in mailboxes.items() if calendar is not None},
    )
    return Timetable(draft.one(ScheduleSettings, "schedule") or ScheduleSettings(), calendars)


def _calendar(written: CalendarSection) -> Calendar:
    opens, _, closes = written.hours.partition("-")
    return Calendar(
        ZoneInfo(written.time_zone),
        tuple(sorted(WEEKDAYS.index(day) for day in set(written.days))),
        minutes_of(opens),
        minutes_of(closes),
        written.country,
        written.subdivision,
        tuple(sorted(date.fromisoformat(day) for day in set(written.closed))),
    )


def _templates(draft: Draft, folder: Path) -> TemplateFolder:
    section = draft.one(TemplatesSection, "templates") or TemplatesSection()
    return TemplateFolder(folder / section.folder.expanduser() if section.folder is not None else None)


def _filters(draft: Draft, folder: Path) -> Filters:
    section = draft.one(FiltersSection, "filters") or FiltersSection()
    rules = folder / section.rules.expanduser() if section.rules is not None else None
    return Filters(rules, timedelta(days=section.keep_days))


def _directory(draft: Draft, helpdesk: Helpdesk) -> Directory:
    written = draft.one(HelpdeskSection, "helpdesk") or HelpdeskSection()
    staff = draft.one(StaffSection, "staff") or StaffSection()
    boxes = enumerate(draft.each(MailboxSection, "mailboxes"))
    mailboxes = tuple(_own_mailbox(box, rank, helpdesk) for rank, (_, box) in boxes)
    return Directory(
        mailboxes=mailboxes,
        agents=tuple(_agent(agent) for _, agent in draft.each(AgentSection, "agents")),
        staff_domains=frozenset(staff.domains),
        accounts=tuple(_account(account) for _, account in draft.each(AccountSection, "accounts")),
        sources=tuple(
            NotifierSource(source.name, frozenset(source.addresses), source.ask_first)
            for _, source in draft.each(SourceSection, "sources")
        ),
        own_lists=frozenset(name.lower() for name in written.own_lists) | {box.list_id for box in mailboxes},
        own_addresses=frozenset({helpdesk.bounce_address} if helpdesk.bounce_address else ()),
    )


def _agent(agent: AgentSection) -> Agent:
    start, _, end = (agent.quiet or "").partition("-")
    quiet = QuietHours(time.fromisoformat(start), time.fromisoformat(end)) if agent.quiet else None
    return Agent(agent.name, agent.addresses, Preference(agent.notices), quiet, ZoneInfo(agent.time_zone), agent.slack)


def _account(account: AccountSection) -> Account:
    return Account(
        account.name,
        frozenset(account.domains),
        account.language,
        plan=account.plan,
        ce=account.ce,
        ae=account.ae,
        facts=tuple(account.facts.items()),
        internal_channel=account.internal_channel,
        customer_channel=account.customer_channel,
    )


def _own_mailbox(box: MailboxSection, rank: int, helpdesk: Helpdesk) -> Mailbox:
    return Mailbox(
        address=box.address,
        rank=rank,
        aliases=frozenset(box.aliases),
        acknowledge=box.acknowledge is True,
        acknowledge_genuine=box.acknowledge == "judged",
        keep_newsletters=box.newsletters == "keep",
        language=box.language,
        name=box.name or helpdesk.name,
    )
