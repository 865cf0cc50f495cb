"""Microsoft Entra ID sign-ins as JSON: who opened, or tried to open, which app.

API: https://learn.microsoft.com/graph/api/signin-list

Reads Graph's pages, the portal's JSON download, and what diagnostic settings send to a hub or
storage (``records``, each with the sign-in under ``properties``). Addresses, places, devices and
sessions are not kept.
"""

from __future__ import annotations

from typing import BinaryIO

from discovery.connectors import entra_api
from discovery.connectors.base import Connector, Head, Kind
from discovery.connectors.entra_events import event_rows, first_events, is_sign_in
from discovery.records import Rows


class EntraSignIns(Connector):
    name = "entra_sign_ins"
    kind = Kind.SSO
    title = "Entra ID sign-ins (JSON)"
    reads = ("file", "api")
    api = entra_api.SIGN_INS

    def recognises(self, head: Head) -> int:
        """Consents among the sign-ins are read as well."""
        if any(map(is_sign_in, first_events(head))):
            return 95
        return 90 if b"#auditLogs/signIns" in head.start else 0

    def read(self, stream: BinaryIO) -> Rows:
        """One row an event. Raises UnreadableFile where the file breaks off."""
        return event_rows(stream)
