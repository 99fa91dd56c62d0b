"""#ham: this was no spam."""

from commands import Result, command
from commands.arguments import wrong
from commands.invocation import Invocation
from commands.scene import Scene


@command("ham", "NUMBER ...", needs_ticket=False)
def ham(invocation: Invocation, scene: Scene) -> Result:  # noqa: ARG001 every command runs alike
    """Let mails out of quarantine, in an answer to its digest, and teach the filters so.

    Nothing happens before the filters are there: they are not configured yet.

    Example:
        #ham 3 5
    """
    return wrong("filters are not configured; nothing was changed")
