"""The catalog's data files: read, and checked. No Django, no database.

``vendors/catalog/vendors/<vendor>.toml`` holds one vendor with its products and the words,
domains and ids they are known by; ``capabilities.toml`` the jobs that products do. Plans, prices and
facts of the same files are read by :mod:`vendors.fact_files`.
:func:`read_catalog` refuses files that do not have the agreed form (each problem names file and
place); :func:`problems` finds what only shows when all files are seen together.
"""

from __future__ import annotations

import json
import re
import tomllib
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vendors.fact_files import (
    Fact,
    Plan,
    Stated,
    dated_problems,
    fact_problems,
    read_facts,
    read_plans,
)
from vendors.matching.catalog import (
    CatalogEntries,
    IdentifierEntry,
    IdentifierKind,
    ProductEntry,
    Scope,
    Strength,
    VendorEntry,
)

if TYPE_CHECKING:
    from jsonschema_rs import Draft202012Validator

SHIPPED = Path(__file__).parent / "catalog"

KINDS = {
    "names": IdentifierKind.NAME,
    "former_names": IdentifierKind.FORMER_NAME,
    "legal_entities": IdentifierKind.LEGAL_ENTITY,
    "descriptors": IdentifierKind.DESCRIPTOR,
    "domains": IdentifierKind.DOMAIN,
    "client_ids": IdentifierKind.CLIENT_ID,
}
#: Kinds that are read as words of a text: the same words in two of them name the same thing.
WORDS = frozenset(KINDS.values()) - {IdentifierKind.DOMAIN, IdentifierKind.CLIENT_ID}

_VENDOR_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_DOMAIN = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+([a-z]{2,63}|xn--[a-z0-9-]{2,59})")
#: Words of one or two letters stand for too much to be evidence alone (judgement).
_SHORTEST_DISTINCTIVE = 3


class InvalidCatalog(Exception):
    """The files cannot be taken as a catalog. ``problems`` holds one sentence for each fault."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        more = f" (and {len(problems) - 1} more: manage.py validate_catalog lists them)"
        super().__init__(problems[0] + (more if len(problems) > 1 else ""))


@dataclass(frozen=True, slots=True)
class Capability:
    key: str
    name: str
    group: str


@dataclass(frozen=True, slots=True)
class Identifier:
    kind: IdentifierKind
    value: str
    strength: Strength
    scope: Scope
    source: str


@dataclass(frozen=True, slots=True)
class Product:
    key: str
    name: str
    domain: str
    summary: str
    capabilities: tuple[str, ...]  # the first is the primary one
    replaced_by: str  # "" for none
    identifiers: tuple[Identifier, ...]
    plans: tuple[Plan, ...] = ()
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class Vendor:
    key: str
    name: str
    website: str
    country: str
    source: str
    identifiers: tuple[Identifier, ...]  # tell the vendor only
    products: tuple[Product, ...]
    file: str  # as messages name it
    facts: tuple[Fact, ...] = ()  # hold for all its products, unless a product says otherwise


@dataclass(frozen=True, slots=True)
class Catalog:
    vendors: tuple[Vendor, ...]
    capabilities: tuple[Capability, ...]

    def products(self) -> Iterator[tuple[Vendor, Product]]:
        for vendor in self.vendors:
            for product in vendor.products:
                yield vendor, product

    def stated(self) -> Iterator[Stated]:
        """The plans and facts of every vendor and product."""
        for vendor in self.vendors:
            if vendor.facts:
                yield Stated(vendor.file, vendor.key, (), vendor.facts)
            for product in vendor.products:
                if product.plans or product.facts:
                    yield Stated(vendor.file, product.key, product.plans, product.facts)

    def entries(self) -> CatalogEntries:
        """What matching reads. A replaced product's identifiers stand for its successor."""
        successor = {p.key: p.replaced_by for _, p in self.products() if p.replaced_by}
        vendor_of = {p.key: v.key for v, p in self.products()}
        identifiers = [_entry(v.key, None, i) for v in self.vendors for i in v.identifiers]
        for _, product in self.products():
            key = follow(product.key, successor)
            identifiers += [_entry(vendor_of[key], key, i) for i in product.identifiers]
        return CatalogEntries(
            vendors=tuple(VendorEntry(v.key, v.name) for v in self.vendors),
            products=tuple(
                ProductEntry(p.key, v.key, p.name, p.domain)
                for v, p in self.products()
                if p.key not in successor
            ),
            identifiers=tuple(dict.fromkeys(identifiers)),
        )


def _entry(vendor: str, product: str | None, identifier: Identifier) -> IdentifierEntry:
    return IdentifierEntry(
        vendor, product, identifier.kind, identifier.value, identifier.strength, identifier.scope
    )


def follow(key: str, successor: Mapping[str, str]) -> str:
    """The product that stands in a key's place today. Raises ValueError for a circle."""
    seen = {key}
    while next_key := successor.get(key):
        if next_key in seen:
            raise ValueError(f"{key} is replaced by itself, through {next_key}")
        seen.add(next_key)
        key = next_key
    return key


