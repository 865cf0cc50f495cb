"""Rules for texts: asked for on pages, played back and put into effect by a worker, undone in one action.

A rule's versions lie on one another like cards: a new version goes on top, an undo takes the top one
off, and what lies on top then holds. Each of both is a decision in the log, with who and why.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone

from discovery import openings
from discovery.decisions import WrongDecision, in_catalog
from discovery.models import AskedRule, Decision, Descriptor
from discovery.own_rules import NOT_AI, HeldRule, own_words, says, stored_pattern
from discovery.playback import play_back
from discovery.recognise import Recogniser
from discovery.reconsider import reconsider
from vendors.matching import Descriptor as Text
from vendors.matching.patterns import Pattern, Rule, Rules, WrongPattern, pattern

State = AskedRule.State
#: Rules that hold at once at most: more are a catalog, and belong into one.
MOST_RULES = 500
#: Without a sign of life for so long a playback is taken up by another worker.
_GIVEN_UP = timedelta(seconds=60)
#: Goes before every version that holds, as the newest does.
_NEWEST = sys.maxsize


# --- what pages ask -----------------------------------------------------------------------------------


def ask_rule(
    fits: str, text: str, channel: str, answer: str, *, actor: str, reason: str, of: AskedRule | None = None
) -> AskedRule:
    """Write a rule down, or with ``of`` a new version of one, to be played back. Raises WrongDecision."""
    try:
        pattern(fits, text, channel)
    except WrongPattern as wrong:
        raise WrongDecision(str(wrong)) from None
    if answer != NOT_AI and not in_catalog(answer):
        raise WrongDecision(f"{answer} is neither a product nor a vendor of the catalog")
    if not reason.strip():
        raise WrongDecision("say why: the reason is kept with the rule")
    if of is None and len(own_words().rules) >= MOST_RULES:
        raise WrongDecision(f"there are {MOST_RULES} rules; add products to the catalog instead")
    first = of and (of.of or of)
    return AskedRule.objects.create(
        of=first,
        fits=fits,
        text=text.strip(),
        channel=channel,
        answer=answer,
        actor=actor,
        reason=reason.strip(),
        expected=Descriptor.objects.count(),
    )


def accept(asked: AskedRule, *, actor: str) -> None:
    """Let a rule take effect that was played back; only who wrote it may. Raises WrongDecision."""
    if actor != asked.actor:
        raise WrongDecision(f"{asked.actor} wrote this rule and saves or drops it")
    if not AskedRule.objects.filter(pk=asked.pk, state=State.PLAYED).update(state=State.ACCEPTED):
        raise WrongDecision("this rule does not wait to be saved any more")


def drop(asked: AskedRule, *, actor: str) -> None:
    """Do not save a rule. Raises WrongDecision."""
    if actor != asked.actor:
        raise WrongDecision(f"{asked.actor} wrote this rule and saves or drops it")
    open_to_it = AskedRule.objects.filter(pk=asked.pk, state__in=[State.ASKED, State.PLAYED])
    if not open_to_it.update(state=State.DROPPED):
        raise WrongDecision("this rule does not wait to be saved any more")


def ask_undo(number: int, *, actor: str, reason: str) -> AskedRule:
    """Ask that the newest version of a rule gives way to the one before it. Raises WrongDecision."""
    if not reason.strip():
        raise WrongDecision("say why: the reason is kept with the rule")
    decisions = decisions_of(number)
    if not decisions or not decisions[-1].after:
        raise WrongDecision("this rule does not hold, so there is nothing to undo")
    try:
        with transaction.atomic():
            return AskedRule.objects.create(
                of_id=number,
                undoes=decisions[-1],
                actor=actor,
                reason=reason.strip(),
                state=State.ACCEPTED,
            )
    except IntegrityError:
        raise WrongDecision("this version is undone already") from None


def decisions_of(number: int) -> list[Decision]:
    """Every decision about a rule, the oldest first."""
    return list(Decision.objects.filter(kind=Decision.Kind.RULE, subject__rule=number).order_by("pk"))


# --- with the sealing key ---------------------------------------------------------------------------


def take_asked_rules() -> int:
    """Play back what was written and let what was accepted take effect; how many were taken up.

    Safe to repeat and to cut off. Records follow with ``follow_decisions``.
    """
    taken = 0
    for asked in AskedRule.objects.filter(state__in=[State.ASKED, State.ACCEPTED]).order_by("pk"):
        if asked.state == State.ASKED:
            taken += _play_back(asked)
        else:
            _take_effect(asked)
            taken += 1
    return taken


def _play_back(asked: AskedRule) -> bool:
    """Say what a rule would move; False where another worker is at it."""
    now = timezone.now()
    free = Q(busy_at=None) | Q(busy_at__lt=now - _GIVEN_UP)
    mine = AskedRule.objects.filter(pk=asked.pk, state=State.ASKED)
    if not mine.filter(free).update(busy_at=now, seen=0, expected=Descriptor.objects.count()):
        return False
    own = own_words()
    new, old = _held(asked), own.rule(asked.number)
    would = play_back(
        Recogniser(own=own.having(without=asked.number, new=new)),
        touches=_fits_one([new.pattern, *([old.pattern] if old else [])]),
        progress=lambda seen: mine.update(seen=F("seen") + seen, busy_at=timezone.now()) and None,
    )
    mine.update(state=State.PLAYED, would=would.as_dict(), busy_at=None)
    return True


def _held(asked: AskedRule) -> HeldRule:
    """The rule as it would hold, with somebody's consent to what it opens."""
    said = pattern(asked.fits, asked.text, asked.channel)
    return HeldRule(
        asked.number, _NEWEST, said, asked.answer, asked.actor, asked.reason, asked.made_at, opens=True
    )


