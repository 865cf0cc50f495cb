"""Google Workspace: third-party apps that people let into their Google account, and took back.

API: https://developers.google.com/workspace/admin/reports/v1/reference/activities (application ``token``)
"""

from __future__ import annotations

from typing import BinaryIO

from discovery.connectors import google_api
from discovery.connectors.base import Connector, Head, Kind
from discovery.connectors.google_workspace_activities import ANSWER, activity_rows, applications_in
from discovery.connectors.google_workspace_events import OPENED, rows_of
from discovery.records import Rows


class GoogleWorkspaceToken(Connector):
    name = "google_workspace_token"
    kind = Kind.GRANT
    title = "Google Workspace token activity"
    reads = ("file", "api")
    api = google_api.TOKEN

    def recognises(self, head: Head) -> int:
        """Activity of an application of which nothing is read is taken as well, to say so row by row."""
        applications = applications_in(head)
        if "token" in applications:
            return 95
        if applications & OPENED:
            return 0
        return 10 if applications else 40 * (ANSWER in head.start)

    def read(self, stream: BinaryIO) -> Rows:
        """One row an event. Raises UnreadableFile where the file breaks off."""
        return activity_rows(stream, rows_of)
