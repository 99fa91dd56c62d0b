"""What stands in a thread, as Block Kit: pure functions of values, within Slack's limits.

Fifty blocks, 3000 characters in a section, 150 in a header, ten elements in a context
(https://api.slack.com/reference/block-kit/blocks).
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from daemon.slack.wording import clean_line, escape, mention, plain
from tickets.model import Status, Ticket

SECTION = 2900
HEADER = 150
FACTS = 10
MENTIONS = 20
HOW = (
    "Answer in this thread: it becomes an internal note, which the customer never sees. "
    "Agents act by the first word of an answer: `take`, `hold REFERENCE`, `close RESOLUTION`."
)
_NEXT = {
    Status.NEW: "New: nobody has it yet",
    Status.OPEN: "Open: the next step is ours",
    Status.PENDING: "Pending: the next step is the customer's",
    Status.ON_HOLD: "On hold: engineering has it",
    Status.CLOSED: "Closed",
}
Args = dict[str, object]


@dataclass(frozen=True, slots=True)
class Call:
    """Who is called, and why."""

    members: tuple[str, ...]  # by their member ids
    names: tuple[str, ...]  # of those who are not on Slack
    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class Card:
    """What the first message of a thread says beside the state of its ticket."""

    number: int
    call: Call
    requester: str
    said: str  # what the customer wrote last
    account: str
    facts: tuple[str, ...]

    def encode(self) -> str:
        """As JSON, to be kept."""
        return json.dumps(asdict(self))


@dataclass(frozen=True, slots=True)
class State:
    """What of a ticket moves."""

    status: Status
    subject: str
    owner: str
    reference: str

    def encode(self) -> str:
        """As one text, to be compared."""
        return json.dumps(asdict(self))


def decode(kept: str) -> Card:
    """A card that was kept."""
    given = json.loads(kept)
    call = given["call"]
    called = Call(tuple(call["members"]), tuple(call["names"]), call["reason"], call["text"])
    return Card(given["number"], called, given["requester"], given["said"], given["account"], tuple(given["facts"]))


def state_of(ticket: Ticket, owner: str) -> State:
    """What of this ticket the first messages of its threads show."""
    return State(ticket.status, ticket.subject, owner, ticket.reference or "")


def first_message(card: Card, state: State) -> Args:
    """The first message of a thread: who is called and why, the ticket as it is now, and how to answer."""
    about = f"#{card.number} {state.subject}"
    blocks: list[Args] = [
        _mrkdwn(f"{_called(card.call)}{escape(card.call.reason, 300)}"),
        {"type": "header", "text": plain(clean_line(about, HEADER), HEADER)},
        _section(_tell_state(card, state)),
        *([_section(card.call.text)] if card.call.text.strip() else []),
        *([_section(f"{card.requester or 'The customer'} wrote last:\n{card.said}")] if card.said.strip() else []),
        *_tell_facts(card),
        {"type": "context", "elements": [{"type": "mrkdwn", "text": HOW}]},
    ]
    why = "" if card.call.members or card.call.names else f": {escape(card.call.reason, 100)}"
    return _args(f"{_called(card.call)}{escape(about, 200)}{why}", blocks)


def follow_up(number: int, call: Call) -> Args:
    """Another call in a thread that there is already."""
    words = f"{_called(call)}{escape(call.reason, 300)}"
    return _args(f"{words} (#{number})", [_mrkdwn(words), *([_section(call.text)] if call.text.strip() else [])])


def words(text: str) -> Args:
    """Plain words in a thread."""
    return _args(escape(text, 200), [_section(text)])


def _called(call: Call) -> str:
    """Mentions and names, with a blank behind them; nothing where nobody in particular is called."""
    told = [*map(mention, call.members[:MENTIONS]), *(escape(name, 80) for name in call.names[:MENTIONS])]
    return f"{' '.join(told)} " if told else ""


def _tell_state(card: Card, state: State) -> str:
    reference = f" ({state.reference})" if state.reference else ""
    lines = [
        f"{_NEXT[state.status]}{reference}",
        f"Owner: {state.owner or 'nobody'}",
        *([f"Customer: {clean_line(card.requester, 200)}"] if card.requester else []),
        *([f"Account: {clean_line(card.account, 100)}"] if card.account else []),
    ]
    return "\n".join(lines)


def _tell_facts(card: Card) -> Iterable[Args]:
    if card.facts:
        yield {"type": "context", "elements": [plain(clean_line(each, 150), 150) for each in card.facts[:FACTS]]}


def _section(text: str) -> Args:
    return {"type": "section", "text": plain(text, SECTION)}


def _mrkdwn(text: str) -> Args:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text or "-", "verbatim": True}}


def _args(text: str, blocks: list[Args]) -> Args:
    """`text` is what notifications show; nothing in it is made a link or a mention by itself."""
    fixed = {"parse": "none", "link_names": False, "unfurl_links": False, "unfurl_media": False}
    return {"text": text, "blocks": blocks, **fixed}
