"""The data files are read as written, and every fault is named with its file and key."""

import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from hypothesis import given
from hypothesis import strategies as st

from tests.vendors.folders import ACME, write_catalog
from vendors.catalog_files import InvalidCatalog, folded, follow, problems, read_catalog
from vendors.corpus import look_alike_problems, own_rows
from vendors.matching.catalog import IdentifierEntry, IdentifierKind, Scope, Strength
from vendors.matching.evaluation import LabelledRow, read_labelled


def faults_of(folder: Path) -> list[str]:
    try:
        return problems(read_catalog(folder))
    except InvalidCatalog as invalid:
        return invalid.problems


def test_a_sound_folder_has_no_problems(tmp_path):
    assert faults_of(write_catalog(tmp_path)) == []


def test_entries_say_what_the_files_say(tmp_path):
    entries = read_catalog(write_catalog(tmp_path)).entries()

    assert [(v.key, v.name) for v in entries.vendors] == [("acme", "Acme")]
    assert [(p.key, p.vendor, p.name, p.domain) for p in entries.products] == [
        ("acme/brightchat", "acme", "Brightchat", "brightchat.com")
    ]
    kind = IdentifierKind
    assert set(entries.identifiers) == {
        IdentifierEntry("acme", None, kind.LEGAL_ENTITY, "Acme Robotics Limited"),
        IdentifierEntry("acme", "acme/brightchat", kind.NAME, "Brightchat"),
        IdentifierEntry("acme", "acme/brightchat", kind.NAME, "Lantern", Strength.COMMON, Scope.DEDICATED),
        IdentifierEntry("acme", "acme/brightchat", kind.DOMAIN, "brightchat.com"),
    }


def test_identifiers_of_a_replaced_product_stand_for_its_successor(tmp_path):
    replaced = ACME + (
        '[[products]]\nkey = "acme/oldchat"\nname = "Oldchat"\ncapabilities = ["general-chat"]\n'
        'names = ["Oldchat"]\nreplaced_by = "acme/brightchat"\n'
    )
    catalog = read_catalog(write_catalog(tmp_path, acme=replaced))

    assert problems(catalog) == []
    entries = catalog.entries()
    assert [p.key for p in entries.products] == ["acme/brightchat"]
    assert {i.product for i in entries.identifiers if i.value == "Oldchat"} == {"acme/brightchat"}


FAULTS = {
    "not TOML": (ACME + "name = ", "acme.toml", "not valid TOML"),
    "unknown field": (ACME + 'colour = "red"\n', "acme.toml", "colour"),
    "no name": (ACME.replace('name = "Acme"\n', "", 1), "acme.toml", '"name" is a required property'),
    "country by name": (ACME.replace("website", 'country = "Norway"\nwebsite'), "acme.toml", "country"),
    "strength misspelt": (ACME.replace('"common"', '"comon"'), "acme.toml", "products.0.names.1"),
    "key of another vendor": (
        ACME.replace("acme/brightchat", "other/brightchat"),
        "other/brightchat",
        "must begin with acme/",
    ),
    "unknown capability": (ACME.replace('"meeting-notes"', '"juggling"'), "acme/brightchat", "'juggling'"),
    "dead successor": (
        ACME.replace("domain =", 'replaced_by = "acme/gone"\ndomain =', 1),
        "acme/brightchat",
        "'acme/gone'",
    ),
    "replaced by itself": (
        ACME.replace("domain =", 'replaced_by = "acme/brightchat"\ndomain =', 1),
        "acme/brightchat",
        "replaced by itself",
    ),
    "address as domain": (
        ACME.replace('domains = ["brightchat.com"]', 'domains = ["https://brightchat.com/app"]'),
        "acme/brightchat",
        "bare lower-case domain",
    ),
    "ordinary word": (ACME.replace('"Brightchat", {', '"Claude", {'), "acme/brightchat", "'Claude'"),
    "two letters": (ACME.replace('"Brightchat", {', '"Qx", {'), "acme/brightchat", "too short"),
    "twice in one product": (
        ACME.replace('"Brightchat", {', '"Brightchat", "Bright chat", {'),
        "acme/brightchat",
        "twice",
    ),
}


