"""What holds for every test: the same examples, words in both languages, and a choice of tests to run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from hypothesis import settings

from inventory.translations import compile_all
from tests.distribution import group, turn
from vendors.catalog_files import Catalog, read_catalog
from vendors.load import store_catalog

settings.register_profile("penumbra", derandomize=True, deadline=None)
settings.load_profile("penumbra")

#: Folders of tests whose processes open the database themselves.
_WITH_PROCESSES = ("tests/end_to_end/", "tests/browser/")
_DATABASE_FIXTURES = {"db", "transactional_db", "live_server", "django_db_setup"}


@pytest.fixture(scope="session")
def shipped_catalog() -> Catalog:
    """The shipped catalog, read once: checking its files takes seconds."""
    return read_catalog()


@pytest.fixture(scope="module")
def stored_catalog(
    django_db_setup: None, django_db_blocker: Any, shipped_catalog: Catalog
) -> Iterator[Catalog]:
    """The shipped catalog in the database, stored once for all tests of a file, which takes seconds too."""
    with django_db_blocker.unblock():
        store_catalog(shipped_catalog)
    yield shipped_catalog
    with django_db_blocker.unblock():
        call_command("flush", interactive=False, verbosity=0)


def pytest_configure(config: pytest.Config) -> None:
    compile_all()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--only-database",
        action="store_true",
        help="leave out tests that touch no database, so that the rest can be run on another one",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: turn(item.nodeid))
    if not config.getoption("--only-database"):
        return
    left_out = [item for item in items if not _touches_database(item)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if _touches_database(item)]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """How ``--dist loadfile`` shares the tests out."""
    if config.getoption("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling

    class InGroups(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return group(nodeid)

    return InGroups(config, log)


def _touches_database(item: pytest.Item) -> bool:
    if item.get_closest_marker("once"):
        return False
    if item.nodeid.startswith(_WITH_PROCESSES) or item.get_closest_marker("django_db"):
        return True
    # As pytest-django does for unittest classes: every TestCase but SimpleTestCase has databases.
    if getattr(getattr(item, "cls", None), "databases", None):
        return True
    return bool(_DATABASE_FIXTURES & set(getattr(item, "fixturenames", ())))
