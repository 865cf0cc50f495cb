"""Documents hold together: a number for each decision, links that lead somewhere, and every room named."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
DECISIONS = sorted((DOCS / "decisions").glob("*.md"))


def test_every_decision_has_a_number_of_its_own_and_begins_with_it() -> None:
    numbers = [path.name[:4] for path in DECISIONS]
    assert sorted(set(numbers)) == numbers, "two decisions have one number; the later one takes a free one"
    unnumbered = [path.name for path in DECISIONS if not path.read_text().startswith(f"# {path.name[:4]} ")]
    assert unnumbered == []


def test_links_between_documents_lead_to_a_file() -> None:
    pages = [*DOCS.rglob("*.md"), *ROOT.glob("*.md")]
    lost = [
        (str(page.relative_to(ROOT)), link)
        for page in pages
        for link in re.findall(r"\]\(([^)#:\s]+\.\w+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
        if not (page.parent / link).exists()
    ]
    assert len(pages) > 100
    assert lost == []


def test_every_module_of_a_room_is_named_in_the_architecture() -> None:
    named = set(re.findall(r"\b\w+\.py\b", (DOCS / "architecture.md").read_text(encoding="utf-8")))
    rooms = [ROOT / room for room in ("vendors", "discovery", "inventory")]
    there = {path.name for room in rooms for path in room.glob("*.py")} - {"__init__.py", "apps.py"}
    assert sorted(there - named) == []
