"""Two are one, one is two: what people decide about purchases, kept as decisions between records."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from discovery.decisions import WrongDecision, settle_purchase
from discovery.models import Decision, JudgedRecords, Purchase, Record, UnderivedVendor
from inventory.purchase_lines import booking_record

_KINDS = (Decision.Kind.SAME_PURCHASE, Decision.Kind.DIFFERENT_PURCHASES)


def records_behind(purchase: Purchase) -> list[Record]:
    """Current records of a purchase, in the order of their days."""
    rows = Record.objects.filter(current=True, purchase=purchase)
    return list(rows.select_related("source", "person", "descriptor").order_by("date", "pk"))


def join(one: Purchase, other: Purchase, *, actor: str, reason: str) -> Decision:
    """Say that two purchases of a vendor are one. Raises WrongDecision."""
    if one.pk == other.pk or one.vendor != other.vendor or one.currency != other.currency:
        raise WrongDecision(_("choose another purchase of the same maker in the same currency"))
    pair = [_told_by(one), _told_by(other)]
    return _settle([(pair[0], pair[1], True)], actor, reason)


def split(purchase: Purchase, record: Record, *, actor: str, reason: str) -> Decision:
    """Say that a record tells of another purchase than those it was put with. Raises WrongDecision."""
    others = [
        other
        for other in records_behind(purchase)
        if other.pk != record.pk and other.kind == Record.Kind.SPEND  # what was metered is counted by month
    ]
    if record.purchase_id != purchase.pk or not others:
        raise WrongDecision(_("there is no other record behind this purchase that it could be split from"))
    return _settle([(record, other, False) for other in others], actor, reason)


def undo(act: int, *, actor: str, reason: str) -> Decision:
    """Undo what was decided in one go: what held before it holds again. Raises WrongDecision."""
    judged = list(JudgedRecords.objects.filter(act=act).select_related("decision").order_by("pk"))
    if not judged or act not in {line.act for line in in_force()}:
        raise WrongDecision(_("this decision does not hold any more"))
    pairs: list[tuple[Record, Record, bool | None]] = []
    for line in judged:
        one, other = _known(line.one_id), _known(line.other_id)
        if one is None or other is None:
            raise WrongDecision(_("a record that it is about is no longer kept"))
        pairs.append((one, other, _before(line.decision)))
    return _settle(pairs, actor, reason, undoes=act)


def _known(number: int | None) -> Record | None:
    return Record.objects.select_related("descriptor").filter(pk=number).first() if number else None


def _before(decision: Decision) -> bool | None:
    """What held about the same two records before a decision; None: the rule."""
    earlier = Decision.objects.filter(kind__in=_KINDS, subject=decision.subject, pk__lt=decision.pk)
    before = earlier.order_by("-pk").first()
    return before.kind == Decision.Kind.SAME_PURCHASE if before and before.after else None


def _told_by(purchase: Purchase) -> Record:
    records = records_behind(purchase)
    if not records:
        raise WrongDecision(_("no record tells of this purchase any more"))
    return booking_record(purchase, records) or records[0]


@transaction.atomic
def _settle(
    pairs: list[tuple[Record, Record, bool | None]], actor: str, reason: str, undoes: int | None = None
) -> Decision:
    first: Decision | None = None
    for one, other, same in pairs:
        decision = settle_purchase(one, other, same, actor=actor, reason=reason)
        first = first or decision
        JudgedRecords.objects.create(decision=decision, act=first, one=one, other=other, undoes_id=undoes)
    if first is None:
        raise WrongDecision(_("choose two records"))
    return first


# --- what was decided -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Act:
    """What somebody decided in one go about the records of purchases."""

    act: int
    decision: Decision
    same: bool
    records: list[Record]


def in_force(of: list[Record] | None = None) -> list[Act]:
    """Acts that hold, newest first; of some records only where they are given. Three queries."""
    rows: QuerySet[JudgedRecords] = JudgedRecords.objects.select_related(
        "decision", "one__source", "other__source"
    ).order_by("pk")
    undone = set(rows.exclude(undoes=None).values_list("undoes_id", flat=True))
    if of is not None:
        rows = rows.filter(Q(one__in=of) | Q(other__in=of))
    acts: dict[int, Act] = {}
    for row in rows.filter(undoes=None):
        if row.act_id in undone:
            continue
        act = acts.setdefault(
            row.act_id, Act(row.act_id, row.decision, row.decision.kind == Decision.Kind.SAME_PURCHASE, [])
        )
        act.records.extend(record for record in (row.one, row.other) if record and record not in act.records)
    return sorted(acts.values(), key=lambda act: -act.act)


def being_counted() -> bool:
    """Whether a worker still has purchases to work out again."""
    return UnderivedVendor.objects.exists()
