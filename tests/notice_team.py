"""A team of three in one office, and what their notices say, read apart from the code that writes them."""

import email
import email.policy
from email.message import EmailMessage, Message
from html.parser import HTMLParser
from pathlib import Path

from store.engine import Store
from tests.office import CONFIG, Office, open_office

ANNA, BEN, MIA = "anna@acme-team.example", "ben@acme-team.example", "mia@acme-team.example"
STAFF = CONFIG[CONFIG.index("[staff]") :]
AGENTS = f"""
[[agents]]
name = "Anna"
addresses = ["{ANNA}", "anna@home.example"]
[[agents]]
name = "Bén"
addresses = ["{BEN}"]
[[agents]]
name = "Mia"
addresses = ["{MIA}"]
notices = "mine"
"""
HEAD = CONFIG[: CONFIG.index("[[agents]]")]
FACTS = 'plan = "Gold"\nce = "carol@acme-team.example"\nfacts = {{ version = "7.2" }}\n'


def open_team(store: Store, folder: Path, agents: str = AGENTS, more: str = "") -> Office:
    """An office with these agents; `more` are further tables."""
    return open_office(store, folder, more, HEAD + agents + STAFF + FACTS)


def one(mails: list[Message], to: str) -> EmailMessage:
    """The only notice to this agent."""
    [found] = [mail for mail in mails if to in mail["To"]]
    return again(found)


def again(mail: Message) -> EmailMessage:
    """The mail as a modern program reads it."""
    found = email.message_from_bytes(mail.as_bytes(), policy=email.policy.default)
    assert isinstance(found, EmailMessage)
    return found


def text_of(mail: EmailMessage) -> str:
    """The plain text."""
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def words_of(mail: EmailMessage) -> str:
    """The plain text on one line."""
    return " ".join(text_of(mail).split())


class Page(HTMLParser):
    """What is in the HTML part: its words, and where its links lead."""

    def __init__(self, mail: EmailMessage) -> None:
        super().__init__()
        self.links: dict[str, str] = {}
        self.tags: set[str] = set()
        self.text = ""
        self.target: str | None = None
        part = mail.get_body(("html",))
        assert part is not None
        self.feed(str(part.get_content()).partition("<body")[2].partition(">")[2])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.text += "\n" if tag in {"p", "br", "li"} else ""
        self.target = dict(attrs).get("href") if tag == "a" else self.target

    def handle_endtag(self, tag: str) -> None:
        self.target = None if tag == "a" else self.target

    def handle_data(self, data: str) -> None:
        self.text += data
        if self.target is not None:
            self.links[data] = self.target
