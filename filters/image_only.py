"""HTML that shows pictures and says next to nothing."""

from collections.abc import Iterator

from filters import Evidence, Hit, Kind, filter_rule
from filters.seeing.markup import read_page

_WORDS = 15


@filter_rule("content", Kind("IMAGE_ONLY", 2.0, "it says nothing but by pictures that are links or are fetched"))
def image_only(evidence: Evidence) -> Iterator[Hit]:
    """Pictures that are fetched or lead somewhere, hardly a word. A screenshot that was pasted is none of these."""
    mail = evidence.mail
    if not mail.html or len(mail.text) > _WORDS * 40:
        return
    page = read_page(mail.html)
    linked = sum(link.has_picture for link in page.links)
    if (page.far_pictures or linked) and page.words < _WORDS:
        yield Hit("IMAGE_ONLY", f"it has {page.words} words, and pictures that are links or are fetched from elsewhere")
