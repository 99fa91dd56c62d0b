"""#hold: the ticket waits for engineering."""

from commands import Result, command
from commands.arguments import only_word, read_reference
from commands.invocation import CommandError, Invocation
from commands.scene import Scene
from tickets.events import Held


@command("hold", "REF", groups=("status",))
def hold(invocation: Invocation, scene: Scene) -> Result:
    """Let the ticket wait for engineering; REF is where the defect stands.

    REF is a link, or whatever your tracker calls the defect. #fixed REF finds every ticket that bears it.

    Example:
        #hold https://github.com/acme/app/issues/7
        #hold ACME-7
    """
    word = only_word(invocation, "reference of the defect")
    if isinstance(word, CommandError):
        return word
    reference = read_reference(word)
    return reference if isinstance(reference, CommandError) else (Held(scene.author, reference),)
