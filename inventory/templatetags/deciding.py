"""What pages of decisions share: the button that undoes what was just done."""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.contrib.messages.storage.base import Message
from django.template.context import RequestContext
from django.urls import reverse

from inventory.access import Action, may
from inventory.models import DataClass

register = template.Library()


@register.filter
def data_names(values: Iterable[str]) -> str:
    """Classes of data in words."""
    return ", ".join(str(DataClass(value).label) for value in values)


@register.inclusion_tag("inventory/_undo.html", takes_context=True)
def undo_button(context: RequestContext, message: Message) -> dict[str, object]:
    """A button in a message that tells of a decision; nothing in any other."""
    kind, _dash, what = (message.extra_tags or "").partition("-")
    shown = bool(what) and may(context["request"].user, Action.DECIDE)
    address = ""
    if shown and kind == "undo" and what.isdigit():
        address = reverse("undo_batch", args=[what])
    elif shown and kind == "wake":
        address = reverse("wake", args=[what])
    request = context["request"]
    back = request.get_full_path() if request.method == "GET" else ""
    return {"address": address, "back": back, "csrf_token": context.get("csrf_token")}
