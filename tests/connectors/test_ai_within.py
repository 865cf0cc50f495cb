"""The AI within licences of other names, with its plan, and on, off or unknown by what the list says."""

from __future__ import annotations

import io
import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from discovery.connectors import ai_within, by_name
from discovery.connectors.ai_within import with_ai_within
from discovery.records import Licence, Switch, Who
from vendors.matching import Channel, Decision, Matcher, describe

COPILOT_CHAT = "3f30311c-6b1e-48a4-ab79-725b469da960"
AGENTS_O365 = "ded3d325-1bdc-453e-8432-5bac26d7a014"
AGENTS_COPILOT = "fe6c28b3-d468-44ea-bbd0-a10a5167435c"


def licences(connector: str, content: object) -> list[Licence]:
    raw = content.encode() if isinstance(content, str) else json.dumps(content).encode()
    return [row for _, row in by_name(connector).read(io.BytesIO(raw)) if isinstance(row, Licence)]


def sku(part: str, plans: dict[str, str], **more: Any) -> dict[str, Any]:
    return {
        "skuId": f"id of {part}",
        "skuPartNumber": part,
        "capabilityStatus": "Enabled",
        "prepaidUnits": {"enabled": 10},
        "consumedUnits": 4,
        "servicePlans": [{"servicePlanId": one, "provisioningStatus": state} for one, state in plans.items()],
        **more,
    }


def test_a_suite_says_of_each_ai_within_whether_it_is_switched_on():
    plans = {AGENTS_O365: "Success", COPILOT_CHAT: "Disabled", "0": "Success"}
    suite, *within = licences("entra_subscribed_skus", {"value": [sku("ACME_SUITE", plans)]})
    assert suite.app == "ACME SUITE"
    assert [(one.app, one.plan, one.state, one.seats, one.seats_used) for one in within] == [
        ("Microsoft Copilot Studio", "ACME SUITE", Switch.ON, 10, 4),
        ("Microsoft 365 Copilot", "ACME SUITE", Switch.OFF, 10, 4),
    ]
    assert len({one.own_id for one in (suite, *within)}) == 3


def test_several_plans_of_one_ai_are_one_feature_and_on_where_any_is():
    states = []
    for first, second in (("Disabled", "Success"), ("Success", "Disabled"), ("Disabled", "PendingInput")):
        plans = {AGENTS_O365: first, AGENTS_COPILOT: second}
        _, within = licences("entra_subscribed_skus", {"value": [sku("SUITE", plans)]})
        states.append(within.state)
    assert states == [Switch.ON, Switch.ON, Switch.UNKNOWN]


def test_what_a_suspended_suite_brings_is_off():
    listed = {"value": [sku("SUITE", {AGENTS_O365: "Success"}, capabilityStatus="Suspended")]}
    assert [one.state for one in licences("entra_subscribed_skus", listed)] == [Switch.OFF, Switch.OFF]


@pytest.mark.parametrize(
    ("part", "plans", "apps"),
    [
        ("Microsoft_365_Copilot", [COPILOT_CHAT], ["Microsoft 365 Copilot"]),
        ("Microsoft_365_Copilot_Business", [COPILOT_CHAT], ["Microsoft 365 Copilot Business"]),
        ("M365_Copilot", [COPILOT_CHAT], ["Copilot for Microsoft 365"]),
        ("Power_Virtual_Agents", ["7b0640f1-63cc-4f83-b8c6-0a4d78b8b988"], ["Microsoft Copilot Studio"]),
        ("CCIBOTS_PRIVPREV_VIRAL", ["ce312d15-8fdf-44c0-9974-a25a177125ee"], ["Microsoft Copilot Studio"]),
        (
            "Microsoft_Copilot_for_Sales",
            ["a2194428-ead1-4fc1-bb81-ab8675125f42", COPILOT_CHAT],
            ["Microsoft 365 Copilot for Sales", "Microsoft 365 Copilot"],
        ),
    ],
)
def test_what_is_that_ai_by_its_own_name_is_not_told_of_twice(part, plans, apps):
    found = licences("entra_subscribed_skus", {"value": [sku(part, dict.fromkeys(plans, "Success"))]})
    assert [one.app for one in found] == apps


@pytest.mark.parametrize(
    ("plan", "within"),
    [
        ("Business", [("Notion AI", "Business", Switch.UNKNOWN)]),
        ("Enterprise", [("Notion AI", "Enterprise", Switch.UNKNOWN)]),
        ("", [("Notion AI", "Notion", Switch.UNKNOWN)]),
        ("Team of 2027", [("Notion AI", "Team of 2027", Switch.UNKNOWN)]),
        ("Free", []),
    ],
)
def test_a_members_plan_says_whether_the_suites_ai_is_theirs(plan, within):
    text = f"Email,Application,Plan\nann@corp.example,Notion,{plan}\n"
    _, *found = licences("member_list", text)
    assert [(one.app, one.plan, one.state) for one in found] == within


def test_who_was_suspended_has_the_ai_no_more_than_the_suite():
    text = "Email,Application,Plan,Status\nann@corp.example,Slack,Business+,Suspended\n"
    assert [(one.app, one.state) for one in licences("member_list", text)] == [
        ("Slack", Switch.OFF), ("Slack AI", Switch.OFF),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("app", "within"),
    [
        ("Dynamics 365 Sales Enterprise", "Microsoft 365 Copilot for Sales"),
        ("Google Workspace Enterprise Standard", "Gemini for Google Workspace"),
        ("Creative Cloud All Apps", "Adobe Firefly"),
        ("Confluence", "Atlassian Rovo"),
        ("Google Workspace Business Starter", ""),
        ("Microsoft 365 E5", ""),
        ("Slack AI", ""),
    ],
)
def test_a_licence_brings_what_its_name_is_known_for_and_nothing_else(app, within):
    found = list(with_ai_within(Licence("t", "1", app, who=Who(email="ann@corp.example"), state=Switch.ON)))
    assert [(one.app, one.plan, one.state) for one in found[1:]] == (
        [(within, app, Switch.UNKNOWN)] if within else []
    )


def test_every_ai_that_the_data_names_is_a_product_of_the_catalog(shipped_catalog):
    matcher = Matcher(shipped_catalog.entries())
    data = tomllib.loads(Path(ai_within.__file__).with_suffix(".toml").read_text("utf-8"))
    entries = [entry for kind in data.values() for entry in kind]
    told = {entry["app"]: matcher.recognise(describe(Channel.SSO_APP, entry["app"])) for entry in entries}
    assert [app for app, one in told.items() if one.decision != Decision.MATCH or not one.product] == []
    assert all(entry["source"].startswith(("https://", "believed")) for entry in entries)
