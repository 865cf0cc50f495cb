"""How administration pages of tools head the columns of their members, and by which of them a tool is known.

Sources of the tools' own headers:

ChatGPT: the user report of Enterprise workspaces, whose columns scripts in public repositories read.
Claude:  the members' CSV (Name, Email, Role, Seat Tier), seen in one public repository; believed.
Copilot: https://learn.microsoft.com/graph/api/reportroot-getmicrosoft365copilotusageuserdetail (CSV)
Zoom:    https://support.zoom.com/hc/en/article?id=zm_kb&sysparm_article=KB0068315 (columns of the import;
         that the export has them too is believed)

Other tools' lists have headers that are nobody's own: a line above them says whose they are.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path

from discovery.connectors.column_meaning import tells_of_money
from discovery.connectors.named_tables import Wordings, alike, squeezed

MEMBERS = Wordings(tomllib.loads(Path(__file__).with_name("member_wordings.toml").read_text("utf-8")))

#: Of a list of members one of these says who may use something and how.
_OF_SEATS = ("plan", "last_active")
_BESIDE_ROLES = ("since", "status", "own_id")
#: Headers of lists in which each row is something that happened, or was used.
_OF_EVENTS = alike(
    "event; event type; event name; action; request id; correlation id; ip address; sign in date; model; "
    "tokens; requests; resource; client app; user agent"
)

#: Headers that only one tool's list has, all of which must be there.
_KNOWN = (
    ("ChatGPT", alike("public id; user role; user status; created or invited date")),
    ("Claude", alike("email; role; seat tier")),
    (
        "Microsoft 365 Copilot",
        alike("user principal name; last activity date; copilot chat last activity date"),
    ),
    ("Zoom", alike("email; first name; last name; user group; im group")),
    ("Zoom", alike("email; first name; last name; user group; manager; location")),
)


def member_columns(headers: Iterable[str]) -> dict[str, int]:
    """The columns of a list of members; empty where the headers are those of another table."""
    row = list(headers)
    found = MEMBERS.columns(row)
    if "email" not in found:
        return {}
    of_roles = "role" in found and any(name in found for name in _BESIDE_ROLES)
    if not of_roles and not any(name in found for name in _OF_SEATS):
        return {}
    if not _OF_EVENTS.isdisjoint(map(squeezed, row)) or tells_of_money(row):
        return {}
    if found.get("name") == found["email"]:
        del found["name"]
    return found


def tool_of(headers: Iterable[str]) -> str:
    """The tool whose list has these headers; "" where they are nobody's own."""
    names = frozenset(map(squeezed, headers))
    return next((tool for tool, own in _KNOWN if own <= names), "")
