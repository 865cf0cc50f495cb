"""A new vendor's file, and what its names would match. No Django, no database.

The file has the whole form, so that nobody needs to look it up; what is not known is a comment.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from vendors.catalog_files import (
    WORDS,
    Catalog,
    InvalidCatalog,
    folded,
    identifiers_of,
    is_domain,
    is_ordinary,
)
from vendors.matching import Decision, Matcher, describe
from vendors.matching.answers import Channel, Recognition
from vendors.matching.catalog import (
    CatalogEntries,
    IdentifierEntry,
    IdentifierKind,
    ProductEntry,
    Strength,
    VendorEntry,
)
from vendors.matching.evaluation import LabelledRow

#: The channels in which a name comes, each read in its own way.
_NAMED_IN = (Channel.CARD, Channel.EXPENSE, Channel.SSO_APP)
#: A row can only name what has so many letters in common with it.
_IN_COMMON = 4


@dataclass(frozen=True, slots=True)
class Draft:
    """A vendor with one product that has the vendor's name."""

    name: str
    domain: str
    capabilities: tuple[str, ...]
    today: date

    @property
    def key(self) -> str:
        """The file's name: the name in plain letters and digits with hyphens between."""
        plain = unicodedata.normalize("NFKD", self.name).encode("ascii", "ignore").decode().lower()
        return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")

    @property
    def product(self) -> str:
        return f"{self.key}/{self.key}"

    @property
    def strength(self) -> Strength:
        """Common where the name is also an ordinary word, or too short to be evidence."""
        return Strength.COMMON if is_ordinary(self.name) else Strength.DISTINCTIVE

    def text(self) -> str:
        """The vendor file."""
        name, domain = _quoted(self.name), _quoted(self.domain)
        common = f'{{ value = {name}, strength = "common" }}'
        return _FORM.format(
            name=name,
            website=_quoted(f"https://{self.domain}"),
            domain=domain,
            product=_quoted(self.product),
            capabilities=", ".join(map(_quoted, self.capabilities)),
            names=common if self.strength == Strength.COMMON else name,
            legal=_quoted(f"{self.name}, Inc."),
            today=self.today.isoformat(),
        )

    def beside(self, entries: CatalogEntries) -> CatalogEntries:
        """What matching would read with this vendor in the catalog."""
        kind = IdentifierKind
        return replace(
            entries,
            vendors=(*entries.vendors, VendorEntry(self.key, self.name)),
            products=(*entries.products, ProductEntry(self.product, self.key, self.name, self.domain)),
            identifiers=(
                *entries.identifiers,
                IdentifierEntry(self.key, self.product, kind.NAME, self.name, self.strength),
                IdentifierEntry(self.key, self.product, kind.DOMAIN, self.domain),
            ),
        )


def refuse(draft: Draft, catalog: Catalog) -> None:
    """Raise InvalidCatalog with a sentence for each reason why this vendor cannot be added."""
    faults = []
    if not draft.key:
        faults.append(f"{draft.name!r} holds no letter from a to z: name the vendor in Latin letters")
    if not is_domain(draft.domain):
        faults.append(f"{draft.domain!r} is not a bare lower-case domain such as example.com")
    if draft.key in {vendor.key for vendor in catalog.vendors}:
        faults.append(f"{draft.key}.toml is there already: add the product to that file")
    known = {capability.key for capability in catalog.capabilities}
    faults += [f"{key!r} is not in capabilities.toml" for key in draft.capabilities if key not in known]
    if faults:
        raise InvalidCatalog(faults)


def claimed(draft: Draft, catalog: Catalog) -> list[str]:
    """Who in the catalog is known by the same words or domain already."""
    found = []
    for kind, value in ((IdentifierKind.NAME, draft.name), (IdentifierKind.DOMAIN, draft.domain)):
        found += [
            f"{value!r} is {one.kind} {one.value!r} of {key} ({vendor.file})"
            for vendor, key, one in identifiers_of(catalog)
            if (one.kind in WORDS) == (kind in WORDS) and folded(kind, value) == folded(kind, one.value)
        ]
    return found


def answers_today(draft: Draft, matcher: Matcher) -> list[tuple[str, str, Recognition]]:
    """(channel, text, answer) of the present catalog for the new name and domain."""
    questions = [(channel.value, draft.name) for channel in _NAMED_IN]
    questions.append((Channel.DOMAIN.value, draft.domain))
    return [(channel, text, matcher.recognise(describe(channel, text))) for channel, text in questions]


def would_take(
    draft: Draft, matcher: Matcher, rows: Iterable[LabelledRow]
) -> list[tuple[LabelledRow, Recognition]]:
    """Labelled rows that mean something else and that the new vendor would be taken for, or offered for.

    ``matcher`` holds the new vendor.
    """
    mark = folded(IdentifierKind.NAME, draft.name)[:_IN_COMMON]
    found = []
    for row in rows:
        if mark not in folded(IdentifierKind.NAME, row.text):
            continue
        if draft.key in {row.expected.partition("/")[0], *(one.partition("/")[0] for one in row.acceptable)}:
            continue
        answer = matcher.recognise(describe(row.channel, row.text, mcc=row.mcc))
        if answer.decision != Decision.NONE and draft.key in _vendors_of(answer):
            found.append((row, answer))
    return found


def _vendors_of(answer: Recognition) -> set[str]:
    products = [answer.product or "", *(other.product for other in answer.alternatives)]
    return {answer.vendor or "", *(product.partition("/")[0] for product in products)}


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


_FORM = """\
#:schema ../schema/vendor.schema.json
name = {name}
website = {website}
# country = "NO"                # of the maker, where known
source = "domain: the vendor's own pages; the rest: general knowledge, unverified"
# legal_entities = [{legal}]  # as invoices and statements name the company

# [[facts]]                     # what holds for all its products
# attribute = "owner.country"
# value = "NO"
# source = {website}
# seen = {today}
# basis = "vendor"              # vendor, secondary (somebody else says so) or general-knowledge

[[products]]
key = {product}
name = {name}
domain = {domain}
# summary = "What it does, in one sentence."
capabilities = [{capabilities}]
names = [{names}]
domains = [{domain}]
# descriptors = []              # as card statements print it

# [[products.plans]]
# key = "team"                  # permanent within the product
# name = "Team"
# tier = "team"                 # free, personal, team, business, enterprise, api
# prices = [                    # without a price: source, seen and basis of the plan itself
#   {{ amount = "10.00", currency = "USD", per = "seat", every = "month", source = {website}, seen = {today}, basis = "vendor" }},
# ]

# [[products.facts]]            # attributes and values: risk_attributes.toml
# attribute = "training.default"
# value = "never"
# plans = ["team"]              # left out: all plans
# source = {website}
# seen = {today}
# basis = "vendor"
"""  # noqa: E501  (TOML wants an inline table on one line)
