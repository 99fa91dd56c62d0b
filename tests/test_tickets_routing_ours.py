"""Where mail of our own people, notifiers, lists and machines goes; bounces, and copies in several mailboxes."""

from dataclasses import replace

import pytest

from mail.model import Bounce, Failure, Forwarded, Level, Mail
from tests.tickets_world import (
    ALICE,
    ANN,
    CEDRIC,
    EMPTY,
    ERIN,
    FEEDBACK,
    FIRST_ID,
    FORMS,
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
    token,
    token_id,
)
from tickets.candidates import Copy, Inbound
from tickets.model import MessageKind, Outcome, Reason
from tickets.routes import By, Copied, Join, Keep, Open, Quarantine, Returned

PROVEN, UNPROVEN, FAILED = Level.PROVEN, Level.UNPROVEN, Level.FAILED
RELEASED = Inbound(7, SUPPORT, NOW, released=True)
NOTE = Join(TICKET, By.REFERENCE, MessageKind.NOTE, address(ALICE), from_customer=False, asks=True)


def forward(sender: str, original: str | None) -> Mail:
    of = address(original) if original is not None else None
    return replace(mail(sender), forwarded=Forwarded(of, "Help", None, "I need help"))


# Agents


@pytest.mark.parametrize(
    ("made", "by"),
    [(answer(ALICE), By.REFERENCE), (tagged(ALICE), By.TAG), (answer(ALICE, parents=(token_id(ALICE),)), By.TOKEN)],
)
def test_a_proven_agents_mail_to_us_alone_is_a_note_on_the_ticket_it_names(made: Mail, by: By) -> None:
    assert WORLD.route(made, PROVEN) == replace(NOTE, by=by)


def test_a_proven_agents_mail_that_names_nothing_is_a_silent_ticket_of_its_own() -> None:
    way = WORLD.route(mail(ALICE), PROVEN)
    assert isinstance(way, Open)
    assert (way.kind, way.requester, bool(way.silent)) == (MessageKind.NOTE, None, True)


@pytest.mark.parametrize("level", [UNPROVEN, FAILED])
@pytest.mark.parametrize("made", [mail(ALICE), answer(ALICE, parents=(token_id(ALICE),)), mail(ALICE, cc=(ANN,))])
def test_an_agents_mail_that_is_not_proven_waits_for_confirmation(made: Mail, level: Level) -> None:
    way = WORLD.route(made, level)
    assert isinstance(way, Quarantine)
    assert way.reason is Reason.UNCONFIRMED


def test_an_agents_mail_that_a_person_released_is_a_note_and_never_a_public_reply() -> None:
    assert WORLD.route(answer(ALICE, cc=(ANN,)), UNPROVEN, RELEASED) == NOTE
    way = WORLD.route(mail(ALICE, to=(ANN,)), UNPROVEN, RELEASED)
    assert isinstance(way, Open)
    assert way.kind is MessageKind.NOTE


def test_an_agents_automatic_mail_never_acts_for_the_agent() -> None:
    away = automatic(answer(ALICE, parents=(token_id(ALICE),), cc=(ANN,)))
    assert WORLD.route(away, PROVEN) == replace(NOTE, by=By.TOKEN, kind=MessageKind.AUTOMATIC, asks=False)
    assert WORLD.route(away, UNPROVEN) == Keep("Auto-Submitted")
    assert isinstance(WORLD.route(automatic(mail(ALICE), opens=True), UNPROVEN), Quarantine)
    opened = WORLD.route(automatic(mail(ALICE), opens=True), PROVEN)
    assert isinstance(opened, Open)
    assert opened.kind is MessageKind.NOTE


# Staff who copy us in


@pytest.mark.parametrize("author", [ALICE, CEDRIC, SUPPORT])
@pytest.mark.parametrize(("to", "cc"), [((ANN,), (SUPPORT,)), ((SUPPORT,), (ANN,)), ((ANN, SUPPORT), ()), ((ANN,), ())])
def test_a_proven_mail_of_ours_to_a_customer_with_us_in_to_cc_or_bcc_is_a_ticket_of_that_customer(
    author: str, to: tuple[str, ...], cc: tuple[str, ...]
) -> None:
    way = WORLD.route(mail(author, to=to, cc=cc), PROVEN)
    assert isinstance(way, Open)
    assert (way.kind, way.requester, way.account) == (MessageKind.PUBLIC, address(ANN), "Globex")
    assert way.silent


