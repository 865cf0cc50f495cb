"""What is read at a path: files, folders, archives, and what cannot be read."""

from __future__ import annotations

import gzip
import io
import os
import tarfile
import zipfile

import pytest
from openpyxl import Workbook

from discovery.connectors.base import UnreadableFile
from discovery.files import BadMember, Member, head_of, members


def names(path) -> list[str]:
    return [member.name for member in members(path) if isinstance(member, Member)]


def bad(path) -> dict[str, str]:
    return {member.name: member.error for member in members(path) if isinstance(member, BadMember)}


def zipped(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/"), content)
    return out.getvalue()


def test_a_folder_yields_its_files_at_any_depth_in_order_without_litter(tmp_path):
    for name in ("b.csv", "a/c.csv", "a/.DS_Store", ".hidden/x.csv", "a/~$c.csv", "Thumbs.db"):
        path = tmp_path / "exports" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    assert names(tmp_path / "exports") == ["exports/b.csv", "exports/a/c.csv"]


def test_an_archive_yields_its_files_and_reads_them(tmp_path):
    path = tmp_path / "a.zip"
    path.write_bytes(zipped(**{"b.xml": b"<b/>", "sub__c.csv": b"c", "in.zip": zipped(**{"d.csv": b"d"})}))
    found = {member.name: member.open().read() for member in members(path)}
    assert found == {"a.zip!b.xml": b"<b/>", "a.zip!in.zip!d.csv": b"d", "a.zip!sub/c.csv": b"c"}


def test_gzip_and_tar_are_archives_too(tmp_path):
    (tmp_path / "one.csv.gz").write_bytes(gzip.compress(b"one"))
    (tmp_path / "b.csv").write_bytes(b"two")
    with tarfile.open(tmp_path / "t.tar.gz", "w:gz") as archive:
        archive.add(tmp_path / "b.csv", "x/b.csv")
    assert [m.open().read() for m in members(tmp_path / "one.csv.gz")] == [b"one"]
    assert [(m.inner, m.open().read()) for m in members(tmp_path / "t.tar.gz")] == [("x/b.csv", b"two")]


def test_a_workbook_is_one_file_and_its_head_is_the_whole(tmp_path):
    book = Workbook()
    for row in range(8000):
        book.active.append([row, f"text {row * 7919}"])
    book.save(tmp_path / "book.xlsx")
    (member,) = members(tmp_path / "book.xlsx")
    assert (member.inner, head_of(member).complete) == ("", True)


def test_a_file_that_unpacks_without_end_is_refused_and_the_others_read(tmp_path):
    path = tmp_path / "a.zip"
    path.write_bytes(zipped(**{"bomb.csv": bytes(40_000_000), "good.csv": b"good"}))
    assert names(path) == ["a.zip!good.csv"]
    assert "far more" in bad(path)["a.zip!bomb.csv"]


def test_an_encrypted_file_is_told_apart(tmp_path):
    content = bytearray(zipped(**{"a.csv": b"a"}))
    content[6] |= 1  # the flag in the entry and in the directory
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path = tmp_path / "locked.zip"
    path.write_bytes(content)
    assert "is encrypted" in bad(path)["locked.zip!a.csv"]


def test_a_broken_archive_stops_nothing_beside_it(tmp_path):
    (tmp_path / "a.zip").write_bytes(zipped(**{"b.csv": b"b" * 5000})[:60])
    (tmp_path / "c.csv").write_text("c")
    assert names(tmp_path) == [f"{tmp_path.name}/c.csv"]
    assert "damaged or cut off" in bad(tmp_path)[f"{tmp_path.name}/a.zip"]


def test_damage_inside_an_archive_is_said_when_it_is_read(tmp_path):
    content = bytearray(zipped(**{"b.csv": os.urandom(5000)}))
    content[200] ^= 0xFF
    path = tmp_path / "a.zip"
    path.write_bytes(content)
    (member,) = members(path)
    with pytest.raises(UnreadableFile, match="damaged"):
        head_of(member)


def test_what_is_not_there_is_said_in_one_sentence(tmp_path):
    with pytest.raises(UnreadableFile, match="no such file"):
        list(members(tmp_path / "nothing"))
    with pytest.raises(UnreadableFile, match="holds no file"):
        list(members(tmp_path))
    with pytest.raises(UnreadableFile, match="is no file"):
        list(members(tmp_path / "/dev/null"))


def test_a_member_can_be_read_again_from_the_start(tmp_path):
    path = tmp_path / "a.zip"
    path.write_bytes(zipped(**{"b.csv": b"12345" * 1000}))
    (member,) = members(path)
    with member.open() as stream:
        assert stream.read(3) == b"123"
        stream.seek(0)
        assert len(stream.read()) == 5000 == member.size == stream.tell()


def test_a_file_in_an_archive_that_lies_about_its_size_still_ends(tmp_path):
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(bytes(50_000_000)))
    (member,) = members(path)
    with member.open() as stream, pytest.raises(UnreadableFile, match="far more"):
        stream.read()
