"""``/api/v1/decisions/``: what was decided about tools, who and why; decide about many at once, undo."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from inventory.access import Action, reach_of
from inventory.api.endpoint import (
    Day,
    Endpoint,
    Form,
    Needs,
    OneOf,
    Reason,
    WordsByWord,
    answer_page,
    page_of,
)
from inventory.api.paging import By, Question
from inventory.api.problems import Conflict, documented
from inventory.api_tokens import Scope
from inventory.decisions import Change, ChangedSince, SoAlready, WrongDecision, decide, undo
from inventory.models import DataClass, DecisionBatch, Tool, ToolDecision, ToolStatus

#: Tools that one call decides about.
_AT_ONCE = 1_000

_DECIDES = Needs(Scope.DECIDE, Action.DECIDE)


class DecisionQuestion(Question):
    tool = serializers.CharField(required=False, max_length=160, help_text="key")
    decision = serializers.IntegerField(
        required=False, min_value=1, max_value=2**63 - 1, help_text="what one decision changed"
    )


class DecisionRow(serializers.Serializer):
    """What a decision changed of one tool. Never changed or deleted."""

    decision = serializers.IntegerField()
    tool = serializers.CharField(help_text="key")
    before = serializers.DictField(help_text="name → value, of what changed")
    after = serializers.DictField(help_text="the same names → new value")
    actor = serializers.CharField()
    reason = serializers.CharField()
    made_at = serializers.DateTimeField()
    undoes = serializers.IntegerField(allow_null=True, help_text="the decision that it took back")
    undone_by = serializers.IntegerField(allow_null=True, help_text="the decision that took it back")


class Changes(Form):
    """What is decided; what is not named stays. Lists replace the former ones."""

    status = OneOf(ToolStatus.values, required=False)
    conditions = serializers.CharField(required=False, allow_blank=True, max_length=2_000)
    allowed_departments = serializers.ListField(
        child=serializers.CharField(max_length=120), required=False, max_length=500
    )
    allowed_data = serializers.ListField(child=OneOf(DataClass.values), required=False, max_length=20)
    review_due = Day(required=False, allow_null=True)
    owner = serializers.CharField(
        required=False, allow_blank=True, max_length=254, help_text="e-mail address; empty: nobody"
    )
    technical_owner = serializers.CharField(required=False, allow_blank=True, max_length=254)
    tags = WordsByWord(60, required=False, help_text="an empty value takes a tag away; other tags stay")


class DecisionForm(Form):
    """A decision, the same about each of some tools."""

    tools = serializers.ListField(
        child=serializers.CharField(max_length=160), min_length=1, max_length=_AT_ONCE, help_text="keys"
    )
    change = Changes()
    reason = Reason()


class UndoForm(Form):
    """Why a decision is taken back."""

    reason = Reason()


class Decided(serializers.Serializer):
    """A decision that was taken."""

    decision = serializers.IntegerField(help_text="its number: with it, it is undone")
    tools = serializers.IntegerField(help_text="how many it changed; of the others it was so already")
    actor = serializers.CharField()
    reason = serializers.CharField()
    made_at = serializers.DateTimeField()
    undoes = serializers.IntegerField(allow_null=True)


class Decisions(Endpoint):
    needs: ClassVar[Mapping[str, Needs]] = {"GET": Needs(Scope.READ, Action.SEE_TOOLS), "POST": _DECIDES}
    question = DecisionQuestion

    @extend_schema(
        operation_id="list_decisions",
        parameters=[DecisionQuestion],
        responses={200: page_of(DecisionRow), **documented(400)},
    )
    def get(self, request: Request) -> Response:
        """The decision log, newest first: a row for each tool that a decision changed."""
        asked = self.asked()
        reach = reach_of(request.user)
        found = ToolDecision.objects.select_related("batch", "batch__undone_by")
        if not reach.whole:
            within = [tool.key for tool in reach.tools(Tool.objects.order_by())]
            found = found.filter(tool__in=within)
        if "tool" in asked:
            found = found.filter(tool=asked["tool"])
        if "decision" in asked:
            found = found.filter(batch=asked["decision"])
        page = self.turner(asked).stored(found, By("batch_id", descending=True), By("tool"))
        return answer_page(page, map(_row, page.rows), DecisionRow)

    @extend_schema(
        operation_id="decide", request=DecisionForm, responses={201: Decided, **documented(400, 409, 415)}
    )
    def post(self, request: Request) -> Response:
        """Decide the same about some tools, all or none. What is so already is refused (409), so a call
        that is sent twice decides once.
        """
        told = self.told(DecisionForm)
        try:
            batch = decide(
                told["tools"],
                Change(**told["change"]),
                actor=request.user.email,
                reason=told["reason"],
                now=timezone.now(),
            )
        except SoAlready as refused:
            raise Conflict(f"{refused}.") from None
        except WrongDecision as refused:
            raise serializers.ValidationError(f"{refused}.") from None
        return Response(Decided(_decided(batch)).data, status=201)


class Undoing(Endpoint):
    needs: ClassVar[Mapping[str, Needs]] = {"POST": _DECIDES}

    @extend_schema(
        operation_id="undo_decision",
        request=UndoForm,
        responses={201: Decided, **documented(400, 404, 409, 415)},
    )
    def post(self, request: Request, decision: int) -> Response:
        """Put back all that a decision changed, as a decision of its own. Refused (409) where it was undone
        before, or where somebody decided about one of its tools since.
        """
        told = self.told(UndoForm)
        batch = DecisionBatch.objects.filter(pk=decision).first()
        if batch is None:
            raise NotFound(f"There is no decision {decision}.")
        try:
            undoing = undo(batch, actor=request.user.email, reason=told["reason"], now=timezone.now())
        except (SoAlready, ChangedSince) as refused:
            raise Conflict(f"{refused}.") from None
        except WrongDecision as refused:
            raise serializers.ValidationError(f"{refused}.") from None
        return Response(Decided(_decided(undoing)).data, status=201)


def _row(row: ToolDecision) -> dict[str, Any]:
    batch = row.batch
    undone = getattr(batch, "undone_by", None)
    return {
        "decision": batch.pk,
        "tool": row.tool,
        "before": row.before,
        "after": row.after,
        "actor": batch.actor,
        "reason": batch.reason,
        "made_at": batch.made_at,
        "undoes": batch.undoes_id,
        "undone_by": undone.pk if undone else None,
    }


def _decided(batch: DecisionBatch) -> dict[str, Any]:
    return {
        "decision": batch.pk,
        "tools": batch.decisions.count(),
        "actor": batch.actor,
        "reason": batch.reason,
        "made_at": batch.made_at,
        "undoes": batch.undoes_id,
    }
