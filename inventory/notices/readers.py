"""Who is told what: which kinds concern a role, and which of them a reader may read."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.contrib.auth.models import AbstractUser

from discovery.connectors.base import Kind
from inventory.access import Action, Role, may, reach_of, roles_of
from inventory.models import FlagSeverity, Tool
from inventory.notice_models import Notice, NoticeKind
from inventory.open_flags import may_read_flags

FLAG_KINDS = (NoticeKind.FLAG_OPENED, NoticeKind.FLAG_CLOSED)

#: What concerns a role. Everybody who signs in is an employee too, and is told what is for them alone.
CONCERNS: dict[Role, tuple[NoticeKind, ...]] = {
    Role.EMPLOYEE: (NoticeKind.OWNER_ASKED, NoticeKind.DECLARATION_ANSWERED),
    Role.PROCUREMENT: (
        NoticeKind.TOOL_SEEN,
        *FLAG_KINDS,
        NoticeKind.TOOL_DECIDED,
        NoticeKind.REVIEW_NEAR,
        NoticeKind.SOURCE_SILENT,
        NoticeKind.SUMMARY,
    ),
    Role.SECURITY: (
        NoticeKind.TOOL_SEEN,
        *FLAG_KINDS,
        NoticeKind.TOOL_DECIDED,
        NoticeKind.REVIEW_NEAR,
        NoticeKind.SOURCE_SILENT,
        NoticeKind.SUMMARY,
    ),
    Role.FINANCE: (
        NoticeKind.TOOL_SEEN,
        *FLAG_KINDS,
        NoticeKind.TOOL_DECIDED,
        NoticeKind.SOURCE_SILENT,
        NoticeKind.SUMMARY,
    ),
    Role.PRIVACY_OFFICER: (NoticeKind.TOOL_SEEN, NoticeKind.TOOL_DECIDED, NoticeKind.SUMMARY),
    Role.AUDITOR: (NoticeKind.TOOL_DECIDED, NoticeKind.SUMMARY),
    Role.ADMINISTRATOR: (NoticeKind.SOURCE_FIRST_READ, NoticeKind.SOURCE_SILENT, NoticeKind.SUMMARY),
}

#: Whose work a kind of source feeds: they are told that it fell silent. Administrators are told of every one.
_SOURCES_OF = {
    Role.FINANCE: {Kind.CARD, Kind.BANK, Kind.EXPENSE, Kind.PROCUREMENT, Kind.USAGE, Kind.CLOUD},
    Role.PROCUREMENT: {Kind.PROCUREMENT, Kind.LICENCE},
    Role.SECURITY: {Kind.SSO, Kind.GRANT, Kind.DIRECTORY, Kind.NETWORK, Kind.CODE, Kind.ENDPOINT},
}


def roles_to_choose_for(user: AbstractUser) -> list[Role]:
    held = roles_of(user) | {Role.EMPLOYEE}
    return [role for role in Role if role in held]


def severe_enough(notice: Notice, least: str) -> bool:
    """Whether a notice's severity is at least this; what has none is always told."""
    if notice.kind not in FLAG_KINDS:
        return True
    return FlagSeverity.values.index(notice.severity) <= FlagSeverity.values.index(least)


def readable(user: AbstractUser, role: Role, notices: Iterable[Notice]) -> list[Notice]:
    """The notices that concern a role that the user holds, within reach and right. One query or none.

    Asked when a mail is written: who lost a role since is told nothing.
    """
    if role not in roles_to_choose_for(user):
        return []
    email = user.email.strip().lower()
    own = [n for n in notices if _concerns(role, n) and n.to in ("", email)]
    if role == Role.EMPLOYEE:
        return [notice for notice in own if notice.to == email]
    reach = reach_of(user)
    within: Collection[str] | None = None
    if not reach.whole:
        keys = {key for notice in own for key in notice.tools}
        within = {tool.key for tool in reach.tools(Tool.objects.filter(key__in=keys))}
    return [notice for notice in own if _may_read(user, notice, within)]


def _concerns(role: Role, notice: Notice) -> bool:
    if notice.kind == NoticeKind.SOURCE_SILENT and role in _SOURCES_OF:
        return notice.facts.get("kind") in _SOURCES_OF[role]
    return notice.kind in CONCERNS[role]


def _may_read(user: AbstractUser, notice: Notice, within: Collection[str] | None) -> bool:
    reach = reach_of(user)
    match notice.kind:
        case NoticeKind.FLAG_OPENED | NoticeKind.FLAG_CLOSED:
            return may(user, Action.SEE_TOOLS) and may_read_flags(reach)
        case NoticeKind.SOURCE_SILENT | NoticeKind.SOURCE_FIRST_READ:
            return may(user, Action.SEE_SOURCES)
        case NoticeKind.SUMMARY:
            return may(user, Action.SEE_TOOLS) and reach.whole
        case _:
            inside = within is None or not set(notice.tools).isdisjoint(within)
            return may(user, Action.SEE_TOOLS) and inside


def tools_shown(user: AbstractUser, notice: Notice) -> list[str]:
    """The tools of a notice that are within the reader's reach: a decision may be about others too."""
    reach = reach_of(user)
    if reach.whole or notice.to:
        return list(notice.tools)
    within = {tool.key for tool in reach.tools(Tool.objects.filter(key__in=notice.tools))}
    return [key for key in notice.tools if key in within]
