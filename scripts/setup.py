"""Make the virtual environment: pinned packages, once. Runs before anything is installed.

``scripts/setup.py [--tests] [--folder .venv]``; ``--tests`` adds what tests and checks need. What was
installed is noted inside the environment, so that a repetition costs nothing, and an environment
without the note (its making was cut off, or somebody else made it) is made anew.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
import venv
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
#: Written last, taken away first: an environment that has it is whole.
NOTE = "penumbra-packages.json"
FOR_USE = ("requirements.txt",)
FOR_TESTS = ("requirements.txt", "requirements-dev.txt")


class Trouble(Exception):
    """One sentence that says what is wrong and how to mend it."""


def make(folder: Path, lists: tuple[str, ...]) -> None:
    wanted = {name: hashlib.sha256((PROJECT / name).read_bytes()).hexdigest() for name in lists}
    noted = _note(folder)
    if all(noted.get(name) == digest for name, digest in wanted.items()):
        return
    try:
        if not noted:
            _say(f"Making {folder.name} with Python {sys.version_info.major}.{sys.version_info.minor}")
            (folder / NOTE).unlink(missing_ok=True)
            venv.create(folder, clear=True, with_pip=True)
        (folder / NOTE).unlink(missing_ok=True)
        _say("Installing the pinned packages (the first time takes a minute or two)")
        _install(folder, lists)
        (folder / NOTE).write_text(json.dumps(wanted), encoding="utf-8")
    except (OSError, subprocess.CalledProcessError) as error:
        raise Trouble(
            f"the virtual environment {folder} cannot be made ({_reason(error)}); "
            "make the folder writable, or set Penumbra up in another one"
        ) from None


def _note(folder: Path) -> dict[str, str]:
    """Digests of the lists that are installed; empty where the environment is not whole or does not run."""
    try:
        noted = json.loads((folder / NOTE).read_text(encoding="utf-8"))
        subprocess.run([folder / "bin" / "python", "-c", ""], check=True, capture_output=True)
    except (OSError, ValueError, subprocess.CalledProcessError):
        return {}
    return noted


def _install(folder: Path, lists: tuple[str, ...]) -> None:
    command = [str(folder / "bin" / "python"), "-m", "pip", "install", "-qq", "--no-input"]
    command += ["--disable-pip-version-check"]
    for name in lists:
        command += ["-r", str(PROJECT / name)]
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        reason = said[-1] if said else done.stderr.strip()[-300:]
        raise Trouble(
            f"the packages cannot be installed; pip says: {reason}; "
            "see to the network (or pip's configuration) and run make again"
        )


def _reason(error: OSError | subprocess.CalledProcessError) -> str:
    return (error.strerror or str(error)) if isinstance(error, OSError) else "Python's venv module failed"


def _say(line: str) -> None:
    print(line, flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, default=PROJECT / ".venv")
    parser.add_argument("--tests", action="store_true")
    options = parser.parse_args()
    try:
        make(options.folder, FOR_TESTS if options.tests else FOR_USE)
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
