"""Rows as discovery would have stored them, for tests of what is built on them."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

from discovery.changes import tools_changed
from discovery.models import (
    Coverage,
    DataKey,
    Descriptor,
    DirectoryEntry,
    Person,
    Purchase,
    Record,
    Scan,
    SealedBlock,
    Source,
)
from vendors.models import Capability, Product, ProductCapability, Vendor

_numbers = itertools.count(1)
MICRO = 1_000_000


def _key(size: int) -> bytes:
    return next(_numbers).to_bytes(size, "big")


def product(key: str, name: str = "", capability: str = "") -> Product:
    """A catalog product ``vendor/product``, with its vendor and primary capability."""
    vendor_key = key.partition("/")[0]
    vendor, _ = Vendor.objects.get_or_create(key=vendor_key, defaults={"name": vendor_key.title()})
    made = Product.objects.create(
        key=key, vendor=vendor, name=name or key.title(), domain=f"{vendor_key}.example"
    )
    if capability:
        job, _ = Capability.objects.get_or_create(
            key=capability, defaults={"name": capability.title(), "group": "work"}
        )
        ProductCapability.objects.create(product=made, capability=job, position=0)
    return made


def source(name: str = "cards", kind: str = "card") -> Source:
    return Source.objects.get_or_create(name=name, defaults={"connector": "a_connector", "kind": kind})[0]


def scan(of: Source | None = None, state: str = Scan.State.DONE, **columns: object) -> Scan:
    of = of or source()
    columns = {"file_name": "file.csv", **columns}
    return Scan.objects.create(source=of, connector=of.connector, state=state, **columns)


def person(email: str, department: str = "", **columns: object) -> Person:
    return Person.objects.create(email=email, department=department, **columns)


def descriptor(tool: str, state: str = Descriptor.State.AI, form: str = "", **columns: object) -> Descriptor:
    """What a text stands for: ``vendor/product``, or ``vendor`` where no more is known."""
    vendor, _, rest = tool.partition("/")
    return Descriptor.objects.create(
        key=_key(16),
        state=state,
        channel="card",
        form=form or tool,
        decision="match" if state == Descriptor.State.AI else "review",
        product=tool if rest else "",
        vendor=vendor,
        normaliser=1,
        catalog="test",
        **{"reasons": ["the name of the product"], **columns},
    )


def _record(of: Descriptor, kind: str, on: date, columns: dict[str, object]) -> Record:
    where = columns.pop("source", None) or source()
    made = Record.objects.create(
        source=where,
        identity=_key(16),
        content=_key(8),
        scan=columns.pop("scan", None) or scan(where),
        line=1,
        kind=kind,
        descriptor=of,
        date=on,
        **{"text": of.form, **columns},
    )
    tools_changed([of.product or of.vendor])
    return made


def spend(
    of: Descriptor, amount: str = "20", on: date = date(2026, 3, 4), currency: str = "EUR", **columns: object
) -> Record:
    """A spend record that is a purchase of its own, unless ``purchase`` names one."""
    micro = round(float(amount) * MICRO)
    bought = columns.pop("purchase", None) or Purchase.objects.create(
        key=_key(16),
        product=of.product,
        vendor=of.vendor,
        date=on,
        door=columns.pop("door", "corporate_card"),
        amount=micro,
        currency=currency,
        person=columns.get("person"),
        department=columns.pop("department", ""),
        booked=of.state == Descriptor.State.AI,
        **{"plan": of.plan, "plan_certain": bool(of.plan), **columns.pop("told", {})},
        **{
            name: columns.pop(name)
            for name in ("net", "tax", "merchant_amount", "merchant_currency")
            if name in columns
        },
    )
    return _record(
        of, Record.Kind.SPEND, on, {"amount": micro, "currency": currency, "purchase": bought, **columns}
    )


def presence(of: Descriptor, on: date = date(2026, 3, 2), **columns: object) -> Record:
    columns.setdefault("source", source("okta", "sso"))
    return _record(of, Record.Kind.PRESENCE, on, columns)


def grant(of: Descriptor, on: date = date(2026, 3, 2), **columns: object) -> Record:
    columns.setdefault("source", source("google", "grant"))
    return _record(of, Record.Kind.GRANT, on, columns)


def licence(of: Descriptor, plan: str, on: date = date(2026, 3, 2), **columns: object) -> Record:
    columns = {"source": source("seats", "licence"), "plan": plan, "state": "on", **columns}
    return _record(of, Record.Kind.LICENCE, on, columns)


def sealed(
    of: Source, month: str, count: int, sums: dict[str, list[int]], charges: dict[str, int] | None = None
) -> SealedBlock:
    """Without ``charges``, all of it was charged."""
    key, _ = DataKey.objects.get_or_create(source=of, month=month, defaults={"wrapped": b"key"})
    return SealedBlock.objects.create(
        source=of,
        month=month,
        scan=scan(of),
        data_key=key,
        identities=b"",
        index=b"",
        body=b"",
        count=count,
        sums=sums,
        charges={currency: total for currency, (_, total) in sums.items()} if charges is None else charges,
    )


def coverage(of: str, *last_days: date) -> None:
    """Files of a source that tell of three weeks up to each of these days."""
    for last in last_days:
        where = source(of)
        Coverage.objects.create(
            scan=scan(where),
            source=where,
            account_key=b"the one account!",
            account_stated=True,
            own_ids=True,
            first_day=last - timedelta(days=20),
            last_day=last,
            days=b"",
        )


def directory_entry(email: str, active: bool, stated: str) -> DirectoryEntry:
    """What a directory said of somebody at an instant."""
    where = source("directory", "directory")
    return DirectoryEntry.objects.create(
        source=where,
        identity=_key(16),
        content=_key(8),
        email=email,
        active=active,
        stated_at=stated,
        scan=scan(where),
    )
