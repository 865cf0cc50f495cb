"""What this company says itself of products, as pages show it; with it, flags are worked out again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from inventory.fact_lines import words_for
from inventory.flags.marks import EVERYTHING, tools_to_check
from inventory.product_page import TIER_NAMES, terms_in_words
from inventory.templatetags.penumbra import money
from vendors.models import Capability, OwnCapabilities, OwnFact, OwnPlan, OwnPrice, Plan, Product
from vendors.own import OwnWord, take_back
from vendors.risk_attributes import attributes

T = TypeVar("T")

KINDS: dict[str, type[OwnFact] | type[OwnPlan] | type[OwnPrice] | type[OwnCapabilities]] = {
    "fact": OwnFact,
    "plan": OwnPlan,
    "price": OwnPrice,
    "capabilities": OwnCapabilities,
}


@dataclass(frozen=True, slots=True)
class WordLine:
    """A word in the order of saying. ``kind`` and ``number`` name it for taking it back."""

    kind: str
    number: int
    what: str
    said: str
    source: str
    actor: str
    reason: str
    made_at: datetime
    taken_back_by: str
    taken_back_at: datetime | None
    taken_back_reason: str


@dataclass(frozen=True, slots=True)
class OwnJobs:
    """This company's word on what a product does, and what the catalog says, in words."""

    actor: str
    reason: str
    made_at: datetime
    catalog_names: str


def said(product: Product, say: Callable[[], T]) -> T:
    """Say something of a product; its flags, or those of all tools side by side, follow."""
    with transaction.atomic():
        word = say()
        tools_to_check([EVERYTHING if isinstance(word, OwnCapabilities) else product.key])
        return word


def taken_back(word: OwnWord, *, actor: str, reason: str, now: datetime) -> None:
    """Give the catalog its say again; flags follow. Raises NotSaid."""
    with transaction.atomic():
        take_back(word, actor=actor, reason=reason, now=now)
        tools_to_check([EVERYTHING if isinstance(word, OwnCapabilities) else word.product])


def words_of(product: Product) -> list[WordLine]:
    """Everything that was ever said here of a product: what holds first, then the newest first."""
    plans = dict(Plan.objects.filter(product=product).values_list("key", "name"))
    plans |= dict(OwnPlan.objects.filter(product=product.key).values_list("key", "name"))
    jobs = dict(Capability.objects.values_list("key", "name"))
    lines = [
        WordLine(
            kind,
            word.pk,
            *_in_words(word, plans, jobs),
            word.source,
            word.actor,
            word.reason,
            word.made_at,
            word.taken_back_by,
            word.taken_back_at,
            word.taken_back_reason,
        )
        for kind, model in KINDS.items()
        for word in model.objects.filter(product=product.key)
    ]
    lines.sort(key=lambda line: line.made_at, reverse=True)
    return sorted(lines, key=lambda line: line.taken_back_at is not None)


def own_jobs_of(product: Product) -> OwnJobs | None:
    """The word that holds on what a product does here."""
    word = OwnCapabilities.objects.filter(product=product.key, taken_back_at=None).first()
    if word is None:
        return None
    names = dict(Capability.objects.filter(key__in=word.catalog).values_list("key", "name"))
    return OwnJobs(
        word.actor, word.reason, word.made_at, ", ".join(names.get(key, key) for key in word.catalog)
    )


def _in_words(word: OwnWord, plans: dict[str, str], jobs: dict[str, str]) -> tuple[str, str]:
    """What it is about, and what is said."""
    match word:
        case OwnFact():
            attribute = attributes().get(word.attribute)
            about = attribute.name if attribute else word.attribute
            if word.plans:
                named = ", ".join(plans.get(key, key) for key in word.plans.split())
                about = _("%(what)s, on %(plans)s") % {"what": about, "plans": named}
            return about, words_for(attribute, word.value) if attribute else word.value
        case OwnPlan():
            return _("Plan %(plan)s") % {"plan": word.name}, str(TIER_NAMES[word.tier])
        case OwnPrice():
            terms = terms_in_words(word.per, word.every)
            return (
                _("Price of %(plan)s") % {"plan": plans.get(word.plan, word.plan)},
                f"{word.currency} {money(word.amount)} {terms}",
            )
        case OwnCapabilities():
            return _("What it does"), ", ".join(jobs.get(key, key) for key in word.capabilities)
