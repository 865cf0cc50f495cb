"""Errors in the catalog, as people here report them, and what an administrator says became of each."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from inventory.models import CatalogCorrection
from vendors.models import Product
from vendors.risk_attributes import ADDRESS, attributes

_LONGEST = 500


class NotTaken(ValueError):
    """A report or an answer that cannot be taken: one sentence that says what to do."""


def report(
    product: Product, said: str, *, attribute: str = "", source: str = "", actor: str, now: datetime
) -> CatalogCorrection:
    """Write down what is wrong about a product. Raises NotTaken.

    The same said twice by one person before anybody answered is one report.
    """
    said, source = said.strip(), source.strip()
    if not said:
        raise NotTaken(_("Say what is wrong, and what would be right."))
    if len(said) > _LONGEST or len(source) > _LONGEST:
        raise NotTaken(_("Say it in at most 500 characters."))
    if attribute and attribute not in attributes():
        raise NotTaken(_("Choose what it is about from the list."))
    if source and not ADDRESS.fullmatch(source):
        raise NotTaken(_("The source is an address that begins with https://, or leave it empty."))
    told = {"product": product.key, "attribute": attribute, "said": said, "source": source, "actor": actor}
    waiting = CatalogCorrection.objects.filter(settled_at=None, **told).first()
    return waiting or CatalogCorrection.objects.create(**told, made_at=now)


def settle(correction_id: int, answer: str, *, actor: str, now: datetime) -> None:
    """Say what became of a report. Raises NotTaken where nothing is said, or somebody settled it before."""
    answer = answer.strip()
    if not answer:
        raise NotTaken(_("Say what became of it: whoever reported it reads that."))
    if len(answer) > _LONGEST:
        raise NotTaken(_("Say it in at most 500 characters."))
    waiting = CatalogCorrection.objects.filter(pk=correction_id, settled_at=None)
    if not waiting.update(answer=answer, settled_by=actor, settled_at=now):
        raise NotTaken(_("Somebody settled it already."))
