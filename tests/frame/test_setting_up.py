"""``make setup`` and what ``make demo`` looks at first."""

from __future__ import annotations

import socket
import subprocess

import pytest

from scripts import preflight, setup
from tests.frame.environment import PROJECT, one_sentence, run

LISTS = ("requirements.txt",)


@pytest.fixture
def steps(monkeypatch, tmp_path):
    """What was done, without a network: environments are an empty folder with a Python that runs."""
    done = []

    def create(folder, clear, with_pip):
        done.append("made")
        (folder / "bin").mkdir(parents=True, exist_ok=True)
        (folder / "bin" / "python").unlink(missing_ok=True)
        (folder / "bin" / "python").symlink_to("/bin/true")

    monkeypatch.setattr(setup.venv, "create", create)
    monkeypatch.setattr(setup, "_install", lambda folder, lists: done.append("installed"))
    monkeypatch.setattr(setup, "PROJECT", tmp_path)
    (tmp_path / "requirements.txt").write_text("django==5.2\n")
    return done


def test_an_environment_is_made_once(steps, tmp_path):
    setup.make(tmp_path / ".venv", LISTS)
    setup.make(tmp_path / ".venv", LISTS)
    assert steps == ["made", "installed"]


def test_new_pins_are_installed_into_the_same_environment(steps, tmp_path):
    setup.make(tmp_path / ".venv", LISTS)
    (tmp_path / "requirements.txt").write_text("django==5.3\n")
    setup.make(tmp_path / ".venv", LISTS)
    assert steps == ["made", "installed", "installed"]


def test_an_environment_whose_making_was_cut_off_is_made_anew(steps, tmp_path, monkeypatch):
    def cut_off(folder, lists):
        raise KeyboardInterrupt

    with monkeypatch.context() as interrupted:
        interrupted.setattr(setup, "_install", cut_off)
        with pytest.raises(KeyboardInterrupt):
            setup.make(tmp_path / ".venv", LISTS)
    setup.make(tmp_path / ".venv", LISTS)
    assert steps == ["made", "made", "installed"]


def test_an_environment_whose_python_is_gone_is_made_anew(steps, tmp_path):
    setup.make(tmp_path / ".venv", LISTS)
    (tmp_path / ".venv" / "bin" / "python").unlink()
    setup.make(tmp_path / ".venv", LISTS)
    assert steps == ["made", "installed", "made", "installed"]


def test_every_package_has_an_exact_version_and_no_index_is_named():
    for name in ("requirements.txt", "requirements-dev.txt"):
        lines = [line for line in (PROJECT / name).read_text().splitlines() if not line.startswith("#")]
        assert len(lines) > 10
        assert all("==" in line and "://" not in line for line in lines)


def test_an_old_python_is_told_which_one_is_needed(tmp_path):
    old = tmp_path / "python3"
    old.write_text("#!/bin/sh\ncase $2 in *'print(\"old\"'*) echo old 3.9 ;; *) echo 3.9 ;; esac\n")
    old.chmod(0o755)
    (tmp_path / "scripts").mkdir()
    finder = tmp_path / "scripts" / "python"
    finder.write_text((PROJECT / "scripts" / "python").read_text())
    done = subprocess.run(
        ["/bin/sh", str(finder)], env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert one_sentence(done.stderr)
    assert "needs Python 3.11 or newer and found only 3.9" in done.stderr


def test_a_taken_port_is_told_before_anything_is_done(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = run("scripts/preflight.py", data=tmp_path, PORT=port)
    assert done.returncode == 1
    assert one_sentence(done.stderr)
    assert f"Port {port} is taken" in done.stderr


@pytest.mark.parametrize("port", ["0", "65536", "eighty", ""])
def test_what_is_no_port_is_told(port):
    assert "is no port" in preflight._port(port)


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    in_the_way = tmp_path / "file"
    in_the_way.touch()
    done = run("scripts/preflight.py", data=in_the_way, PORT="1")
    assert done.returncode == 1
    assert one_sentence(done.stderr)
    assert str(in_the_way) in preflight._folder(in_the_way, "PENUMBRA_DATA")
