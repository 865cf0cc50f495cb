"""Benchmarks in this process and the test's database: quick enough to run with every change."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import transaction

from bench import bulk_path, card_scan, catalog_change, inventory_page, okta_lines, recognition, sealing
from bench.child import peak_mb
from bench.fresh import folder

_WITH_INSTALLATIONS = (
    bulk_path, card_scan, catalog_change, inventory_page, okta_lines, recognition, sealing,
)  # fmt: skip


class _Here:
    """What a child does, done here."""

    def call(self, function, **arguments):
        return {**function(**arguments), "peak_mb": peak_mb()}

    def start(self, function, **arguments):
        return _Later(lambda: self.call(function, **arguments))


class _Later:
    def __init__(self, call):
        self.result = call


@pytest.fixture
def in_this_process(stored_catalog, db, monkeypatch) -> None:
    """Every installation is the test's database with the catalog, as it was when it began."""

    @contextmanager
    def installation(database_url: str = "") -> Iterator[tuple[Path, _Here]]:
        with folder() as place, transaction.atomic():
            yield place, _Here()
            transaction.set_rollback(True)

    for module in _WITH_INSTALLATIONS:
        monkeypatch.setattr(module, "installation", installation)
