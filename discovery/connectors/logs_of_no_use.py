"""Logs that are known and hold nothing that is looked for here, each with a sentence that says so.

Administrators of a proxy change its settings in them; nobody visits a site.
"""

from __future__ import annotations

from discovery.connectors.api_objects import Fields, first_in
from discovery.connectors.base import Head
from discovery.connectors.json_documents import looks_like_json

_LISTS = frozenset({"data", "events", "result", "results", "records"})
_ZSCALER = (
    "is a log of Zscaler's administration, which names no site that anybody visited; export the web log "
    "(zscalernss-web) instead"
)
_NETSKOPE = (
    "is Netskope's log of its administrators, which names no app that anybody used; export its "
    "application events, or Common Event Format, instead"
)


def why_of_no_use(head: Head) -> str:
    """What a file is that holds nothing of use, as the rest of a sentence; "" for any other."""
    if not looks_like_json(head):
        return ""
    return next(filter(None, map(_why, first_in(head, _LISTS))), "")


def _why(found: Fields) -> str:
    kind = found.text("sourcetype")
    if kind.startswith("zscalernss-") and not kind.startswith("zscalernss-web"):
        return _ZSCALER
    if found("audit_log_event") is not None and found.text("type") in ("", "admin_audit_logs"):
        return _NETSKOPE
    return ""
