"""An app that signs in by itself is a tool in use, by nobody."""

from __future__ import annotations

import json
import shutil

import pytest
from django.core.management import call_command

from inventory.models import Tool
from vendors.catalog_files import SHIPPED
from vendors.load import load_catalog

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def test_it_is_seen_with_its_days_and_without_people(tmp_path):
    folder = tmp_path / "catalog"
    (folder / "vendors").mkdir(parents=True)
    shutil.copy(SHIPPED / "capabilities.toml", folder)
    shutil.copy(SHIPPED / "vendors" / "openai.toml", folder / "vendors")
    load_catalog(folder)
    records = [
        {
            "time": f"2026-03-{day}T07:07:00Z",
            "category": "ServicePrincipalSignInLogs",
            "tenantId": "t-1",
            "resultType": "0",
            "properties": {"appId": "a-9", "servicePrincipalName": "ChatGPT", "servicePrincipalId": "sp-9"},
        }
        for day in ("02", "03", "10")
    ]
    path = tmp_path / "stream.json"
    path.write_text(json.dumps({"records": records}))
    call_command("scan", path)
    tool = Tool.objects.get()
    assert (tool.key, tool.doors, tool.people_count, tool.people_unresolved) == (
        "openai/chatgpt", ["sso"], 0, 0,
    )  # fmt: skip
    assert [day.isoformat() for day in (tool.first_seen, tool.last_seen)] == ["2026-03-02", "2026-03-09"]
