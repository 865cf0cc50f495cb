"""Translations, and the database of this environment: each only where something is missing."""

from __future__ import annotations

import hashlib
import io
import os
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
CATALOG = PROJECT / "vendors" / "catalog"


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import CommandError
    from django.db import DatabaseError

    from inventory.translations import compile_all

    try:
        compile_all()
        django.setup()
        _migrate()
        _load_catalog()
    except (CommandError, ImproperlyConfigured, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    except DatabaseError as error:
        said = str(error).strip().splitlines()[0]
        print(f"the database cannot be used ({said}); see DATABASE_URL and PENUMBRA_DATA", file=sys.stderr)
        return 1
    return 0


def _migrate() -> None:
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        print("Bringing the database up to date", flush=True)
        call_command("migrate", verbosity=0, interactive=False)


def _load_catalog() -> None:
    """Load the shipped catalog, unless the note beside the keys says that this database has just this one."""
    from django.conf import settings
    from django.core.management import call_command

    note = Path(settings.PENUMBRA["DATA_DIR"]) / "catalog-loaded"
    shipped = _digest_of_files()
    if note.exists() and note.read_text(encoding="utf-8") == shipped + _loaded():
        return
    told = io.StringIO()
    call_command("load_catalog", stdout=told)
    print(told.getvalue().partition("\n")[0], flush=True)
    note.write_text(shipped + _loaded(), encoding="utf-8")


def _digest_of_files() -> str:
    digest = hashlib.sha256()
    for path in sorted([*CATALOG.rglob("*"), *(PROJECT / "vendors").glob("*.py")]):
        if path.is_file():
            digest.update(f"{path.relative_to(PROJECT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def _loaded() -> str:
    """What this database says of the catalog it holds: differs between databases and after each change."""
    from vendors.models import CatalogState

    state = CatalogState.objects.filter(pk=1).first()
    return f" {state.version} {state.loaded_at.isoformat()}" if state else ""


if __name__ == "__main__":
    sys.exit(main())
