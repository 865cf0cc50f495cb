"""The catalog grows: every descriptor is opened and recognised again, while pages answer."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from bench import card_file
from bench.fresh import installation
from bench.inventory_page import answer_pages
from bench.results import Limit, Result

DESCRIPTORS = 300_000


def measure(rows: int = DESCRIPTORS) -> Iterator[Result]:
    with installation() as (place, child):
        child.call(fill, count=rows)
        stop = place / "recognised"
        pages = child.start(answer_pages, until=str(stop))
        try:
            found = child.call(recognise_again, count=rows)
        finally:
            stop.touch()
        asked = pages.result()
        bare = child.call(recognise_alone, count=rows)
        played = child.call(play_back_a_rule, count=rows)
    yield Result(
        "catalog_change", found["seconds"], "s", bare["seconds"], Limit(30, of_value=True),
        f"{rows:,} descriptors, {found['changed']} changed; baseline: the matcher alone",
    )  # fmt: skip
    yield Result(
        "rule_played_back", played["seconds"], "s", bare["seconds"], Limit(30, of_value=True),
        f"{rows:,} descriptors, beside {played['rules']} other rules; baseline: the matcher alone",
    )  # fmt: skip
    yield Result(
        "catalog_change_page", asked["slowest"] * 1e3, "ms", asked["median"] * 1e3,
        Limit(1_000, of_value=True), "slowest page meanwhile; baseline: the median one",
    )  # fmt: skip


def _descriptors(count: int) -> list[Any]:
    from vendors.matching import describe

    made = {describe("card", text, mcc=mcc): None for text, mcc in card_file.merchant_texts(count)}
    return list(made)


def fill(count: int) -> dict[str, Any]:
    """Descriptors as a scan would have stored them. Runs in the child."""
    from discovery.descriptor_store import DescriptorStore
    from discovery.recognise import Recogniser
    from discovery.sealing import Vault

    store = DescriptorStore(Recogniser(), Vault(), "2025-01")
    descriptors = _descriptors(count)
    for start in range(0, len(descriptors), 10_000):
        store.resolve(descriptors[start : start + 10_000])
    return {}


def recognise_again(count: int) -> dict[str, Any]:
    """One merchant enters the catalog; all descriptors are asked again. Runs in the child."""
    from django.db import transaction

    from discovery.reconcile import behind, reconcile
    from discovery.reconsider import reconsider
    from vendors.catalog_index import lock_catalog, update_version
    from vendors.matching.catalog import IdentifierKind, Scope, Strength
    from vendors.models import Identifier, Product

    name = " ".join(_descriptors(count)[count // 2].form.replace("*", " ").split()[:2])
    product = Product.objects.select_related("vendor").order_by("key")[0]
    with transaction.atomic():
        lock_catalog()
        Identifier.objects.create(
            vendor=product.vendor, product=product, kind=IdentifierKind.NAME.value, value=name,
            strength=Strength.DISTINCTIVE.value, scope=Scope.DEDICATED.value,
        )  # fmt: skip
        update_version()
    begun = time.perf_counter()
    done = reconsider()
    for source in behind():
        reconcile(source, lambda: None)
    return {"seconds": time.perf_counter() - begun, "changed": done.changed}


def play_back_a_rule(count: int) -> dict[str, Any]:
    """A rule for one merchant, asked of all descriptors beside as many rules as there may be."""
    from django.utils import timezone

    from discovery.asked_rules import MOST_RULES
    from discovery.own_rules import HeldRule, OwnWords
    from discovery.playback import play_back
    from discovery.recognise import Recogniser
    from vendors.matching.grammar import words_of
    from vendors.matching.patterns import pattern
    from vendors.models import Product

    answer = Product.objects.order_by("key").values_list("key", flat=True)[0]
    forms = [descriptor.form for descriptor in _descriptors(count)[:: max(1, count // MOST_RULES)]]
    held = tuple(
        HeldRule(number, number, pattern("words", " ".join(words_of(form)[:2])), answer, "bench", "a measure",
                 timezone.now(), opens=True)
        for number, form in enumerate(forms[:MOST_RULES], 1)
    )  # fmt: skip
    own = OwnWords(held)
    begun = time.perf_counter()
    play_back(Recogniser(own=own), touches=lambda text: own.find(text) is not None)
    return {"seconds": time.perf_counter() - begun, "rules": len(held) - 1}


def recognise_alone(count: int) -> dict[str, Any]:
    """The matcher over the same descriptors in memory. Runs in the child."""
    from vendors.catalog_index import load_matcher

    matcher = load_matcher()
    descriptors = _descriptors(count)
    begun = time.perf_counter()
    for descriptor in descriptors:
        matcher.recognise(descriptor)
    return {"seconds": time.perf_counter() - begun}
