"""Microsoft Intune: apps found on managed devices, as Graph counts them and its reports export them.

API:     https://learn.microsoft.com/graph/api/resources/intune-devices-detectedapp
Reports: https://learn.microsoft.com/intune/intune-service/fundamentals/reports-export-graph-available-reports
         (AppInvAggregate by app, AppInvRawData by app and device)
"""

from __future__ import annotations

from discovery.connectors.api_objects import ApiObjects, Fields
from discovery.connectors.base import Kind
from discovery.connectors.program_names import program_name
from discovery.connectors.stated_values import OWN_ID, PERSON, TEXT, address_of, count_of, id_of
from discovery.records import Rejected, Seen, SeenBy, Who

_NAMES = ("displayName", "applicationName")
_IDS = ("id", "applicationKey", "applicationId")
_DEVICES = ("deviceName", "deviceId")
_MORE = ("publisher", "applicationPublisher", "platform", "sizeInByte", "version", "applicationVersion")


class IntuneApps(ApiObjects):
    name = "intune_apps"
    kind = Kind.ENDPOINT
    title = "Apps found on devices by Microsoft Intune (JSON, CSV)"
    lists = frozenset({"value", "detectedapps"})

    def is_one(self, found: Fields) -> bool:
        counted = found("deviceCount") is not None and bool(found.text(*_NAMES))
        on_one = bool(found.text("applicationName")) and bool(found.text(*_DEVICES))
        return (counted or on_one) and any(found(name) is not None for name in _MORE)

    def row(self, found: Fields) -> Seen | Rejected:
        name = found.text(*_NAMES, limit=TEXT)
        if not name:
            return Rejected("the app has no name; export the report with ApplicationName", found.shown(*_IDS))
        device = found.text(*_DEVICES, limit=200)
        user = found.text("emailAddress", "userPrincipalName", limit=254)
        return Seen(
            account="",
            own_id=id_of(*filter(None, (found.text(*_IDS, limit=OWN_ID) or name.lower(), device))),
            text=program_name(name),
            by=SeenBy.PROGRAM,
            who=Who(email=address_of(user), name=found.text("userName", limit=PERSON)),
            where=device,
            version=found.text("version", "applicationVersion", "applicationShortVersion", limit=100),
            devices=count_of(found("deviceCount")),
        )
