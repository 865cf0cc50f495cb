"""Activity logs of tools themselves: who did something in Claude, with the OpenAI API or in Notion, and when.

Claude: https://platform.claude.com/docs/en/manage-claude/compliance-activity-feed
OpenAI: https://platform.openai.com/docs/api-reference/audit-logs
Notion: the records that its audit log sends to a collector, as rules for them quote it; believed

That somebody was there in a week is all that is read: no chat, file, key or setting. Which of the tool's
own connections a person made is a grant.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from discovery.connectors.api_objects import ApiObjects, Fields
from discovery.connectors.base import Head, Kind
from discovery.connectors.moments import moment, since_1970
from discovery.connectors.pasted_answers import answer_in
from discovery.connectors.stated_values import ACCOUNT, OWN_ID, address_of
from discovery.records import Grant, Ignored, Outcome, Rejected, SignIn, Who

_SHOWN = ("id", "type", "created_at", "effective_at", "event.id", "event.type", "event.timestamp")
_BY_A_KEY = Ignored("an act of a key or of nobody known, not of a person")
_NOT_ONE = Ignored("an entry of another log")
#: What an act of the platform behind the API begins with; the rest is Claude's own.
_OF_THE_API = ("platform_", "admin_api_key", "api_key", "service_key", "workspace_")
_CONNECTED = "integration_user_connected"
_FAILED = ("failed", "denied")


class _Act(NamedTuple):
    app: str
    type: str
    own_id: str
    at: object
    account: str
    who: Who
    connected: str = ""  # to which of the company's systems, by this very act


class ToolActivity(ApiObjects):
    name = "tool_activity"
    kind = Kind.SSO
    title = "Activity in Claude, the OpenAI API or Notion (JSON)"
    of_one_tool = True
    lists = frozenset({"data", "activities", "results"})

    def is_one(self, found: Fields) -> bool:
        return _act(found) is not None

    def recognises(self, head: Head) -> int:
        return super().recognises(answer_in(head))

    def row(self, found: Fields) -> SignIn | Grant | Rejected | Ignored:
        act = _act(found)
        if act is None:
            return _NOT_ONE
        if not act.who.email and not act.who.login:
            return _BY_A_KEY
        at = _moment(act.at)
        if at is None:
            return Rejected(
                "the activity has no readable time; export it with all its fields", found.shown(*_SHOWN)
            )
        if act.connected:
            return Grant(act.account, act.own_id, at, act.who, act.app, "", (act.connected,))
        failed = any(word in act.type for word in _FAILED)
        return SignIn(act.account, at, act.who, act.app, Outcome.ATTEMPTED if failed else Outcome.USED)


def _act(found: Fields) -> _Act | None:
    return _of_claude(found) or _of_openai(found) or _of_notion(found)


def _of_claude(found: Fields) -> _Act | None:
    kind = found.text("type", limit=100).lower()
    if not found.text("actor.type").endswith("_actor") or not kind or found("created_at") is None:
        return None
    return _Act(
        "Claude API" if kind.startswith(_OF_THE_API) else "Claude",
        kind,
        found.text("id", limit=OWN_ID),
        found("created_at"),
        found.text("organization_id", "organization_uuid", limit=ACCOUNT),
        _who(found.text("actor.email_address"), found.text("actor.user_id")),
        found.text("integration_type", limit=100) if kind == _CONNECTED else "",
    )


def _of_openai(found: Fields) -> _Act | None:
    kind = found.text("type", limit=100).lower()
    if found("effective_at") is None or "." not in kind or found("actor.type") is None:
        return None
    # What a key does is a program's doing, whoever made the key.
    person = "actor.session.user"
    return _Act(
        "OpenAI API",
        kind,
        found.text("id", limit=OWN_ID),
        found("effective_at"),
        found.text("organization_id", limit=ACCOUNT),
        _who(found.text(f"{person}.email"), found.text(f"{person}.id")),
    )


def _of_notion(found: Fields) -> _Act | None:
    within = "event." if isinstance(found("event"), dict) else ""
    kind = found.text(f"{within}type", limit=100).lower()
    workspace = found.text(f"{within}workspace_id", limit=ACCOUNT)
    if not workspace or "." not in kind or found.text(f"{within}actor.object") != "user":
        return None
    return _Act(
        "Notion",
        kind,
        found.text(f"{within}id", limit=OWN_ID),
        found(f"{within}timestamp"),
        workspace,
        _who(found.text(f"{within}actor.person.email"), found.text(f"{within}actor.id")),
    )


def _who(email: str, own_id: str) -> Who:
    address = address_of(email)
    return Who(email=address, login="" if address else own_id[:254])


def _moment(stated: object) -> datetime | None:
    """Seconds since 1970, or a moment as text."""
    try:
        if isinstance(stated, int | float) and not isinstance(stated, bool):
            return since_1970(stated)
        text = str(stated or "").strip()
        return since_1970(int(text)) if text.isdecimal() else moment(text)
    except (ValueError, OverflowError):
        return None
