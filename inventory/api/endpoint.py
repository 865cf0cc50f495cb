"""What every address of the API does alike: who may, what was asked, a page of answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

from django.http import HttpRequest, HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_cache_control
from drf_spectacular.utils import extend_schema, extend_schema_field, inline_serializer
from rest_framework import serializers
from rest_framework.exceptions import MethodNotAllowed, NotAuthenticated, NotFound, PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from inventory.access import Action, may
from inventory.api.paging import Page, Question, Turner
from inventory.api.problems import documented
from inventory.api_tokens import Scope


@dataclass(frozen=True)
class Needs:
    """What a call takes: a scope of the token, and actions that the account may do."""

    scope: Scope
    action: Action
    also: Action | None = None


class MayCall(BasePermission):
    """Sign-in first (401), then the token's scopes and the account's roles (403 with what is missing)."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        if not request.user.is_authenticated:
            raise NotAuthenticated("Say who calls: a token as Authorization: Bearer, or somebody signed in.")
        needs = view.needs.get("GET" if request.method == "HEAD" else request.method)
        if needs is None:
            raise MethodNotAllowed(request.method)
        if request.auth is not None and not request.auth.allows(needs.scope):
            raise PermissionDenied(f"This token lacks the scope {needs.scope}.")
        for action in (needs.action, needs.also):
            if action is not None and not may(request.user, action):
                raise PermissionDenied(action.value)
        return True


class _Address(APIView):
    """Answers are English whatever the caller's language: programs read them. Nothing between keeps them."""

    http_method_names = ["get", "head", "post", "put", "patch", "delete"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with translation.override("en"):
            response = super().dispatch(request, *args, **kwargs)
        response.headers["Content-Language"] = "en"
        patch_cache_control(response, private=True, no_store=True)
        return response


class Endpoint(_Address):
    """An address of the API."""

    needs: ClassVar[Mapping[str, Needs]]
    permission_classes = [MayCall]
    question: ClassVar[type[serializers.Serializer]] = serializers.Serializer

    def asked(self) -> dict[str, Any]:
        """The question of this request. A word that is not known is refused, never passed over."""
        words = self.request.query_params
        fields = self.question().fields
        for name, values in words.lists():
            if name not in fields:
                known = f"; known are {', '.join(fields)}" if fields else ""
                raise serializers.ValidationError({name: [f"nothing is asked by this name here{known}."]})
            if len(values) > 1:
                raise serializers.ValidationError({name: ["give it once."]})
        question = self.question(data={name: value for name, value in words.items() if value})
        question.is_valid(raise_exception=True)
        return question.validated_data

    def told(self, form: type[Form]) -> dict[str, Any]:
        """The body of this request, as the form says."""
        filled = form(data=self.request.data)
        filled.is_valid(raise_exception=True)
        return filled.validated_data

    def turner(self, asked: Mapping[str, Any]) -> Turner:
        return Turner(self.request, asked["limit"], asked.get("cursor", ""))


def answer_page(
    page: Page[Any], rows: Iterable[Mapping[str, Any]], row: type[serializers.Serializer]
) -> Response:
    """A page of a list, its rows as the schema says."""
    return Response({"next": page.next, "results": row(list(rows), many=True).data})


S = TypeVar("S", bound=type[serializers.Serializer])


def page_of(row: S, **more: serializers.Field) -> serializers.Serializer:
    """What a page of such rows looks like."""
    return inline_serializer(
        f"{row.__name__}Page",
        {
            "next": serializers.URLField(allow_null=True, help_text="address of the next page"),
            "results": row(many=True),
            **more,
        },
    )


def lists(name: str, question: type[Question], row: S, *statuses: int) -> Any:
    """Describe an operation that lists."""
    return extend_schema(
        operation_id=name,
        parameters=[question],
        responses={200: page_of(row), **documented(400, *statuses)},
    )


# --- fields ---------------------------------------------------------------------------------------


class Form(serializers.Serializer):
    """A JSON object that a call sends. A name that is not known is refused, never passed over."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            for name in data:
                if name not in self.fields:
                    known = ", ".join(self.fields)
                    raise serializers.ValidationError(
                        {"non_field_errors": [f"nothing is called {name} here; known are {known}."]}
                    )
        return super().to_internal_value(data)


class Reason(serializers.CharField):
    """Why: kept with what is decided."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=2_000, help_text="why; kept with the decision", **options)


class WordsByWord(serializers.DictField):
    """Words under names, neither longer than so many letters."""

    def __init__(self, longest: int, **options: Any) -> None:
        self._name = serializers.CharField(max_length=longest)
        options.setdefault("child", serializers.CharField(max_length=longest, allow_blank=True))
        super().__init__(**options)

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            for name in data:
                self._name.run_validation(name)
        return super().to_internal_value(data)


class OneOf(serializers.ChoiceField):
    """One of some words; another one is refused with those that are known."""

    def __init__(self, choices: Iterable[str], **options: Any) -> None:
        words = list(choices)
        super().__init__(choices=words, **options)
        self.error_messages["invalid_choice"] = f"{{input}} is not known; it is one of {', '.join(words)}."


class Day(serializers.DateField):
    """A day as ISO 8601 writes it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.error_messages["invalid"] = "this is not a day; write it like 2026-01-31."


class Within(Question):
    """A question about days."""

    since = Day(required=False, help_text="first day")
    until = Day(required=False, help_text="last day")

    def validate(self, asked: dict[str, Any]) -> dict[str, Any]:
        since, until = asked.get("since"), asked.get("until")
        if since and until and until < since:
            raise serializers.ValidationError(f"until {until} is before since {since}; swap them.")
        return asked


@extend_schema_field({"type": "string", "pattern": r"^-?\d+\.\d{2,6}$", "examples": ["20.00"]})
class Amount(serializers.CharField):
    """An exact decimal, tax included unless its name says otherwise."""


class NoSuchAddress(_Address):
    """Whatever is not an address of the API."""

    permission_classes = []
    throttle_classes = []
    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise NotFound("There is nothing at this address; addresses of the API end with a slash.")
