"""What people said of texts, as recognitions: decisions about single texts, and rules."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import NamedTuple

from discovery.models import Decision
from discovery.own_rules import NOT_AI, HeldRule
from discovery.sealing import keyed
from vendors.catalog_files import follow
from vendors.matching import Decision as Outcome
from vendors.matching import NoneBecause, Recognition
from vendors.matching.patterns import Fits
from vendors.models import Product, Vendor

_FITS = {
    Fits.BEGINNING: "texts that begin with",
    Fits.WORDS: "texts with the words",
    Fits.HOST: "the host",
    Fits.CLIENT_ID: "the client id",
}


def recognition_by(rule: HeldRule) -> Recognition:
    """What a rule says of every text that it fits, with the rule as the reason."""
    where = f" in the channel {rule.pattern.channel}" if rule.pattern.channel else ""
    said = (
        f"Rule {rule.number} of {rule.actor} ({rule.made_at:%Y-%m-%d}) for {_FITS[rule.pattern.fits]} "
        f"“{rule.pattern.shown}”{where}: {rule.reason}"
    )
    return _as_decided(rule.answer, said, _known_keys())


def text_key(channel: str, form: str) -> str:
    """What decisions call a text: a keyed hash, since a text that is not AI may stand nowhere readable."""
    return keyed(b"decided text", f"{channel}\x1f{form}").hex()


def decisions_about_texts() -> dict[str, tuple[Recognition, str]]:
    """The decision that holds for each text: the newest; an empty one gives the text back to the matcher."""
    newest: dict[str, Decision] = {}
    for decision in Decision.objects.filter(kind=Decision.Kind.RECOGNISE).order_by("pk"):
        newest[decision.subject["text"]] = decision
    if not newest:  # as in a new installation: the names of the whole catalog are not needed
        return {}
    known = _known_keys()
    result = {}
    for subject, decision in newest.items():
        if decision.after:
            reason = f"{decision.actor} decided on {decision.made_at:%Y-%m-%d}: {decision.reason}"
            result[subject] = (_as_decided(decision.after, reason, known), decision.actor)
    return result


class _Known(NamedTuple):
    """What the catalog knows by key."""

    vendor_of: Mapping[str, str]  # product → its vendor
    successor: Mapping[str, str]  # product → what it was replaced by
    vendors: Set[str]


def _known_keys() -> _Known:
    replaced = Product.objects.exclude(replaced_by=None)
    return _Known(
        dict(Product.objects.values_list("key", "vendor__key")),
        dict(replaced.values_list("key", "replaced_by__key")),
        set(Vendor.objects.values_list("key", flat=True)),
    )


def _as_decided(answer: str, reason: str, known: _Known) -> Recognition:
    """What people said a text stands for, as a recognition."""
    if answer == NOT_AI:
        return Recognition(Outcome.NONE, score=1.0, none_because=NoneBecause.NOT_AI, reasons=(reason,))
    if answer in known.vendor_of:
        product = follow(answer, known.successor)  # what was decided for may have been replaced since
        return Recognition(
            Outcome.MATCH, product=product, vendor=known.vendor_of[product], score=1.0, reasons=(reason,)
        )
    if answer in known.vendors:
        return Recognition(Outcome.MATCH, vendor=answer, score=1.0, reasons=(reason,))
    # What was decided for left the catalog: a contradiction for a person, never silent.
    return Recognition(Outcome.REVIEW, reasons=(reason, f"{answer} is no longer in the catalog"))
