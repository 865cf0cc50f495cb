"""Bring the database in line with the catalog's data files; plans and facts: :mod:`vendors.load_facts`.

The files are the truth for rows of origin "catalog". What a company added itself (origin
"local") is never touched, and where a key exists both here and in the files, the local one stays.
A product that vanished from the files is marked withdrawn: its key may stand in records.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from django.db import connection, transaction
from django.utils import timezone

from vendors import catalog_files, fact_files, load_facts, risk_attributes
from vendors.applied_packs import edition_of, loaded_instead, unpacked
from vendors.catalog_files import SHIPPED, Catalog, InvalidCatalog, read_catalog
from vendors.catalog_index import lock_catalog, update_version
from vendors.load_facts import differs
from vendors.models import (
    Capability,
    CatalogState,
    Identifier,
    Origin,
    OwnCapabilities,
    Product,
    ProductCapability,
    Vendor,
)
from vendors.pack_files import NotAPack, Pack


@dataclass(frozen=True, slots=True)
class Changes:
    """What loading changed: product keys, and the keys of vendors changed apart from products."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()
    vendors: tuple[str, ...] = ()
    capabilities: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()  # products and vendors of which other plans, prices or facts are stated
    kept_local: tuple[str, ...] = ()  # in the files too, but added here before: left as they are
    version: str = ""
    edition: str = ""
    set_aside: str = ""  # why the applied pack was not loaded: then all stays as it was

    def __bool__(self) -> bool:
        changed = self.added or self.changed or self.withdrawn or self.vendors or self.capabilities
        return bool(changed or self.facts)


def load_catalog(folder: Path = SHIPPED, *, again: bool = False, today: date | None = None) -> Changes:
    """Read the files and bring the database in line, in one transaction. Safe to repeat.

    Files that were loaded last are not read again, which takes seconds, unless ``again`` is said. A fact
    that vanished from the files ends ``today``: the present day, unless another is given. Raises
    InvalidCatalog, and changes nothing, where the files have a fault.

    Where a pack of a newer edition than the shipped files was applied, it is loaded in their place.
    """
    if folder == SHIPPED and (pack := loaded_instead()):
        return _load_pack(pack, again=again, today=today)
    files = _digest_of(folder)
    if not again and (state := CatalogState.objects.filter(files=files).first()):
        return Changes(kept_local=_kept_local(folder), version=state.version, edition=state.edition)
    return store_catalog(sound_catalog(folder), files=files, edition=edition_of(folder), today=today)


def _load_pack(pack: Pack, *, again: bool, today: date | None) -> Changes:
    """Load a pack that was applied before. One that newer software does not take changes nothing."""
    files = digest_of_pack(pack)
    unchanged = None if again else CatalogState.objects.filter(files=files).first()
    local = Product.objects.filter(origin=Origin.LOCAL).values_list("vendor__key", flat=True)
    try:
        with unpacked(pack, only=[f"vendors/{key}.toml" for key in local] if unchanged else None) as folder:
            if unchanged:
                kept = _kept_local(folder)
                return Changes(kept_local=kept, version=unchanged.version, edition=unchanged.edition)
            return store_catalog(sound_catalog(folder), files=files, edition=pack.edition, today=today)
    except (InvalidCatalog, NotAPack) as fault:
        state = CatalogState.objects.first()
        return Changes(
            version=state.version if state else "",
            edition=state.edition if state else "",
            set_aside=f"the applied pack of edition {pack.edition} does not fit this software: {fault}",
        )


def sound_catalog(folder: Path) -> Catalog:
    """The catalog in a folder. Raises InvalidCatalog where its files have a fault."""
    catalog = read_catalog(folder)
    if faults := catalog_files.problems(catalog):
        raise InvalidCatalog(faults)
    return catalog


def store_catalog(
    catalog: Catalog, *, files: str = "", edition: str = "", today: date | None = None
) -> Changes:
    """Bring the database in line with a sound catalog, in one transaction.

    ``files``: the digest of the files that it was read from, "" where it is not to be remembered.
    ``edition``: what those files call themselves.
    """
    with transaction.atomic():
        lock_catalog()
        changes = _Loading(catalog, today or timezone.now().date()).run()
        CatalogState.objects.exclude(files=files, edition=edition).update(files=files, edition=edition)
        return replace(changes, edition=edition)


