"""All tables: the classes say what a row is, `METADATA` what a migration must arrive at."""

from store.schema import arrivals, calls, conversations, notices, outgoing, people, search, slack
from store.schema.naming import METADATA

__all__ = ["METADATA", "arrivals", "calls", "conversations", "notices", "outgoing", "people", "search", "slack"]
