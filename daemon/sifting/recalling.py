"""What a verdict rested on beside the mail, kept with it: so that other rules can judge the mail as it came then.

Who is proven, what the store knew of the sender, what was learned and what others said of the mail changes; the mail
does not, and is read anew.
"""

import json
from dataclasses import dataclass, replace
from datetime import datetime

from pydantic import TypeAdapter, ValidationError

from filters import Evidence, Facts, Opinion
from mail.automatic import without_list
from mail.model import Mail, Proof
from tickets.directory import Directory


@dataclass(frozen=True, slots=True)
class Circumstances:
    """All of the evidence that is not the mail."""

    proof: Proof
    facts: Facts
    learned: float | None
    opinion: Opinion | None


@dataclass(frozen=True, slots=True)
class Kept:
    """A mail as it lies in the store, and in which circumstances it was judged."""

    mailbox: str
    received_at: datetime
    size: int
    circumstances: str


_WRITER = TypeAdapter(Circumstances)


def write_down(evidence: Evidence) -> str:
    """The circumstances as the store keeps them."""
    facts = replace(evidence.facts, own_domains=frozenset())  # the directory knows them
    told = Circumstances(evidence.proof, facts, evidence.learned, evidence.opinion)
    return json.dumps(
        _WRITER.dump_python(told, mode="json"), ensure_ascii=False
    )  # half a surrogate pair is the store's to mend


def recall(mail: Mail, kept: Kept, directory: Directory) -> Evidence | None:
    """The evidence as it was then; None where nothing that can be read was kept of it."""
    try:
        told = _WRITER.validate_json(kept.circumstances)
    except ValidationError:
        return None
    return Evidence(
        mail=without_list(mail, directory.own_lists),
        proof=told.proof,
        mailbox=kept.mailbox,
        received_at=kept.received_at,
        size=kept.size,
        facts=replace(told.facts, own_domains=directory.own_domains()),
        learned=told.learned,
        opinion=told.opinion,
    )
