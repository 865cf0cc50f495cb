"""The AI that comes within a licence of another name: a suite's feature, with its plan and its switch.

What brings what is data: ``ai_within.toml``, with sources.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from discovery.connectors.api_objects import Fields
from discovery.connectors.column_meaning import folded
from discovery.connectors.stated_values import OWN_ID, id_of
from discovery.records import Licence, Switch

R = TypeVar("R")

_DATA = tomllib.loads(Path(__file__).with_name("ai_within.toml").read_text("utf-8"))

#: Service plan, by id and by name in lower case → the AI that it switches.
_BY_PLAN = {
    name.lower(): str(entry["app"])
    for entry in _DATA["microsoft"]
    for plan in entry["plans"]
    for name in plan
}
_PLAN_IDS = {str(entry["app"]): [plan[0] for plan in entry["plans"]] for entry in _DATA["microsoft"]}
_CALLED = {folded(name): str(entry["app"]) for entry in _DATA["called"] for name in entry["names"]}
#: Folded name of a licence or suite → (the AI within, whether plans tell, plans that do not bring it).
_BY_NAME: dict[str, list[tuple[str, bool, frozenset[str]]]] = {}
for _entry in _DATA["suites"]:
    for _name in _entry["names"]:
        _BY_NAME.setdefault(folded(_name), []).append(
            (_entry["app"], "plans" in _entry, frozenset(map(folded, _entry.get("without", ()))))
        )


def with_ai_within(licence: R) -> Iterator[R | Licence]:
    """A licence by its tool's name, then what AI it brings; of any other row nothing but itself.

    Whether that is switched on is not in such a list: off where the licence is, else unknown.
    """
    if not isinstance(licence, Licence):
        yield licence
        return
    if itself := _CALLED.get(folded(licence.app)):
        yield licence._replace(app=itself, plan=licence.plan or licence.app[:120])
        return
    yield licence
    plan = folded(licence.plan)
    for app, by_plan, without in _BY_NAME.get(folded(licence.app), ()):
        if plan and plan in without:
            continue
        yield _within(licence, app, Switch.UNKNOWN, plan=licence.plan if by_plan else "")


def service_plans_with_ai(found: Fields, suite: Licence) -> Iterator[Licence]:
    """What AI the service plans of a SKU switch, once each: on where any of its plans is.

    Nothing where the SKU is that AI by its own name.
    """
    states: dict[str, Switch] = {}
    for plan in found.objects("servicePlans"):
        named = plan.text("servicePlanId").lower(), plan.text("servicePlanName").lower()
        app = _BY_PLAN.get(named[0]) or _BY_PLAN.get(named[1])
        if app is None or _is_itself(app, suite.app):
            continue
        own = _provisioned(plan.text("provisioningStatus"))
        states[app] = own if states.get(app) != Switch.ON else Switch.ON
    for app, state in states.items():
        yield _within(suite, app, state, mark=_PLAN_IDS[app][0])


def _within(suite: Licence, app: str, state: Switch, *, mark: str = "", plan: str = "") -> Licence:
    """The AI within, on the plan of its suite, or by the suite as its plan."""
    return suite._replace(
        own_id=id_of(suite.own_id, mark or folded(app), limit=OWN_ID) if suite.own_id else "",
        app=app,
        url="",
        plan=plan or suite.app[:120],
        state=Switch.OFF if suite.state == Switch.OFF else state,
    )


def _is_itself(app: str, suite: str) -> bool:
    """Whether a licence is that AI by its own name, as "Microsoft 365 Copilot Business" is Copilot."""
    name, whole = folded(app), folded(suite)
    return set(name.split()) <= set(whole.split()) and f"{name} for " not in whole


def _provisioned(status: str) -> Switch:
    word = status.lower()
    if word == "disabled":
        return Switch.OFF
    return Switch.ON if word == "success" else Switch.UNKNOWN
