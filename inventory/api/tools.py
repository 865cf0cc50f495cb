"""``/api/v1/tools/``: what we use, filtered and sorted as the page of tools; ``tools/<key>/`` one of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from discovery.money import as_text
from inventory import evidence
from inventory.access import Action, reach_of
from inventory.api.endpoint import Amount, Endpoint, Needs, OneOf, page_of
from inventory.api.paging import Question
from inventory.api.problems import documented
from inventory.api_tokens import Scope
from inventory.figures import DOORS
from inventory.head_counts import bounds
from inventory.listing import SORTS, Line, Wanted, lines, listing
from inventory.models import Tool as StoredTool
from inventory.models import ToolStatus
from inventory.money_totals import in_reporting_currency, reporting_currency
from inventory.naming import capabilities_of
from inventory.reach import Reach

_NEEDS = Needs(Scope.READ, Action.SEE_TOOLS)


class ToolQuestion(Question):
    """The words of the page's own address. The usual order is by name, which changes least between pages."""

    q = serializers.CharField(
        required=False, max_length=200, help_text="words of name, vendor, domain, capability or key"
    )
    status = OneOf(ToolStatus.values, required=False)
    door = OneOf(DOORS, required=False, help_text="how it came in")
    sort = OneOf(SORTS, default="name", help_text="amounts, people and days: the largest first")


class ToolRow(serializers.Serializer):
    """A tool. Figures are of the departments that the account may see."""

    key = serializers.CharField(help_text="the product, or the vendor where no more is known")
    product = serializers.CharField(allow_null=True)
    product_name = serializers.CharField(allow_null=True)
    vendor = serializers.CharField()
    vendor_name = serializers.CharField()
    domain = serializers.CharField(allow_null=True)
    capabilities = serializers.ListField(child=serializers.CharField(), help_text="the primary one first")
    plan = serializers.CharField(allow_null=True)
    origin = serializers.CharField(allow_null=True)
    status = OneOf(ToolStatus.values)
    review_due = serializers.DateField(allow_null=True)
    owner = serializers.CharField(allow_null=True, help_text="e-mail address")
    technical_owner = serializers.CharField(allow_null=True, help_text="e-mail address")
    departments = serializers.ListField(
        child=serializers.CharField(), allow_null=True, help_text="null without the right to names"
    )
    people_count = serializers.IntegerField(allow_null=True, help_text="null without the right to names")
    people_at_least = serializers.IntegerField()
    people_at_most = serializers.IntegerField(help_text="people are told in fives without the right to names")
    people_unresolved = serializers.IntegerField(
        allow_null=True, help_text="cards, logins and printed names that no person is known for"
    )
    spend_total = Amount(allow_null=True, help_text="null where a rate is missing")
    spend_12m = Amount(allow_null=True, help_text="up to the latest month with a purchase")
    currency = serializers.CharField(help_text="reporting currency, of spend_total and spend_12m")
    spend_by_currency = serializers.DictField(child=Amount(), help_text="of all time")
    spend_12m_by_currency = serializers.DictField(child=Amount())
    first_seen = serializers.DateField(allow_null=True)
    last_seen = serializers.DateField(allow_null=True)
    doors = serializers.ListField(child=OneOf(DOORS))
    sources = serializers.ListField(child=serializers.CharField())


class ToolTotal(serializers.Serializer):
    """Of everything the question asks for, not of this page alone."""

    tools = serializers.IntegerField()
    all_tools = serializers.IntegerField(help_text="without filters")
    spend_12m_by_currency = serializers.DictField(child=Amount())
    first_month = serializers.CharField(allow_null=True, help_text="of the twelve, YYYY-MM")
    last_month = serializers.CharField(allow_null=True)


class ToolMonthRow(serializers.Serializer):
    """Spend of a month in one currency."""

    month = serializers.CharField(help_text="YYYY-MM")
    currency = serializers.CharField()
    amount = Amount()
    by_door = serializers.DictField(child=Amount())


