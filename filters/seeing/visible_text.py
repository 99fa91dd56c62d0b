"""The text that a person sees: nothing that HTML hides, in plain letters."""

from filters.seeing.letters import as_read
from filters.seeing.markup import read_page
from mail.model import Mail

HIDDEN = 25  # words; a newsletter hides the line that lists of mails show


def read_visible(mail: Mail, limit: int) -> str:
    """The beginning of what is seen. A few hidden words are left in: then the text tells where links lead, too."""
    if mail.html and (page := read_page(mail.html)).hidden >= HIDDEN:
        return as_read(page.shown[:limit])
    return as_read(mail.text[:limit])
