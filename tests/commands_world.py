"""Ann's ticket 41 and the people around it, for commands to be said to."""

from dataclasses import replace

from commands.grammar import Parsed, read_body
from commands.invocation import CommandError
from commands.plan import Plan, prepare
from commands.scene import Movable, Scene, Standing
from mail.model import Address
from tests.tickets_world import ALICE, ANN, CAROL, DIRECTORY, ERIN, NOW, ticket
from tickets.model import Status, Ticket

BOB, BILL = "bob@acme.test", "bill@globex.test"
PERSONS = {ANN: 1, CAROL: 2, BILL: 3, ERIN: 4, ALICE: 5, BOB: 6}
PERSONS |= {f"{name}@globex.example": 10 + at for at, name in enumerate(("ann", "bill", "carol"))}
ANN_ASKS = replace(ticket(status=Status.OPEN), owner=5)


def scene(of: Ticket = ANN_ASKS, **changes: object) -> Scene:
    """Alice speaks; Carol takes part; 52 is Ann's, too, 53 is of another account, 54 was merged into 52."""
    made = Scene(
        ticket=of,
        now=NOW,
        directory=DIRECTORY,
        persons=PERSONS,
        agent=DIRECTORY.agents[0],
        participants=(Address("Carol", CAROL),),
        requester=Address("Ann", ANN),
        facts={"version": "5.1"},
        others={
            52: replace(ticket(52, Status.OPEN), owner=6),
            53: replace(ticket(53, Status.PENDING), owner=6, requester=4, account="Initech"),
            54: replace(ticket(54, Status.CLOSED, closed_days=1), merged_into=52),
        },
        movable=Movable(7, Address("Bill", BILL)),
        macros=frozenset({"reset-password"}),
        standings={"evil.test": Standing.BLOCKED, "good.test": Standing.ALLOWED},
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # the values of a dict have one type


def say(body: str, at: Scene | None = None) -> Plan | tuple[CommandError, ...]:
    """What a mail with this body comes to."""
    return prepare(read_body(body), at or scene())


def done(body: str, at: Scene | None = None) -> Plan:
    """What a mail with this body does; it must be right."""
    plan = say(body, at)
    assert isinstance(plan, Plan), plan
    return plan


def refused(body: str, at: Scene | None = None) -> str:
    """The one thing that is wrong with a mail of this body."""
    errors = say(body, at)
    assert not isinstance(errors, Plan), errors
    [error] = errors
    return str(error)


def parsed(body: str) -> Parsed:
    """The body as it is read."""
    return read_body(body)
