"""The company's own sign-in (OpenID Connect), from the environment; without an issuer there is none.

``PENUMBRA_OIDC_ISSUER``, ``PENUMBRA_OIDC_CLIENT_ID`` and ``PENUMBRA_OIDC_CLIENT_SECRET`` (or ``…_FILE``) say
where; ``PENUMBRA_OIDC_ROLES`` which groups give which roles: ``it-security=security, controlling=finance``.
"""

import os
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from config.secrets import secret

#: What the one provider is called in addresses.
PROVIDER = "company"
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class CompanySignIn:
    issuer: str
    name: str
    groups_claim: str
    roles: dict[str, tuple[str, ...]]  # group → roles, as their group is called here

    def providers(self) -> dict[str, object]:
        """As allauth wants it."""
        app = {
            "provider_id": PROVIDER,
            "name": self.name,
            "client_id": _needed("PENUMBRA_OIDC_CLIENT_ID"),
            "secret": secret("PENUMBRA_OIDC_CLIENT_SECRET", own=False),
            "settings": {"server_url": self.issuer},
        }
        return {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}


def company_sign_in() -> CompanySignIn | None:
    """The company's sign-in, or None. Raises ImproperlyConfigured with one sentence."""
    issuer = os.environ.get("PENUMBRA_OIDC_ISSUER", "").rstrip("/")
    if not issuer:
        return None
    parts = urlsplit(issuer)
    if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
        raise ImproperlyConfigured(
            f"PENUMBRA_OIDC_ISSUER is {issuer}, which is not https; without TLS anybody between could sign in"
        )
    return CompanySignIn(
        issuer,
        os.environ.get("PENUMBRA_OIDC_NAME") or parts.hostname or issuer,
        os.environ.get("PENUMBRA_OIDC_GROUPS_CLAIM") or "groups",
        _mapping(os.environ.get("PENUMBRA_OIDC_ROLES", "")),
    )


def _needed(name: str) -> str:
    if value := os.environ.get(name):
        return value
    raise ImproperlyConfigured(f"{name} is not set, and PENUMBRA_OIDC_ISSUER is; set both or neither")


def _mapping(text: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for pair in filter(None, (part.strip() for part in text.split(","))):
        group, sign, role = (word.strip() for word in pair.rpartition("="))
        if not (group and sign and role):
            raise ImproperlyConfigured(
                f"PENUMBRA_OIDC_ROLES holds {pair!r}; write it like it-security=security, controlling=finance"
            )
        found[group] = (*found.get(group, ()), role)
    return found
