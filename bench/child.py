"""A measured side in a process of its own, so that time and memory are that side's alone.

``python -m bench.child MODULE FUNCTION JSON`` sets Django up, calls the function with the JSON object
as keyword arguments and prints what it returns, with the peak of the process's memory.
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parent.parent
_STATUS = Path("/proc/self/status")
_MARK = "bench-result "


class MeasurementFailed(Exception):
    """A measured side ended with an error; the message is its last words."""


class Child:
    """Calls functions in processes that have a data folder and a database of their own."""

    def __init__(self, folder: Path, database_url: str = "") -> None:
        self._environment = {
            **os.environ,
            "PENUMBRA_DATA": str(folder / "var"),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DJANGO_ALLOWED_HOSTS": "testserver",
            "DJANGO_DEBUG": "",
            "REDIS_URL": "",
            "PYTHONPATH": str(_ROOT),
        }
        for name in ("DATABASE_URL", "DJANGO_SECRET_KEY", "PENUMBRA_SEALING_KEY"):
            self._environment.pop(name, None)
        if database_url:
            self._environment["DATABASE_URL"] = database_url

    def call(self, function: Callable[..., Mapping[str, Any]], **arguments: Any) -> dict[str, Any]:
        """What ``function`` returned there, with ``peak_mb``. Raises MeasurementFailed."""
        done = subprocess.run(
            self._command(function, arguments),
            env=self._environment,
            cwd=_ROOT,
            capture_output=True,
            text=True,
        )
        return _answer(function, done.returncode, done.stdout, done.stderr)

    def start(self, function: Callable[..., Mapping[str, Any]], **arguments: Any) -> Running:
        """The same without waiting for its end."""
        process = subprocess.Popen(
            self._command(function, arguments),
            env=self._environment,
            cwd=_ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        return Running(function, process)

    @staticmethod
    def _command(function: Callable[..., Any], arguments: Mapping[str, Any]) -> list[str]:
        module, name = function.__module__, function.__name__
        return [sys.executable, "-m", "bench.child", module, name, json.dumps(arguments)]


class Running:
    """A call that has not been waited for."""

    def __init__(self, function: Callable[..., Any], process: subprocess.Popen[str]) -> None:
        self._function = function
        self._process = process

    def result(self) -> dict[str, Any]:
        out, complaints = self._process.communicate()
        return _answer(self._function, self._process.returncode, out, complaints)


def _answer(function: Callable[..., Any], code: int, out: str, complaints: str) -> dict[str, Any]:
    for line in reversed(out.splitlines()):
        if code == 0 and line.startswith(_MARK):
            return dict(json.loads(line.removeprefix(_MARK)))
    said = complaints.strip()[-1500:] or out.strip()[-500:]
    raise MeasurementFailed(f"{function.__module__}.{function.__name__} failed: {said}")


def peak_mb() -> float:
    """The most memory this process has held, in MB of 10⁶ bytes.

    ``ru_maxrss`` of a child begins at its parent's size on Linux; the kernel's own high-water mark
    of the address space does not.
    """
    if _STATUS.exists():
        for line in _STATUS.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024 / 1e6
    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return size / 1e6 if sys.platform == "darwin" else size * 1024 / 1e6


def main(module: str, function: str, arguments: str) -> None:
    import django

    django.setup()
    result = dict(getattr(importlib.import_module(module), function)(**json.loads(arguments)))
    result["peak_mb"] = peak_mb()
    print(_MARK + json.dumps(result), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
