"""An Okta System Log in JSON lines: read to per person, app and day; against json.loads alone."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.fresh import folder, installation
from bench.results import Limit, Result

EVENTS = 1_000_000
_PEOPLE, _APPS = 2_000, 120
_SPAN_SECONDS = 90 * 86_400


def measure(rows: int = EVENTS) -> Iterator[Result]:
    with folder() as place, installation() as (_, child):
        path = place / "events.jsonl"
        write(path, rows)
        found = child.call(read, path=str(path))
        bare = child.call(decode, path=str(path))
    yield Result(
        "okta_lines", rows / found["seconds"], "events/s", rows / bare["seconds"], Limit(1, at_least=True),
        f"{rows:,} events, {found['groups']:,} of person, app and day; {found['peak_mb']:.0f} MB",
    )  # fmt: skip


def write(path: Path, count: int, seed: int = 1) -> None:
    """Sign-ins with all that Okta says around them, in the order of time."""
    chance = random.Random(seed)  # noqa: S311 (reproducible on purpose)
    start = datetime(2025, 3, 1, tzinfo=UTC)
    people = [
        json.dumps(
            {"id": f"00u{n:017}", "type": "User", "alternateId": f"person{n}@corp.example",
             "displayName": f"Person {n}", "detailEntry": None}
        )
        for n in range(_PEOPLE)
    ]  # fmt: skip
    apps = [
        json.dumps(
            [{"id": f"0oa{n:017}", "type": "AppInstance", "alternateId": f"App {n}",
              "displayName": f"App {n}", "detailEntry": {"signOnModeType": "SAML_2_0"}}]
        )
        for n in range(_APPS)
    ]  # fmt: skip
    client = json.dumps(
        {"userAgent": {"rawUserAgent": "Mozilla/5.0 (X11; Linux x86_64)", "os": "Linux",
                       "browser": "FIREFOX"},
         "zone": "null", "device": "Computer", "id": None, "ipAddress": "192.0.2.10",
         "geographicalContext": {"city": "Hamburg", "state": "Hamburg", "country": "Germany",
                                 "postalCode": "20095", "geolocation": {"lat": 53.5, "lon": 10.0}}}
    )  # fmt: skip
    security = '{"asNumber":64496,"asOrg":"example","isp":"example","domain":"corp.example","isProxy":false}'
    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            at = start + timedelta(seconds=number * _SPAN_SECONDS / count)
            refused = chance.random() < 0.03
            outcome = (
                '{"result":"FAILURE","reason":"DENIED"}' if refused else '{"result":"SUCCESS","reason":null}'
            )
            file.write(
                f'{{"actor":{people[chance.randrange(_PEOPLE)]},"client":{client},"device":null,'
                '"authenticationContext":{"authenticationProvider":null,"credentialProvider":null,'
                '"externalSessionId":"102xyz","interface":null},'
                '"displayMessage":"User single sign on to app","eventType":"user.authentication.sso",'
                f'"outcome":{outcome},"published":"{at:%Y-%m-%dT%H:%M:%S}.000Z","securityContext":{security},'
                '"severity":"INFO","debugContext":{"debugData":{"requestUri":"/app/sso","threatSuspected":"false"}},'
                '"legacyEventType":"app.auth.sso","transaction":{"type":"WEB","id":"W1","detail":{}},'
                f'"uuid":"{number:08x}-0000-11ee-8000-000000000000","version":"0",'
                f'"request":{{"ipChain":[]}},"target":{apps[chance.randrange(_APPS)]}}}\n'
            )


def read(path: str) -> dict[str, Any]:
    """The connector's rows, counted by person, app and day. Runs in the child."""
    from collections import Counter

    from discovery.connectors import by_name
    from discovery.records import SignIn

    begun = time.perf_counter()
    groups: Counter[tuple[str, str, Any]] = Counter()
    with Path(path).open("rb") as stream:
        for _, row in by_name("okta_system_log").read(stream):
            if not isinstance(row, SignIn):
                raise AssertionError(f"a sign-in was read as {type(row).__name__}")
            groups[row.who.email, row.app, row.at.date()] += 1
    return {"seconds": time.perf_counter() - begun, "groups": len(groups)}


def decode(path: str) -> dict[str, Any]:
    """Every line through json.loads. Runs in the child."""
    begun = time.perf_counter()
    with Path(path).open("rb") as stream:
        for line in stream:
            json.loads(line)
    return {"seconds": time.perf_counter() - begun}
