"""#assign: give the ticket to somebody, or to nobody."""

from commands import Result, command
from commands.arguments import only_word, read_agent
from commands.invocation import CommandError, Invocation
from commands.scene import Scene
from mail.model import Address
from tickets.events import Assigned

NOBODY = "nobody"


@command("assign", "AGENT", groups=("owner",), names_people=True)
def assign(invocation: Invocation, scene: Scene) -> Result:
    """Give the ticket to another agent, or to `nobody`.

    AGENT is a name, a first name or an address of the configuration. A ticket of nobody is New again.

    Example:
        #assign alice
        #assign nobody
    """
    word = only_word(invocation, "agent")
    if isinstance(word, CommandError):
        return word
    if word.lower() == NOBODY:
        return (Assigned(scene.author, None),)
    agent = read_agent(word, scene.directory)
    if isinstance(agent, CommandError):
        return agent
    return (Assigned(scene.author, scene.person(Address("", agent.addresses[0]))),)
