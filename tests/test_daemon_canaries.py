"""Whatever happens in whatever order, nothing that is not theirs reaches a customer: random stories of one house.

A lane is twenty-five stories, always the same ones; HELPDESKD_STORIES=500 in the environment makes so many of them.
"""

import os
import shutil
import tempfile
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, seed, settings

from daemon import clock, conversation
from daemon.agents import answering
from daemon.slack import posting
from mail.model import Address
from mail.outgoing import leaks
from store.engine import open_store
from tests.agent_clients import joined
from tests.canaries import Canaries, texts_of
from tests.leak_office import CARL, EVE, GINA, SECRETS, Leak, LeakOffice, open_leak_office
from tests.leak_stories import BEGINNING, Step, Story, plainly, respond, stories
from tests.notice_team import ANNA
from tests.servers.slack_server import SHARED

LANE = 25
LANES = max(1, int(os.environ.get("HELPDESKD_STORIES", str(2 * LANE))) // LANE)
REACHED = {  # what the stories of each lane tell of
    *("Opened", "CustomerWrote", "Replied", "Noted", "Called", "Nudged", "Merged", "Rated", "Closed"),
    *("answer to a customer", "survey to a customer", "acknowledgement to a customer", "notice to us"),
    *("slack first", "slack update", "mail quarantined", "page"),
}
SELDOM = {  # of these two may be missing in a lane
    *("ParticipantsChanged", "RequesterChanged", "NudgesUnanswered", "Recalled", "SplitOff", "RepliedElsewhere"),
    *("slack answer", "slack ticketed", "slack handled", "mail automatic", "StatusSet", "Held"),
}


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that is made already."""
    folder = tmp_path_factory.mktemp("empty")
    store = open_store(f"sqlite:///{folder / 'store.sqlite'}", folder / "state")
    assert store.close(30.0)
    return folder / "store.sqlite"


@contextmanager
def house(empty: Path) -> Iterator[LeakOffice]:
    """A house of its own for one story."""
    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        folder = Path(name)
        shutil.copy(empty, folder / "store.sqlite")
        for key, value in SECRETS.items():
            patch.setenv(key, value)
        store = open_store(f"sqlite:///{folder / 'store.sqlite'}", folder / "state")
        world = open_leak_office(store, folder)
        patch.setattr(clock, "now", lambda: world.office.now)
        try:
            yield world
        finally:
            assert store.close(30.0)


@pytest.fixture
def story(empty: Path) -> Iterator[Story]:
    """Carl of Initech, Gina of Globex and Eve have written; the agents know of it."""
    with house(empty) as world:
        begun = Story(world)
        begun.live(BEGINNING)
        yield begun


@pytest.mark.timeout(1800)  # half a minute of a core that is free
@pytest.mark.parametrize("lane", range(LANES))
def test_nothing_that_is_not_theirs_reaches_a_customer(
    empty: Path, lane: int, record_property: Callable[[str, object], None]
) -> None:
    seen: Counter[str] = Counter()

    @seed(lane)
    @settings(max_examples=LANE, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(steps=stories)
    def live(steps: list[Step]) -> None:
        with house(empty) as world:
            Story(world).live([*BEGINNING, *steps])
        seen.update(["story", *world.seen.elements()])

    live()
    for what, many in sorted(seen.items()):
        record_property(what, many)
    assert REACHED - set(seen) == set()
    assert len(SELDOM - set(seen)) <= 2
    assert seen["story"] >= LANE


# ---------------------------------------------------------------- a leak is seen
def agent_says(story: Story, number: int, text: str, client: Callable[..., bytes] = plainly) -> None:
    """Anna answers what she was told of a ticket first, and it leaves."""
    mail = next(mail for mail in story.world.boxes[ANNA] if mail["X-Helpdeskd-Ticket"] == str(number))
    name = f"agent-{len(story.world.senders)}"
    story.world.receive(respond(mail, ANNA, name, (text, client)), ANNA)
    story.world.pass_time(timedelta(minutes=10))


def bear(word: str, place: str) -> bytes:
    """A mail that bears a word in one place."""
    mail = EmailMessage()
    mail["Subject"] = f"Ünseen {word}" if place == "subject" else "x"
    mail.set_content(f"Hällo {word}" if place == "text" else "x", cte="quoted-printable")
    wrapped = "".join(f"{letter}=\n" for letter in word)
    markup = {"html": f"<p title='{word}'>", "torn": f"<p>{word[:8]}<b>{word[8:]}</b>", "shout": word.upper()}
    mail.add_alternative(markup.get(place, "x"), subtype="html", cte="base64")
    mail.add_attachment(word.encode() if place == "file" else b"x", "application", "zip", filename="a.zip")
    mail.add_attachment(b"x", "a", "b", filename=f"{word}.txt" if place == "name" else "b.txt")
    if place == "enclosed":
        inner = EmailMessage()
        inner.set_content(b64encode(word.encode()) and word, cte="base64")
        mail.add_attachment(inner)
    raw = mail.as_bytes()
    if place == "folded":
        raw += f"\n{wrapped}".encode()
    return raw


@pytest.mark.parametrize("place", ["subject", "text", "html", "torn", "shout", "file", "name", "enclosed", "folded"])
def test_a_word_is_found_wherever_a_mail_bears_it(place: str) -> None:
    canaries = Canaries()
    word = canaries.make("note")
    assert [each.word for each in canaries.found(texts_of(bear(word, place)))] == [word]
    assert canaries.found(texts_of(bear(word, "nowhere"))) == []


@pytest.mark.parametrize("kind", ["note", "fact", "bcc", "comment"])
def test_inner_words_that_an_agent_sends_as_an_answer_are_a_leak(story: Story, kind: str) -> None:
    agent_says(story, 1, story.made("reply"))
    with pytest.raises(Leak, match=CARL):
        agent_says(story, 1, f"See: {story.made(kind, GINA)}")


def test_a_secret_of_the_configuration_is_a_leak_wherever_it_goes(story: Story) -> None:
    with pytest.raises(Leak, match="secret"):
        agent_says(story, 1, f"#note\n{SECRETS['PASSWORD']}")
    with pytest.raises(Leak, match="secret"):
        story.world.judge_post("C00DEFAULT", b'{"args": {"channel": "C00DEFAULT", "text": "xoxb-canarysecret9002"}}')


def test_words_and_addresses_of_another_customer_are_a_leak(story: Story) -> None:
    theirs = next(each for each in story.world.canaries.known.values() if each.author == GINA)
    for words in (theirs.word, f"Ask {GINA}."):
        with pytest.raises(Leak, match=CARL):
            agent_says(story, 1, words)


def test_a_notice_that_leaves_with_an_answer_is_a_leak(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    agent_says(story, 1, "Yes.", joined)
    monkeypatch.setattr(leaks, "find_leaks", lambda *_: ())
    with pytest.raises(Leak, match="canaryfact"):
        agent_says(story, 1, "Yes again.", joined)


def test_an_answer_to_somebody_who_takes_no_part_is_a_leak(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answering, "readers_of", lambda *_: {1: Address("", EVE)})
    with pytest.raises(Leak, match="is nobody of ticket 1"):
        agent_says(story, 1, "Yes.")


def test_the_other_requester_s_subject_is_a_leak_where_tickets_became_one(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent_says(story, 2, "#merge 1 force")
    agent_says(story, 1, "Both of you.")
    assert story.world.boxes[GINA][-1]["Subject"].endswith("[#1]")
    monkeypatch.setattr(conversation, "subject_for", lambda _, ticket, __: ticket.subject)
    with pytest.raises(Leak, match=GINA):
        agent_says(story, 1, "And again.")


def test_a_token_of_somebody_else_s_is_a_leak(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    known = str(story.world.boxes[ANNA][0]["Message-ID"])
    monkeypatch.setattr(conversation, "customers_ids", lambda *_: [known])
    with pytest.raises(Leak, match="somebody else's"):
        agent_says(story, 1, "Yes.")


def test_a_call_in_a_channel_that_customers_read_is_a_leak(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "channel_of", lambda *_: SHARED)
    agent_says(story, 1, "#call ce\nHelp")
    assert story.world.seen["slack first"] == 0
    monkeypatch.setattr(posting, "may_post", lambda *_: True)
    with pytest.raises(Leak, match=SHARED):
        agent_says(story, 1, "#call ce\nHelp us")


def test_a_page_that_shows_what_another_wrote_is_a_leak(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    story.rates_on_page(Step("rates_on_page"))
    assert story.world.seen["page"] == 2
    monkeypatch.setattr(story, "made", lambda *_: story.world.canaries.make("comment", EVE))
    with pytest.raises(Leak, match="the page of"):
        story.rates_on_page(Step("rates_on_page"))
