from __future__ import annotations

import pytest

from vendors.catalog_files import Catalog, read_catalog


@pytest.fixture(scope="session")
def shipped_catalog() -> Catalog:
    """The shipped catalog, read once: checking its files takes seconds."""
    return read_catalog()