def _digest_of(folder: Path) -> str:
    """Of a catalog's files and of the code that reads and stores them: other code may store other rows."""
    digest = hashlib.sha256(str(folder.resolve()).encode())
    for file in [*_read_by(), *sorted(folder.rglob("*.toml"))]:
        content = file.read_bytes()
        digest.update(f"{file.name} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def digest_of_pack(pack: Pack) -> str:
    """The same of a pack's files."""
    digest = hashlib.sha256(pack.sha256.encode())
    for file in _read_by():
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _read_by() -> list[Path]:
    """The code that reads and stores a catalog, and what it goes by."""
    code = [Path(module.__file__) for module in (catalog_files, fact_files, load_facts, risk_attributes)]
    shared = [file for file in SHIPPED.rglob("*") if file.is_file() and file.parent.name != "vendors"]
    return [Path(__file__), *code, *sorted(shared)]


def keys_in_files_too() -> frozenset[str]:
    """Keys that were added here and that the loaded catalog holds too."""
    pack = loaded_instead()
    if pack is None:
        return frozenset(_kept_local(SHIPPED))
    local = Product.objects.filter(origin=Origin.LOCAL).values_list("vendor__key", flat=True)
    with unpacked(pack, only=[f"vendors/{key}.toml" for key in local]) as folder:
        return frozenset(_kept_local(folder))


def _kept_local(folder: Path) -> tuple[str, ...]:
    """Keys that were added here and that the files hold too."""
    local = Product.objects.filter(origin=Origin.LOCAL).order_by("key").values_list("key", flat=True)
    return tuple(key for key in local if key in catalog_files.keys_in(folder, key.partition("/")[0]))


class _Loading:
    """One run: what is there, what should be, and the difference written in bulk."""

    def __init__(self, catalog: Catalog, today: date) -> None:
        self.catalog = catalog
        self.today = today
        self.vendors = {v.key: v for v in Vendor.objects.all()}
        self.products = {p.key: p for p in Product.objects.select_related("replaced_by")}
        self.local = {
            p.key for _, p in catalog.products() if p.key in self.products and self._is_local(p.key)
        }
        self.added: list[str] = []
        self.changed: set[str] = set()
        self.vendors_changed: set[str] = set()

    def run(self) -> Changes:
        capabilities = self._capabilities()
        self._vendors()
        self._products()
        self._replacements()
        self._capability_links()
        self._identifiers()
        facts = self._facts()
        withdrawn = self._withdraw()
        capabilities += self._drop_unused_capabilities()
        added = set(self.added)
        return Changes(
            added=tuple(self.added),
            changed=tuple(sorted(self.changed - added)),
            withdrawn=tuple(withdrawn),
            vendors=tuple(sorted(self.vendors_changed)),
            capabilities=tuple(capabilities),
            facts=tuple(sorted(facts)),
            kept_local=tuple(sorted(self.local)),
            version=update_version(),
        )

    def _is_local(self, key: str) -> bool:
        return self.products[key].origin == Origin.LOCAL

    def _ours(self) -> list[tuple[catalog_files.Vendor, catalog_files.Product]]:
        return [(v, p) for v, p in self.catalog.products() if p.key not in self.local]

    def _capabilities(self) -> list[str]:
        stored = {c.key: c for c in Capability.objects.all()}
        new, changed = [], []
        for wanted in self.catalog.capabilities:
            row = stored.get(wanted.key)
            if row is None:
                new.append(Capability(key=wanted.key, name=wanted.name, group=wanted.group))
            elif (row.name, row.group) != (wanted.name, wanted.group):
                row.name, row.group = wanted.name, wanted.group
                changed.append(row)
        Capability.objects.bulk_create(new)
        Capability.objects.bulk_update(changed, ["name", "group"])
        return [c.key for c in new + changed]

    def _drop_unused_capabilities(self) -> list[str]:
        kept = {c.key for c in self.catalog.capabilities}
        unused = Capability.objects.exclude(key__in=kept).filter(productcapability=None)
        keys = list(unused.values_list("key", flat=True))
        if keys:
            Capability.objects.filter(key__in=keys).delete()
        return keys

    def _vendors(self) -> None:
        new, changed = [], []
        for wanted in self.catalog.vendors:
            row = self.vendors.get(wanted.key)
            fields = {"name": wanted.name, "website": wanted.website, "country": wanted.country}
            if row is None:
                new.append(Vendor(key=wanted.key, **fields))
            elif row.origin == Origin.CATALOG and differs(row, fields):
                changed.append(row)
        Vendor.objects.bulk_create(new)
        Vendor.objects.bulk_update(changed, ["name", "website", "country"])
        self.vendors |= {v.key: v for v in Vendor.objects.filter(key__in=[v.key for v in new])}
        self.vendors_changed |= {v.key for v in new + changed}

    def _products(self) -> None:
        new, changed = [], []
        for vendor, wanted in self._ours():
            row = self.products.get(wanted.key)
            fields = {
                "vendor_id": self.vendors[vendor.key].pk,
                "name": wanted.name,
                "domain": wanted.domain,
                "summary": wanted.summary,
                "withdrawn": False,
            }
            if row is None:
                new.append(Product(key=wanted.key, **fields))
            elif differs(row, fields):
                changed.append(row)
        Product.objects.bulk_create(new)
        Product.objects.bulk_update(changed, ["vendor", "name", "domain", "summary", "withdrawn"])
        self.products |= {p.key: p for p in Product.objects.filter(key__in=[p.key for p in new])}
        self.added += [p.key for p in new]
        self.changed |= {p.key for p in changed}

    def _replacements(self) -> None:
        changed = []
        for _, wanted in self._ours():
            row = self.products[wanted.key]
            successor = self.products[wanted.replaced_by].pk if wanted.replaced_by else None
            if differs(row, {"replaced_by_id": successor}):
                changed.append(row)
        Product.objects.bulk_update(changed, ["replaced_by"])
        self.changed |= {p.key for p in changed}

    def _capability_links(self) -> None:
        ids = dict(Capability.objects.values_list("key", "pk"))
        stored: dict[int, list[int]] = defaultdict(list)
        for product, capability in ProductCapability.objects.order_by("product_id", "position").values_list(
            "product_id", "capability_id"
        ):
            stored[product].append(capability)
        own = {word.product: word for word in OwnCapabilities.objects.filter(taken_back_at=None)}
        stale, new = [], []
        for _, wanted in self._ours():
            product = self.products[wanted.key].pk
            said = self._said_here(own.get(wanted.key), wanted)
            known = [key for key in said if key in ids] or wanted.capabilities
            capabilities = [ids[key] for key in known]
            if stored.get(product, []) == capabilities:
                continue
            stale.append(product)
            self.changed.add(wanted.key)
            new += [
                ProductCapability(product_id=product, capability_id=capability, position=position)
                for position, capability in enumerate(capabilities)
            ]
        ProductCapability.objects.filter(product__in=stale).delete()
        ProductCapability.objects.bulk_create(new)

    def _said_here(self, word: OwnCapabilities | None, wanted: catalog_files.Product) -> Iterable[str]:
        """What a product does: as this company says, while what the files say is kept for taking it back."""
        if word is None:
            return wanted.capabilities
        if word.catalog != list(wanted.capabilities):
            word.catalog = list(wanted.capabilities)
            word.save(update_fields=["catalog"])
        return word.capabilities

    def _identifiers(self) -> None:
        """Vendor-level identifiers of catalog vendors, and those of products in the files."""
        wanted = {
            (self.vendors[vendor.key].pk, None, i.kind.value, i.value): (i.strength.value, i.scope.value)
            for vendor in self.catalog.vendors
            if self.vendors[vendor.key].origin == Origin.CATALOG
            for i in vendor.identifiers
        }
        wanted |= {
            (self.vendors[vendor.key].pk, self.products[product.key].pk, i.kind.value, i.value): (
                i.strength.value,
                i.scope.value,
            )
            for vendor, product in self._ours()
            for i in product.identifiers
        }
        product_key = {p.pk: p.key for p in self.products.values()}
        vendor_key = {v.pk: v.key for v in self.vendors.values()}
        in_files = {p.key for _, p in self._ours()}
        new = dict(wanted)
        changed, stale = [], []
        for row in Identifier.objects.all():
            place = (row.vendor_id, row.product_id, row.kind, row.value)
            if row.product_id is None:
                ours = self.vendors[vendor_key[row.vendor_id]].origin == Origin.CATALOG
            else:
                ours = product_key[row.product_id] in in_files
            if not ours:
                continue
            traits = new.pop(place, None)
            if traits is None:
                stale.append(row)
            elif traits != (row.strength, row.scope):
                row.strength, row.scope = traits
                changed.append(row)
        touched = [(row.vendor_id, row.product_id) for row in [*changed, *stale]]
        touched += [(vendor, product) for vendor, product, _, _ in new]
        for vendor, product in touched:
            if product is None:
                self.vendors_changed.add(vendor_key[vendor])
            else:
                self.changed.add(product_key[product])
        Identifier.objects.filter(pk__in=[row.pk for row in stale]).delete()
        Identifier.objects.bulk_update(changed, ["strength", "scope"])
        _insert_identifiers((*place, *traits) for place, traits in new.items())

    def _facts(self) -> set[str]:
        """Facts of catalog vendors, and plans and facts of products in the files."""
        vendors = [(self.vendors[v.key], v) for v in self.catalog.vendors]
        ours = load_facts.owners(
            [(row, stated) for row, stated in vendors if row.origin == Origin.CATALOG],
            [(self.vendors[v.key], self.products[p.key], p) for v, p in self._ours()],
        )
        return load_facts.store_facts(ours, self.today)

    def _withdraw(self) -> list[str]:
        in_files = {p.key for _, p in self.catalog.products()}
        gone = [
            p
            for p in self.products.values()
            if p.origin == Origin.CATALOG and not p.withdrawn and p.key not in in_files
        ]
        for product in gone:
            product.withdrawn = True
        Product.objects.bulk_update(gone, ["withdrawn"])
        return sorted(p.key for p in gone)


def _insert_identifiers(rows: Iterable[tuple[object, ...]]) -> None:
    """Rows of vendor, product, kind, value, strength and scope, without a model's instance for each: of a
    first load they are two thirds of all rows."""
    columns = ("vendor_id", "product_id", "kind", "value", "strength", "scope")
    table = connection.ops.quote_name(Identifier._meta.db_table)
    names = ", ".join(map(connection.ops.quote_name, columns))
    places = ", ".join(["%s"] * len(columns))
    if all_rows := list(rows):
        with connection.cursor() as cursor:
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", all_rows)  # noqa: S608
