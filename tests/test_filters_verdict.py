"""Laws of the verdict: caps hold, order does not matter, thresholds only ever move one way, the protected pass."""

import math
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from filters import Evidence, Symbol
from filters.groups import GROUPS
from filters.rules.conditions import Found, Matches, Place
from filters.rules.lists import Entry, Lists
from filters.rules.patterns import Pattern
from filters.rules.rule import Rule, Ways
from filters.verdict import Decision, Rules, Thresholds, conclude, judge, sum_groups
from mail.model import Level, Proof
from tests.filters_world import PROVEN, UNPROVEN, facts, seen, verdict_on, written

UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no fault
IT = seen(written())
POINTS = st.floats(-20, 20, allow_nan=False)
SYMBOLS = st.lists(
    st.builds(Symbol, st.sampled_from("ABCDEF"), POINTS, st.sampled_from([*GROUPS, "own"]), st.just("why")), max_size=12
).map(tuple)
PROOFS = st.sampled_from([PROVEN, UNPROVEN, Proof(Level.FAILED, "DMARC failed"), Proof(Level.STRONG, "its token")])
FACTS = st.builds(
    lambda is_ours, account, tickets, token: facts(
        is_ours=is_ours, account=account, tickets=tickets, answers_token=token
    ),
    st.booleans(),
    st.sampled_from([None, "Customer"]),
    st.integers(0, 9),
    st.booleans(),
)
ANN = "ann@customer.example"
LISTS = st.builds(
    lambda allow, block: Lists({each.who: each for each in allow}, {who: Entry(who) for who in block}),
    st.lists(st.builds(Entry, st.sampled_from([ANN, "customer.example", "*.example"]), st.booleans())),
    st.sets(st.sampled_from([ANN, "customer.example", "*.example"])),
)
EVIDENCE = st.builds(lambda proof, known: replace(IT, proof=proof, facts=known), PROOFS, FACTS)
HEAVY = Rule("HEAVY", Matches(Place.SUBJECT, Pattern("seats")), "it asks for seats", 9.0)
DOMAIN = Entry("customer.example")
ALLOWED = Lists(allow={ANN: Entry(ANN)})
RANKS = [Decision.GENUINE, Decision.DOUBTFUL, Decision.SPAM]


# ---------------------------------------------------------------- laws
@UNHURRIED
@given(SYMBOLS, st.dictionaries(st.sampled_from([*GROUPS, "own"]), st.floats(0, 10)))
def test_no_group_counts_for_more_than_its_cap(symbols: tuple[Symbol, ...], caps: dict[str, float]) -> None:
    rules = Rules(caps=caps)
    for group, counted in sum_groups(symbols, rules).items():
        default = GROUPS[group].cap if group in GROUPS else math.inf
        assert abs(counted) <= caps.get(group, default)


@UNHURRIED
@given(SYMBOLS, st.randoms())
def test_the_order_of_symbols_does_not_matter(symbols: tuple[Symbol, ...], dice: object) -> None:
    turned = list(symbols)
    dice.shuffle(turned)  # type: ignore[attr-defined]  # hypothesis hands out a random.Random without its type
    first, second = conclude(IT, Rules(), symbols), conclude(IT, Rules(), tuple(turned))
    assert (first.score, first.decision) == (second.score, second.decision)


@UNHURRIED
@given(SYMBOLS, st.floats(-9, 9), st.floats(-9, 9), st.floats(0, 9), st.floats(0, 9))
def test_raising_a_threshold_never_makes_more_spam(
    symbols: tuple[Symbol, ...], spam: float, doubtful: float, more: float, yet_more: float
) -> None:
    low, high = Thresholds(spam, doubtful), Thresholds(spam + more, doubtful + yet_more)
    decided = [conclude(IT, Rules(thresholds={"": lines}), symbols).decision for lines in (low, high)]
    assert RANKS.index(decided[1]) <= RANKS.index(decided[0])


@UNHURRIED
@given(SYMBOLS, EVIDENCE, LISTS)
def test_who_is_protected_is_never_spam(symbols: tuple[Symbol, ...], evidence: Evidence, lists: Lists) -> None:
    verdict = conclude(evidence, Rules(lists=lists), symbols)
    assert verdict.protected is None or (verdict.decision is Decision.GENUINE and verdict.decided is None)


