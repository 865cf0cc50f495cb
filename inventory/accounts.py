"""Sign-in: accounts are made by an administrator, never by a visitor."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class LocalAccounts(DefaultAccountAdapter):
    """allauth's accounts with the sign-up closed."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
