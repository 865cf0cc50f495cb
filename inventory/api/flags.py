"""``/api/v1/flags/``: what rules found, newest first; accept the risk of some until a day, take that back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from inventory.access import Action
from inventory.api.coverage import answer_report, reports
from inventory.api.endpoint import Day, Endpoint, Form, Needs, OneOf, Reason
from inventory.api.paging import By, Question
from inventory.api.problems import Conflict, documented
from inventory.api_tokens import Scope
from inventory.flags import RULE_BY_ID, RULES
from inventory.flags.keep import WrongAcceptance, WrongState, accept, acceptances_of, take_back
from inventory.flags.words import restored
from inventory.models import Flag, FlagSeverity, FlagState, FlagSubject

#: Flags that one call speaks of.
_AT_ONCE = 500

#: The answer tells of the flags, so who decides must also be allowed to see them.
_ANSWERS = Needs(Scope.DECIDE, Action.DECIDE, Action.SEE_FLAGS)


class FlagQuestion(Question):
    """Without a state: whatever is not closed."""

    state = OneOf(FlagState.values, required=False)
    severity = OneOf(FlagSeverity.values, required=False)
    rule = OneOf([rule.id for rule in RULES], required=False)
    about = OneOf(FlagSubject.values, required=False)
    tool = serializers.CharField(required=False, max_length=160, help_text="key")


class FlagRow(serializers.Serializer):
    """That a rule holds for a tool, an app that nobody knows, or a source."""

    flag = serializers.IntegerField()
    rule = serializers.CharField()
    title = serializers.CharField()
    severity = OneOf(FlagSeverity.values)
    detail = serializers.CharField()
    advice = serializers.CharField()
    about = OneOf(FlagSubject.values)
    subject = serializers.CharField(help_text="a tool's key, an app's own id, a source's name")
    subject_name = serializers.CharField(allow_null=True, help_text="where no catalog knows it")
    state = OneOf(FlagState.values)
    folded_under = serializers.CharField(
        allow_null=True, help_text="the stronger rule whose open flag says all there is to do"
    )
    since = serializers.DateField(help_text="from which day it holds")
    opened_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)
    accepted_until = serializers.DateField(allow_null=True)
    accepted_by = serializers.CharField(allow_null=True)
    accepted_because = serializers.CharField(allow_null=True)


class TakeBackForm(Form):
    """Whose acceptances end, and why."""

    flags = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1), min_length=1, max_length=_AT_ONCE
    )
    reason = Reason()


class AcceptForm(TakeBackForm):
    """Whose risk is accepted, until when and why."""

    until = Day(help_text="the last day that it holds; it ends before where the evidence changes")


class Answered(serializers.Serializer):
    """Flags as they are now."""

    flags = FlagRow(many=True)


class Flags(Endpoint):
    needs: ClassVar[Mapping[str, Needs]] = {"GET": Needs(Scope.READ, Action.SEE_FLAGS)}
    question = FlagQuestion

    @reports("list_flags", FlagQuestion, FlagRow)
    def get(self, request: Request) -> Response:
        """Flags of the whole company, newest first."""
        asked = self.asked()
        found = Flag.objects.all()
        found = (
            found.filter(state=asked["state"]) if "state" in asked else found.exclude(state=FlagState.CLOSED)
        )
        for name in ("severity", "rule", "about"):
            if name in asked:
                found = found.filter(**{name: asked[name]})
        if "tool" in asked:
            found = found.filter(about=FlagSubject.TOOL, subject=asked["tool"])
        page = self.turner(asked).stored(found, By("pk", descending=True))
        return answer_report(request, page, _rows(page.rows), FlagRow)


class Accepting(Endpoint):
    needs: ClassVar[Mapping[str, Needs]] = {"POST": _ANSWERS}

    @extend_schema(
        operation_id="accept_flags",
        request=AcceptForm,
        responses={200: Answered, **documented(400, 409, 415)},
    )
    def post(self, request: Request) -> Response:
        """Accept the risk of flags until a day, all or none. Said again, the newest word holds."""
        told = self.told(AcceptForm)
        return _answer(
            told["flags"],
            lambda flags: accept(
                flags, told["until"], actor=request.user.email, reason=told["reason"], now=timezone.now()
            ),
        )


class TakingBack(Endpoint):
    needs: ClassVar[Mapping[str, Needs]] = {"POST": _ANSWERS}

    @extend_schema(
        operation_id="take_back_flags",
        request=TakeBackForm,
        responses={200: Answered, **documented(400, 409, 415)},
    )
    def post(self, request: Request) -> Response:
        """End the acceptance of flags, all or none. Refused (409) of one that nobody accepted."""
        told = self.told(TakeBackForm)
        return _answer(
            told["flags"],
            lambda flags: take_back(
                flags, actor=request.user.email, reason=told["reason"], now=timezone.now()
            ),
        )


def _answer(numbers: Sequence[int], answer: Any) -> Response:
    numbers = sorted(set(numbers))
    flags = list(Flag.objects.filter(pk__in=numbers).order_by("pk"))
    if missing := sorted(set(numbers) - {flag.pk for flag in flags}):
        raise serializers.ValidationError({"flags": [f"there is no flag {missing[0]}."]})
    try:
        answer(flags)
    except WrongState as refused:
        raise Conflict(f"{refused}.") from None
    except WrongAcceptance as refused:
        raise serializers.ValidationError(f"{refused}.") from None
    now = list(Flag.objects.filter(pk__in=numbers).order_by("pk"))
    return Response(Answered({"flags": _rows(now)}).data)


def _rows(flags: Sequence[Flag]) -> list[dict[str, Any]]:
    accepted = acceptances_of(flags)
    rows = []
    for flag in flags:
        rule, acceptance = RULE_BY_ID[flag.rule], accepted.get(flag.pk)
        rows.append(
            {
                "flag": flag.pk,
                "rule": flag.rule,
                "title": rule.title,
                "severity": flag.severity,
                "detail": restored(flag.detail).plain(),
                "advice": rule.advice,
                "about": flag.about,
                "subject": flag.subject,
                "subject_name": flag.subject_name or None,
                "state": flag.state,
                "folded_under": flag.folded_under or None,
                "since": flag.since,
                "opened_at": flag.opened_at,
                "closed_at": flag.closed_at,
                "accepted_until": acceptance.until if acceptance else None,
                "accepted_by": acceptance.actor if acceptance else None,
                "accepted_because": acceptance.reason if acceptance else None,
            }
        )
    return rows
