"""Thousands of damaged files through recognition, connectors and scans, by one command.

    python -m tests.connectors.damage --variants 10000 [--seed N] [--connector NAME] [--samples FOLDER]

Each sample is damaged in each way, over and over, all of it from one seed. What breaks a promise is
listed with the number of its variant; ``--only NUMBER -o FILE`` writes that variant's bytes again.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from tests.connectors.damage_kinds import KINDS

if TYPE_CHECKING:
    from tests.connectors.damage_promises import Sample

#: Every how many variants the same bytes are read twice.
_TWICE_EACH = 10


def variant(samples: Sequence[Sample], seed: int, number: int) -> tuple[Sample, str, bytes]:
    """The sample, kind of damage and bytes of one variant: connectors take turns, and so do kinds."""
    by_connector: dict[str, list[Sample]] = defaultdict(list)
    for sample in samples:
        by_connector[sample.connector].append(sample)
    names = sorted(by_connector)
    turn, place = divmod(number, len(names))
    chance = Random(f"{seed}/{number}")
    sample = chance.choice(by_connector[names[place]])
    kind = KINDS[(turn + place) % len(KINDS)]
    return sample, kind.__name__, kind(chance, sample.content)


def _scan(samples: Sequence[Sample], seed: int, numbers: Sequence[int], folder: Path) -> Iterator[str]:
    """Scan variants into a database of their own; what does not tie, a sentence each."""
    from django.core.management import call_command

    from discovery.connectors import by_name
    from discovery.files import Member, members
    from discovery.models import Scan
    from discovery.outcomes import outcome_of
    from discovery.records import Ignored, Removed
    from discovery.scans import open_scans, run_all
    from tests.connectors.event_files import read_as_far_as_possible

    call_command("migrate", verbosity=0)
    files: dict[int, tuple[Path, str]] = {}
    for number in numbers:
        sample, kind, content = variant(samples, seed, number)
        path = folder / f"{number}.export"
        path.write_bytes(content)
        for opened in open_scans(path, connector=sample.connector):
            if isinstance(opened, Scan):
                files[opened.pk] = path, f"variant {number} ({sample.name}, {kind})"
    rows = 0
    for scan in run_all(list(files)):
        told = outcome_of(scan)
        path, name = files[scan.pk]
        rows += told.rows_read
        counted = told.records_new + told.records_known + told.rows_rejected + told.rows_ignored
        # A question whose account a statement is waits for its answer before it counts anything.
        if told.state != "question" and told.rows_read != counted:
            yield f"{name}: {told.rows_read} rows read, {counted} counted"
        if told.error and "fault of Penumbra" in told.error:
            yield f"{name}: {told.error}"
        member = next((m for m in members(path) if isinstance(m, Member) and m.inner == scan.member), None)
        if member is None or told.state != "done":
            continue
        with member.open() as stream:
            found, _ = read_as_far_as_possible(by_name(scan.connector), stream.read())
        of_no_use = sum(isinstance(row, Ignored | Removed) for _, row in found)
        if (told.rows_read, told.rows_ignored) != (len(found), of_no_use):
            yield (
                f"{name}: {len(found)} rows with {of_no_use} ignored, "
                f"counted as {told.rows_read} with {told.rows_ignored}"
            )
    print(f"scans: {len(files)} of {len(numbers)} variants, {rows:,} rows")


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.connectors.damage", description=__doc__.split("\n")[0]
    )
    parser.add_argument("--variants", type=int, default=10_000)
    parser.add_argument(
        "--scans", type=int, default=300, help="how many of them are also scanned into a database"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--connector", default="", help="samples of this connector alone")
    parser.add_argument("--samples", type=Path, help="a folder of more samples; those recognised are taken")
    parser.add_argument("--only", type=int, help="read this variant alone")
    parser.add_argument("-o", "--output", type=Path, help="where to write its bytes")
    chosen = parser.parse_args(arguments)

    os.environ.pop("DATABASE_URL", None)
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    os.environ["PENUMBRA_NETWORK_LOGS"] = "person"
    import django

    django.setup()
    from tests.connectors.damage_promises import read_variant, samples
    from tests.connectors.event_files import SHARED

    found = samples(chosen.samples or (SHARED if SHARED.is_dir() else None))
    found = [sample for sample in found if chosen.connector in ("", sample.connector)]
    if not found:
        parser.error(f"there is no sample of {chosen.connector}; manage.py connectors lists the connectors")
    numbers = range(chosen.variants) if chosen.only is None else [chosen.only]
    started = time.monotonic()
    totals: dict[str, Counter[str]] = defaultdict(Counter)
    broken: dict[str, list[str]] = defaultdict(list)
    with tempfile.TemporaryDirectory(prefix="penumbra-damage-") as made:
        path = Path(made) / "damaged.export"
        for number in numbers:
            sample, kind, content = variant(found, chosen.seed, number)
            if chosen.only is not None and chosen.output:
                chosen.output.write_bytes(content)
            came = read_variant(sample, content, path, twice=number % _TWICE_EACH == 0)
            totals[sample.connector].update(
                variants=1, read=came.read, refused=came.refused, rows=came.rows, broken=bool(came.broken)
            )
            for promise in came.broken:
                broken[promise].append(f"{number} ({sample.name}, {kind})")
        seconds = time.monotonic() - started
        scanned = numbers[:: max(1, len(numbers) // max(1, chosen.scans))][: chosen.scans]
        untied = list(_scan(found, chosen.seed, scanned, Path(made))) if scanned else []
    _tell(totals, len(found), seconds, time.monotonic() - started - seconds)
    for promise, where in sorted(broken.items(), key=lambda item: -len(item[1])):
        print(f"{len(where):5}  {promise}\n       variants {', '.join(where[:3])}")
    print(*untied, sep="\n", end="\n" if untied else "")
    return 1 if broken or untied else 0


def _tell(totals: dict[str, Counter[str]], samples: int, reading: float, scanning: float) -> None:
    columns = ("variants", "read", "refused", "rows", "broken")
    print(f"{'connector':28}" + "".join(f"{column:>10}" for column in columns))
    for name, counts in sorted(totals.items()):
        print(f"{name:28}" + "".join(f"{counts[column]:10,}" for column in columns))
    whole = sum(totals.values(), Counter())
    print(f"{'all':28}" + "".join(f"{whole[column]:10,}" for column in columns))
    print(
        f"{samples} samples, {len(KINDS)} kinds of damage; {reading:.1f} s to read, {scanning:.1f} s to scan"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
