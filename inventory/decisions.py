"""What people decide about tools: status, conditions, scope, review date, owners, tags.

A decision is about one tool or many at once and is a batch of the decision log: who, when, why,
and for each tool what was before and what is after. A batch can be undone whole; the undoing is
itself a batch. Nothing else writes these columns, so that a scan never changes a decision.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from inventory.company_time import day_of
from inventory.flags.keep import check_tools
from inventory.flags.marks import tools_to_check
from inventory.models import DataClass, DecisionBatch, Tool, ToolDecision, ToolStatus

#: A decision that lets or forbids is looked at again after a year, unless it names another day.
REVIEW_AFTER = timedelta(days=365)
REVIEWED = (ToolStatus.SANCTIONED, ToolStatus.RESTRICTED, ToolStatus.PROHIBITED)
_ROWS = 500
_GROUPS = 8  # sets of values that are written one by one; more of them together
_AT_ONCE = 50  # tools whose flags are seen to while somebody waits
_NAMED = 3  # tools that a refusal names; the rest it counts
_LONGEST_TAG = 60


class WrongDecision(ValueError):
    """A decision that cannot be taken: one sentence that says why."""


class SoAlready(WrongDecision):
    """A decision that would change nothing, such as one that is asked for a second time."""


class ChangedSince(WrongDecision):
    """An undo that would overwrite what somebody decided since. ``tools`` are their keys."""

    def __init__(self, tools: Sequence[str]) -> None:
        self.tools = list(tools)
        super().__init__(
            f"{_named(self.tools)} changed since this decision, and undoing it would overwrite that; "
            "decide about them one by one"
        )


class _Keep(Enum):
    """The value of what a decision leaves as it is."""

    KEEP = "keep"


KEEP = _Keep.KEEP


@dataclass(frozen=True)
class Change:
    """What is to be decided; what is not named stays.

    ``allowed_departments`` and ``allowed_data`` replace the former lists, an empty one leaves nobody
    out; ``review_due`` None and an empty owner take away; a tag with an empty value is removed, other
    tags stay.
    """

    status: str | _Keep = KEEP
    conditions: str | _Keep = KEEP
    allowed_departments: Collection[str] | _Keep = KEEP
    allowed_data: Collection[str] | _Keep = KEEP
    review_due: date | _Keep | None = KEEP
    owner: str | _Keep = KEEP
    technical_owner: str | _Keep = KEEP
    tags: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Bring texts into the form they are stored in."""
        for name in ("owner", "technical_owner"):
            if (value := getattr(self, name)) is not KEEP:
                object.__setattr__(self, name, value.strip().lower())
        if self.conditions is not KEEP:
            object.__setattr__(self, "conditions", self.conditions.strip())
        for name in ("allowed_departments", "allowed_data"):
            if (value := getattr(self, name)) is not KEEP:
                object.__setattr__(self, name, sorted({item.strip() for item in value} - {""}))
        tags = {key.strip(): value.strip() for key, value in self.tags.items()}
        object.__setattr__(self, "tags", tags)

    @property
    def empty(self) -> bool:
        return not self.tags and all(getattr(self, f.name) is KEEP for f in fields(self) if f.name != "tags")


#: Columns that decisions write, and nothing else does.
COLUMNS = (
    "status",
    "status_since",
    "conditions",
    "allowed_departments",
    "allowed_data",
    "review_due",
    "owner",
    "owner_until",
    "technical_owner",
    "tags",
)
_DAYS = ("status_since", "review_due", "owner_until")


def decide(tools: Iterable[str], change: Change, *, actor: str, reason: str, now: datetime) -> DecisionBatch:
    """Decide the same about some tools, by their keys, in one transaction and one batch of the log.

    Raises WrongDecision, and changes nothing, where it cannot be taken as it is, or where it would
    change nothing.
    """
    keys = sorted(set(tools))
    _refuse_nonsense(change, day_of(now))
    batch = _write(keys, lambda tool: _after(tool, change, day_of(now)), actor=actor, reason=reason, now=now)
    _check_flags(keys, now)
    return batch


