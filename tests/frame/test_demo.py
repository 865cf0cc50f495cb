"""``make demo``'s own command with a small company: real worker, real web server, real signals."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import sys
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from tests.frame.environment import PROJECT, environment, one_sentence, run, until
from tests.services.instances import free_port

SMALL = {"PENUMBRA_DEMO_PEOPLE": "20", "PENUMBRA_DEMO_MONTHS": "2"}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory) -> Path:
    """What ``make setup`` leaves: the slow part of a start, once."""
    folder = tmp_path_factory.mktemp("prepared")
    done = run("-m", "scripts.prepare", data=folder)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def data(prepared, tmp_path) -> Path:
    return Path(shutil.copytree(prepared, tmp_path / "data"))


@contextmanager
def demo(data: Path):
    """The demo once it is ready: (process, port, what it said)."""
    port = free_port()
    said = data / "said"
    with said.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "demo", "--port", str(port)], cwd=PROJECT,
            env=environment(data, **SMALL), stdout=out, stderr=out,
        )  # fmt: skip
    try:
        until(
            lambda: f"\nReady: http://127.0.0.1:{port}/\n" in said.read_text() or process.poll() is not None,
            "Ready",
            300,
        )
        assert process.poll() is None, said.read_text()
        yield process, port, said.read_text()
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.wait(60)


_EXPORTS = (
    "from django.core.management import call_command as call\n"
    "for what in ('inventory', 'spend', 'people', 'records'): call('export', what, '--format', 'json')"
)


def exports(data: Path) -> str:
    """Everything that the installation tells other programs."""
    return run("manage.py", "shell", "-v", "0", "-c", _EXPORTS, data=data).stdout


def test_it_is_ready_with_tools_and_accounts_and_a_second_time_changes_no_figure(data):
    with demo(data) as (process, port, said):
        assert "Scanning" in said
        children = psutil.Process(process.pid).children(recursive=True)
        assert len(children) >= 3  # a worker with its beat and its own, a web server with its own
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/accounts/login/") as page:
            assert page.status == 200
            sheet = re.search(r'href="(/static/[^"]+\.css)"', page.read().decode())
        assert sheet, "the page names its style sheet"
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{sheet[1]}") as style:
            assert style.status == 200
        for persona in json.loads(run("manage.py", "personas", "--json", data=data).stdout):
            assert persona["email"] in said
            assert persona["password"] in said
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
    assert not [child for child in children if child.is_running() and child.status() != psutil.STATUS_ZOMBIE]
    figures = exports(data)
    assert '"openai/chatgpt"' in figures
    with demo(data) as (_, _, said):
        assert "Scanning" not in said
    assert exports(data) == figures


def test_a_database_with_other_data_is_left_alone(data):
    make = (
        "from discovery.models import Source; Source.objects.create(name='ours', connector='x', kind='card')"
    )
    assert run("manage.py", "shell", "-v", "0", "-c", make, data=data).returncode == 0
    done = run("manage.py", "demo", "--port", str(free_port()), data=data, **SMALL)
    assert done.returncode == 1
    assert "already holds sources" in done.stderr
    assert one_sentence(done.stderr)
    assert not (data / "sample-company").exists()
    assert run("manage.py", "personas", data=data).returncode == 1
