"""Own products that a later catalog holds too are joined with it: records, purchases and decisions follow.

A page writes down that two products are one; a worker, who has the sealing key, asks about every text
again and then carries over what people decided. Each step is safe to repeat.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from inventory.company_time import day_of
from inventory.decisions import Change, WrongDecision, decide
from inventory.decisions import undo as undo_batch
from inventory.models import (
    Attestation,
    CatalogJoin,
    DecisionBatch,
    Declaration,
    Tool,
    ToolStatus,
)
from inventory.recompute import StillBusy, rematch
from vendors import joining as products
from vendors.joining import NotJoined, offers
from vendors.load import load_catalog
from vendors.models import OwnFact, OwnPlan, OwnPrice

_LONGEST = 500
#: What people said of a tool that follows it to its new key.
_FOLLOWING = {"declarations": Declaration, "attestations": Attestation}
#: What the company says itself of a product follows it too, where nothing is said of the catalog's.
_WORDS: dict[str, type[OwnFact] | type[OwnPlan] | type[OwnPrice]] = {
    "facts": OwnFact,
    "plans": OwnPlan,
    "prices": OwnPrice,
}


def join(local: str, catalog: str, *, actor: str, reason: str, now: datetime) -> CatalogJoin:
    """Write down that an own product is one of the catalog. Raises NotJoined.

    Only what the catalog offers can be joined, so that nobody joins two tools by a slip.
    """
    reason = _checked(reason)
    if (local, catalog) not in {(offer.local, offer.catalog) for offer in offers()}:
        raise NotJoined(_("These two share no name or address, or are joined already."))
    try:
        with transaction.atomic():
            kept = {"product": products.join(local, catalog)}
            return CatalogJoin.objects.create(
                local=local, catalog=catalog, actor=actor, reason=reason, made_at=now, kept=kept
            )
    except IntegrityError:
        raise NotJoined(_("Somebody has joined them just now.")) from None


def undo(made: CatalogJoin, *, actor: str, reason: str, now: datetime) -> None:
    """Part two products again. Raises NotJoined."""
    reason = _checked(reason)
    with transaction.atomic():
        held = CatalogJoin.objects.filter(pk=made.pk, undone_at=None)
        if not held.update(undone_at=now, undone_by=actor, undone_reason=reason, settled_at=None):
            raise NotJoined(_("Somebody has undone it already."))
        made.refresh_from_db()
        products.separate(made.local, made.catalog, made.kept["product"])


def _checked(reason: str) -> str:
    if not (reason := reason.strip()) or len(reason) > _LONGEST:
        raise NotJoined(_("Say why, in at most 500 characters: the reason is kept."))
    return reason


# --- with the sealing key ---------------------------------------------------------------------------


def finish(now: datetime) -> None:
    """Let everything follow the joins that nobody has seen to yet. One query where there are none."""
    waiting = list(CatalogJoin.objects.filter(settled_at=None).order_by("pk"))
    if not waiting:
        return
    if products.loading_is_due():
        load_catalog()
    try:
        rematch(lambda asked: None, now)
    except StillBusy:  # a scan is being read: all is safe to do again when it has ended
        return
    for made in waiting:
        _settle(made, now)


@transaction.atomic
def _settle(made: CatalogJoin, now: datetime) -> None:
    """Carry decisions and people's words over, or back. Unless somebody undid it meanwhile."""
    held = CatalogJoin.objects.select_for_update().filter(pk=made.pk, undone_at=made.undone_at).first()
    if held is None or held.settled_at:
        return
    if held.local != held.catalog:
        if held.undone_at is None:
            held.kept = held.kept | _carry_over(held, now)
        else:
            _carry_back(held, now)
    held.settled_at = now
    held.save(update_fields=["kept", "settled_at"])


def _carry_over(made: CatalogJoin, now: datetime) -> dict[str, Any]:
    """Decisions about the own tool hold for the catalog's where nobody has decided about that; numbers of
    the batches and rows."""
    moved = {}
    for name, model in _FOLLOWING.items():
        rows = model.objects.filter(tool=made.local)
        moved[name] = list(rows.values_list("pk", flat=True))
        rows.update(tool=made.catalog)
    for name, words in _WORDS.items():
        moved[name] = [
            pk
            for pk in words.objects.filter(product=made.local, taken_back_at=None).values_list(
                "pk", flat=True
            )
            if _renamed(words, pk, made.catalog)
        ]
    tools = {tool.key: tool for tool in Tool.objects.filter(key__in=[made.local, made.catalog])}
    own, theirs = tools.get(made.local), tools.get(made.catalog)
    batches = []
    if own and own.decided_at:
        if theirs and not theirs.decided_at:
            batches += _decided(made.catalog, _standing(own, now), made, now)
        batches += _decided(made.local, Change(status=ToolStatus.RETIRED), made, now)
    return {"moved": moved, "batches": batches}


def _renamed(words: type[OwnFact] | type[OwnPlan] | type[OwnPrice], number: int, product: str) -> bool:
    """Let a word be about another product; not where one in its place holds of that already."""
    try:
        with transaction.atomic():
            return bool(words.objects.filter(pk=number).update(product=product))
    except IntegrityError:
        return False


def _carry_back(made: CatalogJoin, now: datetime) -> None:
    """Undo what following decided, unless somebody decided otherwise since."""
    for name, model in _FOLLOWING.items():
        numbers = made.kept.get("moved", {}).get(name, [])
        model.objects.filter(pk__in=numbers, tool=made.catalog).update(tool=made.local)
    for name, words in _WORDS.items():
        for number in made.kept.get("moved", {}).get(name, []):
            if words.objects.filter(pk=number, product=made.catalog).exists():
                _renamed(words, number, made.local)
    for number in reversed(made.kept.get("batches", [])):
        batch = DecisionBatch.objects.get(pk=number)
        reason = _("%(local)s is not %(catalog)s after all: %(reason)s") % {
            "local": made.local,
            "catalog": made.catalog,
            "reason": made.undone_reason,
        }
        try:
            undo_batch(batch, actor=made.undone_by, reason=reason, now=now)
        except WrongDecision:  # a newer decision of a person stands
            continue


def _standing(own: Tool, now: datetime) -> Change:
    """What people decided about a tool, as one decision."""
    ahead = own.review_due is not None and own.review_due > day_of(now)
    return Change(
        status=own.status,
        conditions=own.conditions,
        allowed_departments=own.allowed_departments,
        allowed_data=own.allowed_data,
        owner=own.owner,
        technical_owner=own.technical_owner,
        tags=own.tags,
        **({"review_due": own.review_due} if ahead else {}),
    )


def _decided(tool: str, change: Change, made: CatalogJoin, now: datetime) -> list[int]:
    reason = _("%(local)s is %(catalog)s: %(reason)s") % {
        "local": made.local,
        "catalog": made.catalog,
        "reason": made.reason,
    }
    try:
        return [decide([tool], change, actor=made.actor, reason=reason, now=now).pk]
    except WrongDecision:  # so already
        return []
