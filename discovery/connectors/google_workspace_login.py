"""Google Workspace: which apps people opened by single sign-on with their Google account.

API: https://developers.google.com/workspace/admin/reports/v1/reference/activities
(applications ``saml`` and ``login``)
"""

from __future__ import annotations

from typing import BinaryIO, ClassVar

from discovery.connectors import google_api
from discovery.connectors.api import Api
from discovery.connectors.base import Connector, Head, Kind
from discovery.connectors.google_workspace_activities import activity_rows, applications_in
from discovery.connectors.google_workspace_events import GEMINI_LOG, OPENED, rows_of
from discovery.records import Rows


class GoogleWorkspaceLogin(Connector):
    name = "google_workspace_login"
    kind = Kind.SSO
    title = "Google Workspace SAML and login activity"
    reads: ClassVar[tuple[str, ...]] = ("file", "api")
    api: ClassVar[Api | None] = google_api.SAML

    def recognises(self, head: Head) -> int:
        """Beside token activity the connector of that reads these, too; Gemini alone has its own."""
        applications = applications_in(head)
        if applications == {GEMINI_LOG} or "token" in applications:
            return 0
        return 92 if applications & OPENED else 0

    def read(self, stream: BinaryIO) -> Rows:
        """One row an event. Raises UnreadableFile where the file breaks off."""
        return activity_rows(stream, rows_of)
