"""How often somebody may call: by token, by account over all its tokens, and less often to change anything.

The rates are the settings'. They keep a program that has run wild from taking the server for itself;
each web process counts alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.throttling import SimpleRateThrottle

if TYPE_CHECKING:  # views read their settings as they are imported, and these name this module
    from rest_framework.views import APIView


class _Throttle(SimpleRateThrottle):
    def get_rate(self) -> str:
        return api_settings.DEFAULT_THROTTLE_RATES[self.scope]

    def get_cache_key(self, request: Request, view: APIView) -> str | None:
        number = self.counted(request)
        return None if number is None else self.cache_format % {"scope": self.scope, "ident": number}

    def counted(self, request: Request) -> int | None:
        """Whose calls are counted together; None: not this one."""
        raise NotImplementedError


class PerToken(_Throttle):
    scope = "token"

    def counted(self, request: Request) -> int | None:
        return request.auth.pk if request.auth else None


class PerAccount(_Throttle):
    scope = "account"

    def counted(self, request: Request) -> int | None:
        return request.user.pk


class PerAccountChanging(_Throttle):
    scope = "changes"

    def counted(self, request: Request) -> int | None:
        return None if request.method in SAFE_METHODS else request.user.pk
