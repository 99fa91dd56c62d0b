"""#close: the ticket is resolved."""

from commands import Result, command
from commands.arguments import one_of, read_reference, read_url, wrong
from commands.invocation import CommandError, Invocation
from commands.scene import Scene
from tickets.events import Closed
from tickets.model import Resolution, Status, Ticket

DOCS = "docs"


@command("close", "RESOLUTION [REF] [docs URL]", groups=("status",))
def close(invocation: Invocation, scene: Scene) -> Result:
    """Close the ticket as resolved; with a text the customer gets it first.

    RESOLUTION is one of
    confirmed: the customer agrees;
    no-response: the customer, whose step it is, does not answer;
    defect-fixed [REF]: the defect is mended and the customer agrees; REF is needed where the ticket bears none;
    feature-request URL: it stands with product, there;
    spam: nobody asked for anything.
    A duplicate is closed by #merge. `docs URL` at the end says which documentation was changed because of it.

    Example:
        #close confirmed
        #close feature-request https://github.com/acme/app/issues/9
        #close confirmed docs https://docs.acme.example/login
    """
    words = list(invocation.args)
    docs = _read_docs(words)
    if isinstance(docs, CommandError):
        return docs
    if not words:
        return wrong("#close says no resolution")
    resolution = one_of(words[0], [each.value for each in Resolution], "resolution")
    if isinstance(resolution, CommandError):
        return resolution
    reference = _read_reference(Resolution(resolution), words[1:], scene)
    if isinstance(reference, CommandError):
        return reference
    return (Closed(scene.author, Resolution(resolution), reference, docs),)


def _read_docs(words: list[str]) -> str | CommandError | None:
    """Take `docs URL` off the end."""
    if DOCS not in (word.lower() for word in words):
        return None
    if len(words) < 3 or words[-2].lower() != DOCS:
        return wrong("docs stands at the end, behind the resolution, and names the page that was changed")
    url = read_url(words[-1])
    del words[-2:]
    return url


def _read_reference(resolution: Resolution, words: list[str], scene: Scene) -> str | CommandError | None:
    """What this resolution needs beside its name."""
    if len(words) > (resolution in {Resolution.DEFECT_FIXED, Resolution.FEATURE_REQUEST}):
        return wrong(f'"{words[-1][:60]}" is one word too many behind {resolution.value}')
    if not words:
        missing = _missing(resolution, scene.ticket)
        return wrong(missing) if missing is not None else None
    return read_url(words[0]) if resolution is Resolution.FEATURE_REQUEST else read_reference(words[0])


def _missing(resolution: Resolution, ticket: Ticket) -> str | None:
    """Why this resolution cannot stand by itself."""
    if resolution is Resolution.DUPLICATE:
        return "a duplicate is closed by naming the other ticket: #merge NUMBER"
    if resolution is Resolution.NO_RESPONSE and ticket.status is not Status.PENDING:
        return f"the ticket is {ticket.status.value}: it is not the customer who has to answer"
    if resolution is Resolution.DEFECT_FIXED and ticket.reference is None:
        return "the ticket bears no defect; name it: #close defect-fixed REF"
    if resolution is Resolution.FEATURE_REQUEST:
        return "say where the feature request stands: #close feature-request URL"
    return None
