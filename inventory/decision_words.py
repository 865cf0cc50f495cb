"""What a decision changed, in words: the columns of the log as people call them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.utils import dateformat
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from inventory.deciding import tags_as_text
from inventory.models import DataClass, ToolStatus

STATUS_NAMES = {
    ToolStatus.DISCOVERED: _("Not yet decided"),
    ToolStatus.UNDER_REVIEW: _("Under review"),
    ToolStatus.SANCTIONED: _("Sanctioned"),
    ToolStatus.RESTRICTED: _("Restricted"),
    ToolStatus.PROHIBITED: _("Prohibited"),
    ToolStatus.RETIRED: _("Retired"),
}
#: In the order they are told; ``status_since`` and ``owner_until`` follow from others and are not.
_NAMES = {
    "status": _("Status"),
    "conditions": _("Conditions"),
    "allowed_departments": _("Allowed for"),
    "allowed_data": _("Allowed data"),
    "review_due": _("To be reviewed by"),
    "owner": _("Business owner"),
    "technical_owner": _("Technical owner"),
    "tags": _("Tags"),
}


class Changed(NamedTuple):
    """One thing that a decision changed. An empty text: there was, or is, nothing."""

    name: object
    before: str
    after: str


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Changed]:
    """What a row of the decision log tells."""
    return [
        Changed(words, _written(name, before[name]), _written(name, after[name]))
        for name, words in _NAMES.items()
        if name in after
    ]


def _written(name: str, value: Any) -> str:
    if not value:
        return ""
    match name:
        case "status":
            return str(STATUS_NAMES[value])
        case "review_due":
            day = parse_date(value)
            return dateformat.format(day, "j M Y") if day else value
        case "allowed_departments":
            return ", ".join(value)
        case "allowed_data":
            return ", ".join(str(DataClass(item).label) for item in value)
        case "tags":
            return tags_as_text(value)
    return str(value)
