"""What would stop ``make demo`` later, looked at before any long work: the port and the folders."""

from __future__ import annotations

import os
import socket
import sys
import tempfile
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent


def trouble() -> str:
    """One sentence on the first thing that is wrong, or ""."""
    data = Path(os.environ.get("PENUMBRA_DATA") or PROJECT / "var")
    return _port(os.environ.get("PORT", "8000")) or _folder(PROJECT, "") or _folder(data, "PENUMBRA_DATA")


def _port(text: str) -> str:
    if not text.isdecimal() or not 0 < int(text) < 65536:
        return f"PORT={text} is no port; choose a number from 1024 to 65535, as in: make demo PORT=8000"
    with socket.socket() as listener:
        # As the web server does; a connection that is still closing does not count as taken.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", int(text)))
        except PermissionError:
            return f"Port {text} needs special rights; choose a higher one: make demo PORT=8000"
        except OSError:
            other = int(text) + 1 if int(text) < 65535 else 8000
            return f"Port {text} is taken by another program; choose another one: make demo PORT={other}"
    return ""


def _folder(folder: Path, variable: str) -> str:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        way_out = f"name another one with {variable}" if variable else "use a copy of the project elsewhere"
        return f"The folder {folder} cannot be written ({error.strerror}); make it writable, or {way_out}."
    return ""


if __name__ == "__main__":
    if found := trouble():
        print(found, file=sys.stderr)
        sys.exit(1)
