"""Microsoft Entra ID users: who has an account, in which department, and whether it is switched on.

API: https://learn.microsoft.com/graph/api/user-list
"""

from __future__ import annotations

from typing import Any

from discovery.connectors import entra_api
from discovery.connectors.entra_accounts import entra_address
from discovery.connectors.json_objects import member, texts
from discovery.connectors.stated_values import COST_CENTRE, DEPARTMENT, OWN_ID, PERSON, address_of, text_of
from discovery.connectors.user_lists import UserList, others
from discovery.records import DirectoryPerson

#: A user has some of these, a sign-in or a member of a group none.
_OF_USERS = frozenset(
    {"accountenabled", "mail", "givenname", "surname", "jobtitle", "department", "businessphones", "usertype"}
)
_OF_SIGN_INS = frozenset({"appdisplayname", "appid", "clientappused"})


class EntraUsers(UserList):
    name = "entra_users"
    title = "Entra ID users (JSON)"
    reads = ("file", "api")
    api = entra_api.USERS
    lists = frozenset({"value", "users"})
    mark = b"/$metadata#users"
    kept = frozenset({"id", "accountenabled", "usertype"})

    def is_user(self, found: dict[str, Any]) -> bool:
        names = found.keys()
        return "userprincipalname" in names and bool(names & _OF_USERS) and not names & _OF_SIGN_INS

    def person(self, user: dict[str, Any]) -> DirectoryPerson:
        """A user by mail, else by principal name; the principal name is an alias."""
        own_id = text_of(user.get("id") or user.get("objectid"), OWN_ID)
        principal = text_of(user.get("userprincipalname"), 254)
        email = address_of(user.get("mail")) or entra_address(principal)
        proxies = (text.partition(":") for text in texts(user, "proxyaddresses"))
        mailboxes = [address_of(address) for scheme, _, address in proxies if scheme.lower() == "smtp"]
        boss = member(user, "manager")
        return DirectoryPerson(
            account="",
            own_id=own_id,
            email=email,
            # Grants name their user by object id; the principal name is an address.
            login=own_id if address_of(principal) else principal,
            aliases=others(email, entra_address(principal), address_of(principal), *mailboxes),
            name=text_of(user.get("displayname"), PERSON),
            given_name=text_of(user.get("givenname"), PERSON),
            family_name=text_of(user.get("surname"), PERSON),
            department=text_of(user.get("department"), DEPARTMENT),
            cost_centre=text_of(member(user, "employeeorgdata").get("costcenter"), COST_CENTRE),
            manager=address_of(boss.get("mail"))
            or entra_address(boss.get("userprincipalname"))
            or text_of(boss.get("id"), 254),
            active=user.get("accountenabled") is not False and not user.get("deleteddatetime"),
        )
