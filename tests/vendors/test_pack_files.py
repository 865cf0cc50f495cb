"""A pack is taken whole and as it was signed, or refused with one sentence."""

from __future__ import annotations

import io
import json
import tomllib
import zipfile
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from tests.vendors.folders import ACME, LUMEN, write_catalog
from tests.vendors.packs import KEY, PUBLIC, TRUSTED, pack_of, rewritten
from vendors import pack_files
from vendors.catalog_files import SHIPPED
from vendors.pack_files import (
    NotAPack,
    edition_order,
    is_edition,
    make_pack,
    new_key,
    open_pack,
    private_key,
    trusted_keys,
)
from vendors.software_version import VERSION


@pytest.fixture(scope="module")
def content(tmp_path_factory):
    return pack_of(tmp_path_factory.mktemp("catalog"), acme=ACME, lumen=LUMEN)


def opened(content: bytes, software: str = "0.1.0"):
    return open_pack(content, TRUSTED, software=software)


def signed_anew(held: dict[str, bytes], /, **manifest: object) -> None:
    """Say something else in the manifest, with a signature that holds."""
    stated = json.loads(held["manifest.json"]) | manifest
    held["manifest.json"] = json.dumps(stated).encode()
    made = KEY.sign(b"penumbra catalog pack\n" + held["manifest.json"])
    signature = pack_files.base64.b64encode(made).decode()
    held["signature.json"] = json.dumps({"key": PUBLIC, "ed25519": signature}).encode()


def refusal(content: bytes, **options: str) -> str:
    with pytest.raises(NotAPack) as refused:
        opened(content, **options)
    return str(refused.value)


def test_a_pack_holds_the_files_that_it_was_made_of(content, tmp_path):
    pack = opened(content)
    pack.write_to(tmp_path)
    assert (pack.edition, pack.signed_by) == ("2027.1.1", "Test Maker")
    assert (tmp_path / "vendors" / "lumen.toml").read_text(encoding="utf-8") == LUMEN
    assert sorted(path.name for path in tmp_path.rglob("*.toml")) == [
        "acme.toml",
        "capabilities.toml",
        "lumen.toml",
    ]


def test_the_same_files_make_the_same_pack(content, tmp_path):
    assert pack_of(tmp_path, acme=ACME, lumen=LUMEN) == content


def test_one_file_alone_can_be_written(content, tmp_path):
    opened(content).write_to(tmp_path, only=["vendors/acme.toml"])
    assert [path.name for path in tmp_path.rglob("*.toml")] == ["acme.toml"]


def test_a_pack_without_a_signature_is_refused(content):
    assert "not signed" in refusal(rewritten(content, lambda files: files.pop("signature.json")))


def test_a_pack_of_a_key_that_nobody_trusts_is_refused_and_the_key_named(content):
    with pytest.raises(NotAPack, match="nobody here trusts") as refused:
        open_pack(content, {new_key()[1]: "Somebody Else"}, software="0.1.0")
    assert PUBLIC in str(refused.value)


def test_a_manifest_that_was_changed_is_refused(content):
    def change(files):
        files["manifest.json"] = files["manifest.json"].replace(b"2027.1.1", b"2029.1.1")

    assert "changed on its way" in refusal(rewritten(content, change))


def test_a_file_that_was_changed_is_refused_by_name(content):
    def change(files):
        files["vendors/acme.toml"] = files["vendors/acme.toml"].replace(b"Acme", b"Evil")

    assert refusal(rewritten(content, change)).startswith("vendors/acme.toml in it is not what was signed")


def test_a_file_that_was_not_signed_is_refused(content):
    added = rewritten(content, lambda files: files.update({"../../etc/passwd": b"root"}))
    assert "'../../etc/passwd' in it was not signed" in refusal(added)


@pytest.mark.parametrize(
    "name", ["../evil.toml", "/etc/passwd", "vendors/../evil.toml", "vendors\\evil.toml"]
)
def test_a_signed_name_that_leaves_the_folder_is_refused(content, name):
    def change(files):
        listed = json.loads(files["manifest.json"])["files"]
        listed[name] = listed["capabilities.toml"]
        files[name] = files["capabilities.toml"]
        signed_anew(files, files=listed)

    assert "which is no file of a catalog" in refusal(rewritten(content, change))


def test_a_file_that_unpacks_to_more_than_it_says_is_not_unpacked(content):
    def change(files):
        files["vendors/acme.toml"] = b"#" * (2 << 20)

    assert "larger than it may be" in refusal(rewritten(content, change))


