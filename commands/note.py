"""#note: for us alone."""

from commands import Result, command
from commands.arguments import takes_nothing
from commands.invocation import Invocation
from commands.scene import Scene, Use


@command("note", groups=("text",), uses=Use.NOTE, needs_text=True)
def note(invocation: Invocation, scene: Scene) -> Result:  # noqa: ARG001 every command runs alike
    """Keep the mail as an internal note: nothing of it goes to the customer.

    Example:
        #note
    """
    return takes_nothing(invocation) or ()
