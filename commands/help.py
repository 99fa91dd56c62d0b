"""#help: the manual."""

from commands import Result, command
from commands.arguments import takes_nothing
from commands.invocation import Invocation
from commands.scene import Scene


@command("help", needs_ticket=False, alone=True)
def manual(invocation: Invocation, scene: Scene) -> Result:  # noqa: ARG001 every command runs alike
    """Get this manual by mail.

    Example:
        #help
    """
    return takes_nothing(invocation) or ()
