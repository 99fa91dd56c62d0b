"""A store for a test: whoever takes `store_url` or `store` is run once on SQLite and once on PostgreSQL."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from store.engine import Session, Store, open_store

T = TypeVar("T")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'store.sqlite'}"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """The folder for locks and numbers; it does not exist yet."""
    return tmp_path / "state"


@pytest.fixture
def store(store_url: str, state: Path) -> Iterator[Store]:
    """An open store without anything in it."""
    opened = open_store(store_url, state)
    yield opened
    assert opened.close(30.0)


@pytest.fixture
def do(store: Store) -> Callable[[Callable[[Session], T]], T]:
    """Write something and wait until it is committed."""

    def write(work: Callable[[Session], T]) -> T:
        return store.write(work).result()

    return write