def _take_effect(asked: AskedRule) -> None:
    try:
        with transaction.atomic():
            held = AskedRule.objects.select_for_update(of=("self",)).get(pk=asked.pk)
            if held.state != State.ACCEPTED:
                return
            if held.decision is None:
                held.decision = _decide(held)
                held.save(update_fields=["decision"])
    except WrongDecision as wrong:
        AskedRule.objects.filter(pk=asked.pk).update(state=State.REFUSED, refused=str(wrong))
        return
    changed = [stored_pattern(said) for said in (held.decision.before, held.decision.after) if said]
    reconsider(touches=_fits_one(changed))
    openings.ask_for_rule(held.number)
    AskedRule.objects.filter(pk=asked.pk).update(state=State.FOLLOWED)


def _fits_one(patterns: list[Pattern]) -> Callable[[Text], bool]:
    """Whether one of these fits a text: changing their rules can move no other text."""
    compiled = Rules(Rule(number, one, "") for number, one in enumerate(patterns))
    return lambda text: compiled.find(text) is not None


def _decide(asked: AskedRule) -> Decision:
    decisions = decisions_of(asked.number)
    before = decisions[-1].after if decisions else None
    if asked.undoes is not None:
        if decisions[-1] != asked.undoes:
            raise WrongDecision("a newer version of this rule holds; undo that one")
        stack = _stack(decisions)
        after = stack[-2] if len(stack) > 1 else None
    else:
        if asked.answer != NOT_AI and not in_catalog(asked.answer):
            raise WrongDecision(f"{asked.answer} is no longer in the catalog")
        after = says(pattern(asked.fits, asked.text, asked.channel), asked.answer)
    return Decision.objects.create(
        kind=Decision.Kind.RULE,
        subject={"rule": asked.number},
        before=before,
        after=after,
        actor=asked.actor,
        reason=asked.reason,
    )


def _stack(decisions: list[Decision]) -> list[dict[str, Any]]:
    """The versions of a rule that lie on one another, the one that holds last."""
    undoing = _undoing(decisions)
    stack: list[dict[str, Any]] = []
    for decision in decisions:
        if decision.pk in undoing:
            stack.pop()
        else:
            stack.append(decision.after)
    return stack


def _undoing(decisions: list[Decision]) -> set[int]:
    """Which of these undid another."""
    came_of = AskedRule.objects.filter(decision__in=decisions).exclude(undoes=None)
    return set(came_of.values_list("decision_id", flat=True))


@dataclass(frozen=True)
class Version:
    """A decision about a rule, as its history shows it. ``pattern`` and ``answer`` hold since then."""

    decision: Decision
    undo: bool
    pattern: Pattern | None
    answer: str


def history_of(number: int) -> list[Version]:
    """The versions of a rule and what was undone, the newest first. Two queries."""
    decisions = decisions_of(number)
    undoing = _undoing(decisions)
    return [
        Version(
            decision,
            decision.pk in undoing,
            stored_pattern(decision.after) if decision.after else None,
            decision.after["answer"] if decision.after else "",
        )
        for decision in reversed(decisions)
    ]
