"""Verdicts before and after a change, and figures of symbols: counted by what people said of the mails."""

from datetime import UTC, datetime
from itertools import count

import pytest

from filters import Evidence, Symbol, registry
from filters.replaying import Comparison, Count, Pair, Standing
from filters.rules.conditions import Matches, Place
from filters.rules.patterns import Pattern
from filters.rules.rule import NOWHERE, Decision, Rule, Ways
from filters.symbol_figures import Figures, Tally, measure_cost, start_tally
from filters.verdict import Rules
from mail.model import Level, Mail, Proof

HAM, SPAM = Decision.GENUINE, Decision.SPAM
WORD = Symbol("WORD", 6.0, "rules", "it has the word")
KNOWN = Symbol("KNOWN", -2.0, "known", "known")


def standing(decision: Decision, *symbols: Symbol, ways: Ways | None = NOWHERE) -> Standing:
    return Standing(decision, sum(symbol.score for symbol in symbols), symbols, ways)


def test_a_change_is_told_by_decision_and_by_way() -> None:
    ham, spam = standing(HAM), standing(SPAM, WORD)
    assert Pair(1, ham, spam, spam=None).change == "genuine to spam"
    assert Pair(1, ham, ham, spam=None).change == ""
    assert Pair(1, ham, standing(HAM, ways=Ways(tags=("x",))), spam=None).change == "genuine, sent another way"
    assert Pair(1, standing(HAM, ways=None), standing(HAM, ways=Ways(tags=("x",))), spam=None).change == ""


def test_symbols_that_moved_are_told_with_their_points() -> None:
    half = Symbol("WORD", 3.0, "rules", "")
    assert dict(Pair(1, standing(HAM, half, KNOWN), standing(SPAM, WORD, KNOWN), spam=None).moved()) == {"WORD": 3.0}
    assert dict(Pair(1, standing(HAM, KNOWN), standing(HAM), spam=None).moved()) == {"KNOWN": 2.0}


@pytest.mark.parametrize(
    ("before", "after", "said", "lost"),
    [(HAM, SPAM, False, True), (HAM, SPAM, True, False), (HAM, SPAM, None, False), (SPAM, SPAM, False, False)],
)
def test_lost_is_what_people_called_genuine_and_was_not_held_before(
    *, before: Decision, after: Decision, said: bool | None, lost: bool
) -> None:
    pair = Pair(1, standing(before), standing(after), spam=said)
    comparison = Comparison()
    comparison.add(pair)
    assert pair.loses_ham is lost
    assert comparison.loses_ham is (lost and bool(pair.change))


def test_a_comparison_adds_up() -> None:
    comparison, numbers = Comparison(), count(1)
    for said in (True, False, None):
        comparison.add(Pair(next(numbers), standing(HAM), standing(SPAM, WORD), spam=said))
        comparison.add(Pair(next(numbers), standing(SPAM, WORD), standing(SPAM, WORD), spam=said))
    assert comparison.judged == Count(6, 2, 2)
    assert comparison.held_before == Count(3, 1, 1)
    assert comparison.held_after == Count(6, 2, 2)
    assert comparison.scores_moved == 3
    assert {change: [pair.arrival for pair in pairs] for change, pairs in comparison.changes.items()} == {
        "genuine to spam": [1, 3, 5]
    }


def test_precision_and_recall_count_what_people_named_and_the_way_a_symbol_points() -> None:
    tally = Tally()
    for spam, symbols in [
        (True, [WORD]),
        (True, [WORD]),
        (True, []),
        (False, [WORD, KNOWN]),
        (False, []),
        (None, [WORD]),
    ]:
        tally.add(symbols, spam=spam)
    assert (tally.mails, tally.spam, tally.genuine) == (6, 3, 2)
    assert tally.symbols["WORD"] == Figures("rules", 4, 2, 1, 24.0)
    assert tally.symbols["WORD"].mean == 6.0
    assert tally.precision("WORD") == pytest.approx(2 / 3)
    assert tally.recall("WORD") == pytest.approx(2 / 3)
    assert (tally.precision("KNOWN"), tally.recall("KNOWN")) == (1.0, 0.5)


def test_what_was_never_found_has_no_figures_but_is_named() -> None:
    rule = Rule("MINE", Matches(Place.SUBJECT, Pattern("x")), "mine", 1.0)
    tally = start_tally(Rules(custom=(rule,)))
    assert {kind.name for each in registry().values() for kind in each.kinds} | {"MINE"} == tally.symbols.keys()
    assert (tally.symbols["MINE"].mean, tally.precision("MINE"), tally.recall("MINE")) == (None, None, None)


def test_each_symbol_costs_what_its_filter_and_each_rule_takes() -> None:
    ticks = count()
    rule = Rule("MINE", Matches(Place.SUBJECT, Pattern("x")), "mine", 1.0)
    mails = [Evidence(Mail(), Proof(Level.UNPROVEN, ""), "hi@us.example", datetime(2026, 1, 1, tzinfo=UTC), 1)] * 4
    costs = measure_cost(mails, Rules(custom=(rule,)), lambda: float(next(ticks)))
    assert costs.keys() == start_tally(Rules(custom=(rule,))).symbols.keys()
    assert set(costs.values()) == {1e6 / 4}
