"""Everything that is kept on one person, as that person reads it: what, from where, and until when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import AbstractUser
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from discovery.connectors.base import Kind
from discovery.identity import record_key
from discovery.models import Decision, Descriptor, DirectoryEntry, Person, Record
from discovery.private import decide_private, private_records, take_back
from discovery.retention import deleted_on
from inventory.access import person_of
from inventory.models import AccessChange, ApiToken, Attestation, HomeVisit, NameOpening
from inventory.naming import names_of
from inventory.opened_names import openings_of

#: The reason that a decision is kept with; nobody has to explain what is private.
_REASON = "private, says the person it is about"
_OF_THE_COMPANY = (Record.Kind.LICENCE, Record.Kind.USAGE, Record.Kind.CONTRACT)
_REASON_BACK = "not private after all, says the person it is about"


class NotPrivate(Exception):
    """One sentence that says why a record cannot be called private."""


@dataclass(frozen=True)
class Line:
    """A record with what its person is told of it."""

    record: Record
    tool: str  # what it is taken for; "" while that waits for a person
    deleted_on: date | None
    may_be_private: bool
    being_sealed: bool


@dataclass(frozen=True)
class Weeks:
    """The weeks in which a person signed in to a tool, as Mondays."""

    tool: str
    weeks: list[date]


def records_of(person: Person) -> QuerySet[Record]:
    """Every readable record on a person, replaced versions among them, newest first."""
    return (
        Record.objects.filter(person=person)
        .select_related("source", "descriptor", "purchase")
        .order_by("-date", "source__name", "-pk")
    )


def lines(records: Iterable[Record]) -> list[Line]:
    """Records as their person reads them. Three queries."""
    records = list(records)
    titles = _titles(record.descriptor for record in records)
    private = private_records()
    return [
        Line(
            record,
            titles.get(record.descriptor_id, ""),
            deleted_on(record),
            _may_be_private(record),
            record_key(record.identity, record.content) in private,
        )
        for record in records
    ]


def weeks_of(person: Person) -> list[Weeks]:
    """Presence by week, attempts apart: by tool name, never by how often."""
    signed_in = Record.objects.filter(person=person, kind=Record.Kind.PRESENCE, attempt=False, current=True)
    found: dict[int, set[date]] = defaultdict(set)
    for descriptor, monday in signed_in.order_by().values_list("descriptor_id", "date"):
        found[descriptor].add(monday)
    descriptors = Descriptor.objects.in_bulk(found)
    titles = _titles(descriptors.values())
    by_tool: dict[str, set[date]] = defaultdict(set)
    for number, weeks in found.items():
        by_tool[titles.get(number) or descriptors[number].form] |= weeks
    return [Weeks(tool, sorted(by_tool[tool], reverse=True)) for tool in sorted(by_tool, key=str.casefold)]


def _titles(descriptors: Iterable[Descriptor]) -> dict[int, str]:
    """Descriptor → name of what it stands for. Two queries."""
    vendor_of: dict[str, str] = {}
    keys: dict[int, str] = {}
    for descriptor in descriptors:
        if key := descriptor.product or descriptor.vendor:
            keys[descriptor.pk] = key
            vendor_of[key] = descriptor.vendor
    names = names_of(vendor_of)
    return {number: names[key].title for number, key in keys.items()}


def directory_of(person: Person) -> QuerySet[DirectoryEntry]:
    """What directories say of a person, what they said before included."""
    entries = DirectoryEntry.objects.filter(email=person.email).select_related("source", "scan")
    return entries.order_by("-current", "source__name", "-pk")


def openings_for(user: AbstractUser) -> QuerySet[NameOpening]:
    """Who opened the name of somebody who signed in."""
    person = person_of(user)
    return openings_of({user.email.lower(), *([person.email] if person else [])})


def opened_by(user: AbstractUser) -> QuerySet[NameOpening]:
    """The names that somebody opened, newest first."""
    return NameOpening.objects.filter(opened_by=user.email.lower()).order_by("-opened_at", "-pk")


def visit_of(user: AbstractUser) -> HomeVisit | None:
    """When this account last looked at a home that says what is new since; None where none does."""
    return HomeVisit.objects.filter(account=user.email.lower()).first()


def tokens_of(user: AbstractUser) -> QuerySet[ApiToken]:
    """Tokens that programs call the API with in somebody's name, newest first, revoked ones too."""
    return ApiToken.objects.filter(owner=user).order_by("-pk")


def attestations_of(user: AbstractUser) -> list[tuple[str, Attestation]]:
    """What somebody said of tools that evidence shows on them, newest first, with the tool’s name."""
    words = list(Attestation.objects.filter(account=user.email.lower()).order_by("-made_at", "-pk"))
    names = names_of({word.tool: word.tool.partition("/")[0] for word in words})
    return [(names[word.tool].title, word) for word in words]


def access_changes_of(user: AbstractUser) -> QuerySet[AccessChange]:
    """Who gave or took roles and departments of somebody, newest first."""
    return AccessChange.objects.filter(account__iexact=user.email).order_by("-pk")


# --- this was private ----------------------------------------------------------------------------


def may_be_private(records: QuerySet[Record]) -> QuerySet[Record]:
    """Those of some records that their person may call private."""
    return records.exclude(source__kind=Kind.PROCUREMENT).exclude(kind__in=_OF_THE_COMPANY)


def _may_be_private(record: Record) -> bool:
    """What suppliers invoice and what an account of the company holds is the company's; a sign-in, a
    grant, a card, an expense or a program may be one's own.
    """
    return record.source.kind != Kind.PROCUREMENT and record.kind not in _OF_THE_COMPANY


def call_private(user: AbstractUser, record_id: int) -> Decision:
    """Say of an own record that it was private: it is sealed and counts for no tool.

    Raises Record.DoesNotExist for a record that is not the user's own, and NotPrivate.
    """
    person = person_of(user)
    if person is None:
        raise Record.DoesNotExist
    record = records_of(person).get(pk=record_id)
    if not _may_be_private(record):
        raise NotPrivate(_("An invoice, order, seat or metered use of the company is not private."))
    return decide_private(record, actor=user.email.lower(), reason=_REASON)


def called_private(user: AbstractUser) -> list[Decision]:
    """The user's own decisions in force, newest first."""
    own = [decision for decision in private_records().values() if decision.actor == user.email.lower()]
    return sorted(own, key=lambda decision: -decision.pk)


def take_private_back(user: AbstractUser, decision_id: int) -> Decision:
    """Say that a record was not private after all. Raises Decision.DoesNotExist for somebody else's."""
    decision = next((d for d in called_private(user) if d.pk == decision_id), None)
    if decision is None:
        raise Decision.DoesNotExist
    return take_back(decision, actor=user.email.lower(), reason=_REASON_BACK)
