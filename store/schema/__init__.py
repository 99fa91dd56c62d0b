"""All tables: the classes say what a row is, `METADATA` what a migration must arrive at."""

from store.schema import arrivals, conversations, filters, notices, outgoing, people, search
from store.schema.naming import METADATA

__all__ = ["METADATA", "arrivals", "conversations", "filters", "notices", "outgoing", "people", "search"]
