"""Each sentence of product.md "Threading" as a test: which ticket a mail of customers belongs to, who takes part."""

from dataclasses import replace
from datetime import timedelta

import pytest

from mail.model import Level, Mail
from mail.threads import MAX_IDS
from tests.tickets_world import (
    ANN,
    ANNE_HOME,
    CAROL,
    DAVE,
    EMPTY,
    ERIN,
    FIRST_ID,
    HI,
    MALLORY,
    NOW,
    SUPPORT,
    TICKET,
    WORLD,
    address,
    addresses,
    answer,
    automatic,
    candidate,
    mail,
    orphan,
    tagged,
    ticket,
    token,
    token_id,
)
from tickets.candidates import Inbound, Relative
from tickets.model import MessageKind, Reason, Status
from tickets.routes import By, Join, Keep, Open, Quarantine
from tickets.routing import ask

PROVEN, UNPROVEN, FAILED = Level.PROVEN, Level.UNPROVEN, Level.FAILED
IN_ADDRESS = f"support+{token().local_part()}@acme.test"


def joins(by: By) -> Join:
    return Join(TICKET, by, MessageKind.CUSTOMER, address(ANN), from_customer=True)


@pytest.mark.parametrize(
    ("made", "level", "by"),
    [
        (answer(parents=(token_id(),)), UNPROVEN, By.TOKEN),
        (replace(mail(), in_reply_to=(token_id(),)), UNPROVEN, By.TOKEN),
        (mail(to=(IN_ADDRESS,)), UNPROVEN, By.TOKEN),
        (mail(to=(IN_ADDRESS.upper(),)), UNPROVEN, By.TOKEN),
        (replace(mail(), headers=(("Delivered-To", IN_ADDRESS),)), UNPROVEN, By.TOKEN),
        (answer(parents=(token_id("alice@acme.test"),)), UNPROVEN, By.TOKEN),
        (answer(parents=(FIRST_ID, token_id())), PROVEN, By.TOKEN),
        (answer(), PROVEN, By.REFERENCE),
        (replace(tagged(), references=(FIRST_ID,)), PROVEN, By.REFERENCE),
        (tagged(), PROVEN, By.TAG),
    ],
)
def test_the_requester_joins_by_token_else_proven_by_reference_else_proven_by_tag(
    made: Mail, level: Level, by: By
) -> None:
    assert WORLD.route(made, level) == replace(joins(by), author=made.sender)


def test_a_token_in_an_address_counts_before_one_in_references_and_those_newest_first() -> None:
    world = WORLD.with_ticket(candidate(50), "<b@x>").with_ticket(candidate(51), "<c@x>")
    made = answer(parents=(token_id(number=50), token_id(number=51)))
    assert world.route(made) == replace(joins(By.TOKEN), number=51)
    assert world.route(replace(made, cc=addresses([IN_ADDRESS]))) == joins(By.TOKEN)


def test_the_newest_known_message_id_counts() -> None:
    world = WORLD.with_ticket(candidate(50), "<b@x>")
    assert world.route(answer(parents=(FIRST_ID, "<b@x>", "<unknown@x>")), PROVEN) == replace(
        joins(By.REFERENCE), number=50
    )


def test_a_participant_joins_as_the_requester_does() -> None:
    world = WORLD.with_ticket(candidate(participants=[ERIN]))
    assert world.route(answer(ERIN, parents=(token_id(ANN),))) == replace(joins(By.TOKEN), author=address(ERIN))
    assert world.route(answer(ERIN), PROVEN) == replace(joins(By.REFERENCE), author=address(ERIN))


@pytest.mark.parametrize("colleague", [CAROL, DAVE])
def test_somebody_proven_from_the_requesters_account_joins_by_token_or_reference_and_wakes_the_owner(
    colleague: str,
) -> None:
    for made, by in ((answer(colleague, parents=(token_id(),)), By.TOKEN), (answer(colleague), By.REFERENCE)):
        assert WORLD.route(made, PROVEN) == replace(joins(by), author=address(colleague))
    assert isinstance(WORLD.route(tagged(colleague), PROVEN), Open)
    assert isinstance(WORLD.route(answer(colleague, parents=(token_id(),))), Open)


