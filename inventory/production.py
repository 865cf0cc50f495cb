"""Why an installation must not serve a company: told by checks and the doctor; the start refuses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError

from inventory.access import Role
from inventory.demo import demo_accounts
from inventory.models import Installation

#: Fewer characters, or fewer different ones, than any generated secret has.
_SHORT, _FEW_DIFFERENT = 32, 8
#: What examples and templates put where a secret belongs.
_PLACEHOLDERS = ("django-insecure", "changeme", "change-me", "secret", "example", "placeholder", "set it to")


def reasons_not_to_serve() -> Iterator[tuple[str, str]]:
    """(what is wrong, how to mend it), a sentence each. Asks the database for demo accounts."""
    if settings.DEBUG:
        yield "error pages would show settings and data to everybody", "unset DJANGO_DEBUG"
    for name, secret in _secrets():
        if fault := _fault(secret):
            yield f"{name} {fault}", f"set {name} to what openssl rand -hex 32 prints"
    given = {role for roles in settings.PENUMBRA["OIDC_ROLES"].values() for role in roles}
    for role in sorted(given - set(Role)):
        yield f"PENUMBRA_OIDC_ROLES gives the unknown role {role}", f"roles are {', '.join(Role)}"
    if Installation.objects.filter(demo=True).exists():
        yield "this database is a demo's, whose passwords are no secret", "name another database"
    elif demo_accounts().exists():
        yield "accounts of the demo exist, whose passwords are no secret", "delete those accounts"


def _secrets() -> Iterator[tuple[str, str]]:
    yield "DJANGO_SECRET_KEY", settings.SECRET_KEY
    for app in settings.SOCIALACCOUNT_PROVIDERS.get("openid_connect", {}).get("APPS", []):
        yield "PENUMBRA_OIDC_CLIENT_SECRET", app["secret"]


def _fault(secret: str) -> str:
    """Why nobody should rely on a secret; "" where it looks as if it was generated."""
    lowered = secret.lower()
    if any(word in lowered for word in _PLACEHOLDERS):
        return "is a placeholder"
    if len(secret) < _SHORT or len(set(secret)) < _FEW_DIFFERENT:
        return f"is too short or too simple: {_SHORT} random characters are the least"
    return ""


@checks.register(checks.Tags.security, deploy=True)
def check_production(app_configs: Any = None, **options: Any) -> list[checks.Error]:
    """``manage.py check --deploy``; where the database does not answer, the doctor says so."""
    try:
        found = list(reasons_not_to_serve())
    except DatabaseError:
        return []
    return [
        checks.Error(sentence, hint=mend, id=f"penumbra.E{number:03}")
        for number, (sentence, mend) in enumerate(found, 1)
    ]


def refuse_if_unsafe() -> None:
    """Raise ImproperlyConfigured rather than serve a company with what only a trial may have."""
    if not settings.PENUMBRA["SECURE"]:
        return
    try:
        found = list(reasons_not_to_serve())
    except DatabaseError as error:
        said = str(error).strip().partition("\n")[0]
        raise ImproperlyConfigured(f"the database does not answer ({said}); nothing is served") from None
    if found:
        told = "; ".join(f"{sentence}: {mend}" for sentence, mend in found)
        raise ImproperlyConfigured(f"this installation must not serve a company: {told}")
