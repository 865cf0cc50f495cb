"""Who works on what: one at a time, taken over from the dead, never from the living."""

from __future__ import annotations

import os
import threading
from datetime import timedelta

import psutil
import pytest
from django.utils import timezone

from discovery import leases
from discovery.leases import Lease, LeaseLost, held, is_dead, me, release_source, take_source, upkeep_token
from discovery.models import Scan, Source


@pytest.fixture
def scan(db) -> Scan:
    source = Source.objects.create(name="cards", connector="fake_card", kind="card")
    return Scan.objects.create(source=source, connector="fake_card", file_name="f", path="f", fingerprint="x")


def _process(host: str = "", pid: int | None = None, started: float | None = None) -> str:
    mine, number, since = me().rsplit(":", 2)
    return f"{host or mine}:{pid or number}:{since if started is None else started}"


class TestAScan:
    def test_is_held_by_one_thread_of_a_process(self, scan):
        seen = []
        with held(scan.pk) as lease:
            assert lease is not None
            with held(scan.pk) as other:
                seen.append(other)
        assert seen == [None]
        with held(scan.pk) as again:
            assert again is not None

    def test_of_a_dead_process_here_is_taken_over_at_once(self, scan):
        Scan.objects.filter(pk=scan.pk).update(holder=_process(started=1.0), held_at=timezone.now())
        with held(scan.pk) as lease:
            assert lease is not None

    def test_of_a_living_process_here_is_left_to_it_however_quiet(self, scan):
        parent = psutil.Process(os.getppid())
        holder = _process(pid=parent.pid, started=parent.create_time())
        long_ago = timezone.now() - timedelta(days=1)
        Scan.objects.filter(pk=scan.pk).update(holder=holder, held_at=long_ago)
        with held(scan.pk) as lease:
            assert lease is None

    @pytest.mark.parametrize(
        ("quiet", "taken"), [(timedelta(seconds=10), False), (timedelta(minutes=3), True)]
    )
    def test_of_another_machine_is_taken_over_after_silence(self, scan, quiet, taken):
        Scan.objects.filter(pk=scan.pk).update(holder="elsewhere:1:1.00", held_at=timezone.now() - quiet)
        with held(scan.pk) as lease:
            assert (lease is not None) is taken

    def test_taken_over_lets_the_former_holder_write_nothing(self, scan):
        with held(scan.pk) as lease:
            Scan.objects.filter(pk=scan.pk).update(attempt=lease.attempt + 1)
            with pytest.raises(LeaseLost):
                lease.keep(rows_read=7)
        scan.refresh_from_db()
        assert scan.rows_read == 0

    def test_a_clock_that_was_corrected_kills_nobody(self):
        host, pid, since = me().rsplit(":", 2)
        assert is_dead(f"{host}:{pid}:{float(since) + 1:.2f}") is False
        assert is_dead(f"{host}:{pid}:{float(since) + 60:.2f}") is True


class TestASource:
    def test_has_one_writer(self, scan):
        Scan.objects.filter(pk=scan.pk).update(state=Scan.State.MERGING)
        assert take_source(scan.source_id, f"scan:{scan.pk}")
        assert take_source(scan.source_id, f"scan:{scan.pk}")
        assert not take_source(scan.source_id, "scan:999")
        release_source(scan.source_id, f"scan:{scan.pk}")
        assert take_source(scan.source_id, "scan:999")

    @pytest.mark.parametrize("state", [Scan.State.DERIVING, Scan.State.QUESTION, Scan.State.FAILED])
    def test_is_free_once_a_scan_no_longer_merges_even_if_it_was_cut_off_before_saying_so(self, scan, state):
        Scan.objects.filter(pk=scan.pk).update(state=state)
        Source.objects.update(busy_with=f"scan:{scan.pk}")
        assert take_source(scan.source_id, "scan:999")

    def test_held_by_upkeep_of_a_machine_that_is_gone_is_free_after_silence(self, scan):
        Source.objects.update(busy_with="process:elsewhere:1:1.00#1", busy_at=timezone.now())
        assert not take_source(scan.source_id, "scan:999")
        Source.objects.update(busy_at=timezone.now() - timedelta(minutes=3))
        assert take_source(scan.source_id, "scan:999")

    def test_held_by_upkeep_of_another_thread_is_not_free(self, scan):
        token = upkeep_token()
        assert take_source(scan.source_id, token)
        tokens = []
        thread = threading.Thread(target=lambda: tokens.append(upkeep_token()))
        thread.start()
        thread.join()
        assert tokens[0] != token
        assert not take_source(scan.source_id, tokens[0])
        release_source(scan.source_id, token)
        assert take_source(scan.source_id, tokens[0])
        release_source(scan.source_id, tokens[0])

    def test_taken_over_lets_the_former_writer_write_nothing(self, scan):
        token = upkeep_token()
        assert take_source(scan.source_id, token)
        Source.objects.update(busy_with="scan:999")
        with pytest.raises(LeaseLost):
            leases.keep_source(scan.source_id, token)
        release_source(scan.source_id, token)
        assert Source.objects.get().busy_with == "scan:999"


def test_a_lease_says_which_scan_was_lost(scan):
    with pytest.raises(LeaseLost, match=f"scan {scan.pk} was taken over"):
        Lease(scan.pk, 99).keep()
