"""The configuration as the daemon uses it: every default filled in, every path absolute, nothing left to look up."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

from pydantic import BaseModel

from daemon.config.filter_sections import QuarantineSection, RspamdSection
from daemon.config.secret import Secret
from daemon.config.sections import AnswersSection, ProofSection
from daemon.config.slack import SlackSection
from tickets.acknowledgement import AcknowledgementSettings
from tickets.directory import Directory
from tickets.ladder import Ladder
from tickets.lifecycle import LifecycleSettings
from tickets.notices import NoticeSettings
from tickets.roster import Roster
from tickets.schedule import Timetable
from tickets.surveys import SurveySettings
from web.settings import WebSettings


@dataclass(frozen=True, slots=True)
class Helpdesk:
    """The house as a whole."""

    name: str
    domain: str  # of our Message-IDs
    language: str
    first_ticket: int
    since: timedelta  # before the first start
    bounce_address: str | None  # None: the null sender
    admins: tuple[str, ...]
    state: Path
    workers: int


@dataclass(frozen=True, slots=True)
class StorePlace:
    """Where the store lies."""

    url_without_password: str
    password: Secret | None = None

    @property
    def url(self) -> str:
        """The whole URL; the password is read now and must not be shown. Raises SecretFault."""
        if self.password is None:
            return self.url_without_password
        parts = urlsplit(self.url_without_password)
        user, _, host = parts.netloc.rpartition("@")
        return urlunsplit(parts._replace(netloc=f"{user}:{quote(self.password(), safe='')}@{host}"))


@dataclass(frozen=True, slots=True)
class ReadMailbox:
    """A mailbox and the source that it is read from."""

    address: str
    rank: int
    kind: str
    settings: BaseModel  # the kind's own class: mailboxes.imap.ImapSettings
    password: Secret | None


@dataclass(frozen=True, slots=True)
class Outgoing:
    """How mail leaves."""

    kind: str
    settings: BaseModel  # the kind's own class: channels.smtp.SmtpSettings
    password: Secret | None


@dataclass(frozen=True, slots=True)
class Control:
    """The socket that verbs speak to."""

    socket: Path
    group: str


@dataclass(frozen=True, slots=True)
class Calls:
    """Whom `#call` asks, beside the accounts' customer engineers, and who follows where nobody answers."""

    roster: Roster
    ladder: Ladder


@dataclass(frozen=True, slots=True)
class TemplateFolder:
    """The admin's own templates."""

    folder: Path | None


@dataclass(frozen=True, slots=True)
class Filters:
    """What decides that a mail is spam."""

    rules: Path | None  # the admin's own: a file or a folder
    keep: timedelta  # for how long the bytes of spam stay in quarantine


@dataclass(frozen=True, slots=True)
class Config:
    """One whole configuration without a fault."""

    file: Path
    helpdesk: Helpdesk
    store: StorePlace
    mailboxes: tuple[ReadMailbox, ...]  # in the order of the file, the first outranks the next
    outgoing: Outgoing
    proof: ProofSection
    rspamd: RspamdSection
    acknowledgements: AcknowledgementSettings
    lifecycle: LifecycleSettings
    timetable: Timetable
    notices: NoticeSettings
    answers: AnswersSection
    calls: Calls
    quarantine: QuarantineSection
    surveys: SurveySettings
    web: WebSettings
    slack: SlackSection
    templates: TemplateFolder
    filters: Filters
    control: Control
    directory: Directory  # mailboxes with aliases and language, agents, staff, accounts, sources, lists
