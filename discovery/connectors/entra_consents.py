"""Microsoft Entra ID consents: who let which app in, on which day, from the audit log.

API: https://learn.microsoft.com/graph/api/directoryaudit-list

The lists of grants say what holds today and no day; the audit log says when, for thirty days.
"""

from __future__ import annotations

from typing import BinaryIO

from discovery.connectors import entra_api
from discovery.connectors.base import Connector, Head, Kind
from discovery.connectors.entra_events import event_rows, first_events, is_audit, is_sign_in
from discovery.records import Rows


class EntraConsents(Connector):
    name = "entra_consents"
    kind = Kind.GRANT
    title = "Entra ID consents (audit log, JSON)"
    reads = ("file", "api")
    api = entra_api.CONSENTS

    def recognises(self, head: Head) -> int:
        """The audit log; beside sign-ins the connector of those reads it, too."""
        events = first_events(head)
        if any(map(is_sign_in, events)):
            return 0
        return 90 if any(map(is_audit, events)) or b"#auditLogs/directoryAudits" in head.start else 0

    def read(self, stream: BinaryIO) -> Rows:
        """One row an event. Raises UnreadableFile where the file breaks off."""
        return event_rows(stream)
