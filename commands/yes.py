"""#yes: do what we asked about."""

from commands import Result, command
from commands.arguments import takes_nothing
from commands.invocation import Invocation
from commands.scene import Scene


@command("yes", needs_ticket=False, alone=True)
def yes(invocation: Invocation, scene: Scene) -> Result:  # noqa: ARG001 every command runs alike
    """Run what we asked you about, in an answer to that mail of ours.

    Example:
        #yes
    """
    return takes_nothing(invocation) or ()
