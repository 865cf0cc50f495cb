"""A rule about what people pay."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from itertools import groupby

from inventory.flags.facts import Charge, Status, ToolFacts
from inventory.flags.rule import Finding, Rule, Severity
from inventory.flags.words import People, gettext_noop, ngettext_lazy

#: A department pays notably more than another from here on, in per cent (judgement).
NOTABLE = 10
#: So many months of one amount make it the price, and so many it is news when it changed (judgement).
STEADY, NEWS = 2, 3
_MICRO = 1_000_000


class PriceMoved(Rule):
    """The same person is charged another amount than before, or one department pays more than another.

    Before: the same amount in at least two months running. Departments are compared on one named plan only,
    by the lowest amount that each pays steadily.
    """

    id = "price.moved"
    title = gettext_noop("Price changed, or above another department's")
    severity = Severity.LOW
    advice = gettext_noop("Compare with the contract, and ask for the lower price.")

    def check(self, tool: ToolFacts) -> Finding | None:
        if tool.status == Status.RETIRED:
            return None
        return self._changed(tool) or self._dearer(tool)

    def _changed(self, tool: ToolFacts) -> Finding | None:
        moves: Counter[tuple[str, str, int, int]] = Counter()
        for (_, currency), charges in _by_person(tool.charges).items():
            runs = [(amount, list(run)) for amount, run in groupby(charges, key=lambda one: one.amount)]
            if len(runs) < 2:
                continue
            (old, before), (new, since) = runs[-2:]
            if len(before) >= STEADY and len(since) <= NEWS:
                moves[since[0].month, currency, old, new] += 1
        if not moves:
            return None
        (month, currency, old, new), people = min(moves.items(), key=lambda item: (-item[1], item[0]))
        detail = ngettext_lazy(
            "%(new)s %(currency)s since %(month)s, %(old)s before, for %(people)s person.",
            "%(new)s %(currency)s since %(month)s, %(old)s before, for %(people)s people.",
            people,
            new=_amount(new),
            old=_amount(old),
            currency=currency,
            month=month,
            people=People(people),
        )
        return self.found(tool, _first_of(month), detail, month, currency, old, new)

    def _dearer(self, tool: ToolFacts) -> Finding | None:
        lowest: dict[tuple[str, str], dict[str, Charge]] = defaultdict(dict)
        for charges in _by_person(tool.charges).values():
            now = charges[-1]
            if len(charges) < 2 or charges[-2].amount != now.amount or not now.plan or not now.department:
                continue
            paid = lowest[now.plan, now.currency]
            if now.department not in paid or now.amount < paid[now.department].amount:
                paid[now.department] = now
        for (plan, currency), paid in sorted(lowest.items()):
            cheap = min(paid.items(), key=lambda item: (item[1].amount, item[0]))
            dear = max(paid.items(), key=lambda item: (item[1].amount, item[0]))
            if dear[1].amount * 100 >= cheap[1].amount * (100 + NOTABLE) and dear[0] != cheap[0]:
                detail = ngettext_lazy(
                    "%(dear)s pays %(more)s %(currency)s for plan %(plan)s, %(cheap)s %(less)s.",
                    "%(dear)s pays %(more)s %(currency)s for plan %(plan)s, %(cheap)s %(less)s.",
                    1,
                    dear=dear[0],
                    more=_amount(dear[1].amount),
                    currency=currency,
                    plan=plan,
                    cheap=cheap[0],
                    less=_amount(cheap[1].amount),
                )
                amounts = (dear[1].amount, cheap[1].amount)
                return self.found(tool, _first_of(dear[1].month), detail, plan, dear[0], cheap[0], *amounts)
        return None


def _by_person(charges: Iterable[Charge]) -> Mapping[tuple[int, str], list[Charge]]:
    """Charges of each person in one currency, by month."""
    found: dict[tuple[int, str], list[Charge]] = defaultdict(list)
    for charge in sorted(charges, key=lambda one: one.month):
        found[charge.person, charge.currency].append(charge)
    return found


def _amount(micro: int) -> str:
    whole, rest = divmod(micro, _MICRO)
    digits = f"{rest:06}".rstrip("0").ljust(2, "0")
    return f"{whole}.{digits}"


def _first_of(month: str) -> date:
    return date.fromisoformat(f"{month}-01")
