"""#open: the next step is ours."""

from commands import Result, command
from commands.arguments import takes_nothing
from commands.invocation import Invocation
from commands.scene import Scene
from tickets.events import StatusSet
from tickets.model import Status


@command("open", groups=("status",))
def open_ticket(invocation: Invocation, scene: Scene) -> Result:
    """Say that the next step is ours.

    With a text the customer gets it and the ticket stays Open instead of becoming Pending. It reopens a Closed ticket.
    A ticket of nobody becomes yours.

    Example:
        #open
    """
    return takes_nothing(invocation) or (StatusSet(scene.author, Status.OPEN),)
