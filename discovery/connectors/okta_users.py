"""Okta users: who has an account, in which department, and whether it is still in use.

API: https://developer.okta.com/docs/api/openapi/okta-management/management/tag/User/#tag/User/operation/listUsers
"""

from __future__ import annotations

from typing import Any

from discovery.connectors import okta_api
from discovery.connectors.directory_words import is_gone
from discovery.connectors.json_objects import member
from discovery.connectors.moments import stated_instant
from discovery.connectors.stated_values import COST_CENTRE, DEPARTMENT, OWN_ID, PERSON, address_of, text_of
from discovery.connectors.user_lists import UserList, others
from discovery.records import DirectoryPerson


class OktaUsers(UserList):
    name = "okta_users"
    title = "Okta users (JSON)"
    reads = ("file", "api")
    api = okta_api.USERS
    lists = frozenset({"users", "value", "data", "items"})
    kept = frozenset({"id", "status", "created", "lastupdated"})

    def is_user(self, found: dict[str, Any]) -> bool:
        profile = member(found, "profile")
        return "login" in profile and ("status" in found or "id" in found)

    def person(self, user: dict[str, Any]) -> DirectoryPerson:
        """The profile with the account's state: suspended and deprovisioned users are not active."""
        profile = member(user, "profile")
        own_id = text_of(user.get("id"), OWN_ID)
        login = text_of(profile.get("login"), 254)
        email = address_of(profile.get("email")) or address_of(login)
        given = text_of(profile.get("firstname"), PERSON)
        family = text_of(profile.get("lastname"), PERSON)
        manager = profile.get("manager")
        return DirectoryPerson(
            account="",
            own_id=own_id,
            email=email,
            # Consents name their user by id where the login is an address.
            login=own_id if address_of(login) else login,
            aliases=others(email, address_of(login)),
            name=text_of(profile.get("displayname"), PERSON) or f"{given} {family}".strip()[:PERSON],
            given_name=given,
            family_name=family,
            department=text_of(profile.get("department"), DEPARTMENT),
            cost_centre=text_of(profile.get("costcenter"), COST_CENTRE),
            manager=address_of(manager)
            or address_of(profile.get("manageremail"))
            or text_of(profile.get("managerid") or manager, 254),
            active=not is_gone(text_of(user.get("status"))),
            stated_at=stated_instant(text_of(user.get("lastupdated"))),
        )
