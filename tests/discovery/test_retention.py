"""What is kept no longer than it may be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command

from discovery.models import DataKey, RejectedRow, Scan, Source
from discovery.retention import first_kept_month, forget
from discovery.sealing import Vault, seal_text

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.fixture
def source(db: None) -> Source:
    return Source.objects.create(name="cards", connector="card_table", kind="card")


@pytest.mark.parametrize(
    ("today", "months", "oldest"),
    [("2026-11-25", 13, "2025-10"), ("2026-01-01", 1, "2025-12"), ("2026-01-31", 0, "2026-01")],
)
def test_months_are_counted_back_from_the_running_one(today: str, months: int, oldest: str) -> None:
    assert first_kept_month(datetime.fromisoformat(today).date(), months) == oldest


def test_a_month_beyond_retention_can_no_longer_be_opened(source: Source, settings: object) -> None:
    vault = Vault()
    old, kept = vault.key(source.pk, "2025-09"), vault.key(source.pk, "2025-10")
    sealed_old, sealed_kept = (vault.seal(key, "a row", b"test") for key in (old, kept))
    assert forget(NOW).months == ("2025-09",)
    fresh = Vault()
    assert fresh.open(DataKey.objects.get(pk=old.pk), sealed_old, b"test") is None
    assert fresh.open(DataKey.objects.get(pk=kept.pk), sealed_kept, b"test") == "a row"
    assert forget(NOW).months == ()


def test_rejected_rows_go_after_thirty_days(source: Source) -> None:
    for days in (29, 31):
        scan = Scan.objects.create(source=source, finished_at=NOW - timedelta(days=days), fingerprint="0")
        RejectedRow.objects.create(scan=scan, line=days, reason="no date", row=seal_text("a row"))
    assert forget(NOW).rejected_rows == 1
    assert RejectedRow.objects.get().line == 29


def test_a_month_is_forgotten_at_once_on_request(source: Source) -> None:
    Vault().key(source.pk, "2026-10")
    call_command("forget", "--month", "2026-10")
    assert DataKey.objects.get().wrapped is None
    with pytest.raises(CommandError, match="2026-1 is not a month"):
        call_command("forget", "--month", "2026-1")
