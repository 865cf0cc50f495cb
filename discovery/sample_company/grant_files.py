"""Grants as Google Workspace token activity: pages of the Reports API, a file a half-year."""

from __future__ import annotations

import json
from collections import defaultdict
from random import Random

from discovery.sample_company.files import FileRow, SampleFile
from discovery.sample_company.world import Grant, World, chance

_CUSTOMER = "C03nrl7x2"
_BUCKETS = {"calendar": "CALENDAR", "drive": "DRIVE", "gmail": "GMAIL", "userinfo": "IDENTITY"}


def grant_files(seed: int, world: World) -> list[SampleFile]:
    random = chance(seed, "grant files")
    numbers = {person.number: f"1{random.randrange(10**19, 10**20)}" for person in world.people}
    events = [(grant, "revoke" if grant.revoked else "authorize") for grant in world.grants]
    events += [(call, "activity") for call in world.bot_calls]
    events.sort(key=lambda e: (e[0].at, e[0].person.number, e[0].app, e[1]))
    halves: dict[str, list[FileRow]] = defaultdict(list)
    for grant, name in events:
        item = _item(random, grant, name, numbers)
        halves[f"{grant.at.year}-H{1 if grant.at.month <= 6 else 2}"].append(FileRow(_json(item)))
    files = []
    for half in sorted(halves):
        rows = halves[half]
        broken = _item(random, world.grants[0], "authorize", numbers)
        broken["id"] = {**broken["id"], "time": "2026-13-01T09:00:00.000Z"}  # type: ignore[dict-item]
        rows.insert(len(rows) // 2, FileRow(_json(broken), "time"))
        name = f"grants/google-workspace-token-{half}.json"
        files.append(SampleFile(name, tuple(rows), _frame, b",\n", by_line=False))
    return files


def _frame(file: SampleFile) -> tuple[bytes, bytes]:
    return b'{"kind":"admin#reports#activities","etag":"\\"sample\\"","items":[\n', b"\n]}\n"


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _item(random: Random, grant: Grant, name: str, numbers: dict[int, str]) -> dict[str, object]:
    parameters: list[dict[str, object]] = [
        {"name": "client_id", "value": grant.client_id},
        {"name": "app_name", "value": grant.app},
        {"name": "client_type", "value": "WEB"},
    ]
    if name == "activity":
        parameters += [
            {"name": "api_name", "value": "calendar"},
            {"name": "method_name", "value": "calendar.events.list"},
            {"name": "num_response_bytes", "intValue": str(random.randrange(200, 90_000))},
        ]
    else:
        parameters += [
            {"name": "scope_data", "multiMessageValue": [_scope(scope) for scope in grant.scopes]},
            {"name": "scope", "multiValue": list(grant.scopes)},
        ]
    at = grant.at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{grant.at.microsecond // 1_000:03}Z"
    return {
        "kind": "admin#reports#activity",
        "id": {
            "time": at,
            "uniqueQualifier": str(random.getrandbits(63) - 2**62),
            "applicationName": "token",
            "customerId": _CUSTOMER,
        },
        "etag": f'"{random.getrandbits(80):020x}"',
        "actor": {"callerType": "USER", "email": grant.address, "profileId": numbers[grant.person.number]},
        "ipAddress": f"198.51.100.{random.randrange(1, 255)}",
        "events": [{"type": "auth", "name": name, "parameters": parameters}],
    }


def _scope(scope: str) -> dict[str, object]:
    part = scope.rpartition("/")[2].partition(".")[0]
    return {
        "parameter": [
            {"name": "scope_name", "value": scope},
            {"name": "product_bucket", "multiValue": [_BUCKETS[part]]},
        ]
    }
