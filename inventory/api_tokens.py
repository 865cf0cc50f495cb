"""Tokens with which programs call the API: for one account, some scopes and a time.

A token allows no more than its scopes, and never more than its owner's roles and departments do at
the moment of the call (see :mod:`inventory.access`). The secret is shown once; its digest is kept.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import combinations

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

#: What secrets begin with, so that scanners of code and logs know one when they see it.
PREFIX = "penumbra_"
_SECRET_BYTES = 32
#: Days that a token lasts at most.
LONGEST_LIFE = 366


class Scope(StrEnum):
    """What a token may be used for."""

    READ = "read"
    UPLOAD = "upload"
    DECIDE = "decide"  # what takes something back or settles it, such as withdrawing a scan


#: How a token's scopes are written: in the order above, a space between them.
_SCOPE_LISTS = [" ".join(some) for size in range(1, len(Scope) + 1) for some in combinations(Scope, size)]


class TokenRefused(Exception):
    """One sentence that says why a token was not made, or does not open anything."""


class ApiToken(models.Model):
    """A token. Rows stay after revocation: who had access, and until when."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=80, help_text="what it is for, in the owner's words")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the secret, hexadecimal")
    scopes = models.CharField(max_length=40, help_text="a space between them")
    days = models.PositiveSmallIntegerField(help_text="that it lasts from when it was made")
    made_by = models.CharField(max_length=254)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.CharField(max_length=254, blank=True)
    last_used = models.DateField(null=True, blank=True, help_text="the day only: no record of who works when")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["digest"], name="api_token_digest_once"),
            models.UniqueConstraint(
                fields=["owner", "name"],
                condition=Q(revoked_at=None),
                name="api_token_name_once",
                violation_error_message=gettext_lazy(
                    "A token of that name is there already; revoke it or choose another."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(made_by=""),
                name="api_token_has_name_and_maker",
                violation_error_message="Say what the token is for.",
            ),
            models.CheckConstraint(
                condition=Q(scopes__in=_SCOPE_LISTS),
                name="api_token_scopes_known",
                violation_error_message=gettext_lazy("A token has one scope or several."),
            ),
            models.CheckConstraint(
                condition=Q(days__gte=1, days__lte=LONGEST_LIFE),
                name="api_token_life_is_bounded",
                violation_error_message=f"A token lasts one to {LONGEST_LIFE} days.",
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="api_token_expires_later"),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by="")
                | (Q(revoked_at__isnull=False) & ~Q(revoked_by="")),
                name="api_token_revoked_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def allows(self, scope: Scope) -> bool:
        return scope.value in self.scopes.split()

    def state(self, now: datetime) -> str:
        """In force, expired or revoked."""
        if self.revoked_at is not None:
            return "revoked"
        return "in force" if now < self.expires_at else "expired"


def make_token(
    owner: AbstractUser, *, name: str, scopes: Collection[str], days: int, by: str, now: datetime
) -> tuple[ApiToken, str]:
    """A new token and its secret, which cannot be read again. Raises TokenRefused with one sentence."""
    unknown = sorted(set(scopes) - set(Scope))
    if unknown:
        words = _("There is no scope %(scope)s; scopes are %(scopes)s.")
        raise TokenRefused(words % {"scope": unknown[0], "scopes": ", ".join(Scope)})
    if not 1 <= days <= LONGEST_LIFE:
        raise TokenRefused(_("A token lasts one to %(days)s days.") % {"days": LONGEST_LIFE})
    secret = PREFIX + secrets.token_hex(_SECRET_BYTES)
    token = ApiToken(
        owner=owner,
        name=" ".join(name.split()),
        digest=_digest(secret),
        scopes=" ".join(scope for scope in Scope if scope in scopes),
        days=days,
        made_by=by,
        made_at=now,
        expires_at=now + timedelta(days=days),
    )
    if not token.name:
        raise TokenRefused(_("Say what the token is for."))
    try:
        token.clean_fields(exclude=["scopes"])
        token.validate_constraints()
    except ValidationError as error:
        raise TokenRefused(error.messages[0]) from None
    token.save(force_insert=True)
    return token, secret


def revoke_token(token: ApiToken, *, by: str, now: datetime) -> bool:
    """Let a token open nothing from now on. Whether it was not revoked before."""
    still_open = ApiToken.objects.filter(pk=token.pk, revoked_at=None)
    return bool(still_open.update(revoked_at=now, revoked_by=by))


def token_behind(secret: str, now: datetime) -> ApiToken:
    """The token in force that a secret is of. Raises TokenRefused with one sentence."""
    token = ApiToken.objects.select_related("owner").filter(digest=_digest(secret)).first()
    if token is None:
        raise TokenRefused("This token is not known.")
    state = token.state(now)
    if state != "in force":
        raise TokenRefused(f"This token is {state}.")
    if not token.owner.is_active:
        raise TokenRefused("The account of this token is closed.")
    return token


def note_use(token: ApiToken, day: date) -> None:
    """Remember the day of a token's last use: one write a day."""
    if token.last_used != day:
        ApiToken.objects.filter(pk=token.pk).update(last_used=day)


def _digest(secret: str) -> str:
    """A plain hash is enough: the secret is random and long, nobody can try them all."""
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()
