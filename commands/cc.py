"""#cc: who else gets the answers."""

from commands import Result, command
from commands.arguments import read_address, read_changes, wrong
from commands.invocation import CommandError, Invocation, nearest
from commands.scene import Scene
from mail.domains import ascii_address
from tickets.events import ParticipantsChanged

MOST = 50


@command("cc", "+ADDRESS -ADDRESS ...", names_people=True)
def cc(invocation: Invocation, scene: Scene) -> Result:
    """Say who gets the answers beside the requester, and who no longer does.

    Example:
        #cc +bill@globex.example
        #cc -carol@globex.example
    """
    changes = read_changes(invocation, "address")
    if isinstance(changes, CommandError):
        return changes
    present = {ascii_address(one.address) for one in scene.participants}
    added, removed = list[int](), list[int]()
    for word, is_added in changes.items():
        person = _read(word, scene, present, is_added=is_added)
        if isinstance(person, CommandError):
            return person
        (added if is_added else removed).append(person)
    if len(present) + len(added) > MOST:
        return wrong(f"a ticket has at most {MOST} participants")
    return (ParticipantsChanged(scene.author, tuple(added), tuple(removed)),)


def _read(word: str, scene: Scene, present: set[str], *, is_added: bool) -> int | CommandError:
    address = read_address(word)
    if isinstance(address, CommandError):
        return address
    if is_added and scene.directory.is_own(address.address):
        return wrong(f"{address.address} is an address of our own")
    if not is_added and ascii_address(address.address) not in present:
        return wrong(f"{address.address} takes no part in the ticket", nearest(address.address, present))
    person = scene.person(address)
    assert person is not None, "whoever gathers the scene looks up all people that a command names"
    return person
