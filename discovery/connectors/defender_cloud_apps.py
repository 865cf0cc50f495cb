"""Microsoft Defender: what people did in cloud apps that are connected to it, from its table CloudAppEvents.

Columns: https://learn.microsoft.com/defender-xdr/advanced-hunting-cloudappevents-table

That somebody was there in a week is all that is read. The table comes as a query's answer, as a table
of the portal, and as the stream to an event hub, which puts each row into ``properties``.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from discovery.connectors.api_objects import ApiObjects, Fields
from discovery.connectors.base import Kind
from discovery.connectors.entra_accounts import entra_address, entra_id
from discovery.connectors.json_documents import lower_keys
from discovery.connectors.moments import moment
from discovery.connectors.stated_values import PERSON, address_of, text_of
from discovery.records import Ignored, Outcome, Rejected, SignIn, Who

_SHOWN = ("ReportId", "ActionType", "Timestamp", "TimeGenerated")
_MOMENTS = ("Timestamp", "TimeGenerated")
#: Accounts that no person is.
_MACHINES = frozenset({"application", "system", "service"})
_OF_A_MACHINE = Ignored("an act of an app or of the system, not of a person")
_OF_NOBODY = Ignored("an act of nobody who is named")
_OTHER = Ignored("a row of another table of Defender's")
_NO_APP = "the act names no app; export the table with its column Application"
_NO_TIME = "the act has no readable time; export the table with its column Timestamp"
#: Where what the app itself logged names who did it.
_NAMED_BY_THE_APP = ("RawEventData.UserId", "RawEventData.actor.email")


class DefenderCloudApps(ApiObjects):
    name = "defender_cloud_apps"
    kind = Kind.SSO
    title = "Activity in cloud apps from Microsoft Defender (CloudAppEvents; JSON, CSV)"
    of_one_tool = True  # of the apps that were connected, which is the same
    lists = frozenset({"records", "results", "value"})

    def is_one(self, found: Fields) -> bool:
        act = _act(found)
        # Sign-ins and queries of a domain have an application and an account too, and no number of the app.
        numbered = act("ApplicationId") is not None and act("ActionType") is not None
        return numbered and act("Application") is not None and _is_an_act(act)

    def row(self, found: Fields) -> SignIn | Rejected | Ignored:
        if not self.is_one(found):
            return _OTHER
        act = _act(found)
        if act.text("AccountType", limit=40).lower() in _MACHINES:
            return _OF_A_MACHINE
        who = _who(act)
        if not (who.email or who.login or who.name):
            return _OF_NOBODY
        app = act.text("Application")
        if not app:
            return Rejected(_NO_APP, act.shown(*_SHOWN))
        at = _moment(act.first(*_MOMENTS))
        if at is None:
            return Rejected(_NO_TIME, act.shown(*_SHOWN))
        failed = "fail" in act.text("ActionType", limit=100).lower()
        return SignIn("", at, who, app, Outcome.ATTEMPTED if failed else Outcome.USED)


def _is_an_act(act: Fields) -> bool:
    return any(act(name) is not None for name in ("AccountObjectId", "AccountId", "AccountDisplayName"))


def _act(found: Fields) -> Fields:
    inside = found("properties")
    return Fields(lower_keys(inside)) if isinstance(inside, dict) else found


def _who(act: Fields) -> Who:
    stated = act.text("AccountId", "AccountUpn", limit=254)
    addresses = (entra_address(stated), *(address_of(act.text(name)) for name in _NAMED_BY_THE_APP))
    email = next(filter(None, addresses), "")
    login = "" if email else entra_id(act.text("AccountObjectId", limit=254)) or stated
    return Who(email, login, act.text("AccountDisplayName", limit=PERSON))


def _moment(stated: Any) -> datetime | None:
    try:
        return moment(text_of(stated))
    except (ValueError, OverflowError):
        return None
