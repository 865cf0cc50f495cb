"""Secrets come from the environment, from a file it names, or, embedded, from a private file.

``NAME`` holds the secret itself, ``NAME_FILE`` the path of a file that does (as container
platforms mount them). Without either, the embedded default makes one file per secret,
readable by its owner only, at first use.
"""

import os
import secrets
from pathlib import Path

from config.paths import KEYS_DIR


def secret(name: str) -> str:
    """The secret called ``name``; made and kept under the keys folder where none was given."""
    if value := os.environ.get(name):
        return value
    if path := os.environ.get(f"{name}_FILE"):
        return Path(path).read_text(encoding="utf-8").strip()
    return _own_file(KEYS_DIR / name.lower())


def _own_file(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        pass
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(secrets.token_hex(32))
    try:
        os.link(fresh, path)  # fails where another process was first: then its key holds
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
    return path.read_text(encoding="utf-8").strip()
