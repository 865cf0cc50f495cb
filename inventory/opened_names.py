"""Names behind pseudonyms: opened one at a time, with a reason, for some hours, and told to that person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.contrib.auth.models import AbstractUser
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from discovery.models import Person
from inventory.access import Action, may, reach_of, working_role
from inventory.access_models import OPENING_HOURS
from inventory.models import NameOpening
from inventory.pseudonyms import pseudonym

_LONGEST_REASON = 500


class NotOpened(Exception):
    """One sentence that says why the name stays closed."""


@dataclass(frozen=True)
class Shown:
    """A person as one reader sees them: a name, or the code of a pseudonym."""

    code: str
    name: str = ""
    email: str = ""
    department: str = ""
    active: bool = True
    person: Person | None = field(default=None, repr=False)

    @property
    def hidden(self) -> bool:
        return not self.name

    def __str__(self) -> str:
        return self.name or _("person %(code)s") % {"code": self.code}


@dataclass(frozen=True)
class Names:
    """How one reader sees people. Made once a page: one query."""

    role: str
    opened: frozenset[str]  # e-mail addresses

    def of(self, person: Person) -> Shown:
        code = pseudonym(person.email, self.role)
        if person.email not in self.opened:
            return Shown(code, department=person.department, active=person.active, person=person)
        return Shown(code, str(person), person.email, person.department, person.active, person)

    def in_order(self, people: Iterable[Person]) -> list[Shown]:
        """By pseudonym, opened or not: an order by name would tell the names."""
        return sorted(map(self.of, people), key=lambda shown: shown.code)


def names_for(user: AbstractUser, now: datetime) -> Names:
    """The names that a reader has opened and that are still open. The reader's own never was closed."""
    role = working_role(user)
    if role is None or not may(user, Action.OPEN_NAMES):
        return Names("", frozenset())
    in_force = NameOpening.objects.filter(opened_by=user.email.lower(), opened_at__lte=now, until__gt=now)
    return Names(role, frozenset(in_force.values_list("person", flat=True)) | {user.email.lower()})


def person_behind(code: str, user: AbstractUser) -> Person | None:
    """The person within a reader's reach whose pseudonym for the reader's role this is."""
    role = working_role(user)
    if role is None:
        return None
    everybody = reach_of(user).people(Person.objects.order_by())
    email = next(
        (email for email in everybody.values_list("email", flat=True) if pseudonym(email, role) == code), None
    )
    return Person.objects.filter(email=email).first() if email else None


def open_name(user: AbstractUser, person: Person, *, reason: str, hours: int, now: datetime) -> NameOpening:
    """Open a name for some hours. Raises NotOpened with one sentence; the database holds the bounds."""
    role = working_role(user)
    if role is None or not may(user, Action.OPEN_NAMES):
        raise NotOpened(_("Your role has no right to names."))
    reason = " ".join(reason.split())
    if not reason:
        raise NotOpened(_("Say why you open this name; the person reads it too."))
    if len(reason) > _LONGEST_REASON:
        raise NotOpened(_("Say it in 500 characters at most."))
    if hours not in OPENING_HOURS:
        raise NotOpened(_("A name is opened for one, four or eight hours."))
    return NameOpening.objects.create(
        opened_by=user.email.lower(),
        role=role.value,
        person=person.email,
        reason=reason,
        hours=hours,
        opened_at=now,
        until=now + timedelta(hours=hours),
    )


def openings_of(emails: Iterable[str]) -> QuerySet[NameOpening]:
    """Who opened the name of a person, newest first; a person may have several addresses."""
    return NameOpening.objects.filter(person__in=list(emails)).order_by("-opened_at", "-pk")
