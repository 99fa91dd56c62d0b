"""Who is who: roles, mailboxes with aliases and plus-addresses, accounts, free mail."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tickets_world import ALICE, ANN, CEDRIC, DIRECTORY, FORMS, HI, LIST, SUPPORT
from tickets.directory import Account, Agent, Directory, Mailbox, NotifierSource, Role
from tickets.free_mail import FREE_MAIL


@pytest.mark.parametrize(
    ("address", "role"),
    [
        (SUPPORT, Role.OWN),
        ("Support@ACME.test", Role.OWN),
        ("help@acme.test", Role.OWN),
        ("help+x@acme.test", Role.OWN),
        ("support+hd-a1@acme.test", Role.OWN),
        ("bounces@acme.test", Role.OWN),
        (LIST, Role.OWN),
        (ALICE, Role.AGENT),
        ("Alice@Home.test", Role.AGENT),
        ("alice+x@home.test", Role.CUSTOMER),
        ("alice+x@acme.test", Role.STAFF),
        (CEDRIC, Role.STAFF),
        ("cedric@sub.acme.test", Role.CUSTOMER),
        ("cedric@notacme.test", Role.CUSTOMER),
        (FORMS, Role.SOURCE),
        (ANN, Role.CUSTOMER),
        ("", Role.CUSTOMER),
        ("acme.test", Role.CUSTOMER),
        ("@acme.test", Role.STAFF),
        ("support@acme.test@evil.test", Role.CUSTOMER),
    ],
)
def test_each_address_has_one_role(address: str, role: Role) -> None:
    assert DIRECTORY.role_of(address) is role


def test_a_mailbox_is_found_by_its_aliases_and_plus_addresses() -> None:
    assert {DIRECTORY.mailbox_of(a) for a in (SUPPORT, "help@acme.test", "HELP+x@acme.test")} == {
        DIRECTORY.mailboxes[0]
    }
    assert DIRECTORY.mailbox_of(HI) == DIRECTORY.mailboxes[2]
    assert DIRECTORY.mailbox_of("bounces@acme.test") is None
    assert DIRECTORY.mailbox_of("+@acme.test") is None


def test_a_mailbox_whose_name_has_a_tag_is_not_the_one_without() -> None:
    tagged = Directory(mailboxes=(Mailbox("support+vip@acme.test", 0), Mailbox(SUPPORT, 1)))
    found = [tagged.mailbox_of(a) for a in ("support+vip@acme.test", "support+x@acme.test")]
    assert [box.rank for box in found if box is not None] == [0, 1]


def test_an_account_is_found_by_its_own_domains_only() -> None:
    found = {a: DIRECTORY.account_of(a) for a in (ANN, "x@GLOBEX-labs.test", "x@mail.globex.test", "x@gmail.com", "")}
    names = {a: account.name if account is not None else None for a, account in found.items()}
    assert names == {
        ANN: "Globex",
        "x@GLOBEX-labs.test": "Globex",
        "x@mail.globex.test": None,
        "x@gmail.com": None,
        "": None,
    }
    assert DIRECTORY.account("Initech") is DIRECTORY.accounts[1]
    assert DIRECTORY.account("Nobody") is None


def test_agents_and_notifiers_are_found_by_any_of_their_addresses() -> None:
    assert DIRECTORY.agent_of("alice@HOME.test") is DIRECTORY.agents[0]
    assert DIRECTORY.agent_of(CEDRIC) is None
    assert DIRECTORY.source_of(FORMS) is DIRECTORY.sources[0]
    assert DIRECTORY.source_of(ANN) is None
    assert DIRECTORY.agent_addresses() == {ALICE, "alice@home.test", "bob@acme.test"}


def test_a_domain_in_unicode_and_its_ascii_form_are_one() -> None:
    directory = Directory(
        mailboxes=(Mailbox("hilfe@m\u00fcller.test", 0),),
        accounts=(Account("B\u00fccher", frozenset({"b\u00fccher.test"})),),
        staff_domains=frozenset({"m\u00fcller.test"}),
    )
    assert directory.is_own("hilfe@xn--mller-kva.test")
    assert directory.role_of("x@xn--mller-kva.test") is Role.STAFF
    assert directory.account_of("x@xn--bcher-kva.test") is directory.accounts[0]


def test_an_address_that_is_listed_twice_is_what_is_the_safest() -> None:
    twice = Directory(
        mailboxes=(Mailbox(SUPPORT, 0),),
        agents=(Agent("Alice", (ALICE, SUPPORT)),),
        sources=(NotifierSource("a", frozenset({ALICE})), NotifierSource("b", frozenset({"forms@acme.test", HI}))),
        own_addresses=frozenset({HI}),
    )
    assert twice.role_of(ALICE) is Role.AGENT  # a notifier may write unproven, an agent may not
    assert twice.role_of(SUPPORT) is Role.OWN  # we never take our own words for an agent's
    assert twice.role_of(HI) is Role.SOURCE  # a form that writes from a mailbox of ours
    assert twice.is_own(HI)


def test_free_mail_is_known_in_any_spelling_of_a_domain() -> None:
    assert all(DIRECTORY.is_free_mail(domain) for domain in ("gmail.com", "GMX.de", "web.de", "proton.me"))
    assert not any(DIRECTORY.is_free_mail(domain) for domain in ("globex.test", "mail.gmail.com.evil.test", ""))
    assert all(domain == domain.lower() and "." in domain for domain in FREE_MAIL)


@given(st.text())
def test_any_text_has_a_role(text: str) -> None:
    assert DIRECTORY.role_of(text) in Role
    assert DIRECTORY.role_of(f"support+{text.replace('@', '')}@acme.test") is Role.OWN


def test_our_domains_are_those_of_our_mailboxes_and_of_our_company() -> None:
    directory = Directory(
        (Mailbox("support@acme.test", 0), Mailbox("hi@acme.test", 1)), staff_domains=frozenset({"team.test"})
    )
    assert directory.own_domains() == {"acme.test", "team.test"}