def test_the_requester_is_the_first_customer_in_to_else_in_cc_and_the_others_are_shown() -> None:
    way = WORLD.route(mail(CEDRIC, to=(SUPPORT, ERIN, ALICE), cc=(ANN,)), PROVEN)
    assert isinstance(way, Open)
    assert (way.requester, way.others, way.participants) == (address(ERIN), addresses([ANN]), ())


@pytest.mark.parametrize("author", [ALICE, CEDRIC, SUPPORT])
@pytest.mark.parametrize("names", [FIRST_ID, token_id()])
def test_it_joins_the_ticket_it_names_if_it_went_to_somebody_of_it(author: str, names: str) -> None:
    by = By.REFERENCE if names == FIRST_ID else By.TOKEN
    public = Join(TICKET, by, MessageKind.PUBLIC, address(author), from_customer=False)
    assert WORLD.route(answer(author, parents=(names,), cc=(ANN,)), PROVEN) == public
    elsewhere = WORLD.route(answer(author, parents=(names,), cc=(ERIN,)), PROVEN)
    assert isinstance(elsewhere, Open)
    assert (elsewhere.requester, elsewhere.linked) == (address(ERIN), TICKET)


def test_an_agents_mail_that_comes_after_the_customers_answer_joins_it() -> None:
    way = EMPTY.with_orphans(orphan(52)).route(mail(ALICE, to=(ANN,), cc=(SUPPORT,)), PROVEN)
    assert way == Join(52, By.LATE_PARENT, MessageKind.PUBLIC, address(ALICE), from_customer=False)


@pytest.mark.parametrize("level", [UNPROVEN, FAILED])
def test_staff_by_address_alone_are_anybody_but_never_acknowledged(level: Level) -> None:
    for made in (mail(CEDRIC, to=(ANN, SUPPORT)), forward(CEDRIC, ANN), answer(CEDRIC)):
        way = WORLD.route(made, level)
        assert isinstance(way, Open)
        assert (way.kind, way.requester) == (MessageKind.CUSTOMER, address(CEDRIC))
        assert way.silent


@pytest.mark.parametrize("author", [ALICE, CEDRIC])
def test_what_staff_forward_is_a_silent_ticket_of_the_original_sender(author: str) -> None:
    way = WORLD.route(forward(author, ERIN), PROVEN)
    assert isinstance(way, Open)
    assert (way.kind, way.author, way.requester) == (MessageKind.CUSTOMER, address(ERIN), address(ERIN))
    assert way.account == "Initech"
    assert way.silent == f"forwarded by staff ({author})"


@pytest.mark.parametrize("original", [None, ALICE, SUPPORT, CEDRIC, "nobody", "x@"])
def test_what_names_no_customer_as_original_sender_is_staffs_own_ticket(original: str | None) -> None:
    way = WORLD.route(forward(CEDRIC, original), PROVEN)
    assert isinstance(way, Open)
    assert way.requester == address(CEDRIC)


def test_a_customer_who_forwards_something_writes_for_themselves() -> None:
    way = WORLD.route(forward(MALLORY, ANN), PROVEN)
    assert isinstance(way, Open)
    assert way.requester == address(MALLORY)


def test_staff_answering_what_we_mailed_them_write_a_note_and_need_proof_and_token() -> None:
    by_token = answer(CEDRIC, parents=(token_id(CEDRIC),))
    assert WORLD.route(by_token, PROVEN) == replace(NOTE, by=By.TOKEN, author=address(CEDRIC), asks=False)
    for made, level in ((by_token, UNPROVEN), (answer(CEDRIC), PROVEN), (tagged(CEDRIC), PROVEN)):
        assert isinstance(WORLD.route(made, level), Open)
    assert isinstance(WORLD.route(answer(CEDRIC, parents=(token_id(ANN),)), PROVEN), Open)


def test_staff_are_customers_on_their_own_tickets() -> None:
    world = WORLD.with_ticket(candidate(requester=CEDRIC))
    assert world.route(answer(CEDRIC), PROVEN) == Join(
        TICKET, By.REFERENCE, MessageKind.CUSTOMER, address(CEDRIC), from_customer=True
    )


