"""#requester: whose request it is."""

from commands import Result, command
from commands.arguments import only_word, read_address, wrong
from commands.invocation import CommandError, Invocation
from commands.scene import Scene
from tickets.events import RequesterChanged


@command("requester", "ADDRESS", groups=("shape",), names_people=True)
def requester(invocation: Invocation, scene: Scene) -> Result:
    """Make somebody else the requester: they get the answers, whoever asked before no longer does.

    Example:
        #requester ann@globex.example
    """
    word = only_word(invocation, "address")
    address = word if isinstance(word, CommandError) else read_address(word)
    if isinstance(address, CommandError):
        return address
    if scene.directory.is_own(address.address):
        return wrong(f"{address.address} is an address of our own")
    person = scene.person(address)
    assert person is not None, "whoever gathers the scene looks up all people that a command names"
    account = scene.directory.account_of(address.address)
    return (RequesterChanged(scene.author, person, account.name if account is not None else None),)
