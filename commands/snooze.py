"""#snooze: not now."""

from datetime import UTC

from commands import Result, command
from commands.arguments import only_word, read_span
from commands.invocation import CommandError, Invocation
from commands.scene import Scene
from tickets.events import Snoozed

OFF = "off"


@command("snooze", "TIME")
def snooze(invocation: Invocation, scene: Scene) -> Result:
    """Put the ticket aside for a while: nobody is reminded of it, the customer neither.

    TIME is a number of hours, days or weeks, as 4h, 2d or 1w, or `off`. Then, or when the customer writes, the owner
    gets it again.

    Example:
        #snooze 2d
    """
    word = only_word(invocation, "time")
    if isinstance(word, CommandError):
        return word
    if word.lower() == OFF:
        return (Snoozed(scene.author, None),)
    span = read_span(word)
    if isinstance(span, CommandError):
        return span
    return (Snoozed(scene.author, (scene.now + span).astimezone(UTC).replace(microsecond=0)),)
