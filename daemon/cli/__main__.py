"""`python -m daemon.cli` is `helpdeskd`."""

import sys

from daemon.cli import main

sys.exit(main())
