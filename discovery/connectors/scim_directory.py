"""SCIM 2.0 directory: who works here, in which department, under which addresses.

Standard: RFC 7643 (schema), RFC 7644 (protocol). Reads list responses, pages of them behind each
other, a bare array of users, and JSON lines of users. Attribute names are case-insensitive
there (RFC 7643, 2.1), so they are here. SCIM 1.1's schema names are understood too.
"""

from __future__ import annotations

from datetime import UTC
from typing import Any, BinaryIO

from discovery.connectors.base import Connector, Head, Kind
from discovery.connectors.dates import instant
from discovery.connectors.json_documents import (
    BAD_JSON,
    Members,
    elements,
    first_objects,
    looks_like_json,
    refuse_other_list,
    shown,
    why_unreadable,
)
from discovery.connectors.json_objects import as_object
from discovery.connectors.pasted_answers import object_of
from discovery.connectors.stated_values import COST_CENTRE, DEPARTMENT, OWN_ID, PERSON, address_of, text_of
from discovery.records import DirectoryPerson, Ignored, Rejected, Rows

_LISTS = frozenset({"resources"})
_SHOWN = frozenset({"schemas", "id", "externalid", "username", "emails", "active", "meta"})
_SCHEMAS = ("urn:ietf:params:scim:", "urn:scim:schemas:")
_ENTERPRISE = "extension:enterprise:"

_NOT_A_USER = Ignored("a group or another resource that is no user")


class ScimDirectory(Connector):
    name = "scim_directory"
    kind = Kind.DIRECTORY
    title = "SCIM 2.0 directory"

    def recognises(self, head: Head) -> int:
        if not looks_like_json(head):
            return 0
        surest = 0
        for found in first_objects(head, _LISTS):
            schemas = found.get("schemas")
            if isinstance(schemas, list) and any(str(s).lower().startswith(_SCHEMAS) for s in schemas):
                return 95
            if "username" in found and ("emails" in found or "name" in found) and "id" in found:
                surest = 70
        return surest or (95 if b"scim:api:messages:2.0:ListResponse" in head.start else 0)

    def read(self, stream: BinaryIO) -> Rows:
        """One row a resource. Raises UnreadableFile where the file breaks off."""
        beside: Members = {}
        known = False  # whether any is a resource, not an answer with a list of them
        for position, raw in elements(stream, _LISTS, beside):
            try:
                resource = object_of(raw)
            except BAD_JSON:
                known = True
                yield position, Rejected(why_unreadable(raw))
                continue
            known = known or not _is_answer(resource)
            yield position, _person(resource, raw) if _is_user(resource) else _NOT_A_USER
        if not known:
            refuse_other_list(beside, _LISTS)


def _is_answer(resource: dict[str, Any]) -> bool:
    return any(str(s).lower().endswith(":listresponse") for s in _list(resource.get("schemas")))


def _is_user(resource: dict[str, Any]) -> bool:
    meta = as_object(resource.get("meta"))
    kind = text_of(meta.get("resourcetype")).lower()
    if kind:
        return kind == "user"
    schemas = [str(s).lower() for s in _list(resource.get("schemas"))]
    core = [s for s in schemas if s.startswith(_SCHEMAS) and _ENTERPRISE not in s]
    if core:
        return any(s.endswith((":user", "schemas:core:1.0")) for s in core) and "members" not in resource
    return "members" not in resource


def _person(user: dict[str, Any], raw: bytes) -> DirectoryPerson | Rejected:
    login = text_of(user.get("username"), 254)
    addresses = _addresses(user)
    if not addresses and (address := address_of(login)):
        addresses = [address]
    if not addresses:
        return Rejected(
            "the user has no e-mail address; export the attributes emails or userName with an address in it",
            shown(raw, _SHOWN),
        )
    email, *others = dict.fromkeys((*addresses, *filter(None, (address_of(login),))))
    name = as_object(user.get("name"))
    work = next((as_object(v) for k, v in user.items() if _ENTERPRISE in k), {})
    given, family = text_of(name.get("givenname"), PERSON), text_of(name.get("familyname"), PERSON)
    display = user.get("displayname") or name.get("formatted") or f"{given} {family}"
    return DirectoryPerson(
        account="",
        own_id=text_of(user.get("id"), OWN_ID) or text_of(user.get("externalid"), OWN_ID),
        email=email,
        login=login,
        aliases=tuple(others),
        name=text_of(display, PERSON),
        given_name=given,
        family_name=family,
        department=text_of(work.get("department") or user.get("department"), DEPARTMENT),
        cost_centre=text_of(work.get("costcenter") or user.get("costcenter"), COST_CENTRE),
        manager=_manager(work.get("manager") or user.get("manager")),
        active=_is_active(user.get("active")),
        stated_at=_stated_at(as_object(user.get("meta")).get("lastmodified")),
    )


def _addresses(user: dict[str, Any]) -> list[str]:
    """The person's addresses, the one to be known by first: primary, then work, then as listed."""
    ranked: list[tuple[bool, bool, str]] = []
    for stated in _list(user.get("emails")):
        entry = as_object(stated)
        if address := address_of(entry.get("value") if entry else stated):
            kind = text_of(entry.get("type")).lower()
            ranked.append((not _is_true(entry.get("primary")), kind != "work", address))
    ranked.sort(key=lambda entry: entry[:2])
    return [address for _, _, address in ranked]


def _manager(stated: Any) -> str:
    entry = as_object(stated)
    if not entry:
        return address_of(stated) or text_of(stated, 254)
    for value in (entry.get("value"), entry.get("displayname")):
        if address := address_of(value):
            return address
    return text_of(entry.get("value") or entry.get("managerid"), 254)


def _is_true(value: Any) -> bool:
    return value is True or (isinstance(value, str) and value.strip().lower() in ("true", "1", "yes"))


def _is_active(value: Any) -> bool:
    """Users are active unless the directory says otherwise; some say it as a text."""
    if isinstance(value, str):
        return value.strip().lower() not in ("false", "0", "no")
    return value not in (False, 0)


def _stated_at(value: Any) -> str:
    try:
        return instant(text_of(value)).astimezone(UTC).isoformat(timespec="seconds")
    except (ValueError, OverflowError):
        return ""


def _list(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    return [] if value is None else [value]
