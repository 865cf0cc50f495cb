"""Microsoft Entra ID sign-ins as JSON: who opened, or tried to open, which app.

API:     https://learn.microsoft.com/graph/api/signin-list
Fields:  https://learn.microsoft.com/graph/api/resources/signin
Stream:  https://learn.microsoft.com/azure/azure-monitor/reference/tables/signinlogs

Reads Graph's pages, the portal's JSON download, and what diagnostic settings send to a hub or
storage (``records``, each with the sign-in under ``properties``). Addresses, places, devices and
sessions are not kept.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, BinaryIO

import msgspec

from discovery.connectors.base import Connector, Head, Kind
from discovery.connectors.entra_accounts import entra_id, entra_who
from discovery.connectors.json_documents import (
    BAD_JSON,
    elements,
    first_objects,
    looks_like_json,
    lower_keys,
    shown,
    why_unreadable,
)
from discovery.connectors.moments import moment
from discovery.connectors.pasted_answers import answer_in, behind_headers, object_of
from discovery.connectors.stated_values import ACCOUNT, text_of
from discovery.records import Ignored, Outcome, Rejected, Rows, SignIn

_LISTS = frozenset({"value", "records", "signins", "events", "data", "items", "results"})
_SHOWN = frozenset({"id", "time", "createddatetime", "category", "resulttype", "operationname", "status"})
_TIMES = ("createddatetime", "timegenerated", "time")

#: Sign-ins of a person beside the fields that only they have.
_OF_PEOPLE = frozenset({"userprincipalname", "userid", "userdisplayname"})
_SIGN_IN = frozenset({"status", "clientappused", "conditionalaccessstatus", "isinteractive", "resulttype"})
_MACHINES = ("serviceprincipal", "managedidentity")

_OTHER = Ignored("an event that is no sign-in")
_NOT_A_PERSON = Ignored("a sign-in of an app or machine, not of a person")


class EntraSignIns(Connector):
    name = "entra_sign_ins"
    kind = Kind.SSO
    title = "Entra ID sign-ins (JSON)"

    def recognises(self, head: Head) -> int:
        head = answer_in(head)
        if not looks_like_json(head):
            return 0
        surest = 90 if b"#auditLogs/signIns" in head.start else 0
        for found in first_objects(head, _LISTS):
            category = found.get("category")
            if isinstance(category, str) and "signinlogs" in category.lower():
                return 95
            if _is_graph(found):
                surest = 90
        return surest

    def read(self, stream: BinaryIO) -> Rows:
        """One row an event. Raises UnreadableFile where the file breaks off."""
        for position, raw in elements(behind_headers(stream), _LISTS):
            try:
                event = object_of(raw)
                inside = _object(event.get("properties"))
            except BAD_JSON:
                yield position, Rejected(why_unreadable(raw))
                continue
            yield position, _row({**event, **inside} if inside else event, bool(inside), raw)


def _is_graph(found: dict[str, Any]) -> bool:
    names = found.keys()
    return bool(
        names & {"createddatetime", "timegenerated"}
        and names & {"appdisplayname", "appid"}
        and names & (_OF_PEOPLE | {"serviceprincipalid"})
        and names & _SIGN_IN
    )


def _object(value: Any) -> dict[str, Any]:
    """An object, also one that a collector wrote as text. Raises what decoding raises."""
    if isinstance(value, str) and value.lstrip().startswith("{"):
        value = msgspec.json.decode(value)
    return lower_keys(value) if isinstance(value, dict) else {}


def _row(event: dict[str, Any], enveloped: bool, raw: bytes) -> SignIn | Rejected | Ignored:
    """The row of an event whose envelope and properties were put together."""
    category = text_of(event.get("category")).lower()
    if category and "signin" not in category:
        return _OTHER
    if not category and not event.keys() & (_OF_PEOPLE | {"serviceprincipalid", "appid", "appdisplayname"}):
        return _OTHER if "operationname" in event else _rejected("the row is no sign-in", raw)
    if _is_machine(event, category):
        return _NOT_A_PERSON
    at = _when(event)
    if at is None:
        return _rejected("the sign-in has no readable createdDateTime", raw)
    client = entra_id(event.get("appid"))
    app = text_of(event.get("appdisplayname")) or client
    if not app:
        return _rejected("the sign-in names no app", raw)
    outcome = _outcome(event)
    if outcome is None:
        return _rejected("the sign-in does not say whether it succeeded", raw)
    who = entra_who(event.get("userprincipalname"), event.get("userid"), event.get("userdisplayname"))
    # In the answers of the API a tenant is that of the user or of the resource, never said to be ours.
    account = text_of(event.get("tenantid"), ACCOUNT) if enveloped else ""
    return SignIn(account, at, who, app, outcome, client)


def _rejected(why: str, raw: bytes) -> Rejected:
    return Rejected(f"{why}; export the sign-ins with all their fields", shown(raw, _SHOWN))


def _is_machine(event: dict[str, Any], category: str) -> bool:
    kinds = event.get("signineventtypes")
    stated = [text_of(kind).lower() for kind in kinds] if isinstance(kinds, list) else []
    if any(machine in text for text in (category, *stated) for machine in _MACHINES):
        return True
    return bool(entra_id(event.get("serviceprincipalid"))) and not any(
        entra_id(event.get(name)) for name in _OF_PEOPLE
    )


def _when(event: dict[str, Any]) -> datetime | None:
    for name in _TIMES:
        try:
            return moment(text_of(event.get(name)))
        except (ValueError, OverflowError):
            continue
    return None


def _outcome(event: dict[str, Any]) -> Outcome | None:
    """Use where the error code is 0. Interrupted sign-ins have codes of their own and are attempts."""
    try:
        code = _object(event.get("status")).get("errorcode")
    except BAD_JSON:
        code = None
    for stated in (code, event.get("resulttype"), event.get("errorcode"), event.get("resultsignature")):
        if word := text_of(stated).lower():
            return Outcome.USED if word in ("0", "success") else Outcome.ATTEMPTED
    return None
