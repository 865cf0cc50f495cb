"""A catalog as one signed file: made, opened, and refused where anything about it is wrong. No Django.

A pack is a ZIP archive of ``manifest.json``, ``signature.json``, ``capabilities.toml`` and
``vendors/<vendor>.toml``. The manifest names edition, format, the oldest software that can read it, and
of every file size and SHA-256; the signature (Ed25519) is over the manifest's bytes and so over all of it.
Nothing of an archive is believed before its signature holds: not a name, not a size.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
import json
import re
import struct
import zipfile
import zlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

FORMAT = 1
MANIFEST, SIGNATURE, CAPABILITIES = "manifest.json", "signature.json", "capabilities.toml"

#: A pack ten times as large as the first one is still read.
LARGEST_PACK = 32 << 20
LARGEST_FILE = 1 << 20
LARGEST_WHOLE = 160 << 20
MOST_FILES = 40_000
_LARGEST_MANIFEST = 8 << 20
_LARGEST_SIGNATURE = 4_096
_LARGEST_DIRECTORY = 8 << 20
#: The end of an archive: mark, four counts, size and start of its list of files, length of a comment.
_END = struct.Struct("<4s4H2LH")

_SIGNED_AS = b"penumbra catalog pack\n"
_NAME = re.compile(r"capabilities\.toml|vendors/[a-z0-9]+(-[a-z0-9]+)*\.toml")
_EDITION = re.compile(r"\d{4}\.\d{1,2}\.\d{1,2}(\.\d{1,4})?")
_SOFTWARE = re.compile(r"\d{1,4}\.\d{1,4}\.\d{1,4}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
#: The same file makes the same pack: an archive's entries would else carry the time of its making.
_NO_TIME = (1980, 1, 1, 0, 0, 0)
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    RuntimeError,  # encrypted
    NotImplementedError,  # compressed in a way that is not known
    KeyError,
)


class NotAPack(Exception):
    """The file cannot be taken as a pack: one sentence that says why."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a pack says of itself. ``files``: name → (SHA-256 in hexadecimal digits, size in bytes)."""

    edition: str
    needs: str
    files: Mapping[str, tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack whose signature holds. ``signed_by``: the name under which its key is trusted here."""

    manifest: Manifest
    signed_by: str
    sha256: str
    content: bytes

    @property
    def edition(self) -> str:
        return self.manifest.edition

    def write_to(self, folder: Path, only: Collection[str] | None = None) -> None:
        """Write its files, or those of these names, below a folder. Raises NotAPack for a damaged one."""
        (folder / "vendors").mkdir(parents=True, exist_ok=True)
        with _archive(self.content) as archive:
            for name, (sha256, size) in self.manifest.files.items():
                if only is None or name in only:
                    (folder / name).write_bytes(_checked(archive, name, sha256, size))


def edition_order(edition: str) -> tuple[int, ...]:
    """By which editions are compared; that of no edition comes before all others."""
    return tuple(map(int, edition.split("."))) if edition else ()


def is_edition(text: str) -> bool:
    """Whether it is a day, and where there are several on one a number: 2026.11.26 or 2026.11.26.2."""
    return bool(_EDITION.fullmatch(text))


# --- keys ---------------------------------------------------------------------------------------------


def new_key() -> tuple[bytes, str]:
    """A new private key as a PEM file, and its public key as lists of trusted ones name it."""
    private = Ed25519PrivateKey.generate()
    return (
        private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        _public_text(private.public_key()),
    )


def private_key(pem: bytes) -> Ed25519PrivateKey:
    """Raises ValueError with one sentence for what is no private key of this kind."""
    try:
        key = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError(
            "it holds no Ed25519 private key without a password; manage.py catalog keygen makes one"
        )
    return key


def trusted_keys(text: str) -> dict[str, str]:
    """Public key → name, from lines of a name and a key. Raises ValueError naming the line."""
    found = {}
    for number, line in enumerate(text.splitlines(), start=1):
        stated = line.split("#")[0].split()
        if not stated:
            continue
        key = _public(stated[-1])
        if len(stated) < 2 or key is None:
            raise ValueError(
                f"line {number} is not a name and a public key as manage.py catalog keygen prints"
            )
        found[stated[-1]] = " ".join(stated[:-1])
    return found


def _public_text(key: Ed25519PublicKey) -> str:
    return base64.b64encode(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()


def _public(text: str) -> Ed25519PublicKey | None:
    try:
        return Ed25519PublicKey.from_public_bytes(base64.b64decode(text, validate=True))
    except (ValueError, binascii.Error):
        return None


# --- making -------------------------------------------------------------------------------------------


def make_pack(folder: Path, edition: str, key: Ed25519PrivateKey, *, needs: str) -> bytes:
    """The catalog in a folder as a pack. The same files, edition and key make the same bytes.

    Raises ValueError with one sentence where the edition or a file cannot be.
    """
    if not is_edition(edition):
        raise ValueError(f"{edition!r} is no edition such as 2026.11.26, or 2026.11.26.2 for a second one")
    if not _SOFTWARE.fullmatch(needs):
        raise ValueError(f"{needs!r} is no version of the software such as 0.1.0")
    files = {CAPABILITIES: (folder / CAPABILITIES).read_bytes()}
    for path in sorted((folder / "vendors").glob("*.toml")):
        files[f"vendors/{path.name}"] = path.read_bytes()
    for name, content in files.items():
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name}: a vendor's file is named in lower-case letters, digits and hyphens")
        if len(content) > LARGEST_FILE:
            raise ValueError(f"{name} has more than {LARGEST_FILE:,} bytes; split the vendor")
    manifest = json.dumps(
        {
            "format": FORMAT,
            "edition": edition,
            "needs": needs,
            "files": {
                name: {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
                for name, content in sorted(files.items())
            },
        },
        indent=1,
    ).encode()
    signature = json.dumps(
        {
            "key": _public_text(key.public_key()),
            "ed25519": base64.b64encode(key.sign(_SIGNED_AS + manifest)).decode(),
        }
    ).encode()
    return _archived([(MANIFEST, manifest), (SIGNATURE, signature), *sorted(files.items())])


def _archived(files: Iterable[tuple[str, bytes]]) -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in files:
            entry = zipfile.ZipInfo(name, _NO_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content, compresslevel=9)
    return into.getvalue()


# --- opening ------------------------------------------------------------------------------------------


def open_pack(content: bytes, trusted: Mapping[str, str], *, software: str) -> Pack:
    """A pack whose signature is by a trusted key and whose files are those that were signed.

    ``trusted``: public key → name. ``software``: the version of the software that is to read it. Raises
    NotAPack.
    """
    if len(content) > LARGEST_PACK:
        raise NotAPack(f"it has more than {LARGEST_PACK >> 20} MiB; no catalog is as large")
    _refuse_long_directory(content)
    with _archive(content) as archive:
        names = archive.namelist()
        if len(names) > MOST_FILES or len(set(names)) != len(names):
            raise NotAPack("it holds too many files, or one of them twice; get the pack anew")
        if MANIFEST not in names:
            raise NotAPack("it is no pack of a catalog: it has no manifest.json")
        if SIGNATURE not in names:
            raise NotAPack("it is not signed; get the pack from who publishes it, or sign your own")
        signed = _limited(archive, MANIFEST, _LARGEST_MANIFEST)
        signed_by = _signer(_limited(archive, SIGNATURE, _LARGEST_SIGNATURE), signed, trusted)
        manifest = _manifest(signed, software)
        if stray := sorted(set(names) - {MANIFEST, SIGNATURE} - manifest.files.keys()):
            raise NotAPack(f"{stray[0][:80]!r} in it was not signed; get the pack anew")
        for name, (sha256, size) in manifest.files.items():
            _checked(archive, name, sha256, size)
    return Pack(manifest, signed_by, hashlib.sha256(content).hexdigest(), content)


def reopen(content: bytes, signed_by: str) -> Pack:
    """A pack that was opened and kept before: whose key it was is not asked again. Raises NotAPack."""
    with _archive(content) as archive:
        manifest = _manifest(_limited(archive, MANIFEST, _LARGEST_MANIFEST), software="")
    return Pack(manifest, signed_by, hashlib.sha256(content).hexdigest(), content)


def _refuse_long_directory(content: bytes) -> None:
    """Raises NotAPack where listing an archive's files would take more memory than any pack does.

    The list's size stands in the archive's last 22 bytes, unless a comment follows or it is of the kind for
    very large archives: a pack is neither. (APPNOTE.TXT of PKWARE, 4.3.16 and 4.3.15)
    """
    end = content[-_END.size :]
    if len(end) == _END.size and content[-_END.size - 20 :][:4] != b"PK\x06\x07":
        mark, *_rest, size, _start, comment = _END.unpack(end)
        if mark == b"PK\x05\x06" and size <= _LARGEST_DIRECTORY and not comment:
            return
    raise NotAPack("it is no ZIP archive of a pack, or was cut off on its way; get the pack anew")


def _archive(content: bytes) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(content))
    except _UNREADABLE:
        raise NotAPack("it is no ZIP archive, or was cut off on its way; get the pack anew") from None


def _limited(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    """A file's bytes, however small the archive says that it is."""
    try:
        with archive.open(name) as file:
            content = file.read(most + 1)
    except _UNREADABLE:
        raise NotAPack(f"{name} in it cannot be read; get the pack anew") from None
    if len(content) > most:
        raise NotAPack(f"{name} in it is larger than it may be ({most:,} bytes)")
    return content


def _checked(archive: zipfile.ZipFile, name: str, sha256: str, size: int) -> bytes:
    content = _limited(archive, name, size)
    if len(content) != size or hashlib.sha256(content).hexdigest() != sha256:
        raise NotAPack(f"{name} in it is not what was signed; get the pack anew")
    return content


def _signer(signature: bytes, signed: bytes, trusted: Mapping[str, str]) -> str:
    """The name of the trusted key that signed these bytes."""
    stated = _object(signature, SIGNATURE)
    key, made = stated.get("key"), stated.get("ed25519")
    if not isinstance(key, str) or not isinstance(made, str):
        raise NotAPack("signature.json in it names no key and signature; get the pack anew")
    public = _public(key)
    if public is None or key not in trusted:
        raise NotAPack(
            f"it is signed with the key {key[:60]}, which nobody here trusts; where its owner confirms "
            "that key, add it to the file of trusted keys (docs/catalog.md)"
        )
    try:
        public.verify(base64.b64decode(made, validate=True), _SIGNED_AS + signed)
    except (InvalidSignature, ValueError):
        raise NotAPack(
            f"the signature is not by {trusted[key]}: the pack was changed on its way; get it anew"
        ) from None
    return trusted[key]


def _object(content: bytes, name: str) -> dict[str, Any]:
    try:
        stated = json.loads(content)
    except (ValueError, RecursionError):
        stated = None
    if not isinstance(stated, dict):
        raise NotAPack(f"{name} in it is no JSON object; get the pack anew")
    return stated


def _manifest(content: bytes, software: str) -> Manifest:
    """``software`` empty: any will do."""
    stated = _object(content, MANIFEST)
    if stated.get("format") != FORMAT:
        raise NotAPack(
            f"its format is {str(stated.get('format'))[:20]}, and this software reads format {FORMAT}; "
            "upgrade the software first"
        )
    edition, needs, files = stated.get("edition"), stated.get("needs"), stated.get("files")
    if not isinstance(edition, str) or not is_edition(edition):
        raise NotAPack("its manifest names no edition such as 2026.11.26")
    if not isinstance(needs, str) or not _SOFTWARE.fullmatch(needs):
        raise NotAPack("its manifest does not say from which version of the software on it can be read")
    if software and edition_order(needs) > edition_order(software):
        raise NotAPack(f"it needs version {needs} of the software, and this is {software}; upgrade first")
    if not isinstance(files, dict) or CAPABILITIES not in files or len(files) > MOST_FILES:
        raise NotAPack("its manifest does not list the files of a catalog")
    listed = {name: _listed(name, told) for name, told in files.items()}
    if sum(size for _, size in listed.values()) > LARGEST_WHOLE:
        raise NotAPack(f"unpacked it has more than {LARGEST_WHOLE >> 20} MiB; no catalog is as large")
    return Manifest(edition, needs, listed)


def _listed(name: str, told: object) -> tuple[str, int]:
    sha256, size = (told.get("sha256"), told.get("size")) if isinstance(told, dict) else (None, None)
    if not _NAME.fullmatch(name):
        raise NotAPack(f"its manifest lists {name[:80]!r}, which is no file of a catalog")
    if not isinstance(sha256, str) or not _SHA256.fullmatch(sha256):
        raise NotAPack(f"its manifest does not say the checksum of {name}")
    if not isinstance(size, int) or isinstance(size, bool) or not 0 <= size <= LARGEST_FILE:
        raise NotAPack(f"its manifest gives {name} a size that no file of a catalog has")
    return sha256, size
