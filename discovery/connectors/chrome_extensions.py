"""Chrome extensions of a company's browsers, as Google's administration counts them.

API:  https://developers.google.com/chrome/management/reference/rest/v1/customers.reports/countInstalledApps
Page: https://support.google.com/chrome/a/answer/9902456 (Apps and extensions usage, downloaded as CSV)
"""

from __future__ import annotations

import re

from discovery.connectors.api_objects import ApiObjects, Fields, day_in
from discovery.connectors.base import Kind
from discovery.connectors.stated_values import OWN_ID, TEXT, count_of, text_of
from discovery.records import Ignored, Rejected, Seen, SeenBy

#: Thirty-two letters from a to p, which is how Chrome names extensions.
EXTENSION_ID = re.compile(r"[a-p]{32}")
_IDS = ("appId", "extensionId", "app_or_extension_id")
_NAMES = ("displayName", "appName", "extensionName", "app_or_extension_name", "name")
_COUNTS = ("browserDeviceCount", "installs", "installed", "totalInstalls", "totalInstallCount", "browsers")
_TYPES = ("appType", "type")
_BETWEEN = re.compile(r"[,;|\n]+")
_MOST_PERMISSIONS = 100
_NOT_SOFTWARE = Ignored("a theme or a page of Chrome's own")


class ChromeExtensions(ApiObjects):
    name = "chrome_extensions"
    kind = Kind.ENDPOINT
    title = "Chrome apps and extensions of managed browsers (JSON, CSV)"
    lists = frozenset({"installedapps"})

    def is_one(self, found: Fields) -> bool:
        return bool(EXTENSION_ID.fullmatch(found.text(*_IDS))) and bool(found.text(*_NAMES))

    def row(self, found: Fields) -> Seen | Rejected | Ignored:
        own_id, name = found.text(*_IDS, limit=OWN_ID), found.text(*_NAMES, limit=TEXT)
        if "theme" in found.text(*_TYPES).lower():
            return _NOT_SOFTWARE
        if not own_id and not name:
            return Rejected("the row has neither an id nor a name; export the report with both")
        return Seen(
            account="",
            own_id=own_id or name.lower()[:OWN_ID],
            text=name or own_id,
            by=SeenBy.EXTENSION if EXTENSION_ID.fullmatch(own_id) else SeenBy.PROGRAM,
            date=day_in(found("report_date")),
            client_id=own_id,
            version=found.text("version", limit=100),
            scopes=permissions_of(found("permissions")),
            devices=next((n for name in _COUNTS if (n := count_of(found(name))) is not None), None),
        )


def permissions_of(stated: object) -> tuple[str, ...]:
    """What an extension may do, each once, from a list or from one text."""
    parts = stated if isinstance(stated, list) else _BETWEEN.split(text_of(stated, 20_000))
    texts = (text_of(part, 200) for part in parts)
    return tuple(dict.fromkeys(filter(None, texts)))[:_MOST_PERMISSIONS]
