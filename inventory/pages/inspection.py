"""``/recognitions/inspect/``: why a text is recognised as it is. What is asked is posted and kept nowhere."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from inventory import inspection, recognitions
from inventory.access import Action, behind

_FIELDS = ("channel", "text", "mcc", "url", "client_id", "scopes")


@behind(Action.SEE_RECOGNITIONS)
@require_http_methods(["GET", "HEAD", "POST"])
def inspect(request: HttpRequest) -> HttpResponse:
    asked = {name: request.POST.get(name, "").strip() for name in _FIELDS}
    wrong = _wrong(asked) if request.method == "POST" else ""
    found = inspection.inspect(**asked) if request.method == "POST" and not wrong else None
    return render(
        request,
        "inventory/inspection.html",
        {
            "kept": asked,
            "wrong": wrong,
            "found": found,
            "channels": recognitions.CHANNEL_NAMES.items(),
            "examples": inspection.examples(),
        },
        status=422 if wrong else 200,
    )


def _wrong(asked: dict[str, str]) -> str:
    """What is wrong with a question, in one sentence; "" for nothing."""
    if asked["channel"] not in recognitions.CHANNEL_NAMES:
        return _("Say where the text comes from.")
    if not (asked["text"] or asked["url"] or asked["client_id"]):
        return _("Enter a text, a web address or a client id.")
    if max(map(len, asked.values())) > inspection.LONGEST:
        return _("That is longer than %(most)s characters; enter one line of a statement or one name.") % {
            "most": inspection.LONGEST
        }
    if asked["mcc"] and not (len(asked["mcc"]) == 4 and asked["mcc"].isdecimal()):
        return _("A merchant category has four digits.")
    return ""
