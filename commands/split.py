"""#split: one ticket about two things."""

from commands import Result, command
from commands.arguments import takes_nothing, wrong
from commands.invocation import Invocation
from commands.scene import Scene
from tickets.events import SplitOff


@command("split", groups=("shape",))
def split(invocation: Invocation, scene: Scene) -> Result:
    """Move the message that you answer out to a new ticket of whoever wrote it.

    On the command line it is the last message of a customer.

    Example:
        #split
    """
    if scene.movable is None:
        return wrong("there is no message to move that is not the only one of a customer on this ticket")
    return takes_nothing(invocation) or (SplitOff(scene.author, scene.movable.id),)
