"""Work out people and purchases again where records changed, and store the difference.

Everything here may be repeated, cut off and repeated: what is stored afterwards depends on the
records and decisions alone, not on the order in which they came.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from discovery.attribution import attributed
from discovery.bill_versions import outdated
from discovery.changes import tools_changed, vendors_underived
from discovery.connectors.base import Kind
from discovery.consumption import consumption
from discovery.handles import card_handle
from discovery.identity import record_key, version_key
from discovery.insertion import insert
from discovery.leases import LeaseLost, keep_derivation, release_derivation, take_derivation, upkeep_token
from discovery.metering import METERED, charge_of, metered_of, purchase_of, store_consumption
from discovery.models import Decision, Descriptor, Person, Purchase, Record, UnderivedVendor
from discovery.people import derive_people
from discovery.planner import know_what_grew
from discovery.purchases import Door, Fact, Group, Links, group
from discovery.records import Payment
from vendors.matching.explain import sentence
from vendors.matching.prices import Attributed, ListPrice
from vendors.plan_prices import list_prices

_BATCH = 300
#: Seconds between two looks whether somebody else has done deriving.
_LOOK_AGAIN = 0.05

#: Within a door the more telling feed first: a card programme knows the day of the purchase,
#: the bank's statement the day it was posted.
_FEED_RANK = {Kind.PROCUREMENT: 0, Kind.CARD: 0, Kind.EXPENSE: 0, Kind.BANK: 1}

_FIELDS = (
    "product",
    "vendor",
    "date",
    "door",
    "amount",
    "currency",
    "net",
    "tax",
    "merchant_amount",
    "merchant_currency",
    "person_id",
    "department",
    "booked",
    "plan",
    "plan_certain",
    "seats",
    "likely_product",
    "attribution",
)
#: What deriving asks of a record: plain columns, for making models of them takes ten times as long.
_ASKED = (
    "pk",
    "identity",
    "content",
    "purchase_id",
    "source__name",
    "source__kind",
    "date",
    "amount",
    "currency",
    "descriptor__product",
    "descriptor__vendor",
    "descriptor__state",
    "descriptor__plan",
    "person_id",
    "person__department",
    "card",
    "payment",
    "department",
    "net",
    "tax",
    "merchant_amount",
    "merchant_currency",
    "text",
    "own_id",
    "account",
    "document",
    "due",
)


def derive() -> None:
    """Bring people and purchases in line with every record that changed.

    One at a time, whoever asks: who comes second waits and then sees all that the first one saw
    and what came meanwhile, so that nothing stale is written over it.
    """
    while True:
        token = upkeep_token()
        if take_derivation(token):
            try:
                _derive(partial(keep_derivation, token))
            except LeaseLost:
                continue
            finally:
                release_derivation(token)
            return
        time.sleep(_LOOK_AGAIN)


def _derive(keep: Callable[[], None]) -> None:
    know_what_grew()
    derive_people(keep)
    links, prices = _decided_links(), list_prices()
    while marks := list(UnderivedVendor.objects.order_by("vendor")[:100]):
        for mark in marks:
            _derive_vendor(mark.vendor, links, prices.get(mark.vendor, ()), keep)
            UnderivedVendor.objects.filter(pk=mark.pk, serial=mark.serial).delete()
    # Somebody known by a record's address alone goes with the last record.
    Person.objects.filter(in_directory=False, records=None, purchases=None).delete()


def rebuild() -> None:
    """Work out everything again from the records, as if nothing had been derived before."""
    vendors_underived(
        vendor or f"?{pk}"
        for vendor, pk in Record.objects.values_list("descriptor__vendor", "descriptor_id")
        .distinct()
        .order_by()
    )
    vendors_underived(Purchase.objects.values_list("vendor", flat=True).distinct().order_by())
    derive()


def _decided_links() -> Links:
    newest: dict[frozenset[bytes], str] = {}
    kinds = (Decision.Kind.SAME_PURCHASE, Decision.Kind.DIFFERENT_PURCHASES)
    for decision in Decision.objects.filter(kind__in=kinds).order_by("pk"):
        pair = frozenset(bytes.fromhex(key) for key in decision.subject)
        newest[pair] = decision.kind if decision.after else ""
    return Links(
        frozenset(pair for pair, kind in newest.items() if kind == Decision.Kind.SAME_PURCHASE),
        frozenset(pair for pair, kind in newest.items() if kind == Decision.Kind.DIFFERENT_PURCHASES),
    )


def _derive_vendor(vendor: str, links: Links, prices: Sequence[ListPrice], keep: Callable[[], None]) -> None:
    """Purchases of one vendor, or of one text that stands for no known vendor ("?" and its number)."""
    stored: dict[int, Any] = {record.pk: record for record in _counting(vendor, Record.Kind.SPEND, _ASKED)}
    groups = group([_fact(record) for record in stored.values()], links)
    wanted: dict[bytes, tuple[Purchase, list[int]]] = {}
    for found, told in zip(groups, attributed(groups, prices), strict=True):
        purchase = _purchase(found, vendor, told)
        wanted[purchase.key] = (purchase, [fact.record for fact in found.facts])
    metered = {record.pk: record for record in _counting(vendor, Record.Kind.USAGE, METERED)}
    past = outdated(metered.values())
    uses = {number: metered_of(record) for number, record in metered.items() if record.amount is not None}
    consumed = consumption(
        [one for number, one in uses.items() if number not in past],
        [charge_of(wanted[found.first.version][0], found) for found in groups],
        links,
        [one for number, one in uses.items() if number in past],
    )
    for bought in consumed.bought:
        purchase = purchase_of(bought, vendor)
        wanted[purchase.key] = (purchase, list(bought.records))
    for number, key in sorted(consumed.explained.items()):
        wanted[key][1].append(number)
    _store(vendor, wanted, stored | metered, keep)
    if not vendor.startswith("?"):
        store_consumption(vendor, consumed, keep)


def _counting(vendor: str, kind: str, columns: Sequence[str]) -> Iterable[Any]:
    """Records of a kind and vendor that count, as plain columns."""
    records = (
        Record.objects.filter(current=True, kind=kind)
        .exclude(descriptor__state=Descriptor.State.SEALED)  # it waits to be sealed
        .values_list(*columns, named=True)
    )
    if vendor.startswith("?"):
        return records.filter(descriptor_id=int(vendor[1:]), descriptor__vendor="")
    return records.filter(descriptor__vendor=vendor)


def _fact(record: Any) -> Fact:
    """``record`` has the columns ``_ASKED``."""
    return Fact(
        key=record_key(record.identity, record.content),
        version=version_key(record.identity, record.content),
        record=record.pk,
        feed=record.source__name,
        invoice=record.source__kind == Kind.PROCUREMENT,
        feed_rank=_FEED_RANK.get(Kind(record.source__kind), 0),
        door=door_of(record.source__kind, record.payment),
        date=record.date,
        amount=record.amount,
        currency=record.currency,
        product=record.descriptor__product,
        booked=record.descriptor__state == Descriptor.State.AI,
        plan=record.descriptor__plan,
        person=record.person_id,
        card=(card_handle(record.card) or b"").hex(),
        payment=record.payment,
        department=record.person__department or record.department,
        net=record.net,
        tax=record.tax,
        merchant_amount=record.merchant_amount,
        merchant_currency=record.merchant_currency,
        text=record.text,
        own_id=record.own_id,
        document=f"{record.account}\x1f{record.document}" if record.document else "",
        due=record.due,
    )


def door_of(kind: str, payment: str) -> Door:
    """Through which door a spend record came in."""
    match Kind(kind):
        case Kind.PROCUREMENT:
            return Door.PROCUREMENT
        case Kind.USAGE:
            return Door.MODEL_API
        case Kind.CLOUD:
            return Door.CLOUD_BILL
        case Kind.EXPENSE:
            return Door.EMPLOYEE_EXPENSE
        case Kind.BANK if payment != Payment.CARD:
            return Door.PROCUREMENT
        case _:
            return Door.CORPORATE_CARD


def _purchase(found: Group, vendor: str, told: Attributed) -> Purchase:
    facts = found.ordered()
    first = facts[0]

    def stated(name: str) -> object:
        return next((value for fact in facts if (value := getattr(fact, name)) not in (None, "")), None)

    person = next((fact for fact in facts if fact.person), None)
    with_net = next((fact for fact in facts if fact.net is not None), first)
    with_merchant = next((fact for fact in facts if fact.merchant_amount is not None), first)
    product = stated("product") or ""
    return Purchase(
        key=first.version,  # not the record's key: two contents may stand under one id
        product=product,
        vendor="" if vendor.startswith("?") else vendor,
        date=min(fact.date for fact in facts if fact.door == first.door),
        door=first.door.value,
        amount=first.amount,
        currency=first.currency,
        net=with_net.net,
        tax=with_net.tax,
        merchant_amount=with_merchant.merchant_amount,
        merchant_currency=with_merchant.merchant_currency,
        person_id=person.person if person else None,
        department=(person.department if person else stated("department")) or "",
        booked=any(fact.booked for fact in facts),
        plan=told.plan,
        plan_certain=bool(product) and told.certain,
        seats=told.seats,
        likely_product="" if product else told.product,
        attribution="\n".join(map(sentence, told.reasons)),
    )


def _store(
    vendor: str,
    wanted: dict[bytes, tuple[Purchase, list[int]]],
    records: dict[int, Any],
    keep: Callable[[], None],
) -> None:
    """Write the difference between the stored and the wanted purchases, in short transactions."""
    held = {record.purchase_id for record in records.values() if record.purchase_id}
    # Without a vendor a purchase is found by its records, or by having none any more.
    mine = Q(vendor="", records=None) if vendor.startswith("?") else Q(vendor=vendor)
    old = list(Purchase.objects.filter(mine))
    for numbers in _batches(sorted(held - {purchase.pk for purchase in old})):
        old += Purchase.objects.filter(pk__in=numbers)
    stored = {bytes(purchase.key): purchase for purchase in old}
    gone = [purchase for key, purchase in stored.items() if key not in wanted]
    for batch in _batches(gone):
        with transaction.atomic():
            keep()
            _mark(batch)
            Purchase.objects.filter(pk__in=[purchase.pk for purchase in batch]).delete()
    for batch in _batches(sorted(wanted.items())):
        with transaction.atomic():
            keep()
            _store_batch(batch, stored, records)
    settled = {pk for _, found in wanted.values() for pk in found}
    loose = sorted(pk for pk, record in records.items() if record.purchase_id and pk not in settled)
    for batch in _batches(loose):
        with transaction.atomic():
            keep()
            Record.objects.filter(pk__in=batch).update(purchase=None)
            tools_changed(records[pk].descriptor__product or records[pk].descriptor__vendor for pk in batch)


def _batches(items: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(items), _BATCH):
        yield items[start : start + _BATCH]


def _store_batch(
    items: list[tuple[bytes, tuple[Purchase, list[int]]]],
    stored: dict[bytes, Purchase],
    records: dict[int, Any],
) -> None:
    fresh, changed, moved = [], [], []
    for key, (purchase, _) in items:
        before = stored.get(key)
        if before is None:
            fresh.append(purchase)
        elif any(getattr(before, name) != getattr(purchase, name) for name in _FIELDS):
            _mark([before])
            for name in _FIELDS:
                setattr(before, name, getattr(purchase, name))
            changed.append(before)
    insert(fresh, unless="key", update=[name.removesuffix("_id") for name in _FIELDS])
    Purchase.objects.bulk_update(changed, [name.removesuffix("_id") for name in _FIELDS], batch_size=100)
    numbers = {
        bytes(key): pk
        for key, pk in Purchase.objects.filter(key__in=[p.key for p in fresh]).values_list("key", "pk")
    }
    for key, (_, found) in items:
        number = stored[key].pk if key in stored else numbers[key]
        moved += [(number, pk) for pk in found if records[pk].purchase_id != number]
    with connection.cursor() as cursor:
        cursor.executemany("UPDATE discovery_record SET purchase_id = %s WHERE id = %s", moved)
    _mark([*fresh, *changed])
    tools_changed(records[pk].descriptor__product or records[pk].descriptor__vendor for _, pk in moved)


def _mark(purchases: Iterable[Purchase]) -> None:
    tools_changed({purchase.product or purchase.vendor for purchase in purchases})
