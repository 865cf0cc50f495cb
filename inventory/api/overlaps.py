"""``/api/v1/overlaps/``: tools in use that do the same; accept a group, open a case, take that back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from discovery.money import as_text, as_texts
from inventory.access import Action
from inventory.api.coverage import answer_report, reports
from inventory.api.endpoint import (
    Amount,
    Day,
    Endpoint,
    Form,
    Needs,
    OneOf,
    Reason,
    WordsByWord,
)
from inventory.api.paging import Question
from inventory.api.problems import documented
from inventory.api_tokens import Scope
from inventory.company_time import day_of
from inventory.models import OverlapDecision, OverlapDecisionKind
from inventory.money_totals import in_reporting_currency, reporting_currency
from inventory.overlap import (
    Group,
    GroupState,
    Step,
    WrongOverlapDecision,
    accept_overlap,
    groups,
    open_case,
    proposed_terms,
    reopen,
)

_DECIDES = Needs(Scope.DECIDE, Action.DECIDE_OVERLAPS)
_STEPS = [step.value for step in Step]


class OverlapQuestion(Question):
    state = OneOf([state.value for state in GroupState], required=False)


class MemberRow(serializers.Serializer):
    """A tool of a group."""

    tool = serializers.CharField(help_text="key")
    name = serializers.CharField()
    primary = serializers.BooleanField(help_text="whether it does this first of all")
    status = serializers.CharField()
    people_by_department = serializers.DictField(child=serializers.IntegerField())
    spend_12m_by_currency = serializers.DictField(child=Amount())


class PairRow(serializers.Serializer):
    """Two tools of a group, and how many people have both."""

    tools = serializers.ListField(child=serializers.CharField(), help_text="two keys")
    people = serializers.IntegerField()


class OverlapDecisionRow(serializers.Serializer):
    """What was decided about a group last."""

    decided = OneOf(OverlapDecisionKind.values)
    tools = serializers.ListField(child=serializers.CharField(), help_text="it was decided about")
    until = serializers.DateField(allow_null=True, help_text="of an acceptance")
    plan = serializers.DictField(child=OneOf(_STEPS), help_text="of a case: tool → what becomes of it")
    owner = serializers.CharField(allow_null=True, help_text="of a case: who sees to it")
    due = serializers.DateField(allow_null=True, help_text="of a case")
    actor = serializers.CharField()
    reason = serializers.CharField()
    made_at = serializers.DateTimeField()


class OverlapRow(serializers.Serializer):
    """A capability that two or more tools in use have."""

    capability = serializers.CharField()
    name = serializers.CharField()
    state = OneOf([state.value for state in GroupState])
    tools = MemberRow(many=True)
    people = serializers.IntegerField(help_text="who have used at least one of them, ever")
    people_in_common = serializers.IntegerField(help_text="with at least two of them")
    pairs = PairRow(many=True)
    departments_in_common = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField()),
        help_text="department → the tools its people use, where these are several",
    )
    spend_12m = Amount(allow_null=True, help_text="null where a rate is missing")
    currency = serializers.CharField()
    spend_12m_by_currency = serializers.DictField(child=Amount())
    decision = OverlapDecisionRow(allow_null=True, help_text="the last one, also where it holds no more")


class AcceptOverlapForm(Form):
    """Until when a group is intended, and why."""

    until = Day(help_text="the last day that it holds; it ends before where a tool joins the group")
    reason = Reason()


class CaseForm(Form):
    """What becomes of a group's tools: at least one is kept, at least one moved or retired."""

    plan = WordsByWord(160, child=OneOf(_STEPS), help_text="key → what becomes of the tool")
    owner = serializers.CharField(max_length=254, help_text="who sees to it: e-mail address")
    due = Day()
    reason = Reason()


class ReopenForm(Form):
    """Why what was decided is taken back."""

    reason = Reason()


