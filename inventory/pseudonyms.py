"""A person as a role reads them before the name is opened: always the same, different for each role.

A keyed hash of the e-mail address; the key comes from the installation's secret and stands in no
database. Two roles cannot compare what they see, and nobody can try addresses without the key. A new
``DJANGO_SECRET_KEY`` gives everybody new pseudonyms.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

#: Digits and letters that cannot be taken for one another.
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
#: Eight letters are forty bits: among fifty thousand people two are alike once in a thousand companies.
_BYTES = 5


@lru_cache(maxsize=4)
def _key(secret: str) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=b"penumbra/pseudonyms").derive(secret.encode())


def pseudonym(email: str, role: str) -> str:
    """What a role reads for a person, such as "7Q4K-M2PD"."""
    hashed = hashlib.blake2b(
        email.strip().lower().encode(),
        digest_size=_BYTES,
        key=_key(settings.SECRET_KEY),
        person=role.encode()[:16],
    )
    number = int.from_bytes(hashed.digest(), "big")
    letters = "".join(_LETTERS[number >> shift & 31] for shift in range(35, -5, -5))
    return f"{letters[:4]}-{letters[4:]}"
