"""Foreign words on Slack: shown so that nothing in them is a mention, a link or markup; read as a person reads them.

Slack's mrkdwn takes three characters for its own, `&`, `<` and `>`; whatever is in angle brackets is a link or a
mention (https://api.slack.com/reference/surfaces/formatting).
"""

import html
import re

from templates.wording import UNSEEN

_MARKUP = re.compile(r"[*_~`@#|\\]")
_ANGLE = re.compile(r"<([^<>\n]*)>")
_MEMBER = re.compile(r"[UW][A-Z0-9]{1,19}")
_BREAK = "\u200b"  # has no width, and ends what would be taken for markup


def clean(text: str, limit: int) -> str:
    """Lines without control characters and direction overrides, of at most `limit` characters in all."""
    lines = (UNSEEN.sub("", line.replace("\t", " ")) for line in text[: limit * 4].splitlines())
    shown = "\n".join(lines).strip()
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"


def clean_line(text: str, limit: int) -> str:
    """As `clean`, on one line."""
    return clean(" ".join(text[: limit * 4].split()), limit)


def plain(text: str, limit: int) -> dict[str, object]:
    """Text as Slack shows it letter by letter: nothing in it is a mention, a link or markup; never empty."""
    return {"type": "plain_text", "text": clean(text, limit) or "-", "emoji": False}


def escape(text: str, limit: int) -> str:
    """One line of text for mrkdwn, where it is no more than text."""
    safe = _MARKUP.sub(lambda found: found[0] + _BREAK, clean_line(text, limit))
    return safe.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def mention(member: str) -> str:
    """A mention of a member, who is told of it. Raises ValueError for what is no member id."""
    if not _MEMBER.fullmatch(member):
        raise ValueError("this is no member id")
    return f"<@{member}>"


def read(text: str) -> str:
    """What a person wrote, without Slack's markup: links as their addresses, mentions as @ and the id or name."""
    return html.unescape(_ANGLE.sub(_spell, text.replace("\0", ""))).strip()


def _spell(found: re.Match[str]) -> str:
    target, _, label = found[1].partition("|")
    if target.startswith(("@", "#", "!")):
        return f"{target[0].replace('!', '@')}{label.lstrip('@#') or target[1:]}"
    target = target.removeprefix("mailto:")
    return target if not label or label == target or target.endswith(f"://{label}") else f"{label} ({target})"
