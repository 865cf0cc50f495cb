"""Who has a seat of the tools whose lists the company exports: ChatGPT's members and GitHub Copilot's seats.

Lists remember what should have ended: seats that nobody ever sat in, one of somebody who left, somebody who
was asked in and never came. And they forget: a seat that was given back stands in the older list alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from random import Random

from discovery.sample_company import printing
from discovery.sample_company.calendar import in_month, month_starts
from discovery.sample_company.world import Person, Seat, SignIn, chance

CHAT, CODING = "openai/chatgpt", "github/copilot"
_CODERS = ("Engineering", "Data")


def chat_periods(start: date, end: date) -> list[tuple[date, date]]:
    """The months of ChatGPT's lists, the older first: the last two, each by its first and last day."""
    return [(month, min(in_month(month, 31), end)) for month in month_starts(start, end)][-2:]


def used_days(product: str, seen: Iterable[SignIn]) -> dict[int, list[date]]:
    """Person → the days on which they signed in to a tool, in order."""
    days: dict[int, list[date]] = {}
    for sign_in in seen:
        if sign_in.product == product and not sign_in.failed:
            days.setdefault(sign_in.person.number, []).append(sign_in.at.date())
    return days


def seats(
    seed: int,
    people: Sequence[Person],
    outsiders: Sequence[Person],
    seen: Sequence[SignIn],
    start: date,
    end: date,
) -> list[Seat]:
    """Every seat that one of the lists shows, in the order of the people."""
    found = [
        *_chat(chance(seed, "chat seats"), people, outsiders, seen, start, end),
        *_coding(chance(seed, "coding seats"), people, seen, start, end),
    ]
    return sorted(found, key=lambda seat: (seat.product, seat.person.number))


def _chat(
    random: Random,
    people: Sequence[Person],
    outsiders: Sequence[Person],
    seen: Sequence[SignIn],
    start: date,
    end: date,
) -> list[Seat]:
    used = used_days(CHAT, seen)
    periods = chat_periods(start, end)
    first_day, last = periods[0][0], periods[-1]
    forgotten = _forgotten(people, used)

    def seat(person: Person, since: date, until: date | None = None, *, invited: bool = False) -> Seat:
        return Seat(CHAT, person, since, until, _listed(person), invited=invited)

    found = [
        seat(person, used[person.number][0], None if person is forgotten else person.left)
        for person in people
        if person.number in used
    ]
    if forgotten and forgotten.number not in used:
        found.append(seat(forgotten, max(forgotten.joined, start)))
    idle = _idle(random, people, used, first_day, 2 + max(2, len(found) // 8))
    found += [seat(person, last[0], invited=True) for person in idle[:1]]
    found += [seat(person, _given(random, person, start, first_day), last[0]) for person in idle[1:2]]
    found += [seat(person, _given(random, person, start, first_day)) for person in idle[2:]]
    # Somebody of the partner's, whom no directory knows.
    found += [seat(person, start) for person in outsiders[:1]]
    return [one for one in found if any(one.stands(day) for _, day in periods)]


def _coding(
    random: Random, people: Sequence[Person], seen: Sequence[SignIn], start: date, end: date
) -> list[Seat]:
    used = used_days(CODING, seen)
    forgotten = _forgotten([person for person in people if person.department in _CODERS], used)
    holders = [p for p in people if p is forgotten or (p.number in used and p.left is None)]
    coders = [person for person in people if person.department in _CODERS]
    idle = _idle(random, coders, used, end, max(2, len(holders) // 6))
    found = []
    for person in (*holders, *idle):
        days = used.get(person.number)
        login = person.login if "@" not in person.login else _account_name(person)
        address = person.email if random.randrange(100) < 75 else ""
        since = days[0] if days else _given(random, person, start, person.left or end)
        found.append(Seat(CODING, person, since, address=address, login=login))
    return found


def _forgotten(people: Sequence[Person], used: dict[int, list[date]]) -> Person | None:
    """The one who left and whose seat nobody took back; of those who used it where there is one."""
    gone = [person for person in people if person.left is not None]
    return min(gone, key=lambda person: (person.number not in used, person.number), default=None)


def _idle(
    random: Random, people: Sequence[Person], used: dict[int, list[date]], by: date, count: int
) -> list[Person]:
    """Some who were given a seat and never sat in it."""
    possible = [p for p in people if p.number not in used and p.left is None and p.joined < by]
    return random.sample(possible, min(count, len(possible)))


def _given(random: Random, person: Person, start: date, by: date) -> date:
    first = max(person.joined, start)
    return first + timedelta(days=random.randrange(max((by - first).days, 1)))


def _listed(person: Person) -> str:
    """The address as the list has it: of some the one that they had before."""
    return person.aliases[0] if person.aliases and person.number % 2 else person.email


def _account_name(person: Person) -> str:
    """What somebody calls themselves at GitHub, which no other system of the company knows."""
    letters = "".join(c for c in printing.plain(person.family).lower() if c.isascii() and c.isalpha())
    return f"{letters[:20]}-nrl{person.number}"
