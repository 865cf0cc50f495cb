"""The catalog as the rest of the house reads it: a matcher, names, and a version."""

from __future__ import annotations

import hashlib
import threading
from typing import NamedTuple

from vendors.catalog_files import folded, follow
from vendors.matching import Matcher
from vendors.matching.catalog import (
    CatalogEntries,
    IdentifierEntry,
    IdentifierKind,
    ProductEntry,
    Scope,
    Strength,
    VendorEntry,
)
from vendors.models import CatalogState, Identifier, Origin, Product, Vendor


class Names(NamedTuple):
    """What exports say of a key; ``product_name`` is None where the key is a vendor's."""

    product_name: str | None
    vendor: str
    vendor_name: str
    domain: str


def catalog_version() -> str:
    """The digest of all that matching reads; "" while no catalog was loaded."""
    return CatalogState.objects.values_list("version", flat=True).first() or ""


def load_entries() -> CatalogEntries:
    """What matching reads, from the database. Withdrawn products are left out.

    A replaced product's identifiers stand for its successor. Where a product that was added here
    claims an identifier, nothing of the shipped catalog claims it beside it.
    """
    products = {p.key: p for p in Product.objects.select_related("vendor", "replaced_by").order_by("key")}
    successor = {p.key: p.replaced_by.key for p in products.values() if p.replaced_by}
    known = {key: p for key, p in products.items() if not p.withdrawn}
    rows = Identifier.objects.order_by("vendor__key", "product__key", "kind", "value").values_list(
        "vendor__key", "vendor__origin", "product__key", "kind", "value", "strength", "scope"
    )
    local: dict[IdentifierEntry, None] = {}
    shipped: dict[IdentifierEntry, None] = {}
    for vendor, vendor_origin, product, kind, value, strength, scope in rows:
        origin = vendor_origin
        if product is not None:
            origin = products[product].origin
            product = follow(product, successor)
            if product not in known:
                continue
            vendor = known[product].vendor.key
        entry = IdentifierEntry(
            vendor, product, IdentifierKind(kind), value, Strength(strength), Scope(scope)
        )
        (local if origin == Origin.LOCAL else shipped)[entry] = None
    claimed = {(e.kind, folded(e.kind, e.value)) for e in local}
    identifiers = [
        *local,
        *(entry for entry in shipped if (entry.kind, folded(entry.kind, entry.value)) not in claimed),
    ]
    return CatalogEntries(
        vendors=tuple(
            VendorEntry(key, name) for key, name in Vendor.objects.order_by("key").values_list("key", "name")
        ),
        products=tuple(
            ProductEntry(p.key, p.vendor.key, p.name, p.domain)
            for p in known.values()
            if p.key not in successor
        ),
        identifiers=tuple(identifiers),
    )


def names() -> dict[str, Names]:
    """What every key is called, product keys and vendor keys, those of withdrawn products too."""
    found = {key: Names(None, key, name, "") for key, name in Vendor.objects.values_list("key", "name")}
    for key, name, vendor, vendor_name, domain in Product.objects.values_list(
        "key", "name", "vendor__key", "vendor__name", "domain"
    ):
        found[key] = Names(name, vendor, vendor_name, domain)
    return found


# --- the matcher, built once per version and process ------------------------------------------------

_lock = threading.Lock()
_built: tuple[str, Matcher] | None = None


def load_matcher() -> Matcher:
    """The matcher of the catalog's present version. Building it takes a moment; asking again does not."""
    global _built  # one per process, replaced when the version changes
    version = catalog_version()
    with _lock:
        if _built is None or _built[0] != version or not version:
            _built = (version, Matcher(load_entries()))
        return _built[1]


# --- the version ------------------------------------------------------------------------------------


def lock_catalog() -> None:
    """Let one transaction at a time change the catalog. Call inside the transaction."""
    CatalogState.objects.get_or_create(id=1, defaults={"version": ""})
    CatalogState.objects.select_for_update().get(id=1)


def update_version() -> str:
    """Set the version to the digest of all that matching reads now; the digest."""
    digest = hashlib.sha256(repr(load_entries()).encode()).hexdigest()
    state, _ = CatalogState.objects.get_or_create(id=1, defaults={"version": digest})
    if state.version != digest:
        state.version = digest
        state.save(update_fields=["version", "loaded_at"])
    return digest
