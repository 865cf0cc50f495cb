"""The sample company: a seeded world, the files in which its systems show it, and the truth beside them.

    company = build(seed=7, people=250, months=14, end=date(2026, 10, 31))
    paths = write(company, folder)      # folder/exports/…, and folder/truth.json beside them
    company.truth.spend()

The same arguments give the same bytes on every Python. No clock, no network, no database.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from discovery.sample_company.api_cost_files import api_cost_files
from discovery.sample_company.api_use import api_use
from discovery.sample_company.calendar import first_day
from discovery.sample_company.directory_file import directory_file
from discovery.sample_company.files import AnyFile, in_pieces, write_files
from discovery.sample_company.grant_files import grant_files
from discovery.sample_company.habits import adoptions, grants, sign_ins
from discovery.sample_company.invoice_files import invoice_files
from discovery.sample_company.more_addresses import with_addresses
from discovery.sample_company.package_files import package_files
from discovery.sample_company.packages import PACKAGES
from discovery.sample_company.population import cards, outsiders, population
from discovery.sample_company.seat_files import seat_files
from discovery.sample_company.seats import seats
from discovery.sample_company.sign_in_files import sign_in_files
from discovery.sample_company.spending import Ledger, contracts, everything_ordinary, subscriptions
from discovery.sample_company.statement_files import statement_files
from discovery.sample_company.table_files import table_files
from discovery.sample_company.truth import Truth, truth_of
from discovery.sample_company.world import World

NAME = "Norrland AB"
PEOPLE, MONTHS = 250, 14
FEWEST_PEOPLE = 20
FEWEST_MONTHS = 2  # exports overlap in the middle

__all__ = ["NAME", "Company", "Truth", "World", "addressed", "build", "pieces", "write"]


@dataclass(frozen=True)
class Company:
    world: World
    files: tuple[AnyFile, ...]
    truth: Truth


def build(*, seed: int = 1, people: int = PEOPLE, months: int = MONTHS, end: date) -> Company:
    """The company as it is on ``end``, after so many calendar months.

    Raises ValueError below 20 people or two months.
    """
    if people < FEWEST_PEOPLE or months < FEWEST_MONTHS:
        raise ValueError(f"a sample company has at least {FEWEST_PEOPLE} people and two months")
    world = _world(seed, people, months, end)
    files = (
        directory_file(seed, world),
        *sign_in_files(seed, world),
        *grant_files(seed, world),
        *statement_files(seed, world),
        *table_files(seed, world),
        *invoice_files(seed, world),
        *seat_files(seed, world),
        *api_cost_files(seed, world),
        *package_files(seed, world),
    )
    return Company(world, files, truth_of(world, files))


def pieces(company: Company, parts: int = 2) -> Company:
    """The same company with the same exports cut into smaller files; only where bad rows are differs."""
    files = tuple(in_pieces(company.files, parts))
    return replace(company, files=files, truth=truth_of(company.world, files))


def addressed(company: Company, seed: int, addresses: Sequence[str]) -> Company:
    """The same company, in whose directory some people have these addresses besides their own."""
    return replace(company, files=with_addresses(seed, company.world, company.files, addresses))


def write(company: Company, folder: Path) -> list[Path]:
    """Write the exports below ``folder/exports``, the truth as ``folder/truth.json``; the exports' paths."""
    company.truth.write(folder / "truth.json")
    return write_files(company.files, folder / "exports")


def _world(seed: int, headcount: int, months: int, end: date) -> World:
    start = first_day(end, months)
    inside, outside = population(seed, headcount, start, end), outsiders()
    dealt = cards(seed, inside)
    adopted = adoptions(seed, inside, start, end)
    ledger = Ledger(seed, start, end, dealt)
    subscriptions(seed, ledger, adopted, dealt, outside)
    contracts(seed, ledger, headcount)
    everything_ordinary(seed, ledger, inside, dealt)
    given, used = grants(seed, inside, adopted, start, end)
    seen = sign_ins(seed, inside, adopted, start, end)
    return World(
        company=NAME,
        start=start,
        end=end,
        people=(*inside, *outside),
        cards=tuple(dealt),
        spending=tuple(ledger.entries),
        sign_ins=tuple(seen),
        grants=tuple(given),
        bot_calls=tuple(used),
        seats=tuple(seats(seed, inside, outside, seen, start, end)),
        api_use=tuple(api_use(seed, ledger.entries, start, end)),
        packages=PACKAGES,
    )
