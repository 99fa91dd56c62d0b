"""Groups of symbols, and the most that each may add to a score, or take away."""

import math
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Group:
    """Symbols that tell of one thing."""

    name: str
    cap: float
    meaning: str


GROUPS: Mapping[str, Group] = {
    group.name: group
    for group in (
        Group("learned", 8.0, "what was learned from mails like it"),
        Group("authentication", 3.0, "who sent it, as far as our border server can tell"),
        Group("sender", 3.0, "names and addresses that pretend to be others"),
        Group("known", 4.0, "whom we know; takes away"),
        Group("header", 2.0, "fields that mail programs write otherwise"),
        Group("content", 4.0, "tricks in the text and its HTML"),
        Group("links", 2.5, "where its links lead"),
        Group("files", 4.5, "what is attached"),
        Group("opinion", 4.0, "what another filter says of it"),
        Group("rules", 10.0, "the admin's own rules that name no other group"),
    )
}


def cap_of(group: str, caps: Mapping[str, float]) -> float:
    """The admin's cap, else the default; a group of the admin's own has none until they set one."""
    if group in caps:
        return caps[group]
    return GROUPS[group].cap if group in GROUPS else math.inf
