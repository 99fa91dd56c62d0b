"""#fixed: a defect is mended, for all tickets that bear it."""

from commands import Result, command
from commands.arguments import only_word, read_reference, wrong
from commands.invocation import CommandError, Invocation
from commands.scene import On, Scene, Use
from tickets.events import Fixed


@command("fixed", "REF", groups=("status", "shape", "text"), uses=Use.FIXED, needs_ticket=False)
def fixed(invocation: Invocation, scene: Scene) -> Result:
    """Say that a defect is mended: the owners of all tickets that bear REF are told.

    With a text each of their customers gets it and the tickets become Pending, without one they become Open.

    Example:
        #fixed ACME-7
    """
    word = only_word(invocation, "reference of the defect")
    reference = word if isinstance(word, CommandError) else read_reference(word)
    if isinstance(reference, CommandError):
        return reference
    if not scene.bearing:
        bears = scene.ticket.reference
        return wrong(f"no ticket that is not closed bears {reference}", bears if bears != reference else None)
    event = Fixed(scene.author, reference, told=scene.use is Use.FIXED)
    return tuple(event if number == scene.ticket.number else On(number, event) for number in scene.bearing)
