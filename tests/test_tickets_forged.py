"""Ways to pass for an agent, a colleague or a customer, from their bytes on: none of them brings anything about.

Each forger holds more than they should: a forwarded notice with its token, a Message-ID of the ticket, its number, and
mails that the victim really signed, though for somebody else or another time.
"""

import pytest

from mail.model import Level
from mail.parse import parse
from tests import forged_reports, forged_signatures
from tests.forged_world import (
    ALICE,
    ANN,
    BOB,
    CAROL,
    CEDRIC,
    KNOWN,
    MALLORY,
    STOLEN,
    SUPPORT,
    WAITING,
    Way,
    add,
    answer,
    code,
    effects,
    outside,
    prove_way,
    seal,
    token,
)
from tests.mail_signing import Field, letter, put_before

EVIL = forged_reports.EVIL
PLUS = forged_signatures.PLUS
MICROSOFT = forged_signatures.MICROSOFT

# ---------------------------------------------------------------- codes and tokens
AWAY: Field = ("Auto-Submitted", "auto-replied")
FAILS = "dmarc=fail header.from=globex.example"
FREE = "dmarc=none; spf=none"
CODES: dict[str, bytes] = {
    "a guess": answer(text="bcdf-ghjk"),
    "no code": answer(text="#yes"),
    "another agent's code": answer(text=code(BOB, WAITING[1])),
    "a code for another mail": answer(text=code(arrival=17)),
    "the code of the day before yesterday": answer(text=code(hours=48)),
    "a code by a key that leaked": answer(text=code(keys=STOLEN)),
    "the code in words": answer(text=f"The code is {code()}"),
    "the code in a quote": answer(text=f"On Monday support wrote:\n> {code()}"),
    "the code in the subject": letter(ALICE, subject=f"Re: [#42] {code()}"),
    "the code in a signature": answer(text=f"Thanks\n-- \n{code()}"),
    "the code in an out-of-office": answer(more=(AWAY,), text=f"{code()}\nI am away."),
    "the code in an out-of-office that names itself so": answer(more=(("X-Autoreply", "yes"),), text=code()),
    "the code in a bulk answer": answer(more=(("Precedence", "auto_reply"), AWAY), text=code()),
    "the code in a receipt": answer(
        more=(("Content-Type", "multipart/report; report-type=disposition-notification; boundary=b"),),
        text=f"--b\r\n\r\n{code()}\r\n--b\r\nContent-Type: message/disposition-notification\r\n\r\nx\r\n--b--",
    ),
    "the code from a stranger": answer(MALLORY, text=code()),
    "the code from a colleague": answer(CEDRIC, text=code()),
    "the code from the customer": answer("dan@initech.example", text=code()),
}
TOKENS: dict[str, bytes] = {
    "a notice's token from a stranger": outside(answer(MALLORY), EVIL),
    "a notice's token in a stranger's To": outside(letter(MALLORY, to=PLUS), EVIL),
    "a notice's token in a stranger's trace": outside(put_before(letter(MALLORY), ("Delivered-To", PLUS)), EVIL),
    "a token of another key": outside(answer(parents=(token(keys=STOLEN),))),
    "a token of last year": outside(answer(parents=(token(days=401),))),
    "an acknowledgement's token": outside(answer(parents=(token(ALICE, purpose="a"),))),
    "a survey's token from a stranger": outside(answer(MALLORY, parents=(token(ANN, purpose="s"),), text="5"), EVIL),
    "a survey's token that failed": outside(
        answer(ANN, parents=(token(ANN, purpose="s"),), text="5"), "dmarc=fail header.from=globex.example"
    ),
    "a survey's answer by a machine": outside(
        answer(ANN, parents=(token(MALLORY, purpose="s"),), more=(AWAY,), text="5")
    ),
    "a survey's answer without token": outside(answer(ANN, parents=(KNOWN,), text="5")),
}

