"""Text that nobody would read to its end, or that stands far below what is meant to be read."""

import re
from collections.abc import Iterator

from filters import Evidence, Hit, Kind, filter_rule

_HUGE = 100_000  # characters
_SAMPLE = 20_000
_ENDS = re.compile(r"[.!?:;,\n]")
_WORDS_A_STOP = 60  # in what people write there are far fewer; what machines write has digits
_GAP = re.compile(r"\n[ \t\r\xa0]{0,80}" * 30)
_BELOW = 40  # words


@filter_rule(
    "content",
    Kind("HUGE_TEXT", 2.0, "a hundred thousand characters of words with hardly a full stop"),
    Kind("TEXT_BELOW_GAP", 1.0, "many words stand below thirty empty lines"),
)
def buried_text(evidence: Evidence) -> Iterator[Hit]:
    """Words without end, and words far below the others."""
    text = evidence.mail.text
    if len(text) >= _HUGE and _is_without_end(text[-_SAMPLE:]):
        yield Hit("HUGE_TEXT", f"{len(text)} characters of words with hardly a full stop")
    gap = _GAP.search(text[:_HUGE])
    if gap is not None and text[: gap.start()].strip() and len(text[gap.end() : _HUGE].split(None, _BELOW)) > _BELOW:
        yield Hit("TEXT_BELOW_GAP", "many words stand below thirty empty lines")


def _is_without_end(sample: str) -> bool:
    letters = sum(map(str.isalpha, sample)) + sample.count(" ")
    return letters > 0.97 * len(sample) and len(sample.split()) > _WORDS_A_STOP * (len(_ENDS.findall(sample)) + 1)
