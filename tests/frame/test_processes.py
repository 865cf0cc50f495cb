"""What this process started ends with it, however it ends."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from inventory.processes import ChildDied, Processes
from tests.frame.environment import PROJECT, environment, until

#: A process that has one of its own and ends for no polite word.
_STUBBORN = (
    "import signal, subprocess, sys, os\n"
    "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    "child = subprocess.Popen([sys.executable, '-c', 'import signal; signal.pause()'])\n"
    "open(sys.argv[1], 'w').write(f'{os.getpid()} {child.pid}\\n')\n"
    "signal.pause()\n"
)
_PARENT = (
    "import sys\n"
    "from pathlib import Path\n"
    "from inventory import processes\n"
    "processes.PATIENCE = 0.2\n"
    "try:\n"
    "    with processes.Processes(Path(sys.argv[1])) as children:\n"
    f"        children.start('stubborn', [sys.executable, '-c', {_STUBBORN!r}, sys.argv[2]], {{}})\n"
    "        while True:\n"
    "            children.wait(0.05)\n"
    "except processes.Stopped:\n"
    "    pass\n"
)


def _gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_children_and_what_they_started(tmp_path, number):
    pids = tmp_path / "pids"
    parent = subprocess.Popen(
        [sys.executable, "-c", _PARENT, str(tmp_path), str(pids)], cwd=PROJECT, env=environment(tmp_path),
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        until(lambda: pids.exists() and pids.read_text().endswith("\n"), "both processes run")
        parent.send_signal(number)
        _, said = parent.communicate(timeout=60)
    finally:
        parent.kill()
    assert parent.returncode == 0
    assert said == ""
    for pid in map(int, pids.read_text().split()):
        until(lambda pid=pid: _gone(pid), f"process {pid} has ended", 10)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent is gone")
def test_a_child_is_told_to_end_where_its_parent_was_killed_outright(tmp_path):
    polite = "import os, signal, sys; open(sys.argv[1], 'w').write(f'{os.getpid()}\\n'); signal.pause()"
    pids = tmp_path / "pids"
    parent = subprocess.Popen(
        [sys.executable, "-c", _PARENT.replace(repr(_STUBBORN), repr(polite)), str(tmp_path), str(pids)],
        cwd=PROJECT, env=environment(tmp_path),
    )  # fmt: skip
    until(lambda: pids.exists() and pids.read_text().endswith("\n"), "the process runs")
    parent.kill()
    parent.wait()
    until(lambda: _gone(int(pids.read_text())), "the child has ended", 10)


def test_a_child_that_ends_by_itself_is_told_with_the_place_of_its_last_words(tmp_path):
    with Processes(tmp_path) as children:
        children.start("worker", [sys.executable, "-c", "raise SystemExit('no disk')"], {})
        until((tmp_path / "worker.log").read_text, "its last words")
        with pytest.raises(ChildDied, match=r"the worker ended by itself \(status 1\).*worker\.log"):
            until(children.check, "its end")
    assert Path(tmp_path / "worker.log").read_text() == "no disk\n"


def test_handlers_of_signals_are_put_back(tmp_path):
    before = signal.getsignal(signal.SIGTERM)
    with Processes(tmp_path):
        assert signal.getsignal(signal.SIGTERM) != before
    assert signal.getsignal(signal.SIGTERM) == before
