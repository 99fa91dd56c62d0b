"""A display name that pretends to be another sender: mail programs show it in place of the address."""

import re
from collections.abc import Iterator

from filters import Evidence, Hit, Kind, filter_rule
from filters.seeing.hosts import owner_of
from filters.seeing.letters import as_read
from mail.domains import ascii_domain
from mail.names import one_line

_ADDRESS = re.compile(r"[\w.+-]{1,64}@([\w-]{1,63}(?:\.[\w-]{1,63}){1,8})")
_OFFICES = re.compile(r"(?i)\b(?:support|help ?desk|service|admin|administrator|security|team|billing|it|mail)\b")
_SHORTEST = 4  # letters of a name of ours; shorter ones are words


@filter_rule(
    "sender",
    Kind("NAME_IS_OTHER_ADDRESS", 1.2, "the display name shows the address of another domain"),
    Kind("NAME_IS_OURS", 2.0, "the display name shows us, from an address elsewhere"),
)
def display_name(evidence: Evidence) -> Iterator[Hit]:
    """An address at another domain, or our own name, in the name of an unproven sender."""
    sender, own = evidence.mail.sender, evidence.facts.own_domains
    if sender is None or not sender.name or ascii_domain(sender.domain) in own:
        return
    found = _ADDRESS.search(sender.name[:300])
    other = found[1].lower() if found and owner_of(found[1].lower()) != owner_of(sender.domain) else ""
    shown = f'the name "{one_line(as_read(sender.name), 80)}" stands before {sender.address}'
    if other in own or _bears(sender.name, own):
        yield Hit("NAME_IS_OURS", shown)
    elif other and not evidence.mail.rewritten:
        yield Hit("NAME_IS_OTHER_ADDRESS", shown)


def _bears(name: str, own: frozenset[str]) -> bool:
    """The name is ours beside an office ("Acme Support"), or a domain of ours."""
    words = name.lower()[:300]
    for domain in own:
        label = owner_of(domain).partition(".")[0]
        if domain in words or (len(label) >= _SHORTEST and label in words.split() and _OFFICES.search(words)):
            return True
    return False
