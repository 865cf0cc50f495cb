"""A tool that a person names when a list is read: the product of the catalog, and the words it is kept by.

Records name a tool by a text that is recognised like any other. So a tool that somebody chose needs a text
by which this very product is recognised: its name where that is enough, else with its web address or its
maker. Where nothing is enough ("B12"), a text is made that no list holds, and a worker decides what it
stands for in the name of who chose it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from django.db.models import Count, QuerySet
from rapidfuzz import fuzz, process

from discovery.connectors.base import Said
from discovery.decisions import settle_recognition
from discovery.recognise import Recogniser
from vendors.matching import Decision, describe, normal_form
from vendors.matching.answers import Channel
from vendors.models import Product

_NEAR = 5
_NEAR_ENOUGH = 75


class NotNamed(ValueError):
    """No one tool is called so: one sentence that says what to name instead."""


def product_named(text: str) -> Product:
    """The product of the catalog, or of the company's own, that a key or a name tells.

    Of several of one name each is told by its maker: "Ava (Artisan)". Raises NotNamed.
    """
    wanted = " ".join(text.split())
    products = Product.objects.filter(withdrawn=False).select_related("vendor")
    name, _, maker = wanted.removesuffix(")").rpartition(" (")
    found = list(products.filter(key=wanted.lower())[:1]) or list(products.filter(name__iexact=wanted)[:9])
    if not found and name:
        found = list(products.filter(name__iexact=name, vendor__name__iexact=maker)[:9])
    if len(found) == 1:
        return found[0]
    if found:
        keys = ", ".join(sorted(product.key for product in found))
        raise NotNamed(f"several tools are called {wanted}; name one by its key: {keys}")
    known = {key: (name, much) for key, name, much in _names(products)}
    names = {key: name for key, (name, _much) in known.items()}
    near = process.extract(
        wanted,
        names,
        scorer=fuzz.token_set_ratio,
        processor=str.casefold,
        limit=None,
        score_cutoff=_NEAR_ENOUGH,
    )
    near.sort(key=lambda one: (-one[1], -known[one[2]][1], one[0]))
    told = ", ".join(f"{name} ({key})" for name, _score, key in near[:_NEAR])
    like = f"; names like it are {told}" if told else ""
    raise NotNamed(f"no tool of the catalog is called {wanted}{like}")


def _names(products: QuerySet[Product]) -> Iterator[tuple[str, str, int]]:
    """Key, name and by how many signs a product is known, of as near names the better-known first."""
    yield from products.annotate(signs=Count("identifiers")).values_list("key", "name", "signs")


def said_of_files(*, tool: str = "", currency: str = "", date_order: str = "") -> Said:
    """What an option or a form says of the files of one call, in words: a tool, USD, day or month.

    Raises NotNamed where the tool is none or several; who asks has checked the others.
    """
    said = said_tool(product_named(tool)) if tool else Said()
    return replace(said, currency=currency, day_first={"day": True, "month": False}.get(date_order))


def said_tool(product: Product) -> Said:
    """The words by which records name a tool that a person chose."""
    recogniser = Recogniser()
    with_maker = f"{product.vendor.name} {product.name}"
    for text, url in (
        (product.name, ""),
        (product.name, product.domain),
        (with_maker, ""),
        (with_maker, product.domain),
    ):
        asked = describe(Channel.SSO_APP, text, url=f"https://{url}" if url else "")
        told, _ = recogniser.undecided(asked)  # what people said of texts may be looked up by workers alone
        if told.decision == Decision.MATCH and told.product == product.key:
            return Said(tool=text, url=f"https://{url}" if url else "", product=product.key)
    return Said(tool=f"{with_maker} ({product.domain or product.key})", product=product.key)


def is_booked(said: Said, recogniser: Recogniser) -> bool:
    """Whether records that name the tool so are booked on it."""
    told, _ = recogniser.recognise(describe(Channel.SSO_APP, said.tool, url=said.url))
    return told.decision == Decision.MATCH and told.product == said.product


def decide_tool(said: Said, *, actor: str) -> None:
    """Decide that the words for a tool stand for it, where nothing else does and nobody decided otherwise.

    For whoever has the sealing key; raises WrongDecision. Safe to repeat.
    """
    if not said.product or said.url:
        return
    recogniser = Recogniser()
    asked = describe(Channel.SSO_APP, said.tool)
    if recogniser.decided(asked) is None and not is_booked(said, recogniser):
        settle_recognition(
            Channel.SSO_APP,
            normal_form(said.tool),
            said.product,
            actor=actor,
            reason="A list of members was read as this tool's, as was said of it.",
        )
