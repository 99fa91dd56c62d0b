"""Brings a database to the present schema, whichever version wrote it, and refuses one that is newer."""

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from store.fault import StoreFault
from store.locks import daemon_runs, migration_lock

_HERE = Path(__file__).parent / "migrations"


def configuration(connection: Connection) -> Config:
    """Alembic's settings, without a file of them."""
    config = Config()
    config.set_main_option("script_location", str(_HERE / "environment").replace("%", "%%"))
    config.set_main_option("version_locations", str(_HERE).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    config.attributes["connection"] = connection
    return config


def migrate(connection: Connection, state: Path, migrating: Callable[[], None]) -> bool:
    """Apply the migrations that are missing, one process at a time; True if there were any.

    `migrating` is called when all are applied and not yet committed. Raises StoreFault: permanent for a newer database.
    """
    config = configuration(connection)
    if not _missing(config, connection):
        return False
    with migration_lock(state, connection):
        if not _missing(config, connection):
            return False
        if _version(connection) is not None and daemon_runs(state, connection):
            raise StoreFault("this database must be migrated, but an older helpdeskd is running on it", 1.0)
        with connection.begin():
            command.upgrade(config, "head")
            migrating()
    return True


def _missing(config: Config, connection: Connection) -> bool:
    scripts = ScriptDirectory.from_config(config)
    version = _version(connection)
    known = {script.revision for script in scripts.walk_revisions()}
    if version is not None and version not in known:
        raise StoreFault(
            f"this database was written by a newer helpdeskd (its schema is {version!r}, the newest known here is "
            f"{scripts.get_current_head()!r}); install that version again",
            permanent=True,
        )
    return version != scripts.get_current_head()


def _version(connection: Connection) -> str | None:
    version = MigrationContext.configure(connection).get_current_revision()
    connection.rollback()
    return version
