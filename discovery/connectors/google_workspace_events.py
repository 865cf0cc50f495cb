"""What an event of Google Workspace says: an app was let in or taken back, opened, or neither.

Token: https://developers.google.com/workspace/admin/reports/v1/appendix/activity/token
SAML:  https://developers.google.com/workspace/admin/reports/v1/appendix/activity/saml
Login: https://developers.google.com/workspace/admin/reports/v1/appendix/activity/login
Gemini: https://developers.google.com/workspace/admin/reports/v1/appendix/activity/gemini-in-workspace-apps

An export may hold the activity of several applications, so every connector reads them all.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from discovery.connectors.google_workspace_activities import (
    Activity,
    Event,
    application_of,
    events_of,
    parameters_of,
    rejected,
    time_of,
    who_of,
)
from discovery.connectors.stated_values import ACCOUNT, id_of, text_of
from discovery.records import Grant, Ignored, Outcome, Rejected, SignIn

_OTHER = Ignored("activity of another Google application")
_TO_GOOGLE = Ignored("a sign-in to the Google account itself, which names no app")
_NOT_CONSENT = Ignored("token activity that neither gives nor takes back consent")
_NOT_OPENED = Ignored("activity that opens no app")

_OFFERED = Ignored("what Gemini offered by itself, which nobody asked for")
_NOT_USED = Ignored("activity of Gemini that is no use of it")

#: Applications whose activity is no consent and is read all the same.
OPENED = frozenset({"login", "saml", "gemini_in_workspace_apps"})
#: The AI within Workspace, as the catalog names it, and the log in which its use stands.
GEMINI_LOG, _GEMINI, _USED = "gemini_in_workspace_apps", "Gemini for Google Workspace", "feature_utilization"
#: What the names of actions hold that Gemini begins without anybody's doing.
_BY_ITSELF = ("proactive", "suggest_", "starter")

_SAML = {"login_success": Outcome.USED, "login_failure": Outcome.ATTEMPTED}


def rows_of(activity: Activity, raw: bytes) -> Iterator[SignIn | Grant | Rejected | Ignored]:
    """One row an event; one for an activity that is not of token, saml or login."""
    application = application_of(activity)
    if application == "login":
        yield _TO_GOOGLE
    elif application not in ("", "token", "saml", GEMINI_LOG):
        yield _OTHER
    elif events := events_of(activity):
        for event in events:
            if application == GEMINI_LOG:
                yield _use_of_gemini(activity, event, raw)
            else:
                yield _row(application, activity, event, raw)
    else:
        yield rejected("the activity has no event", raw)


def _row(
    application: str, activity: Activity, event: Event, raw: bytes
) -> SignIn | Grant | Rejected | Ignored:
    if event.name in ("authorize", "revoke") and application != "saml":
        return _grant(activity, event, raw)
    if event.name in _SAML and application == "saml":
        return _sign_in(activity, event, raw)
    return _NOT_OPENED if application == "saml" else _NOT_CONSENT


def _use_of_gemini(activity: Activity, event: Event, raw: bytes) -> SignIn | Rejected | Ignored:
    """That a person had Gemini do something; what, and in which document, is not read."""
    if event.name != _USED:
        return _NOT_USED
    action = text_of(parameters_of(event).get("action"), 100).lower()
    if any(word in action for word in _BY_ITSELF):
        return _OFFERED
    at = time_of(activity)
    if at is None:
        return rejected("the activity has no readable time", raw)
    account = text_of(activity.id.customerId if activity.id else "", ACCOUNT)
    return SignIn(account, at, who_of(activity), _GEMINI, Outcome.USED)


def _sign_in(activity: Activity, event: Event, raw: bytes) -> SignIn | Rejected:
    at = time_of(activity)
    if at is None:
        return rejected("the activity has no readable time", raw)
    app = text_of(parameters_of(event).get("application_name"))
    if not app:
        return rejected("the event names no application_name", raw)
    account = text_of(activity.id.customerId if activity.id else "", ACCOUNT)
    return SignIn(account, at, who_of(activity), app, _SAML[event.name or ""])


def _grant(activity: Activity, event: Event, raw: bytes) -> Grant | Rejected:
    at = time_of(activity)
    if at is None or activity.id is None:
        return rejected("the activity has no readable time", raw)
    qualifier = text_of(activity.id.uniqueQualifier)
    if not qualifier:
        return rejected("the activity has no uniqueQualifier", raw)
    parameters = parameters_of(event)
    client = text_of(parameters.get("client_id"), 200)
    app = text_of(parameters.get("app_name")) or client
    if not app:
        return rejected("the event names neither an app nor its client id", raw)
    # An activity's events are told apart by name and client, not by their place: some
    # collectors write each event on a line of its own.
    own_id = id_of(at.isoformat(), qualifier, event.name or "", client)
    return Grant(
        text_of(activity.id.customerId, ACCOUNT),
        own_id,
        at,
        who_of(activity),
        app,
        client,
        _scopes(parameters),
        event.name == "revoke",
    )


def _scopes(parameters: dict[str, Any]) -> tuple[str, ...]:
    stated = parameters.get("scope")
    if isinstance(stated, str):
        scopes = stated.replace(",", " ").split()
    elif isinstance(stated, list):
        scopes = [text_of(scope) for scope in stated]
    else:
        data = parameters.get("scope_data")
        scopes = [_scope_name(part) for part in (data if isinstance(data, list) else [data])]
    return tuple(dict.fromkeys(filter(None, scopes)))


def _scope_name(part: Any) -> str:
    if not isinstance(part, dict):
        return ""
    inside = part.get("parameter")
    if isinstance(inside, list):
        for parameter in inside:
            if isinstance(parameter, dict) and parameter.get("name") == "scope_name":
                return text_of(parameter.get("value"))
    return text_of(part.get("scope_name"))
