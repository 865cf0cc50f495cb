"""What the matcher needs to know of the catalog, as plain values.

The app fills these from its database, tests and benchmarks from the data files.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class IdentifierKind(StrEnum):
    NAME = "name"  # display name of the product (or brand of the vendor)
    FORMER_NAME = "former_name"
    LEGAL_ENTITY = "legal_entity"
    DESCRIPTOR = "descriptor"  # as card statements print it
    DOMAIN = "domain"
    CLIENT_ID = "client_id"  # OAuth client or application id


class Strength(StrEnum):
    DISTINCTIVE = "distinctive"  # the words alone are evidence
    COMMON = "common"  # a common word or name: needs corroboration


class Scope(StrEnum):
    DEDICATED = "dedicated"
    SHARED = "shared"  # a domain that also serves what is not AI: proves the vendor at most


@dataclass(frozen=True, slots=True)
class VendorEntry:
    key: str
    name: str


@dataclass(frozen=True, slots=True)
class ProductEntry:
    key: str  # vendor/product
    vendor: str
    name: str
    domain: str = ""


@dataclass(frozen=True, slots=True)
class IdentifierEntry:
    vendor: str
    product: str | None  # None: the identifier tells the vendor only
    kind: IdentifierKind
    value: str
    strength: Strength = Strength.DISTINCTIVE
    scope: Scope = Scope.DEDICATED


@dataclass(frozen=True, slots=True)
class CatalogEntries:
    vendors: tuple[VendorEntry, ...]
    products: tuple[ProductEntry, ...]
    identifiers: tuple[IdentifierEntry, ...]
