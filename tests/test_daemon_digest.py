"""What waits for an agent comes in one mail, nothing of it lost: floods, quiet hours, digests, agents who left."""

import re
from datetime import timedelta
from functools import partial
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from daemon.agents.digest import SHOWN
from mail.outgoing.marker import MARKER, is_marker
from mail.tokens import find
from store import outbox, waiting
from store.engine import Store
from tests.notice_team import AGENTS, ANNA, BEN, Page, again, one, open_team, text_of, words_of
from tests.office import NOW, SUPPORT, Office, write

CUSTOMER = "ann@initech.example"
SOLO = f'[[agents]]\nname = "Anna"\naddresses = ["{ANNA}"]\n'


def receive(office: Office, many: int, first: int = 1) -> None:
    for number in range(first, first + many):
        office.receive(write(f"c{number}@d{number}.example", f"m{number}", text=f"Words {number}"))


def notices(office: Office) -> list[outbox.Claimed]:
    return [each for each in office.leave() if each.klass == "notice"]


def test_a_flood_becomes_a_digest_when_its_ten_minutes_are_over_and_nothing_is_lost(
    store: Store, tmp_path: Path
) -> None:
    office = open_team(store, tmp_path, agents=SOLO)
    receive(office, 25)
    assert len(notices(office)) == 20
    office.now += timedelta(minutes=9)
    receive(office, 2, first=26)
    office.tick()
    assert notices(office) == []
    office.now = NOW + timedelta(minutes=10)
    office.tick()
    [digest] = office.told()
    assert digest["X-Helpdeskd-Occasion"] == "digest"
    words = words_of(again(digest))
    for number in range(21, 28):
        assert f"About m{number}: new, from Somebody <c{number}@d{number}.example>" in words
        assert f'"Words {number}"' in words
    assert "About m20:" not in words
    office.tick()
    assert notices(office) == []
    office.now += timedelta(minutes=1)
    receive(office, 1, first=28)
    assert len(notices(office)) == 1


def test_one_agents_flood_is_not_anothers(store: Store, tmp_path: Path) -> None:
    office = open_team(store, tmp_path, agents=SOLO)
    receive(office, 21)
    assert len(notices(office)) == 20
    office = Office(open_team(store, tmp_path, agents=AGENTS).desk, office.now, office.uids)
    receive(office, 1, first=22)
    assert [each.item.recipient for each in notices(office)] == [BEN]


def test_quiet_hours_end_with_one_mail(store: Store, tmp_path: Path) -> None:
    office = open_team(store, tmp_path, agents=SOLO + 'quiet = "11:00-08:00"\ntime_zone = "Europe/Berlin"\n')
    receive(office, 3)  # it is eleven in Berlin
    office.tick()
    assert notices(office) == []
    office.now = NOW.replace(day=3, hour=6, minute=59)
    office.tick()
    assert notices(office) == []
    office.now = NOW.replace(day=3, hour=7)
    office.tick()
    [digest] = office.told()
    assert again(digest)["Subject"] == "[Acme] 3 tickets at a glance"
    receive(office, 1, first=4)
    [notice] = office.told()
    assert notice["X-Helpdeskd-Occasion"] == "new"


def test_who_wants_a_digest_gets_one_a_day(store: Store, tmp_path: Path) -> None:
    office = open_team(store, tmp_path, agents=SOLO + 'notices = "digest"\n')
    office.receive(write(CUSTOMER, "a"))
    [ack] = [each for each in office.leave() if each.klass == "acknowledgement"]
    office.now += timedelta(hours=3)
    office.receive(write("bob@globex.example", "b"))
    office.receive(write(CUSTOMER, "c", text="More", more=f"In-Reply-To: {ack.item.message_id}\r\n"))
    office.tick()
    assert notices(office) == []
    office.now = NOW.replace(day=3, hour=8)
    office.tick()
    mail = one(office.told(), ANNA)
    lines = text_of(mail).split("\n- ")[1:]
    assert [line.partition(" ")[0].split("\n")[0] for line in lines] == ["#1", "#1", "#2"]  # ticket by ticket
    assert "answered by Somebody" in " ".join(lines[1].split())
    assert again(mail)["Subject"] == "[Acme] 2 tickets at a glance"