@UNHURRIED
@given(SYMBOLS, PROOFS)
def test_content_alone_never_holds_a_proven_customer_or_an_answer_to_us(
    symbols: tuple[Symbol, ...], proof: Proof
) -> None:
    rules = Rules(custom=(replace(HEAVY, decides=Decision.SPAM),))
    answer = replace(IT, proof=proof, facts=facts(answers_token=True))
    customer = replace(IT, proof=PROVEN, facts=facts(account="Customer"))
    assert {conclude(each, rules, symbols).decision for each in (answer, customer)} == {Decision.GENUINE}


@UNHURRIED
@given(SYMBOLS, EVIDENCE, LISTS)
def test_an_unproven_sender_gains_nothing_by_the_allow_list(
    symbols: tuple[Symbol, ...], evidence: Evidence, lists: Lists
) -> None:
    evidence = replace(evidence, proof=UNPROVEN)
    strict = replace(lists, allow={who: Entry(who) for who in lists.allow}, block={})
    without = conclude(evidence, Rules(), symbols)
    assert conclude(evidence, Rules(lists=strict), symbols) == without


# ---------------------------------------------------------------- scores, caps, thresholds
def test_as_it_ships_an_ordinary_mail_of_a_stranger_is_genuine() -> None:
    assert (verdict_on(IT).score, verdict_on(IT).decision) == (0.0, Decision.GENUINE)


def test_a_score_is_overridden_and_nought_switches_a_symbol_off() -> None:
    loud = seen(written(subject="EVERYTHING MUST GO"))
    assert verdict_on(loud, Rules(scores={"SUBJECT_IN_CAPITALS": 1.5})).score == 1.5
    assert verdict_on(loud, Rules(scores={"SUBJECT_IN_CAPITALS": 0.0})).symbols == ()


def test_ten_weak_signs_of_one_kind_never_make_a_verdict() -> None:
    broken = seen(
        b"From: x@elsewhere.example\n"
        + written(subject="BUY EVERYTHING NOW!!!", date=None, message_id=None, to=None, x_mark="a\rb: c")
    )
    verdict = verdict_on(broken)
    assert len([symbol for symbol in verdict.symbols if symbol.group == "header"]) >= 6
    assert verdict.score == GROUPS["header"].cap < Thresholds().spam


def test_an_admins_cap_takes_the_place_of_ours_and_an_own_group_has_none() -> None:
    rules = Rules(caps={"rules": 2.5}, custom=(HEAVY, replace(HEAVY, name="OTHER", group="own", score=30.0)))
    assert verdict_on(IT, rules).score == 32.5


@pytest.mark.parametrize(("mailbox", "expected"), [("hi@acme.test", Decision.SPAM), ("x@acme.test", Decision.DOUBTFUL)])
def test_a_mailbox_has_its_own_lines(mailbox: str, expected: Decision) -> None:
    rules = Rules(thresholds={"hi@acme.test": Thresholds(1.0, 0.5), "": Thresholds(3.0, 0.5)})
    assert verdict_on(replace(IT, mailbox=mailbox, learned=1.2), rules).decision is expected


def test_what_was_learned_counts_whole_up_to_its_cap() -> None:
    assert verdict_on(replace(IT, learned=3.25)).score == 3.25
    assert verdict_on(replace(IT, learned=-40.0)).score == -GROUPS["learned"].cap


def test_the_reason_tells_the_strongest_symbols_in_words() -> None:
    reason = verdict_on(seen(written(From="Boss <boss@acme.test>", subject="EVERYTHING MUST GO"))).reason
    assert reason.startswith("score 3.7: boss@acme.test is at a domain of ours, and nothing proves it (+3.0), the subj")


# ---------------------------------------------------------------- lists
def spam(**fields: str) -> Evidence:
    return replace(seen(written(**fields)), learned=7.0)


@pytest.mark.parametrize(
    ("lists", "proof", "expected"),
    [
        (ALLOWED, PROVEN, Decision.GENUINE),
        (ALLOWED, UNPROVEN, Decision.SPAM),
        (ALLOWED, Proof(Level.FAILED, "DMARC failed"), Decision.SPAM),
        (Lists(allow={ANN: Entry(ANN, unproven=True)}), UNPROVEN, Decision.GENUINE),
        (Lists(allow={"customer.example": Entry("customer.example")}), PROVEN, Decision.GENUINE),
        (Lists(allow={"*.example": Entry("*.example")}), PROVEN, Decision.GENUINE),
        (Lists(allow={"*.customer.example": Entry("*.customer.example")}), PROVEN, Decision.SPAM),
        (Lists(allow={ANN: Entry(ANN)}, block={ANN: Entry(ANN)}), PROVEN, Decision.SPAM),
        (
            Lists(allow={ANN: Entry(ANN)}, block={"customer.example": Entry("customer.example")}),
            PROVEN,
            Decision.GENUINE,
        ),
    ],
)
def test_who_is_allowed_passes_where_that_is_proven(lists: Lists, proof: Proof, expected: Decision) -> None:
    assert verdict_on(replace(spam(), proof=proof), Rules(lists=lists)).decision is expected


