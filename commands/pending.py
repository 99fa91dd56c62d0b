"""#pending: the next step is the customer's."""

from commands import Result, command
from commands.arguments import takes_nothing
from commands.invocation import Invocation
from commands.scene import Scene
from tickets.events import StatusSet
from tickets.model import Status


@command("pending", groups=("status",))
def pending(invocation: Invocation, scene: Scene) -> Result:
    """Say that the next step is the customer's.

    An answer to the customer says so by itself; this is for what you asked elsewhere.

    Example:
        #pending
    """
    return takes_nothing(invocation) or (StatusSet(scene.author, Status.PENDING),)
