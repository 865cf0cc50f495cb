"""Flags as they are stored: they open, close by themselves, and stay closed while a risk is accepted.

What stands is worked out from facts, the day and the acceptances, and what differs is written. So
working it out again changes nothing, and a cut-off run is simply repeated. Facts are collected
outside any transaction; where somebody else wrote flags meanwhile, it starts again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import F, Q, QuerySet

from inventory.company_time import day_of
from inventory.flags import RULE_BY_ID, RULES, findings
from inventory.flags.collect import app_facts, job_facts, source_facts, tool_facts
from inventory.flags.facts import AppFacts, Facts, JobFacts, SourceFacts
from inventory.flags.marks import EVERYTHING
from inventory.flags.rule import Finding
from inventory.models import Flag, FlagAcceptance, FlagSubject, FlagTurn, ToolToCheck

#: Subjects that a transaction writes: some hundred flags, a few hundredths of a second.
_SUBJECTS = 300
_ROWS = 500
_DERIVED = (
    "subject_name",
    "severity",
    "state",
    "folded_under",
    "since",
    "detail",
    "evidence",
    "closed_at",
)
_Subject = tuple[str, str]  # what it is about, and its key


class WrongAcceptance(ValueError):
    """An acceptance that cannot be: one sentence that says why."""


class WrongState(WrongAcceptance):
    """An acceptance that does not go with the state its flag is in."""


class _Overtaken(Exception):
    """Another process wrote flags meanwhile; ours may rest on older facts."""


def check_marked(now: datetime) -> None:
    """Work out the flags of all tools that changed since it was last done, or of everything.

    Safe to call at any time, any number of times, by several processes.
    """
    if ToolToCheck.objects.filter(tool=EVERYTHING).exists():
        check_all(now)
    elif marks := list(ToolToCheck.objects.order_by("tool")):
        _check({mark.tool for mark in marks}, marks, now)


def check_tools(keys: Collection[str], now: datetime) -> None:
    """Work out the flags of these tools now."""
    _check(set(keys), list(ToolToCheck.objects.filter(tool__in=keys)), now)


def check_all(now: datetime) -> None:
    """Work out every flag: days pass without a scan, too."""
    marks = list(ToolToCheck.objects.order_by("tool"))
    _check(None, [mark for mark in marks if mark.tool != EVERYTHING], now)
    _answered([mark for mark in marks if mark.tool == EVERYTHING])  # last: cut off before, all is done again


def accept(flags: Iterable[Flag], until: date, *, actor: str, reason: str, now: datetime) -> None:
    """Accept the risk of flags until a day, as long as their evidence stays the same.

    Raises WrongAcceptance, and changes nothing, where that makes no sense.
    """
    if until <= day_of(now):
        raise WrongAcceptance(f"a risk is accepted until a day in the future, and {until} is none")
    _answer(flags, until, actor, reason, now)


def take_back(flags: Iterable[Flag], *, actor: str, reason: str, now: datetime) -> None:
    """End the acceptance of these flags' risks: what still holds is open again."""
    _answer(flags, None, actor, reason, now)


def _answer(flags: Iterable[Flag], until: date | None, actor: str, reason: str, now: datetime) -> None:
    flags = list(flags)
    if not reason.strip():
        raise WrongAcceptance("say why: the reason is kept with the acceptance")
    if not actor.strip():
        raise WrongAcceptance("say who accepts: the name is kept with the acceptance")
    if gone := [flag for flag in flags if flag.state == Flag.State.CLOSED]:
        raise WrongState(f"the flag {gone[0]} is closed; there is no risk to accept")
    if until is None and (open_ := [flag for flag in flags if flag.state == Flag.State.OPEN]):
        raise WrongState(f"nobody accepted the flag {open_[0]}; it is open")
    FlagAcceptance.objects.bulk_create(
        [
            FlagAcceptance(
                rule=flag.rule,
                about=flag.about,
                subject=flag.subject,
                evidence=flag.evidence,
                until=until,
                actor=actor.strip(),
                reason=reason.strip(),
                made_at=now,
            )
            for flag in flags
        ],
        batch_size=_ROWS,
    )
    check_tools([flag.subject for flag in flags if flag.about == FlagSubject.TOOL], now)


def acceptances_of(flags: Iterable[Flag]) -> dict[int, FlagAcceptance]:
    """Flag → the acceptance that holds it closed. One query."""
    accepted = [flag for flag in flags if flag.state == Flag.State.ACCEPTED]
    newest = _newest_acceptances({flag.subject for flag in accepted})
    return {flag.pk: newest[flag.rule, flag.about, flag.subject] for flag in accepted}


def flags_of(subject: str, about: str = FlagSubject.TOOL) -> list[Flag]:
    """Flags of a subject that are not closed, the most severe first. One query."""
    flags = Flag.objects.filter(about=about, subject=subject).exclude(state=Flag.State.CLOSED)
    return sorted(flags, key=lambda flag: (RULE_BY_ID[flag.rule].severity.rank, flag.since, flag.rule))


# --- working out and writing ------------------------------------------------------------------------


@dataclass
class _Wanted:
    """What is to stand of one finding."""

    finding: Finding
    name: str
    state: str
    folded_under: str = ""