def test_a_manifest_that_unpacks_to_too_much_is_not_unpacked(content):
    assert "manifest.json in it is larger" in refusal(
        rewritten(content, lambda files: files.update({"manifest.json": b" " * (9 << 20)}))
    )


def test_sizes_that_together_are_too_many_are_refused(content):
    def change(files):
        told = {"sha256": "0" * 64, "size": 1 << 20}
        many = {f"vendors/v{number}.toml": told for number in range(161)}
        signed_anew(files, files=json.loads(files["manifest.json"])["files"] | many)

    assert "unpacked it has more than 160 MiB" in refusal(rewritten(content, change))


def test_a_file_too_large_for_a_pack_is_not_looked_into():
    assert "more than 32 MiB" in refusal(b"PK" + bytes(32 << 20))


def test_an_archive_with_an_endless_list_of_files_is_not_listed(content):
    size = int.from_bytes(content[-10:-6], "little")
    assert size < 1_000
    longer = content[:-10] + (9 << 20).to_bytes(4, "little") + content[-6:]
    assert "no ZIP archive of a pack" in refusal(longer)
    assert "no ZIP archive of a pack" in refusal(content + b"PK\x06\x07" + bytes(16) + content[-22:])


def test_a_file_that_stands_there_twice_is_refused(content):
    into = io.BytesIO(content)
    with zipfile.ZipFile(into, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("manifest.json", b"{}")
    assert "one of them twice" in refusal(into.getvalue())


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        ({"format": 2}, "its format is 2"),
        ({"edition": "next"}, "names no edition"),
        ({"needs": "0.9.0"}, "needs version 0.9.0 of the software, and this is 0.1.0"),
        ({"needs": "soon"}, "from which version"),
        ({"files": {}}, "does not list"),
        ({"files": {"capabilities.toml": {"sha256": "x", "size": 1}}}, "checksum of capabilities.toml"),
        ({"files": {"capabilities.toml": {"sha256": "0" * 64, "size": -1}}}, "a size"),
        ({"files": {"capabilities.toml": None}}, "checksum of capabilities.toml"),
    ],
)
def test_a_signed_manifest_of_the_wrong_form_is_refused(content, stated, said):
    assert said in refusal(rewritten(content, lambda files: signed_anew(files, **stated)))


def _outcome(damaged: bytes) -> object:
    try:
        return opened(damaged).manifest
    except NotAPack as refused:
        said = str(refused)
        return "one sentence" if said and "\n" not in said else said


def test_whatever_is_cut_off_or_overwritten_is_one_sentence_or_the_pack_itself(content):
    @examples(max_examples=60)
    @given(st.integers(0, len(content)), st.binary(max_size=40), st.booleans())
    def check(place, other, cut):
        damaged = content[:place] + (other if cut else other + content[place + len(other) :])
        assert _outcome(damaged) in ("one sentence", opened(content).manifest)

    check()


def test_a_pack_is_not_made_of_what_it_could_not_hold(tmp_path):
    folder = write_catalog(tmp_path)
    with pytest.raises(ValueError, match="no edition"):
        make_pack(folder, "1.0", KEY, needs="0.1.0")
    with pytest.raises(ValueError, match="no version"):
        make_pack(folder, "2027.1.1", KEY, needs="new")
    (folder / "vendors" / "Big Name.toml").write_text(ACME, encoding="utf-8")
    with pytest.raises(ValueError, match="lower-case"):
        make_pack(folder, "2027.1.1", KEY, needs="0.1.0")


def test_trusted_keys_are_lines_of_a_name_and_a_key():
    assert trusted_keys(f"# whom we trust\n\nTest Maker {PUBLIC} # since May\n") == TRUSTED
    for wrong in (PUBLIC, "Test Maker", "Test Maker not-a-key"):
        with pytest.raises(ValueError, match="line 2"):
            trusted_keys(f"\n{wrong}")


def test_only_a_private_key_of_the_right_kind_signs():
    for wrong in (b"", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", PUBLIC.encode()):
        with pytest.raises(ValueError, match="Ed25519 private key"):
            private_key(wrong)


def test_editions_follow_each_other_by_number():
    editions = ["", "2026.2.1", "2026.11.26", "2026.11.26.2", "2026.11.26.10", "2027.1.1"]
    assert all(edition_order(one) < edition_order(next_) for one, next_ in pairwise(editions))


def test_packs_are_made_for_the_version_that_the_project_names():
    project = tomllib.loads((SHIPPED.parents[1] / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["version"] == VERSION


def test_the_shipped_catalog_says_which_edition_it_is():
    assert is_edition((SHIPPED / "edition.txt").read_text(encoding="utf-8").strip())
