"""A company's own product and one of a later catalog that is the same: found, made one, and parted again.

The own one's key stays and leads to the catalog's, so that what names it is still understood. Where the
catalog gave its product the very key that the own one has, the catalog takes over the row instead.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from vendors.catalog_files import folded
from vendors.catalog_index import lock_catalog, update_version
from vendors.load import keys_in_files_too
from vendors.matching.catalog import IdentifierKind, Scope, Strength
from vendors.models import (
    CatalogState,
    Identifier,
    Origin,
    Plan,
    Product,
    RiskFact,
    Vendor,
)
from vendors.own import capabilities_now, link_capabilities

#: Kinds of identifiers by which two products are known to be one; a client id belongs to one app.
_TELLING = {kind.value for kind in IdentifierKind}


class NotJoined(ValueError):
    """Products that cannot be joined or parted: one sentence that says why."""


@dataclass(frozen=True, slots=True)
class Offer:
    """``catalog``: key of the catalog's product; the same as ``local`` where both have one key. ``shared``:
    domains and names that both are known by."""

    local: str
    local_name: str
    catalog: str
    catalog_name: str
    shared: tuple[str, ...]


def offers() -> list[Offer]:
    """Own products that the catalog seems to hold too. One query where there are none of one's own."""
    own = Product.objects.filter(origin=Origin.LOCAL, withdrawn=False, replaced_by=None)
    names = dict(own.order_by("key").values_list("key", "name"))
    if not names:
        return []
    both = keys_in_files_too()
    found = [Offer(key, name, key, name, ()) for key, name in names.items() if key in both]
    known_by = _known_by(list(names))
    values = {value for words in known_by.values() for value in words}
    shared: dict[tuple[str, str], set[str]] = defaultdict(set)
    titles = {}
    for catalog, title, kind, value in _catalog_identifiers():
        word = _word(kind, value)
        if word not in values:
            continue
        for local, words in known_by.items():
            if word in words and local not in both:
                shared[local, catalog].add(value)
                titles[catalog] = title
    return found + [
        Offer(local, names[local], catalog, titles[catalog], tuple(sorted(words)))
        for (local, catalog), words in sorted(shared.items())
    ]


def _word(kind: str, value: str) -> tuple[str, str]:
    """What is compared: names of any kind with each other, domains and client ids with their own kind."""
    group = kind if kind in (IdentifierKind.DOMAIN, IdentifierKind.CLIENT_ID) else ""
    return group, folded(IdentifierKind(kind), value)


def _known_by(keys: list[str]) -> dict[str, set[tuple[str, str]]]:
    rows = _telling().filter(product__key__in=keys).values_list("product__key", "kind", "value")
    found: dict[str, set[Any]] = defaultdict(set)
    for key, kind, value in rows:
        found[key].add(_word(kind, value))
    return found


def _telling() -> Any:
    """Identifiers that tell one product from all others."""
    return Identifier.objects.filter(
        product__withdrawn=False,
        strength=Strength.DISTINCTIVE.value,
        scope=Scope.DEDICATED.value,
        kind__in=_TELLING,
    )


def _catalog_identifiers() -> Iterator[tuple[str, str, str, str]]:
    rows = _telling().filter(product__origin=Origin.CATALOG, product__replaced_by=None)
    yield from rows.values_list("product__key", "product__name", "kind", "value").iterator()


def join(local: str, catalog: str) -> dict[str, Any]:
    """Let a catalog's product stand in the place of one's own; what is needed to part them again.

    Raises NotJoined.
    """
    with transaction.atomic():
        lock_catalog()
        own = Product.objects.select_related("vendor").filter(key=local, origin=Origin.LOCAL).first()
        if own is None or own.replaced_by_id is not None:
            raise NotJoined(f"{local} is no product of your own, or is joined already")
        if local == catalog:
            kept = _hand_over(own)
            update_version()
            return kept
        theirs = Product.objects.filter(key=catalog, origin=Origin.CATALOG, withdrawn=False).first()
        if theirs is None or theirs.replaced_by_id is not None:
            raise NotJoined(f"{catalog} is no product of the catalog that can stand in its place")
        own.replaced_by = theirs
        own.save(update_fields=["replaced_by"])
        update_version()
        return {}


def separate(local: str, catalog: str, kept: dict[str, Any]) -> None:
    """Part them again, by what ``join`` gave. Raises NotJoined."""
    with transaction.atomic():
        lock_catalog()
        product = Product.objects.select_related("vendor").filter(key=local).first()
        if product is None:
            raise NotJoined(f"{local} is not there any more")
        if local == catalog:
            _take_over(product, kept)
        else:
            product.replaced_by = None
            product.save(update_fields=["replaced_by"])
        update_version()


def _hand_over(own: Product) -> dict[str, Any]:
    """Let the catalog's files say what the product is, from their next loading on."""
    if own.key not in keys_in_files_too():
        raise NotJoined(f"the catalog holds no product {own.key}")
    kept = {
        "name": own.name,
        "domain": own.domain,
        "summary": own.summary,
        "capabilities": capabilities_now(own),
        "identifiers": [
            list(row)
            for row in own.identifiers.order_by("pk").values_list("kind", "value", "strength", "scope")
        ],
        "vendor": own.vendor.origin,
        "vendor_name": own.vendor.name,
    }
    Vendor.objects.filter(pk=own.vendor_id).update(origin=Origin.CATALOG)
    Product.objects.filter(pk=own.pk).update(origin=Origin.CATALOG)
    CatalogState.objects.update(files="")
    return kept


def _take_over(product: Product, kept: dict[str, Any]) -> None:
    """Say again of a product what was said here, and nothing that the catalog said of it."""
    RiskFact.objects.filter(product=product).delete()
    Plan.objects.filter(product=product).delete()
    Vendor.objects.filter(pk=product.vendor_id).update(origin=kept["vendor"], name=kept["vendor_name"])
    Product.objects.filter(pk=product.pk).update(
        origin=Origin.LOCAL,
        name=kept["name"],
        domain=kept["domain"],
        summary=kept["summary"],
        replaced_by=None,
        withdrawn=False,
    )
    link_capabilities(product, kept["capabilities"])
    product.identifiers.all().delete()
    Identifier.objects.bulk_create(
        Identifier(
            vendor_id=product.vendor_id,
            product=product,
            kind=kind,
            value=value,
            strength=strength,
            scope=scope,
        )
        for kind, value, strength, scope in kept["identifiers"]
    )
    CatalogState.objects.update(files="")


def loading_is_due() -> bool:
    """Whether the catalog's files are to be read again although they were loaded last."""
    return CatalogState.objects.filter(files="").exclude(edition="").exists()