@pytest.mark.parametrize("who", [ANN, "customer.example", "*.example"])
def test_who_is_blocked_is_held_whatever_the_score_and_whoever_they_are(who: str) -> None:
    blocking = Rules(lists=Lists(block={who: Entry(who, why="by bo, 2 March")}))
    customer = replace(IT, proof=PROVEN, facts=facts(account="Customer", answers_token=True), learned=-8.0)
    verdict = judge(customer, blocking)
    assert (verdict.decision, verdict.protected) == (Decision.SPAM, None)
    assert verdict.reason.startswith(f"{who} is on the block list (by bo, 2 March); score")


def test_nobody_can_block_our_own_people_where_they_are_proven() -> None:
    blocking = Rules(lists=Lists(block={ANN: Entry(ANN)}))
    assert judge(replace(IT, proof=PROVEN, facts=facts(is_ours=True)), blocking).decision is Decision.GENUINE
    assert judge(replace(IT, facts=facts(is_ours=True)), blocking).decision is Decision.SPAM


def test_a_mail_without_a_sender_is_on_no_list() -> None:
    anybody = Lists(block={"": Entry("")}, allow={"": Entry("", unproven=True)})
    assert verdict_on(seen(written(From=None)), Rules(lists=anybody)).decided is None


# ---------------------------------------------------------------- rules
def test_a_rule_that_holds_is_a_symbol_with_its_description() -> None:
    verdict = verdict_on(IT, Rules(custom=(HEAVY,)))
    assert verdict.symbols == (Symbol("HEAVY", 9.0, "rules", "it asks for seats"),)
    assert verdict.decision is Decision.SPAM
    assert verdict_on(seen(written(subject="Hello")), Rules(custom=(HEAVY,))).symbols == ()


def test_a_rule_may_ask_for_symbols_of_filters_and_of_rules_above_it() -> None:
    second = Rule("SECOND", Found(frozenset({"HEAVY", "NO_DATE"})), "one of these", 1.0)
    assert [symbol.name for symbol in verdict_on(IT, Rules(custom=(HEAVY, second))).symbols] == ["HEAVY", "SECOND"]
    assert [symbol.name for symbol in verdict_on(IT, Rules(custom=(second, HEAVY))).symbols] == ["HEAVY"]
    undated = seen(written(subject="Hello", date=None))
    assert [symbol.name for symbol in verdict_on(undated, Rules(custom=(second,))).symbols] == ["NO_DATE", "SECOND"]


@pytest.mark.parametrize("decides", list(Decision))
def test_a_rule_decides_whatever_the_score(decides: Decision) -> None:
    rule = replace(HEAVY, score=0.0, decides=decides)
    for learned in (-8.0, 0.0, 8.0):
        verdict = verdict_on(replace(IT, learned=learned), Rules(custom=(rule,)))
        assert verdict.decision is decides
        assert verdict.decided == "the rule HEAVY decides: it asks for seats"


def test_where_rules_disagree_the_mail_passes() -> None:
    rules = tuple(replace(HEAVY, name=f"R{number}", decides=decides) for number, decides in enumerate(RANKS[::-1]))
    assert verdict_on(IT, Rules(custom=rules)).decision is Decision.GENUINE


def test_ways_are_those_of_all_rules_that_hold_and_the_first_word_counts() -> None:
    ways = [Ways(("a", "b"), "high"), Ways(("b", "c"), "low", "search"), Ways(call="ce", automatic="a monitor")]
    custom = tuple(replace(HEAVY, name=f"R{number}", ways=way) for number, way in enumerate(ways))
    other = replace(HEAVY, name="OTHER", when=Matches(Place.SUBJECT, Pattern("^x")), ways=Ways(("d",), team="other"))
    told = verdict_on(IT, Rules(custom=(other, *custom))).ways
    assert told == Ways(("a", "b", "c"), "high", "search", "ce", "a monitor")