# ---------------------------------------------------------------- customers and colleagues
GLOBEX = "globex.example"
ANNS = letter(ANN, to=MALLORY, subject="Re: [#42] hello", text="Hello")
OTHERS: dict[str, bytes] = {
    "the customer's tag": outside(letter(ANN, subject="[#42] more"), FREE),
    "the customer's Message-ID": outside(answer(ANN, parents=(KNOWN,)), FREE),
    "the customer's Message-ID, failed": outside(answer(ANN, parents=(KNOWN,)), FAILS),
    "the customer's token, failed": outside(answer(ANN, parents=(token(ANN, purpose="a"),)), FAILS),
    "the customer by another's signature": outside(seal(answer(ANN, parents=(KNOWN,)), "evil.example")),
    "the customer's mail to a stranger, played to us": outside(
        add(seal(ANNS, "globex.example"), ("References", KNOWN))
    ),
    "the customer's mail to a stranger, as it was": outside(seal(ANNS, "globex.example")),
    "the customer's by Microsoft, played to us": outside(
        add(
            seal(ANNS, "globex.example", signed=MICROSOFT).replace(MALLORY.encode(), SUPPORT.encode()),
            ("References", KNOWN),
        ),
        "dmarc=pass header.from=globex.example; dkim=pass header.d=globex.example; spf=pass smtp.mailfrom=evil.example",
    ),
    "the customer twice": outside(put_before(answer(MALLORY, parents=(KNOWN,)), ("From", ANN)), EVIL),
    "the customer behind a bare CR": outside(
        b"X-A: a\rFrom: ann@globex.example\r\n" + answer(MALLORY, parents=(KNOWN,)), EVIL
    ),
    "the customer's name": outside(answer(f'"{ANN}" <{MALLORY}>', parents=(KNOWN,)), EVIL),
    "a colleague of the customer's": outside(answer(CAROL, parents=(KNOWN,)), FREE),
    "a colleague of the customer's with the tag, proven": outside(
        letter(CAROL, subject="[#42]"), f"dmarc=pass header.from=globex.example; spf=pass smtp.mailfrom={CAROL}"
    ),
    "our colleague with a token": outside(answer(CEDRIC, parents=(token(CEDRIC),)), FREE),
    "our colleague to the customer": outside(letter(CEDRIC, to=f"{ANN}, {SUPPORT}"), FREE),
    "our colleague who forwards": outside(
        letter(CEDRIC, text=f"---------- Forwarded message ---------\r\nFrom: {ANN}\r\nSubject: x\r\n\r\nHelp"), FREE
    ),
    "the agent to the customer": outside(letter(ALICE, to=f"{ANN}, {SUPPORT}"), FREE),
    "the agent's release": outside(letter(ALICE, subject="Re: quarantine #ham 3 5"), FREE),
    "the agent's new ticket": outside(letter(ALICE, subject="#new", text=f"requester: {MALLORY}"), FREE),
    "our own address": outside(letter(SUPPORT, to=f"{ANN}, {SUPPORT}", more=(("References", KNOWN),)), FREE),
}

WAYS: dict[str, Way] = {
    **forged_reports.WAYS,
    **forged_signatures.WAYS,
    **{f"code: {name}": Way(outside(raw, FREE)) for name, raw in CODES.items()},
    **{f"token: {name}": Way(raw) for name, raw in TOKENS.items()},
    **{f"other: {name}": Way(raw) for name, raw in OTHERS.items()},
}


@pytest.mark.parametrize("name", WAYS)
def test_a_forged_mail_brings_nothing_about(name: str) -> None:
    assert effects(WAYS[name]) == []


def test_there_are_more_ways_than_we_promise() -> None:
    assert len(WAYS) >= 100
    assert len({way.raw for way in WAYS.values()}) > 150


# ---------------------------------------------------------------- that the scales are not stuck
GENUINE: dict[str, Way] = {
    "by the border server": Way(
        outside(answer(), f"dmarc=pass header.from=us.example; spf=pass smtp.mailfrom={ALICE}")
    ),
    "by a login": Way(outside(answer(), f"auth=pass smtp.auth={ALICE}")),
    "by a signature": Way(outside(seal(answer()))),
    "by its code": Way(outside(answer(text=f"{code()}\nthanks"), FREE)),
}


