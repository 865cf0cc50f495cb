"""A new vendor's file has the whole form, and its author is told what the names would match."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from tests.vendors.folders import ACME, write_catalog
from tests.vendors.test_catalog_files import faults_of
from vendors.catalog_files import read_catalog
from vendors.matching import Matcher
from vendors.matching.catalog import Strength
from vendors.matching.evaluation import LabelledRow
from vendors.scaffold import Draft, answers_today, claimed, would_take

TODAY = date(2026, 11, 1)


def draft(name="Harbour Mind", domain="harbourmind.example", capabilities=("general-chat",)):
    return Draft(name, domain, capabilities, TODAY)


def scaffold(folder, *arguments):
    stdout = StringIO()
    call_command("scaffold_vendor", *arguments, "--folder", str(folder), stdout=stdout)
    return stdout.getvalue()


def test_the_file_is_sound_as_it_is_written(tmp_path):
    folder = write_catalog(tmp_path)
    said = scaffold(folder, "Harbour Mind", "--domain", "harbourmind.example", "--capability", "general-chat")

    assert faults_of(folder) == []
    (vendor,) = [v for v in read_catalog(folder).vendors if v.key == "harbour-mind"]
    assert [(p.key, p.domain, p.capabilities) for p in vendor.products] == [
        ("harbour-mind/harbour-mind", "harbourmind.example", ("general-chat",))
    ]
    assert "nobody has this name or domain" in said
    assert "1. Fill in harbour-mind.toml" in said


def test_what_stands_in_comments_is_sound_too(tmp_path):
    text = draft().text()
    lines = [line.removeprefix("# ") if not line.startswith("#:") else line for line in text.splitlines()]
    folder = write_catalog(tmp_path, **{"harbour-mind": "\n".join(lines)})

    assert faults_of(folder) == []
    (product,) = read_catalog(folder).vendors[0].products
    assert (len(product.plans), len(product.facts)) == (1, 1)


def test_without_a_capability_the_first_step_is_to_choose_one(tmp_path):
    folder = write_catalog(tmp_path)
    said = scaffold(folder, "Harbour Mind", "--domain", "harbourmind.example")
    assert "1. Choose its capabilities" in said
    assert len(faults_of(folder)) == 1


@pytest.mark.parametrize(
    ("name", "strength"),
    [("Harbour Mind", Strength.DISTINCTIVE), ("Claude", Strength.COMMON), ("Qx", Strength.COMMON)],
)
def test_an_ordinary_name_is_marked_common(tmp_path, name, strength):
    new = draft(name)
    assert new.strength == strength
    assert faults_of(write_catalog(tmp_path, **{new.key: new.text()})) == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["Acme", "--domain", "acme.example"], "acme.toml is there already"),
        (["Harbour", "--domain", "https://harbour.example/"], "not a bare lower-case domain"),
        (["Harbour", "--domain", "harbour.example", "--capability", "juggling"], "'juggling'"),
        (["航", "--domain", "harbour.example"], "Latin letters"),
    ],
)
def test_what_cannot_be_added_is_refused_and_writes_nothing(tmp_path, arguments, words):
    folder = write_catalog(tmp_path)
    before = {file: file.read_bytes() for file in folder.rglob("*.toml")}
    with pytest.raises(CommandError, match=words):
        scaffold(folder, *arguments)
    assert {file: file.read_bytes() for file in folder.rglob("*.toml")} == before


def test_who_has_the_name_or_domain_already_is_told(tmp_path):
    catalog = read_catalog(write_catalog(tmp_path, acme=ACME))
    found = claimed(draft("Bright-Chat", "brightchat.com"), catalog)
    assert len(found) == 2
    assert all("of acme/brightchat (acme.toml)" in line for line in found)
    assert claimed(draft(), catalog) == []


def test_what_it_is_taken_for_without_the_new_file_is_told(tmp_path):
    catalog = read_catalog(write_catalog(tmp_path, acme=ACME))
    answers = answers_today(draft("Brightchat Pro", "brightchat.com"), Matcher(catalog.entries()))
    assert {channel for channel, _, _ in answers} == {"card", "expense", "sso_app", "domain"}
    assert {answer.product for _, _, answer in answers} == {"acme/brightchat"}


def test_rows_that_mean_something_else_are_named(tmp_path):
    def row(text, expected="none"):
        return LabelledRow("R1", "card", text, "", expected, frozenset(), "HARD NEG")

    new = draft("Gammaloo", "gammaloo.example")
    matcher = Matcher(new.beside(read_catalog(write_catalog(tmp_path)).entries()))
    rows = [row("GAMMALOO 3046 UTRECHT"), row("GAMMALOO", "gammaloo/gammaloo"), row("BAKERY LOO")]
    assert [one.text for one, _ in would_take(new, matcher, rows)] == ["GAMMALOO 3046 UTRECHT"]


def test_the_command_compares_with_the_projects_own_rows(tmp_path):
    said = scaffold(write_catalog(tmp_path), "Overvecht", "--domain", "overvecht.example")
    assert "labelled rows" in said
