"""``/catalog/of/…/own/``: what this company says of a product beside the catalog, said and taken back."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from inventory.access import Action, behind
from inventory.naming import capabilities_of
from inventory.own_words import KINDS, said, taken_back, words_of
from inventory.product_page import EVERY_NAMES, PER_NAMES, TIER_NAMES
from vendors.models import Capability, Product
from vendors.own import (
    MOST_CAPABILITIES,
    NotSaid,
    OwnWord,
    plans_here,
    say_capabilities,
    say_fact,
    say_plan,
    say_price,
)
from vendors.risk_attributes import Kind, attributes


@behind(Action.SAY_OWN)
@require_http_methods(["GET", "POST"])
def own_words(request: HttpRequest, key: str) -> HttpResponse:
    """All that was said here of a product, and the forms to say something; what was typed stays."""
    product = get_object_or_404(Product.objects.select_related("vendor"), key=key)
    status = 200
    if request.method == "POST":
        try:
            said(product, lambda: _say(product, request.POST, request.user.email))
        except NotSaid as refused:
            messages.error(request, str(refused))
            status = 422
        else:
            messages.success(request, _("It holds from now on, and no new catalog changes it."))
            return redirect("own_words", product.key)
    typed = request.POST if request.method == "POST" else request.GET
    context = {
        "product": product,
        "words": words_of(product),
        "attributes": [(one.key, one.name) for one in attributes().values()],
        "about": attributes().get(typed.get("attribute", "")),
        "values_typed": typed.getlist("value"),
        "plans_typed": typed.getlist("plans"),
        "plans": plans_here(product).items(),
        "tiers": TIER_NAMES.items(),
        "jobs": list(Capability.objects.order_by("name").values_list("key", "name")),
        "job_places": _job_places(product, typed),
        "per": PER_NAMES.items(),
        "every": EVERY_NAMES.items(),
        "typed": typed,
    }
    return render(request, "inventory/own_words.html", context, status=status)


@behind(Action.SAY_OWN)
@require_POST
def take_back(request: HttpRequest, kind: str, number: int) -> HttpResponse:
    if kind not in KINDS:
        raise Http404("Nothing of that kind is said of products.")
    word = get_object_or_404(KINDS[kind], pk=number)
    try:
        taken_back(word, actor=request.user.email, reason=request.POST.get("reason", ""), now=timezone.now())
    except NotSaid as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The catalog has its say again."))
    return redirect("own_words", word.product)


def _job_places(product: Product, typed: QueryDict) -> list[str]:
    """The keys that stand in the places of the form, as typed or as they are."""
    chosen = typed.getlist("job") or [key for key, _name in capabilities_of([product.key])[product.key]]
    return [*chosen, *[""] * MOST_CAPABILITIES][:MOST_CAPABILITIES]


def _say(product: Product, form: QueryDict, actor: str) -> OwnWord:
    who = {
        "source": form.get("source", ""),
        "actor": actor,
        "reason": form.get("reason", ""),
        "now": timezone.now(),
    }
    match form.get("kind"):
        case "price":
            terms = [form.get(name, "") for name in ("plan", "amount", "currency", "per", "every")]
            return say_price(product, *terms, **who)
        case "plan":
            return say_plan(product, form.get("name", ""), form.get("tier", ""), **who)
        case "capabilities":
            return say_capabilities(product, form.getlist("job"), **who)
        case "fact":
            attribute = form.get("attribute", "")
            return say_fact(product, attribute, _value(attribute, form), form.getlist("plans"), **who)
    raise NotSaid(_("Choose what you want to say."))


def _value(attribute: str, form: QueryDict) -> object:
    """What the form says, as a data file would have it."""
    known = attributes().get(attribute)
    if known and known.kind == Kind.SEVERAL:
        return form.getlist("value")
    value = form.get("value", "").strip()
    if known and known.kind == Kind.NUMBER and value.isascii() and value.isdigit() and len(value) < 10:
        return int(value)
    return value