@pytest.mark.parametrize("name", GENUINE)
def test_the_same_mail_from_the_agent_does_it(name: str) -> None:
    assert any(told.startswith("work: Allowed") for told in effects(GENUINE[name]))


@pytest.mark.parametrize("name", ["by the border server", "by a login", "by a signature"])
def test_a_proven_mail_that_answers_no_notice_is_a_note_and_nothing_runs(name: str) -> None:
    raw = GENUINE[name].raw.replace(token().encode(), b"<nothing@us.example>")
    made = Way(outside(seal(answer(parents=(KNOWN,))))) if name == "by a signature" else Way(raw)
    found = effects(made)
    assert any("NoteAndAsk" in told for told in found)
    assert not any("Allowed" in told for told in found if not told.startswith("note"))


@pytest.mark.parametrize("trace", ["Delivered-To", "X-Original-To"])
def test_a_signed_mail_that_reaches_us_first_by_a_strangers_hand_joins_nothing(trace: str) -> None:
    """What the agent wrote is kept as a note; where it was delivered to, the stranger could have written."""
    own = seal(letter(f"Alice <{ALICE}>", subject="Hello"))
    [note, *places] = effects(Way(outside(put_before(own, (trace, PLUS)))))
    assert "NoteAndAsk" in note
    assert not [told for told in places if "joins" in told]


# ---------------------------------------------------------------- what a stranger makes the agent's own client send
LOGIN = f"auth=pass smtp.auth={ALICE}"
BY_THE_AGENTS_CLIENT: dict[str, bytes] = {
    "an unsubscribe link": letter(ALICE, subject="[#42] #close spam", text=""),
    "an unsubscribe link with commands as its text": letter(ALICE, subject="unsubscribe", text="#close spam"),
    "an unsubscribe link to an address with the notice's token": letter(ALICE, to=PLUS, subject="#close spam"),
    "an invitation accepted": letter(
        ALICE,
        subject="Accepted: [#42] #close spam",
        more=(("Content-Type", "text/calendar; method=REPLY"), ("In-Reply-To", token())),
        text="BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nSUMMARY:#close spam\r\nEND:VCALENDAR",
    ),
    "a read receipt": letter(
        ALICE,
        subject="Read: [#42] #close spam",
        more=(
            ("Content-Type", "multipart/report; report-type=disposition-notification; boundary=b"),
            ("In-Reply-To", token()),
        ),
        text="--b\r\n\r\n#close spam\r\n--b\r\nContent-Type: message/disposition-notification\r\n\r\nx\r\n--b--",
    ),
    "an out-of-office": answer(more=(AWAY,), text=f"{code()}\n#close spam"),
    "a delivery report": letter(
        ALICE,
        subject="#close spam",
        more=(("Content-Type", "multipart/report; report-type=delivery-status; boundary=b"), ("In-Reply-To", token())),
        text="--b\r\n\r\n#close spam\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nAction: failed\r\n--b--",
    ),
}


@pytest.mark.parametrize("name", BY_THE_AGENTS_CLIENT)
def test_what_a_client_sends_by_itself_runs_nothing(name: str) -> None:
    way = Way(outside(BY_THE_AGENTS_CLIENT[name], LOGIN))
    assert prove_way(way)[1].level is Level.PROVEN
    assert not [told for told in effects(way) if told.startswith(("work: Allowed", "confirm", "rate"))]


@pytest.mark.parametrize("text", ["#close spam", "#yes", code(), "#take\n#reply"])
@pytest.mark.parametrize("sender", [ANN, CAROL])
def test_a_proven_customers_commands_run_nothing(text: str, sender: str) -> None:
    report = f"dmarc=pass header.from=globex.example; spf=pass smtp.mailfrom={sender}"
    way = Way(
        outside(letter(sender, subject="Re: [#42] #close spam #take", more=(("References", KNOWN),), text=text), report)
    )
    found = effects(way)
    assert all(told.startswith("joins 42 as customer") for told in found)
    assert parse(way.raw).sender is not None