# Notifiers, lists, our own addresses


def test_a_notifiers_ticket_bears_its_source_and_is_of_whom_reply_to_names() -> None:
    made = replace(mail(FORMS), reply_to=addresses([SUPPORT, ANN, ERIN]))
    for way in (WORLD.route(made), WORLD.route(automatic(made, opens=True), PROVEN)):
        assert isinstance(way, Open)
        assert (way.source, way.ask_first, way.requester, way.account) == ("website", True, address(ANN), "Globex")


@pytest.mark.parametrize("reply_to", [(), ("nobody",), (SUPPORT, ALICE, CEDRIC, FORMS)])
def test_a_notifier_that_names_no_customer_opens_a_ticket_of_nobody(reply_to: tuple[str, ...]) -> None:
    way = WORLD.route(replace(mail(FORMS), reply_to=addresses(reply_to)), PROVEN)
    assert isinstance(way, Open)
    assert way.requester is None
    assert way.silent


def test_a_notifiers_mail_never_joins_and_its_auto_replies_are_kept() -> None:
    assert isinstance(WORLD.with_ticket(candidate(requester=FORMS)).route(answer(FORMS), PROVEN), Open)
    assert WORLD.route(automatic(answer(FORMS)), PROVEN) == Keep("Auto-Submitted")


def test_the_author_whom_a_list_of_ours_names_is_unproven_whatever_the_border_says() -> None:
    assert isinstance(WORLD.route(replace(answer(), rewritten=True), PROVEN), Open)
    assert isinstance(WORLD.route(replace(answer(ALICE), rewritten=True), PROVEN), Quarantine)
    assert isinstance(WORLD.route(replace(answer(parents=(token_id(),)), rewritten=True), PROVEN), Join)


@pytest.mark.parametrize("own", [SUPPORT, "help@acme.test", "support+x@acme.test", "bounces@acme.test"])
def test_mail_from_an_address_of_our_own_is_a_ticket_that_nobody_is_told_of(own: str) -> None:
    way = WORLD.route(mail(own, to=(FEEDBACK,)), PROVEN)
    assert isinstance(way, Open)
    assert way.requester is None
    assert way.silent


@pytest.mark.parametrize("sender", [SUPPORT, MALLORY, ANN])
def test_our_own_mail_that_comes_back_is_kept_and_wakes_nobody(sender: str) -> None:
    made = replace(mail(sender, to=(ANN,)), message_id=token_id(ANN))
    assert WORLD.route(made, PROVEN) == Keep("our own mail came back")


def test_our_own_mail_whose_message_id_a_relay_rewrote_is_known_by_its_references() -> None:
    made = replace(mail(SUPPORT, to=(ANN,)), references=(token_id(ANN),))
    assert WORLD.route(automatic(made, opens=True)) == Keep("our own mail came back")
    assert isinstance(WORLD.route(made, PROVEN), Join)  # a colleague answers from the shared mailbox


# Bounces


def bounce(failed: str, *returned: str, kind: str = "bounce", hard: bool = True) -> Mail:
    failure = Failure(failed, "5.1.1", "550", hard=hard)
    return replace(mail("mailer-daemon@x.test"), bounce=Bounce(kind, "no such user", (failure,), returned))


def test_a_bounce_marks_the_address_that_its_token_was_made_for() -> None:
    assert WORLD.route(bounce("Ann@Globex.test", FIRST_ID, token_id(ANN))) == Returned(TICKET, (ANN,), "no such user")
    answered = replace(bounce(ANN), in_reply_to=(token_id(ANN),))
    assert WORLD.route(answered) == Returned(TICKET, (ANN,), "no such user")


def test_where_others_sent_our_mail_on_the_address_that_it_was_for_is_marked() -> None:
    made = bounce("ann@inner.globex.test", token_id(ANN))
    assert made.bounce is not None
    failure = replace(made.bounce.recipients[0], original=ANN)
    sent_on = replace(made, bounce=replace(made.bounce, recipients=(failure,)))
    assert WORLD.route(sent_on) == Returned(TICKET, (ANN,), "no such user")
    stranger = replace(made, bounce=replace(made.bounce, recipients=(replace(failure, original=ERIN),)))
    assert isinstance(way := WORLD.route(stranger), Returned)
    assert way.addresses == ()


