"""A subject that shouts."""

from collections.abc import Iterator

from filters import Evidence, Hit, Kind, filter_rule
from filters.seeing.letters import as_read

_LETTERS = 10  # with fewer, capitals may be a name
_SHARE = 0.9


@filter_rule(
    "header",
    Kind("SUBJECT_IN_CAPITALS", 0.7, "the subject is written in capitals"),
    Kind("SUBJECT_EXCLAIMS", 0.5, "the subject has several exclamation marks, or one beside capitals"),
)
def shouting_subject(evidence: Evidence) -> Iterator[Hit]:
    """Capitals and exclamation marks; capitals of scripts that have both."""
    subject = evidence.mail.subject
    capitals, small = sum(map(str.isupper, subject)), sum(map(str.islower, subject))
    shouts = capitals + small >= _LETTERS and capitals >= _SHARE * (capitals + small) and " " in subject.strip()
    if shouts:
        yield Hit("SUBJECT_IN_CAPITALS", f'the subject is in capitals: "{as_read(subject[:80])}"')
    exclaims = subject.count("!") + subject.count("\uff01")
    if exclaims > 1 or (exclaims and shouts):
        yield Hit("SUBJECT_EXCLAIMS", f"the subject has {exclaims} exclamation marks")
