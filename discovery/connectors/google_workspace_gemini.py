"""Gemini within Google Workspace: who has used it.

API: https://developers.google.com/workspace/admin/reports/v1/appendix/activity/gemini-in-workspace-apps

Apart from sign-ins, because it tells of Gemini alone: where it is all that was read, nobody knows what
people signed in to.
"""

from __future__ import annotations

from discovery.connectors.base import Head
from discovery.connectors.google_workspace_activities import applications_in
from discovery.connectors.google_workspace_events import GEMINI_LOG
from discovery.connectors.google_workspace_login import GoogleWorkspaceLogin


class GoogleWorkspaceGemini(GoogleWorkspaceLogin):
    name = "google_workspace_gemini"
    title = "Gemini activity in Google Workspace (JSON)"
    reads = ("file",)
    api = None
    of_one_tool = True

    def recognises(self, head: Head) -> int:
        """Beside other activity the connectors of that read it, too."""
        return 93 if applications_in(head) == {GEMINI_LOG} else 0
