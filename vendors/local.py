"""A company's own products, beside those of the shipped catalog."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from django.db import transaction

from vendors.catalog_index import lock_catalog, update_version
from vendors.matching.catalog import IdentifierEntry, IdentifierKind, Scope, Strength
from vendors.models import Capability, Identifier, Origin, Product, ProductCapability, Vendor

_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*/[a-z0-9]+(-[a-z0-9]+)*")


def local_identifier(
    kind: IdentifierKind,
    value: str,
    strength: Strength = Strength.DISTINCTIVE,
    scope: Scope = Scope.DEDICATED,
) -> IdentifierEntry:
    """An identifier for :func:`add_local_product`, which fills in what it belongs to."""
    return IdentifierEntry("", None, kind, value, strength, scope)


def add_local_product(
    key: str,
    name: str,
    vendor_name: str,
    identifiers: Iterable[IdentifierEntry],
    *,
    domain: str = "",
    summary: str = "",
    capabilities: Sequence[str] = (),
) -> Product:
    """Add a product that the shipped catalog lacks, or replace what was said of it here before.

    The vendor is created where its key is new; a known vendor keeps its name. The catalog's
    version changes, so texts are recognised anew. Raises ValueError for a key that is not
    vendor/product or belongs to the shipped catalog, for a capability that is not in the
    catalog, and for a product without any identifier.
    """
    if not _KEY.fullmatch(key):
        raise ValueError(f"{key!r} is not a key such as vendor/product in lower-case letters and digits")
    wanted = {(i.kind, i.value.strip()): i for i in identifiers if i.value.strip()}
    if not wanted:
        raise ValueError(f"{key}: give at least one name, domain, statement text or client id")
    with transaction.atomic():
        lock_catalog()
        known = dict(Capability.objects.filter(key__in=capabilities).values_list("key", "pk"))
        if missing := [c for c in capabilities if c not in known]:
            raise ValueError(f"{key}: {missing[0]!r} is not a capability of the catalog")
        if Product.objects.filter(key=key, origin=Origin.CATALOG).exists():
            raise ValueError(f"{key} is a product of the shipped catalog; choose another key")
        vendor, _ = Vendor.objects.get_or_create(
            key=key.partition("/")[0], defaults={"name": vendor_name, "origin": Origin.LOCAL}
        )
        product, _ = Product.objects.update_or_create(
            key=key,
            defaults={
                "vendor": vendor,
                "name": name,
                "domain": domain,
                "summary": summary,
                "origin": Origin.LOCAL,
                "withdrawn": False,
            },
        )
        product.capability_links.all().delete()
        ProductCapability.objects.bulk_create(
            ProductCapability(product=product, capability_id=known[capability], position=position)
            for position, capability in enumerate(capabilities)
        )
        product.identifiers.all().delete()
        Identifier.objects.bulk_create(
            Identifier(
                vendor=vendor,
                product=product,
                kind=kind.value,
                value=value,
                strength=identifier.strength.value,
                scope=identifier.scope.value,
            )
            for (kind, value), identifier in wanted.items()
        )
        update_version()
    return product


def withdraw_local_product(key: str) -> None:
    """Take a product that was added here out of recognition; adding it again brings it back.

    Raises ValueError for a product of the shipped catalog and for one that is not there.
    """
    with transaction.atomic():
        lock_catalog()
        if not Product.objects.filter(key=key, origin=Origin.LOCAL).update(withdrawn=True):
            raise ValueError(f"{key} was not added here")
        update_version()
