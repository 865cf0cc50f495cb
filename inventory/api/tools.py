"""``/api/v1/tools/``: what we use, filtered and sorted as the page of tools; ``tools/<key>/`` one of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from discovery.connectors.base import Kind
from discovery.money import as_text, as_texts
from inventory import evidence
from inventory.access import Action, reach_of
from inventory.api.coverage import CoverageNote, coverage_of, reports
from inventory.api.endpoint import Amount, Endpoint, Needs, OneOf
from inventory.api.paging import Question
from inventory.api.problems import documented
from inventory.api_tokens import Scope
from inventory.figures import DOORS
from inventory.head_counts import bounds
from inventory.listing import NOBODY, SEEN, SORTS, Entry, Listing, Wanted, lines, listing
from inventory.models import DataClass, ToolStatus
from inventory.models import Tool as StoredTool
from inventory.money_totals import in_reporting_currency, reporting_currency
from inventory.naming import capabilities_of, names_of
from inventory.open_flags import may_read_flags
from inventory.reach import Reach

_NEEDS = Needs(Scope.READ, Action.SEE_TOOLS)
_NOT_BY_DEPARTMENT = "your role has no right to names; of a few people departments would tell how many."


class ToolQuestion(Question):
    """The words of the page's own address. The usual order is by name, which changes least between pages."""

    q = serializers.CharField(
        required=False, max_length=200, help_text="words of name, vendor, domain, capability or key"
    )
    status = OneOf(ToolStatus.values, required=False)
    capability = serializers.CharField(required=False, max_length=60, help_text="key of what it does first")
    department = serializers.CharField(
        required=False, max_length=120, help_text="not without the right to names"
    )
    owner = serializers.CharField(
        required=False, max_length=254, help_text=f"e-mail address; {NOBODY} for nobody yet"
    )
    door = OneOf(DOORS, required=False, help_text="how it came in")
    seen = OneOf(SEEN, required=False, help_text="counted back from the latest day that any record tells of")
    kind = OneOf([kind.value for kind in Kind], required=False, help_text="kind of a source that showed it")
    arrived_after = serializers.DateTimeField(
        required=False, help_text="came to be known since, after the first look at its sources"
    )
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
    plan = serializers.CharField(
        allow_null=True, help_text="where all evidence names the same one, or all amounts tell it"
    )
    likely_plans = serializers.ListField(
        child=serializers.CharField(), help_text="plans that amounts tell beside it, only probably in use"
    )
    origin = serializers.CharField(allow_null=True)
    status = OneOf(ToolStatus.values)
    status_since = serializers.DateField(allow_null=True, help_text="null: never decided")
    conditions = serializers.CharField(allow_null=True)
    allowed_departments = serializers.ListField(
        child=serializers.CharField(), help_text="none: no department is left out"
    )
    allowed_data = serializers.ListField(
        child=OneOf(DataClass.values), help_text="none: no class of data is left out"
    )
    review_due = serializers.DateField(allow_null=True)
    owner = serializers.CharField(allow_null=True, help_text="e-mail address")
    technical_owner = serializers.CharField(allow_null=True, help_text="e-mail address")
    unowned_since = serializers.DateField(allow_null=True, help_text="null while somebody owns it")
    tags = serializers.DictField(child=serializers.CharField())
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
    open_flags = serializers.ListField(
        child=serializers.CharField(),
        allow_null=True,
        help_text="ids of rules, the most severe first; null for who may not see flags",
    )


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
    coverage = CoverageNote()


class Tools(Endpoint):
    needs: ClassVar[Mapping[str, Needs]] = {"GET": _NEEDS}
    question = ToolQuestion

    @reports("list_tools", ToolQuestion, ToolRow, total=ToolTotal())
    def get(self, request: Request) -> Response:
        """What the company uses, with decisions and figures."""
        asked = self.asked()
        reach = reach_of(request.user)
        if "department" in asked and not reach.exact:
            raise serializers.ValidationError({"department": [_NOT_BY_DEPARTMENT]})
        found = listing(Wanted.from_address(asked, reach), reach)
        page = self.turner(asked).after(found.entries, lambda entry: entry.key)
        first, last = found.window or (None, None)
        total = {
            "tools": len(found.entries),
            "all_tools": found.all_tools,
            "spend_12m_by_currency": as_texts(found.spend),
            "first_month": first,
            "last_month": last,
        }
        return Response(
            {
                "next": page.next,
                "results": ToolRow(list(_rows(found, page.rows)), many=True).data,
                "total": ToolTotal(total).data,
                "coverage": coverage_of(request, found.window),
            }
        )


