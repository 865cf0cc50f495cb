"""``rebuild`` and ``rematch`` at the command line, over real records of a real scan."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from discovery.models import Purchase
from inventory.models import Tool, ToolMonth
from vendors.catalog_files import SHIPPED
from vendors.load import load_catalog

pytestmark = pytest.mark.django_db

CARDS = (
    "Transaction ID,Transaction Date,Cardholder,Card,Merchant,MCC,Amount,Currency\n"
    "t1,2026-03-02,ANNA BERG,4411,OPENAI *CHATGPT SUBSCR 4158799686 CA,5734,20.00,USD\n"
    "t2,2026-03-03,ANNA BERG,4411,TRATTORIA DA GINO MALMO,5812,31.50,EUR\n"
    "t3,2026-03-09,ANNA BERG,4411,ANYSPHERE INC SAN FRANCISCO CA,5734,19.20,EUR\n"
)


@pytest.fixture
def learn(tmp_path: Path) -> Callable[[str], None]:
    """Load a catalog that knows one vendor more."""
    folder = tmp_path / "catalog"
    (folder / "vendors").mkdir(parents=True)
    shutil.copy(SHIPPED / "capabilities.toml", folder)

    def load(vendor: str) -> None:
        shutil.copy(SHIPPED / "vendors" / f"{vendor}.toml", folder / "vendors")
        load_catalog(folder)

    return load


@pytest.fixture(autouse=True)
def _scanned(tmp_path: Path, learn: Callable[[str], None]) -> None:
    learn("openai")
    path = tmp_path / "cards.csv"
    path.write_text(CARDS)
    call_command("scan", str(path), stdout=StringIO())


def told(command: str, *options: str) -> str:
    out = StringIO()
    call_command(command, *options, stdout=out)
    return out.getvalue()


def test_a_rebuild_of_what_is_right_changes_nothing():
    before = list(Tool.objects.values()), list(ToolMonth.objects.values()), list(Purchase.objects.values())
    assert told("rebuild") == "rebuilt 1 purchases, 1 tools; nothing changed\n"
    after = list(Tool.objects.values()), list(ToolMonth.objects.values()), list(Purchase.objects.values())
    assert after == before


def test_a_rebuild_mends_figures_and_purchases_and_says_so():
    Purchase.objects.update(amount=1)
    Tool.objects.update(people_count=9, spend={"USD": 1})
    ToolMonth.objects.all().delete()
    assert told("rebuild") == "rebuilt 1 purchases, 1 tools; 1 purchases and 1 tools changed\n"
    assert Tool.objects.get().spend == {"USD": 20_000_000}
    assert told("rebuild").endswith("nothing changed\n")


def test_a_new_vendor_of_the_catalog_is_found_among_what_was_sealed(learn):
    assert json.loads(told("rematch", "--json"))["new_tools"] == []
    learn("cursor")
    done = json.loads(told("rematch", "--json"))
    assert (done["new_tools"], done["gone_tools"], done["changed"]) == (["cursor/cursor"], [], 1)
    assert Tool.objects.get(key="cursor/cursor").spend == {"EUR": 19_200_000}
    assert "0 stand for something else now" in told("rematch")
