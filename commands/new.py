"""#new: a ticket for somebody else."""

from commands import Result, command
from commands.arguments import takes_nothing, wrong
from commands.invocation import CommandError, Invocation
from commands.people import requester_of
from commands.scene import Scene, Use
from mail.model import Address
from tickets.events import Created
from tickets.model import MessageKind

FIELDS = ("requester", "source", "subject")
LONGEST = 200
KINDS = {
    Use.REPLY: MessageKind.PUBLIC,
    Use.REQUEST: MessageKind.CUSTOMER,
    Use.NOTE: MessageKind.NOTE,
    Use.CALL: MessageKind.NOTE,
    Use.FIXED: MessageKind.PUBLIC,
}


@command("new", groups=("shape",), needs_ticket=False, fields=FIELDS, names_people=True)
def new(invocation: Invocation, scene: Scene) -> Result:
    """Make a ticket for somebody else; it stands on the first line of a mail to a mailbox.

    Below it stand `requester: ADDRESS`, `subject: WORDS` and, where they asked elsewhere, `source: WORD`. Without a
    source the text is yours and goes to the requester: you begin the conversation. With a source it is what they said
    there and nothing leaves. Only then may the requester be a mere name: answers are then kept and send nothing.

    Example:
        #new / requester: jane@initech.example / subject: Your question in our call
        #new / requester: Jane in their Slack / source: initech-slack / subject: Search is slow
    """
    fault = takes_nothing(invocation) or _fault(invocation)
    if fault is not None:
        return fault
    requester = requester_of(invocation)
    if isinstance(requester, CommandError):
        return requester
    if isinstance(requester, Address) and scene.directory.is_own(requester.address):
        return wrong(f"{requester.address} is an address of our own")
    if isinstance(requester, str) and not invocation.value("source"):
        return wrong(f'"{requester}" is no mail address; where they have none, say by `source:` where they asked')
    return (Created(scene.author, KINDS[scene.use] if scene.use is not None else None),)


def _fault(invocation: Invocation) -> CommandError | None:
    names = [name for name, _ in invocation.fields]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        return wrong(f"`{twice}:` is said twice")
    missing = next((name for name in ("requester", "subject") if not invocation.value(name)), None)
    if missing is not None:
        return wrong(f"#new says no `{missing}:`")
    long = next((name for name, value in invocation.fields if len(value) > LONGEST), None)
    return wrong(f"`{long}:` is longer than {LONGEST} characters") if long is not None else None
