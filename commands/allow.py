"""#allow: never keep somebody out."""

from commands import Result, command
from commands.invocation import CommandError, Invocation
from commands.scene import Scene, Standing
from commands.senders import move


@command("allow", "WHO", groups=("senders",), needs_ticket=False)
def allow(invocation: Invocation, scene: Scene) -> Result:
    """Let all mail of an address or a domain pass the filters, where its sender is proven.

    WHO is an address, a domain, or all domains below one as *.example.com. Whom #block kept out is taken off that list
    first; say it again to let them in whatever their mail looks like. #block turns it back.

    Example:
        #allow ann@globex.example
    """
    moved = move(invocation, scene, (Standing.BLOCKED, Standing.NEITHER, Standing.ALLOWED))
    return moved if isinstance(moved, CommandError) else (moved,)
