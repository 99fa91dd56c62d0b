"""#ham: this was no spam."""

from commands import Result, command
from commands.arguments import wrong
from commands.invocation import Invocation
from commands.scene import Released, Scene
from tickets.held import read_numbers


@command("ham", "NUMBER ...", needs_ticket=False, alone=True)
def ham(invocation: Invocation, scene: Scene) -> Result:
    """Let mails out of quarantine, in an answer to its digest, and teach the filters so.

    The numbers are those of the digest that you answer, single ones or a range as 3-7. What is let out runs through as
    if it had just come in.

    Example:
        #ham 3 5
    """
    if not scene.held:
        return wrong("#ham is said in an answer to a quarantine digest")
    numbers = read_numbers(invocation.args, max(scene.held))
    if isinstance(numbers, str):
        return wrong(numbers)
    held = tuple(arrival for number in numbers if (arrival := scene.held[number]) is not None)
    return (Released(held),) if held else wrong("all of these have left the quarantine already")
