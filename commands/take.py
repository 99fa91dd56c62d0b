"""#take: own the ticket."""

from commands import Result, command
from commands.arguments import takes_nothing, wrong
from commands.invocation import Invocation
from commands.scene import Scene
from tickets.events import Assigned


@command("take", groups=("owner",))
def take(invocation: Invocation, scene: Scene) -> Result:
    """Own the ticket: the next step is yours.

    A ticket that is New becomes Open. Whoever owned it before is told. An agent's first answer takes a New ticket, too.

    Example:
        #take
    """
    if scene.author is None:
        return wrong("whoever takes a ticket is an agent; say to whom it goes with #assign")
    return takes_nothing(invocation) or (Assigned(scene.author, scene.author),)
