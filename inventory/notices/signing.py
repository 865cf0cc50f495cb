"""How webhooks are signed, in the manner of Standard Webhooks, and how their secrets are kept.

Signed are the event's id, the time of sending and the body, each byte of them. The receiver works the
same out with the secret, and refuses what is old. Secrets are sealed with a key that comes from
``DJANGO_SECRET_KEY``: pages make them, and pages have no sealing key.
"""

from __future__ import annotations

import base64
import hmac
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_PREFIX = "whsec_"
_BYTES = 32
_NONCE = 12
_PURPOSE = b"webhook secret"


class SecretLost(Exception):
    """The secret does not open: ``DJANGO_SECRET_KEY`` is another one than when it was made."""


@lru_cache(maxsize=4)
def _cipher(secret: str) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt=None, info=b"penumbra/webhooks").derive(secret.encode()))


def new_secret() -> str:
    """What the receiver is given, once."""
    return _PREFIX + base64.b64encode(os.urandom(_BYTES)).decode()


def seal(secret: str) -> bytes:
    nonce = os.urandom(_NONCE)
    return nonce + _cipher(settings.SECRET_KEY).encrypt(nonce, secret.encode(), _PURPOSE)


def unseal(sealed: bytes) -> str:
    sealed = bytes(sealed)
    try:
        plain = _cipher(settings.SECRET_KEY).decrypt(sealed[:_NONCE], sealed[_NONCE:], _PURPOSE)
    except InvalidTag:
        raise SecretLost from None
    return plain.decode()


def signature(secret: str, event_id: str, timestamp: int, body: bytes) -> str:
    """``v1,`` and the base64 of HMAC-SHA256 over id, seconds since 1970 and body, with dots between."""
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    signed = b".".join((event_id.encode(), str(timestamp).encode(), body))
    return "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