@pytest.mark.parametrize(("text", "place", "words"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_named_with_its_place(tmp_path, text, place, words):
    found = faults_of(write_catalog(tmp_path, acme=text))

    assert len(found) == 1, found
    assert found[0].startswith("acme.toml: ")
    assert place in found[0]
    assert words in found[0]


def test_two_products_cannot_claim_the_same_words(tmp_path):
    zenith = (
        'name = "Zenith"\nsource = "written for a test"\n[[products]]\nkey = "zenith/app"\nname = "App"\n'
        'capabilities = ["general-chat"]\ndescriptors = ["BRIGHT-CHAT"]\n'
    )
    found = faults_of(write_catalog(tmp_path, acme=ACME, zenith=zenith))

    assert len(found) == 1
    assert "zenith/app" in found[0]
    assert "acme/brightchat (acme.toml)" in found[0]


def test_faults_of_several_files_are_all_named(tmp_path):
    found = faults_of(write_catalog(tmp_path, acme="name = 1", zenith="="))

    assert {fault.split(":")[0] for fault in found} == {"acme.toml", "zenith.toml"}


def test_a_folder_without_files_says_so(tmp_path):
    with pytest.raises(InvalidCatalog, match="no vendor files"):
        read_catalog(tmp_path)


def test_a_circle_of_replacements_ends():
    with pytest.raises(ValueError, match="replaced by itself"):
        follow("a/a", {"a/a": "b/b", "b/b": "a/a"})


@given(st.text(), st.sampled_from(sorted(IdentifierKind)))
def test_folding_again_changes_nothing(value, kind):
    once = folded(kind, value)
    assert folded(kind, once) == once


def test_the_command_lists_faults_and_fails(tmp_path):
    folder = write_catalog(tmp_path, acme=ACME.replace('"meeting-notes"', '"juggling"'))
    stderr = StringIO()

    with pytest.raises(CommandError, match="1 problem"):
        call_command("validate_catalog", str(folder), stderr=stderr)

    assert "acme.toml: acme/brightchat" in stderr.getvalue()


def test_the_command_says_that_a_catalog_is_sound(tmp_path):
    stdout = StringIO()
    call_command("validate_catalog", str(write_catalog(tmp_path)), stdout=stdout)
    assert "1 products of 1 vendors" in stdout.getvalue()


LOOK_ALIKES = """\
id\tchannel\ttext\texpected\tnote
x1\tcard\tBRIGHT-CHAT\tnone\t[lookalike] HARD NEG: a hairdresser
x2\tcard\tLANTERN\tnone\t[lookalike] HARD NEG: a lamp shop
x3\tcard\tACME ROBOTICS LIMITED\tnone\t[plain] a shop
x4\tcard\tBRIGHTCHAT.COM 0123\tacme/brightchat\t[plain]
"""


def look_alikes() -> list[LabelledRow]:
    return list(read_labelled(LOOK_ALIKES.splitlines(), "look_alikes.tsv"))


def test_a_name_that_is_all_that_a_look_alike_says_is_a_fault(tmp_path):
    catalog = read_catalog(write_catalog(tmp_path))
    (fault,) = look_alike_problems(catalog, look_alikes())  # Lantern is common, x3 no hard case
    assert "acme.toml: acme/brightchat: name 'Brightchat' is all that row x1" in fault


def test_a_name_that_says_itself_that_it_stands_for_other_things_is_none(tmp_path):
    shared = ACME.replace('["Brightchat",', '[{ value = "Brightchat", scope = "shared" },')
    catalog = read_catalog(write_catalog(tmp_path, acme=shared))
    assert list(look_alike_problems(catalog, look_alikes())) == []


def test_the_command_compares_with_the_look_alikes_of_the_project(tmp_path):
    row = next(row for row in own_rows() if row.hard and row.channel == "sso_app")
    folder = write_catalog(tmp_path, acme=ACME.replace('"Brightchat",', f'"{row.text}",'))
    stderr = StringIO()
    with pytest.raises(CommandError, match="1 problem"):
        call_command("validate_catalog", str(folder), stderr=stderr)
    assert row.id in stderr.getvalue()


def test_the_file_that_the_documentation_shows_is_sound(tmp_path):
    text = (Path(__file__).resolve().parents[2] / "docs" / "catalog.md").read_text(encoding="utf-8")
    shown = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    catalog = read_catalog(write_catalog(tmp_path, acme="\n".join(shown)))
    assert problems(catalog) == []
    (_, lantern), *_ = catalog.products()
    assert (len(lantern.plans), len(lantern.facts), len(catalog.vendors[0].facts)) == (1, 1, 1)
