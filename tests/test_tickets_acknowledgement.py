"""Who is acknowledged: each "none to" of product.md, the limits, the brake, the text and its language."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.model import Automatic, Bounce, Level
from tests.tickets_world import ANN, DIRECTORY, NOW, mail
from tickets.acknowledgement import (
    AckFacts,
    AcknowledgementSettings,
    Hold,
    Judgement,
    Send,
    Withhold,
    choose_language,
    judge,
    normalised,
    releasable,
    text_for,
)
from tickets.directory import Mailbox, Role

SETTINGS = AcknowledgementSettings()
HI = Mailbox("hi@acme.example", 2, acknowledge=False, acknowledge_genuine=True)
GOOD = AckFacts(
    mail=replace(mail(), date=NOW),
    level=Level.UNPROVEN,
    received_at=NOW,
    first_start=NOW - timedelta(days=100),
    recipient=ANN,
    recipient_role=Role.CUSTOMER,
    sender_role=Role.CUSTOMER,
    mailbox=Mailbox("support@acme.example", 0),
)


def said(header: str) -> AckFacts:
    return replace(GOOD, mail=replace(GOOD.mail, headers=(("X-Auto-Response-Suppress", header),)))


def sent(**changes: object) -> AckFacts:
    return replace(GOOD, mail=replace(GOOD.mail, **changes))  # type: ignore[arg-type]


NONE_TO: dict[str, AckFacts] = {
    "automatic mail": sent(automatic=Automatic("auto-reply", "Auto-Submitted")),
    "lists": sent(automatic=Automatic("list", "List-Id", opens=True)),
    "bulk": sent(automatic=Automatic("bulk", "Precedence", opens=True)),
    "bounces": sent(bounce=Bounce("bounce", "", ())),
    "null senders": sent(return_path=""),
    "who asks for no answer at all": said("All"),
    "who asks for no automatic answer": said("DR, autoreply"),
    "who asks for no out of office": said("OOF"),
    "our own addresses": replace(GOOD, recipient_role=Role.OWN),
    "agents": replace(GOOD, recipient_role=Role.AGENT),
    "staff": replace(GOOD, recipient_role=Role.STAFF),
    "notifiers": replace(GOOD, recipient_role=Role.SOURCE),
    "whom our own addresses wrote for": replace(GOOD, sender_role=Role.OWN),
    "whom agents wrote for": replace(GOOD, sender_role=Role.AGENT),
    "whom staff wrote for": replace(GOOD, sender_role=Role.STAFF),
    "DMARC failures": replace(GOOD, level=Level.FAILED),
    "notifiers without a person": replace(GOOD, recipient=None, is_source=True, sender_role=Role.SOURCE),
    "nobody": replace(GOOD, recipient=None),
    "an empty address": replace(GOOD, recipient=""),
    "an address without a domain": replace(GOOD, recipient="ann@"),
    "an address without anybody": replace(GOOD, recipient="@globex.test"),
    "robots": replace(GOOD, recipient="no-reply@globex.test"),
    "robots with a tag": replace(GOOD, recipient="NoReply+x@globex.test"),
    "the postmaster": replace(GOOD, recipient="mailer-daemon@globex.test"),
    "owners of lists": replace(GOOD, recipient="owner-team@globex.test"),
    "list robots": replace(GOOD, recipient="team-request@globex.test"),
    "bounce addresses": replace(GOOD, recipient="bounces+ann=globex.test@globex.test"),
    "undeliverable addresses": replace(GOOD, is_undeliverable=True),
    "a mailbox that must not": replace(GOOD, mailbox=replace(HI, acknowledge_genuine=False), is_genuine=True),
    "what is not judged genuine where that is needed": replace(GOOD, mailbox=HI),
    "a mailbox that is gone": replace(GOOD, mailbox=None),
    "what routing keeps silent": replace(GOOD, silent="forwarded by staff"),
    "mail from before the first start": replace(GOOD, first_start=NOW + timedelta(seconds=1)),
    "mail that came long ago": replace(GOOD, received_at=NOW - timedelta(days=3, seconds=1)),
    "old mail put into the mailbox anew": sent(date=NOW - timedelta(days=4)),
    "an address that had three today": replace(GOOD, to_address_today=3),
    "a domain that had ten within the hour": replace(GOOD, to_domain_last_hour=10),
}


@pytest.mark.parametrize("facts", [pytest.param(facts, id=name) for name, facts in NONE_TO.items()])
@pytest.mark.parametrize("to_unproven", [0, 1000])
def test_none_to(facts: AckFacts, to_unproven: int) -> None:
    """The brake never turns a no into a later."""
    judgement = judge(replace(facts, to_unproven_last_hour=to_unproven), SETTINGS, NOW)
    assert isinstance(judgement, Withhold)
    assert judgement.why


@pytest.mark.parametrize(
    "facts",
    [
        GOOD,
        replace(GOOD, mailbox=HI, is_genuine=True),
        replace(GOOD, level=Level.PROVEN),
        replace(GOOD, is_source=True, sender_role=Role.SOURCE),
        said("DR, RN, NRN"),
        sent(return_path=None),
        sent(date=None),
        sent(date=NOW - timedelta(days=365 * 56)),
        sent(date=NOW + timedelta(days=365 * 12)),
        replace(GOOD, received_at=NOW - timedelta(days=3)),
        replace(GOOD, received_at=NOW - timedelta(days=30), released=True),
        replace(GOOD, to_address_today=2),
        replace(GOOD, to_domain_last_hour=9),
        replace(GOOD, to_domain_last_hour=1000, has_account=True),
        replace(GOOD, to_unproven_last_hour=99),
        replace(GOOD, recipient="postmasters@globex.test"),
        replace(GOOD, recipient="ann+tag@globex.test"),
        replace(GOOD, recipient="ann@m\u00fcller.test"),
    ],
)
def test_everybody_else_is_acknowledged(facts: AckFacts) -> None:
    assert judge(facts, SETTINGS, NOW) == Send()


def test_over_a_hundred_an_hour_to_unproven_senders_the_brake_holds_back_those_alone() -> None:
    braked = replace(GOOD, to_unproven_last_hour=100)
    assert isinstance(judge(braked, SETTINGS, NOW), Hold)
    assert judge(replace(braked, level=Level.PROVEN), SETTINGS, NOW) == Send()
    assert judge(replace(braked, level=Level.STRONG), SETTINGS, NOW) == Send()


def test_whom_a_notifier_or_a_list_names_counts_as_unproven() -> None:
    braked = replace(GOOD, to_unproven_last_hour=100, level=Level.PROVEN)
    assert isinstance(judge(replace(braked, is_source=True), SETTINGS, NOW), Hold)
    assert isinstance(judge(replace(braked, mail=replace(mail(), rewritten=True)), SETTINGS, NOW), Hold)
    assert text_for(replace(braked, is_source=True)) == "acknowledgement-unproven"
    assert text_for(replace(braked, mail=replace(mail(), rewritten=True))) == "acknowledgement-unproven"


def test_only_a_proven_sender_gets_a_text_with_their_own_words() -> None:
    assert {level: text_for(replace(GOOD, level=level)) for level in Level} == {
        Level.STRONG: "acknowledgement",
        Level.PROVEN: "acknowledgement",
        Level.UNPROVEN: "acknowledgement-unproven",
        Level.FAILED: "acknowledgement-unproven",
    }


def test_the_limits_are_the_sites() -> None:
    none = AcknowledgementSettings(per_address_day=0)
    assert isinstance(judge(GOOD, none, NOW), Withhold)
    assert isinstance(judge(GOOD, AcknowledgementSettings(unproven_hour=0), NOW), Hold)
    assert judge(replace(GOOD, to_address_today=8), AcknowledgementSettings(per_address_day=9), NOW) == Send()


@pytest.mark.parametrize(
    ("address", "one"),
    [
        ("Ann+x@Globex.TEST", ANN),
        ("ann+x+y@globex.test", ANN),
        (ANN, ANN),
        ("+x@globex.test", "+x@globex.test"),
        ("ann@m\u00fcller.test", "ann@xn--mller-kva.test"),
        ("nobody", "nobody"),
        ("", ""),
    ],
)
def test_addresses_are_counted_without_their_tag(address: str, one: str) -> None:
    assert normalised(address) == one


@given(st.text())
def test_an_address_is_counted_the_same_however_often_it_is_normalised(address: str) -> None:
    assert normalised(normalised(address)) == normalised(address)


counts = st.integers(0, 300)


@given(st.tuples(counts, counts, counts), st.sampled_from(Level), st.sampled_from(["address", "domain", "all"]), counts)
def test_more_mails_before_never_make_an_acknowledgement_more_welcome(
    before: tuple[int, int, int], level: Level, grows: str, more: int
) -> None:
    address, domain, unproven = before

    def rank(judgement: Judgement) -> int:
        return (Send, Hold, Withhold).index(type(judgement))

    facts = replace(
        GOOD, level=level, to_address_today=address, to_domain_last_hour=domain, to_unproven_last_hour=unproven
    )
    grown = {
        "address": replace(facts, to_address_today=address + more),
        "domain": replace(facts, to_domain_last_hour=domain + more),
        "all": replace(facts, to_unproven_last_hour=unproven + more),
    }[grows]
    assert rank(judge(grown, SETTINGS, NOW)) >= rank(judge(facts, SETTINGS, NOW))


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["ann", "bob", "ann+1", "ANN+2", "zed"]),
            st.sampled_from(["globex.test", "evil.test", "one.evil.test"]),
            st.sampled_from([Level.UNPROVEN, Level.PROVEN]),
        ),
        max_size=400,
    ),
    st.integers(1, 30),
)
def test_within_an_hour_nobody_gets_more_than_three_no_domain_more_than_ten_all_unproven_not_more_than_the_brake(
    arrivals: list[tuple[str, str, Level]], brake: int
) -> None:
    limits = AcknowledgementSettings(unproven_hour=brake)
    to_address: Counter[str] = Counter()
    to_domain: Counter[str] = Counter()
    to_unproven = 0
    for local, domain, level in arrivals:
        recipient = f"{local}@{domain}"
        facts = replace(
            GOOD,
            level=level,
            recipient=recipient,
            has_account=domain == "globex.test",
            to_address_today=to_address[normalised(recipient)],
            to_domain_last_hour=to_domain[domain],
            to_unproven_last_hour=to_unproven,
        )
        if judge(facts, limits, NOW) == Send():
            to_address[normalised(recipient)] += 1
            to_domain[domain] += 1
            to_unproven += level is Level.UNPROVEN
    assert max(to_address.values(), default=0) <= 3
    assert max(to_domain["evil.test"], to_domain["one.evil.test"]) <= 10
    assert to_unproven <= brake


@given(counts, counts, st.integers(0, 200))
def test_the_brake_lets_go_what_was_held_and_never_more_than_an_hour_takes(held: int, sent: int, limit: int) -> None:
    free = releasable(held, sent, AcknowledgementSettings(unproven_hour=limit))
    assert 0 <= free <= held
    assert free == 0 or sent + free <= limit
    assert free == held or sent + free >= limit


GERMAN, ENGLISH, NONE = DIRECTORY.accounts[0], DIRECTORY.mailboxes[0], DIRECTORY.mailboxes[1]


@pytest.mark.parametrize(
    ("wanted", "language"),
    [
        (choose_language(GERMAN, ENGLISH, "en", "en", ("en", "de")), "de"),
        (choose_language(None, ENGLISH, "de", "de", ("en", "de")), "en"),
        (choose_language(DIRECTORY.accounts[1], NONE, "de-AT", "en", ("en", "de")), "de"),
        (choose_language(None, None, "DE_at", "en", ("en", "de", "de-at")), "de-at"),
        (choose_language(None, NONE, None, "de", ("en", "de")), "de"),
        (choose_language(GERMAN, ENGLISH, "fr", "en", ("en",)), "en"),
        (choose_language(None, NONE, "tlh, *;q=0.1", "en", ("en", "de")), "en"),
        (choose_language(None, NONE, "", "en", ("en", "de")), "en"),
    ],
)
def test_the_language_is_the_accounts_else_the_mailboxes_else_the_mails_else_the_sites(
    wanted: str, language: str
) -> None:
    assert wanted == language
