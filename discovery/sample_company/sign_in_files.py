"""Sign-ins as an Okta System Log, one event a line, a file a quarter."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from discovery.sample_company.files import FileRow, SampleFile
from discovery.sample_company.world import Person, SignIn, World, chance

_CITIES = (
    ("Stockholm", "Stockholm County", "Sweden", "111 20", 59.3294, 18.0687),
    ("Hamburg", "Hamburg", "Germany", "20095", 53.5507, 9.993),
    ("Denver", "Colorado", "United States", "80228", 39.6888, -105.156),
)
_AGENTS = (
    ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Linux", "FIREFOX"),
    ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36", "Mac OS X", "CHROME"),
    ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36", "Windows 10", "CHROME"),
)


def sign_in_files(seed: int, world: World) -> list[SampleFile]:
    random = chance(seed, "sign-in files")
    log = _Log(random, world)
    quarters: dict[str, list[FileRow]] = defaultdict(list)
    for number, seen in enumerate(world.sign_ins):
        rows = quarters[f"{seen.at.year}-Q{(seen.at.month + 2) // 3}"]
        if number % 8 == 0:
            rows.append(FileRow(log.session(seen)))
        rows.append(FileRow(log.sign_in(seen)))
    files = []
    for quarter in sorted(quarters):
        rows = quarters[quarter]
        whole = rows[len(rows) // 3].body
        # A collector that ran full: the line ends in the middle.
        rows.insert(len(rows) // 3, FileRow(whole[: len(whole) // 2], "row"))
        rows.insert(2 * len(rows) // 3, FileRow(log.impossible(world.sign_ins[0]), "time"))
        name = f"sign-ins/okta-{quarter}.jsonl"
        files.append(SampleFile(name, tuple(rows), _frame, b"\n", by_line=True))
    return files


def _frame(file: SampleFile) -> tuple[bytes, bytes]:
    return b"", b"\n"


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _stamp(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _client(person: Person, address: str) -> str:
    city, state, country, postal, lat, lon = _CITIES[2 if person.american else person.number % 2]
    raw, system, browser = _AGENTS[person.number % 3]
    return _text(
        {
            "userAgent": {"rawUserAgent": raw, "os": system, "browser": browser},
            "zone": "null",
            "device": "Computer",
            "id": None,
            "ipAddress": address,
            "geographicalContext": {
                "city": city,
                "state": state,
                "country": country,
                "postalCode": postal,
                "geolocation": {"lat": lat, "lon": lon},
            },
        }
    )


class _Log:
    """Writes events as text; what repeats (people, places, apps) is put into JSON once."""

    def __init__(self, random: Random, world: World) -> None:
        self._random = random
        ids = {person.number: f"00u{random.getrandbits(80):017x}"[:20] for person in world.people}
        self._actors: dict[int, str] = {}
        self._clients: dict[int, str] = {}
        self._users: dict[int, str] = {}
        self._addresses: dict[int, str] = {}
        for person in world.people:
            number, own = person.number, ids[person.number]
            part = {"type": "User", "alternateId": person.login, "displayName": person.name}
            self._actors[number] = _text({"id": own, **part, "detailEntry": None})
            part = {"type": "AppUser", "alternateId": person.email, "displayName": person.name}
            self._users[number] = _text({"id": f"0ua{own[3:]}", **part, "detailEntry": None})
            self._addresses[number] = f"198.51.100.{random.randrange(1, 255)}"
            self._clients[number] = _client(person, self._addresses[number])
        self._apps = {}
        for app in sorted({sign_in.app for sign_in in world.sign_ins}):
            part = {"type": "AppInstance", "alternateId": app, "displayName": app}
            own = f"0oa{random.getrandbits(80):017x}"[:20]
            self._apps[app] = _text({"id": own, **part, "detailEntry": {"signOnModeType": "SAML_2_0"}})

    def sign_in(self, seen: SignIn) -> bytes:
        parts = [self._apps[seen.app], self._users[seen.person.number]]
        if self._random.randrange(2):  # their order is not fixed in the real log either
            parts.reverse()
        result = "FAILURE" if seen.failed else "SUCCESS"
        return self._event(
            seen.person,
            _stamp(seen.at),
            "user.authentication.sso",
            "User single sign on to app",
            result,
            f"[{','.join(parts)}]",
        )

    def session(self, seen: SignIn) -> bytes:
        """What comes before opening an app, and says nothing of one."""
        at = _stamp(seen.at - timedelta(seconds=5))
        return self._event(seen.person, at, "user.session.start", "User login to Okta", "SUCCESS", "null")

    def impossible(self, seen: SignIn) -> bytes:
        """A sign-in at a time that no calendar has."""
        target = f"[{self._apps[seen.app]}]"
        at = "2026-02-30T25:61:00.000Z"
        return self._event(
            seen.person, at, "user.authentication.sso", "User single sign on", "SUCCESS", target
        )

    def _event(self, person: Person, at: str, kind: str, message: str, result: str, target: str) -> bytes:
        number = f"{self._random.getrandbits(100):025x}"
        uuid = UUID(int=self._random.getrandbits(128))
        succeeded = result == "SUCCESS"
        reason = "null" if succeeded else '"User not assigned to app"'
        return (
            f'{{"actor":{self._actors[person.number]},"client":{self._clients[person.number]},"device":null,'
            '"authenticationContext":{"authenticationProvider":null,"credentialProvider":null,'
            '"credentialType":null,"issuer":null,"interface":null,"authenticationStep":0,'
            f'"externalSessionId":"102{number[:22]}"}},"displayMessage":"{message}","eventType":"{kind}",'
            f'"outcome":{{"result":"{result}","reason":{reason}}},"published":"{at}",'
            '"securityContext":{"asNumber":null,"asOrg":null,"isp":null,"domain":null,"isProxy":null},'
            f'"severity":"{"INFO" if succeeded else "WARN"}",'
            f'"debugContext":{{"debugData":{{"requestId":"{number[:20]}","threatSuspected":"false"}}}},'
            f'"legacyEventType":null,"transaction":{{"type":"WEB","id":"{number[:20]}","detail":{{}}}},'
            f'"uuid":"{uuid}","version":"0","request":{{"ipChain":[{{"ip":"{self._addresses[person.number]}",'
            f'"version":"V4","source":null}}]}},"target":{target}}}'
        ).encode()
