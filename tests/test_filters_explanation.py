"""Why a mail was judged so, and what would have changed it."""

from dataclasses import replace

from hypothesis import given

from filters import Evidence
from filters.explanation import Change, explain, tell_changes
from filters.learning.learner import Reason
from filters.rules.conditions import Found, Matches, Place
from filters.rules.lists import Entry, Lists
from filters.rules.patterns import Pattern
from filters.rules.rule import Rule
from filters.verdict import Decision, Rules, Thresholds, judge
from tests.filters_world import PROVEN, facts, seen, written
from tests.test_filters_verdict import EVIDENCE, LISTS, UNHURRIED

LOUD = seen(written(subject="EVERYTHING MUST GO!", From="Boss <boss@acme.test>"), learned=4.1)
RULE = Rule("SALE", Matches(Place.SUBJECT, Pattern("must go")), "a sale", 1.0)


def test_it_tells_without_what_it_were_genuine() -> None:
    told = explain(LOUD, Rules())
    assert told.verdict.decision is Decision.SPAM
    assert told.changes[0] == Change(("LEARNED",), Decision.DOUBTFUL, 4.2)
    assert next(tell_changes(told)) == "without LEARNED (+4.1) it were doubtful (4.2)"


def test_it_tells_how_many_points_are_missing() -> None:
    assert list(tell_changes(explain(seen(written(), learned=1.5), Rules()))) == [
        "0.5 points more, and it were doubtful",
        "3.5 points more, and it were spam",
    ]
    assert list(tell_changes(explain(LOUD, Rules())))[-2:] == [
        "3.3 points less, and it were doubtful",
        "6.3 points less, and it were genuine",
    ]


def test_a_pair_is_told_where_no_single_symbol_decides() -> None:
    told = explain(replace(LOUD, learned=7.0), Rules(scores={"FORGED_OWN_DOMAIN": 6.0}, caps={"sender": 9.0}))
    assert told.changes[0].without == ("LEARNED", "FORGED_OWN_DOMAIN")


def test_a_capped_group_is_told_with_what_was_cut() -> None:
    told = explain(LOUD, Rules(caps={"header": 0.5}))
    header = next(group for group in told.groups if group.name == "header")
    assert (header.total, header.counted, header.cap, header.is_capped) == (1.2, 0.5, 0.5, True)
    assert [group.name for group in told.groups] == ["learned", "sender", "header"]


def test_a_rule_falls_with_the_symbol_that_it_asks_for() -> None:
    rule = Rule("AFTER", Found(frozenset({"SUBJECT_EXCLAIMS"})), "it shouts", 5.5)
    told = explain(seen(written(subject="Act now!!")), Rules(custom=(rule,)))
    assert {change.without for change in told.changes} == {("AFTER",), ("SUBJECT_EXCLAIMS",)}


def test_a_rule_that_decides_is_what_would_have_to_go() -> None:
    told = explain(seen(written(subject="It must go")), Rules(custom=(replace(RULE, decides=Decision.SPAM),)))
    assert told.changes == (Change(("SALE",), Decision.GENUINE, 0.0),)
    assert list(tell_changes(told)) == [
        "without SALE (+1.0) it were genuine (0.0)",
        "by its score alone it were genuine",
    ]


def test_a_block_is_what_would_have_to_go() -> None:
    told = explain(seen(written()), Rules(lists=Lists(block={"customer.example": Entry("customer.example")})))
    assert list(tell_changes(told)) == [
        "without the lists of senders it were genuine (0.0)",
        "by its score alone it were genuine",
    ]


def test_protection_is_told_with_what_the_score_says() -> None:
    it = replace(LOUD, mail=seen(written()).mail, proof=PROVEN, facts=facts(account="Customer"), learned=8.0)
    told = explain(it, Rules(scores={"CUSTOMER": 0.0, "SENDER_PROVEN": 0.0}))
    assert told.verdict.protected
    assert list(tell_changes(told)) == ["by its score alone it were spam"]


def test_what_was_learned_stands_beside_it() -> None:
    reasons = [Reason("subject: casino", 2.5)]
    assert explain(LOUD, Rules(), reasons).learned == (Reason("subject: casino", 2.5),)


def test_the_lines_are_those_of_the_mailbox() -> None:
    rules = Rules(thresholds={"support@acme.test": Thresholds(9.0, 4.0)})
    assert explain(LOUD, rules).thresholds == Thresholds(9.0, 4.0)


@UNHURRIED
@given(EVIDENCE, LISTS)
def test_the_explained_verdict_is_the_one_that_was_made_and_each_change_changes_it(
    evidence: Evidence, lists: Lists
) -> None:
    rules = Rules(lists=lists, custom=(replace(RULE, when=Matches(Place.SUBJECT, Pattern("seats")), score=6.0),))
    told = explain(evidence, rules)
    assert told.verdict == judge(evidence, rules)
    assert all(change.becomes is not told.verdict.decision for change in told.changes)
    assert len({len(change.without) for change in told.changes}) <= 1
