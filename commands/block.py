"""#block: keep somebody out."""

from commands import Result, command
from commands.invocation import CommandError, Invocation
from commands.scene import Scene, Standing
from commands.senders import move


@command("block", "WHO", groups=("senders",), needs_ticket=False)
def block(invocation: Invocation, scene: Scene) -> Result:
    """Put all mail of an address or a domain into quarantine.

    WHO is an address, a domain, or all domains below one as *.example.com. Whom #allow let in is taken off that list
    first; say it again to keep them out. #allow turns it back.

    Example:
        #block mallory@evil.example
    """
    moved = move(invocation, scene, (Standing.ALLOWED, Standing.NEITHER, Standing.BLOCKED))
    return moved if isinstance(moved, CommandError) else (moved,)
