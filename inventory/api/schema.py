"""``/api/schema/``: the API in OpenAPI 3.1, for whoever is signed in. docs/openapi.yaml is the same."""

from __future__ import annotations

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.views import SpectacularAPIView


class Schema(SpectacularAPIView):
    """The schema as YAML."""


class BearerTokenInTheSchema(OpenApiAuthenticationExtension):
    """How the schema tells of tokens."""

    target_class = "inventory.api.authentication.BearerToken"
    name = "token"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "a token of manage.py api_token create"}
