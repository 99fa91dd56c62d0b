"""What a mail says of the conversation that it belongs to; whether that is so, others decide."""

import base64
import binascii
import re

from mail.encoded_words import decode_field
from mail.model import Mail

MAX_IDS = 50  # that one mail is looked up by: the newest, and the one that began it all
_INDEX = slice(6, 22)  # behind one reserved byte and five of time; each answer adds five bytes more
_PREFIX = re.compile(
    r"\s*(?:\[[^\[\]]{1,60}\]|(?:re|fwd?|aw|wg|sv|vs|antw|tr|rv|res|enc)(?:\[\d{1,3}\])?\s*:)", re.IGNORECASE
)


def named_ids(mail: Mail) -> tuple[str, ...]:
    """The mails that this one says it answers, newest first, at most MAX_IDS of them.

    A mail is not its own parent. Neither is a person: old programs write "Message from Ann <ann@example.com>".
    """
    ids = dict.fromkeys((*mail.in_reply_to, *reversed(mail.references)))
    ids.pop(mail.message_id or "", None)
    people = (mail.sender, *mail.reply_to, *mail.to, *mail.cc)
    addresses = {f"<{person.address}>" for person in people if person is not None}
    named = tuple(one for one in ids if one.lower() not in addresses)
    return named if len(named) <= MAX_IDS else (*named[: MAX_IDS - 1], named[-1])


def conversation_root(mail: Mail) -> str | None:
    """The GUID of the conversation in Exchange's Thread-Index, as 32 hex digits; None where there is none.

    It is a hint and no more: anybody can write one, and answers to a mail sent to many bear the same.
    """
    for value in mail.header("Thread-Index"):
        written = "".join(decode_field(value[:4096]).split())
        try:
            index = base64.b64decode(written + "=" * (-len(written) % 4), validate=True)
        except (binascii.Error, ValueError):
            continue
        if len(index) >= _INDEX.stop and any(index[_INDEX]):
            return index[_INDEX].hex()
    return None


def bare_subject(subject: str) -> str:
    """The subject without the prefixes that answering, forwarding and lists put before it, in one spelling."""
    place = 0
    while found := _PREFIX.match(subject, place):
        place = found.end()
    return " ".join(subject[place:].split()).casefold()
