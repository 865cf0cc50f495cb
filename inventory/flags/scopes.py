"""Which of a company's data an OAuth scope reaches, as far as the platforms document it.

Google:    https://developers.google.com/identity/protocols/oauth2/scopes
Microsoft: https://learn.microsoft.com/en-us/graph/permissions-reference
GitHub:    https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps

Only what reaches beyond the single thing that a person hands over counts: Google's ``drive.file``
(files opened with the app) or Microsoft's ``Sites.Selected`` do not. A scope that no pattern knows
reaches nothing that is known of: that is no statement that it is harmless.
"""

from __future__ import annotations

import re
from enum import StrEnum


class Reach(StrEnum):
    MAIL = "mail"
    FILES = "files"
    CALENDAR = "calendar"
    CODE = "code"
    ADMINISTRATION = "administration"


_PREFIX = re.compile(
    r"https://(www\.googleapis\.com/auth|graph\.microsoft\.com|outlook\.office(365)?\.com)/", re.IGNORECASE
)
_REACH = (
    (
        Reach.MAIL,
        r"https://mail\.google\.com/?|gmail\.(?!labels$|addons\.)[\w.]+"
        r"|mail\.(read|send)[\w.]*|mailboxsettings\.\w+|(imap|pop|ews)\.accessasuser\.all|full_access_as_user",
    ),
    (
        Reach.FILES,
        r"drive(\.(readonly|metadata(\.readonly)?|photos\.readonly|scripts))?"
        r"|(documents|spreadsheets|presentations)(\.readonly)?"
        r"|files\.read(write)?(\.all)?|sites\.(read|readwrite|manage|fullcontrol)\.all|allsites\.\w+",
    ),
    (
        Reach.CALENDAR,
        r"calendar(\.(readonly|events(\.readonly|\.owned(\.readonly)?)?))?|calendars\.read[\w.]*",
    ),
    (Reach.CODE, r"repo|public_repo|workflow|read_repository|write_repository"),
    (
        Reach.ADMINISTRATION,
        r"admin\.(directory|reports|datatransfer)\.[\w.]+|cloud-platform|apps\.groups\.settings"
        r"|directory\.(readwrite\.all|accessasuser\.all)|rolemanagement\.readwrite\.\w+"
        r"|(user|group|application|approleassignment)\.(manage|readwrite)\.all"
        r"|(admin|write):(org|enterprise)|site_admin|delete_repo",
    ),
)
_PATTERNS = tuple((reach, re.compile(pattern, re.IGNORECASE)) for reach, pattern in _REACH)
_IDENTITY = re.compile(
    r"openid|e?mail|profile|userinfo\.(email|profile)|user\.read|offline_access", re.IGNORECASE
)


def _bare(scope: str) -> str:
    return _PREFIX.sub("", scope.strip())


def reach_of(scope: str) -> Reach | None:
    """What a scope reaches; None for nothing that is known of."""
    bare = _bare(scope)
    return next((reach for reach, pattern in _PATTERNS if pattern.fullmatch(bare)), None)


def only_identity(scope: str) -> bool:
    """Whether a scope says no more than who signs in."""
    return _IDENTITY.fullmatch(_bare(scope)) is not None
