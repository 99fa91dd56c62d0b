"""What Slack answered, and what that means for a post: sent, again later, or never."""

import json
from typing import Any

from slack_sdk.errors import SlackApiError

from channels import Receipt, Refused, Retry

MOST_DETAIL = 200
# Errors that pass by themselves; every other one wants a person (https://api.slack.com/methods/chat.postMessage).
PASSING = frozenset(
    {
        "ratelimited",
        "rate_limited",
        "message_limit_exceeded",
        "request_timeout",
        "service_unavailable",
        "internal_error",
        "fatal_error",
        "team_added_to_org",
        "rollup_error",
    }
)
# Of these Slack says that what was asked may have been done all the same.
UNSURE = frozenset({"internal_error", "fatal_error", "request_timeout"})


def read_error(fault: SlackApiError) -> tuple[int, str]:
    """The HTTP status and Slack's word for what is wrong, which is empty where it said none."""
    answer: Any = fault.response
    status: Any = getattr(answer, "status_code", None) or getattr(answer, "status", None) or 0
    data = getattr(answer, "data", None)
    word = data.get("error", "") if isinstance(data, dict) else ""
    return int(status), str(word)[:MOST_DETAIL]


def seconds_asked(fault: SlackApiError) -> float | None:
    """For how long Slack asks to be left alone (Retry-After, RFC 9110 §10.2.3)."""
    headers: Any = getattr(fault.response, "headers", None) or {}
    said = str(headers.get("Retry-After", "")).strip()
    return float(said) if said.isascii() and said.isdigit() and len(said) <= 6 else None


def judge(fault: SlackApiError) -> Receipt:
    """What becomes of a post that Slack did not take."""
    status, word = read_error(fault)
    if status == 429 or word in {"ratelimited", "rate_limited"}:
        return Retry("Slack asks us to slow down", seconds_asked(fault))
    if status >= 500 or (status == 200 and not word):
        return Retry(f"Slack answers with status {status}", is_unknown=True)
    if word in PASSING:
        return Retry(f"Slack says {word}", is_unknown=word in UNSURE)
    return Refused(f"Slack says {word or f'status {status}'}")


def read_post(payload: bytes) -> tuple[str, dict[str, Any]] | None:
    """The method of a post and what it is called with; None where these bytes are no post of ours."""
    try:
        post = json.loads(payload)
    except ValueError:
        return None
    if not isinstance(post, dict) or not isinstance(post.get("args"), dict):
        return None
    return str(post.get("method")), post["args"]
