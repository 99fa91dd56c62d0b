"""The lines of ours that part a notice: above the marker the agent writes, at the end the words of others are over.

Only we write such lines. Whatever others wrote is disarmed before it stands in a notice, visibly, so that nothing of
theirs can pass for a line of ours.
"""

import re

MARKER = "=== helpdeskd: write above this line ==="
END = "=== helpdeskd: here the message ends ==="
_UNSEEN = (
    "\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff"  # letters hide behind them
)
_QUOTED = re.compile(rf"^[\s>|{_UNSEEN}]+")
_FORGED = re.compile(rf"=([\s>|{_UNSEEN}]*)({f'[{_UNSEEN}]*'.join('helpdeskd')})", re.IGNORECASE)


def is_marker(line: str) -> bool:
    """Whether this line is our marker, quoted or not, however its spaces came out of the agent's program."""
    return " ".join(_QUOTED.sub("", line).split()).casefold() == MARKER


def disarm(text: str) -> str:
    """The text with nothing in it that would pass for a line of ours; in linear time, safe to apply twice."""
    return _FORGED.sub(r"= (not by) \2", text)