def folded(kind: IdentifierKind, value: str) -> str:
    """A value as it is compared: without case, and words without punctuation and spaces."""
    text = unicodedata.normalize("NFKC", value).casefold()
    return "".join(c for c in text if c.isalnum()) if kind in WORDS else text


# --- reading ------------------------------------------------------------------------------------


def read_catalog(folder: Path = SHIPPED) -> Catalog:
    """Every vendor file of a folder. Raises InvalidCatalog naming each file of the wrong form."""
    faults: list[str] = []
    vendors = []
    files = sorted((folder / "vendors").glob("*.toml"))
    if not files:
        raise InvalidCatalog([f"{folder / 'vendors'}: no vendor files (*.toml) are there"])
    for file in files:
        try:
            vendors.append(_vendor(file))
        except InvalidCatalog as invalid:
            faults += invalid.problems
    try:
        capabilities = _capabilities(folder / "capabilities.toml")
    except InvalidCatalog as invalid:
        faults += invalid.problems
    if faults:
        raise InvalidCatalog(faults)
    return Catalog(tuple(vendors), capabilities)


def keys_in(folder: Path, vendor: str) -> frozenset[str]:
    """The keys of the products in one vendor's file; none where there is no such file."""
    file = folder / "vendors" / f"{vendor}.toml"
    return frozenset(p["key"] for p in _toml(file).get("products", ())) if file.exists() else frozenset()


def _toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InvalidCatalog([f"{file.name}: the file is missing from {file.parent}"]) from None
    except UnicodeDecodeError:
        raise InvalidCatalog([f"{file.name}: not UTF-8; save the file as UTF-8"]) from None
    except tomllib.TOMLDecodeError as error:
        raise InvalidCatalog([f"{file.name}: not valid TOML: {error}"]) from None


def _capabilities(file: Path) -> tuple[Capability, ...]:
    try:
        return tuple(
            Capability(key, name, group["name"])
            for group in _toml(file).values()
            for key, name in group["capabilities"].items()
        )
    except (KeyError, TypeError, AttributeError):
        raise InvalidCatalog(
            [f"{file.name}: every group needs a name and a table capabilities of key = name"]
        ) from None


@cache
def _schema() -> Draft202012Validator:
    # Imported here: no command but those that read the files needs it.
    from jsonschema_rs import Draft202012Validator

    schema = json.loads((SHIPPED / "schema" / "vendor.schema.json").read_text(encoding="utf-8"))
    return Draft202012Validator(schema)


def _vendor(file: Path) -> Vendor:
    content = _toml(file)
    if faults := [f"{file.name}: {fault}" for fault in _faults_of_form(content)]:
        raise InvalidCatalog(faults)
    source = content["source"]
    return Vendor(
        key=file.stem,
        name=content["name"],
        website=content.get("website", ""),
        country=content.get("country", ""),
        source=source,
        identifiers=_identifiers(content, source),
        products=tuple(
            Product(
                key=product["key"],
                name=product["name"],
                domain=product.get("domain", ""),
                summary=product.get("summary", ""),
                capabilities=tuple(product["capabilities"]),
                replaced_by=product.get("replaced_by", ""),
                identifiers=_identifiers(product, source),
                plans=read_plans(product),
                facts=read_facts(product),
            )
            for product in content.get("products", [])
        ),
        file=file.name,
        facts=read_facts(content),
    )


def _faults_of_form(content: dict[str, Any]) -> Iterator[str]:
    errors = _schema().iter_errors(_as_json(content))
    for error in sorted(errors, key=lambda e: list(map(str, e.instance_path))):
        place = ".".join(str(part) for part in error.instance_path) or "the file"
        yield f"{place}: {error.message}"


def _as_json(value: Any) -> Any:
    """TOML's days as JSON has them, for its schema."""
    match value:
        case dict():
            return {key: _as_json(one) for key, one in value.items()}
        case list():
            return [_as_json(one) for one in value]
        case date() | time():
            return value.isoformat()
        case _other:
            return value


def _identifiers(table: Mapping[str, Any], source: str) -> tuple[Identifier, ...]:
    found = []
    for heading, kind in KINDS.items():
        for item in table.get(heading, []):
            stated = {"value": item} if isinstance(item, str) else item
            found.append(
                Identifier(
                    kind,
                    stated["value"],
                    Strength(stated.get("strength", Strength.DISTINCTIVE)),
                    Scope(stated.get("scope", Scope.DEDICATED)),
                    stated.get("source", source),
                )
            )
    return tuple(found)


# --- what only shows when all files are seen together ---------------------------------------------


def problems(catalog: Catalog) -> list[str]:
    """One sentence for each fault, naming file and key; empty for a sound catalog."""
    return [
        *_wrong_keys(catalog),
        *_dead_references(catalog),
        *_wrong_domains(catalog),
        *_clashes(catalog),
        *_too_strong(catalog),
        *fact_problems(catalog.stated()),
    ]


