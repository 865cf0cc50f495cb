"""``scan`` at the command line: what it prints, how it ends, and that it can be taken back."""

from __future__ import annotations

import functools
import json
import shutil
import zipfile
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from discovery import scans, sealing
from discovery.models import Descriptor, Purchase, Record, Scan, SealedBlock, SightingRun, Source
from inventory.models import Tool
from vendors.catalog_files import SHIPPED
from vendors.load import load_catalog

pytestmark = pytest.mark.django_db

HEADER = "Transaction ID,Transaction Date,Cardholder,Card,Merchant,MCC,Amount,Currency\n"
CHATGPT = "t1,2026-03-02,ANNA BERG,4411,OPENAI *CHATGPT SUBSCR 4158799686 CA,5734,20.00,USD\n"
LUNCH = "t2,2026-03-03,ANNA BERG,4411,TRATTORIA DA GINO MALMO,5812,31.50,EUR\n"
SECOND = "t3,2026-04-02,ANNA BERG,4411,OPENAI *CHATGPT SUBSCR 4158799999 CA,5734,20.00,USD\n"
IMPOSSIBLE = "t4,2026-02-31,ANNA BERG,4411,OPENAI *CHATGPT SUBSCR 4158799686 CA,5734,20.00,USD\n"

KEYS = {
    "file",
    "scan",
    "connector",
    "source",
    "state",
    "rows_read",
    "records_new",
    "records_known",
    "records_changed",
    "rows_rejected",
    "rows_ignored",
    "sealed",
    "recognised",
    "in_review",
    "seconds",
}