def _check(keys: set[str] | None, marks: list[ToolToCheck], now: datetime) -> None:
    FlagTurn.objects.get_or_create(pk=1)
    today = day_of(now)
    while True:
        turn = FlagTurn.objects.get(pk=1).serial
        jobs = job_facts(keys, today)
        facts: list[Facts] = [*tool_facts(keys, today), *jobs, *app_facts(today), *source_facts(today)]
        wanted = _wanted(facts, today)
        stored: dict[_Subject, list[Flag]] = defaultdict(list)
        for flag in _standing(keys, {job.subject for job in jobs}):
            stored[flag.about, flag.subject].append(flag)
        of_tool = {(FlagSubject.TOOL.value, mark.tool): mark for mark in marks}
        subjects = sorted(stored.keys() | wanted.keys() | of_tool.keys())
        try:
            for start in range(0, len(subjects), _SUBJECTS):
                some = subjects[start : start + _SUBJECTS]
                answered = [of_tool[subject] for subject in some if subject in of_tool]
                turn = _write(
                    turn,
                    [flag for subject in some for flag in stored.get(subject, [])],
                    [one for subject in some for one in wanted.get(subject, [])],
                    answered,
                    now,
                )
            return
        except _Overtaken:
            continue


def would_stand(keys: set[str], today: date) -> dict[tuple[str, str], str]:
    """(rule, tool) → state of the flags that these tools have by what is stored now. Writes nothing."""
    wanted = _wanted([*tool_facts(keys, today), *job_facts(keys, today)], today)
    return {
        (one.finding.rule.id, subject): one.state
        for (_about, subject), found in wanted.items()
        if subject in keys
        for one in found
    }


def _standing(keys: set[str] | None, side_by_side: set[str]) -> QuerySet[Flag]:
    """Flags that are not closed and were asked about: all of these tools, apps and sources, and of tools
    that are side by side with them what that tells."""
    flags = Flag.objects.exclude(state=Flag.State.CLOSED).order_by("pk")
    if keys is None:
        return flags
    asked = [rule.id for rule in RULES if JobFacts in rule.about]
    return flags.filter(
        ~Q(about=FlagSubject.TOOL) | Q(subject__in=keys) | Q(subject__in=side_by_side, rule__in=asked)
    )


def _wanted(facts: list[Facts], today: date) -> dict[_Subject, list[_Wanted]]:
    """What is to stand of every subject: found, accepted or not, folded under the stronger."""
    names = {(one.kind, one.subject): one.name for one in facts if isinstance(one, AppFacts | SourceFacts)}
    found = findings(facts)
    accepted = _newest_acceptances({finding.subject for finding in found})
    wanted: dict[_Subject, list[_Wanted]] = defaultdict(list)
    for finding in found:
        acceptance = accepted.get((finding.rule.id, finding.about, finding.subject))
        holds = (
            acceptance is not None
            and acceptance.until is not None
            and acceptance.until >= today
            and acceptance.evidence == finding.digest
        )
        state = Flag.State.ACCEPTED if holds else Flag.State.OPEN
        subject = (finding.about, finding.subject)
        wanted[subject].append(_Wanted(finding, names.get(subject, ""), state))
    for same in wanted.values():
        standing = {one.finding.rule.id for one in same if one.state == Flag.State.OPEN}
        for one in same:
            if one.state == Flag.State.OPEN:
                one.folded_under = next((rule for rule in one.finding.rule.under if rule in standing), "")
    return wanted


def _newest_acceptances(subjects: set[str]) -> dict[tuple[str, str, str], FlagAcceptance]:
    """(rule, about, subject) → the acceptance that was written last. One query."""
    rows = FlagAcceptance.objects.order_by("made_at", "pk")
    if len(subjects) < _ROWS:
        rows = rows.filter(subject__in=subjects)
    return {(row.rule, row.about, row.subject): row for row in rows}


@transaction.atomic
def _write(
    turn: int, stored: list[Flag], wanted: list[_Wanted], marks: list[ToolToCheck], now: datetime
) -> int:
    """One commit: flags that differ, and the marks they answer unless raised meanwhile. The next turn."""
    if not FlagTurn.objects.filter(pk=1, serial=turn).update(serial=F("serial") + 1):
        raise _Overtaken
    standing = {(flag.rule, flag.about, flag.subject): flag for flag in stored}
    fresh, changed = [], []
    for one in wanted:
        values = _values(one)
        flag = standing.pop((one.finding.rule.id, one.finding.about, one.finding.subject), None)
        if flag is None:
            fresh.append(
                Flag(
                    rule=one.finding.rule.id,
                    about=one.finding.about,
                    subject=one.finding.subject,
                    opened_at=now,
                    **values,
                )
            )
        elif any(getattr(flag, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(flag, name, value)
            changed.append(flag)
    for flag in standing.values():
        flag.state, flag.folded_under, flag.closed_at = Flag.State.CLOSED, "", now
        if flag.about == FlagSubject.APP:  # somebody may have called it not AI: then its text is sealed
            flag.subject_name = ""
        changed.append(flag)
    Flag.objects.bulk_update(changed, _DERIVED, batch_size=_ROWS)
    Flag.objects.bulk_create(fresh, batch_size=_ROWS)
    _answered(marks)
    return turn + 1


def _answered(marks: Iterable[ToolToCheck]) -> None:
    """Take marks away, unless they were raised meanwhile."""
    by_serial: dict[int, list[int]] = defaultdict(list)
    for mark in marks:
        by_serial[mark.serial].append(mark.pk)
    for serial, numbers in by_serial.items():
        ToolToCheck.objects.filter(pk__in=numbers, serial=serial).delete()


def _values(one: _Wanted) -> dict[str, object]:
    return {
        "subject_name": one.name,
        "severity": one.finding.rule.severity.value,
        "state": one.state,
        "folded_under": one.folded_under,
        "since": one.finding.since,
        "detail": one.finding.detail.stored(),
        "evidence": one.finding.digest,
    }
