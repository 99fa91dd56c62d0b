"""Long base64 bodies are kept from the library, which reads every line of them: cut out before, put back behind.

It is a change of the text alone, whatever the structure: what was cut out where a library then finds no part with
base64, comes back there all the same.
"""

import re
from email.message import Message

_LEAST = 4096  # bytes of a body that is cut out
_PEEKED = 200  # bytes of it that are looked at before all of it is
_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=\r\n"
_NAME = "//cut//out//here//"  # letters of base64, and no line of a header
_MARK = re.compile(_NAME + r"(\d{8})")


def take_out(raw: bytes) -> tuple[bytes, tuple[bytes, ...]]:
    """The mail with a mark for each long body of nothing but base64, and these bodies; in linear time."""
    if len(raw) < _LEAST or _NAME.encode() in raw:
        return raw, ()
    kept: list[bytes] = []
    runs: list[bytes] = []
    place = start = 0
    while start < len(raw):
        end = raw.find(b"\n--", start)  # every boundary begins so, and no line of base64
        end = len(raw) if end < 0 else end
        body, stop = _find_body(raw, start, end)
        if stop - body >= _LEAST and _is_base64(raw[body:stop]):
            kept += [raw[place:body], b"%b%08d" % (_NAME.encode(), len(runs))]
            runs.append(raw[body:stop])
            place = stop
        start = end + 1
    return b"".join([*kept, raw[place:]]), tuple(runs)


def put_back(root: Message, runs: tuple[bytes, ...]) -> None:
    """Put what was cut out of a mail back into its tree."""
    waiting = [root] if runs else []
    while waiting:
        message = waiting.pop()
        payload = vars(message)["_payload"]
        if isinstance(payload, list):
            waiting += [one for one in payload if isinstance(one, Message)]
        elif isinstance(payload, str):
            message.set_payload(_fill(payload, runs) or "")
        message.preamble, message.epilogue = (_fill(text, runs) for text in (message.preamble, message.epilogue))


def _find_body(raw: bytes, start: int, end: int) -> tuple[int, int]:
    """What stands behind the last empty line between two places, without the line ends behind it."""
    while end > start and raw[end - 1] in b"\r\n":
        end -= 1
    if end - start < _LEAST:
        return end, end
    gap = max(raw.rfind(b"\n\n", start, end) + 2, raw.rfind(b"\n\r\n", start, end) + 3)
    return (gap, end) if gap > 3 else (end, end)


def _is_base64(body: bytes) -> bool:
    return not body[:_PEEKED].translate(None, _LETTERS) and not body.translate(None, _LETTERS)


def _fill(text: str | None, runs: tuple[bytes, ...]) -> str | None:
    if text is None or _NAME not in text:
        return text
    return _MARK.sub(lambda mark: runs[int(mark[1])].decode("ascii"), text)
