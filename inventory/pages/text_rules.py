"""``/recognitions/rules/``: rules for texts, played back before they are saved, with versions and undo."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from discovery import asked_rules, openings
from discovery.decisions import WrongDecision
from discovery.models import AskedRule, Descriptor, SealOpening
from discovery.own_rules import NOT_AI
from inventory import text_rules
from inventory.access import Action, behind, may, reach_of
from inventory.pages.deciding import sentence
from inventory.pages.recognitions import follow_soon
from inventory.recognitions import CHANNEL_NAMES, search
from inventory.text_rules import FITS_NAMES

PER_PAGE = 50
_LONGEST_REASON = 500


@behind(Action.SEE_RECOGNITIONS)
@require_http_methods(["GET", "HEAD", "POST"])
def rules(request: HttpRequest) -> HttpResponse:
    """Every rule, and the form for a new one; the company's, so for who sees all of it."""
    if not reach_of(request.user).whole:
        return redirect("recognitions")
    if request.method == "POST":
        return _write(request)
    return _list(request, _like(request))


def _like(request: HttpRequest) -> dict[str, str]:
    """What the form begins with: the words of a text that waits, where one was chosen."""
    number = request.GET.get("like", "")
    text = None
    if number.isascii() and number.isdigit() and len(number) < 18:
        waiting = Descriptor.objects.exclude(state=Descriptor.State.SEALED)
        text = waiting.filter(pk=int(number)).first()
    return {"text": text.form[:200], "channel": text.channel, "fits": "words"} if text else {}


def _list(
    request: HttpRequest, filled: dict[str, str], wrong: str = "", others: list[object] | None = None
) -> HttpResponse:
    page = Paginator(text_rules.listed(), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "kept": filled,
        "wrong": wrong,
        "others": others or [],
        **_offers(request),
    }
    return render(request, "inventory/text_rules.html", context, status=422 if wrong else 200)


def _offers(request: HttpRequest) -> dict[str, object]:
    """What the form's fields offer."""
    return {
        "fits": FITS_NAMES.items(),
        "channels": CHANNEL_NAMES.items(),
        "not_ai": NOT_AI,
        "may_decide": may(request.user, Action.DECIDE_RECOGNITIONS),
    }


def _write(request: HttpRequest, of: AskedRule | None = None) -> HttpResponse:
    """Write a rule down and show its page, on which a worker's playback appears."""
    if not may(request.user, Action.DECIDE_RECOGNITIONS):
        return _list(request, {}, _("Your role does not let you write rules."))
    filled = {name: value.replace("\0", "").strip() for name, value in request.POST.items()}
    answer, others = filled.get("key", ""), []
    if filled.get("stands") == NOT_AI:
        answer = NOT_AI
    elif not answer:
        answer, others = text_rules.answer_named(filled.get("tool", ""))
        if not answer:
            if not others:
                wrong = _("Say which tool of the catalog these texts stand for, or that they are not AI.")
            elif search(filled["tool"])[1]:
                wrong = _("Several tools are called so; choose one.")
            else:
                wrong = _("No tool of the catalog is called so; choose the one that you mean.")
            return _list(request, filled, wrong, others)
    try:
        asked = asked_rules.ask_rule(
            filled.get("fits", ""),
            filled.get("text", ""),
            filled.get("channel", ""),
            answer,
            actor=request.user.email.lower(),
            reason=filled.get("reason", "")[:_LONGEST_REASON],
            of=of,
        )
    except WrongDecision as refused:
        return _list(request, filled, sentence(refused))
    follow_soon()
    return redirect("text_rule", asked.number)


@behind(Action.SEE_RECOGNITIONS)
@require_http_methods(["GET", "HEAD", "POST"])
def rule(request: HttpRequest, number: int) -> HttpResponse:
    """One rule: what it would move or moved, its versions, and a new version."""
    if not reach_of(request.user).whole:
        return redirect("recognitions")
    first = get_object_or_404(AskedRule, pk=number, of=None)
    if request.method == "POST":
        return _write(request, first)
    found = text_rules.rule_page(first)
    return render(
        request,
        "inventory/text_rule.html",
        {
            "rule": found,
            "mine": found.newest.actor == request.user.email.lower(),
            "moving": found.newest.state in ("asked", "accepted"),
            "newest_text": found.newest if found.newest.fits else first,
            **_offers(request),
        },
    )


@behind(Action.DECIDE_RECOGNITIONS)
@require_POST
def save(request: HttpRequest, number: int) -> HttpResponse:
    """Save a rule that was played back, or drop it."""
    asked = get_object_or_404(AskedRule, pk=number)
    keep = request.POST.get("do") != "drop"
    try:
        (asked_rules.accept if keep else asked_rules.drop)(asked, actor=request.user.email.lower())
    except WrongDecision as wrong:
        messages.error(request, sentence(wrong))
    else:
        messages.success(
            request, _("Written down; it takes effect in a moment.") if keep else _("The rule is dropped.")
        )
        follow_soon()
    return redirect("text_rule", asked.number) if keep else redirect("text_rules")


@behind(Action.DECIDE_RECOGNITIONS)
@require_POST
def undo(request: HttpRequest, number: int) -> HttpResponse:
    """Let the newest version give way to what held before it."""
    get_object_or_404(AskedRule, pk=number, of=None)
    reason = request.POST.get("reason", "")[:_LONGEST_REASON]
    try:
        asked_rules.ask_undo(number, actor=request.user.email.lower(), reason=reason)
    except WrongDecision as wrong:
        messages.error(request, sentence(wrong))
    else:
        messages.success(request, _("It is being undone; all is as before in a moment."))
        follow_soon()
    return redirect("text_rule", number)


# --- the privacy officer's word ------------------------------------------------------------------------


@behind(Action.SEE_OPENINGS)
@require_safe
def sealed(request: HttpRequest) -> HttpResponse:
    """What would open sealed records and waits for an answer, and every answer there was."""
    answered = SealOpening.objects.exclude(state="waiting").order_by("-pk")
    page = Paginator(answered, PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "inventory/seal_openings.html",
        {
            "waiting": text_rules.opening_lines(openings.waiting()),
            "page": page,
            "answered": text_rules.opening_lines(page.object_list),
            "may_agree": may(request.user, Action.AGREE_TO_OPENINGS),
            "me": request.user.email.lower(),
        },
    )


@behind(Action.AGREE_TO_OPENINGS)
@require_POST
def answer(request: HttpRequest, opening_id: int) -> HttpResponse:
    """Agree or refuse, with a reason."""
    opening = get_object_or_404(SealOpening, pk=opening_id)
    agree = request.POST.get("do") == "agree"
    try:
        openings.answer(
            opening,
            agree,
            actor=request.user.email.lower(),
            reason=request.POST.get("reason", "")[:_LONGEST_REASON],
            now=timezone.now(),
        )
    except WrongDecision as wrong:
        messages.error(request, sentence(wrong))
    else:
        messages.success(
            request,
            _("Written down. The records are opened in a moment.") if agree else _("They stay sealed."),
        )
        if agree:
            follow_soon()
    return redirect("seal_openings")
