"""Plain text wrapped so that only a mail program reads it."""

from collections.abc import Iterator

from filters import Evidence, Hit, Kind, filter_rule


@filter_rule("content", Kind("NEEDLESS_BASE64", 0.7, "plain ASCII text is wrapped in base64"))
def needless_base64(evidence: Evidence) -> Iterator[Hit]:
    """A mail of one part of text that needs no base64, and declares no charset that would."""
    mail = evidence.mail
    encodings = mail.header("Content-Transfer-Encoding")[:1]
    if [encoding.strip().lower() for encoding in encodings] != ["base64"] or not mail.text.isascii() or not mail.text:
        return
    kind = "".join(mail.header("Content-Type")[:1]).lower() or "text/plain"
    if kind.startswith("text/") and ("charset" not in kind or "ascii" in kind or "8859-1" in kind):
        yield Hit("NEEDLESS_BASE64", "its plain ASCII text is wrapped in base64")
