"""#merge: two tickets about one thing."""

from commands import Result, command
from commands.arguments import read_number, wrong
from commands.invocation import CommandError, Invocation
from commands.scene import On, Scene
from tickets.events import Merged, ParticipantsChanged, TookOver
from tickets.model import Ticket

FORCE = "force"


@command("merge", "NUMBER [force]", groups=("status", "shape"))
def merge(invocation: Invocation, scene: Scene) -> Result:
    """Merge this ticket into another one, which answers for it from now on.

    This one is closed as a duplicate; its requester takes part in the other one, and whatever they write goes there.
    What stands on it stays here: neither requester is shown the other's text. `force` is needed where the requesters
    are not of one account.

    Example:
        #merge 41
    """
    number = read_number(invocation.args[0]) if invocation.args else wrong("#merge names no ticket")
    if isinstance(number, CommandError):
        return number
    rest = [word.lower() for word in invocation.args[1:]]
    if rest not in ([], [FORCE]):
        return wrong(f'"{invocation.args[1][:60]}" is not understood', FORCE)
    target = scene.others.get(number)
    fault = _fault(scene.ticket, number, target)
    if target is None or fault is not None:
        return wrong(fault or "")
    if not rest and not _is_one_customer(scene.ticket, target):
        return wrong(f"#{number} is of another customer; if that is meant: #merge {number} force")
    return (
        Merged(scene.author, number),
        On(number, TookOver(scene.author, scene.ticket.number)),
        *_bring(scene, target),
    )


def _fault(ticket: Ticket, number: int, target: Ticket | None) -> str | None:
    if target is None:
        return f"there is no ticket #{number}"
    if number == ticket.number:
        return "a ticket cannot be merged into itself"
    return f"#{number} was merged into #{target.merged_into} itself; name that" if target.merged_into else None


def _is_one_customer(ticket: Ticket, target: Ticket) -> bool:
    same = ticket.requester == target.requester
    return same or (ticket.account is not None and ticket.account == target.account)


def _bring(scene: Scene, target: Ticket) -> tuple[On, ...]:
    """Who asked here takes part there."""
    person = scene.ticket.requester
    if person is None or person == target.requester:
        return ()
    return (On(target.number, ParticipantsChanged(scene.author, added=(person,))),)
