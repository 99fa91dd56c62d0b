"""Header fields that every mail program writes (RFC 5322 §3.6)."""

from collections.abc import Iterator

from filters import Evidence, Hit, Kind, filter_rule

_NO_SENDER = "no sender in From"  # as mail.parse says it


@filter_rule(
    "header",
    Kind("NO_DATE", 0.8, "no Date that can be read"),
    Kind("NO_MESSAGE_ID", 0.6, "no Message-ID that can be read"),
    Kind("NO_RECIPIENT", 0.3, "neither To nor Cc names anybody"),
    Kind("NO_SENDER", 1.2, "From names nobody"),
    Kind("MANY_FROM", 1.5, "several From, of which each reader shows another"),
    Kind("BROKEN_HEADER", 0.7, "readers disagree on where its header fields end"),
)
def basic_headers(evidence: Evidence) -> Iterator[Hit]:
    """What is missing, there twice, or broken."""
    mail = evidence.mail
    if mail.date is None:
        yield Hit("NO_DATE", "it has no Date that can be read")
    if mail.message_id is None:
        yield Hit("NO_MESSAGE_ID", "it has no Message-ID that can be read")
    if not mail.to and not mail.cc:
        yield Hit("NO_RECIPIENT", "neither To nor Cc names anybody")
    if _NO_SENDER in mail.defects:
        yield Hit("NO_SENDER", "From names nobody")
    if len(mail.header("From")) > 1:
        yield Hit("MANY_FROM", "it has more than one From, of which each reader shows another")
    if mail.bare_control:
        yield Hit("BROKEN_HEADER", "readers disagree on where its header fields end")
