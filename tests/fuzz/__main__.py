"""Damaged mail by the thousand: `make fuzz` reads mutants of real mail and tells which brought the reader down.

Run it as `make fuzz`; docs/bench.md says how to read it.
"""

import sys

from tests.fuzz.report import main

if __name__ == "__main__":
    sys.exit(main())
