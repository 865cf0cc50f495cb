"""Which plan a tool is used on: what records name, and what is paid where they name none.

Discovery tells of each purchase which plan its amount pays for, for certain or probably
(:mod:`discovery.attribution`). Here that becomes a word about the tool. An amount speaks of who paid it
and of nobody else: it tells the plan of the whole tool only where each charge tells the same one for
certain and pays for as many seats as people were seen. All else is likely, and what is likely may widen
a risk and never narrows one.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import BooleanField, Case, Count, Exists, F, OuterRef, QuerySet, Sum, Value, When

from discovery.identity import folded
from discovery.models import Purchase, Record
from discovery.purchases import Door

#: As much of a plan's name as a tool keeps.
PLAN_LENGTH = 60
#: What is metered is paid for by use: no amount of it is the price of a plan.
_METERED = (Door.MODEL_API, Door.CLOUD_BILL)
#: Whether a record of the purchase names its plan in words.
_IN_WORDS = Case(
    When(plan="", then=Value(False)),
    default=Exists(Record.objects.filter(purchase=OuterRef("pk"), current=True, descriptor__plan__gt="")),
    output_field=BooleanField(),
)


@dataclass
class NamedPlans:
    """Plans that records of a tool name. ``listed``: by lists of licences, contracts and people."""

    listed: set[str] = field(default_factory=set)
    in_texts: set[str] = field(default_factory=set)

    @property
    def all(self) -> set[str]:
        return self.listed | self.in_texts


@dataclass
class PaidPlan:
    """Charges that are the price of one plan. ``seats``: the most that were paid for within a month."""

    certain: int = 0
    likely: int = 0
    seats: int = 0


@dataclass
class PaidPlans:
    """What the charges of a tool tell by their amounts. ``silent``: how many tell no plan at all."""

    plans: dict[str, PaidPlan] = field(default_factory=lambda: defaultdict(PaidPlan))
    silent: int = 0


@dataclass(frozen=True)
class PlansOfTool:
    """``plan``: "" where none is known. ``likely``: plans that may be in use beside it, by what is paid."""

    plan: str = ""
    likely: tuple[str, ...] = ()


def plans_of_tool(named: NamedPlans, paid: PaidPlans, people: int) -> PlansOfTool:
    """What is said of a tool. ``people``: who was ever seen with it, those included that nobody knows.

    Lists and people's word go before texts, and both before amounts; where words contradict each other
    none is known. An amount that tells another plan for certain contradicts a text.
    """
    others = {plan for plan in paid.plans if not any(_meant_by(name, plan) for name in named.all)}
    plan = next(iter(named.all)) if len(named.all) == 1 else ""
    if not named.all and len(others) == 1:
        (only,) = others
        told = paid.plans[only]
        if not paid.silent and not told.likely and told.seats >= people:
            return PlansOfTool(only)
    if not named.listed and any(paid.plans[other].certain for other in others):
        plan = ""
    return PlansOfTool(plan, tuple(sorted(others)))


def _meant_by(name: str, plan: str) -> bool:
    """Whether a plan's key is of the plan that a text names: "max" means "max-5x" too."""
    return name == plan or name in plan.split("-")


def named_plans(records: QuerySet[Record]) -> dict[str, NamedPlans]:
    """Tool → plans that its records name. Two queries. ``records``: with their ``tool``."""
    found: dict[str, NamedPlans] = defaultdict(NamedPlans)
    in_texts = records.exclude(descriptor__plan="").values_list(
        "tool", "descriptor__plan", "descriptor__decided_by"
    )
    for key, plan, person in in_texts.distinct().order_by():
        named = found[key]
        (named.listed if person else named.in_texts).add(plan)
    listed = records.filter(kind__in=(Record.Kind.LICENCE, Record.Kind.CONTRACT)).exclude(plan="")
    for key, plan in listed.values_list("tool", "plan").distinct().order_by():
        found[key].listed.add(folded(plan)[:PLAN_LENGTH])
    return found


def paid_plans(booked: QuerySet[Purchase]) -> dict[str, PaidPlans]:
    """Tool → what its charges tell by their amounts alone. One query.

    ``booked``: with ``tool`` and ``month``. Left out: refunds, what is metered, and charges whose records
    name the plan. A plan of a product that is only likely says nothing of the maker.
    """
    rows = (
        charges(booked)
        .filter(in_words=False)
        .values("tool", "told", "plan_certain", "month")
        .annotate(count=Count("pk"), paid_seats=Sum("seats"))
        .order_by()
    )
    found: dict[str, PaidPlans] = defaultdict(PaidPlans)
    seats: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in rows:
        paid = found[row["tool"]]
        if not row["told"]:
            paid.silent += row["count"]
            continue
        plan = paid.plans[row["told"]]
        if row["plan_certain"]:
            plan.certain += row["count"]
        else:
            plan.likely += row["count"]
        of_month = seats[row["tool"], row["told"]]
        of_month[row["month"]] += row["paid_seats"]
        plan.seats = max(plan.seats, of_month[row["month"]])
    return found


def charges(booked: QuerySet[Purchase]) -> QuerySet[Purchase]:
    """Purchases that may be the price of a plan, with the plan that is ``told`` ("" for none) and whether it
    stands ``in_words`` in a record."""
    return (
        booked.filter(amount__gt=0)
        .exclude(door__in=_METERED)
        .annotate(told=Case(When(likely_product="", then=F("plan")), default=Value("")), in_words=_IN_WORDS)
    )
