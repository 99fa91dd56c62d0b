"""#undo: stop what has not left."""

from commands import Result, command
from commands.arguments import takes_nothing
from commands.invocation import Invocation
from commands.scene import Scene


@command("undo", alone=True)
def undo(invocation: Invocation, scene: Scene) -> Result:  # noqa: ARG001 every command runs alike
    """Stop what has not left yet of your last answer; what has left cannot be called back.

    An answer waits for a minute, and for at least two looks at the mailbox that you write to.

    Example:
        #undo
    """
    return takes_nothing(invocation) or ()
