"""From a form to a decision: what somebody filled in about one tool, or about many.

Pure. A field that a form leaves as it was, or empty where many tools are meant, decides nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from django.http import QueryDict
from django.utils.translation import gettext as _

from inventory.decisions import KEEP, REVIEWED, Change, WrongDecision
from inventory.models import Tool, ToolStatus

#: Statuses that a person can give. A tool that nobody has decided about is not decided to be so, except
#: by undoing.
STATUSES = (
    ToolStatus.SANCTIONED,
    ToolStatus.RESTRICTED,
    ToolStatus.PROHIBITED,
    ToolStatus.RETIRED,
    ToolStatus.UNDER_REVIEW,
)


def change_of_one(form: QueryDict, tool: Tool) -> Change:
    """What the form on a tool's page changes of it. Raises WrongDecision in one sentence."""
    status = _status(form)
    review_due = day_in(form.get("review_due", ""))
    if review_due == tool.review_due or (review_due is None and status in REVIEWED):
        review_due = KEEP  # a decision gets a review date by itself where none is named
    tags = tags_in(form.get("tags", ""))
    return Change(
        status=status if status and status != tool.status else KEEP,
        conditions=form.get("conditions", ""),
        allowed_departments=form.getlist("allowed_departments"),
        allowed_data=form.getlist("allowed_data"),
        review_due=review_due,
        owner=form.get("owner", ""),
        technical_owner=form.get("technical_owner", ""),
        tags=tags | dict.fromkeys(tool.tags.keys() - tags.keys(), ""),
    )


def change_of_many(form: QueryDict) -> Change:
    """What the form beside a list changes of every tool that is meant. Raises WrongDecision."""
    due = day_in(form.get("review_due", ""))
    return Change(
        status=_status(form) or KEEP,
        conditions=form.get("conditions", "").strip() or KEEP,
        review_due=due or KEEP,
        owner=form.get("owner", "").strip() or KEEP,
        technical_owner=form.get("technical_owner", "").strip() or KEEP,
        tags=tags_in(form.get("tags", "")),
    )


def _status(form: QueryDict) -> str:
    status = form.get("status", "")
    if status and status not in ToolStatus.values:
        raise WrongDecision(_("“%(status)s” is no status; choose one of the list") % {"status": status})
    return status


def day_in(text: str) -> date | None:
    """The day that a date field holds, or None where it is empty."""
    if not (text := text.strip()):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise WrongDecision(
            _("“%(text)s” is no day; write it as year-month-day, such as 2027-03-31") % {"text": text}
        ) from None


def tags_in(text: str) -> dict[str, str]:
    """Tags as they are written in one field: ``team = sales, contract = C-2291``.

    A name with nothing behind the sign takes that tag away.
    """
    tags = {}
    for part in filter(None, (part.strip() for part in re.split(r"[,;\n]", text))):
        name, sign, value = part.partition("=")
        if not sign or not name.strip():
            raise WrongDecision(_("“%(part)s” is no tag; write its name, = and its value") % {"part": part})
        tags[name.strip()] = value.strip()
    return tags


def tags_as_text(tags: Mapping[str, str]) -> str:
    """The same the other way."""
    return ", ".join(f"{name} = {value}" for name, value in tags.items())
