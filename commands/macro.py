"""#macro: a prepared answer."""

from commands import Result, command
from commands.arguments import one_of, only_word
from commands.invocation import CommandError, Invocation
from commands.scene import Scene, Use


@command("macro", "NAME", groups=("text",), uses=Use.REPLY)
def macro(invocation: Invocation, scene: Scene) -> Result:
    """Send the customer a prepared answer from the admin's templates; a text of yours stands above it.

    Example:
        #macro reset-password
    """
    word = only_word(invocation, "name")
    name = word if isinstance(word, CommandError) else one_of(word, sorted(scene.macros), "prepared answer")
    return name if isinstance(name, CommandError) else ()
