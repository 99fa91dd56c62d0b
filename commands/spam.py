"""#spam: nobody asked for anything."""

from commands import Result, command
from commands.arguments import wrong
from commands.invocation import Invocation
from commands.scene import Scene


@command("spam")
def spam(invocation: Invocation, scene: Scene) -> Result:  # noqa: ARG001 every command runs alike
    """Close the ticket as spam and teach the filters so.

    Nothing happens before the filters are there: they are not configured yet.

    Example:
        #spam
    """
    return wrong("filters are not configured; nothing was changed")
