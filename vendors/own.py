"""A company's own word on products of the catalog: facts, plans, what it pays, what a product is used for.

It goes before what the catalog says, which stays readable beside it, and no loading touches it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from vendors.fact_files import EVERY, PER, TIERS
from vendors.models import (
    Capability,
    OwnCapabilities,
    OwnFact,
    OwnPlan,
    OwnPrice,
    Plan,
    Product,
    ProductCapability,
)
from vendors.risk_attributes import ADDRESS, attributes

OwnWord = OwnFact | OwnPlan | OwnPrice | OwnCapabilities
W = TypeVar("W", OwnFact, OwnPlan, OwnPrice, OwnCapabilities)

_LONGEST = 500
_MILLION = Decimal(1_000_000)
_MOST = Decimal(10**9)
MOST_CAPABILITIES = 8  # no product of the catalog has more


class NotSaid(ValueError):
    """What cannot be said as it is: one sentence that says why."""


def say_fact(
    product: Product,
    attribute: str,
    value: object,
    plans: Collection[str],
    *,
    source: str,
    actor: str,
    reason: str,
    now: datetime,
) -> OwnFact:
    """Say what an attribute of a product is here, on these plans or, where none is named, on all.

    ``value``: as a data file would have it. What was said of it before on the same plans is taken back.
    Raises NotSaid.
    """
    known = attributes().get(attribute)
    if known is None:
        raise NotSaid(_("Choose what it is about from the list."))
    try:
        kept = known.stored(value)
    except ValueError as wrong:
        raise NotSaid(f"{known.name}: {wrong}") from None
    missing = set(plans) - plans_here(product).keys()
    if missing:
        raise NotSaid(
            _("%(plan)s is no plan of %(product)s.") % {"plan": min(missing), "product": product.name}
        )
    word = OwnFact(product=product.key, attribute=attribute, value=kept, plans=" ".join(sorted(set(plans))))
    word.apart = kept if known.repeats else ""
    same = OwnFact.objects.filter(
        product=product.key, attribute=attribute, plans=word.plans, apart=word.apart
    )
    return _say(word, same, source, actor, reason, now)


def say_plan(
    product: Product, name: str, tier: str, *, source: str, actor: str, reason: str, now: datetime
) -> OwnPlan:
    """Say that this company has a plan of that name, and for whom it is sold. A name that a plan of the
    catalog has says of that one what tier it is here. Raises NotSaid."""
    name = " ".join(name.split())
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    key = "-".join(re.findall(r"[a-z0-9]+", plain))[:60].strip("-")
    if not key or len(name) > 80:
        raise NotSaid(_("Name the plan in at most 80 letters, some of them Latin ones or digits."))
    if tier not in TIERS:
        raise NotSaid(_("Say for whom the plan is sold."))
    for known, title in Plan.objects.filter(product=product).values_list("key", "name"):
        if name.casefold() in (known, title.casefold()):
            key = known
    word = OwnPlan(product=product.key, key=key, name=name, tier=tier)
    same = OwnPlan.objects.filter(product=product.key, key=key)
    return _say(word, same, source, actor, reason, now)


def plans_here(product: Product) -> dict[str, str]:
    """Key → name of the plans that can be named here: the catalog's on sale, and the company's own."""
    found = dict(Plan.objects.filter(product=product, withdrawn=False).values_list("key", "name"))
    own = OwnPlan.objects.filter(product=product.key, taken_back_at=None).order_by("pk")
    return found | dict(own.values_list("key", "name"))


def say_price(
    product: Product,
    plan: str,
    amount: str,
    currency: str,
    per: str,
    every: str,
    *,
    source: str,
    actor: str,
    reason: str,
    now: datetime,
) -> OwnPrice:
    """Say what this company pays on a plan. Raises NotSaid."""
    if plan not in plans_here(product):
        raise NotSaid(_("Choose one of its plans."))
    try:
        exact = Decimal(amount.strip().replace(" ", ""))
    except InvalidOperation:
        exact = Decimal("NaN")
    if not exact.is_finite() or not 0 <= exact < _MOST or exact * _MILLION % 1:
        raise NotSaid(_("Write the amount as a number such as 32.50."))
    code = currency.strip().upper()
    if len(code) != 3 or not (code.isascii() and code.isalpha()):
        raise NotSaid(_("Write the currency with three letters, such as EUR."))
    if per not in PER or every not in EVERY:
        raise NotSaid(_("Say what the price is for and how often it is charged."))
    word = OwnPrice(
        product=product.key, plan=plan, amount=int(exact * _MILLION), currency=code, per=per, every=every
    )
    same = OwnPrice.objects.filter(product=product.key, plan=plan, currency=code, per=per, every=every)
    return _say(word, same, source, actor, reason, now)


def say_capabilities(
    product: Product, keys: Sequence[str], *, source: str = "", actor: str, reason: str, now: datetime
) -> OwnCapabilities:
    """Say what a product does here, the main thing first. Raises NotSaid."""
    wanted = list(dict.fromkeys(key for key in keys if key))
    if not wanted or len(wanted) > MOST_CAPABILITIES:
        raise NotSaid(_("Choose between one and %(most)s things that it does.") % {"most": MOST_CAPABILITIES})
    if len(set(Capability.objects.filter(key__in=wanted).values_list("key", flat=True))) < len(wanted):
        raise NotSaid(_("Choose what it does from the list."))
    with transaction.atomic():
        standing = OwnCapabilities.objects.filter(product=product.key, taken_back_at=None).first()
        said = standing.catalog if standing else capabilities_now(product)
        word = OwnCapabilities(product=product.key, capabilities=wanted, catalog=said)
        same = OwnCapabilities.objects.filter(product=product.key)
        word = _say(word, same, source, actor, reason, now)
        link_capabilities(product, wanted)
        return word


def take_back(word: OwnWord, *, actor: str, reason: str, now: datetime) -> None:
    """Give the catalog its say again. Raises NotSaid where no reason is given or it was taken back before."""
    if not (reason := reason.strip()):
        raise NotSaid(_("Say why: the reason is kept."))
    with transaction.atomic():
        held = type(word).objects.filter(pk=word.pk, taken_back_at=None)
        if not held.update(taken_back_by=actor, taken_back_at=now, taken_back_reason=reason[:_LONGEST]):
            raise NotSaid(_("Somebody took it back already."))
        if isinstance(word, OwnCapabilities):
            word.refresh_from_db()
            if product := Product.objects.filter(key=word.product).first():
                link_capabilities(product, word.catalog)


def capabilities_now(product: Product) -> list[str]:
    """Keys of what is linked to a product, the main thing first."""
    links = ProductCapability.objects.filter(product=product).order_by("position")
    return list(links.values_list("capability__key", flat=True))


def _say(word: W, same: QuerySet[Any], source: str, actor: str, reason: str, now: datetime) -> W:
    """Store a word in the place of what was said in its place before."""
    source, reason = source.strip(), reason.strip()
    if not reason or len(reason) > _LONGEST:
        raise NotSaid(_("Say why, in at most 500 characters: the reason is kept."))
    if source and (len(source) > _LONGEST or not ADDRESS.fullmatch(source)):
        raise NotSaid(_("The source is an address that begins with https://, or leave it empty."))
    word.source, word.actor, word.reason, word.made_at = source, actor, reason, now
    try:
        with transaction.atomic():
            same.filter(taken_back_at=None).update(
                taken_back_by=actor, taken_back_at=now, taken_back_reason=_("Said anew.")
            )
            word.save()
    except IntegrityError:
        raise NotSaid(_("Somebody said something else of it just now; look at it again.")) from None
    return word


def link_capabilities(product: Product, keys: Sequence[str]) -> None:
    """Let a product do these things and no others; what is no capability any more is left out."""
    numbers = dict(Capability.objects.filter(key__in=keys).values_list("key", "pk"))
    ProductCapability.objects.filter(product=product).delete()
    ProductCapability.objects.bulk_create(
        ProductCapability(product=product, capability_id=numbers[key], position=position)
        for position, key in enumerate(key for key in keys if key in numbers)
    )
