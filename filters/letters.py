"""Which letters a text is made of, asked fast: most texts need no further look."""


def is_western(text: str) -> bool:
    """All of it lies in Latin-1: no other script, nothing unseen but the soft hyphen."""
    if text.isascii():
        return True
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:
        return False
    return True
