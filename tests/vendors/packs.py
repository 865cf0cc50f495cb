"""Packs of small catalogs, signed with keys that tests make."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.vendors.folders import write_catalog
from vendors.pack_files import make_pack, new_key, private_key

_pem, PUBLIC = new_key()
KEY: Ed25519PrivateKey = private_key(_pem)
TRUSTED = {PUBLIC: "Test Maker"}


def pack_of(folder: Path, edition: str = "2027.1.1", needs: str = "0.1.0", **vendors: str) -> bytes:
    """A pack of the vendors that are given as text, all else as ``write_catalog`` has it."""
    return make_pack(write_catalog(folder, **vendors), edition, KEY, needs=needs)


def rewritten(content: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    """The same archive with other files in it."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    change(files)
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, held in files.items():
            archive.writestr(name, held)
    return into.getvalue()
