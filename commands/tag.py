"""#tag: words to find tickets by."""

from commands import Result, command
from commands.arguments import read_changes, read_name, wrong
from commands.invocation import CommandError, Invocation, nearest
from commands.scene import Scene
from tickets.events import Tagged

MOST = 50


@command("tag", "+TAG -TAG ...")
def tag(invocation: Invocation, scene: Scene) -> Result:
    """Put tags on the ticket and take them off.

    Example:
        #tag +login +sso
        #tag -login
    """
    changes = read_changes(invocation, "tag")
    if isinstance(changes, CommandError):
        return changes
    for name, is_added in changes.items():
        read = read_name(name, "tag")
        if isinstance(read, CommandError):
            return read
        if not is_added and name not in scene.ticket.tags:
            return wrong(f"the ticket has no tag {name}", nearest(name, scene.ticket.tags))
    added = tuple(name for name, is_added in changes.items() if is_added and name not in scene.ticket.tags)
    removed = tuple(name for name, is_added in changes.items() if not is_added)
    if len(scene.ticket.tags) + len(added) - len(removed) > MOST:
        return wrong(f"a ticket has at most {MOST} tags")
    return (Tagged(scene.author, added, removed),)
