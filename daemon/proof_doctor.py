"""What a site's own mail says of its border server: the settings that follow, plus-addresses, lists, and a forgery."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from email.utils import format_datetime

import mailboxes
from daemon import clock
from daemon.config import Config
from daemon.config.settled import ReadMailbox
from mail.border_survey import INTERNAL, Shape, find_shapes, propose
from mail.domains import ascii_address
from mail.model import Level, Mail
from mail.names import one_line
from mail.parse import read_headers_only
from mail.proof import BorderSettings, prove
from mailboxes import Browsable, SourceFault
from tickets.directory import Directory

MARK = "helpdeskd forgery"  # in the subject of a forgery, before its marker
_LIST_ID = re.compile(r"<([^<>\s]{1,200})>\s*$")
_TRACES = ("Delivered-To", "X-Original-To")


@dataclass(frozen=True, slots=True)
class Examined:
    """One mailbox and the headers of its latest mails; or why they could not be read."""

    mailbox: str
    mails: tuple[Mail, ...] = ()
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """All that follows from one mailbox."""

    mailbox: str
    mails: int
    shapes: tuple[Shape, ...]
    proposed: BorderSettings
    levels: dict[str, int]  # how many senders would be proven, failed, unproven by it
    plus_addresses: bool
    lists: dict[str, int]  # List-Ids of our own domains that are not configured yet
    fault: str


@dataclass(frozen=True, slots=True)
class Forged:
    """A forgery that came, and what was thought of it."""

    mailbox: str
    subject: str
    level: Level
    why: str


def examine(config: Config, many: int) -> list[Examined]:
    """Read the headers of the latest mails of each mailbox; nothing there is changed."""
    return [_examine(mailbox, many) for mailbox in config.mailboxes]


def diagnose(config: Config, examined: Examined) -> Found:
    """What the mails of one mailbox say."""
    proposed = propose(examined.mails)
    levels = Counter(prove(mail, proposed).level.value for mail in examined.mails)
    return Found(
        mailbox=examined.mailbox,
        mails=len(examined.mails),
        shapes=find_shapes(examined.mails),
        proposed=proposed,
        levels=dict(levels),
        plus_addresses=any(_came_by_plus(mail, examined.mailbox, config.directory) for mail in examined.mails),
        lists=dict(_own_lists(examined.mails, config).most_common()),
        fault=examined.fault,
    )


def hint(found: Found) -> str:
    """What an admin should know of the proposal; empty where nothing."""
    ours = [shape for shape in found.shapes if shape.authserv_id == found.proposed.authserv_id]
    if found.proposed.authserv_id is None:
        return "no report stands in one place in nearly all mails; only signatures can prove a sender"
    if not any("dmarc" in shape.methods for shape in ours):
        return "the border server reports no DMARC, so its word proves nobody but who logged in there"
    if not any("spf" in shape.methods for shape in ours):
        return "the border server reports no SPF, so DMARC counts only for mail whose signature covers all of it"
    return ""


def find_forgeries(config: Config, examined: Iterable[Examined], marker: str) -> list[Forged]:
    """The forgeries with this marker in their subject, judged by the settings as they are."""
    return [
        Forged(each.mailbox, one_line(mail.subject, 200), proof.level, proof.why)
        for each in examined
        for mail in each.mails
        if f"{MARK} {marker}".rstrip() in mail.subject
        for proof in (prove(mail, config.proof),)
    ]


def write_forgery(config: Config, mailbox: str, marker: str) -> str:
    """A mail that imitates an agent and all that our border server could write; to be sent from outside."""
    sender = next(
        (address for agent in config.directory.agents for address in agent.addresses), f"anybody@{_domain(mailbox)}"
    )
    domain, server = _domain(sender), config.proof.authserv_id or _domain(mailbox)
    host = next(iter(config.proof.own_received), f"mx.{_domain(mailbox)}").replace("*", "mx1")
    inside = config.proof.internal_header or INTERNAL
    report = f"dmarc=pass header.from={domain}; spf=pass smtp.mailfrom={sender}; auth=pass smtp.auth={sender}"
    named = f"{config.proof.authserv_id}; {report}" if config.proof.authserv_id else report
    return "\n".join(
        (
            f"Authentication-Results: {named}",
            f"Received: from {host} by {host} with ESMTPSA; {format_datetime(clock.now())}",
            f"Authentication-Results: {named}",
            f"{inside.name}: {inside.value}",
            f"From: Forgery <{sender}>",
            f"To: {mailbox}",
            f"Subject: {MARK} {marker}",
            f"Date: {format_datetime(clock.now())}",
            f"Message-ID: <{marker}@{server}>",
            "",
            "This mail was written to see that nobody can pass for one of yours.",
            "",
        )
    )


def _examine(mailbox: ReadMailbox, many: int) -> Examined:
    source = mailboxes.sources()[mailbox.kind](mailbox.settings, mailbox.password)
    try:
        if not isinstance(source, Browsable):
            return Examined(mailbox.address, fault=f"a mailbox of kind {mailbox.kind} cannot be looked into")
        headers = source.latest_headers(many)
    except SourceFault as fault:
        return Examined(mailbox.address, fault=str(fault))
    finally:
        source.close()
    return Examined(mailbox.address, tuple(read_headers_only(header, "") for header in headers))


def _came_by_plus(mail: Mail, mailbox: str, directory: Directory) -> bool:
    """Whether a mail to an address of this mailbox with a +tag has come."""
    traces = (value for name in _TRACES for value in mail.header(name))
    for address in (*(each.address for each in (*mail.to, *mail.cc)), *traces):
        local, _, domain = ascii_address(address).rpartition("@")
        bare = f"{local.partition('+')[0]}@{domain}"
        found = directory.mailbox_of(bare)
        if "+" in local and found is not None and found.address == mailbox:
            return True
    return False


def _own_lists(mails: Sequence[Mail], config: Config) -> Counter[str]:
    """List-Ids that end in a domain of ours, and are not configured."""
    own = {_domain(mailbox.address) for mailbox in config.mailboxes} | config.directory.staff_domains
    named = Counter(list_id for mail in mails for list_id in set(_list_ids(mail)))
    ours = {name: many for name, many in named.items() if any(name.endswith(f".{domain}") for domain in own)}
    return Counter({name: many for name, many in ours.items() if name not in config.directory.own_lists})


def _list_ids(mail: Mail) -> Iterator[str]:
    for value in mail.header("List-Id"):
        found = _LIST_ID.search(value[:2000])
        if found is not None:
            yield found[1].lower()


def _domain(address: str) -> str:
    return address.rpartition("@")[2]
