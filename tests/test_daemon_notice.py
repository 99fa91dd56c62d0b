"""Agents are told by mail: to whom, with which header, what it says, and nothing in it that a customer could forge."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from daemon.agents.notice import tell
from daemon.agents.notice_facts import News
from mail.model import Address
from mail.outgoing.marker import END, MARKER
from mail.parse import parse
from mail.tokens import find
from store import ledger, outbox, persons, sent_notices, tickets
from store.engine import Store
from templates.render import Templates
from tests.notice_team import AGENTS, ANNA, BEN, MIA, Page, again, one, open_team, text_of, words_of
from tests.office import HI, NOW, SUPPORT, Office, write
from tickets.effects import TellAgents
from tickets.model import Outcome
from tickets.notices import Occasion, answered_notice

CUSTOMER = "ann@initech.example"


@pytest.fixture
def office(store: Store, tmp_path: Path) -> Office:
    return open_team(store, tmp_path)


@pytest.fixture(autouse=True)
def books_add_up(store: Store) -> Iterator[None]:
    yield
    with store.read() as session:
        assert ledger.ledger(session).adds_up


def to(mails: list[outbox.Claimed]) -> list[str]:
    return sorted(each.item.recipient for each in mails if each.klass == "notice")


def test_a_new_ticket_is_told_to_those_who_want_all_each_with_a_token_of_their_own(office: Office) -> None:
    office.receive(write(CUSTOMER, "a"))
    told = office.told()
    assert len(told) == 2
    tokens = {}
    for agent in office.desk.directory.agents[:2]:
        mail = one(told, agent.addresses[0])
        [token] = find((mail["Message-ID"],))
        assert answered_notice(agent, (token,), office.desk.keys, NOW) == token
        assert (token.purpose, token.ticket) == ("n", 1)
        tokens[agent.name] = token
    anna, ben = office.desk.directory.agents[:2]
    assert answered_notice(anna, (tokens[ben.name],), office.desk.keys, NOW) is None


def test_the_header_is_what_threads_and_filters_need(office: Office) -> None:
    office.receive(write(CUSTOMER, "a", to=f"{HI}"), HI)
    mail = one(office.told(), ANNA)
    assert mail["From"].addresses[0].addr_spec == mail["Reply-To"].addresses[0].addr_spec == HI
    assert [(a.display_name, a.addr_spec) for a in mail["To"].addresses] == [("Anna", ANNA)]
    assert mail["Subject"] == "[#1] About a"
    root, own = mail["References"].split()
    assert own == mail["Message-ID"]
    assert root == mail["In-Reply-To"]
    assert find((root,)) == ()
    assert mail["List-Id"] == "<hi.notices.acme.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    told = {name: value for name, value in mail.items() if name.startswith("X-Helpdeskd-")}
    assert told == {
        "X-Helpdeskd-Ticket": "1",
        "X-Helpdeskd-Mailbox": HI,
        "X-Helpdeskd-Status": "new",
        "X-Helpdeskd-Priority": "normal",
        "X-Helpdeskd-Owner": "nobody",
        "X-Helpdeskd-Account": "Initech",
        "X-Helpdeskd-Occasion": "new",
    }


def test_a_notice_says_all_that_an_agent_wants_to_know(office: Office) -> None:
    office.receive(write(CUSTOMER, "older"))
    office.told()
    raw = write(CUSTOMER, "a", to=f"{SUPPORT}, bob@globex.example, {BEN}", text="I see:\r\n\r\n    error  7\r\n\r\nAnn")
    office.receive(raw)
    mail = one(office.told(), ANNA)
    text, words = text_of(mail), words_of(mail)
    assert text.startswith(f"{MARKER}\n")
    assert f"I see:\n\n    error  7\n\nAnn\n\n{END}\n" in text
    for said in (
        f"New ticket, from Somebody <{CUSTOMER}>.",
        "The sender is proven.",
        "Next step: nobody owns this ticket yet.",
        "- Account: Initech - plan: Gold - CE: carol@acme-team.example - version: 7.2",
        "Asked before: - #1 About older (new, 2026-03-02)",
        "#cc +bob@globex.example",
        f"goes to Somebody <{CUSTOMER}>; after #note it stays inside",
    ):
        assert said in words, said
    assert "#cc +ben" not in words
    assert "ASK FIRST" not in words


def test_links_open_an_answer_with_the_command_behind_the_subject(office: Office) -> None:
    office.receive(write(CUSTOMER, "50% & more? #1", to=f"{SUPPORT}, bob@globex.example"))
    mail = one(office.told(), ANNA)
    links = Page(mail).links
    assert set(links) >= {"#take", "#note", "#pending", "#hold REF", "#close confirmed", "#help"}
    for name, link in links.items():
        parts = urlsplit(link)
        assert (parts.scheme, parts.path) == ("mailto", SUPPORT)
        fields = parse_qs(parts.query, strict_parsing=True)
        assert fields["subject"] == [f"Re: {mail['Subject']} {name}"]
        assert fields["in-reply-to"] == [mail["Message-ID"]]
        assert f"<{link}>" in text_of(mail)
    assert "#cc +bob@globex.example" in links


@pytest.mark.parametrize(
    ("proven", "words"),
    [(True, "The sender is proven."), (False, "Nobody has proven that it was this sender.")],
)
def test_how_far_the_sender_is_proven_is_said_in_words(office: Office, *, proven: bool, words: str) -> None:
    office.receive(write(CUSTOMER, "a", proven=proven))
    assert words in words_of(one(office.told(), ANNA))


def test_a_failed_proof_is_said_loudly(office: Office) -> None:
    office.receive(write(CUSTOMER, "a").replace(b"dmarc=pass", b"dmarc=fail"))
    assert "PROBABLY FORGED" in words_of(one(office.told(), ANNA))


def test_what_staff_passed_on_proves_nothing_of_the_customer(office: Office) -> None:
    text = "Please.\r\n\r\n---------- Forwarded message ---------\r\nFrom: Ann <ann@globex.example>\r\n"
    text += "Date: Mon, 2 Mar 2026\r\nSubject: Broken\r\nTo: joe@acme-team.example\r\n\r\nIt is broken.\r\n"
    office.receive(write("joe@acme-team.example", "f", text=text))
    words = words_of(one(office.told(), ANNA))
    assert "New ticket, from Ann <ann@globex.example>." in words
    assert "Nobody has proven" in words
    assert "Please." in words
    assert "It is broken." in words


def test_a_notifiers_ticket_says_who_must_be_asked_first(store: Store, tmp_path: Path) -> None:
    form = '[[sources]]\nname = "website"\naddresses = ["forms@acme-team.example"]\nask_first = true\n'
    office = open_team(store, tmp_path, more=form)
    office.receive(write("forms@acme-team.example", "f", more="Reply-To: ann@globex.example\r\n"))
    words = words_of(one(office.told(), ANNA))
    assert "ASK FIRST: this came through website." in words
    assert "Nobody has proven" in words


# ---------------------------------------------------------------- the life of a ticket
def answer(mail: object, sender: str, name: str, *, text: str = "Thanks", more: str = "", to: str = SUPPORT) -> bytes:
    """An answer to a mail, as a program writes it."""
    known = mail["Message-ID"]  # type: ignore[index]  # any kind of message
    roots = mail["References"]  # type: ignore[index]
    return write(sender, name, text=text, to=to, more=f"In-Reply-To: {known}\r\nReferences: {roots} {known}\r\n{more}")


def test_all_notices_of_a_ticket_share_root_and_subject_and_each_has_a_token_of_its_own(office: Office) -> None:
    office.receive(write(CUSTOMER, "a"))
    sent = office.leave()
    [ack] = [parse(each.item.payload) for each in sent if each.klass == "acknowledgement"]
    told = [parse(each.item.payload) for each in sent if each.item.recipient == ANNA]
    office.receive(write(CUSTOMER, "b", text="More", more=f"In-Reply-To: {ack.message_id}\r\n"))
    told += [parse(mail.as_bytes()) for mail in office.told() if ANNA in mail["To"]]
    office.receive(write(BEN, "c", more=f"In-Reply-To: {ack.message_id}\r\n", text="A note"))
    told += [parse(mail.as_bytes()) for mail in office.told() if ANNA in mail["To"]]
    assert [mail.header("X-Helpdeskd-Occasion")[0] for mail in told] == ["new", "answered", "noted"]
    assert len({mail.references[0] for mail in told}) == 1
    assert {mail.subject for mail in told} == {"[#1] About a"}
    assert len({mail.message_id for mail in told}) == 3
    assert all(mail.references[-1] == mail.message_id for mail in told)


def test_an_agents_answer_to_a_notice_is_a_note_of_theirs_and_told_to_the_others_only(office: Office) -> None:
    office.receive(write(CUSTOMER, "a"))
    notice = one(office.told(), ANNA)
    row = office.arrival(office.receive(answer(notice, ANNA, "n", text="#note\r\nI know this one")))
    assert (row.outcome, row.ticket, row.why) == (Outcome.HANDLED, 1, "done")
    told, transcript = office.told()
    assert BEN in told["To"]
    assert ANNA in transcript["To"]
    assert f"Internal note by Somebody <{ANNA}>" in words_of(again(told))
    assert "I know this one" in words_of(again(told))


def test_an_answer_that_kept_our_list_id_is_still_a_persons(office: Office) -> None:
    office.receive(write(CUSTOMER, "a"))
    notice = one(office.told(), ANNA)
    raw = answer(notice, ANNA, "n", text="#note\r\nSeen.", more=f"List-Id: {notice['List-Id']}\r\n")
    office.receive(raw)
    assert [mail["X-Helpdeskd-Occasion"] for mail in office.told()] == ["noted", None]


def test_a_notice_is_found_by_its_token_byte_for_byte_for_whoever_reads_the_answer(office: Office) -> None:
    office.receive(write(CUSTOMER, "a"))
    [sent] = [each.item for each in office.leave() if each.item.recipient == ANNA]
    notice = parse(sent.payload)
    answered = parse(
        write("anna@home.example", "n", more=f"References: {notice.references[0]} {notice.message_id}\r\n")
    )
    anna = office.desk.directory.agents[0]
    token = answered_notice(anna, find(answered.references), office.desk.keys, NOW)
    assert token is not None
    named = token.message_id(office.desk.config.helpdesk.domain)
    with office.desk.store.read() as session:
        found = sent_notices.find_notice(session, named)
        assert found is not None
        assert (found.content, found.ticket) == (sent.payload, 1)
        assert sent_notices.find_notice(session, "<nothing@acme.example>") is None


def test_the_owner_with_mine_is_told_of_answers_and_reads_that_the_next_step_is_theirs(office: Office) -> None:
    office.receive(write(CUSTOMER, "a"))
    [ack] = [each for each in office.leave() if each.klass == "acknowledgement"]
    office.receive(write(MIA, "x", to=f"{CUSTOMER}, {SUPPORT}", more=f"In-Reply-To: {ack.item.message_id}\r\n"))
    assert to(office.leave()) == [ANNA, BEN]  # she wrote it herself
    office.receive(write(CUSTOMER, "b", more=f"In-Reply-To: {ack.item.message_id}\r\n"))
    told = office.told()
    mias, annas = one(told, MIA), one(told, ANNA)
    assert "Next step: yours." in words_of(mias)
    assert "#take" not in Page(mias).links
    assert "Next step: Mia owns this ticket." in words_of(annas)
    assert "#take" in Page(annas).links
    assert mias["X-Helpdeskd-Owner"] == "Mia"
    assert mias["X-Helpdeskd-Status"] == "open"


@pytest.mark.parametrize("occasion", [Occasion.ASSIGNED, Occasion.CALLED])
def test_what_is_directed_at_an_agent_reaches_that_agent_alone(office: Office, occasion: Occasion) -> None:
    office.receive(write(CUSTOMER, "a"))
    office.leave()

    def direct(session: object) -> None:
        people = [persons.person(session, Address("", who), NOW) for who in (ANNA, MIA)]  # type: ignore[arg-type]  # a session
        ticket = tickets.load(session, 1)  # type: ignore[arg-type]
        assert ticket is not None
        effect = TellAgents(1, occasion, people[0], targets=(people[1],), said="Can you look?")
        tell(session, office.desk, ticket, effect, News("command:1"), now=NOW)  # type: ignore[arg-type]

    office.write(direct)
    [told] = office.told()
    assert MIA in told["To"]
    assert "Can you look?" in words_of(again(told))
    office.write(direct)
    assert office.told() == []  # the same happening is told once


def test_an_out_of_office_to_a_notice_wakes_nobody(office: Office) -> None:
    office.receive(write(CUSTOMER, "a"))
    notice = one(office.told(), ANNA)
    office.receive(answer(notice, ANNA, "ooo", more="Auto-Submitted: auto-replied\r\n"))
    assert office.leave() == []


def test_our_own_notice_that_comes_back_makes_nothing(office: Office) -> None:
    office.receive(write(CUSTOMER, "a"))
    notice = one(office.told(), ANNA)
    row = office.arrival(office.receive(b"Return-Path: <support@acme.example>\r\n" + notice.as_bytes()))
    assert (row.outcome, row.ticket) == (Outcome.AUTOMATIC, None)
    assert office.leave() == []


# ---------------------------------------------------------------- what is not told, or to others
def test_mail_from_before_the_first_start_is_no_news(office: Office) -> None:
    for name in ("a", "b"):
        office.receive(write(CUSTOMER, name), age=timedelta(days=11))
    assert office.leave() == []


def test_a_house_without_agents_tells_nobody(store: Store, tmp_path: Path) -> None:
    office = open_team(store, tmp_path, agents="")
    office.receive(write(CUSTOMER, "a"))
    assert [each.klass for each in office.leave()] == ["acknowledgement"]


def test_where_every_agent_wants_none_the_admins_are_told_once_an_hour(store: Store, tmp_path: Path) -> None:
    office = open_team(
        store, tmp_path, AGENTS.replace("addresses", 'notices = "none"\naddresses').replace('notices = "mine"\n', "")
    )
    for name in ("a", "b"):
        office.receive(write(CUSTOMER, name))
    left = office.leave()
    assert [each.klass for each in left] == ["alert", "acknowledgement", "acknowledgement"]
    assert b"Nobody is told" in left[0].item.payload


def test_a_broken_template_of_the_admins_stops_no_notice_and_is_told(office: Office, tmp_path: Path) -> None:
    (tmp_path / "notice.en.txt").write_text("{% block subject %}{{ nonsense }}{% endblock %}", "utf-8")
    office.desk = replace(office.desk, templates=Templates(tmp_path))
    office.receive(write(CUSTOMER, "a"))
    left = office.leave()
    assert to(left) == [ANNA, BEN]
    assert [each.klass for each in left].count("alert") == 1


def test_notices_speak_the_language_of_the_house(store: Store, tmp_path: Path) -> None:
    office = open_team(store, tmp_path)
    office.desk = replace(
        office.desk, config=replace(office.desk.config, helpdesk=replace(office.desk.config.helpdesk, language="de"))
    )
    office.receive(write(CUSTOMER, "a"))
    mail = one(office.told(), ANNA)
    assert mail["Content-Language"] == "de"
    assert f"Neues Ticket von Somebody <{CUSTOMER}>." in words_of(mail)
    assert text_of(mail).startswith(f"{MARKER}\n")
    assert END in text_of(mail)
