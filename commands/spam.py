"""#spam: nobody asked for anything."""

from commands import Result, command
from commands.arguments import takes_nothing
from commands.invocation import Invocation
from commands.scene import Scene, TakingBack, Use
from tickets.events import Closed
from tickets.model import Resolution


@command("spam", groups=("status", "text"), uses=Use.NOTE)
def spam(invocation: Invocation, scene: Scene) -> Result:
    """Close the ticket as spam and teach the filters so.

    The mail that opened it goes to quarantine, and what was to leave for the ticket and has not is stopped. A text
    stays inside, as a note. #open turns all of that back.

    Example:
        #spam
    """
    return takes_nothing(invocation) or (Closed(scene.author, Resolution.SPAM), TakingBack())