class Overlaps(Endpoint):
    needs: ClassVar[Mapping[str, Needs]] = {"GET": Needs(Scope.READ, Action.SEE_FLAGS)}
    question = OverlapQuestion

    @reports("list_overlaps", OverlapQuestion, OverlapRow)
    def get(self, request: Request) -> Response:
        """Groups of tools that do the same, by capability."""
        asked = self.asked()
        found = groups(day_of(timezone.now()))
        if "state" in asked:
            found = [group for group in found if group.state == asked["state"]]
        page = self.turner(asked).ordered(found, lambda group: group.capability)
        return answer_report(request, page, map(_row, page.rows), OverlapRow)


class _Deciding(Endpoint):
    needs: ClassVar[Mapping[str, Needs]] = {"POST": _DECIDES}

    def decided(self, capability: str, take: Callable[[datetime], OverlapDecision]) -> Response:
        try:
            decision = take(timezone.now())
        except WrongOverlapDecision as refused:
            raise serializers.ValidationError(f"{refused}.") from None
        return Response(OverlapDecisionRow(_decision(decision)).data, status=201)


class AcceptingOverlap(_Deciding):
    @extend_schema(
        operation_id="accept_overlap",
        request=AcceptOverlapForm,
        responses={201: OverlapDecisionRow, **documented(400, 404, 415)},
    )
    def post(self, request: Request, capability: str) -> Response:
        """Say that a group is intended, until a day and for the tools it has now. The newest word holds."""
        told = self.told(AcceptOverlapForm)
        _group(capability)
        return self.decided(
            capability, lambda now: accept_overlap(capability, actor=request.user.email, now=now, **told)
        )


class Case(_Deciding):
    @extend_schema(
        operation_id="open_overlap_case",
        request=CaseForm,
        responses={201: OverlapDecisionRow, **documented(400, 404, 415)},
    )
    def post(self, request: Request, capability: str) -> Response:
        """Decide what becomes of a group's tools, who sees to it and until when. The newest word holds. What
        the saving is worked out from is taken from the figures; it is edited on the page.
        """
        told = self.told(CaseForm)
        group = _group(capability)

        def take(now: datetime) -> OverlapDecision:
            terms, _unknown = proposed_terms(group, told["plan"], day_of(now))
            return open_case(capability, terms=terms, actor=request.user.email, now=now, **told)

        return self.decided(capability, take)


class Reopening(_Deciding):
    @extend_schema(
        operation_id="reopen_overlap",
        request=ReopenForm,
        responses={201: OverlapDecisionRow, **documented(400, 404, 415)},
    )
    def post(self, request: Request, capability: str) -> Response:
        """Take back what was decided about a group."""
        told = self.told(ReopenForm)
        return self.decided(
            capability, lambda now: reopen(capability, actor=request.user.email, now=now, **told)
        )


def _group(capability: str) -> Group:
    found = groups(day_of(timezone.now()), only=capability)
    if not found:
        raise NotFound(f"No two tools in use overlap in {capability}.")
    return found[0]


def _row(group: Group) -> dict[str, Any]:
    spend = group.spend
    return {
        "capability": group.capability,
        "name": group.name,
        "state": group.state.value,
        "tools": [
            {
                "tool": member.tool.key,
                "name": member.name.title,
                "primary": member.primary,
                "status": member.tool.status,
                "people_by_department": dict(member.departments),
                "spend_12m_by_currency": as_texts(member.spend),
            }
            for member in group.members
        ],
        "people": group.people,
        "people_in_common": group.people_in_common,
        "pairs": [{"tools": list(pair), "people": people} for pair, people in group.pairs.items()],
        "departments_in_common": group.departments_in_common,
        "spend_12m": as_text(in_reporting_currency(spend)),
        "currency": reporting_currency(),
        "spend_12m_by_currency": as_texts(spend),
        "decision": _decision(group.decision) if group.decision else None,
    }


def _decision(decision: OverlapDecision) -> dict[str, Any]:
    return {
        "decided": decision.kind,
        "tools": decision.tools,
        "until": decision.until,
        "plan": decision.plan,
        "owner": decision.owner or None,
        "due": decision.due,
        "actor": decision.actor,
        "reason": decision.reason,
        "made_at": decision.made_at,
    }
