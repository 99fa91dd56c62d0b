"""Senders whom agents let in or keep out: read strictly, and moved one step at a time."""

from collections.abc import Iterable

from commands.arguments import only_word, read_address, wrong
from commands.invocation import CommandError, Invocation
from commands.scene import Listing, Scene, Standing
from mail.domains import ascii_address, ascii_domain
from mail.names import one_line
from tickets.directory import Directory, Role

LISTED_BY = ("allow", "block")
_BELOW = "*."  # before a domain: all that are below it


def read_sender(word: str) -> str | CommandError:
    """An address, a domain, or all domains below one as *.example.com; in its one spelling."""
    if "@" in word.strip("@"):
        address = read_address(word)
        return address if isinstance(address, CommandError) else ascii_address(address.address)
    below = _BELOW if word.startswith(_BELOW) else ""
    domain = ascii_domain(word.removeprefix(below).removeprefix("@"))
    if domain is None or "." not in domain:
        return wrong(f'"{one_line(word, 60)}" is neither an address nor a domain')
    return f"{below}{domain}"


def senders_named(invocations: Iterable[Invocation]) -> list[str]:
    """Whom the commands among these that list somebody name."""
    words = [word for each in invocations if each.name in LISTED_BY for word in each.args]
    return [who for word in words if isinstance(who := read_sender(word), str)]


def move(invocation: Invocation, scene: Scene, steps: tuple[Standing, Standing, Standing]) -> Listing | CommandError:
    """Move whom the command names to the next of these three; who stands at the last one stays there."""
    word = only_word(invocation, "address or domain")
    who = word if isinstance(word, CommandError) else read_sender(word)
    if isinstance(who, CommandError):
        return who
    refused = _refusal(who, scene.directory)
    if refused is not None:
        return refused
    before = scene.standings.get(who, Standing.NEITHER)
    if before is steps[-1]:
        return wrong(f"{who} is {before} already")
    return Listing(who, before, steps[steps.index(before) + 1])


def _refusal(who: str, directory: Directory) -> CommandError | None:
    domain = who.rpartition("@")[2].removeprefix(_BELOW)
    if "@" not in who and directory.is_free_mail(domain):
        return wrong(f"anybody can have an address at {domain}; name the address")
    own = {address.rpartition("@")[2] for address in (*(box.address for box in directory.mailboxes),)}
    is_ours = directory.role_of(who) is not Role.CUSTOMER if "@" in who else domain in own | directory.staff_domains
    return wrong(f"{who} is our own") if is_ours else None
