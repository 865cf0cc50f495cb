"""Secrets are given, or made once and kept private; they are never a default."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import secrets
from tests.frame.environment import PROJECT, environment


@pytest.fixture
def keys(tmp_path, monkeypatch) -> Path:
    folder = tmp_path / "data" / "keys"
    monkeypatch.setattr(secrets, "KEYS_DIR", folder)
    monkeypatch.delenv("PENUMBRA_SEALING_KEY", raising=False)
    monkeypatch.delenv("PENUMBRA_SEALING_KEY_FILE", raising=False)
    return folder


def test_a_secret_of_our_own_is_made_once_and_readable_by_its_owner_only(keys):
    first = secrets.secret("PENUMBRA_SEALING_KEY")
    assert len(first) == 64
    assert secrets.secret("PENUMBRA_SEALING_KEY") == first
    (kept,) = keys.iterdir()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(keys.stat().st_mode) == 0o700


def test_two_installations_share_no_secret(keys, tmp_path, monkeypatch):
    first = secrets.secret("PENUMBRA_SEALING_KEY")
    monkeypatch.setattr(secrets, "KEYS_DIR", tmp_path / "another")
    assert secrets.secret("PENUMBRA_SEALING_KEY") != first


def test_processes_that_start_at_once_get_the_same_secret(tmp_path):
    ask = "from config.secrets import secret; print(secret('PENUMBRA_SEALING_KEY'))"
    asking = [
        subprocess.Popen(
            [sys.executable, "-c", ask],
            cwd=PROJECT,
            env=environment(tmp_path),
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    told = {process.communicate()[0] for process in asking}
    assert len(told) == 1
    assert len(told.pop().strip()) == 64
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["penumbra_sealing_key"]


def test_a_secret_that_was_given_is_used_and_nothing_is_written(keys, tmp_path, monkeypatch):
    given = tmp_path / "given"
    given.write_text("from a file\n")
    monkeypatch.setenv("PENUMBRA_SEALING_KEY_FILE", str(given))
    assert secrets.secret("PENUMBRA_SEALING_KEY") == "from a file"
    monkeypatch.setenv("PENUMBRA_SEALING_KEY", "from the environment")
    assert secrets.secret("PENUMBRA_SEALING_KEY") == "from the environment"
    assert not keys.exists()


def test_a_secret_is_refused_where_it_must_be_given(keys):
    with pytest.raises(ImproperlyConfigured, match="PENUMBRA_SEALING_KEY is not set"):
        secrets.secret("PENUMBRA_SEALING_KEY", own=False)
    assert not keys.exists()


@pytest.mark.parametrize(("content", "complaint"), [("", "is empty"), (None, "cannot be read")])
def test_a_file_without_a_secret_is_named(keys, tmp_path, monkeypatch, content, complaint):
    given = tmp_path / "given"
    if content is not None:
        given.write_text(content)
    monkeypatch.setenv("PENUMBRA_SEALING_KEY_FILE", str(given))
    with pytest.raises(ImproperlyConfigured, match=f"given {complaint}"):
        secrets.secret("PENUMBRA_SEALING_KEY")


def test_an_emptied_key_of_our_own_is_not_replaced(keys):
    keys.mkdir(parents=True)
    (keys / "penumbra_sealing_key").touch()
    with pytest.raises(ImproperlyConfigured, match="is empty"):
        secrets.secret("PENUMBRA_SEALING_KEY")
