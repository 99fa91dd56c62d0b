"""Links that open a mail with its header filled in (RFC 6068)."""

from urllib.parse import quote


def mailto(address: str, *, subject: str, in_reply_to: str | None = None) -> str:
    """A `mailto:` URI of unreserved characters, percent-encoded ones and `@ ? & =` alone, whatever the values hold.

    `in_reply_to` (with angle brackets) is taken over by some programs, ignored by others (RFC 6068 §4).
    """
    fields = {"subject": subject} | ({"in-reply-to": in_reply_to} if in_reply_to else {})
    query = "&".join(f"{name}={_encode(value)}" for name, value in fields.items())
    return f"mailto:{quote(address, safe='@', errors='replace')}?{query}"


def _encode(value: str) -> str:
    """Spaces as %20 (RFC 6068 §5), characters as their UTF-8 octets; a lone surrogate becomes a question mark."""
    return quote(value, safe="", errors="replace")
