"""Metered use between the database and :mod:`discovery.consumption`: records in, purchases and months out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction

from discovery.connectors import is_gateway
from discovery.connectors.base import Kind
from discovery.consumption import Bought, Charge, Consumed, Metered
from discovery.identity import record_key, version_key
from discovery.models import Consumption, Descriptor, Purchase, Source
from discovery.purchases import Door, Group

_BATCH = 300

#: What deriving asks of a record of metered use: plain columns, as of spend.
METERED = (
    "pk",
    "identity",
    "content",
    "purchase_id",
    "source__name",
    "source__kind",
    "source__connector",
    "account",
    "date",
    "amount",
    "currency",
    "descriptor__product",
    "descriptor__vendor",
    "descriptor__state",
    "person__department",
    "department",
    "text",
    "own_id",
)


def metered_of(record: Any) -> Metered:
    """``record`` has the columns ``METERED``, with a cost."""
    return Metered(
        record=record.pk,
        key=record_key(record.identity, record.content),
        version=version_key(record.identity, record.content),
        source=record.source__name,
        account=record.account,
        date=record.date,
        amount=record.amount,
        currency=record.currency,
        product=record.descriptor__product,
        door=Door.CLOUD_BILL if record.source__kind == Kind.CLOUD else Door.MODEL_API,
        booked=record.descriptor__state == Descriptor.State.AI,
        department=record.person__department or record.department,
        text=record.text,
        own_id=record.own_id,
        gateway=is_gateway(record.source__connector),
    )


def charge_of(purchase: Purchase, found: Group) -> Charge:
    return Charge(
        key=purchase.key,
        rank=found.first.order(),
        date=purchase.date,
        amount=purchase.amount if purchase.booked else 0,  # what waits for a person covers nothing yet
        currency=purchase.currency,
        product=purchase.product,
        invoice=any(fact.invoice for fact in found.facts),
        keys=frozenset(fact.key for fact in found.facts),
    )


def purchase_of(bought: Bought, vendor: str) -> Purchase:
    """Metered use as a purchase: nobody paid it in person, and its cost is before tax."""
    first = bought.first
    return Purchase(
        key=first.version,
        product=first.product,
        vendor="" if vendor.startswith("?") else vendor,
        date=first.date,
        door=first.door.value,
        amount=bought.amount,
        currency=first.currency,
        net=bought.amount,
        tax=None,
        merchant_amount=None,
        merchant_currency="",
        person_id=None,
        department=first.department,
        booked=first.booked,
    )


def store_consumption(vendor: str, consumed: Consumed, keep: Callable[[], None]) -> None:
    """What metered use comes to, month by month; written anew where it differs."""
    sources = dict(Source.objects.values_list("name", "pk"))
    wanted = {
        (m.product, sources[m.source], m.account, m.month, m.currency, m.amount, m.standing, m.charged)
        for m in consumed.months
    }
    names = ("product", "source_id", "account", "month", "currency", "amount", "standing", "charged")
    rows = Consumption.objects.filter(vendor=vendor).values_list("pk", *names)
    stored = {pk: tuple(row) for pk, *row in rows}
    gone = [pk for pk, row in stored.items() if row not in wanted]
    fresh = [
        Consumption(vendor=vendor, **dict(zip(names, row, strict=True)))
        for row in sorted(wanted - set(stored.values()), key=repr)
    ]
    if gone or fresh:
        with transaction.atomic():
            keep()
            for start in range(0, len(gone), _BATCH):
                Consumption.objects.filter(pk__in=gone[start : start + _BATCH]).delete()
            Consumption.objects.bulk_create(fresh, batch_size=100)
