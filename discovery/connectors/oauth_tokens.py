"""Tokens by OAuth 2.0 without a person: client credentials, and a service account's signed word.

Client credentials:  RFC 6749, section 4.4
Service accounts:    RFC 7523; https://developers.google.com/identity/protocols/oauth2/service-account
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from discovery.connectors.http_session import Http

Login = Callable[[Http], Mapping[str, str]]

_SIGNED_WORD = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_SECONDS = 3600


def bearer(token: str) -> Mapping[str, str]:
    return {"Authorization": f"Bearer {token}"}


def basic(user: str, password: str) -> Mapping[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


def client_credentials(url: str, client_id: str, secret: str, scope: str, *, in_header: bool) -> Login:
    """Log in with a client's id and secret, in a header or in the form as the system wants."""

    def login(http: Http) -> Mapping[str, str]:
        form = {"grant_type": "client_credentials", "scope": scope}
        headers = basic(client_id, secret) if in_header else {}
        if not in_header:
            form |= {"client_id": client_id, "client_secret": secret}
        return bearer(http.token(url, form, headers)["access_token"])

    return login


def service_account(key: Mapping[str, Any], url: str, scope: str, subject: str) -> Login:
    """Log in by the signed word of a service account that it acts for ``subject``. Raises ValueError."""
    private = load_pem_private_key(str(key.get("private_key", "")).encode(), None)
    if not isinstance(private, RSAPrivateKey):
        raise ValueError("not an RSA key")
    email, number = str(key.get("client_email", "")), str(key.get("private_key_id", ""))

    def login(http: Http) -> Mapping[str, str]:
        now = int(http.outside.now().timestamp())
        claims = {"iss": email, "sub": subject, "scope": scope, "aud": url, "iat": now, "exp": now + _SECONDS}
        word = f"{_part({'alg': 'RS256', 'typ': 'JWT', 'kid': number})}.{_part(claims)}"
        signed = f"{word}.{_encoded(private.sign(word.encode(), PKCS1v15(), SHA256()))}"
        found = http.token(url, {"grant_type": _SIGNED_WORD, "assertion": signed})
        return bearer(found["access_token"])

    return login


def _part(value: Mapping[str, object]) -> str:
    return _encoded(json.dumps(value, separators=(",", ":")).encode())


def _encoded(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()
