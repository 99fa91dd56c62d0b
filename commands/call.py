"""#call: ask somebody of ours for help."""

from commands import Result, command
from commands.arguments import one_of, wrong
from commands.invocation import CommandError, Invocation
from commands.scene import Scene, Use
from tickets.events import Called

WHOM = ("ce", "ae", "product", "team", "oncall")


@command("call", "ce | ae | product AREA | team | oncall", groups=("text",), uses=Use.CALL, needs_text=True)
def call(invocation: Invocation, scene: Scene) -> Result:
    """Ask the account's engineer or executive, a product owner, the team or the on-call; the text says what.

    The text stays inside, as a note; their answers become notes, too. AREA is the part of the product. For whoever is
    away somebody else is asked; whoever does not answer is reminded, and then others are asked.

    Example:
        #call ce
        #call product search
    """
    if not invocation.args:
        return wrong("#call says not whom")
    whom = one_of(invocation.args[0], WHOM, "such person")
    if isinstance(whom, CommandError):
        return whom
    areas = invocation.args[1:]
    if len(areas) != (whom == "product"):
        return wrong("name one area of the product" if whom == "product" else f"nothing follows behind {whom}")
    return (Called(scene.author, whom, areas[0].lower() if areas else None),)
