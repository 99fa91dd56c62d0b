"""Run the daemon: read the mailboxes, make tickets, acknowledge.

Ends on SIGTERM or Ctrl-C within ten seconds, with nothing half done. SIGHUP reads the filters' rules anew; where they
are broken, the old ones go on. A second daemon on the same store waits until the first one ends.
"""

import argparse
import asyncio

from daemon import config, failpoints, filter_rules, logs, service


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How much is said."""
    parser.add_argument("--debug", action="store_true", help="log what is only of interest when looking for a fault")


def run(args: argparse.Namespace) -> int:
    """0 when told to end. Raises ConfigFaults, StoreFault and OSError, which the command line puts into words."""
    settings = config.load(args.config, reads_secrets=True)
    filter_rules.load(settings)  # where they are broken the store is not even opened
    logs.set_up(debug=args.debug)
    failpoints.arm()
    return asyncio.run(service.run(settings))
