"""A pack is looked at before it is applied, applied whole, and outlasts an upgrade of the software."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from discovery.models import Descriptor
from discovery.models import Record as StoredRecord
from inventory import catalog_packs
from inventory.models import Flag, Tool
from tests.vendors.folders import ACME, LUMEN, lumen, write_catalog
from tests.vendors.packs import PUBLIC, pack_of
from vendors import applied_packs, load
from vendors.catalog_index import catalog_version
from vendors.load import load_catalog
from vendors.local import add_local_product, local_identifier
from vendors.matching.catalog import IdentifierKind
from vendors.models import CatalogPack, CatalogState, Product, RiskFact

pytestmark = pytest.mark.django_db

ZENITH = """
name = "Zenith"
source = "written for a test"
[[products]]
key = "zenith/quillnote"
name = "Quillnote"
capabilities = ["meeting-notes"]
names = ["Quillnote"]
"""
#: Brightchat's statement text is now known to be Lumen's, and Lumen trains on the team's plan too.
OTHER_ACME = ACME.replace('names = ["Brightchat", ', "names = [").replace('domains = ["brightchat.com"]', "")
OTHER_LUMEN = lumen(
    ('names = ["Lumen Draft"]', 'names = ["Lumen Draft", "Brightchat"]'),
    ('value = "never"', 'value = "opt-out-user"'),
    ('name = "Team"', 'name = "Teams"'),
)
CARDS = (
    "Transaction ID,Transaction Date,Cardholder,Card,Merchant,MCC,Amount,Currency\n"
    "t1,2026-03-02,ANNA BERG,4411,BRIGHTCHAT,5734,20.00,EUR\n"
    "t2,2026-03-03,ANNA BERG,4411,TRATTORIA DA GINO MALMO,5812,31.50,EUR\n"
    "t3,2026-03-09,ANNA BERG,4411,QUILLNOTE,5734,19.20,EUR\n"
    "t4,2026-03-10,ANNA BERG,4411,LUMEN DRAFT,5734,12.00,EUR\n"
)


@pytest.fixture(autouse=True)
def _trusting(settings, tmp_path: Path) -> None:
    keys = tmp_path / "keys.txt"
    keys.write_text(f"Test Maker {PUBLIC}\n")
    settings.PENUMBRA = {**settings.PENUMBRA, "CATALOG_KEYS": str(keys)}


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small catalog in the place of the shipped one, and a scan that was recognised by it."""
    folder = write_catalog(tmp_path / "shipped", acme=ACME, lumen=LUMEN)
    (folder / "edition.txt").write_text("2026.6.1\n")
    for module in (load, applied_packs):
        monkeypatch.setattr(module, "SHIPPED", folder)
    load_catalog(folder)
    return folder


@pytest.fixture
def scanned(shipped: Path, tmp_path: Path) -> None:
    path = tmp_path / "cards.csv"
    path.write_text(CARDS)
    call_command("scan", str(path), stdout=StringIO())


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return written(tmp_path, "2026.7.1", acme=OTHER_ACME, lumen=OTHER_LUMEN, zenith=ZENITH)


def written(place: Path, edition: str, **vendors: str) -> Path:
    path = place / f"{edition}.pack"
    path.write_bytes(pack_of(place / edition, edition, **vendors))
    return path


