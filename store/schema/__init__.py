"""All tables: the classes say what a row is, `METADATA` what a migration must arrive at."""

from store.schema import (
    arrivals,
    calls,
    conversations,
    filters,
    held,
    notices,
    outgoing,
    people,
    search,
    slack,
    surveys,
)
from store.schema.naming import METADATA

__all__ = [
    "METADATA",
    "arrivals",
    "calls",
    "conversations",
    "filters",
    "held",
    "notices",
    "outgoing",
    "people",
    "search",
    "slack",
    "surveys",
]
