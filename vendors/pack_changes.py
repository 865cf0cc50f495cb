"""What a pack would change of the catalog in the database, and the change itself."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from django.db import transaction
from django.db.models import Q

from vendors.applied_packs import newest_pack, refuse_older
from vendors.catalog_files import Catalog
from vendors.catalog_index import load_entries, lock_catalog
from vendors.load import Changes, digest_of_pack, store_catalog
from vendors.matching.catalog import CatalogEntries, Scope, Strength
from vendors.models import (
    CatalogPack,
    CatalogState,
    Identifier,
    Plan,
    Price,
    Product,
    ProductCapability,
    RiskFact,
    Vendor,
)
from vendors.pack_files import Pack

T = TypeVar("T")
_Portrait = Mapping[str, Any]


class Rehearsed(NamedTuple):
    """What loading a catalog would change. ``details``: key of a product or vendor → what of it, in lines.

    ``entries``: what matching would read.
    """

    changes: Changes
    details: dict[str, list[str]]
    entries: CatalogEntries


def rehearse(catalog: Catalog, look: Callable[[Changes], T]) -> tuple[Rehearsed, T]:
    """Load a catalog in a transaction that is rolled back, so that the answer cannot differ from the deed.

    ``look`` is called while it is loaded, with the changes; its answer is given back too.
    """
    with transaction.atomic():
        changes = store_catalog(catalog)
        keys = {*changes.changed, *changes.facts, *changes.vendors}
        after, entries, seen = _portraits(keys), load_entries(), look(changes)
        transaction.set_rollback(True)
    before = _portraits(keys)
    details = {
        key: lines
        for key in sorted(keys)
        if key in before and (lines := list(_differing(before[key], after[key])))
    }
    return Rehearsed(changes, details, entries), seen


def apply_pack(pack: Pack, catalog: Catalog, *, actor: str, reason: str, now: datetime) -> Changes:
    """Load a pack's catalog and keep the pack, in one transaction.

    A pack that is loaded already changes nothing and is not noted again. Raises NotAPack where what is
    loaded is newer.
    """
    files = digest_of_pack(pack)
    with transaction.atomic():
        lock_catalog()
        refuse_older(pack)
        kept = newest_pack()
        if kept and kept.sha256 == pack.sha256 and CatalogState.objects.filter(files=files).exists():
            return Changes(edition=pack.edition)
        changes = store_catalog(catalog, files=files, edition=pack.edition)
        CatalogPack.objects.exclude(content=None).update(content=None)
        CatalogPack.objects.create(
            edition=pack.edition,
            sha256=pack.sha256,
            signed_by=pack.signed_by,
            content=pack.content,
            actor=actor,
            reason=reason,
            applied_at=now,
        )
        return changes


# --- what is said of a product or vendor --------------------------------------------------------------


def _portraits(keys: Collection[str]) -> dict[str, _Portrait]:
    """Key of a product or vendor → what is said of it: a text, or a set of texts. Seven queries."""
    found: dict[str, dict[str, Any]] = {
        key: {"name": name, "website": website, "country": country}
        for key, name, website, country in Vendor.objects.filter(key__in=keys).values_list(
            "key", "name", "website", "country"
        )
    }
    for product in Product.objects.filter(key__in=keys).select_related("vendor", "replaced_by"):
        found[product.key] = {
            "name": product.name,
            "maker": product.vendor.name,
            "domain": product.domain,
            "summary": product.summary,
            "replaced by": product.replaced_by.key if product.replaced_by else "",
            "withdrawn": "yes" if product.withdrawn else "",
            "capabilities": "",
        }
    jobs = ProductCapability.objects.filter(product__key__in=keys).order_by("product__key", "position")
    for key, job in jobs.values_list("product__key", "capability__key"):
        found[key]["capabilities"] = f"{found[key]['capabilities']} {job}".strip()
    for key, line in _lines(keys):
        found[key].setdefault("", set()).add(line)
    return found


def _lines(keys: Collection[str]) -> Iterator[tuple[str, str]]:
    """Identifiers, plans, prices and facts that hold, each as a line of the product or vendor it is of."""
    own = Q(product__key__in=keys) | Q(product=None, vendor__key__in=keys)
    for product, vendor, kind, value, strength, scope in Identifier.objects.filter(own).values_list(
        "product__key", "vendor__key", "kind", "value", "strength", "scope"
    ):
        traits = [trait for trait in (strength, scope) if trait in (Strength.COMMON, Scope.SHARED)]
        yield product or vendor, " ".join([kind.replace("_", " "), repr(value), *traits])
    for product, *plan in Plan.objects.filter(product__key__in=keys, withdrawn=False).values_list(
        "product__key", "key", "name", "tier"
    ):
        yield product, "plan {}: {}, for {}".format(*plan)
    prices = Price.objects.filter(plan__product__key__in=keys, until=None, plan__withdrawn=False)
    for price in prices.select_related("plan__product"):
        terms = f"per {price.per}, every {price.every}{', charged by the year' if price.billed else ''}"
        yield (
            price.plan.product.key,
            f"price of {price.plan.key}: {price.amount / 1_000_000:.2f} {price.currency} {terms}",
        )
    for product, vendor, attribute, value, plans in RiskFact.objects.filter(own, until=None).values_list(
        "product__key", "vendor__key", "attribute", "value", "plans"
    ):
        yield product or vendor, f"{attribute}: {value}{f' (on {plans})' if plans else ''}"


def _differing(before: _Portrait, after: _Portrait) -> Iterator[str]:
    for what in sorted(before.keys() | after.keys()):
        old, new = before.get(what, ""), after.get(what, "")
        if what and old != new:
            yield f"{what}: {old or 'nothing'} → {new or 'nothing'}"
    lines, new_lines = before.get("", set()), after.get("", set())
    yield from (f"no longer {line}" for line in sorted(lines - new_lines))
    yield from (f"new: {line}" for line in sorted(new_lines - lines))
