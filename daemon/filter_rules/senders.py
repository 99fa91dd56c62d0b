"""[allow] and [block] of a rules file: senders that always pass, or never."""

from collections.abc import Mapping
from typing import Any

from daemon.config.positions import Place
from daemon.config.reading import Draft
from daemon.config.validation import read_table
from daemon.filter_rules.gathered import Gathered, tell_where
from daemon.filter_rules.sections import AllowSection, BlockSection
from filters.rules.lists import Entry
from tickets.directory import Directory
from tickets.free_mail import FREE_MAIL


def read_allow(gathered: Gathered, draft: Draft, table: Mapping[str, Any]) -> None:
    """[allow]: proven senders, and those that need no proof."""
    section = read_table(AllowSection, table, draft.surroundings, draft.tell_in(("allow",)))
    for key in ("senders", "unproven"):
        for index, who in enumerate(getattr(section, key, ())):
            place: Place = ("allow", key, index)
            if who.removeprefix("*.") in FREE_MAIL:
                draft.tell(place, "anybody can have an address at this domain; list only addresses of it")
            elif gathered.is_first(draft, place, ("sender", who)):
                gathered.allow[who] = Entry(who, key == "unproven", tell_where(draft, place))


def read_block(gathered: Gathered, draft: Draft, table: Mapping[str, Any]) -> None:
    """[block]: senders whose mail is spam, proven or not."""
    section = read_table(BlockSection, table, draft.surroundings, draft.tell_in(("block",)))
    for index, who in enumerate(section.senders if section is not None else ()):
        place: Place = ("block", "senders", index)
        if _is_ours(who, gathered.config.directory):
            draft.tell(place, "this is ours; mail of our own people would be spam")
        elif gathered.is_first(draft, place, ("sender", who)):
            gathered.block[who] = Entry(who, why=tell_where(draft, place))


def _is_ours(who: str, directory: Directory) -> bool:
    if "@" in who:
        return directory.is_own(who) or directory.agent_of(who) is not None
    return who.removeprefix("*.") in directory.staff_domains
