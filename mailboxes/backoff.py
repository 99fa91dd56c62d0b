"""How long to leave a server alone after failures."""

FIRST_SECONDS = 2.0
LONGEST_SECONDS = 300.0


def delay(failures: int, jitter: float) -> float:
    """Seconds until the next attempt after so many failures in a row.

    It doubles each time up to five minutes; `jitter` (0 to 1) makes a quarter less to a quarter more of it, so that
    many mailboxes of one server do not come back in the same instant.
    """
    if failures <= 0:
        return 0.0
    grown = min(LONGEST_SECONDS, FIRST_SECONDS * 2.0 ** min(failures - 1, 20))
    return grown * (0.75 + 0.5 * min(max(jitter, 0.0), 1.0))
