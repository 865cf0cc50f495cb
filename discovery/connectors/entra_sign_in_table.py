"""Microsoft Entra ID sign-ins as a table: the portal's download, Log Analytics, PowerShell.

Portal: https://learn.microsoft.com/entra/identity/monitoring-health/howto-download-logs

The headers of the portal changed over the years and PowerShell writes those of Graph; both are
known. PowerShell writes dates as its computer's country does, so their order is told from all rows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import BinaryIO

from discovery.connectors.base import Connector, Head, Kind
from discovery.connectors.entra_accounts import MICROSOFT_TENANTS, entra_id, known_who
from discovery.connectors.entra_events import OF_A_MACHINE, OF_MICROSOFTS_APP
from discovery.connectors.moments import moment
from discovery.connectors.named_tables import Cells, Wordings, alike, as_shown, headers_in, squeezed, table_in
from discovery.connectors.stated_values import text_of
from discovery.records import NOBODY, Ignored, Outcome, Rejected, Rows, SignIn

_WORDINGS = Wordings(
    {
        "at": "date utc; created date time; createddatetimeutc; time generated utc; time generated; date; "
        "sign in date; sign in time; datetime",
        "person": "username; user principal name; upn; user principal name upn",
        "user id": "user id; user object id",
        "name": "user; user display name; display name",
        "app": "application; app display name; application name; app name; app",
        "client": "application id; app id; client id",
        "principal": "service principal id; service principal name; service principal",
        "principal name": "service principal name",
        "owner": "app owner tenant id",
        "managed": "managed identity type; managed service identity",
        "status": "status; sign in status; result",
        "code": "sign in error code; error code; status error code; status code; result type",
        "category": "category",
    }
)
#: Of these a table of Entra's has several, and no other table of sign-ins has.
_SIGNS = alike(
    "request id; correlation id; user type; client app; client app used; conditional access; conditional "
    "access status; resource; resource display name; resource id; app id; application id; user principal "
    "name; is interactive; home tenant id; created date time; app display name; aad tenant id; incoming "
    "token type; sign in error code; operating system; join type"
)
_SHOWN = ("at", "status", "code")
#: The error code in a status that was written whole: as JSON, or as PowerShell shows an object.
_CODE = re.compile(r"error ?code\W{1,4}(\d+)")
_USED = frozenset({"success", "succeeded", "0"})
_ATTEMPTED = frozenset({"failure", "failed", "interrupted", "interrupt", "error"})
#: What a row of no managed identity says in its column.
_NOT_MANAGED = frozenset({"", "none", "nonmanagedidentity"})
_MISSING = (
    "no table of sign-ins was found; its first row must name the columns, "
    "for example Date (UTC), Username, Application, Status"
)


class EntraSignInTable(Connector):
    name = "entra_sign_in_table"
    kind = Kind.SSO
    title = "Entra ID sign-ins (CSV, XLSX)"

    def recognises(self, head: Head) -> int:
        return 92 if headers_in(head, _columns) else 0

    def read(self, stream: BinaryIO) -> Rows:
        """One row a line. Raises UnreadableFile where the order of day and month cannot be told."""
        table = table_in(stream, _columns, _MISSING)
        order = table.day_first(("at",), self.said.day_first)
        no_people = "person" not in table.columns and "user id" not in table.columns
        for line, cells in table.rows():
            yield line, _row(cells, order, no_people) if isinstance(cells, dict) else cells


def _columns(headers: Sequence[str]) -> dict[str, int]:
    found = _WORDINGS.columns(headers)
    signs = len(_SIGNS & set(map(squeezed, headers)))
    whole = {"at", "app"} <= found.keys() and found.keys() & {"person", "principal"} and signs >= 3
    return found if whole else {}


def _row(cells: Cells, order: bool | None, no_people: bool) -> SignIn | Rejected | Ignored:
    category = cells.get("category", "").lower()
    by_itself = no_people or _is_by_itself(cells, category)
    if "managedidentity" in category or (by_itself and cells.get("managed", "").lower() not in _NOT_MANAGED):
        return OF_A_MACHINE
    if by_itself and ("microsoft" in category or cells.get("owner", "").lower() in MICROSOFT_TENANTS):
        return OF_MICROSOFTS_APP
    return _sign_in(cells, order, by_itself)


def _is_by_itself(cells: Cells, category: str) -> bool:
    """Whether an app signed in with a secret of its own, and no person."""
    people = (cells.get("person"), cells.get("user id"), cells.get("name"))
    return "serviceprincipal" in category or (
        bool(entra_id(cells.get("principal"))) and not any(map(entra_id, people))
    )


def _rejected(why: str, cells: Cells) -> Rejected:
    return Rejected(f"{why}; download the sign-ins with all columns", as_shown(cells, _SHOWN))


def _sign_in(cells: Cells, order: bool | None, by_itself: bool) -> SignIn | Rejected:
    try:
        at = moment(cells["at"], order)
    except (ValueError, OverflowError):
        return _rejected("the sign-in has no readable date", cells)
    client = entra_id(cells.get("client"))
    app = text_of(cells["app"]) or (by_itself and text_of(cells.get("principal name"))) or client
    if not app:
        return _rejected("the sign-in names no app", cells)
    outcome = _outcome(cells)
    if outcome is None:
        return _rejected("the sign-in does not say whether it succeeded", cells)
    who = NOBODY
    if not by_itself:
        who = known_who(cells.get("person"), cells.get("user id"), cells.get("name"))
    return SignIn("", at, who, app, outcome, client)


def _outcome(cells: Cells) -> Outcome | None:
    """The word of the status, else the error code: 0 is use, every other an attempt.

    Where the table has no column that tells, nobody is said to have come in: all are attempts.
    """
    if "status" not in cells and "code" not in cells:
        return Outcome.ATTEMPTED
    status = cells.get("status", "").lower()
    within = _CODE.search(status)
    for word in (within[1] if within else status, cells.get("code", "").lower()):
        if word in _USED:
            return Outcome.USED
        if word in _ATTEMPTED or word.isdecimal():
            return Outcome.ATTEMPTED
    return None
