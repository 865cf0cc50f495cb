"""Asking somebody to own a tool, and what they answer. Only they can accept.

Who was asked accepts, hands it on to a colleague (who is asked in turn), or declines. Handing a
leaver's tools over needs nobody's answer: see ``ownership.hand_on``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from discovery.models import Person
from inventory.access import person_of
from inventory.decisions import Change, WrongDecision, decide
from inventory.models import OwnershipRequest, Tool
from inventory.ownership import accept_ownership, hand_on

Answer = OwnershipRequest.Answer


class WrongRequest(ValueError):
    """What cannot be asked or answered: one sentence that says why."""


def is_here(address: str) -> bool:
    """Whether the directory has somebody here with this address."""
    return Person.objects.filter(email=address, active=True, in_directory=True).exists()


def ask(
    tool: str, asked: str, *, technical: bool, asked_by: str, reason: str, now: datetime
) -> OwnershipRequest:
    """Ask somebody who is here to own a tool."""
    asked = asked.strip().lower()
    if not reason.strip():
        raise WrongRequest(_("Say why you ask: they read it."))
    try:
        validate_email(asked)
    except ValidationError:
        raise WrongRequest(_("Name whom you ask by their e-mail address.")) from None
    if not is_here(asked):
        raise WrongRequest(_("The directory has nobody here with that address; ask somebody it has."))
    found = Tool.objects.filter(key=tool).first()
    if found is None:
        raise WrongRequest(_("The inventory has no such tool any more."))
    if (found.technical_owner if technical else found.owner) == asked:
        raise WrongRequest(_("They own it already."))
    try:
        with transaction.atomic():
            return OwnershipRequest.objects.create(
                tool=tool,
                technical=technical,
                asked=asked,
                asked_by=asked_by,
                reason=reason.strip(),
                asked_at=now,
            )
    except IntegrityError:
        raise WrongRequest(_("They were asked already and have not answered yet.")) from None


def addresses_of(user: AbstractUser) -> frozenset[str]:
    """The addresses under which a user may have been asked."""
    person = person_of(user)
    return frozenset({user.email.strip().lower(), person.email if person else ""} - {""})


def requests_to(user: AbstractUser) -> list[OwnershipRequest]:
    """What a user was asked, without what was taken back: open ones first, then the newest."""
    asked = OwnershipRequest.objects.filter(asked__in=addresses_of(user)).exclude(answer=Answer.WITHDRAWN)
    return sorted(asked, key=lambda one: (one.answer != Answer.OPEN, -one.pk))


def waiting_for(user: AbstractUser) -> int:
    """How many questions wait for a user, for the navigation: by the account's own address. One query."""
    own = user.email.strip().lower() if user.is_authenticated else ""
    return OwnershipRequest.objects.filter(asked=own, answer=Answer.OPEN).count() if own else 0


def tools_of(user: AbstractUser) -> list[Tool]:
    """What a user owns, as business or as technical owner, by key."""
    addresses = addresses_of(user)
    owned = Tool.objects.filter(owner__in=addresses) | Tool.objects.filter(technical_owner__in=addresses)
    return list(owned.order_by("key"))


@transaction.atomic
def accept(user: AbstractUser, number: int, *, now: datetime) -> OwnershipRequest:
    """Become the owner. Raises OwnershipRequest.DoesNotExist unless it is the user who was asked."""
    request = _open_request(user, number)
    reason = _("Accepted when asked: %(why)s") % {"why": request.reason}
    try:
        if request.technical:
            change = Change(technical_owner=request.asked)
            decide([request.tool], change, actor=request.asked, reason=reason, now=now)
        else:
            accept_ownership(request.tool, request.asked, reason=reason, now=now)
    except WrongDecision:
        if not _owns(request):
            raise WrongRequest(_("The inventory has no such tool any more.")) from None
    return _answered(request, Answer.ACCEPTED, "", now)


@transaction.atomic
def pass_on(user: AbstractUser, number: int, to: str, *, reason: str, now: datetime) -> OwnershipRequest:
    """Ask a colleague instead. They are asked as one was asked oneself, and nobody is the owner yet."""
    request = _open_request(user, number)
    if to.strip().lower() in addresses_of(user):
        raise WrongRequest(_("Name a colleague, or accept it yourself."))
    ask(request.tool, to, technical=request.technical, asked_by=request.asked, reason=reason, now=now)
    return _answered(request, Answer.HANDED_ON, reason, now)


@transaction.atomic
def decline(user: AbstractUser, number: int, *, reason: str, now: datetime) -> OwnershipRequest:
    request = _open_request(user, number)
    if not reason.strip():
        raise WrongRequest(_("Say in a word why not, so that somebody else can be asked."))
    return _answered(request, Answer.DECLINED, reason, now)


@transaction.atomic
def withdraw(number: int, *, actor: str, now: datetime) -> OwnershipRequest:
    """Take a request back that nobody has answered. Raises OwnershipRequest.DoesNotExist."""
    request = OwnershipRequest.objects.select_for_update().get(pk=number, answer=Answer.OPEN)
    reason = _("Taken back by %(who)s") % {"who": actor}
    return _answered(request, Answer.WITHDRAWN, reason, now)


def hand_over(lines: Collection[tuple[str, bool]], to: str, *, actor: str, reason: str, now: datetime) -> int:
    """Hand leavers' tools over to somebody who is here: (tool, as technical owner). How many were."""
    to = to.strip().lower()
    if not lines:
        raise WrongRequest(_("Choose the tools to hand over."))
    if not reason.strip():
        raise WrongRequest(_("Say why: the reason is kept with the decision."))
    if not is_here(to):
        raise WrongRequest(
            _("The directory has nobody here with that address; hand over to somebody it has.")
        )
    with transaction.atomic():
        for technical in (False, True):
            tools = [key for key, as_technical in lines if as_technical is technical]
            if tools:
                try:
                    hand_on(tools, to, technical=technical, actor=actor, reason=reason, now=now)
                except WrongDecision:
                    raise WrongRequest(
                        _("These tools changed meanwhile, or are theirs already; look at the list again.")
                    ) from None
    return len({key for key, _technical in lines})


def open_requests(tools: Iterable[str] | None = None) -> list[OwnershipRequest]:
    """Requests that nobody has answered, the oldest first; of some tools or of all."""
    found = OwnershipRequest.objects.filter(answer=Answer.OPEN).order_by("asked_at", "pk")
    return list(found if tools is None else found.filter(tool__in=list(tools)))


def _open_request(user: AbstractUser, number: int) -> OwnershipRequest:
    mine = OwnershipRequest.objects.select_for_update().filter(asked__in=addresses_of(user))
    request = mine.exclude(answer=Answer.WITHDRAWN).get(pk=number)
    if request.answer != Answer.OPEN:
        raise WrongRequest(_("You have answered this already."))
    return request


def _owns(request: OwnershipRequest) -> bool:
    column = "technical_owner" if request.technical else "owner"
    return Tool.objects.filter(key=request.tool, **{column: request.asked}).exists()


def _answered(request: OwnershipRequest, answer: str, reason: str, now: datetime) -> OwnershipRequest:
    request.answer, request.answer_reason, request.answered_at = answer, reason.strip(), now
    request.save(update_fields=["answer", "answer_reason", "answered_at"])
    return request
