"""Finding products in the catalog: by name, maker, domain, or any other name that they are known by."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count

from inventory.listing import Job, jobs_by_product
from inventory.models import Tool
from inventory.reach import Reach
from inventory.spelling import spelt_like
from inventory.words import hue_of
from vendors.matching.catalog import IdentifierKind
from vendors.models import Capability, Identifier, Product, ProductCapability, RiskFact
from vendors.product_facts import facts_of

#: Products shown at most; who gets more types more.
SHOWN = 40
#: More products than this are not named in a query: then all are looked at.
_NAMED = 500
_NAMES = (IdentifierKind.NAME, IdentifierKind.FORMER_NAME, IdentifierKind.LEGAL_ENTITY, IdentifierKind.DOMAIN)


@dataclass(frozen=True, slots=True)
class Found:
    """A product as the list shows it.

    ``facts``: how many are known of it, its maker's among them. ``status``: of the tool here, "" where
    this reader knows of none.
    """

    key: str
    title: str
    maker: str
    domain: str
    job: Job | None
    facts: int
    status: str

    @property
    def hue(self) -> str:
        return hue_of(self.job.group) if self.job else "c0"


def search(query: str, capability: str, reach: Reach) -> tuple[list[Found], int]:
    """The products that fit best, and how many fit. At most thirteen queries, however many there are.

    Without a query and a capability nothing is found.
    """
    asked = query.casefold().strip()
    if not asked and not capability:
        return [], 0
    products = Product.objects.filter(withdrawn=False)
    if capability:
        products = products.filter(capability_links__capability__key=capability)
    known_as = _known_as(asked) if asked else set()
    fitting = []
    for pk, key, name, maker, maker_key, domain in products.values_list(
        "pk", "key", "name", "vendor__name", "vendor__key", "domain"
    ):
        place = _place(asked, name, maker, domain, pk in known_as or maker_key in known_as)
        if place is not None:
            fitting.append((place, pk, name.casefold(), key, name, maker, maker_key, domain))
    # Of those that fit alike, first what is known best: that is what most people mean.
    known = _facts_known([pk for _, pk, *_ in fitting])
    fitting.sort(key=lambda one: (one[0], -known.get(one[1], 0), *one[2:]))
    return _lines([(key, *named) for _, _, _, key, *named in fitting[:SHOWN]], reach), len(fitting)


def near(query: str, reach: Reach) -> list[Found]:
    """Products whose name or maker is spelt nearly so, for a query that finds nothing."""
    products = Product.objects.filter(withdrawn=False)
    rows = {
        row[0]: row
        for row in products.values_list("key", "name", "vendor__name", "vendor__key", "domain").iterator()
    }
    keys = spelt_like(query, ((key, said) for key, row in rows.items() for said in row[1:3]))
    return _lines([rows[key] for key in keys], reach)


def _lines(rows: list[tuple[str, str, str, str, str]], reach: Reach) -> list[Found]:
    """Products as the list shows them, in this order: key, name, maker, the maker's key, domain of each."""
    keys = {key: maker_key for key, _name, _maker, maker_key, _domain in rows}
    jobs, said = jobs_by_product(list(keys)), facts_of(keys)
    here = {tool.key: tool.status for tool in reach.tools(Tool.objects.filter(key__in=keys))}
    return [
        Found(
            key,
            name,
            maker,
            domain,
            jobs.get(key),
            sum(fact.own is None for fact in said[key].facts),
            here.get(key, ""),
        )
        for key, name, maker, _maker_key, domain in rows
    ]


def _facts_known(products: list[int]) -> dict[int, int]:
    """Product → facts that hold of it. One query, and of these products alone where they are few."""
    facts = RiskFact.objects.filter(product__isnull=False, until__isnull=True)
    if len(products) <= _NAMED:
        facts = facts.filter(product__in=products)
    return dict(facts.values_list("product").annotate(count=Count("pk")).order_by())


def _known_as(asked: str) -> set[int | str]:
    """Products, and makers by key, that are known by another name with these letters in it. One query."""
    rows = Identifier.objects.filter(kind__in=_NAMES, value__icontains=asked)
    return {product or vendor for product, vendor in rows.values_list("product_id", "vendor__key")}


def _place(asked: str, name: str, maker: str, domain: str, known: bool) -> int | None:
    """How well a product fits, 0 the best; None: not at all."""
    title = name.casefold()
    fits = (
        title == asked or domain == asked,
        title.startswith(asked),
        any(word.startswith(asked) for word in title.split()),
        maker.casefold().startswith(asked),
        asked in title or asked in domain or asked in maker.casefold(),
        known,
    )
    return next((place for place, fit in enumerate(fits) if fit), None)


def capabilities() -> list[tuple[str, str, str, int]]:
    """Group, key, name and number of products of every capability, in the catalog's order. Two queries."""
    links = ProductCapability.objects.filter(product__withdrawn=False)
    counts = dict(links.values_list("capability").annotate(count=Count("pk")))
    return [
        (group, key, name, counts[pk])
        for pk, group, key, name in Capability.objects.order_by("pk").values_list(
            "pk", "group", "key", "name"
        )
        if pk in counts
    ]
