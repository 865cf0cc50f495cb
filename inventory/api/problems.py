"""Whatever goes wrong is one sentence in one shape (RFC 9457): status, title, detail."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.core.exceptions import SuspiciousOperation
from rest_framework import serializers
from rest_framework.exceptions import APIException, ParseError
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.views import exception_handler

MEDIA_TYPE = "application/problem+json"


class Problem(serializers.Serializer):
    """What went wrong."""

    status = serializers.IntegerField(help_text="the same as the answer's")
    title = serializers.CharField(help_text="what that status means")
    detail = serializers.CharField(help_text="one sentence that says what is wrong")


class Conflict(APIException):
    """What is asked for does not go together with the state something is in."""

    status_code = HTTPStatus.CONFLICT
    default_code = "conflict"


def as_problem(error: Exception, context: dict[str, Any]) -> Response | None:
    """REST framework's own answer to an error, its detail as one sentence. None: a fault of ours."""
    if isinstance(error, SuspiciousOperation):  # a form with too many or too large fields
        error = ParseError("This form has more fields, or longer ones, than are read here.")
    answer = exception_handler(error, context)
    if answer is None:
        return None
    answer.data = {
        "status": answer.status_code,
        "title": HTTPStatus(answer.status_code).phrase,
        "detail": _sentence(answer.data),
    }
    answer.content_type = MEDIA_TYPE
    request = context["request"]  # also where the answer would have been YAML, or was not yet chosen
    request.accepted_renderer, request.accepted_media_type = JSONRenderer(), JSONRenderer.media_type
    return answer


def _sentence(found: Any) -> str:
    """The first thing that is wrong; of a field, with its name."""
    if isinstance(found, list):
        return _sentence(found[0])
    if not isinstance(found, dict):
        return str(found)
    name, first = next(iter(found.items()))
    return _sentence(first) if name in ("detail", "non_field_errors") else f"{name}: {_sentence(first)}"


def documented(*statuses: int) -> dict[tuple[int, str], type[Problem]]:
    """These statuses, and those that every call may get, as the schema names them."""
    return {(status, MEDIA_TYPE): Problem for status in sorted({*statuses, 401, 403, 429})}
