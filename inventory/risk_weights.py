"""How much each question of risk weighs in this company: stored with who and why, and given back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from inventory.models import RiskWeights
from inventory.risk import QUESTIONS, SHIPPED_WEIGHTS, Weights

#: What all weights come to together, so that ranges of any two companies and days can be compared.
WHOLE = 100
_LONGEST = 500


class NotWeighed(ValueError):
    """Weights that cannot be: one sentence that says why."""


def weights_now() -> Weights:
    """The company's weights, or the shipped ones where it has none. One query."""
    newest = newest_change()
    return _stored(newest) if newest else SHIPPED_WEIGHTS


def newest_change() -> RiskWeights | None:
    return RiskWeights.objects.order_by("-version").first()


def _stored(change: RiskWeights) -> Weights:
    """Its weights; the shipped ones where newer software asks other questions than it answers."""
    stored = change.weights
    return stored if stored and stored.keys() == SHIPPED_WEIGHTS.keys() else SHIPPED_WEIGHTS


def checked(stated: Mapping[str, str]) -> Weights:
    """Weights as a form states them. Raises NotWeighed in one sentence."""
    weights = {}
    for question, name in QUESTIONS.items():
        text = stated.get(question, "").strip()
        if not (text.isascii() and text.isdigit() and len(text) <= 3 and int(text) <= WHOLE):
            raise NotWeighed(_("%(question)s: write a whole number from 0 to 100.") % {"question": name})
        weights[question] = int(text)
    if (together := sum(weights.values())) != WHOLE:
        raise NotWeighed(
            _("Together they come to %(sum)s and must come to 100; change some of them.") % {"sum": together}
        )
    return weights


def change_weights(
    weights: Weights | None, *, over: int, actor: str, reason: str, now: datetime
) -> RiskWeights:
    """Let other weights hold from now on; None: the shipped ones.

    ``over``: the version that whoever changes them has seen, 0 for none. Raises NotWeighed where that is not
    the newest any more, where nothing would change, and where no reason is given.
    """
    reason = reason.strip()
    if not reason or len(reason) > _LONGEST:
        raise NotWeighed(_("Say why, in at most 500 characters: the reason is kept."))
    newest = newest_change()
    if over != (newest.version if newest else 0):
        raise NotWeighed(_("Somebody has changed the weights meanwhile; look at them again."))
    if dict(weights or SHIPPED_WEIGHTS) == dict(weights_now()):
        raise NotWeighed(_("These weights hold already."))
    try:
        with transaction.atomic():
            return RiskWeights.objects.create(
                version=over + 1,
                weights=dict(weights) if weights else None,
                actor=actor,
                reason=reason,
                made_at=now,
            )
    except IntegrityError:
        raise NotWeighed(_("Somebody has changed the weights meanwhile; look at them again.")) from None


def changes() -> list[tuple[RiskWeights, list[tuple[str, int, int]]]]:
    """Every change, the newest first, with (question, before, after) of what it changed."""
    told = []
    before: Weights = SHIPPED_WEIGHTS
    for change in RiskWeights.objects.order_by("version"):
        after = _stored(change)
        differing = [
            (str(QUESTIONS[key]), before[key], after[key]) for key in after if before[key] != after[key]
        ]
        told.append((change, differing))
        before = after
    return told[::-1]