def test_a_free_mail_domain_makes_no_colleagues_even_where_an_account_lists_it() -> None:
    world = WORLD.with_ticket(candidate(requester=ANNE_HOME))
    assert isinstance(world.route(answer("somebody@gmail.com"), PROVEN), Open)
    assert isinstance(world.route(answer(ANNE_HOME), PROVEN), Join)


def test_anybody_else_gets_a_ticket_of_their_own_that_names_the_other_to_the_agent() -> None:
    way = WORLD.route(answer(MALLORY, parents=(token_id(),)), PROVEN)
    assert way == Open(MessageKind.CUSTOMER, address(MALLORY), address(MALLORY), linked=TICKET)


def test_a_mail_that_names_nothing_opens_a_ticket_of_its_account() -> None:
    assert WORLD.route(mail()) == Open(MessageKind.CUSTOMER, address(ANN), address(ANN), account="Globex")
    assert EMPTY.route(answer(MALLORY, parents=(token_id(), "<unknown@x>"))).__class__ is Open


def test_an_answer_within_fourteen_days_of_closing_joins_and_later_opens_a_linked_ticket() -> None:
    recent = WORLD.with_ticket(candidate(of=ticket(status=Status.CLOSED, closed_days=14)))
    assert recent.route(answer(), PROVEN) == joins(By.REFERENCE)
    old = WORLD.with_ticket(candidate(of=ticket(status=Status.CLOSED, closed_days=14.1)))
    way = old.route(answer(), PROVEN)
    assert isinstance(way, Open)
    assert (way.requester, way.linked) == (address(ANN), TICKET)


def test_what_counts_for_reopening_is_when_the_answer_came_not_when_we_got_to_it() -> None:
    world = WORLD.with_ticket(candidate(of=ticket(status=Status.CLOSED, closed_days=15)))
    came = Inbound(7, SUPPORT, NOW - timedelta(days=2))
    assert world.route(answer(), PROVEN, came) == joins(By.REFERENCE)


def test_participants_are_colleagues_in_to_or_cc_of_a_proven_first_mail_and_all_others_are_shown() -> None:
    made = mail(to=(SUPPORT, CAROL), cc=(DAVE, ERIN, "alice@acme.test", "support+x@acme.test", ANN, CAROL))
    way = WORLD.route(made, PROVEN)
    assert isinstance(way, Open)
    assert way.participants == addresses([CAROL, DAVE])
    assert way.others == addresses([ERIN])


@pytest.mark.parametrize("level", [UNPROVEN, FAILED])
def test_nobody_takes_part_by_a_mail_that_is_not_proven(level: Level) -> None:
    way = WORLD.route(mail(cc=(CAROL,)), level)
    assert isinstance(way, Open)
    assert way.participants == ()
    assert way.others == addresses([CAROL])


def test_sharing_a_free_mail_domain_takes_no_part() -> None:
    way = WORLD.route(mail(ANNE_HOME, cc=("somebody@gmail.com",)), PROVEN)
    assert isinstance(way, Open)
    assert way.participants == ()


def test_a_late_parent_joins_the_eldest_ticket_of_its_author_and_brings_the_others() -> None:
    world = EMPTY.with_orphans(orphan(52), orphan(51), orphan(53, CAROL))
    assert world.route(mail(), PROVEN) == replace(joins(By.LATE_PARENT), number=51, pulls=(52, 53))


def test_a_late_parent_that_belongs_to_a_ticket_brings_its_orphans_there() -> None:
    world = WORLD.with_orphans(orphan(52), orphan(53, MALLORY))
    assert world.route(answer(), PROVEN) == replace(joins(By.REFERENCE), pulls=(52,))


def test_a_late_parent_that_is_not_proven_joins_nothing_and_draws_nothing_to_a_ticket_of_its_own() -> None:
    way = EMPTY.with_orphans(orphan(52)).route(mail())
    assert isinstance(way, Open)
    assert (way.pulls, way.linked) == ((), 52)


