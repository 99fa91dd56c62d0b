"""The domain: tickets, what may happen to them and what must leave because of it. Pure, and told the time."""
