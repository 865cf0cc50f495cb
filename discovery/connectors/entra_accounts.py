"""What Entra ID says about accounts, the same in its sign-ins, grants and directory.

Names: https://learn.microsoft.com/entra/external-id/user-properties (guests are kept under
``jane_contoso.com#EXT#@tenant.onmicrosoft.com``).
"""

from __future__ import annotations

import re
from functools import lru_cache

from discovery.connectors.stated_values import PERSON, address_of, text_of
from discovery.records import Who

#: Written where there is no user, app or principal.
_NOBODY = "00000000-0000-0000-0000-000000000000"
_GUEST = "#ext#@"

#: Tenants that own Microsoft's own apps, which are part of every tenant and nobody let in.
#: https://learn.microsoft.com/troubleshoot/entra/entra-id/governance/verify-first-party-apps-sign-in
MICROSOFT_TENANTS = frozenset(
    {"f8cdef31-a31e-4b4a-93e4-5f571e91255a", "72f988bf-86f1-41af-91ab-2d7cd011db47"}
)
_MARKED = re.compile(r"\{.*\}")  # "{PII Removed}"


def entra_id(value: object) -> str:
    """An object or client id; "" for the one that stands for nothing."""
    text = text_of(value, 200)
    return "" if text == _NOBODY else text


def entra_address(value: object) -> str:
    """The e-mail that a user principal name is; of a guest the address at home. "" where it is none."""
    text = text_of(value)
    at_home, guest, _ = text.lower().partition(_GUEST)
    if guest:
        name, _, domain = at_home.rpartition("_")
        return address_of(f"{name}@{domain}")
    return address_of(text)


def entra_who(principal_name: object, user_id: object = None, name: object = None) -> Who:
    """Who a user is: by address, else by principal name or object id."""
    stated = text_of(principal_name, 254)
    if _MARKED.fullmatch(stated):
        stated = ""
    address = entra_address(stated)
    login = "" if address else stated or entra_id(user_id)
    return Who(address, entra_id(login), text_of(name, PERSON))


#: The same for texts alone; a person's own are alike in all their sign-ins.
known_who = lru_cache(maxsize=20_000)(entra_who)
