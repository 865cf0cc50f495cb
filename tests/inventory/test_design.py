"""The design system holds together: tokens with their fallback, styles that pages use, components."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import inventory
from inventory.charts import stacked

ROOM = Path(inventory.__file__).parent
STYLES = ROOM / "static" / "penumbra"
TEMPLATES = ROOM / "templates"


def test_browsers_without_light_dark_get_the_same_colours():
    tokens = (STYLES / "tokens.css").read_text()
    pairs = re.findall(r"(--[\w-]+): light-dark\((#\w+),\s*(#\w+)\);", tokens)
    assert len(pairs) > 25
    fallback = (STYLES / "tokens-fallback.css").read_text()
    light, _, rest = fallback.partition("@media")
    by_system, _, by_choice = rest.partition('[data-theme="dark"]')
    for name, day, night in pairs:
        assert f"{name}: {day};" in light
        assert f"{name}: {night};" in by_system
        assert f"{name}: {night};" in by_choice


def test_every_style_sheet_is_linked_once_and_no_other():
    linked = re.findall(
        r'static "penumbra/([\w-]+\.css)"', (TEMPLATES / "inventory/document.html").read_text()
    )
    assert sorted(linked) == sorted(path.name for path in STYLES.glob("*.css"))


def test_every_component_stands_on_the_page_of_components():
    page = (TEMPLATES / "inventory/components.html").read_text()
    tags = (ROOM / "templatetags/components.py").read_text()
    names = set(re.findall(r'inclusion_tag\("components/\w+\.html".*?\)\ndef (\w+)', tags))
    # a filter, a tool's link and a list's pages need an address of their own: their markup stands there
    missing = {name for name in names if f"{{% {name} " not in page} - {"facet", "tool_cell", "pages"}
    assert missing == set()
    for mark in (
        'class="facet"',
        'class="tool"',
        "notice",
        "dialog",
        "toast",
        "steps",
        "timeline",
        "compare",
    ):
        assert mark in page


def test_bars_are_as_high_as_their_amounts_and_a_month_of_refunds_has_none():
    months = ["2026-01", "2026-02", "2026-03"]
    series = {"card": {"2026-01": 1_000_000_000, "2026-02": 500_000_000, "2026-03": -5_000_000}}
    chart = stacked("Spend", months, series, "c1", {"card": "Card"})
    heights = [sum(part.height for part in bar.parts) for bar in chart.bars]
    assert heights[0] + 1 == 2 * (heights[1] + 1)  # a hair's breadth lies between stacked parts
    assert heights[2] == 0
    assert [line.words for line in chart.lines] == ["0", "500", "1,000"]
    assert chart.keys == (("c1", "Card"),)


@pytest.mark.parametrize("amount", [10, 42_000, 9_000_000])
def test_amounts_beside_a_chart_have_room(amount):
    """A figure is no wider than eight units of the picture; the widest ends before the bars begin."""
    chart = stacked("Spend", ["2026-01"], {"card": {"2026-01": amount * 1_000_000}}, "c1", {"card": "Card"})
    assert chart.text_end >= 8 * max(len(line.words) for line in chart.lines)
    assert chart.bars[0].x >= chart.left