@pytest.fixture(autouse=True)
def _catalog(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A few vendors of the shipped catalog: reading all of them takes seconds."""
    folder = tmp_path_factory.mktemp("catalog")
    (folder / "vendors").mkdir()
    shutil.copy(SHIPPED / "capabilities.toml", folder)
    for vendor in ("openai", "cursor"):
        shutil.copy(SHIPPED / "vendors" / f"{vendor}.toml", folder / "vendors")
    load_catalog(folder)


def scan(*arguments: Any, status: int = 0) -> list[dict[str, Any]]:
    out, err = StringIO(), StringIO()
    ended = 0
    try:
        call_command("scan", *map(str, arguments), "--json", stdout=out, stderr=err)
    except SystemExit as exit_:
        ended = int(exit_.code or 0)
    assert ended == status, err.getvalue()
    return [json.loads(line) for line in out.getvalue().splitlines()]


def card_file(folder: Path, *rows: str, name: str = "cards.csv") -> Path:
    path = folder / name
    path.write_text(HEADER + "".join(rows))
    return path


def test_tells_for_each_file_what_became_of_its_rows(tmp_path: Path) -> None:
    (told,) = scan(card_file(tmp_path, CHATGPT, LUNCH, IMPOSSIBLE))
    assert told.keys() == KEYS
    assert told["state"] == "done"
    assert (told["connector"], told["source"]) == ("card_table", "card_table")
    assert (told["records_new"], told["rows_rejected"]) == (2, 1)
    assert (told["recognised"], told["sealed"], told["in_review"]) == (1, 1, 0)
    assert told["rows_read"] == (
        told["records_new"] + told["records_known"] + told["rows_rejected"] + told["rows_ignored"]
    )
    assert Tool.objects.get().key == "openai/chatgpt"


def test_another_installations_key_is_one_sentence_and_the_right_one_goes_on(
    tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan(card_file(tmp_path, CHATGPT, LUNCH))
    path = card_file(tmp_path, CHATGPT, LUNCH, SECOND, name="more.csv")
    with monkeypatch.context() as patch:
        patch.setattr(sealing, "_derived", functools.cache(sealing._derived.__wrapped__))
        patch.setattr(sealing, "_cipher", functools.cache(sealing._cipher.__wrapped__))
        patch.setitem(settings.PENUMBRA, "SEALING_KEY", lambda: "c" * 64)
        with pytest.raises(CommandError, match="check that PENUMBRA_SEALING_KEY is the one"):
            call_command("scan", str(path))
        opened = next(scans.open_scans(path, by="somebody"))  # as a page does, which has no key
        with pytest.raises(scans.Busy, match="PENUMBRA_SEALING_KEY"):
            scans.run(opened.pk)
    (told,) = scan(path)
    assert (told["state"], told["records_new"], told["records_known"]) == ("done", 1, 2)


def test_a_file_scanned_again_adds_nothing(tmp_path: Path) -> None:
    path = card_file(tmp_path, CHATGPT, LUNCH)
    scan(path)
    (again,) = scan(path)
    assert (again["records_new"], again["records_known"]) == (0, 2)
    assert Record.objects.count() == Purchase.objects.count() == 1


def test_a_folder_is_read_at_any_depth_and_an_archive_inside_it(tmp_path: Path) -> None:
    (tmp_path / "deep" / "deeper").mkdir(parents=True)
    card_file(tmp_path / "deep" / "deeper", CHATGPT)
    with zipfile.ZipFile(tmp_path / "more.zip", "w") as archive:
        archive.writestr("april.csv", HEADER + SECOND)
    told = scan(tmp_path)
    assert sorted(Path(t["file"]).name for t in told) == ["cards.csv", "more.zip!april.csv"]
    assert Purchase.objects.count() == 2


def test_one_bad_file_does_not_stop_the_others(tmp_path: Path) -> None:
    (tmp_path / "noise.bin").write_bytes(bytes(range(256)) * 50)
    (tmp_path / "empty.csv").write_bytes(b"")
    card_file(tmp_path, CHATGPT)
    told = {Path(t["file"]).name: t for t in scan(tmp_path, status=1)}
    assert told["cards.csv"]["state"] == "done"
    for name in ("noise.bin", "empty.csv"):
        assert told[name]["state"] == "failed"
        assert name in told[name]["error"]


def test_a_path_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    (told,) = scan(tmp_path / "missing.csv", status=1)
    assert told["state"] == "failed"
    assert "missing.csv" in told["error"]


def test_wrong_use_says_what_to_do() -> None:
    with pytest.raises(CommandError, match="name at least one file") as wrong:
        call_command("scan")
    assert wrong.value.returncode == 2
    with pytest.raises(CommandError, match="card_table") as wrong:
        call_command("scan", "x.csv", "--connector", "telepathy")
    assert wrong.value.returncode == 2
    with pytest.raises(CommandError, match="there is no scan 77"):
        call_command("scan", "--undo", "77")


def test_a_dry_run_counts_the_same_and_stores_nothing(tmp_path: Path) -> None:
    path = card_file(tmp_path, CHATGPT, LUNCH, IMPOSSIBLE)
    (rehearsed,) = scan(path, "--dry-run")
    for model in (Scan, Source, Record, SealedBlock, Descriptor, SightingRun):
        assert not model.objects.exists(), model
    (done,) = scan(path)
    different = {"state", "scan", "seconds"}
    assert {k: v for k, v in rehearsed.items() if k not in different} == {
        k: v for k, v in done.items() if k not in different
    }
    (again,) = scan(path, "--dry-run")
    assert (again["records_new"], again["records_known"]) == (0, 2)


def test_undo_takes_back_what_only_that_scan_showed(tmp_path: Path) -> None:
    (first,) = scan(card_file(tmp_path, CHATGPT, LUNCH, name="march.csv"))
    (second,) = scan(card_file(tmp_path, CHATGPT, SECOND, name="spring.csv"))
    (undone,) = scan("--undo", second["scan"])
    assert undone["state"] == "withdrawn"
    assert [str(p.date) for p in Purchase.objects.all()] == ["2026-03-02"]
    (undone,) = scan("--undo", first["scan"])
    assert not Purchase.objects.exists()
    assert not Record.objects.exists()
    assert not SealedBlock.objects.exists()
    assert not Tool.objects.exists()


def test_what_was_withdrawn_can_be_scanned_again(tmp_path: Path) -> None:
    path = card_file(tmp_path, CHATGPT, LUNCH)
    (first,) = scan(path)
    scan("--undo", first["scan"])
    (again,) = scan(path)
    assert (again["records_new"], again["recognised"]) == (2, 1)
    assert Purchase.objects.count() == 1


def test_an_interrupted_scan_of_a_file_is_resumed(tmp_path: Path) -> None:
    path = card_file(tmp_path, CHATGPT)
    (first,) = scan(path)
    Scan.objects.filter(pk=first["scan"]).update(state=Scan.State.DERIVING)
    (again,) = scan(path)
    assert again["scan"] == first["scan"]
    assert again["state"] == "done"


def test_two_accounts_without_a_name_are_asked_about(tmp_path: Path) -> None:
    """Same days, different rows, nothing that says which account: merging could lose money."""
    header = "Date,Description,Amount,Currency,Balance\n"
    one = tmp_path / "one.csv"
    one.write_text(
        header + "".join(f"2026-03-{d:02},OPENAI *CHATGPT,-20.00,USD,{d}.00\n" for d in range(1, 9))
    )
    two = tmp_path / "two.csv"
    two.write_text(header + "".join(f"2026-03-{d:02},CURSOR USAGE,-33.00,USD,{d}.00\n" for d in range(1, 9)))
    scan(one)
    (asked,) = scan(two, status=1)
    assert asked["state"] == "question"
    assert "--account" in asked["error"]
    assert Purchase.objects.count() == 8
    (answered,) = scan(two, "--account", "second")
    assert answered["state"] == "done"
    assert Purchase.objects.count() == 16
