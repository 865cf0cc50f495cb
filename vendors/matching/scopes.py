"""Which of a company's data an OAuth scope reaches, as far as the platforms document it, and what it tells.

Google:    https://developers.google.com/identity/protocols/oauth2/scopes
Microsoft: https://learn.microsoft.com/en-us/graph/permissions-reference
GitHub:    https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps
Slack:     https://docs.slack.dev/reference/scopes
Zoom:      https://developers.zoom.us/docs/integrations/oauth-scopes/

Only what reaches beyond the single thing that a person hands over counts: Google's ``drive.file``
(files opened with the app) or Microsoft's ``Sites.Selected`` do not. A scope that no pattern knows
reaches nothing that is known of: that is no statement that it is harmless.

AI tools work on what people wrote and said. So an app that nobody knows and that may read all of somebody's
mail, or what was said in meetings, may be one. A calendar, a profile or a file that the person picks says
nothing: booking pages and time trackers ask for those.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum

from vendors.matching.answers import Asks


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


def permissions_in(text: str) -> list[str]:
    """Permissions that stand in one text, with spaces or commas between them."""
    return text.replace(",", " ").split()


def _bare(scope: str) -> str:
    return _PREFIX.sub("", scope.strip())


def reach_of(scope: str) -> Reach | None:
    """What a scope reaches; None for nothing that is known of."""
    bare = _bare(scope)
    return next((reach for reach, pattern in _PATTERNS if pattern.fullmatch(bare)), None)


def only_identity(scope: str) -> bool:
    """Whether a scope says no more than who signs in."""
    return _IDENTITY.fullmatch(_bare(scope)) is not None


# --- what it tells of an app that nobody knows -------------------------------------------------------

_LETS = tuple(
    (asks, re.compile(pattern, re.IGNORECASE))
    for asks, pattern in (
        (
            Asks.ASSISTANT,
            r"assistant:write|generative-language(\.[\w.]+)?|aienterpriseinteraction\.read[\w.]*",
        ),
        (
            Asks.MEETINGS,
            r"onlinemeeting(transcript|recording|aiinsight)s?\.read[\w.]*|call(transcript|recording)s?\.read[\w.]*"
            r"|calls\.(accessmedia|joingroupcall)[\w.]*|meetings\.(space\.readonly|media\.[\w.]+)"
            r"|(cloud_)?recording:(read|master)[\w:]*|meeting:read:\w*(recording|transcript)\w*(:\w+)?",
        ),
        (
            Asks.MAIL,
            r"https://mail\.google\.com/?|gmail\.(readonly|modify)|mail\.read(write)?(\.(all|shared))?",
        ),
        (
            Asks.MESSAGES,
            r"(chat|chatmessage|channelmessage)\.read(write)?(\.(all|group|chat))?|chat\.messages(\.readonly)?"
            r"|(channels|groups|im|mpim):history|search:read",
        ),
        (
            Asks.FILES,
            r"drive(\.readonly)?|documents(\.readonly)?|(files|sites)\.read(write)?(\.all)?"
            r"|notes\.read(write)?\.all|files\.content\.read",
        ),
    )
)
#: What apps do that take whatever there is from one place to another.
_MOVES = r"backup|back up|archiv|export|migrat|vault|(?<![^\W_])sync(?![^\W_])"
#: Names of apps that say why it is asked for: a mail program reads mail, whatever it does besides.
_SAYS_WHY = {
    Asks.MAIL: re.compile(
        rf"{_MOVES}|mail|inbox|outlook|thunderbird|newsletter|correo|courriel|imap|exchange"
        r"|(?<![^\W_])(?:ios|android)(?![^\W_])"
    ),
    Asks.FILES: re.compile(
        rf"{_MOVES}|(?<![^\W_])(?:drive|files?|docs?|sheets?|slides|sign|forms?|share)(?![^\W_])"
        r"|pdf|storage|cloud|scan|print"
    ),
    Asks.MESSAGES: re.compile(_MOVES),
}
#: Permissions of one app that are looked at.
_MOST = 200


def asked_of(scopes: Iterable[str]) -> str:
    """The most telling thing that these permissions let an app do, an ``Asks``; "" for none of them."""
    names = [_bare(scope) for scope, _ in zip(scopes, range(_MOST), strict=False)]
    return next((asks.value for asks, lets in _LETS if any(map(lets.fullmatch, names))), "")


def says_why(asks: str, body: str) -> bool:
    """Whether an app's name says what it needs that for."""
    words = _SAYS_WHY.get(Asks(asks))
    return words is not None and words.search(body) is not None
