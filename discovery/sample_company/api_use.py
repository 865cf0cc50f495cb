"""What the product team's account at OpenAI was metered at: a job that runs every Tuesday.

The company's shared card pays on the first of a month for the month before. The account is older than
every statement that was exported: what paid for its first month stands in none of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from random import Random

from discovery.sample_company.calendar import ONE_DAY, days, month_starts
from discovery.sample_company.offers import OFFERS
from discovery.sample_company.world import CENT, ApiUse, Spending, chance

API = "openai/api"
ACCOUNT = "org-norrland-product"
_TUESDAY = 1
#: What a run is billed for, and its share of a hundred.
_ITEMS = (("gpt-4.1-mini-2025-04-14, input", 38), ("gpt-4.1-mini-2025-04-14, output", 62))


def api_use(seed: int, spending: Iterable[Spending], start: date, end: date) -> list[ApiUse]:
    """From two months before ``start`` on."""
    random = chance(seed, "API use")
    charged = _charged(spending)
    usual = next(offer.usage for offer in OFFERS if offer.product == API)
    assert usual is not None  # noqa: S101  (the offer is billed by use)
    found = []
    for month in month_starts(first_metered(start), end):
        following = _following(month)
        anything = random.randrange(*usual) * CENT
        runs = [day for day in days(month, min(following - ONE_DAY, end)) if day.weekday() == _TUESDAY]
        found += _shared_out(random, charged.get(following, anything), runs)
    return found


def first_metered(start: date) -> date:
    """The first day of the account: of the month two before that of ``start``."""
    before = start.replace(day=1) - ONE_DAY
    return (before.replace(day=1) - ONE_DAY).replace(day=1)


def _charged(spending: Iterable[Spending]) -> dict[date, int]:
    """Day → what the card of no person paid for the API."""
    return {
        spent.day: spent.amount
        for spent in spending
        if spent.product == API and spent.card and not spent.card.holder and spent.amount > 0
    }


def _following(month: date) -> date:
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1)


def _shared_out(random: Random, amount: int, runs: Sequence[date]) -> list[ApiUse]:
    """An amount, shared out among the runs of a month to the millionth."""
    weights = [(day, item, share * random.randrange(60, 141)) for day in runs for item, share in _ITEMS]
    whole, left = sum(weight for *_, weight in weights), amount
    found = []
    for number, (day, item, weight) in enumerate(weights, 1):
        part = left if number == len(weights) else amount * weight // whole
        left -= part
        found.append(ApiUse(day, API, ACCOUNT, item, part, "USD"))
    return found
