"""One spelling for each domain, so that two of them can be compared and one can be sent to."""

import unicodedata
from functools import lru_cache

MAX_DOMAIN = 253  # octets (RFC 1035 §2.3.4, without the final dot)
_LABEL_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-_")


@lru_cache(maxsize=4096)
def ascii_domain(domain: str) -> str | None:
    """The domain in lower case with A-labels (RFC 5890 §2.3.2.1), without a final dot; None where it is none.

    Two different spellings never become one: a label that only mapping would make legal (full-width letters and
    their like) is refused instead of mapped.
    """
    if len(domain) > MAX_DOMAIN:
        return None
    labels = [_ascii_label(label) for label in domain.removesuffix(".").split(".")]
    joined = ".".join(label or "" for label in labels)
    return joined if all(labels) and len(joined) <= MAX_DOMAIN else None


def ascii_address(address: str) -> str:
    """The address in lower case with its domain as A-labels; one whose domain is none stays as it is, lower-cased."""
    local, at, domain = address.strip().lower().rpartition("@")
    return f"{local}{at}{ascii_domain(domain) or domain}"


def _ascii_label(label: str) -> str | None:
    if label.isascii():
        encoded = label.lower()
    elif not label.isprintable() or len(label) > 63 or unicodedata.normalize("NFKC", label) != label:
        return None
    else:
        encoded = "xn--" + label.lower().encode("punycode").decode("ascii")
    sound = 0 < len(encoded) <= 63 and _LABEL_CHARACTERS.issuperset(encoded)
    return encoded if sound and not encoded.startswith("-") and not encoded.endswith("-") else None
