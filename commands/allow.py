"""#allow: never keep somebody out."""

from commands import Result, command
from commands.arguments import wrong
from commands.invocation import Invocation
from commands.scene import Scene


@command("allow", "WHO", needs_ticket=False)
def allow(invocation: Invocation, scene: Scene) -> Result:  # noqa: ARG001 every command runs alike
    """Let all mail of an address or a domain pass the filters.

    Nothing happens before the filters are there: they are not configured yet.

    Example:
        #allow ann@globex.example
    """
    return wrong("filters are not configured; nothing was changed")
