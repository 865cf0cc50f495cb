"""An export as somebody who signed in may have it: for pages, the API and ``export --as``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from django.contrib.auth.models import AbstractUser
from django.utils.translation import gettext

from inventory.access import Action, may, reach_of
from inventory.exports import EXPORTS
from inventory.exports.period import Period, Row
from inventory.exports.readers import Reader
from inventory.opened_names import names_for

#: What a reader must be allowed for each export.
ACTIONS = {
    "inventory": Action.SEE_TOOLS,
    "spend": Action.SEE_EVIDENCE,  # a department of one in a month tells who paid
    "flags": Action.SEE_TOOLS,
    "overlap": Action.SEE_TOOLS,
    "people": Action.SEE_EVIDENCE,
    "records": Action.SEE_EVIDENCE,
    "coverage": Action.SEE_TOOLS,
}


class NotForReader(Exception):
    """One sentence that says why."""


def export_for(
    user: AbstractUser, name: str, period: Period, now: datetime
) -> tuple[tuple[str, ...], Iterable[Row]]:
    """Columns and rows of an export as a user may read them at this instant.

    Raises NotForReader where the user's role may not.
    """
    if not may(user, ACTIONS[name]):
        raise NotForReader(gettext(ACTIONS[name].value))
    export = EXPORTS[name]
    theirs = replace(period, reader=Reader(reach_of(user), names_for(user, now)))
    return export.columns(theirs), export.rows(theirs)
