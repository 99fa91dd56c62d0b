"""What Slack tells of: answers in threads, and channels that are not what they were; all else is nothing to us.

The same JSON comes over the socket and by requests (https://api.slack.com/apis/events-api#event_type_structure).
"""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

_TS = re.compile(r"[0-9]{1,12}\.[0-9]{6}", re.ASCII)
_ID = re.compile(r"[A-Z0-9]{2,30}", re.ASCII)
_WRITTEN = frozenset({None, "thread_broadcast", "file_share"})  # subtypes of what a person writes anew
_CHANGES = frozenset(
    {
        "channel_shared",
        "channel_unshared",
        "channel_archive",
        "channel_unarchive",
        "channel_left",
        "group_archive",
        "group_unarchive",
        "group_left",
        "shared_channel_invite_received",
        "shared_channel_invite_accepted",
        "shared_channel_invite_approved",
    }
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody wrote in a thread; `ts` names it, `thread` the first message."""

    event: str
    channel: str
    thread: str
    ts: str
    user: str
    text: str  # with Slack's markup
    files: tuple[str, ...]

    @property
    def written_at(self) -> datetime:
        """When Slack took it."""
        return datetime.fromtimestamp(float(self.ts), UTC)

    @property
    def numbers(self) -> tuple[int, int]:
        """Channel and message as numbers, the same for the same message however often it is told."""
        return int(self.channel[-12:], 36), int(self.ts.replace(".", ""))


@dataclass(frozen=True, slots=True)
class ChannelChanged:
    """A channel may be shared, archived or left now."""


def read(raw: bytes) -> Answer | ChannelChanged | None:
    """What is told; None for what is nothing to us: edits, deletions, bots, our own posts, words outside of threads."""
    try:
        told = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    event = told.get("event") if isinstance(told, dict) and told.get("type") == "event_callback" else None
    if not isinstance(event, dict):
        return None
    if event.get("type") in _CHANGES:
        return ChannelChanged()
    return _answer(str(told.get("event_id", "")), event) if event.get("type") == "message" else None


def _answer(event_id: str, event: dict[str, Any]) -> Answer | None:
    names = tuple(str(event.get(key, "")) for key in ("channel", "thread_ts", "ts", "user"))
    channel, thread, ts, user = names
    by_person = not any(event.get(key) for key in ("bot_id", "bot_profile", "hidden", "edited"))
    sound = _ID.fullmatch(channel) and _ID.fullmatch(user) and _TS.fullmatch(thread) and _TS.fullmatch(ts)
    if event.get("subtype") not in _WRITTEN or not by_person or not sound or thread == ts or not event_id:
        return None
    files = event.get("files")
    told = [each for each in files if isinstance(each, dict)] if isinstance(files, list) else []
    names = tuple(str(each.get("name") or "a file")[:200] for each in told[:20])
    return Answer(event_id, channel, thread, ts, user, str(event.get("text") or ""), names)