def told(*arguments: str) -> str:
    out = StringIO()
    call_command("catalog", *arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


def diff(pack: Path) -> dict:
    return json.loads(told("diff", str(pack), "--json"))


def apply(pack: Path) -> dict:
    return json.loads(told("apply", str(pack), "--reason", "the new quarter", "--by", "ops", "--json"))


def stored() -> tuple:
    return (
        sorted(Product.objects.values_list("key", "name", "withdrawn")),
        sorted(RiskFact.objects.values_list("identity", "until")),
        sorted(Descriptor.objects.values_list("pk", "state", "product", "catalog")),
        sorted(StoredRecord.objects.values_list("pk", "descriptor")),
        sorted(Tool.objects.values_list("key", "spend")),
        sorted(Flag.objects.values_list("rule", "subject", "state")),
        list(CatalogState.objects.values()),
        CatalogPack.objects.count(),
    )


def test_the_preview_tells_products_texts_money_flags_and_risk_and_changes_nothing(scanned, pack):
    before = stored()
    seen = diff(pack)
    assert stored() == before
    assert (seen["edition"], seen["loaded"], seen["signed_by"]) == ("2026.7.1", "2026.6.1", "Test Maker")
    assert seen["products"]["added"] == ["zenith/quillnote"]
    assert seen["products"]["removed"] == []
    assert "no longer name 'Brightchat'" in seen["products"]["changed"]["acme/brightchat"]
    changed = seen["products"]["changed"]["lumen/draft"]
    assert "new: name 'Brightchat'" in changed
    assert "new: training.default: opt-out-user (on team)" in changed
    assert "new: plan team: Teams, for team" in changed
    assert "no longer training.default: never (on team)" in changed
    recognitions = seen["recognitions"]
    assert (recognitions["asked"], recognitions["sealed"]) == (4, 2)
    assert recognitions["moves"] == [
        {
            "now": "acme/brightchat",
            "then": "lumen/draft",
            "texts": 1,
            "records": 1,
            "spend": {"EUR": 20_000_000},
        }
    ]
    assert recognitions["sealed_opening"] == {"zenith/quillnote": 1}
    assert recognitions["sealed_records_opening"] == 1
    assert recognitions["decisions_contradicted"] == []
    assert seen["tools"] == {"new": ["zenith/quillnote"], "gone": ["acme/brightchat"]}
    assert {"tool": "lumen/draft", "rule": "data.trains", "now": None, "then": "open"} in seen["flags"][
        "changing"
    ]
    assert seen["risks"][0]["tool"] == "lumen/draft"
    assert "QUILLNOTE" not in json.dumps(seen).replace("zenith/quillnote", "")


def test_what_was_previewed_is_what_applying_does(scanned, pack):
    seen = diff(pack)
    done = apply(pack)
    assert done["products"]["added"] == seen["products"]["added"]
    assert done["products"]["changed"] == list(seen["products"]["changed"])
    assert (done["new_tools"], done["gone_tools"]) == (seen["tools"]["new"], seen["tools"]["gone"])
    assert Tool.objects.get(key="lumen/draft").spend == {"EUR": 32_000_000}
    assert Tool.objects.get(key="zenith/quillnote").spend == {"EUR": 19_200_000}
    assert Flag.objects.filter(rule="data.trains", subject="lumen/draft", state="open").exists()
    kept = CatalogPack.objects.get()
    assert (kept.actor, kept.reason, kept.signed_by) == ("ops", "the new quarter", "Test Maker")
    assert kept.recognised_at is not None


def test_the_words_for_a_terminal_name_what_moves(scanned, pack):
    said = told("diff", str(pack))
    assert "Products: 1 added, 2 changed, 0 removed." in said
    assert "1 text: acme/brightchat → lumen/draft (EUR 20.00 of purchases)" in said
    assert "1 text sealed here would open as zenith/quillnote" in said
    assert "lumen/draft: " in said
    assert told("apply", str(pack), "--reason", "x").startswith(
        "Edition 2026.7.1 is loaded: 1 products added"
    )


def test_who_applied_what_and_why_can_be_read(shipped, pack):
    apply(pack)
    listed = json.loads(told("packs", "--json"))
    assert (listed["loaded"], listed["applied"][0]["actor"]) == ("2026.7.1", "ops")
    assert "edition 2026.7.1 by Test Maker: ops: the new quarter" in told("packs")


def test_applying_again_changes_nothing_and_is_noted_once(shipped, pack):
    apply(pack)
    again = apply(pack)
    assert again["products"] == {"added": [], "changed": [], "removed": []}
    assert CatalogPack.objects.count() == 1


def test_a_pack_whose_application_was_cut_off_is_brought_to_its_end(scanned, pack, monkeypatch):
    def killed(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(catalog_packs, "rematch", killed)
    with pytest.raises(KeyboardInterrupt):
        apply(pack)
    monkeypatch.undo()
    kept = CatalogPack.objects.get()
    assert kept.recognised_at is None
    assert not Tool.objects.filter(key="zenith/quillnote").exists()
    catalog_packs.finish(kept.applied_at + timedelta(minutes=1))  # who applies it may still be at it
    assert not Tool.objects.filter(key="zenith/quillnote").exists()
    catalog_packs.finish(kept.applied_at + timedelta(hours=1))
    assert Tool.objects.filter(key="zenith/quillnote").exists()
    assert CatalogPack.objects.get().recognised_at


def test_an_application_that_fails_half_way_leaves_the_catalog_as_it_was(shipped, pack, monkeypatch):
    before = stored()
    monkeypatch.setattr(load._Loading, "_withdraw", lambda self: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        apply(pack)
    assert stored() == before


def test_loading_after_an_upgrade_takes_the_newer_of_shipped_and_applied(shipped, pack):
    apply(pack)
    version = catalog_version()
    assert load_catalog(shipped, again=True).edition == "2026.7.1"
    assert load_catalog(shipped).version == version
    (shipped / "edition.txt").write_text("2026.8.1\n")
    assert load_catalog(shipped).withdrawn == ("zenith/quillnote",)
    assert CatalogState.objects.get().edition == "2026.8.1"


def test_an_applied_pack_that_newer_software_refuses_leaves_all_as_it_is(shipped, pack, monkeypatch):
    apply(pack)
    before = stored()
    monkeypatch.setattr(load.catalog_files, "problems", lambda catalog: ["acme.toml: it is not good enough"])
    told_why = load_catalog(shipped, again=True).set_aside
    assert told_why.endswith("2026.7.1 does not fit this software: acme.toml: it is not good enough")
    assert stored() == before


@pytest.mark.parametrize(
    ("edition", "said"),
    [
        ("2026.5.1", "edition 2026.5.1, and edition 2026.6.1 is loaded"),
        ("2026.6.1", "another one of that number"),
    ],
)
def test_an_older_pack_or_another_of_the_same_edition_is_refused(shipped, tmp_path, edition, said):
    before = stored()
    with pytest.raises(CommandError, match=said):
        told("apply", str(written(tmp_path, edition, zenith=ZENITH)), "--reason", "x")
    assert stored() == before


def test_a_pack_with_a_faulty_catalog_is_refused_by_its_fault(shipped, tmp_path):
    faulty = written(tmp_path, "2026.7.1", zenith=ZENITH.replace("meeting-notes", "telepathy"))
    for part in (["diff"], ["apply", "--reason", "x"]):
        with pytest.raises(CommandError, match=r"was not taken. zenith.toml: .*telepathy"):
            told(part[0], str(faulty), *part[1:])


def test_what_is_no_pack_and_what_nobody_trusts_is_one_sentence(shipped, pack, settings, tmp_path):
    with pytest.raises(CommandError, match="it cannot be read"):
        told("diff", str(tmp_path / "missing.pack"))
    (tmp_path / "photo.pack").write_bytes(b"\x89PNG")
    with pytest.raises(CommandError, match="no ZIP archive"):
        told("diff", str(tmp_path / "photo.pack"))
    (tmp_path / "keys.txt").write_text("gibberish\n")
    with pytest.raises(CommandError, match=r"trusted keys .* line 1"):
        told("diff", str(pack))
    (tmp_path / "keys.txt").unlink()
    with pytest.raises(CommandError, match="nobody here trusts"):
        told("diff", str(pack))


def test_a_reason_is_needed(shipped, pack):
    with pytest.raises(CommandError, match="Say why"):
        told("apply", str(pack), "--reason", "  ")


def test_a_key_is_made_once_and_signs_a_pack_that_its_line_makes_trusted(shipped, tmp_path, settings):
    line = told("keygen", str(tmp_path / "own.key"), "--name", "Acme Security")
    assert (tmp_path / "own.key").stat().st_mode & 0o077 == 0
    with pytest.raises(CommandError, match="not there yet"):
        told("keygen", str(tmp_path / "own.key"), "--name", "Acme Security")
    Path(settings.PENUMBRA["CATALOG_KEYS"]).write_text(line)
    folder = write_catalog(tmp_path / "own", zenith=ZENITH)
    told("pack", str(tmp_path / "own.pack"), "--key", str(tmp_path / "own.key"), "--folder", str(folder),
         "--edition", "2026.9.1")  # fmt: skip
    assert diff(tmp_path / "own.pack")["signed_by"] == "Acme Security"
    with pytest.raises(CommandError, match="no edition"):
        told("pack", str(tmp_path / "b"), "--key", str(tmp_path / "own.key"), "--folder", str(folder))


def test_a_product_that_was_added_here_stays_through_a_pack(shipped, tmp_path):
    name = local_identifier(IdentifierKind.NAME, "Our Notes")
    add_local_product("zenith/quillnote", "Our Notes", "Zenith", [name])
    path = written(tmp_path, "2026.7.1", acme=ACME, lumen=LUMEN, zenith=ZENITH)
    seen = diff(path)
    assert seen["products"]["kept_local"] == ["zenith/quillnote"]
    assert seen["joinable"] == [{"own": "zenith/quillnote", "catalog": "zenith/quillnote"}]
    apply(path)
    assert Product.objects.get(key="zenith/quillnote").name == "Our Notes"
