"""Fixtures that every room's tests may use: real servers, and the lanes that need them."""

pytest_plugins = [
    "tests.servers.lanes",
    "tests.servers.tls",
    "tests.servers.dovecot",
    "tests.servers.poor_imap",
    "tests.servers.scripted_imap",
    "tests.servers.nameserver",
    "tests.servers.rspamd",
    "tests.servers.smtp",
    "tests.servers.house",
    "tests.servers.slack_server",
    "tests.servers.postgres",
    "tests.servers.stores",
]