@pytest.mark.parametrize(
    "lone",
    [
        orphan(52, touched=True),
        orphan(52, MALLORY),
        orphan(52, level=UNPROVEN),
        orphan(52, level=FAILED),
        orphan(52, "x@gmail.com"),
    ],
)
def test_a_late_parent_leaves_alone_what_a_person_touched_and_whom_the_rules_would_not_let_join(
    lone: Relative,
) -> None:
    way = EMPTY.with_orphans(lone).route(mail(), PROVEN)
    assert isinstance(way, Open)
    assert way.pulls == ()
    assert way.linked == 52


def test_automatic_mail_that_belongs_to_a_ticket_is_kept_on_it_and_is_no_customers_answer() -> None:
    kept = Join(TICKET, By.TOKEN, MessageKind.AUTOMATIC, address(ANN), from_customer=False)
    assert WORLD.route(automatic(answer(parents=(token_id(),)))) == kept
    assert WORLD.route(automatic(answer(), opens=True), PROVEN) == replace(kept, by=By.REFERENCE)


def test_automatic_mail_that_answers_nothing_opens_a_ticket_in_silence_or_is_kept_without_one() -> None:
    way = WORLD.route(automatic(mail(), opens=True, kind="list"))
    assert isinstance(way, Open)
    assert (way.kind, way.requester, bool(way.silent)) == (MessageKind.CUSTOMER, address(ANN), True)
    assert WORLD.route(automatic(mail())) == Keep("Auto-Submitted")
    assert WORLD.route(automatic(answer(MALLORY, parents=(token_id(),))), PROVEN) == Keep("Auto-Submitted")


def test_newsletters_are_kept_only_in_the_mailbox_that_says_so() -> None:
    bulk = replace(automatic(mail(), opens=True, kind="bulk"), headers=(("List-Unsubscribe", "<mailto:x@y>"),))
    assert isinstance(WORLD.route(bulk, inbound=Inbound(7, HI, NOW)), Keep)
    assert isinstance(WORLD.route(bulk), Open)
    assert isinstance(WORLD.route(replace(bulk, headers=()), inbound=Inbound(7, HI, NOW)), Open)


def test_an_unreadable_mail_is_put_aside_until_a_person_lets_it_out() -> None:
    broken = replace(mail(), error="no header")
    assert WORLD.route(broken) == Quarantine(Reason.UNREADABLE, "no header")
    assert isinstance(WORLD.route(broken, inbound=Inbound(7, SUPPORT, NOW, released=True)), Open)


@pytest.mark.parametrize("sender", [None, "", "@", "nobody", "a b@x.test", "x@", "@x.test", "x@-bad-.test"])
def test_a_mail_without_a_sender_to_answer_still_makes_a_ticket(sender: str | None) -> None:
    way = WORLD.route(answer(sender, parents=(token_id(), FIRST_ID)), PROVEN)
    assert isinstance(way, Open)
    assert way.requester is None
    assert way.silent


def test_scoring_takes_every_sender_as_proven_and_as_part_of_the_thread() -> None:
    trusted = Inbound(7, SUPPORT, NOW, trust_senders=True)
    assert WORLD.route(answer(MALLORY), inbound=trusted) == replace(joins(By.REFERENCE), author=address(MALLORY))
    late = EMPTY.with_orphans(orphan(52, MALLORY, UNPROVEN)).route(mail(), inbound=trusted)
    assert late == replace(joins(By.LATE_PARENT), number=52)


def test_what_is_asked_is_bounded_and_never_the_mail_itself() -> None:
    made = answer(parents=[f"<{n}@x>" for n in range(200)])
    asked = ask(
        replace(made, message_id="<199@x>", in_reply_to=("<reply@x>",), subject="[#0] [#7] [#8] [#99999999999]")
    )
    assert asked.ids[:2] == ("<reply@x>", "<198@x>")
    assert len(asked.ids) == MAX_IDS
    assert asked.tag == 7
