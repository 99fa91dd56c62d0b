"""#set: what we learn of an account."""

from commands import Result, command
from commands.arguments import read_name, wrong
from commands.invocation import CommandError, Invocation
from commands.scene import Scene
from tickets.events import FactSet

LONGEST = 200


@command("set", "NAME=VALUE ...")
def set_fact(invocation: Invocation, scene: Scene) -> Result:
    """Note what you learned of the customer's account, so that nobody asks them again.

    Whoever gets a ticket of that account sees it. Nothing behind = says that it no longer holds.

    Example:
        #set version=5.2 deployment=kubernetes
        #set plan="Enterprise, 500 seats"
    """
    if not invocation.args:
        return wrong("#set says neither name nor value")
    if scene.ticket.account is None:
        return wrong("the ticket belongs to no account of the configuration; keep it as a #note")
    events: dict[str, FactSet] = {}
    for word in invocation.args:
        event = _read(word, scene, scene.ticket.account)
        if isinstance(event, CommandError):
            return event
        if event.name in events:
            return wrong(f"{event.name} is said twice")
        events[event.name] = event
    return tuple(events.values())


def _read(word: str, scene: Scene, account: str) -> FactSet | CommandError:
    name, is_set, value = word.partition("=")
    if not is_set:
        return wrong(f'"{word[:60]}" says no value', f"{word[:60]}=...")
    read = read_name(name, "name")
    if isinstance(read, CommandError):
        return read
    if len(value) > LONGEST or not value.isprintable():
        return wrong(f"the value of {read} is longer than {LONGEST} characters, or none that can be shown")
    return FactSet(scene.author, account, read, value.strip(), scene.facts.get(read, ""))
