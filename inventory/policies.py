"""Policies clear the bulk before a person looks: a rule over what weighs, with what it decides.

A policy is looked at first, on today's tools and on those that people decided about. Switched on, it
decides about tools that nobody has ever decided about, in logged batches of its own, and goes on to do
so as tools arrive. What a person decided or undid, no policy touches again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from inventory.company_time import day_of
from inventory.decisions import Change, WrongDecision, decide
from inventory.models import Policy, PolicyBatch, PolicySwitch, Snooze, Tool, ToolDecision, ToolStatus
from inventory.policy_terms import Conditions, Outcome
from inventory.snoozing import snooze
from inventory.weighing import Weighed, weigh

_DECIDED = (ToolStatus.SANCTIONED, ToolStatus.RESTRICTED, ToolStatus.PROHIBITED, ToolStatus.RETIRED)


@dataclass(frozen=True)
class Preview:
    """What a policy would do by what is known today."""

    decides: list[Weighed]  # tools that wait for a first decision
    agrees: list[Weighed]  # people decided the same about them
    disagrees: list[Weighed]  # people decided otherwise


def terms_of(policy: Policy) -> tuple[Conditions, Outcome]:
    return Conditions.restored(policy.conditions), Outcome(**policy.outcome)


def preview(conditions: Conditions, outcome: Outcome) -> Preview:
    """Try terms on every tool; changes nothing. A dozen queries."""
    weighed = [one for one in weigh() if conditions.hold_for(one)]
    by_people = _decided_by_people()
    past = [one for one in weighed if one.key in by_people and one.tool.status in _DECIDED]
    agrees = [one for one in past if not outcome.snoozes and one.tool.status == outcome.act]
    return Preview(
        decides=_untouched(weighed, outcome),
        agrees=agrees,
        disagrees=[one for one in past if one not in agrees and not outcome.snoozes],
    )


def make_policy(name: str, conditions: Conditions, outcome: Outcome, *, actor: str, now: datetime) -> Policy:
    """Write a policy down, switched off. Raises WrongDecision in one sentence."""
    name = " ".join(name.split())[:80]
    if not name:
        raise WrongDecision(_("give the policy a name: decisions are logged under it"))
    try:
        with transaction.atomic():
            return Policy.objects.create(
                name=name,
                conditions=conditions.stored(),
                outcome=outcome.stored(),
                made_by=actor,
                made_at=now,
            )
    except IntegrityError:
        raise WrongDecision(_("there is a policy of this name; choose another one")) from None


@transaction.atomic
def switch(policy: Policy, on: bool, *, actor: str, reason: str, now: datetime) -> int:
    """Switch a policy on, which lets it decide at once, or off, which leaves what it decided.

    The number of tools that it decided about. Raises WrongDecision.
    """
    if not reason.strip():
        raise WrongDecision(_("say why: the reason is kept with the policy"))
    if not Policy.objects.filter(pk=policy.pk, on=not on).update(on=on):
        raise WrongDecision(_("somebody has switched it already"))
    policy.on = on
    PolicySwitch.objects.create(policy=policy, on=on, actor=actor, reason=reason.strip(), made_at=now)
    return _apply(policy, weigh(), now) if on else 0


def apply_policies(now: datetime) -> int:
    """Let every policy that is on decide about what nobody has decided about; the number of tools.

    In the order in which they were made: the first that holds decides. Safe to repeat. One query where
    none is on.
    """
    policies = list(Policy.objects.filter(on=True).order_by("made_at", "pk"))
    return sum(_apply(policy, weigh(), now) for policy in policies)


def _apply(policy: Policy, weighed: Sequence[Weighed], now: datetime) -> int:
    conditions, outcome = terms_of(policy)
    keys = [one.key for one in would_decide(weighed, conditions, outcome)]
    if not keys:
        return 0
    actor = _("policy “%(name)s”") % {"name": policy.name}
    reason = _("policy “%(name)s”: %(outcome)s") % {"name": policy.name, "outcome": outcome.in_words()}
    until = day_of(now) + timedelta(days=outcome.days)
    if outcome.snoozes:
        snooze(keys, until, actor=actor, reason=reason, now=now)
        return len(keys)
    change = Change(status=outcome.act, conditions=outcome.conditions, review_due=until)
    with transaction.atomic():
        # Whoever decides at this moment goes first, and then the tool is no longer untouched.
        locked = set(
            Tool.objects.select_for_update()
            .filter(key__in=keys, status=ToolStatus.DISCOVERED, decided_at=None)
            .values_list("key", flat=True)
        )
        if not locked:
            return 0
        batch = decide(locked, change, actor=actor, reason=reason, now=now)
        PolicyBatch.objects.create(policy=policy, batch=batch)
    return len(locked)


def would_decide(weighed: Iterable[Weighed], conditions: Conditions, outcome: Outcome) -> list[Weighed]:
    """Those for which the conditions hold and about which nobody has ever decided."""
    return _untouched((one for one in weighed if conditions.hold_for(one)), outcome)


def _untouched(weighed: Iterable[Weighed], outcome: Outcome) -> list[Weighed]:
    """Those that nobody has ever decided about; for a snooze also, that nobody has ever snoozed."""
    held = set(Snooze.objects.values_list("tool", flat=True)) if outcome.snoozes else set()
    return [
        one
        for one in weighed
        if one.tool.status == ToolStatus.DISCOVERED and one.tool.decided_at is None and one.key not in held
    ]


def _decided_by_people() -> set[str]:
    """Tools whose present status a person gave. One query."""
    rows = ToolDecision.objects.filter(after__has_key="status").order_by("batch__made_at", "batch_id")
    by_person = dict(rows.values_list("tool", "batch__of_policy"))
    return {tool for tool, policy in by_person.items() if policy is None}
