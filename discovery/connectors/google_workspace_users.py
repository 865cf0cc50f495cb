"""Google Workspace users: who has an account, in which department, and whether it is suspended.

API: https://developers.google.com/workspace/admin/directory/reference/rest/v1/users
"""

from __future__ import annotations

from typing import Any

from discovery.connectors import google_api
from discovery.connectors.json_objects import member, members, texts
from discovery.connectors.stated_values import COST_CENTRE, DEPARTMENT, OWN_ID, PERSON, address_of, text_of
from discovery.connectors.user_lists import UserList, others
from discovery.records import DirectoryPerson


class GoogleWorkspaceUsers(UserList):
    name = "google_workspace_users"
    title = "Google Workspace users (JSON)"
    reads = ("file", "api")
    api = google_api.USERS
    lists = frozenset({"users"})
    mark = b"admin#directory#users"
    kept = frozenset({"id", "kind", "suspended", "archived", "orgunitpath"})

    def is_user(self, found: dict[str, Any]) -> bool:
        return "primaryemail" in found

    def person(self, user: dict[str, Any]) -> DirectoryPerson:
        """A user with the primary organisation; suspended and archived users are not active."""
        email = address_of(user.get("primaryemail"))
        name = member(user, "name")
        jobs = members(user, "organizations")
        jobs.sort(key=lambda job: job.get("primary") is not True)
        given = text_of(name.get("givenname"), PERSON)
        family = text_of(name.get("familyname"), PERSON)
        leads = [
            relation.get("value")
            for relation in members(user, "relations")
            if text_of(relation.get("type")).lower() == "manager"
        ]
        aliases = texts(user, "aliases") + texts(user, "noneditablealiases")
        own_id = text_of(user.get("id"), OWN_ID)
        return DirectoryPerson(
            account=text_of(user.get("customerid"), 120),
            own_id=own_id,
            email=email,
            login=own_id,  # activity names some people by their profile id, which is this
            aliases=others(email, *map(address_of, aliases)),
            name=text_of(name.get("fullname"), PERSON) or f"{given} {family}".strip()[:PERSON],
            given_name=given,
            family_name=family,
            department=_first(jobs, "department", DEPARTMENT),
            cost_centre=_first(jobs, "costcenter", COST_CENTRE),
            manager=text_of(next(filter(None, leads), ""), 254),
            active=user.get("suspended") is not True and user.get("archived") is not True,
        )


def _first(jobs: list[dict[str, Any]], name: str, limit: int) -> str:
    return next((text for job in jobs if (text := text_of(job.get(name), limit))), "")
