"""Every total of the API is that of ``export spend`` and of the page, on whole made-up companies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from discovery.sample_company import build, write
from inventory.access import Role
from inventory.api_tokens import make_token
from inventory.exports import EXPORTS
from inventory.exports.period import Period
from tests.inventory.api.accounts import account_of
from vendors.catalog_files import Catalog
from vendors.load import store_catalog

pytestmark = pytest.mark.django_db


def rows_of(client: Client, address: str) -> Iterator[dict[str, Any]]:
    """Every row of a list, page by page."""
    following: str | None = f"/api/v1/{address}"
    while following:
        answer = client.get(following)
        assert answer.status_code == 200, answer.content
        yield from answer.json()["results"]
        following = answer.json()["next"]


def sums(pairs: Iterator[tuple[str, str]]) -> dict[str, Decimal]:
    total: Counter[str] = Counter()
    for currency, amount in pairs:
        total[currency] += Decimal(amount)
    return {currency: amount for currency, amount in total.items() if amount}


@pytest.mark.parametrize("seed", [1, 12])
def test_every_total_is_that_of_export_spend(shipped_catalog: Catalog, tmp_path: Path, seed: int):
    store_catalog(shipped_catalog)
    write(build(seed=seed, people=30, months=4, end=date(2026, 10, 31)), tmp_path)
    call_command("scan", str(tmp_path / "exports"), stdout=StringIO(), stderr=StringIO())
    finance = account_of(Role.FINANCE)
    _, secret = make_token(finance, name="totals", scopes=["read"], days=1, by="test", now=timezone.now())
    client = Client(headers={"authorization": f"Bearer {secret}"})

    written = list(EXPORTS["spend"].rows(Period()))
    assert len(written) > 20
    assert list(rows_of(client, "spend/?limit=7")) == written
    whole = sums((row["currency"], row["amount"]) for row in written)
    assert sums((row["currency"], row["amount"]) for row in rows_of(client, "purchases/?limit=500")) == whole
    tools = list(rows_of(client, "tools/?limit=9"))
    by_currency = (pair for tool in tools for pair in tool["spend_by_currency"].items())
    assert sums(by_currency) == whole

    exported = {row["product"] or row["vendor"]: row for row in EXPORTS["inventory"].rows(Period())}
    assert {tool["key"] for tool in tools} == set(exported)
    for tool in tools:
        for name in ("people_count", "people_unresolved", "spend_total", "spend_12m", "doors", "sources"):
            assert tool[name] == exported[tool["key"]][name], (tool["key"], name)

    browser = Client()
    browser.force_login(finance, "allauth.account.auth_backends.AuthenticationBackend")
    for query in ("", "?door=corporate_card", "?door=sso", "?q=chat"):
        told = client.get(f"/api/v1/tools/{query}").json()["total"]
        shown = browser.get(f"{reverse('tools')}{query}").context["found"]
        assert told["tools"] == len(shown.entries)
        assert {
            name: Decimal(amount) * 1_000_000 for name, amount in told["spend_12m_by_currency"].items()
        } == shown.spend
