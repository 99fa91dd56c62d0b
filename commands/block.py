"""#block: keep somebody out."""

from commands import Result, command
from commands.arguments import wrong
from commands.invocation import Invocation
from commands.scene import Scene


@command("block", "WHO", needs_ticket=False)
def block(invocation: Invocation, scene: Scene) -> Result:  # noqa: ARG001 every command runs alike
    """Put all mail of an address or a domain into quarantine.

    Nothing happens before the filters are there: they are not configured yet.

    Example:
        #block mallory@evil.example
    """
    return wrong("filters are not configured; nothing was changed")
