"""Ways to get onto somebody's ticket that must all fail: the mail is put aside or gets a ticket that tells nothing."""

from dataclasses import replace

import pytest

from mail.model import Address, Forwarded, Level, Mail
from tests.tickets_world import (
    ALICE,
    ANN,
    ANNE_HOME,
    CAROL,
    CEDRIC,
    EMPTY,
    ERIN,
    FIRST_ID,
    FORMS,
    LIST,
    MALLORY,
    STOLEN,
    SUPPORT,
    TICKET,
    WORLD,
    World,
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
from tickets.candidates import Relative
from tickets.model import MessageKind, Status
from tickets.routes import Copied, Join, Keep, Open, Quarantine

PROVEN, UNPROVEN, FAILED = Level.PROVEN, Level.UNPROVEN, Level.FAILED
PLUS = f"support+{token().local_part()}@acme.test"
TAGS = "".join(f"[#{number}]" for number in range(500))
STRANGERS = (MALLORY, "erin@initech.test", "ann@gmail.com", "ann@globex.test.evil.test", "ann@evilglobex.test")


def named(made: Mail, name: str, sent_by: str = MALLORY) -> Mail:
    return replace(made, sender=Address(name, sent_by))


def altered(field: str) -> str:
    """A token of Ann's in which one thing is not as we signed it."""
    change: dict[str, dict[str, object]] = {
        "ticket": {"ticket": TICKET},
        "day": {"day": token().day + 1},
        "purpose": {"purpose": "x"},
        "nonce": {"nonce": "aaaaaaaa"},
        "mac": {"mac": "a" * 26},
    }
    made = token(number=99) if field == "ticket" else token()
    return replace(made, **change[field]).message_id("acme.test")  # type: ignore[arg-type]


# A stranger, proven as themselves: what they hold or guess of Ann's ticket
BY_A_STRANGER: dict[str, Mail] = {
    "guessed number": tagged(MALLORY),
    "five hundred numbers": mail(MALLORY, subject=TAGS),
    "known Message-ID in References": answer(MALLORY),
    "known Message-ID in In-Reply-To": replace(mail(MALLORY), in_reply_to=(FIRST_ID,)),
    "a forwarded acknowledgement's token": answer(MALLORY, parents=(token_id(ANN),)),
    "that token in an address": mail(MALLORY, to=(PLUS,)),
    "that token in Cc": mail(MALLORY, cc=(PLUS,)),
    "that token in Delivered-To": replace(mail(MALLORY), headers=(("Delivered-To", PLUS),)),
    "that token in X-Original-To": replace(mail(MALLORY), headers=(("X-Original-To", PLUS),)),
    "a forwarded notice's token": answer(MALLORY, parents=(token_id(ALICE),)),
    "a token made for the stranger about another ticket": answer(MALLORY, parents=(token_id(MALLORY, 99), FIRST_ID)),
    "all of it at once": replace(
        tagged(MALLORY), to=addresses([PLUS]), references=(FIRST_ID, token_id(), token_id(ALICE))
    ),
    "the requester's name": named(answer(), "ann@globex.test"),
    "an agent's name": named(answer(), "alice@acme.test"),
    "a free-mail address of the same name": answer(ANNE_HOME),
    "a look-alike domain": answer("ann@g1obex.test"),
    "a Cyrillic look-alike domain": answer("ann@gl\u043ebex.test"),
    "a full-width domain": answer("ann@\uff47lobex.test"),
    "the account's domain as somebody's subdomain": answer("ann@globex.test.evil.test"),
    "the account's domain as an ending": answer("ann@notglobex.test"),
    "a subdomain that the account does not list": answer("ann@mail.globex.test"),
    "the requester's address in a local part": answer('"ann@globex.test"@evil.test'),
    "the requester with another tag": answer("ann+x@globex.test.evil.test"),
    "Reply-To of the requester": replace(answer(MALLORY), reply_to=addresses([ANN])),
    "the requester in Cc": answer(MALLORY, cc=(ANN,)),
    "the requester's mail passed on": replace(answer(MALLORY), forwarded=Forwarded(address(ANN), "", None, "")),
    "the requester's null sender": replace(answer(MALLORY), return_path=ANN),
    "an auto-reply": automatic(answer(MALLORY, parents=(token_id(),))),
    "a monitoring mail": automatic(answer(MALLORY, parents=(token_id(),)), opens=True),
    "a list's mail": automatic(answer(LIST.replace("acme", "evil"), parents=(token_id(),)), opens=True, kind="list"),
    "a SaaS that writes to the token's address for somebody": mail("no-reply@saas.test", to=(PLUS,)),
    "an account that is not the requester's": answer(ERIN, parents=(token_id(),)),
    "the Message-ID of Ann's first mail, other content": replace(mail(MALLORY), message_id=FIRST_ID),
    "its own Message-ID as its parent": replace(answer(MALLORY, parents=("<m@x>",)), message_id="<m@x>"),
    "no sender": answer(None, parents=(token_id(),)),
    "an empty sender": answer("", parents=(token_id(),)),
    "a broken mail": replace(answer(MALLORY), error="no header"),
    "a colleague with the tag alone": tagged(CAROL),
    "the notifier's address": replace(answer(FORMS, parents=(token_id(),)), reply_to=addresses([ANN])),
    "the notifier's automatic mail": replace(automatic(answer(FORMS), opens=True), reply_to=addresses([ANN])),
    "staff to us alone": answer(CEDRIC, parents=(token_id(),)),
    "staff to somebody else": answer(CEDRIC, parents=(token_id(),), cc=(ERIN,)),
    "an agent to somebody else": answer(ALICE, parents=(token_id(),), cc=(ERIN,)),
    "our own address": answer(SUPPORT, parents=(token_id(), FIRST_ID)),
}

# Somebody who writes Ann's address into From, and is not proven
AS_THE_REQUESTER: dict[str, Mail] = {
    "known Message-ID": answer(),
    "tag": tagged(),
    "tag and Message-ID": replace(tagged(), references=(FIRST_ID,)),
    "a token made by another key": answer(parents=(token_id(keys=STOLEN),)),
    "a token for somebody else": answer(parents=(token_id(ERIN),)),
    "a token for the requester's other address": answer(parents=(token_id(ANNE_HOME),)),
    "a token of 401 days ago": answer(parents=(token_id(days_ago=401),)),
    "a token of the day after tomorrow": answer(parents=(token_id(days_ago=-2),)),
    "a token for ten digits of another ticket": answer(parents=(token_id(number=10**9),)),
    **{f"a token with another {field}": answer(parents=(altered(field),)) for field in ("ticket", "day", "purpose")},
    **{f"a token with a false {field}": answer(parents=(altered(field),)) for field in ("nonce", "mac")},
    "a thousand false tokens": answer(parents=[token_id(f"x{n}@evil.test") for n in range(1000)]),
    "a colleague's address with the requester's token": answer(CAROL, parents=(token_id(),)),
    "a list of ours that names the requester": replace(answer(), rewritten=True),
    "out of office without a token": automatic(answer()),
    "an alarm without a token": automatic(answer(), opens=True),
}

# Somebody who writes an agent's or staff's address into From
AS_OUR_PEOPLE: dict[str, Mail] = {
    "an agent's note": answer(ALICE),
    "an agent's note by the notice's token": answer(ALICE, parents=(token_id(ALICE),)),
    "an agent's tag": tagged(ALICE),
    "an agent's private address": answer("alice@home.test", parents=(token_id("alice@home.test"),)),
    "an agent's public reply": answer(ALICE, cc=(ANN,)),
    "an agent's public reply by the customer's token": answer(ALICE, parents=(token_id(),), cc=(ANN,)),
    "staff who copy us in": answer(CEDRIC, cc=(ANN,)),
    "staff who copy us in by token": answer(CEDRIC, parents=(token_id(),), cc=(ANN,)),
    "staff's answer by their own token": answer(CEDRIC, parents=(token_id(CEDRIC),)),
    "staff who forward": replace(answer(CEDRIC), forwarded=Forwarded(address(ANN), "", None, "")),
    "our own address to the customer": answer(SUPPORT, cc=(ANN,)),
    "an agent through a list of ours": replace(answer(ALICE, parents=(token_id(ALICE),)), rewritten=True),
    "an agent's out of office": automatic(answer(ALICE, parents=(token_id(ALICE),))),
    "an agent's alarm": automatic(answer(ALICE, parents=(token_id(ALICE),)), opens=True),
}

BY_TOKEN: dict[str, Mail] = {
    "her token": answer(parents=(token_id(),)),
    "her token in an address": mail(to=(PLUS,)),
    "her token, automatic": automatic(answer(parents=(token_id(),))),
}


def check_apart(world: World, made: Mail, level: Level) -> None:
    """It is on no ticket of Ann's, and whoever is answered is none but the sender or the customer they wrote to."""
    way = world.route(made, level)
    assert not isinstance(way, Join | Copied), way
    if isinstance(way, Open):
        assert way.pulls == ()
        assert way.participants == ()
        assert way.requester in {None, made.sender, *made.reply_to, *made.cc}
    else:
        assert isinstance(way, Keep | Quarantine), way


def params(attacks: dict[str, Mail]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("made", [pytest.param(made, id=name) for name, made in attacks.items()])


@params({name: made for name, made in BY_A_STRANGER.items() if made.sender != address(ALICE)})
@pytest.mark.parametrize("level", [PROVEN, UNPROVEN, FAILED])
def test_a_stranger_does_not_join(made: Mail, level: Level) -> None:
    check_apart(WORLD, made, level)


def test_a_proven_agents_mail_to_somebody_else_is_no_reply_on_the_ticket() -> None:
    check_apart(WORLD, BY_A_STRANGER["an agent to somebody else"], PROVEN)


@params(AS_THE_REQUESTER)
@pytest.mark.parametrize("level", [UNPROVEN, FAILED])
def test_who_only_writes_the_requesters_address_does_not_join(made: Mail, level: Level) -> None:
    check_apart(WORLD, made, level)


@params(AS_OUR_PEOPLE)
@pytest.mark.parametrize("level", [UNPROVEN, FAILED])
def test_who_only_writes_our_peoples_address_does_not_join(made: Mail, level: Level) -> None:
    check_apart(WORLD, made, level)


@params(BY_TOKEN | AS_THE_REQUESTER)
def test_what_failed_dmarc_never_joins_not_even_by_token(made: Mail) -> None:
    check_apart(WORLD, made, FAILED)


@params(BY_A_STRANGER | AS_THE_REQUESTER)
def test_nobody_reopens_a_closed_ticket_that_way(made: Mail) -> None:
    closed = WORLD.with_ticket(candidate(of=ticket(status=Status.CLOSED, closed_days=1)))
    check_apart(closed, made, UNPROVEN)


@pytest.mark.parametrize("author", STRANGERS)
def test_a_parent_that_a_stranger_makes_up_gathers_nobodys_ticket(author: str) -> None:
    check_apart(EMPTY.with_orphans(orphan(52, ANN)), mail(author), PROVEN)


@pytest.mark.parametrize("author", STRANGERS)
def test_a_child_that_a_stranger_sends_ahead_gets_no_parent(author: str) -> None:
    check_apart(EMPTY.with_orphans(orphan(52, author)), mail(ANN), PROVEN)
    way = WORLD.with_orphans(orphan(52, author)).route(answer(parents=(token_id(),)))
    assert isinstance(way, Join)
    assert (way.number, way.pulls) == (TICKET, ())


def test_a_participants_answer_does_not_draw_the_requesters_ticket_to_the_participants_own() -> None:
    lone = Relative(candidate(52, ANN, participants=[ERIN]), ERIN, PROVEN)
    way = WORLD.with_ticket(candidate(requester=ERIN)).with_orphans(lone).route(answer(ERIN), PROVEN)
    assert isinstance(way, Join)
    assert (way.number, way.pulls) == (TICKET, ())


@pytest.mark.parametrize("level", [UNPROVEN, FAILED])
def test_a_child_sent_ahead_in_the_requesters_name_gets_no_parent(level: Level) -> None:
    check_apart(EMPTY.with_orphans(orphan(52, ANN, level)), mail(ANN), PROVEN)


@pytest.mark.parametrize("level", [UNPROVEN, FAILED])
def test_a_parent_in_the_requesters_name_does_not_join_the_requesters_ticket(level: Level) -> None:
    assert isinstance(EMPTY.with_orphans(orphan(52, ANN)).route(mail(ANN), level), Open)


def test_a_parent_that_failed_dmarc_gathers_nothing() -> None:
    check_apart(EMPTY.with_orphans(orphan(52, ANN)), mail(ANN), FAILED)


def test_a_notifier_gathers_no_ticket_into_that_of_whom_it_names() -> None:
    made = replace(mail(FORMS), reply_to=addresses([ANN]))
    check_apart(EMPTY.with_orphans(orphan(52, ANN)), made, PROVEN)


def test_a_copied_mail_of_ours_does_not_bring_a_stranger_to_the_customers_ticket() -> None:
    world = EMPTY.with_orphans(orphan(52, MALLORY))
    way = world.route(mail(ALICE, to=(ANN,), cc=(SUPPORT,)), PROVEN)
    assert isinstance(way, Open)
    assert (way.kind, way.pulls) == (MessageKind.PUBLIC, ())


def test_there_are_as_many_ways_as_we_promise() -> None:
    assert len(BY_A_STRANGER) + len(AS_THE_REQUESTER) + len(AS_OUR_PEOPLE) + len(BY_TOKEN) >= 60
