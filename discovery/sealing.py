"""What is not AI: unreadable at rest, openable by the worker alone.

Everything hangs on one secret outside the database (``PENUMBRA_SEALING_KEY``). From it come
a key for keyed hashes (identities, contents, handles), a key for what is only staged, and a
key that wraps the data keys. A data key belongs to one source and month (or, for descriptors,
to a month); destroying it makes what it sealed unreadable for good, in backups of the
ciphertext too. Authenticated encryption: AES-256-GCM, a random 96-bit nonce before each
ciphertext, the purpose as associated data.
"""

from __future__ import annotations

import hashlib
import os
from functools import cache
from typing import Any

import msgspec
import zstandard
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils import timezone

from discovery.models import DataKey

_NONCE = 12


class SealBroken(Exception):
    """The key does not open this: another installation's key, or a changed ciphertext."""


@cache
def _derived(purpose: bytes) -> bytes:
    secret = settings.PENUMBRA["SEALING_KEY"]()
    return HKDF(SHA256(), 32, salt=None, info=b"penumbra/" + purpose).derive(secret.encode())


@cache
def _cipher(purpose: bytes) -> AESGCM:
    return AESGCM(_derived(purpose))


def key_for(purpose: bytes) -> bytes:
    """A key of the installation for one purpose of another module."""
    return _derived(purpose)


def hash_key() -> bytes:
    """The key of all keyed hashes, for callers that hash millions of values in a loop."""
    return _derived(b"identities")


def keyed(purpose: bytes, value: str, size: int = 16) -> bytes:
    """A keyed hash of ``value``; ``purpose`` (at most 16 bytes) keeps equal values of two kinds apart."""
    return hashlib.blake2b(value.encode(), digest_size=size, key=hash_key(), person=purpose).digest()


def _seal(cipher: AESGCM, plain: bytes, purpose: bytes) -> bytes:
    nonce = os.urandom(_NONCE)
    return nonce + cipher.encrypt(nonce, plain, purpose)


def _open(cipher: AESGCM, sealed: bytes, purpose: bytes) -> bytes:
    sealed = bytes(sealed)
    try:
        return cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], purpose)
    except InvalidTag:
        raise SealBroken(
            "a sealed value does not open with this installation's key; "
            "check that PENUMBRA_SEALING_KEY is the one it was written with"
        ) from None


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder()


def _pack(value: Any) -> bytes:
    return zstandard.ZstdCompressor(level=1).compress(_encoder.encode(value))


def _unpack(plain: bytes) -> Any:
    return _decoder.decode(zstandard.ZstdDecompressor().decompress(plain))


# --- staged and rejected rows: sealed with keys of the installation, gone within days -----------


def stage(value: Any) -> bytes:
    """Seal what a later step of the same scan opens."""
    return _seal(_cipher(b"staging"), _pack(value), b"staging")


def unstage(sealed: bytes) -> Any:
    return _unpack(_open(_cipher(b"staging"), sealed, b"staging"))


def seal_text(text: str) -> bytes:
    """Seal a rejected row."""
    return _seal(_cipher(b"rejected"), text.encode(), b"rejected")


def open_text(sealed: bytes) -> str:
    return _open(_cipher(b"rejected"), sealed, b"rejected").decode()


# --- data keys ------------------------------------------------------------------------------------


class Vault:
    """Data keys by source and month, unwrapped once and kept for the life of the object.

    Short-lived: one for each piece of work, so that a destroyed key is not remembered.
    """

    def __init__(self) -> None:
        self._rows: dict[tuple[int | None, str], DataKey] = {}
        self._ciphers: dict[int, AESGCM | None] = {}

    def key(self, source_id: int | None, month: str) -> DataKey:
        """The data key of a source and month, made at first use."""
        row = self._rows.get((source_id, month))
        if row is None:
            stored = DataKey.objects.filter(source_id=source_id, month=month)
            if (row := stored.first()) is None:
                wrapped = _seal(_cipher(b"wrapping"), AESGCM.generate_key(256), b"data key")
                DataKey.objects.bulk_create(
                    [DataKey(source_id=source_id, month=month, wrapped=wrapped)], ignore_conflicts=True
                )
                row = stored.get()
            self._rows[source_id, month] = row
        return row

    def _opened(self, key: DataKey) -> AESGCM | None:
        if key.pk not in self._ciphers:
            self._ciphers[key.pk] = (
                None
                if key.wrapped is None
                else AESGCM(_open(_cipher(b"wrapping"), bytes(key.wrapped), b"data key"))
            )
        return self._ciphers[key.pk]

    def seal(self, key: DataKey, value: Any, purpose: bytes) -> bytes:
        """Seal ``value``; with a destroyed key nothing is kept of it."""
        cipher = self._opened(key)
        return b"" if cipher is None else _seal(cipher, _pack(value), purpose)

    def open(self, key: DataKey, sealed: bytes, purpose: bytes) -> Any | None:
        """What was sealed, or None where its key is destroyed."""
        cipher = self._opened(key)
        if cipher is None or not sealed:
            return None
        return _unpack(_open(cipher, sealed, purpose))

    def seal_small(self, key: DataKey, plain: bytes, purpose: bytes) -> bytes:
        """As ``seal``, for a short text: no compression."""
        cipher = self._opened(key)
        return b"" if cipher is None else _seal(cipher, plain, purpose)

    def open_small(self, key: DataKey, sealed: bytes, purpose: bytes) -> bytes | None:
        cipher = self._opened(key)
        return None if cipher is None or not sealed else _open(cipher, sealed, purpose)


def check_key() -> None:
    """Raise SealBroken where this process's key is not the one that the database was sealed with.

    With another key a record would get another identity, and be counted a second time. Nothing is opened:
    one data key is unwrapped.
    """
    key = DataKey.objects.filter(wrapped__isnull=False).order_by("pk").first()
    if key is not None:
        Vault().seal(key, 0, b"check")


def destroy_keys(*, source_id: int | None, month: str) -> int:
    """Make everything sealed for a source and month unreadable for good. Returns how many keys went."""
    return DataKey.objects.filter(source_id=source_id, month=month, destroyed_at__isnull=True).update(
        wrapped=None, destroyed_at=timezone.now()
    )
