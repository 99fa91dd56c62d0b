"""Codes that an agent types: who brings one has read the agent's mail, and means just the mail that it was made for.

A code is a keyed hash over one agent's address, one arrival and the hour: nothing of it is kept, and it is good for a
day. Eight signs of an alphabet without vowels and without what looks alike, so that no code is ever a word.
"""

import hmac
import re
from collections.abc import Iterable
from datetime import UTC, datetime

from mail.domains import ascii_address
from mail.tokens import Key, Keys

ALPHABET = "bcdfghjkmnpqrstvwxyz23456789"
LENGTH = 8
VALID_HOURS = 24
MAX_WAITING = 200  # mails of one agent that a code is compared with
_SHAPE = re.compile(rf"[{ALPHABET}]{{{LENGTH // 2}}}-?[{ALPHABET}]{{{LENGTH // 2}}}", re.ASCII | re.IGNORECASE)
_AROUND = "*_`'\"<>()[].,:;!#"


def make_code(keys: Keys, agent: str, arrival: int, now: datetime) -> str:
    """The code for one mail that waits, as it is shown: "bcdf-ghjk". `agent` is the address it is mailed to."""
    code = _code(keys.current, agent, arrival, _hour(now))
    return f"{code[: LENGTH // 2]}-{code[LENGTH // 2 :]}"


def read_code(reply: str) -> str | None:
    """The first word of an answer, if it could be a code; phones like to make its first letter large."""
    word = next(iter(reply[:200].split()), "").strip(_AROUND)
    return word.replace("-", "").lower() if _SHAPE.fullmatch(word) else None


def find_confirmed(code: str, keys: Keys, agents: Iterable[str], waiting: Iterable[int], now: datetime) -> int | None:
    """The waiting mail (arrival) that this code confirms, None where it confirms none.

    `agents` are all addresses of the one who brings it. Takes the same time whether and whatever it matches.
    """
    found = None
    addresses = tuple(agents)
    hours = range(_hour(now) - VALID_HOURS, _hour(now) + 1)
    given = code.encode("utf-8", "surrogatepass")
    for arrival in list(waiting)[:MAX_WAITING]:
        made = (_code(key, a, arrival, h) for key in (keys.current, *keys.former) for a in addresses for h in hours)
        if any([hmac.compare_digest(each.encode(), given) for each in made]):  # noqa: C419 all of them, always
            found = arrival
    return found


def _hour(now: datetime) -> int:
    return int(now.astimezone(UTC).timestamp()) // 3600


def _code(key: Key, agent: str, arrival: int, hour: int) -> str:
    said = "\0".join(("helpdeskd code 1", ascii_address(agent), str(arrival), str(hour)))
    number = int.from_bytes(hmac.digest(key.secret, said.encode("utf-8", "surrogatepass"), "sha256")[:16])
    signs = []
    for _ in range(LENGTH):
        number, sign = divmod(number, len(ALPHABET))
        signs.append(ALPHABET[sign])
    return "".join(signs)
