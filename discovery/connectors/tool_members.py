"""Members of OpenAI, Claude, Cursor, Notion and Zoom as the APIs of their administration list them.

OpenAI: https://platform.openai.com/docs/api-reference/users
Claude: https://platform.claude.com/docs/en/manage-claude/user-management
Cursor: https://docs.cursor.com/account/teams/admin-api (``/teams/members``)
Notion: https://developers.notion.com/reference/get-users
Zoom:   https://developers.zoom.us/docs/api/users/#tag/users/GET/users
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO

from discovery.connectors.ai_within import with_ai_within
from discovery.connectors.api_objects import ApiObjects, Fields, day_in, first_in
from discovery.connectors.base import Head, Kind
from discovery.connectors.stated_values import OWN_ID, PERSON, address_of
from discovery.records import Ignored, Licence, Rejected, Rows, Switch, Who

#: How Cursor's answer holds its list; a member there has nothing that others have not.
_CURSOR = b"teammembers"
_ZOOM_PLANS = {"1": "Basic", "2": "Licensed", "3": "On-prem"}
_OFF = frozenset({"inactive", "pending", "disabled"})
_NOT_A_PERSON = Ignored("an entry that is no person: a bot, or what a list has beside its members")


@dataclass(frozen=True, slots=True)
class _Member:
    tool: str
    email: str
    plan: str = ""


class ToolMembers(ApiObjects):
    name = "tool_members"
    kind = Kind.LICENCE
    title = "Members of OpenAI, Claude, Cursor, Notion or Zoom (JSON)"
    lists = frozenset({"data", "teammembers", "results", "users"})

    def is_one(self, found: Fields) -> bool:
        return _member(found) is not None

    def recognises(self, head: Head) -> int:
        start = head.start[:4096].replace(b"\0", b"").lower()
        if _CURSOR in start and super().recognises(head):
            return 95
        return 95 if any(_own(found) for found in first_in(head, self.lists)) else 0

    def read(self, stream: BinaryIO) -> Rows:
        """One row a member, and one for the AI that their suite brings."""
        for position, row in super().read(stream):
            yield from ((position, one) for one in with_ai_within(row))

    def row(self, found: Fields) -> Licence | Rejected | Ignored:
        member = _member(found)
        if member is None:
            return _NOT_A_PERSON
        if not member.email:
            return Rejected(
                "the member has no e-mail address; export the list with a key that may read addresses",
                found.shown("id", "role", "type", "status"),
            )
        whole = f"{found.text('first_name')} {found.text('last_name')}".strip()
        return Licence(
            account="",
            own_id=found.text("id", limit=OWN_ID),
            app=member.tool,
            who=Who(email=member.email, name=(found.text("name", "display_name") or whole)[:PERSON]),
            plan=member.plan,
            role=found.text("role", "role_id", limit=120),
            state=_state(found),
            since=day_in(found("added_at")) or day_in(found("created_at")),
            last_active=day_in(found("last_login_time")),
        )


def _own(found: Fields) -> _Member | None:
    """A member that its own fields tell the tool of."""
    email = address_of(found("email"))
    if found.text("object") == "organization.user":
        return _Member("OpenAI API", email)
    if found.text("type") == "user" and found("added_at") is not None and found("role") is not None:
        return _Member("Claude", email)
    if found.text("object") == "user" and (found("person") is not None or found.text("type") == "person"):
        return _Member("Notion", address_of(found("person.email")))
    if found("pmi") is not None and found("type") is not None and found("email") is not None:
        return _Member("Zoom", email, _ZOOM_PLANS.get(found.text("type"), ""))
    return None


def _member(found: Fields) -> _Member | None:
    if (own := _own(found)) is not None:
        return own
    email = address_of(found("email"))
    of_cursor = email and found("role") is not None and found("name") is not None and found("object") is None
    return _Member("Cursor", email) if of_cursor else None


def _state(found: Fields) -> Switch:
    if found.says("isRemoved"):
        return Switch.OFF
    status = found.text("status").lower()
    if not status:
        return Switch.ON  # these lists hold who is a member
    return Switch.OFF if status in _OFF else Switch.ON
