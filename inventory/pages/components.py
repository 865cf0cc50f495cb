"""``/components/``: every component in every state, in both themes. The figures are made up."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from discovery.models import Person
from inventory.access import Action, behind
from inventory.charts import stacked
from inventory.freshness import State
from inventory.models import ToolStatus
from inventory.opened_names import Names

_MONTHS = [f"2026-{number:02}" for number in range(1, 7)]
_MICRO = 1_000_000


@behind(Action.SEE_TOOLS)
@require_safe
def components(request: HttpRequest) -> HttpResponse:
    series = {
        "one": {month: (400 + 60 * number) * _MICRO for number, month in enumerate(_MONTHS)},
        "two": dict.fromkeys(_MONTHS, 150 * _MICRO),
    }
    names = {"one": _("Procurement"), "two": _("Corporate card")}
    return render(
        request,
        "inventory/components.html",
        {
            "themes": ("light", "dark"),
            "statuses": ToolStatus.values,
            "source_states": [*(state.value for state in State), "reading"],
            "severities": ("low", "medium", "high", "critical"),
            "risks": ((12, 16), (33, 51), (58, 86), (12, 83)),
            "hues": ("c1", "c2", "c3", "c4", "c5", "c6", "c0"),
            "sums": {"EUR": 1234 * _MICRO, "USD": 99 * _MICRO},
            "names": Names("", frozenset({"marta@example.com"})),
            "marta": Person(email="marta@example.com", name="Marta Keller"),
            "trend": [3, 4, 4, 6, 5, 8, 9, 9, 12, 11, 14, 16],
            "choices": [("sales", "Sales", 12), ("legal", "Legal", 3)],
            "chart": stacked(_("Spend by month; made up"), _MONTHS, series, "c1", names),
        },
    )