def undo(batch: DecisionBatch, *, actor: str, reason: str, now: datetime) -> DecisionBatch:
    """Put back what a batch changed, as a batch of its own.

    Raises ChangedSince where a tool has been decided about since, and WrongDecision where the batch
    was undone before. Either changes nothing.
    """
    rows = {row.tool: row for row in batch.decisions.all()}

    def before(tool: Tool) -> dict[str, Any]:
        return rows[tool.key].before

    def unchanged(found: Sequence[Tool]) -> None:
        if earlier := DecisionBatch.objects.filter(undoes=batch).first():
            raise SoAlready(f"{earlier.actor} has undone this decision already")
        changed = [tool.key for tool in found if _stored(tool, rows[tool.key].after) != rows[tool.key].after]
        if changed:
            raise ChangedSince(changed)

    keys = sorted(rows)
    undoing = _write(keys, before, actor=actor, reason=reason, now=now, undoes=batch, first=unchanged)
    _check_flags(keys, now)
    return undoing


def _check_flags(keys: Sequence[str], now: datetime) -> None:
    """The flags of a few tools follow at once; those of many within seconds, with the next sweep."""
    if len(keys) <= _AT_ONCE:
        check_tools(keys, now)


def log_of(tool: str) -> Iterator[ToolDecision]:
    """The decision log of a tool, newest first. One query."""
    rows = ToolDecision.objects.filter(tool=tool).select_related("batch")
    return rows.order_by("-batch__made_at", "-batch_id").iterator()


@transaction.atomic
def stand_as_logged(keys: Collection[str]) -> None:
    """Bring what tools say in line with their log, where rows of it were taken out.

    For the removal of sample data, the one thing that may do so.
    """
    found = _locked(sorted(keys))
    for tool in found:
        for name in COLUMNS:
            setattr(tool, name, Tool._meta.get_field(name).get_default())
        tool.decided_at = None
        rows = ToolDecision.objects.filter(tool=tool.key).select_related("batch")
        for row in rows.order_by("batch__made_at", "batch_id"):
            tool.decided_at = row.batch.made_at
            for name, value in row.after.items():
                setattr(tool, name, _from_log(name, value))
    Tool.objects.bulk_update(found, [*COLUMNS, "decided_at"], batch_size=_ROWS)
    tools_to_check(tool.key for tool in found)


@transaction.atomic
def _write(
    keys: Sequence[str],
    wanted: Any,
    *,
    actor: str,
    reason: str,
    now: datetime,
    undoes: DecisionBatch | None = None,
    first: Any = None,
) -> DecisionBatch:
    """Lock the tools, change them and log it. ``wanted`` says a tool's new values, as the log has them."""
    if not reason.strip():
        raise WrongDecision("say why: the reason is kept with the decision")
    if not actor.strip():
        raise WrongDecision("say who decides: the name is kept with the decision")
    found = _locked(keys)
    if missing := sorted(set(keys) - {tool.key for tool in found}):
        raise WrongDecision(f"the inventory has no {_named(missing)}; choose tools that it lists")
    if first:
        first(found)
    rows, changed = [], []
    columns: set[str] = set()
    for tool in found:
        after = wanted(tool)
        before = _stored(tool, after)
        differing = [name for name in after if after[name] != before[name]]
        if not differing:
            continue
        rows.append((tool.key, {n: before[n] for n in differing}, {n: after[n] for n in differing}))
        for name in differing:
            setattr(tool, name, _from_log(name, after[name]))
        tool.decided_at = now
        columns.update(differing)
        changed.append(tool)
    if not rows:
        raise SoAlready("this is so already; there is nothing to decide")
    batch = DecisionBatch.objects.create(
        actor=actor.strip(), reason=reason.strip(), made_at=now, undoes=undoes
    )
    ToolDecision.objects.bulk_create(
        [ToolDecision(batch=batch, tool=key, before=before, after=after) for key, before, after in rows],
        batch_size=_ROWS,
    )
    _store(changed, sorted(columns))
    tools_to_check(tool.key for tool in changed)
    return batch


def _locked(keys: Sequence[str]) -> list[Tool]:
    found: list[Tool] = []
    for start in range(0, len(keys), _ROWS):
        tools = Tool.objects.select_for_update().filter(key__in=keys[start : start + _ROWS])
        found += tools.order_by("pk")
    return found


