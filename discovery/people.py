"""Who a record is about: a pure function of all records, the directory and the links between.

In this order, and never by guessing between two:

1. the e-mail that the record states (a directory address, an alias, or else a person known by
   that address alone);
2. its login, if one person has it;
3. the name printed on it, if one person of the directory can be printed so;
4. its card or login, by what stands beside that handle elsewhere, if one person leads.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import QuerySet

from discovery.changes import tools_changed, vendors_underived
from discovery.handles import card_handle, email_hint, login_handle, name_hint
from discovery.models import DirectoryEntry, HandleLink, Person, Record
from discovery.names import full_forms, printed_forms, short_forms

_BATCH = 500
_HINTS = ("email", "login", "person_name", "card")


class Hints(NamedTuple):
    """What a record states of its person."""

    email: str
    login: str
    name: str
    card: str


@dataclass
class Directory:
    """People and every word they are known by."""

    by_email: dict[str, int] = field(default_factory=dict)
    by_login: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    by_name: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    by_short_name: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    by_hint: dict[bytes, set[int]] = field(default_factory=lambda: defaultdict(set))
    by_short_hint: dict[bytes, set[int]] = field(default_factory=lambda: defaultdict(set))

    def add_address(self, address: str, person: int) -> None:
        if address and self.by_email.setdefault(address, person) == person:
            self.by_hint[email_hint(address)].add(person)

    def add_login(self, login: str, person: int) -> None:
        if login:
            self.by_login[login.casefold()].add(person)

    def add_names(self, given: str, family: str, display: str, person: int) -> None:
        for form in full_forms(given, family, display):
            self.by_name[form].add(person)
            self.by_hint[name_hint(form)].add(person)
        for form in short_forms(given, family):
            self.by_short_name[form].add(person)
            self.by_short_hint[name_hint(form)].add(person)

    def named(self, name: str) -> set[int]:
        """The people who can be printed so; a full name before an initial."""
        for forms in (self.by_name, self.by_short_name):
            found = set().union(*(forms.get(form, set()) for form in printed_forms(name)))
            if found:
                return found
        return set()


def resolve(hints: Hints, directory: Directory, links: dict[bytes, Counter[bytes]]) -> int | None:
    """The one person these hints are about, or None."""
    if hints.email and (person := directory.by_email.get(hints.email)):
        return person
    if hints.login:
        having = directory.by_login.get(hints.login.casefold(), set())
        if len(having) == 1:
            return next(iter(having))
        if person := directory.by_email.get(hints.login.lower()):
            return person
    possible = directory.named(hints.name) if hints.name else set()
    if len(possible) == 1:
        return next(iter(possible))
    for handle in (card_handle(hints.card), login_handle(hints.login)):
        if handle in links and (person := _leader(links[handle], directory, possible)):
            return person
    return None


def _leader(beside: Counter[bytes], directory: Directory, possible: set[int]) -> int | None:
    """Who stands beside a handle most often; nobody where two do equally, or where the name forbids."""
    votes: Counter[int] = Counter()
    for hint, count in beside.items():
        people = directory.by_hint.get(hint) or directory.by_short_hint.get(hint, set())
        if len(people) == 1 and count > 0:
            votes[next(iter(people))] += count
    if possible:
        votes = Counter({person: count for person, count in votes.items() if person in possible})
    ranked = votes.most_common(2)
    if not ranked or (len(ranked) == 2 and ranked[0][1] == ranked[1][1]):
        return None
    return ranked[0][0]


# --- deriving -------------------------------------------------------------------------------------


def derive_people(keep: Callable[[], None]) -> None:
    """Bring persons and the persons of readable records in line with everything stored.

    ``keep`` is called first in every transaction and raises where the caller's hold is lost.
    """
    entries = _entries()
    _sync_persons(entries, keep)
    directory = _directory(entries)
    links = _links()
    stated = Record.objects.order_by().values_list(*_HINTS, "person_id")
    about: dict[Hints, int | None] = {}
    wrong = False
    for *hints, person in stated.distinct():
        hints = Hints(*hints)
        if hints not in about:
            about[hints] = resolve(hints, directory, links)
        wrong = wrong or about[hints] != person
    if wrong:
        _assign(
            [
                (about.get(Hints(*hints)), number)
                for *hints, person, number in stated.values_list(*_HINTS, "person_id", "pk").iterator()
                if about.get(Hints(*hints)) != person
            ],
            keep,
        )


def _entries() -> list[DirectoryEntry]:
    """Current directory entries; where several tell of one address, the one to believe comes last.

    Ordered by what they say, so that neither the order of scans nor an installation's keys decide.
    """
    return list(
        DirectoryEntry.objects.filter(current=True)
        .exclude(email="")
        .order_by("active", "source__name", "name", "given_name", "family_name", "department", "cost_centre")
    )


def _sync_persons(entries: list[DirectoryEntry], keep: Callable[[], None]) -> None:
    wanted: dict[str, dict[str, object]] = {}
    for entry in entries:
        wanted[entry.email] = {
            "name": entry.name or f"{entry.given_name} {entry.family_name}".strip(),
            "department": entry.department,
            "cost_centre": entry.cost_centre,
            "active": entry.active,
            "in_directory": True,
        }
    aliases = {alias for entry in entries for alias in entry.aliases}
    stated = Record.objects.filter(current=True).exclude(email="").values_list("email", flat=True)
    for email in stated.distinct().order_by():
        if email not in wanted and email not in aliases:
            wanted[email] = {
                "name": "",
                "department": "",
                "cost_centre": "",
                "active": True,
                "in_directory": False,
            }
    stored = {person.email: person for person in Person.objects.all()}
    changed = []
    for email, person in stored.items():
        fields = wanted.get(email)
        if fields and any(getattr(person, name) != value for name, value in fields.items()):
            for name, value in fields.items():
                setattr(person, name, value)
            changed.append(person)
    fresh = [Person(email=email, **fields) for email, fields in wanted.items() if email not in stored]
    gone = [person.pk for email, person in stored.items() if email not in wanted]
    for batch in _batches(fresh):
        with transaction.atomic():
            keep()
            Person.objects.bulk_create(batch)
    for batch in _batches(changed):
        with transaction.atomic():
            keep()
            Person.objects.bulk_update(
                batch, ["name", "department", "cost_centre", "active", "in_directory"], batch_size=100
            )
            _mark(Record.objects.filter(person__in=batch))
    for batch in _batches(gone):
        with transaction.atomic():
            keep()
            _mark(Record.objects.filter(person_id__in=batch))
            Person.objects.filter(pk__in=batch).delete()


def _batches(items: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(items), _BATCH):
        yield items[start : start + _BATCH]


def _directory(entries: list[DirectoryEntry]) -> Directory:
    directory = Directory()
    numbers = dict(Person.objects.values_list("email", "pk"))
    for address, person in numbers.items():
        directory.add_address(address, person)
    claims: dict[str, set[int]] = defaultdict(set)
    for entry in entries:
        person = numbers[entry.email]
        for alias in entry.aliases:
            claims[alias].add(person)
        directory.add_login(entry.login, person)
        directory.add_names(entry.given_name, entry.family_name, entry.name, person)
    for alias, people in claims.items():
        if len(people) == 1:  # an address that several share is nobody's
            directory.add_address(alias, *people)
    return directory


def _links() -> dict[bytes, Counter[bytes]]:
    """What stands beside each handle, over all sources."""
    links: dict[bytes, Counter[bytes]] = defaultdict(Counter)
    for handle, hint, count in HandleLink.objects.values_list("handle", "hint", "count").iterator():
        links[bytes(handle)][bytes(hint)] += count
    return dict(links)


def _assign(people: list[tuple[int | None, int]], keep: Callable[[], None]) -> None:
    """Store who records are about: (person, record) each."""
    for batch in _batches(sorted(people, key=lambda item: item[1])):
        with transaction.atomic(), connection.cursor() as cursor:
            keep()
            _mark(Record.objects.filter(pk__in=[number for _, number in batch]))
            cursor.executemany("UPDATE discovery_record SET person_id = %s WHERE id = %s", batch)


def _mark(records: QuerySet) -> None:
    tools = set(
        records.values_list("descriptor__product", "descriptor__vendor", "descriptor_id")
        .distinct()
        .order_by()
    )
    tools_changed({product or vendor for product, vendor, _ in tools})
    vendors_underived({vendor or f"?{pk}" for _, vendor, pk in tools})
