"""``doctor`` finds what is wrong, says how to mend it, and is quiet where nothing is."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from discovery import sealing
from discovery.expectations import is_over
from discovery.models import DataKey, Scan, Source, WatchedFile
from inventory import doctor
from inventory.doctor import Severity
from vendors.models import CatalogPack, CatalogState

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def installation(settings, tmp_path, monkeypatch):
    """A well one, with room and a worker."""
    settings.PENUMBRA = {**settings.PENUMBRA, "DATA_DIR": tmp_path}
    monkeypatch.setattr(doctor, "ENOUGH_ROOM", 0)
    monkeypatch.setattr(doctor.current_app.control, "ping", lambda **_: [{"celery@here": {"ok": "pong"}}])
    CatalogState.objects.update_or_create(pk=1, defaults={"version": "1"})
    return tmp_path


def problems() -> list[tuple[str, str]]:
    return [(f.about, f.sentence) for f in doctor.examine() if f.severity == Severity.PROBLEM]


def scan(**fields: object) -> Scan:
    source, _ = Source.objects.get_or_create(name="cards", defaults={"connector": "x", "kind": "card"})
    return Scan.objects.create(source=source, connector="x", file_name="a.csv", **fields)


def test_nothing_is_wrong_with_a_well_installation(capsys):
    call_command("doctor", "--json")
    assert json.loads(capsys.readouterr().out)["well"] is True


def test_keys_that_others_can_open(installation):
    keys = installation / "keys"
    keys.mkdir(mode=0o700)
    (keys / "key").touch(mode=0o600)
    assert problems() == []
    (keys / "key").chmod(0o644)
    assert problems() == [("keys", f"{keys / 'key'} can be opened by other users")]


def test_a_watched_folder_that_is_not_there_or_holds_what_cannot_be_read(installation, settings):
    settings.PENUMBRA = {**settings.PENUMBRA, "WATCHED_FOLDER": str(installation / "exports")}
    ((about, sentence),) = problems()
    assert about == "watched folder"
    assert sentence.endswith("exports, which is no folder here")
    (installation / "exports").mkdir()
    assert problems() == []
    WatchedFile.objects.create(
        path="a.csv", size=0, modified_ns=0, taken_at=timezone.now(), refused="it is empty; export it again"
    )
    (note,) = [found for found in doctor.examine() if found.about == "watched folder"]
    assert "a.csv (it is empty; export it again)" in note.sentence


def test_a_pack_of_the_catalog_that_nobody_followed_up():
    hours_ago = timezone.now() - timedelta(hours=2)
    pack = CatalogPack.objects.create(
        edition="2027.1.1", sha256="0", signed_by="x", actor="a", reason="r", applied_at=hours_ago
    )
    assert [about for about, _ in problems()] == ["catalog"]
    CatalogPack.objects.filter(pk=pack.pk).update(recognised_at=timezone.now())
    assert problems() == []


def test_another_installations_sealing_key(monkeypatch):
    sealing.Vault().key(None, "2026-01")
    assert problems() == []
    key = DataKey.objects.get()
    key.wrapped = key.wrapped[:-1] + bytes([key.wrapped[-1] ^ 1])  # as a wrong key sees it
    key.save()
    assert [about for about, _ in problems()] == ["sealing key"]


def test_no_catalog():
    CatalogState.objects.all().delete()
    assert [about for about, _ in problems()] == ["catalog"]


def test_a_missing_worker_is_a_problem_only_where_something_waits(monkeypatch):
    monkeypatch.setattr(doctor.current_app.control, "ping", lambda **_: [])
    assert problems() == []
    scan()
    assert problems() == [("worker", "no worker answers and 1 scans wait for one")]


def test_a_scan_without_a_sign_of_life():
    held = scan(state=Scan.State.READING, holder="here:1:1", held_at=timezone.now())
    assert problems() == []
    Scan.objects.filter(pk=held.pk).update(held_at=timezone.now() - timedelta(hours=1))
    assert [about for about, _ in problems()] == [f"scan {held.pk}"]


def test_a_source_whose_last_scan_failed():
    scan(state=Scan.State.FAILED, error="a.csv ends in the middle of a row; export it again")
    ((about, sentence),) = problems()
    assert about == "source cards"
    assert "ends in the middle of a row" in sentence
    scan(state=Scan.State.DONE)
    assert problems() == []


def test_a_full_disk(monkeypatch):
    monkeypatch.setattr(doctor, "ENOUGH_ROOM", 1 << 62)
    assert [about for about, _ in problems()] == ["disk"]


def test_it_ends_with_one_and_every_problem_says_how_to_mend_it(capsys):
    CatalogState.objects.all().delete()
    with pytest.raises(SystemExit) as ended:
        call_command("doctor")
    assert ended.value.code == 1
    said = capsys.readouterr().out
    assert "to mend it: run manage.py load_catalog" in said
    assert said.endswith("Something is wrong; see above.\n")


def test_a_source_that_fell_silent_is_noted_and_a_retired_one_is_not():
    now = timezone.now()
    for days in (100, 107, 114):
        scan(state=Scan.State.DONE, finished_at=now - timedelta(days=days))
    told = [(f.severity, f.sentence) for f in doctor.examine() if f.about == "source cards"]
    assert told == [(Severity.NOTE, "silent, last read 100 days ago")]
    is_over(Source.objects.get(), actor="ann@corp.example", reason="the card was cancelled", now=now)
    assert not [f for f in doctor.examine() if f.about == "source cards"]
