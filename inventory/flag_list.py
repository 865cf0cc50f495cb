"""Flags of the whole company, narrowed and in order, each with what it is about and who accepted it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Case, Count, IntegerField, QuerySet, When

from inventory.flags import RULE_BY_ID
from inventory.flags.keep import acceptances_of
from inventory.flags.wording import title_of
from inventory.models import Flag, FlagAcceptance, FlagSeverity, FlagState, FlagSubject, Tool
from inventory.naming import ToolName, names_of
from inventory.words import source_title

_MOST_SEVERE_FIRST = Case(
    *(When(severity=severity, then=rank) for rank, severity in enumerate(FlagSeverity.values)),
    output_field=IntegerField(),
)


@dataclass(frozen=True)
class WantedFlags:
    """What the address asks for; words it does not know count as not asked."""

    state: str = FlagState.OPEN
    severity: str = ""
    rule: str = ""
    tool: str = ""

    @classmethod
    def from_address(cls, address: Mapping[str, str]) -> WantedFlags:
        state, severity, rule = (address.get(name, "") for name in ("state", "severity", "rule"))
        return cls(
            state=state if state in FlagState.values else FlagState.OPEN,
            severity=severity if severity in FlagSeverity.values else "",
            rule=rule if rule in RULE_BY_ID else "",
            tool=address.get("tool", "")[:160],
        )

    @property
    def narrowed(self) -> bool:
        return bool(self.severity or self.rule or self.tool)


class FlagLine(NamedTuple):
    """A flag as the list shows it. ``tool``: the key, where there is a page about it to go to."""

    flag: Flag
    title: str  # of what it is about
    tool: str
    acceptance: FlagAcceptance | None


Choices = list[tuple[str, object, int]]  # value, words, how many flags


@dataclass(frozen=True)
class FlagChoices:
    """How many flags each answer to each question would show, the other answers staying."""

    states: Choices
    severities: Choices
    rules: Choices


def flags_wanted(wanted: WantedFlags) -> QuerySet[Flag]:
    """The flags asked for: those that stand by severity and age, closed ones the last closed first.

    What a stronger flag says already is left out of those that are open.
    """
    found = _narrowed(wanted, state=wanted.state, severity=wanted.severity, rule=wanted.rule)
    if wanted.state == FlagState.CLOSED:
        return found.order_by("-closed_at", "-pk")
    return found.order_by(_MOST_SEVERE_FIRST, "since", "rule", "subject", "pk")


def choices(wanted: WantedFlags) -> FlagChoices:
    """Three queries."""
    states = _counts(_narrowed(wanted, severity=wanted.severity, rule=wanted.rule), "state")
    severities = _counts(_narrowed(wanted, state=wanted.state, rule=wanted.rule), "severity")
    rules = _counts(_narrowed(wanted, state=wanted.state, severity=wanted.severity), "rule")
    return FlagChoices(
        states=[(one.value, one.label, states.get(one.value, 0)) for one in FlagState],
        severities=[
            (one.value, one.label, severities[one.value]) for one in FlagSeverity if one in severities
        ],
        rules=[(rule, title_of(Flag(rule=rule)), number) for rule, number in sorted(rules.items())],
    )


def flag_lines(flags: Sequence[Flag]) -> list[FlagLine]:
    """Lines of some flags. Four queries at most."""
    accepted = acceptances_of(flags)
    names = _names(flags)
    return [
        FlagLine(
            flag,
            names[flag.subject].title if _of_tool(flag) and flag.subject in names else subject_title(flag),
            flag.subject if _of_tool(flag) and flag.subject in names else "",
            accepted.get(flag.pk),
        )
        for flag in flags
    ]


def acceptances_so_far(flag: Flag) -> list[FlagAcceptance]:
    """Who accepted the risk of this rule for this subject, or took that back, the newest first."""
    rows = FlagAcceptance.objects.filter(rule=flag.rule, about=flag.about, subject=flag.subject)
    return list(rows.order_by("-pk"))


def subject_title(flag: Flag) -> str:
    """What an app or a source is called where no catalog knows it."""
    if flag.about == FlagSubject.SOURCE:
        return source_title(flag.subject)
    return flag.subject_name or flag.subject


def _of_tool(flag: Flag) -> bool:
    return flag.about == FlagSubject.TOOL


def _names(flags: Iterable[Flag]) -> dict[str, ToolName]:
    """Names of the tools that the inventory still holds."""
    keys = {flag.subject for flag in flags if _of_tool(flag)}
    if not keys:
        return {}
    return names_of(dict(Tool.objects.filter(key__in=keys).values_list("key", "vendor")))


def _narrowed(wanted: WantedFlags, **equal: str) -> QuerySet[Flag]:
    flags = Flag.objects.filter(folded_under="", **{name: value for name, value in equal.items() if value})
    return flags.filter(about=FlagSubject.TOOL, subject=wanted.tool) if wanted.tool else flags


def _counts(flags: QuerySet[Flag], column: str) -> dict[str, int]:
    return dict(flags.order_by().values_list(column).annotate(number=Count("pk")))