def _store(tools: Sequence[Tool], columns: Sequence[str]) -> None:
    """One statement for all tools that get the same values, which is most often one in all."""
    columns = [*columns, "decided_at"]
    alike: dict[str, list[Tool]] = defaultdict(list)
    for tool in tools:
        alike[repr([getattr(tool, name) for name in columns])].append(tool)
    if len(alike) > _GROUPS:
        Tool.objects.bulk_update(tools, columns, batch_size=_ROWS)
        return
    for same in alike.values():
        values = {name: getattr(same[0], name) for name in columns}
        for start in range(0, len(same), _ROWS):
            numbers = [tool.pk for tool in same[start : start + _ROWS]]
            Tool.objects.filter(pk__in=numbers).update(**values)


def _after(tool: Tool, change: Change, today: date) -> dict[str, Any]:
    """Column → value, as the log has it, of all that a change says about a tool."""
    after: dict[str, Any] = {}
    for name in ("conditions", "allowed_departments", "allowed_data", "owner", "technical_owner"):
        if (value := getattr(change, name)) is not KEEP:
            after[name] = value
    if change.review_due is not KEEP:
        after["review_due"] = _day(change.review_due)
    if change.status is not KEEP and change.status != tool.status:
        after |= {"status": str(change.status), "status_since": _day(today)}
        stale = tool.review_due is None or tool.review_due <= today
        if change.review_due is KEEP and change.status in REVIEWED and stale:
            after["review_due"] = _day(today + REVIEW_AFTER)
    if change.owner is not KEEP:
        if change.owner:
            after["owner_until"] = None
        elif tool.owner:
            after["owner_until"] = _day(today)
    if change.tags:
        tags = tool.tags | change.tags
        after["tags"] = {key: tags[key] for key in sorted(tags) if tags[key]}
    if change.status == ToolStatus.RESTRICTED and not any(
        after.get(name, getattr(tool, name)) for name in ("conditions", "allowed_departments", "allowed_data")
    ):
        raise WrongDecision(
            f"{tool.key} cannot be restricted without saying how: "
            "give conditions, or the departments or data it is allowed for"
        )
    return after


def _stored(tool: Tool, columns: Iterable[str]) -> dict[str, Any]:
    """What a tool says now, as the log has it."""
    values = {name: getattr(tool, name) for name in columns}
    return {name: _day(value) if name in _DAYS else value for name, value in values.items()}


def _from_log(name: str, value: Any) -> Any:
    return date.fromisoformat(value) if name in _DAYS and value else value


def _day(value: date | None) -> str | None:
    return value.isoformat() if value else None


def _refuse_nonsense(change: Change, today: date) -> None:
    if change.empty:
        raise WrongDecision("nothing is decided: name a status, an owner or what else is to change")
    if change.status is not KEEP and change.status not in ToolStatus.values:
        raise WrongDecision(f"{change.status} is no status; it is one of {', '.join(ToolStatus.values)}")
    if isinstance(change.review_due, date) and change.review_due <= today:
        raise WrongDecision(f"the review date {change.review_due} is not in the future")
    if change.allowed_data is not KEEP and (strange := set(change.allowed_data) - set(DataClass.values)):
        raise WrongDecision(f"{min(strange)} is no class of data; it is one of {', '.join(DataClass.values)}")
    for address in (change.owner, change.technical_owner):
        if address is not KEEP and address:
            _refuse_no_address(str(address))
    for key, value in change.tags.items():
        if not key or max(len(key), len(value)) > _LONGEST_TAG:
            raise WrongDecision(f"a tag has a name, and both it and its value {_LONGEST_TAG} letters at most")


def _refuse_no_address(address: str) -> None:
    try:
        validate_email(address)
    except ValidationError:
        raise WrongDecision(f"{address} is no e-mail address; an owner is named by one") from None


def _named(keys: Sequence[str]) -> str:
    """ "a, b, c and 4 more"."""
    more = len(keys) - _NAMED
    return ", ".join(keys[:_NAMED]) + (f" and {more} more" if more > 0 else "")
