"""Folders and databases that a benchmark has for itself and throws away."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from bench.child import Child


@contextmanager
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="penumbra-bench-") as name:
        yield Path(name)


@contextmanager
def installation(database_url: str = "") -> Iterator[tuple[Path, Child]]:
    """A folder, and a child whose database is empty but for the catalog."""
    with folder() as place:
        child = Child(place, database_url)
        if database_url:
            child.call(prepare)
        else:
            shutil.copytree(_prepared(), place, dirs_exist_ok=True)
        yield place, child


@cache
def _prepared() -> Path:
    """A folder with an embedded database that holds the catalog, made once for all benchmarks of a run."""
    place = Path(tempfile.mkdtemp(prefix="penumbra-bench-"))
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    Child(place).call(prepare)
    return place


def prepare() -> dict[str, Any]:
    """Migrations and catalog. Runs in the child."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    call_command("load_catalog", verbosity=0)
    return {}
