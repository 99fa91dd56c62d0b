"""What symbols weigh, what groups may add, and where mailboxes draw their lines: three tables of a rules file."""

from collections.abc import Mapping
from typing import Any

from daemon.config.positions import Place
from daemon.config.reading import Draft
from daemon.config.validation import nearest, read_table
from daemon.filter_rules.conditions import hint_of
from daemon.filter_rules.gathered import Gathered
from daemon.filter_rules.sections import MOST_SCORE, ThresholdsSection
from filters.verdict import Thresholds


def read_scores(gathered: Gathered, draft: Draft, table: Mapping[str, Any]) -> None:
    """[scores]: of a symbol of ours, or of a rule."""
    for name, value in table.items():
        place = ("scores", name)
        if name not in gathered.symbols:
            draft.tell(place, f"there is no such symbol; {hint_of(name, gathered.symbols)}")
        elif _is_number(draft, place, value, -MOST_SCORE) and gathered.is_first(draft, place, place):
            gathered.scores[name] = float(value)


def read_caps(gathered: Gathered, draft: Draft, table: Mapping[str, Any]) -> None:
    """[groups]: the most that one may add, or take away."""
    for name, value in table.items():
        place = ("groups", name)
        if name not in gathered.groups:
            draft.tell(place, f"there is no such group; {nearest(name, gathered.groups)}")
        elif _is_number(draft, place, value, 0.0) and gathered.is_first(draft, place, place):
            gathered.caps[name] = float(value)


def read_thresholds(gathered: Gathered, draft: Draft, table: Mapping[str, Any]) -> None:
    """[thresholds] and those of single mailboxes."""
    boxes = [mailbox.address for mailbox in gathered.config.directory.mailboxes]
    own = {key: value for key, value in table.items() if isinstance(value, dict)}
    general = {key: value for key, value in table.items() if key not in own}
    if general:
        _read_lines(gathered, draft, "", general)
    for mailbox, written in own.items():
        if mailbox.lower() in boxes:
            _read_lines(gathered, draft, mailbox, written)
        else:
            draft.tell(("thresholds", mailbox), f"there is no such mailbox; {nearest(mailbox, boxes)}")


def _read_lines(gathered: Gathered, draft: Draft, mailbox: str, written: Mapping[str, object]) -> None:
    place: Place = ("thresholds", mailbox) if mailbox else ("thresholds",)
    section = read_table(ThresholdsSection, written, draft.surroundings, draft.tell_in(place))
    if section is not None and gathered.is_first(draft, place, ("thresholds", mailbox.lower())):
        gathered.thresholds[mailbox.lower()] = (section, draft, place)


def settle_thresholds(gathered: Gathered) -> dict[str, Thresholds]:
    """Each with what the general ones say where it says nothing itself."""
    settled: dict[str, Thresholds] = {}
    for mailbox in sorted(gathered.thresholds):  # the general ones, whose name is empty, first
        section, draft, place = gathered.thresholds[mailbox]
        general = settled.get("", Thresholds())
        spam = general.spam if section.spam is None else section.spam
        doubtful = min(general.doubtful, spam) if section.doubtful is None else section.doubtful
        if doubtful > spam:
            draft.tell((*place, "doubtful"), f"lies above spam ({spam:g}), so that nothing is ever doubtful")
        settled[mailbox] = Thresholds(spam, doubtful)
    return settled


def _is_number(draft: Draft, place: Place, value: object, least: float) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        draft.tell(place, "a number is wanted")
    elif not least <= value <= MOST_SCORE:
        draft.tell(place, f"a number from {least:g} to {MOST_SCORE:g} is wanted")
    else:
        return True
    return False
