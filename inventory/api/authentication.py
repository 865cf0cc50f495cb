"""Who calls: a program with ``Authorization: Bearer …``, or somebody who is signed in to the pages."""

from __future__ import annotations

from contextlib import suppress

from django.contrib.auth.models import AbstractUser
from django.db import OperationalError
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from inventory.api_tokens import ApiToken, TokenRefused, note_use, token_behind
from inventory.company_time import day_of


class BearerToken(BaseAuthentication):
    """A token in the header, never in an address: addresses are logged."""

    def authenticate(self, request: Request) -> tuple[AbstractUser, ApiToken] | None:
        kind, _, secret = get_authorization_header(request).partition(b" ")
        if kind.lower() != b"bearer":
            return None
        now = timezone.now()
        try:
            token = token_behind(secret.strip().decode("latin-1"), now)
        except TokenRefused as refused:
            raise AuthenticationFailed(str(refused)) from None
        with suppress(OperationalError):  # a database that is busy for long: the call is worth more
            note_use(token, day_of(now))
        return token.owner, token

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="Penumbra"'
