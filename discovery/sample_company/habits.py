"""Who takes to which tool, and the sign-ins and grants that this leaves behind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random

from discovery.sample_company import ordinary
from discovery.sample_company.calendar import days, month_starts, working_day
from discovery.sample_company.offers import OFFERS, REFUSED_APPS, Offer
from discovery.sample_company.population import TRAPS
from discovery.sample_company.world import Grant, Person, SignIn, chance

_CALENDAR = "https://www.googleapis.com/auth/calendar.readonly"
_ADDRESS = "https://www.googleapis.com/auth/userinfo.email"
_DRIVE = "https://www.googleapis.com/auth/drive.readonly"
_MAIL = "https://www.googleapis.com/auth/gmail.readonly"
_SCOPES = ((_CALENDAR, _ADDRESS), (_CALENDAR, _DRIVE, _ADDRESS), (_CALENDAR, _MAIL, _ADDRESS))


@dataclass(frozen=True, slots=True)
class Adoption:
    """Somebody took to a tool, from one day to another."""

    person: Person
    offer: Offer
    first: date
    last: date

    def active(self, day: date) -> bool:
        return self.first <= day <= self.last


def adoptions(seed: int, people: list[Person], start: date, end: date) -> list[Adoption]:
    """What everybody takes to. Use ends when somebody leaves; some give a tool up before."""
    random = chance(seed, "adoptions")
    found = []
    for person in people:
        first_here = max(person.joined, start)
        last_here = end if person.left is None else min(end, person.left - timedelta(days=1))
        span = (last_here - first_here).days
        if span < 1:
            continue
        for offer in OFFERS:
            liked = random.randrange(100) < offer.likes.get(person.department, 0)
            # Whoever sets a name trap uses something, so that the trap matters.
            forced = person.number <= TRAPS and offer.product == "openai/chatgpt"
            if not (liked or forced):
                continue
            first = first_here + timedelta(days=random.randrange(span * 2 // 3 + 1))
            last = last_here
            if random.randrange(100) < 15:
                last = first + timedelta(days=random.randrange((last_here - first).days + 1))
            found.append(Adoption(person, offer, first, last))
    return found


def sign_ins(
    seed: int, people: list[Person], adopted: list[Adoption], start: date, end: date
) -> list[SignIn]:
    random = chance(seed, "sign-ins")
    found: list[SignIn] = []
    for adoption in adopted:
        if adoption.offer.app:
            found.extend(_of_tool(random, adoption))
    for person in people:
        found.extend(_of_ordinary(random, person, start, end))
        found.extend(_refused(random, person, start, end))
    found.sort(key=lambda s: (s.at, s.person.number, s.app))
    return found


def _of_tool(random: Random, adoption: Adoption) -> Iterator[SignIn]:
    offer, person = adoption.offer, adoption.person
    seen = False
    for day in days(adoption.first, adoption.last):
        if not working_day(day):
            continue
        if seen and random.random() * 100 >= offer.often:
            continue
        seen = True
        at = _moment(random, day)
        if random.randrange(50) == 0:
            yield SignIn(at - timedelta(seconds=40), person, offer.app, offer.product, failed=True)
        yield SignIn(at, person, offer.app, offer.product)


def _of_ordinary(random: Random, person: Person, start: date, end: date) -> Iterator[SignIn]:
    every = (*ordinary.SIGN_IN_APPS, *ordinary.SUITE_APPS, *ordinary.LOOK_ALIKE_APPS)
    weights = [6] * len(ordinary.SIGN_IN_APPS) + [5] * len(ordinary.SUITE_APPS)
    weights += [1] * len(ordinary.LOOK_ALIKE_APPS)
    for day in days(start, end):
        if working_day(day) and random.random() < 0.12 and person.here(day):
            app = random.choices(every, weights)[0]
            yield SignIn(_moment(random, day), person, app, failed=random.randrange(60) == 0)


def _refused(random: Random, person: Person, start: date, end: date) -> Iterator[SignIn]:
    """Tools that policy keeps out: tried, never used."""
    for product, app in REFUSED_APPS.items():
        if random.randrange(100) < 7:
            day = start + timedelta(days=random.randrange((end - start).days + 1))
            if person.here(day):
                for _ in range(random.randrange(1, 4)):
                    yield SignIn(_moment(random, day), person, app, product, failed=True)


def _moment(random: Random, day: date) -> datetime:
    return datetime(
        day.year,
        day.month,
        day.day,
        random.randrange(6, 18),
        random.randrange(60),
        random.randrange(60),
        random.randrange(1_000) * 1_000,
        tzinfo=UTC,
    )


def grants(
    seed: int, people: list[Person], adopted: list[Adoption], start: date, end: date
) -> tuple[list[Grant], list[Grant]]:
    """(grants given and taken back, uses that apps made of them)."""
    random = chance(seed, "grants")
    given: list[Grant] = []
    used: list[Grant] = []
    for adoption in adopted:
        if adoption.offer.grant is None:
            continue
        app, client_id = adoption.offer.grant
        _let_in(random, adoption.person, app, client_id, adoption.offer.product, adoption, given, used)
    ordinary_apps = (*ordinary.GRANT_APPS, *ordinary.LOOK_ALIKE_GRANTS)
    for person in people:
        for _ in range(random.randrange(4)):
            app, client_id, scopes = random.choice(ordinary_apps)
            day = start + timedelta(days=random.randrange((end - start).days + 1))
            if person.here(day):
                at = _moment(random, day)
                given.append(Grant(at, person, person.email, app, client_id, scopes))
    for calls in (given, used):
        calls.sort(key=lambda g: (g.at, g.person.number, g.app))
    return given, used


def _let_in(
    random: Random,
    person: Person,
    app: str,
    client_id: str,
    product: str,
    adoption: Adoption,
    given: list[Grant],
    used: list[Grant],
) -> None:
    address = random.choice((person.email, *person.aliases))
    scopes = random.choice(_SCOPES)
    at = _moment(random, adoption.first)
    given.append(Grant(at, person, address, app, client_id, scopes, product=product))
    last = adoption.last
    if last > adoption.first and random.randrange(100) < 15:
        last = adoption.first + timedelta(days=random.randrange(1, (last - adoption.first).days + 1))
        given.append(
            Grant(_moment(random, last), person, address, app, client_id, scopes, True, product=product)
        )
    for month in month_starts(adoption.first, last):
        day = month + timedelta(days=random.randrange(28))
        if adoption.first < day < last:
            used.append(Grant(_moment(random, day), person, address, app, client_id, scopes, product=product))
