"""Fixtures that every room's tests may use: real servers, and the lanes that need them."""

pytest_plugins = [
    "tests.servers.lanes",
    "tests.servers.tls",
    "tests.servers.smtp",
]
