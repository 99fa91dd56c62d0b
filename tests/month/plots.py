"""What happens in the month: who writes when, and what agents and customers do then; all of it fixed tables."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tests.month.house import ALICE, BEGIN, BEN, CAROL, DAN, NOOR, SUE
from tests.office import HI, SUPPORT

CANARY = "canary-that-stays-inside"
TICKETS = 78  # of the ordinary kind
ACCOUNTS = ("max@initech.example", "ann@globex.example", "eva@initech.example", "bob@globex.example")
BULK = "List-Unsubscribe: <https://news.example/u>\r\nPrecedence: bulk\r\n"
ROBOT, AWAY = (f"Auto-Submitted: auto-{word}\r\n" for word in ("generated", "replied"))


@dataclass(frozen=True, slots=True)
class Move:
    """Somebody writes, so many hours after what came before; an answer waits for the mail that it answers.

    `who` is "agent", "customer", or the address of one of ours; `to` are kinds of mail, "slack" is the thread there.
    """

    who: str
    text: str
    hours: float = 2.0
    to: tuple[str, ...] = ()
    more: str = ""  # header fields
    proven: bool = True


@dataclass(frozen=True, slots=True)
class Story:
    """One conversation: its first mail, and what follows."""

    name: str
    sender: str
    at: datetime
    text: str = "It does not work. Can you help?"
    moves: tuple[Move, ...] = ()
    agent: str = BEN
    mailbox: str = SUPPORT
    proven: bool = True
    more: str = ""
    is_acknowledged: bool = True  # it must be
    copies: tuple[str, ...] = ()  # mailboxes that get the same mail


def reply(text: str = "Please try it again now.", hours: float = 2.0) -> Move:
    """The agent's answer to the customer."""
    return Move("agent", text, hours)


def customer(text: str, hours: float = 3.0, to: tuple[str, ...] = ("answer",), more: str = "") -> Move:
    """The customer's answer to a mail of ours."""
    return Move("customer", text, hours, to, more)


NOTE = Move("agent", f"#note\nBetween us: {CANARY}.", 0.5)
CLOSE = Move("agent", "#close confirmed", 1.0)
STILL = customer("It still does not work, I see error 7.")
WORKS = customer("Now it works for us, the export is complete again.")


def rate(words: str, hours: float = 5.0) -> Move:
    """The customer answers the survey by mail."""
    return customer(words, hours, ("survey",))


# What becomes of ordinary tickets.
KINDS: dict[str, tuple[Move, ...]] = {
    "solved": (reply(), WORKS, CLOSE, rate("5")),
    "silent": (reply("Which version do you run?"),),
    "longer": (reply(), STILL, NOTE, reply("Please send us the log."), WORKS, CLOSE, rate("4\nAll fine.")),
    "nudged": (reply(), customer("Sorry, I was away. It works.", 4.0, ("nudge",)), CLOSE, rate("5")),
    "bad": (reply(hours=9.0), STILL, Move("agent", "#close confirmed\nWe cannot do more.", 8.0), rate("1\nToo slow!")),
    "on hold": (
        NOTE,
        Move("agent", "#hold ACME-7\nEngineering looks at it.", 1.0),
        Move("agent", "Version 8 mends it.", 70.0),
        WORKS,
        Move("agent", "#close defect-fixed", 2.0),
    ),
    "snoozed": (
        Move("agent", f"#take\n#snooze 2d\n#note\nLater: {CANARY}", 2.0),
        reply("Here is the new licence.", 50.0),
        customer("Thank you!", 2.0),
        CLOSE,
    ),
    "handed on": (Move("agent", "#assign noor", 1.0), Move(NOOR, "I have mended your account.", 3.0), WORKS),
    "reopened": (reply(), WORKS, CLOSE, customer("It is broken again.", 20.0), reply("Mended."), CLOSE, rate("3")),
    "thankful": (reply(), WORKS, CLOSE, customer("Thanks a lot!", 2.0), rate("5")),
    "mistyped": (Move("agent", "#tkae\nHello, we look into it.", 1.0), reply(), WORKS, CLOSE),
}
ORDER = (
    *("solved", "silent", "longer", "nudged", "bad", "solved", "silent", "on hold"),
    *("snoozed", "handed on", "reopened", "silent", "thankful", "mistyped", "nudged", "silent"),
)


