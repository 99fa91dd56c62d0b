"""For developers: `python -m store.revise "what changes"` writes the next migration, from what the schema has more."""

import re
import sys
import tempfile
from pathlib import Path

from alembic import command

from store.address import make_engines, read_url
from store.migrate import configuration


def revise(what: str, folder: Path) -> None:
    """Write `<nnn>_<what>.py` into `folder`: what a database at the newest migration lacks. Read it before use."""
    newest = max((int(file.name[:3]) for file in folder.glob("[0-9][0-9][0-9]_*.py")), default=0)
    name = f"{newest + 1:03}_{re.sub(r'[^a-z0-9]+', '_', what.lower()).strip('_')}"
    with tempfile.TemporaryDirectory() as scratch:
        engines = make_engines(read_url(f"sqlite:///{scratch}/scratch.sqlite"))
        try:
            with engines.writing.connect() as connection:
                config = configuration(connection)
                config.set_main_option("file_template", name)
                config.set_main_option("version_locations", str(folder).replace("%", "%%"))
                if newest:
                    command.upgrade(config, "head")
                command.revision(config, what, autogenerate=True, rev_id=name[:3])
        finally:
            engines.dispose()


if __name__ == "__main__":
    revise(sys.argv[1], Path(__file__).parent / "migrations")