class OneTool(ToolRow):
    """A tool with its months."""

    months = ToolMonthRow(many=True, help_text="newest first")


class Tools(Endpoint):
    needs: ClassVar[Mapping[str, Needs]] = {"GET": _NEEDS}
    question = ToolQuestion

    @extend_schema(
        operation_id="list_tools",
        parameters=[ToolQuestion],
        responses={200: page_of(ToolRow, total=ToolTotal()), **documented(400)},
    )
    def get(self, request: Request) -> Response:
        """What the company uses, with decisions and figures."""
        asked = self.asked()
        reach = reach_of(request.user)
        found = listing(Wanted.from_address(asked), reach)
        page = self.turner(asked).after(found.entries, lambda entry: entry.key)
        first, last = found.window or (None, None)
        total = {
            "tools": len(found.entries),
            "all_tools": found.all_tools,
            "spend_12m_by_currency": _texts(found.spend),
            "first_month": first,
            "last_month": last,
        }
        return Response(
            {
                "next": page.next,
                "results": ToolRow(list(_rows(lines(page.rows, reach), reach)), many=True).data,
                "total": ToolTotal(total).data,
            }
        )


class Tool(Endpoint):
    needs: ClassVar[Mapping[str, Needs]] = {"GET": _NEEDS}

    @extend_schema(operation_id="get_tool", responses={200: OneTool, **documented(400, 404)})
    def get(self, request: Request, key: str) -> Response:
        """One tool, with its spend by month."""
        self.asked()
        reach = reach_of(request.user)
        wanted = tool_of(key, reach).key
        entry = [entry for entry in listing(Wanted(), reach).entries if entry.key == wanted]
        [line] = lines(entry, reach)
        [row] = _rows([line], reach)
        row["months"] = [
            {
                "month": month.month,
                "currency": month.currency,
                "amount": as_text(month.total),
                "by_door": _texts(month.doors),
            }
            for month in evidence.months_of(line.tool, reach)
        ]
        return Response(OneTool(row).data)


def tool_of(key: str, reach: Reach) -> StoredTool:
    """The tool of a key. Raises NotFound for what is out of reach, as if it were not there."""
    found = reach.tools(StoredTool.objects.filter(key=key))
    if not found:
        raise NotFound(f"No tool {key} is in the inventory.")
    return found[0]


def _rows(shown: Iterable[Line], reach: Reach) -> Iterator[dict[str, Any]]:
    shown = list(shown)
    capabilities = capabilities_of([line.name.product for line in shown if line.name.product])
    for line in shown:
        tool, name = line.tool, line.name
        least, most = bounds(tool.people_count, reach.exact)
        yield {
            "key": tool.key,
            "product": name.product or None,
            "product_name": name.product_name or None,
            "vendor": name.vendor,
            "vendor_name": name.vendor_name,
            "domain": name.domain or None,
            "capabilities": [capability for capability, _ in capabilities.get(tool.key, [])],
            "plan": tool.plan or None,
            "origin": name.origin or None,
            "status": tool.status,
            "review_due": tool.review_due,
            "owner": tool.owner or None,
            "technical_owner": tool.technical_owner or None,
            "departments": tool.departments if reach.exact else None,
            "people_count": tool.people_count if reach.exact else None,
            "people_at_least": least,
            "people_at_most": most,
            "people_unresolved": tool.people_unresolved if reach.exact else None,
            "spend_total": as_text(in_reporting_currency(tool.spend)),
            "spend_12m": as_text(in_reporting_currency(line.spend)),
            "currency": reporting_currency(),
            "spend_by_currency": _texts(tool.spend),
            "spend_12m_by_currency": _texts(line.spend),
            "first_seen": tool.first_seen,
            "last_seen": tool.last_seen,
            "doors": tool.doors,
            "sources": tool.sources,
        }


def _texts(amounts: Mapping[str, int]) -> dict[str, str | None]:
    return {name: as_text(amount) for name, amount in amounts.items()}
