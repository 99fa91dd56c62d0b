"""Pages and webhooks. None is here yet."""
