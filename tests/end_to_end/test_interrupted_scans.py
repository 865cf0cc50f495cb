"""A scan that is killed, delivered several times or forgotten by the broker ends like any other."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import redis

from discovery.sample_company import build, write
from tests.end_to_end.installation import Installation, until

KILLS = 30
#: A worker that finds work by its sweep alone has it in half a second.
QUICK_CLOCK = "tests.end_to_end.quick_clock"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("company")
    write(build(seed=11, people=20, months=3, end=date(2026, 10, 31)), folder)
    return folder / "exports"


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, files: Path) -> Iterator[dict]:
    installation = Installation(tmp_path_factory.mktemp("undisturbed"))
    installation.scan(files)
    yield installation.figures()
    installation.close()


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    made = Installation(tmp_path / "installation")
    yield made
    made.close()


def test_killed_at_thirty_points(installation: Installation, files: Path, undisturbed: dict) -> None:
    hit = installation.python(
        f"from tests.end_to_end.killing import scan_killed; print(scan_killed({str(files)!r}, {KILLS}, 1))"
    )
    assert int(hit.split()[-1]) >= KILLS
    assert installation.figures() == undisturbed


def test_delivered_three_times(installation: Installation, files: Path, undisturbed: dict) -> None:
    installation.python(
        f"from tests.end_to_end.killing import scan_delivered_thrice; scan_delivered_thrice({str(files)!r})"
    )
    assert installation.figures() == undisturbed


def test_worker_killed_and_broker_emptied(installation: Installation, files: Path, undisturbed: dict) -> None:
    """The database alone says what is to be done: the sweep of the next worker finds it."""
    installation.python(
        "from pathlib import Path\n"
        "from discovery.scans import open_scans\n"
        "from discovery.tasks import run_scan\n"
        f"for scan in open_scans(Path({str(files)!r})):\n"
        "    for _ in range(3):\n"
        "        run_scan.delay(scan.pk)\n"
    )
    moments = random.Random(3)
    for _ in range(3):
        worker = installation.start_worker(QUICK_CLOCK)
        left = installation.unfinished()
        until(lambda: installation.unfinished() < left or left == 0, "a scan that ends", 60)  # noqa: B023
        moment = left - moments.randint(2, 9)
        until(lambda: installation.unfinished() <= max(moment, 0), "some more scans", 60)  # noqa: B023
        installation.kill(worker)
        _empty_broker(installation)
    installation.start_worker(QUICK_CLOCK)
    until(installation.settled, "the end of every scan and of what follows")
    assert installation.figures() == undisturbed


def _empty_broker(installation: Installation) -> None:
    if url := installation.environment.get("REDIS_URL"):
        redis.Redis.from_url(url).flushdb()
    else:
        queue = installation.data / "broker" / "queue"
        shutil.rmtree(queue)
        queue.mkdir()
