"""Slack: who is called there, what stands in threads, and what comes back from them."""
