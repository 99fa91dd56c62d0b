"""text/enriched (RFC 1896) and its forerunner text/richtext made plain text."""

import re

_TOKEN = re.compile(r"<<|<(/?)([A-Za-z0-9-]{1,60})>|\n+|[^<\n]+|<")
_BREAKS = {"nl", "np", "paragraph"}  # of text/richtext


def read_enriched(text: str, *, is_richtext: bool) -> str:
    """The words without commands; lone line breaks are blanks, others one less than written (RFC 1896 §3)."""
    out: list[str] = []
    inside = 0  # of parameters, which are not shown
    for token in _TOKEN.finditer(text.replace("<lt>", "<<") if is_richtext else text):
        piece = token[0]
        if token[2]:
            name = token[2].lower()
            if name in {"param", "comment"}:
                inside = max(inside + (-1 if token[1] else 1), 0)
            elif is_richtext and name in _BREAKS and (name != "paragraph" or token[1]):
                out.append("\n")
        elif not inside:
            out.append(_show(piece, is_richtext=is_richtext))
    return "".join(out).strip()


def _show(piece: str, *, is_richtext: bool) -> str:
    if piece.startswith("\n"):
        return " " if is_richtext or len(piece) == 1 else "\n" * (len(piece) - 1)
    return "<" if piece == "<<" else piece
