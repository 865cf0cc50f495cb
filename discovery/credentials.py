"""Credentials of systems: whoever enters one can seal it, and the workers alone can open it.

Pages have no sealing key. They seal to a public key whose private half comes from
``PENUMBRA_SEALING_KEY``: an ephemeral X25519 agreement, HKDF over both public keys, and AES-256-GCM
with the connection's number as associated data, so that a credential opens for its own connection
only. Workers write the public key down; see docs/decisions/0084-credentials-are-sealed-to-workers.md.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from discovery.models import WorkerKey
from discovery.sealing import SealBroken, check_key, key_for

_PUBLIC, _NONCE = 32, 12


class NoWorkerYet(Exception):
    """One sentence: no worker has written its key down."""


def publish() -> None:
    """Write the workers' public key down, where it is not yet. For processes with the sealing key only."""
    mine = _private().public_key().public_bytes_raw()
    stored = WorkerKey.objects.first()
    if stored is None or bytes(stored.public) != mine:
        check_key()
        WorkerKey.objects.update_or_create(pk=1, defaults={"public": mine})


def seal_credential(connection_id: int, secrets: Mapping[str, str]) -> bytes:
    """Seal the secret settings of a connection to the workers. Raises NoWorkerYet."""
    stored = WorkerKey.objects.first()
    if stored is None:
        raise NoWorkerYet("No worker has run yet, and only a worker can open a credential; start one first.")
    once, theirs = X25519PrivateKey.generate(), bytes(stored.public)
    public = once.public_key().public_bytes_raw()
    shared = once.exchange(X25519PublicKey.from_public_bytes(theirs))
    nonce = os.urandom(_NONCE)
    plain = json.dumps(dict(secrets)).encode()
    return public + nonce + _cipher(shared, public, theirs).encrypt(nonce, plain, _purpose(connection_id))


def open_credential(connection_id: int, sealed: bytes) -> dict[str, str]:
    """The secret settings of a connection. Raises SealBroken where another key sealed them."""
    sealed, private = bytes(sealed), _private()
    public, nonce = sealed[:_PUBLIC], sealed[_PUBLIC : _PUBLIC + _NONCE]
    try:
        shared = private.exchange(X25519PublicKey.from_public_bytes(public))
        cipher = _cipher(shared, public, private.public_key().public_bytes_raw())
        plain = cipher.decrypt(nonce, sealed[_PUBLIC + _NONCE :], _purpose(connection_id))
    except (InvalidTag, ValueError):
        raise SealBroken(
            "the credential does not open with this installation's key; enter it again"
        ) from None
    return dict(json.loads(plain))


def _private() -> X25519PrivateKey:
    return X25519PrivateKey.from_private_bytes(key_for(b"credentials"))


def _cipher(shared: bytes, once: bytes, theirs: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt=None, info=b"penumbra/credential" + once + theirs).derive(shared))


def _purpose(connection_id: int) -> bytes:
    return b"credential of connection %d" % connection_id
