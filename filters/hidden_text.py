"""Words in HTML that nobody sees: for filters, not for people."""

from collections.abc import Iterator

from filters import Evidence, Hit, Kind, filter_rule
from filters.seeing.markup import read_page
from filters.seeing.visible_text import HIDDEN


@filter_rule("content", Kind("HIDDEN_TEXT", 2.5, "its HTML hides many words"))
def hidden_text(evidence: Evidence) -> Iterator[Hit]:
    """Words of no size, of the colour behind them, or not displayed."""
    page = read_page(evidence.mail.html or "")
    if page.hidden >= HIDDEN:
        yield Hit("HIDDEN_TEXT", f"its HTML hides {page.hidden} words, and shows {page.words}")
