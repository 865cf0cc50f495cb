"""Who comes in by the company's own sign-in: the address must be verified, groups give roles.

The provider's subject says who somebody is; the verified e-mail address says which person of the
records that is, and follows the provider when it changes. Where a mapping of groups to roles is
set, the groups of each sign-in are the truth: roles that they do not give are gone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base import AuthError
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser
from django.http import HttpRequest
from django.shortcuts import render
from django.utils.translation import gettext as _

from inventory.access import Role
from inventory.granting import access_of, set_access

_ACTOR = "the company's sign-in"
_REASON = "groups that the sign-in stated"


class CompanyAccounts(DefaultSocialAccountAdapter):
    """allauth's accounts of another provider, open to whom the company's own sign-in vouches for."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return True  # who gets here has a verified address of the company's provider: see pre_social_login

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        if sociallogin.state.get("process") != "login":  # accounts are not joined by their owners
            raise ImmediateHttpResponse(_refusal(request, _("This sign-in is for signing in only.")))
        claims = _claims(sociallogin)
        email = str(claims.get("email") or "").strip().lower()
        if not email or claims.get("email_verified") not in (True, "true"):
            sentence = _("The company’s sign-in does not say that your e-mail address is verified.")
            raise ImmediateHttpResponse(_refusal(request, sentence))
        taken = get_user_model().objects.filter(email__iexact=email)
        if sociallogin.is_existing:
            taken = taken.exclude(pk=sociallogin.user.pk)
            if taken.exists():
                sentence = _("Another account has your e-mail address. Ask an administrator.")
                raise ImmediateHttpResponse(_refusal(request, sentence))
            if sociallogin.user.email != email:
                get_user_model().objects.filter(pk=sociallogin.user.pk).update(email=email)
                sociallogin.user.email = email
            follow_groups(sociallogin.user, claims)

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> AbstractUser:
        user = super().save_user(request, sociallogin, form)
        follow_groups(user, _claims(sociallogin))
        return user

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: str | None = None, **told: Any
    ) -> None:
        """What went wrong with the provider is in its log; people are told what they can do."""
        if error == AuthError.CANCELLED:
            sentence = _("The sign-in was cancelled.")
        else:
            sentence = _("The company’s sign-in did not work. Try again, or ask an administrator.")
        raise ImmediateHttpResponse(_refusal(request, sentence))


def follow_groups(user: AbstractUser, claims: Mapping[str, Any]) -> None:
    """Give the roles that the stated groups map to, where a mapping is set; departments stay."""
    mapping: Mapping[str, tuple[str, ...]] | None = settings.PENUMBRA["OIDC_ROLES"]
    if not mapping:
        return
    stated = claims.get(settings.PENUMBRA["OIDC_GROUPS_CLAIM"]) or []
    groups = [stated] if isinstance(stated, str) else [str(group) for group in stated]
    given = {role for group in groups for role in mapping.get(group, ())}
    roles = [role for role in Role if role in given]  # an unknown one is told by the doctor
    departments = access_of(user)["departments"]
    set_access(user, roles=roles, departments=departments, actor=_ACTOR, reason=_REASON)


def _claims(sociallogin: SocialLogin) -> dict[str, Any]:
    """What the token and the user's own endpoint say, the latter before the former."""
    data = sociallogin.account.extra_data
    return {**(data.get("id_token") or {}), **(data.get("userinfo") or {})}


def _refusal(request: HttpRequest, sentence: str) -> Any:
    return render(request, "account/refused.html", {"sentence": sentence}, status=403)
