"""Microsoft 365: which licences each user has, as Graph lists users with ``assignedLicenses``.

API: https://learn.microsoft.com/graph/api/resources/licenseassignmentstate

A list that also says where people work is one of people, and read as that (``entra_users``).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import BinaryIO

from discovery.connectors.ai_within import with_ai_within
from discovery.connectors.api_objects import ApiObjects, Fields, day_in, objects_in
from discovery.connectors.base import Kind
from discovery.connectors.entra_accounts import known_who
from discovery.connectors.microsoft_skus import COPILOT_PLAN_ID, is_copilot, sku_name
from discovery.connectors.stated_values import OWN_ID, id_of
from discovery.records import Ignored, Licence, Rejected, Rows, Switch, Who

_OF_PEOPLE = ("department", "manager", "employeeOrgData")
_WITHOUT = Ignored("a user without a licence")
_NOT_A_USER = Ignored("an entry that is no user with licences")


class EntraLicences(ApiObjects):
    name = "entra_licences"
    kind = Kind.LICENCE
    title = "Microsoft 365 licences of users (JSON)"
    lists = frozenset({"value", "users"})

    def is_one(self, found: Fields) -> bool:
        named = found.text("userPrincipalName", "mail", "id")
        return bool(named) and _lists_licences(found) and all(found(name) is None for name in _OF_PEOPLE)

    def row(self, found: Fields) -> Licence | Rejected | Ignored | None:
        """The first licence of a user; ``read`` gives all."""
        return next(_licences(found))

    def read(self, stream: BinaryIO) -> Rows:
        """One row a licence of a user. Raises UnreadableFile where the file breaks off."""
        for position, found in objects_in(stream, self.lists, self.is_one):
            if isinstance(found, Fields):
                yield from ((position, row) for row in _licences(found))
            else:
                yield position, found


def _lists_licences(found: Fields) -> bool:
    names = ("assignedLicenses", "licenseAssignmentStates")
    return any(isinstance(found(name), list) for name in names)


def _licences(user: Fields) -> Iterator[Licence | Rejected | Ignored]:
    if not _lists_licences(user):
        yield _NOT_A_USER
        return
    own_id = user.text("id", limit=OWN_ID)
    who = known_who(user.text("userPrincipalName") or user.text("mail"), own_id, user.text("displayName"))
    if mail := user.text("mail"):
        who = who._replace(email=known_who(mail, "", "").email or who.email)
    if not who.email and not who.login:
        yield Rejected("the user has neither userPrincipalName nor id; export users with theirs")
        return
    given = _assigned(user)
    if not given:
        yield _WITHOUT
    for sku_id, (state, since) in given.items():
        yield from with_ai_within(_licence(user, who, sku_id, state, since))


def _licence(user: Fields, who: Who, sku_id: str, state: Switch, since: date | None) -> Licence:
    return Licence(
        account="",
        own_id=id_of(user.text("id", "userPrincipalName", limit=100), sku_id),
        app=sku_name(sku_id),
        who=who,
        state=Switch.OFF if user("accountEnabled") is False else state,
        since=since,
    )


def _assigned(user: Fields) -> dict[str, tuple[Switch, date | None]]:
    """State and day by SKU; one given both directly and by a group is on where either is."""
    found: dict[str, tuple[Switch, date | None]] = {}
    for given in (*user.objects("licenseAssignmentStates"), *user.objects("assignedLicenses")):
        if not (sku_id := given.text("skuId", limit=100)):
            continue
        state = _state(given, sku_id)
        known, since = found.get(sku_id, (state, None))
        # The plain list has no states: it adds what the list of states leaves out, and denies nothing.
        stated = given("state") is not None
        found[sku_id] = (
            Switch.ON if stated and Switch.ON in (known, state) else known,
            since or day_in(given("lastUpdatedDateTime")),
        )
    return found


def _state(given: Fields, sku_id: str) -> Switch:
    """Off where the assignment is, or where Copilot's own part of it was switched off."""
    disabled = given("disabledPlans")
    if (
        is_copilot(sku_name(sku_id))
        and isinstance(disabled, list)
        and COPILOT_PLAN_ID in (str(plan).lower() for plan in disabled)
    ):
        return Switch.OFF
    state = given.text("state").lower()
    if not state:
        return Switch.ON  # what assignedLicenses lists is assigned
    return Switch.ON if state in ("active", "activewitherror") else Switch.OFF
