"""The directory as a SCIM 2.0 list response (RFC 7644, 3.4.2)."""

from __future__ import annotations

import json
from uuid import UUID

from discovery.sample_company.files import FileRow, SampleFile
from discovery.sample_company.world import Person, World, chance

_USER = "urn:ietf:params:scim:schemas:core:2.0:User"
_ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
_LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"


def directory_file(seed: int, world: World) -> SampleFile:
    random = chance(seed, "directory file")
    ids = {person.number: str(UUID(int=random.getrandbits(128))) for person in world.people}
    stated = f"{world.end.isoformat()}T04:00:00Z"
    inside = [person for person in world.people if not person.outsider]
    rows = [FileRow(_json(_user(person, ids, stated))) for person in inside]
    # A service account that nobody gave an address: it cannot be anybody's.
    nobody = {
        "schemas": [_USER],
        "id": str(UUID(int=random.getrandbits(128))),
        "userName": "svc-badge-reader",
        "active": True,
        "meta": {"resourceType": "User", "lastModified": stated},
    }
    rows.insert(len(rows) // 2, FileRow(_json(nobody), "person"))
    return SampleFile("directory/scim-users.json", tuple(rows), _frame, b",\n", by_line=False)


def _user(person: Person, ids: dict[int, str], stated: str) -> dict[str, object]:
    emails: list[dict[str, object]] = [{"value": person.email, "type": "work", "primary": True}]
    emails += [{"value": alias, "type": "other"} for alias in person.aliases]
    work: dict[str, object] = {
        "employeeNumber": f"{10_000 + person.number}",
        "costCenter": person.cost_centre,
        "organization": "Norrland US Inc." if person.american else "Norrland AB",
        "department": person.department,
    }
    if person.manager:
        work["manager"] = {"value": ids[person.manager], "$ref": f"../Users/{ids[person.manager]}"}
    return {
        "schemas": [_USER, _ENTERPRISE],
        "id": ids[person.number],
        "externalId": f"{10_000 + person.number}",
        "userName": person.login,
        "name": {"givenName": person.given, "familyName": person.family, "formatted": person.name},
        "displayName": person.name,
        "emails": emails,
        "active": person.left is None,
        _ENTERPRISE: work,
        "meta": {
            "resourceType": "User",
            "created": f"{person.joined.isoformat()}T08:00:00Z",
            "lastModified": stated,
            "location": f"https://scim.norrland.example/v2/Users/{ids[person.number]}",
        },
    }


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _frame(file: SampleFile) -> tuple[bytes, bytes]:
    head = (
        f'{{"schemas":["{_LIST}"],"totalResults":{file.total or len(file.rows)},'
        f'"startIndex":{file.before + 1},"itemsPerPage":{len(file.rows)},"Resources":[\n'
    )
    return head.encode(), b"\n]}\n"
