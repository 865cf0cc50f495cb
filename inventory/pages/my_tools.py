"""``/me/tools/``: what evidence says I use, each with one click; what I declared. Nobody else reads it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from inventory import declarations
from inventory import my_tools as mine
from inventory.access import person_of
from inventory.declaration_models import Word
from inventory.models import UsersAnswer
from inventory.pages.me import tell_workers
from inventory.questions_to_users import NotAnswered, answer_question

DECLARATIONS_PER_PAGE = 10
_PRIVATE = "private"
_THANKS = {
    Word.USES: gettext_lazy("Thank you. You are asked again in half a year."),
    Word.STOPPED: gettext_lazy("Thank you. You are asked again only if it is seen again."),
    Word.NOT_ME: gettext_lazy("Thank you. Those who look after it see that somebody says so."),
}


@login_required
@require_safe
def my_tools(request: HttpRequest) -> HttpResponse:
    tools = mine.my_tools(request.user, timezone.now())
    page = Paginator(declarations.own(request.user), DECLARATIONS_PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "inventory/my_tools.html",
        {
            "person": person_of(request.user),
            "tools": tools,
            "asking": [tool for tool in tools if tool.asks],
            "settled": [tool for tool in tools if not tool.asks],
            "page": page,
            "states": declarations.states_of(page.object_list),
            "questions": mine.questions_to(request.user, timezone.now()),
            "choices": UsersAnswer.choices,
        },
    )


@login_required
@require_POST
def answer(request: HttpRequest, question_id: int) -> HttpResponse:
    """Answer a question that the users of a tool are asked: once, for oneself."""
    person = person_of(request.user)
    if person is None:
        raise Http404("Nobody asks you this.")
    try:
        answer_question(
            question_id,
            person,
            request.POST.get("choice", ""),
            request.POST.get("words", ""),
            now=timezone.now(),
        )
    except NotAnswered as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Thank you. Who asked reads your answer under a pseudonym."))
    return redirect("my_tools")


@login_required
@require_POST
def say(request: HttpRequest) -> HttpResponse:
    """One click on one tool."""
    key, word = request.POST.get("tool", ""), request.POST.get("word", "")
    try:
        if word == _PRIVATE:
            _say_private(request, key)
        else:
            mine.say(request.user, key, word, timezone.now())
            messages.success(request, _THANKS[Word(word)])
    except mine.NotMine:
        raise Http404("No evidence of such a tool is about you.") from None
    return redirect("my_tools")


def _say_private(request: HttpRequest, key: str) -> None:
    number = mine.call_tool_private(request.user, key)
    if not number:
        messages.error(request, _("An invoice, order, seat or metered use of the company is not private."))
        return
    words = ngettext(
        "%(number)s record is being sealed: in a moment nobody can read it.",
        "%(number)s records are being sealed: in a moment nobody can read them.",
        number,
    )
    messages.success(request, words % {"number": number})
    tell_workers()