def ordinary() -> Iterator[Story]:
    """Tickets that come day and night."""
    for number in range(TICKETS):
        at = BEGIN + timedelta(minutes=440 * number + 20 * (number * 37 % 11))
        sender = ACCOUNTS[number // 3 % 4] if number % 3 == 0 else f"kim@shop{number % 29}.example"
        agent = ALICE if 7 <= at.hour < 14 and number % 2 else BEN
        kind = ORDER[number % len(ORDER)]
        yield Story(f"{kind}-{number}", sender, at, moves=KINDS[kind], agent=agent, proven=number % 7 != 5)


def on(day: int, hour: int, minute: int = 0, month: int = 3) -> datetime:
    """A moment of the month, in UTC."""
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def calls() -> Iterator[Story]:
    """People of ours are called in."""
    asks = Move("agent", f"#call ce\nDo you know this? {CANARY}", 1.0)
    noted = Move(CAROL, f"It is the proxy, {CANARY}", 1.0, ("slack",))
    known = (asks, noted, reply("Please change the proxy."), WORKS, CLOSE)
    yield Story("call-answered", ACCOUNTS[0], on(17, 8), moves=known)
    yield Story(
        "call-stand-in",
        ACCOUNTS[2],
        on(20, 8),
        moves=(asks, Move(SUE, f"Ask them for the log. {CANARY}", 0.5, ("call",)), reply("Please send the log.")),
    )
    yield Story(
        "call-reminded",
        ACCOUNTS[1],
        on(24, 8),
        moves=(asks, Move(DAN, "<b>I look</b> into it", 3.0, ("slack",)), reply("It is known."), WORKS, CLOSE),
    )
    yield Story(
        "call-product",
        "pat@shop77.example",
        on(1, 9, month=4),
        moves=(Move("agent", f"#call product search\nIs it known? {CANARY}", 1.0), Move(SUE, "Yes.", 1.0, ("call",))),
    )
    yield Story(
        "call-done-on-slack",
        ACCOUNTS[3],
        on(8, 8, month=4),
        moves=(
            asks,
            Move(BEN, "take", 1.0, ("slack",)),
            reply("You need a new licence."),
            WORKS,
            Move(BEN, "close confirmed", 1.0, ("slack",)),
            rate("2"),
        ),
    )


def oddities() -> Iterator[Story]:
    """What happens once."""
    yield Story("merged-a", "eva@shop55.example", on(18, 9), moves=(reply(hours=30.0), WORKS, CLOSE))
    yield Story("merged-b", "eva@shop55.example", on(18, 10), moves=(Move("agent", "#merge {merged-a}", 2.0),))
    yield Story("ghost", "ghost@shop99.example", on(17, 7), moves=(Move("bounce", "", 1.0, ("ack",)), reply()))
    yield Story(
        *("pharmacy", "rita@apotheke.example", on(19, 12), "We sell pills, and your shop fails."),
        (reply(), WORKS, CLOSE),
        mailbox=HI,
    )
    yield Story(
        "away",
        "leo@shop66.example",
        on(23, 8),
        moves=(reply(), WORKS, CLOSE, customer("5", 0.0, ("survey",), AWAY), rate("4", 24.0)),
    )
    yield Story(
        "no-more-surveys",
        "ida@shop67.example",
        on(31, 8),
        moves=(reply(), WORKS, CLOSE, Move("unsubscribe", "", 1.0, ("survey",))),
    )
    yield Story("late", "tom@shop68.example", on(16, 8), moves=(reply(), WORKS, CLOSE, customer("And again.", 24 * 16)))
    yield Story("twice", "zoe@shop69.example", on(1, 10, month=4), moves=(reply(),), copies=(HI,))
    forged = Move("agent", "#close spam", 1.0, proven=False)
    yield Story("forged", "ada@shop70.example", on(2, 8, month=4), moves=(forged, reply()))
    yield Story("robot", "cron@globex.example", on(21, 3), "Disk full", more=ROBOT, is_acknowledged=False)


def noise() -> Iterator[Story]:
    """Spam, newsletters, and what customers send while we are out of reach."""
    for number in range(30):
        at = BEGIN + timedelta(hours=23 * number + number % 5)
        box = HI if number % 3 else SUPPORT
        sender, text = f"win{number}@offers{number}.example", f"Cheap pills, {number} for 1"
        yield Story(f"spam-{number}", sender, at, text, proven=False, is_acknowledged=False, mailbox=box)
    for number in range(8):
        at, text = on(17 + number, 6), "News of the day"
        yield Story(f"news-{number}", "news@press.example", at, text, mailbox=HI, more=BULK, is_acknowledged=False)
    for number in range(24):
        at = on(26, 11) + timedelta(minutes=97 * number)
        yield Story(f"meanwhile-{number}", f"lu@firm{number}.example", at, "Are you there?", moves=(reply(hours=3.0),))


def stories() -> list[Story]:
    """All of it, in the order in which it begins."""
    return sorted((*ordinary(), *calls(), *oddities(), *noise()), key=lambda story: (story.at, story.name))
