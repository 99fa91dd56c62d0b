"""Mails per second and CPU seconds from Dovecot to an acknowledged ticket, beside what its parts cost alone.

Run it as `make bench`; docs/bench.md says how to read it.
"""

import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    from bench.report import main

    sys.exit(main())