class Tool(Endpoint):
    needs: ClassVar[Mapping[str, Needs]] = {"GET": _NEEDS}

    @extend_schema(operation_id="get_tool", responses={200: OneTool, **documented(400, 404)})
    def get(self, request: Request, key: str) -> Response:
        """One tool, with its spend by month."""
        self.asked()
        reach = reach_of(request.user)
        tool = tool_of(key, reach)
        found = listing(Wanted(), reach)
        rows = list(_rows(found, [entry for entry in found.entries if entry.key == tool.key]))
        if not rows:
            raise no_tool(key)  # it lost its evidence a moment ago
        [row] = rows
        row["months"] = [
            {
                "month": month.month,
                "currency": month.currency,
                "amount": as_text(month.total),
                "by_door": as_texts(month.doors),
            }
            for month in evidence.months_of(tool, reach)
        ]
        row["coverage"] = coverage_of(request, found.window)
        return Response(OneTool(row).data)


def tool_of(key: str, reach: Reach) -> StoredTool:
    """The tool of a key. Raises NotFound for what is out of reach, as if it were not there."""
    found = reach.tools(StoredTool.objects.filter(key=key))
    if not found:
        raise no_tool(key)
    return found[0]


def no_tool(key: str) -> NotFound:
    return NotFound(f"No tool {key} is in the inventory.")


def _rows(found: Listing, entries: Sequence[Entry]) -> Iterator[dict[str, Any]]:
    """What the page shows of these tools, with the decisions and figures that it has no room for."""
    reach = found.reach
    keys = [entry.key for entry in entries]
    tools = {tool.key: tool for tool in reach.tools(StoredTool.objects.filter(key__in=keys))}
    names = names_of({key: tool.vendor for key, tool in tools.items()})
    capabilities = capabilities_of(keys)
    for line in lines(found, entries):
        tool = tools.get(line.key)
        if tool is None:
            continue  # it lost its evidence a moment ago
        name = names[line.key]
        least, most = bounds(line.people, reach.exact)
        yield {
            "key": line.key,
            "product": name.product or None,
            "product_name": name.product_name or None,
            "vendor": name.vendor,
            "vendor_name": name.vendor_name,
            "domain": name.domain or None,
            "capabilities": [capability for capability, _ in capabilities.get(line.key, [])],
            "plan": line.plan or None,
            "likely_plans": list(line.likely_plans),
            "origin": name.origin or None,
            "status": line.status,
            "status_since": tool.status_since,
            "conditions": tool.conditions or None,
            "allowed_departments": tool.allowed_departments,
            "allowed_data": tool.allowed_data,
            "review_due": tool.review_due,
            "owner": line.owner or None,
            "technical_owner": tool.technical_owner or None,
            "unowned_since": tool.unowned_since,
            "tags": tool.tags,
            "departments": list(line.departments) if reach.exact else None,
            "people_count": line.people if reach.exact else None,
            "people_at_least": least,
            "people_at_most": most,
            "people_unresolved": tool.people_unresolved if reach.exact else None,
            "spend_total": as_text(in_reporting_currency(tool.spend)),
            "spend_12m": as_text(in_reporting_currency(line.sums)),
            "currency": reporting_currency(),
            "spend_by_currency": as_texts(tool.spend),
            "spend_12m_by_currency": as_texts(line.sums),
            "first_seen": line.first_seen,
            "last_seen": line.last_seen,
            "doors": list(line.doors),
            "sources": list(line.sources),
            "open_flags": [rule for _severity, rule in line.flags] if may_read_flags(reach) else None,
        }
