"""What two copies of one mail share, whatever way they came."""

from hashlib import sha256

from mail.headers import Block

_SHARED = ("from", "subject", "date", "message-id", "content-type")  # fields that no relay adds or rewrites on its way


def fingerprint(block: Block, raw: bytes) -> str:
    """The sha256 of the shared fields and the body; line ends and folding do not count, trace fields stand outside."""
    digest = sha256()
    for name in _SHARED:
        for field, value in block.fields:
            if field.lower() == name:
                digest.update(f"{name}:{' '.join(value.split())}\n".encode("utf-8", "replace"))
    digest.update(b"\n")
    digest.update(raw[block.body :].replace(b"\r\n", b"\n").rstrip(b"\n"))
    return digest.hexdigest()
