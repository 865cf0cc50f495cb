"""The project's own labelled rows, and names of the catalog that their look-alikes have. No Django."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from vendors.catalog_files import WORDS, Catalog, folded, identifiers_of
from vendors.matching.catalog import IdentifierKind, Scope, Strength
from vendors.matching.evaluation import LabelledRow, read_labelled

#: In a checkout of the project; an installation is without it.
_FOLDER = Path(__file__).resolve().parents[1] / "tests" / "corpus"


def own_files() -> list[Path]:
    return sorted(_FOLDER.glob("*.tsv"))


def own_rows() -> list[LabelledRow]:
    """All of them; none where they are not there."""
    rows: list[LabelledRow] = []
    for file in own_files():
        with file.open(encoding="utf-8") as lines:
            rows += read_labelled(lines, file.name)
    return rows


def look_alike_problems(catalog: Catalog, rows: Iterable[LabelledRow]) -> Iterator[str]:
    """One sentence for each identifier that alone would be evidence and is all that a look-alike says.

    What is common waits for corroboration, and what is shared is known to stand for other things too.
    """
    look_alikes = {folded(IdentifierKind.NAME, row.text): row for row in rows if row.hard}
    for vendor, key, one in identifiers_of(catalog):
        if one.kind not in WORDS or one.strength != Strength.DISTINCTIVE or one.scope != Scope.DEDICATED:
            continue
        if row := look_alikes.get(folded(one.kind, one.value)):
            yield (
                f"{vendor.file}: {key}: {one.kind} {one.value!r} is all that row {row.id} of the corpus "
                f'says, which is no AI tool; mark it strength = "common", or scope = "shared" for both'
            )