@pytest.mark.parametrize(
    "made",
    [
        bounce(ERIN, token_id(ANN)),
        bounce(ANN, FIRST_ID),
        bounce(ANN, token_id(ANN, days_ago=401)),
        bounce(ANN),
        replace(bounce(ANN), bounce=Bounce("unknown", "", ())),
    ],
)
def test_a_bounce_without_such_a_token_is_only_shown(made: Mail) -> None:
    way = WORLD.route(made, PROVEN)
    assert isinstance(way, Returned)
    assert (way.ticket, way.addresses) == (None, ())
    assert "nothing in it proves" in way.why


def test_delays_and_failures_for_the_moment_mark_nobody() -> None:
    assert WORLD.route(bounce(ANN, token_id(ANN), kind="warning")) == Returned(TICKET, (), "delayed: no such user")
    assert WORLD.route(bounce(ANN, token_id(ANN), hard=False)) == Returned(TICKET, (), "no such user")


def test_a_bounce_of_mail_about_no_ticket_marks_the_address_alone() -> None:
    assert EMPTY.route(bounce(CEDRIC, token(CEDRIC, 0).message_id("x"))) == Returned(None, (CEDRIC,), "no such user")


# Copies of one mail in several of our mailboxes


def copy(outcome: Outcome | None, mailbox: str = HI, number: int | None = TICKET, arrival: int = 3) -> Copy:
    return Copy(arrival, mailbox, outcome, number)


@pytest.mark.parametrize(
    ("first", "second", "better"),
    [(HI, SUPPORT, True), (SUPPORT, HI, False), (FEEDBACK, SUPPORT, True), (HI, FEEDBACK, True), (HI, HI, False)],
)
def test_copies_are_one_ticket_support_before_feedback_before_hi(first: str, second: str, *, better: bool) -> None:
    world = EMPTY.with_copies(copy(Outcome.TICKETED, first))
    assert world.route(mail(), inbound=Inbound(7, second, NOW)) == Copied(3, TICKET, better)


def test_the_best_mailbox_so_far_counts() -> None:
    world = EMPTY.with_copies(copy(Outcome.TICKETED, HI), copy(Outcome.DUPLICATE, SUPPORT, arrival=4))
    assert world.route(mail(), inbound=Inbound(7, FEEDBACK, NOW)) == Copied(3, TICKET, better=False)


def test_a_copy_of_what_was_kept_or_returned_is_one_too() -> None:
    for outcome in (Outcome.AUTOMATIC, Outcome.BOUNCE, Outcome.HANDLED):
        assert EMPTY.with_copies(copy(outcome, number=None)).route(mail()) == Copied(3, None, better=False)


def test_a_copy_of_a_mail_in_quarantine_takes_its_place_if_it_passes() -> None:
    world = WORLD.with_copies(copy(Outcome.QUARANTINED, number=None))
    opened, joined = world.route(mail()), world.route(answer(), PROVEN)
    assert isinstance(opened, Open)
    assert isinstance(joined, Join)
    assert opened.replaces == joined.replaces == 3


def test_a_copy_that_must_be_quarantined_itself_lies_beside_it_unless_it_is_the_same_mailbox_again() -> None:
    beside = WORLD.with_copies(copy(Outcome.QUARANTINED, HI, None))
    again = WORLD.with_copies(copy(Outcome.QUARANTINED, SUPPORT, None))
    assert isinstance(beside.route(mail(ALICE)), Quarantine)
    assert again.route(mail(ALICE)) == Copied(3, None, better=False)


def test_an_arrival_is_no_copy_of_itself_nor_of_one_that_is_still_in_work() -> None:
    itself = WORLD.with_copies(Copy(7, SUPPORT, Outcome.QUARANTINED, None), copy(None, number=None))
    assert itself.route(mail(ALICE), UNPROVEN, RELEASED) == WORLD.route(mail(ALICE), PROVEN)


def test_a_mail_of_which_nothing_can_be_compared_has_no_copies() -> None:
    made = replace(mail(), fingerprint="", message_id=None)
    assert isinstance(WORLD.with_copies(copy(Outcome.TICKETED)).route(made), Open)
