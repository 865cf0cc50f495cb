"""A person's request for their data: all that "my data" shows, as a file that the privacy officer hands out.

Kept nowhere. That it was handed out, by whom and why, is written down with the person's pseudonym.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from discovery.money import as_text
from discovery.private import private_records
from inventory import my_data
from inventory.access import Role, person_with
from inventory.models import AccessChange, DataRequest, HomeVisit, NameOpening
from inventory.opened_names import openings_of
from inventory.pseudonyms import pseudonym

_LONGEST_REASON = 500


class NotHandedOut(ValueError):
    """One sentence that says why nothing was handed out."""


@dataclass(frozen=True)
class PersonData:
    """Parts of the file, each a list of rows of texts, numbers and nothing else."""

    address: str
    made_at: str
    records: list[dict[str, Any]]
    weeks: list[dict[str, Any]]
    directory: list[dict[str, Any]]
    name_opened_by: list[dict[str, Any]]
    names_opened: list[dict[str, Any]]
    access_changes: list[dict[str, Any]]
    called_private: list[dict[str, Any]]
    home_last_opened: list[dict[str, Any]]

    @property
    def empty(self) -> bool:
        return not (self.records or self.directory or self.name_opened_by or self.names_opened) and not (
            self.access_changes or self.called_private or self.home_last_opened
        )


def hand_out(address: str, *, actor: str, reason: str, now: datetime) -> PersonData:
    """Everything that is kept readable on who has this address, and write that down.

    Raises NotHandedOut where no reason is given, or where nothing is kept on such an address.
    """
    reason = " ".join(reason.split())
    if not reason or len(reason) > _LONGEST_REASON:
        raise NotHandedOut(_("Say why, in 500 characters at most: it is kept without the name."))
    with transaction.atomic():
        found = data_of(address, now)
        if found.empty:
            raise NotHandedOut(_("Nothing is kept on this address."))
        DataRequest.objects.create(
            person=pseudonym(found.address, Role.PRIVACY_OFFICER),
            records=len(found.records),
            actor=actor,
            reason=reason,
            made_at=now,
        )
    return found


def data_of(address: str, now: datetime) -> PersonData:
    """What "my data" shows to who has this address, whether or not they have an account."""
    given = address.strip().lower()
    person = person_with(given)
    email = person.email if person else given
    both = {given, email}
    lines = my_data.lines(my_data.records_of(person)) if person else []
    opened = NameOpening.objects.filter(opened_by__in=both).order_by("-pk")
    changes = [
        change
        for one in sorted(both)
        for change in AccessChange.objects.filter(account__iexact=one).order_by("-pk")
    ]
    return PersonData(
        address=email,
        made_at=now.isoformat(),
        records=[_record(line) for line in lines],
        weeks=[
            {"tool": one.tool, "weeks_beginning": [_day(week) for week in one.weeks]}
            for one in (my_data.weeks_of(person) if person else [])
        ],
        directory=[
            {
                "source": entry.source.name,
                "current": entry.current,
                "name": entry.name,
                "given_name": entry.given_name,
                "family_name": entry.family_name,
                "email": entry.email,
                "aliases": entry.aliases,
                "login": entry.login,
                "department": entry.department,
                "cost_centre": entry.cost_centre,
                "manager": entry.manager,
                "active": entry.active,
            }
            for entry in (my_data.directory_of(person) if person else [])
        ],
        name_opened_by=[
            {
                "opened_by": one.opened_by,
                "role": one.role,
                "reason": one.reason,
                "from": one.opened_at.isoformat(),
                "until": one.until.isoformat(),
            }
            for one in openings_of(both)
        ],
        # Whose names these were is those persons' data.
        names_opened=[{"reason": one.reason, "at": one.opened_at.isoformat()} for one in opened],
        access_changes=[
            {
                "before": change.before,
                "after": change.after,
                "by": change.actor,
                "reason": change.reason,
                "at": change.made_at.isoformat(),
            }
            for change in changes
        ],
        called_private=[
            {"at": decision.made_at.isoformat()}
            for decision in private_records().values()
            if decision.actor in both
        ],
        home_last_opened=[
            {"at": visit.looked_at.isoformat()} for visit in HomeVisit.objects.filter(account__in=both)
        ],
    )


def _record(line: my_data.Line) -> dict[str, Any]:
    record = line.record
    return {
        "kind": record.kind,
        "text": record.text,
        "taken_for": line.tool,
        "source": record.source.name,
        "date": _day(record.date),
        "amount": as_text(record.amount),
        "currency": record.currency,
        "account": record.account,
        "card": record.card,
        "email": record.email,
        "login": record.login,
        "name": record.person_name,
        "department": record.department,
        "cost_centre": record.cost_centre,
        "document": record.document,
        "scopes": record.scopes,
        "counts": record.current,
        "attempt": record.attempt,
        "revoked": record.revoked,
        "plan": record.plan,
        "state": record.state,
        "last_active": _day(record.last_active),
        "until": _day(record.until),
        "details": record.details,
        "deleted_on": _day(line.deleted_on),
    }


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
