"""Sealed records that rules or products of the company's own would open: only with a second person's word.

What the company wrote itself holds at once for what is readable and for texts that come in. What the
shipped catalog's matcher sealed stays sealed until somebody else with the right to agree does so; who
asked, who agreed and how much was opened is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from discovery.decisions import WrongDecision
from discovery.models import Decision, SealOpening
from discovery.own_rules import OwnWords, own_words, product_keys
from discovery.playback import Playback, play_back
from discovery.recognise import Recogniser
from discovery.reconsider import reconsider
from vendors.matching import Descriptor as Text
from vendors.matching.patterns import Rules

State = SealOpening.State


def waiting() -> QuerySet[SealOpening]:
    """What waits for somebody's word, the oldest first."""
    return SealOpening.objects.filter(state=State.WAITING).order_by("pk")


def answer(opening: SealOpening, agree: bool, *, actor: str, reason: str, now: datetime) -> None:
    """Agree that sealed records are opened, or refuse it. A worker opens them. Raises WrongDecision."""
    if not reason.strip():
        raise WrongDecision("say why: the reason is kept with the answer")
    if actor == opening.asked_by:
        raise WrongDecision("you asked for this; somebody else has to answer")
    answered = SealOpening.objects.filter(pk=opening.pk, state=State.WAITING).update(
        state=State.AGREED if agree else State.REFUSED,
        answered_by=actor,
        answered_at=now,
        answer_reason=reason.strip(),
    )
    if not answered:
        raise WrongDecision("this does not wait for an answer any more")


# --- with the sealing key ---------------------------------------------------------------------------


def ask_for_product(product: str, *, asked_by: str, reason: str) -> SealOpening | None:
    """Ask whether a product of the company's own may open what it would; None where that is nothing."""
    key = product_keys([product]).get(product)
    if key is None or product not in own_words().closed:
        return None
    would = play_back(Recogniser(own=own_words().opening_product(product)))
    return _ask(key, would, product=product, asked_by=asked_by, reason=reason)


def ask_for_products(*, asked_by: str, reason: str) -> list[SealOpening]:
    """Ask for every product of the company's own that nobody has agreed to or refused as it is now."""
    answered = set(SealOpening.objects.values_list("key", flat=True))
    keys = product_keys(own_words().closed)
    wanted = sorted(product for product, key in keys.items() if key not in answered)
    asked = (ask_for_product(product, asked_by=asked_by, reason=reason) for product in wanted)
    return [opening for opening in asked if opening is not None]


def ask_for_rule(number: int) -> SealOpening | None:
    """Ask whether a rule may open what it would; None where that is nothing."""
    own = own_words()
    rule = own.rule(number)
    if rule is None or rule.opens or not rule.may_open:
        return None
    would = play_back(Recogniser(own=own.opening_rule(number)), touches=touched_by(own, number))
    return _ask(rule.key, would, rule=number, asked_by=rule.actor, reason=rule.reason)


def _ask(
    key: str, would: Playback, *, asked_by: str, reason: str, rule: int | None = None, product: str = ""
) -> SealOpening | None:
    if not would.opens_descriptors:
        return None
    try:
        with transaction.atomic():
            return SealOpening.objects.create(
                key=key,
                rule=rule,
                product=product,
                asked_by=asked_by,
                reason=reason,
                descriptors=would.opens_descriptors,
                records=would.opens_records,
            )
    except IntegrityError:  # it waits already
        return None


def take_answers() -> int:
    """Open what somebody agreed to, and let lapse what no longer holds; how many were taken up.

    Safe to repeat and to cut off. Records follow with ``follow_decisions``.
    """
    taken = 0
    for opening in SealOpening.objects.filter(state__in=[State.WAITING, State.AGREED]).order_by("pk"):
        own = own_words()
        if opening.key not in own.all_keys():
            SealOpening.objects.filter(pk=opening.pk).update(state=State.LAPSED)
            continue
        if opening.state == State.AGREED:
            _open(opening, own)
            taken += 1
    return taken


def _open(opening: SealOpening, own: OwnWords) -> None:
    if opening.rule is not None:
        after, touches = own.opening_rule(opening.rule), touched_by(own, opening.rule)
    else:
        after, touches = own.opening_product(opening.product), None
    if opening.opened_descriptors is None:
        would = play_back(Recogniser(own=after), touches=touches)
        with transaction.atomic():
            opening.opened_descriptors, opening.opened_records = would.opens_descriptors, would.opens_records
            opening.save(update_fields=["opened_descriptors", "opened_records"])
            Decision.objects.create(
                kind=Decision.Kind.OPENING,
                subject={"key": opening.key, "rule": opening.rule, "product": opening.product},
                after=True,
                actor=opening.answered_by,
                reason=opening.answer_reason,
            )
    reconsider(touches=touches)
    SealOpening.objects.filter(pk=opening.pk).update(state=State.OPENED)


def touched_by(own: OwnWords, number: int) -> Callable[[Text], bool]:
    """Whether the rule of this number fits a text."""
    only = Rules(rule for rule in own.compiled.rules if own.by_version[rule.number].number == number)
    return lambda text: only.find(text) is not None