def problems_of_days(catalog: Catalog, today: date) -> list[str]:
    """One sentence for each day in the files that has not come yet. Apart from :func:`problems`, so that
    a wrong clock stops nobody from loading the catalog."""
    return list(dated_problems(catalog.stated(), today))


def identifiers_of(catalog: Catalog) -> Iterator[tuple[Vendor, str, Identifier]]:
    """(vendor, key the identifier belongs to, identifier) for all of them."""
    for vendor in catalog.vendors:
        for identifier in vendor.identifiers:
            yield vendor, vendor.key, identifier
        for product in vendor.products:
            for identifier in product.identifiers:
                yield vendor, product.key, identifier


def _wrong_keys(catalog: Catalog) -> Iterator[str]:
    first_file: dict[str, str] = {}
    for vendor in catalog.vendors:
        if not _VENDOR_KEY.fullmatch(vendor.key):
            yield f"{vendor.file}: name the file in lower-case letters, digits and single hyphens"
        if not vendor.products and not vendor.identifiers:
            yield f"{vendor.file}: neither a product nor an identifier; remove the file or add one"
    for vendor, product in catalog.products():
        if product.key.partition("/")[0] != vendor.key:
            yield f"{vendor.file}: {product.key}: the key must begin with {vendor.key}/"
        if product.key in first_file:
            yield f"{vendor.file}: {product.key}: the key is also used in {first_file[product.key]}"
        first_file.setdefault(product.key, vendor.file)


def _dead_references(catalog: Catalog) -> Iterator[str]:
    capabilities = {c.key for c in catalog.capabilities}
    keys = {p.key for _, p in catalog.products()}
    successor = {p.key: p.replaced_by for _, p in catalog.products() if p.replaced_by}
    for vendor, product in catalog.products():
        for capability in product.capabilities:
            if capability not in capabilities:
                yield (f"{vendor.file}: {product.key}: capability {capability!r} is not in capabilities.toml")
        if product.replaced_by and product.replaced_by not in keys:
            yield f"{vendor.file}: {product.key}: replaced_by {product.replaced_by!r} is no product here"
        else:
            try:
                follow(product.key, successor)
            except ValueError as circle:
                yield f"{vendor.file}: {product.key}: {circle}"


def is_domain(text: str) -> bool:
    """Whether it is a bare lower-case domain."""
    return bool(_DOMAIN.fullmatch(text)) and not text.startswith("www.")


def _wrong_domains(catalog: Catalog) -> Iterator[str]:
    named = [(v.file, k, i.value) for v, k, i in identifiers_of(catalog) if i.kind == IdentifierKind.DOMAIN]
    shown = [(v.file, p.key, p.domain) for v, p in catalog.products() if p.domain]
    for file, key, domain in dict.fromkeys(named + shown):
        if not is_domain(domain):
            yield f"{file}: {key}: {domain!r} is not a bare lower-case domain such as example.com"


def _clashes(catalog: Catalog) -> Iterator[str]:
    places: dict[tuple[str, str], list[tuple[Vendor, str, Identifier]]] = defaultdict(list)
    for vendor, key, identifier in identifiers_of(catalog):
        group = "words" if identifier.kind in WORDS else identifier.kind.value
        places[group, folded(identifier.kind, identifier.value)].append((vendor, key, identifier))
    for (_, value), found in places.items():
        vendor, key, identifier = found[0]
        if not value:
            yield f"{vendor.file}: {key}: {identifier.kind} {identifier.value!r} holds no letter or digit"
        for other_vendor, other_key, other in found[1:]:
            if other_key != key:
                yield (
                    f"{other_vendor.file}: {other_key}: {other.kind} {other.value!r} is also "
                    f"{identifier.kind} {identifier.value!r} of {key} ({vendor.file})"
                )
            else:
                yield f"{vendor.file}: {key}: {other.kind} {other.value!r} is there twice"


@cache
def _common_words() -> frozenset[str]:
    lines = (SHIPPED / "common_words.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def is_ordinary(name: str) -> bool:
    """Whether a name is too ordinary or too short to be evidence alone."""
    word = folded(IdentifierKind.NAME, name)
    return word in _common_words() or len(word) < _SHORTEST_DISTINCTIVE


def _too_strong(catalog: Catalog) -> Iterator[str]:
    common = _common_words()
    for vendor, key, identifier in identifiers_of(catalog):
        if identifier.kind not in WORDS or identifier.strength != Strength.DISTINCTIVE:
            continue
        word = folded(identifier.kind, identifier.value)
        if word in common:
            yield (
                f"{vendor.file}: {key}: {identifier.kind} {identifier.value!r} is an ordinary word or a "
                f'first name; mark it strength = "common"'
            )
        elif len(word) < _SHORTEST_DISTINCTIVE:
            yield (
                f"{vendor.file}: {key}: {identifier.kind} {identifier.value!r} is too short to be "
                f'evidence alone; mark it strength = "common"'
            )
