"""#priority: how soon somebody should look."""

from commands import Result, command
from commands.arguments import one_of, only_word
from commands.invocation import CommandError, Invocation
from commands.scene import Scene
from tickets.events import PrioritySet
from tickets.model import Priority


@command("priority", "low | normal | high | urgent")
def priority(invocation: Invocation, scene: Scene) -> Result:
    """Say how pressing the ticket is.

    Example:
        #priority high
    """
    word = only_word(invocation, "priority")
    chosen = word if isinstance(word, CommandError) else one_of(word, [each.value for each in Priority], "priority")
    return chosen if isinstance(chosen, CommandError) else (PrioritySet(scene.author, Priority(chosen)),)
