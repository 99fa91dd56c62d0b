"""Notices thread in every mail program: by the rules that programs follow, and as mutt shows it."""

import os
import pty
import re
import select
import struct
import termios
import time
from collections.abc import Iterator
from fcntl import ioctl
from itertools import combinations, pairwise
from pathlib import Path

import pytest

from mail.model import Mail
from mail.parse import parse
from store.engine import Store
from tests.notice_team import ANNA, open_team
from tests.office import Office, write

CUSTOMERS = ("ann@initech.example", "bob@globex.example")


@pytest.fixture
def notices(store: Store, tmp_path: Path) -> list[bytes]:
    """What one agent was told of two tickets, in this order: a new one, another new one, and so on."""
    office = open_team(store, tmp_path)
    told: list[bytes] = []
    acknowledged: dict[str, str] = {}
    for number, sender in enumerate(CUSTOMERS * 3):
        answers = f"In-Reply-To: {acknowledged[sender]}\r\n" if sender in acknowledged else ""
        office.receive(write(sender, f"m{number}", more=answers))
        told += _leave(office, acknowledged)
    assert len(told) == 6
    return told


def _leave(office: Office, acknowledged: dict[str, str]) -> Iterator[bytes]:
    for each in office.leave():
        if each.klass == "acknowledgement":
            acknowledged[each.item.recipient] = each.item.message_id
        elif each.item.recipient == ANNA:
            yield each.item.payload


def threads_by_references(mails: list[Mail]) -> list[set[str]]:
    """The threads as the References fields chain them (RFC 5322 §3.6.4), of mails that may be missing, too."""
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while name in parent:
            name = parent[name]
        return name

    for mail in mails:
        chain = [*mail.references, mail.message_id or ""]
        for before, after in pairwise(chain):
            if after not in parent and root(before) != after:
                parent[after] = before
    found: dict[str, set[str]] = {}
    for mail in mails:
        found.setdefault(root(mail.message_id or ""), set()).add(mail.message_id or "")
    return list(found.values())


def threads_by_subject(mails: list[Mail]) -> list[set[str]]:
    """The threads of a program that wants the same subject and one shared reference at least."""
    found: list[tuple[str, set[str], set[str]]] = []
    for mail in mails:
        ids = {*mail.references, mail.message_id or ""}
        for subject, known, members in found:
            if subject == mail.subject and known & ids:
                known.update(ids)
                members.add(mail.message_id or "")
                break
        else:
            found.append((mail.subject, ids, {mail.message_id or ""}))
    return [members for _, _, members in found]


def test_whichever_notices_of_a_ticket_arrive_they_are_one_thread(notices: list[bytes]) -> None:
    mails = [parse(raw) for raw in notices]
    tickets = [mail.header("X-Helpdeskd-Ticket")[0] for mail in mails]
    assert tickets == ["1", "2"] * 3
    for size in range(1, 7):
        for chosen in combinations(range(6), size):
            seen = [mails[number] for number in chosen]
            wanted = {frozenset(mails[n].message_id or "" for n in chosen if tickets[n] == t) for t in ("1", "2")}
            for rule in (threads_by_references, threads_by_subject):
                for order in (seen, seen[::-1]):
                    assert {frozenset(thread) for thread in rule(order)} == wanted - {frozenset()}


def test_an_answer_and_the_next_notice_stay_in_the_thread(notices: list[bytes]) -> None:
    first, _, later, *_ = (parse(raw) for raw in notices)
    answer = Mail(
        subject=f"Re: {first.subject}",
        message_id="<own@x.example>",
        references=(*first.references, first.message_id or ""),
    )
    assert len(threads_by_references([first, answer, later])) == 1


MUTTRC = """
set sort=threads strict_threads=yes ascii_chars=yes hide_missing=no hide_top_missing=no
set index_format="<%e of %E> %s %i ;" mail_check=600 quit=yes sleep_time=0 folder="{folder}"
"""


def screen_of_mutt(folder: Path) -> str:
    """The index that mutt draws of this Maildir, without the codes that place it on the screen."""
    rc = folder.parent / "muttrc"
    rc.write_text(MUTTRC.format(folder=folder.parent), "utf-8")
    environ = {"TERM": "vt100", "HOME": str(folder.parent), "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
    environ |= {"LINES": "40", "COLUMNS": "200"}
    child, line = pty.fork()
    if child == 0:
        os.execvpe("mutt", ["mutt", "-n", "-F", str(rc), "-R", "-f", str(folder)], environ)
    ioctl(line, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 200, 0, 0))
    drawn, until = b"", time.monotonic() + 30
    try:
        while time.monotonic() < until and b"(threads" not in drawn:  # the status line is drawn last
            if select.select([line], [], [], 0.5)[0]:
                drawn += os.read(line, 65536)
        os.write(line, b"q")
    finally:
        os.close(line)
        os.waitpid(child, 0)
    return re.sub(r"\x1b(?:\[[0-9;?]*[A-Za-z]|[()][0AB]|[=>])", "", drawn.decode("utf-8", "replace"))


@pytest.mark.mutt
@pytest.mark.parametrize("missed", [(), (0,), (0, 3), (2,)])
def test_mutt_shows_the_notices_of_each_ticket_as_one_thread(
    notices: list[bytes], tmp_path: Path, missed: tuple[int, ...]
) -> None:
    folder = tmp_path / "Maildir"
    for name in ("cur", "new", "tmp"):
        (folder / name).mkdir(parents=True)
    arrived = {number: raw for number, raw in enumerate(notices) if number not in missed}
    for number, raw in arrived.items():
        (folder / "new" / f"{number}.mail").write_bytes(raw.replace(b"\r\n", b"\n"))
    rows = re.findall(r"<(\d) of (\d)> [^\[;]*\[#(\d)\] About m\d <(hd-n\d)-[^;]*;", screen_of_mutt(folder))
    assert len(rows) == len(arrived)
    sizes = {ticket: sum(number % 2 == int(ticket) - 1 for number in arrived) for ticket in ("1", "2")}
    for ticket, size in sizes.items():
        shown = [row for row in rows if row[2] == ticket]
        assert [row[:2] for row in shown] == [(str(place), str(size)) for place in range(1, size + 1)]
        assert {row[3] for row in shown} == {f"hd-n{ticket}"}
