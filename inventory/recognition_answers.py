"""What people answer on the page of a text: a candidate, another tool, not AI, or a tool of their own."""

from __future__ import annotations

import re
import unicodedata

from django.db import transaction
from django.utils.translation import gettext as _

from discovery.asked import ask_recognition, ask_undo
from discovery.decisions import WrongDecision
from discovery.models import AskedRecognition, Decision, Descriptor
from vendors.local import add_local_product, local_identifier, withdraw_local_product
from vendors.matching.catalog import IdentifierKind
from vendors.models import Origin, Product, Vendor

_LONGEST_NAME = 80
_SHORTEST_NAME = 4


def answer(descriptor: Descriptor, key: str, *, actor: str, reason: str) -> AskedRecognition:
    """Say what a text stands for: a tool's key or ``not_ai``. Raises WrongDecision."""
    if not key:
        raise WrongDecision(_("choose what the text stands for"))
    return ask_recognition(descriptor, key, actor=actor, reason=reason)


def add_tool(
    descriptor: Descriptor, *, name: str, maker: str, domain: str, job: str, actor: str, reason: str
) -> AskedRecognition:
    """Add a tool that the catalog lacks and say that the text stands for it. Raises WrongDecision.

    Every text that holds its name is recognised by it from now on.
    """
    if not reason.strip():
        raise WrongDecision(_("say why: the reason is kept with the decision"))
    with transaction.atomic():
        product = own_product(name, maker=maker, domain=domain, job=job)
        return ask_recognition(descriptor, product.key, actor=actor, reason=reason, ask_all=True)


def own_product(name: str, *, maker: str = "", domain: str = "", job: str = "") -> Product:
    """Add a tool of the company's own that the catalog lacks. Raises WrongDecision."""
    name, maker = " ".join(name.split()), " ".join(maker.split())
    if not _SHORTEST_NAME <= len(name) <= _LONGEST_NAME:
        raise WrongDecision(_("a name has four to eighty letters: a shorter one stands in too many texts"))
    if len(maker) > _LONGEST_NAME or len(domain) > 2 * _LONGEST_NAME:
        raise WrongDecision(_("maker and web address are too long"))
    key = f"{_vendor_key(maker or name)}/{_slug(name)}"
    if Product.objects.filter(key=key).exclude(withdrawn=True, origin=Origin.LOCAL).exists():
        raise WrongDecision(_("the catalog has this tool already; search for it and choose it"))
    identifiers = [local_identifier(IdentifierKind.NAME, name)]
    if domain := domain.strip().lower():
        identifiers.append(local_identifier(IdentifierKind.DOMAIN, domain))
    try:
        return add_local_product(
            key, name, maker or name, identifiers, domain=domain, capabilities=[job] if job else []
        )
    except ValueError as error:
        raise WrongDecision(str(error)) from None


def _vendor_key(maker: str) -> str:
    """The key of a vendor that is called so, else one made of the name."""
    known = Vendor.objects.filter(name__iexact=maker).values_list("key", flat=True).first()
    return known or _slug(maker)


def _slug(name: str) -> str:
    """Lower-case letters and digits joined by hyphens. Raises WrongDecision where a name has none."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain)
    if not words:
        raise WrongDecision(_("write the name in Latin letters; the key of the tool is made of it"))
    return "-".join(words)[:70].strip("-")


def undo(decision: Decision, *, actor: str, reason: str) -> AskedRecognition:
    """Undo a decision; a tool that was added with it, and on which no other decision rests, goes too.

    Raises WrongDecision.
    """
    with transaction.atomic():
        added = AskedRecognition.objects.filter(decision=decision, ask_all=True).first()
        goes = added is not None and not _others_rest_on(added.answer, decision)
        if added is not None and goes:
            withdraw_local_product(added.answer)
        return ask_undo(decision, actor=actor, reason=reason, ask_all=goes)


def _others_rest_on(product: str, decision: Decision) -> bool:
    newest: dict[str, Decision] = {}
    for other in Decision.objects.filter(kind=Decision.Kind.RECOGNISE).order_by("pk"):
        newest[other.subject["text"]] = other
    return any(other.after == product and other.pk != decision.pk for other in newest.values())