def test_every_day_has_its_own_digest(store: Store, tmp_path: Path) -> None:
    office = open_team(store, tmp_path, agents=SOLO + 'notices = "digest"\n')
    for day in range(1, 4):
        receive(office, 1, first=day)
        office.now += timedelta(days=1)
        office.tick()
        assert f"About m{day}:" in words_of(one(office.told(), ANNA))


def test_a_digest_is_mail_of_ours_with_links_to_its_tickets_and_no_rights(store: Store, tmp_path: Path) -> None:
    office = open_team(store, tmp_path, agents=SOLO + 'notices = "digest"\n')
    office.receive(write(CUSTOMER, "a", text=f"{MARKER}\r\n<script> https://evil.example mailto:x@evil.example"))
    office.now += timedelta(days=1)
    office.tick()
    mail = one(office.told(), ANNA)
    [token] = find((mail["Message-ID"],))
    assert (token.purpose, token.ticket) == ("d", 0)
    assert mail["References"] == mail["Message-ID"]
    assert mail["List-Id"] == "<support.notices.acme.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    page = Page(mail)
    assert set(page.links) == {"#1"}
    parts = urlsplit(page.links["#1"])
    assert (parts.path, parse_qs(parts.query)) == (SUPPORT, {"subject": ["Re: [#1]"]})
    assert not any(is_marker(line) for line in text_of(mail).split("\n"))
    assert "script" not in page.tags


def keep(office: Office, many: int, *, subject: str = "", who: str = "Ann", said: str = "") -> None:
    """Let so many things wait for Anna, all of one ticket."""
    office.receive(write(CUSTOMER, "a").replace(b"Subject: About a", f"Subject: {subject}".encode()))
    for number in range(many - 1):
        entry = waiting.Entry(f"k{number}", ANNA, 1, "answered", who, f"{number}. {said}", NOW)
        office.write(partial(waiting.keep, entry=entry, now=NOW))
    office.now += timedelta(days=1)
    office.tick()


def test_more_than_a_mail_can_show_stands_in_a_file_beside_it(store: Store, tmp_path: Path) -> None:
    office = open_team(store, tmp_path, agents=SOLO + 'notices = "digest"\n')
    keep(office, SHOWN + 5)
    mail = one(office.told(), ANNA)
    assert len(re.findall("^- #1", text_of(mail), re.MULTILINE)) == SHOWN
    assert "5 more are in the attached digest.txt." in words_of(mail)
    [file] = mail.iter_attachments()
    lines = str(file.get_content()).splitlines()
    assert len(lines) == SHOWN + 5
    assert all(any(line.endswith(f": {number}.") for line in lines) for number in range(SHOWN + 4))


@pytest.mark.parametrize("letter", ["&", "\U0001f600", "<", "x "])
def test_a_digest_of_the_longest_of_everything_is_still_sent(store: Store, tmp_path: Path, letter: str) -> None:
    office = open_team(store, tmp_path, agents=SOLO + 'notices = "digest"\n')
    keep(office, SHOWN, subject=letter * 200, who=letter * 300, said=letter * 300)
    assert len(re.findall("^- #1", text_of(one(office.told(), ANNA)), re.MULTILINE)) == SHOWN


def test_what_waited_for_somebody_who_left_is_told_to_the_admins(store: Store, tmp_path: Path) -> None:
    office = open_team(store, tmp_path, agents=SOLO + 'notices = "digest"\n')
    office.receive(write(CUSTOMER, "a"))
    office.leave()
    others = SOLO.replace(ANNA, BEN)
    office = Office(open_team(store, tmp_path, agents=others).desk, NOW + timedelta(days=1), office.uids)
    office.tick()
    [left] = office.leave()
    assert left.klass == "alert"
    assert b"#1 About a: new" in left.item.payload
    office.tick()
    assert office.leave() == []


@pytest.mark.parametrize("wish", ["all", "digest"])
def test_the_same_mail_twice_is_told_once(store: Store, tmp_path: Path, wish: str) -> None:
    office = open_team(store, tmp_path, agents=SOLO + f'notices = "{wish}"\n')
    raw = write(CUSTOMER, "a")
    office.receive(raw)
    office.receive(raw)
    told = notices(office)
    office.now += timedelta(days=1)
    office.tick()
    assert len(told + notices(office)) == 1
