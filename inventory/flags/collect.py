"""Facts for rules, from the database: for any number of tools in a constant number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet, Sum

from discovery.expectations import resting_sources
from discovery.models import Coverage, Descriptor, DirectoryEntry, Person, Record, Scan
from discovery.purchases import Door
from inventory.company_time import day_of
from inventory.declaration_models import Declaration, Payer
from inventory.figures import MONTH, evidence, last_months, purchases, tool_records
from inventory.flags.facts import (
    APPROVED,
    USE_WINDOW,
    AppFacts,
    Charge,
    Granted,
    JobFacts,
    Owner,
    PlanInUse,
    Rival,
    SourceFacts,
    Status,
    ToolFacts,
    Use,
)
from inventory.models import Tool, ToolPerson
from inventory.overlap_decisions import holds_as_accepted, newest_decisions
from inventory.plan_kinds import TRAINING, kind_of_plan, trains_on
from inventory.use import in_use, last_invoices, seen_until, tools_in_use
from vendors.models import ProductCapability
from vendors.product_facts import ProductFacts, facts_of

#: Months that prices are compared over: two before a change, three after it, and the present one.
_PRICE_MONTHS = 6
#: More tools or vendors than this are not named in a query: then all rows are looked at.
_NAMED = 200
_OWN_MONEY = (Door.CORPORATE_CARD, Door.EMPLOYEE_EXPENSE)


def tool_facts(keys: Collection[str] | None, today: date) -> list[ToolFacts]:
    """Facts of these tools, or of all. Seventeen queries at most."""
    tools = Tool.objects.order_by("key")
    if keys is not None and len(keys) <= _NAMED:
        tools = tools.filter(key__in=keys)
    wanted = [tool for tool in tools if keys is None or tool.key in keys]
    return _Collected(wanted, today).facts() if wanted else []


def job_facts(keys: Collection[str] | None, today: date) -> list[JobFacts]:
    """Every tool with the same primary capability as one of these, or all, beside the others of its group.

    From roll-ups alone, whatever the number of records. Seven queries.
    """
    primary, called = {}, {}
    links = ProductCapability.objects.filter(position=0)
    for product, title, key, name in links.values_list(
        "product__key", "product__name", "capability__key", "capability__name"
    ):
        primary[product], called[product] = (key, name), title
    concerned = {primary[key][0] for key in primary if keys is None or key in keys}
    tools = [
        tool
        for tool in Tool.objects.order_by("key")
        if tool.key in primary and primary[tool.key][0] in concerned
    ]
    if not tools:
        return []
    used = tools_in_use(tools, today)
    departments = _departments(tools)
    groups: dict[str, list[Tool]] = defaultdict(list)
    for tool in tools:
        if tool.key in used and tool.status != Status.PROHIBITED:
            groups[primary[tool.key][0]].append(tool)
    decisions = newest_decisions(key for key, group in groups.items() if len(group) > 1)
    found = []
    for tool in tools:
        capability, name = primary[tool.key]
        group = groups[capability]
        rivals = (
            Rival(department, other.key, called[other.key], other.status in APPROVED, people)
            for other in group
            if other.key != tool.key
            for department, people in departments[other.pk].items()
        )
        found.append(
            JobFacts(
                subject=tool.key,
                today=today,
                first_seen=tool.first_seen,
                capability=name,
                counts=tool in group,
                approved=tool.status in APPROVED,
                departments=departments[tool.pk],
                rivals=tuple(rivals),
                accepted=holds_as_accepted(decisions.get(capability), [other.key for other in group], today),
            )
        )
    return found


def _departments(tools: Collection[Tool]) -> dict[int, dict[str, int]]:
    """Tool → department → people ever seen with it. One query."""
    people = ToolPerson.objects.exclude(person__department="")
    if len(tools) <= _NAMED:
        people = people.filter(tool__in=tools)
    found: dict[int, dict[str, int]] = defaultdict(dict)
    counted = people.values_list("tool", "person__department").annotate(people=Count("person"))
    for tool, department, count in counted.order_by("person__department"):
        found[tool][department] = count
    return found


def app_facts(today: date) -> list[AppFacts]:
    """Apps with grants that wait for somebody to say what they are. One query.

    What is sealed is not among them: nothing here can read it.
    """
    waiting = Record.objects.filter(
        current=True,
        kind=Record.Kind.GRANT,
        descriptor__state=Descriptor.State.REVIEW,
    ).filter(Q(purchase__isnull=True) | Q(purchase__booked=False))
    names: dict[str, str] = {}
    rows = []
    for key, text, *row in waiting.order_by("date", "pk").values_list("descriptor__key", "text", *_GRANT):
        subject = bytes(key).hex()
        names[subject] = text[:200]
        rows.append((subject, *row))
    granted = _granted(rows)
    return [
        AppFacts(subject=subject, today=today, name=name, granted=granted.get(subject, ()))
        for subject, name in sorted(names.items())
    ]


def source_facts(today: date) -> list[SourceFacts]:
    """Sources with the last days of their files. Two queries."""
    days: dict[str, dict[bytes, set[date]]] = defaultdict(lambda: defaultdict(set))
    told = Coverage.objects.filter(scan__state=Scan.State.DONE)
    for name, account, last in told.values_list("source__name", "account_key", "last_day"):
        days[name][bytes(account)].add(min(last, today))
    resting = resting_sources(today)
    return [
        SourceFacts(
            subject=name,
            today=today,
            name=name,
            accounts=tuple(sorted(tuple(sorted(last_days)) for last_days in days[name].values())),
            resting=name in resting,
        )
        for name in sorted(days)
    ]


# --- one batch of tools -----------------------------------------------------------------------------


@dataclass
class _PlanSeen:
    first: date | None = None
    people: set[int] = field(default_factory=set)
    company_paid: bool = False
    expensed: set[int] = field(default_factory=set)
    own_cards: set[int] = field(default_factory=set)
    named: set[int] = field(default_factory=set)  # whose evidence names the plan in words


class _Collected:
    """Everything stored about some tools, and facts made of it."""

    def __init__(self, tools: list[Tool], today: date) -> None:
        self.tools = tools
        self.today = today
        self.keys = {tool.key for tool in tools}
        self.vendors = {tool.vendor for tool in tools}
        self.until = seen_until(tools, today)
        self.invoices = last_invoices(tools)
        self.said = facts_of({tool.key: tool.vendor for tool in tools}, (TRAINING,))
        self.window = min(self.until.values()) - USE_WINDOW
        self.uses: dict[str, dict[int, Use]] = defaultdict(dict)
        self.plans: dict[str, dict[str, _PlanSeen]] = defaultdict(lambda: defaultdict(_PlanSeen))
        self.likely: dict[str, dict[str, _PlanSeen]] = defaultdict(lambda: defaultdict(_PlanSeen))
        self.listed: set[tuple[str, int]] = set()  # tools and people for whom a list names the plan
        self.inactive: dict[int, tuple[str, str]] = {}  # person → (tool, e-mail)

    def facts(self) -> list[ToolFacts]:
        self._listed()
        self._seen()
        self._plan_days()
        charges = self._charges()
        granted = _granted(
            row
            for row in self._of(tool_records().filter(kind=Record.Kind.GRANT), "descriptor__vendor")
            .order_by("date", "pk")
            .values_list("tool", *_GRANT)
            if row[0] in self.keys
        )
        owners, left = self._people()
        self._declared()
        return [self._facts(tool, charges, granted, owners, left) for tool in self.tools]

    def _of(self, rows: QuerySet[Any], vendor: str) -> QuerySet[Any]:
        if len(self.vendors) > _NAMED:
            return rows
        return rows.filter(**{f"{vendor}__in": self.vendors})

    def _listed(self) -> None:
        """For whom a list of licences names the plan: it goes before what amounts tell."""
        licences = evidence().filter(kind=Record.Kind.LICENCE, person__isnull=False).exclude(plan="")
        rows = self._of(licences, "descriptor__vendor").values_list("tool", "person_id").distinct()
        self.listed = {(key, person) for key, person in rows.order_by() if key in self.keys}

    def _seen(self) -> None:
        """Who was seen lately with what kind of evidence, on which plan, paid how."""
        rows = (
            self._of(evidence(since=self.window), "descriptor__vendor")
            .values_list(
                "tool",
                "person_id",
                "person__email",
                "person__department",
                "person__active",
                "kind",
                "descriptor__plan",
                "purchase__door",
                *_PAID_PLAN,
            )
            .annotate(last=Max("date"), used=Max("last_active"))
            .order_by()
        )
        for row in rows.iterator():
            key, person, email, department, active, kind, plan, door, *paid, last, used = row
            if kind in (Record.Kind.LICENCE, Record.Kind.CONTRACT):
                if used is None:  # a seat is no use, what its list says of it is a presence
                    continue
                kind, last = Record.Kind.PRESENCE, used - timedelta(days=used.weekday())
            if key not in self.keys or last <= self.until[key] - USE_WINDOW:
                continue
            self._add_plans(key, plan, paid, person, door)
            if person is None:
                continue
            if not active:
                self.inactive[person] = (key, email)
            use = self.uses[key].get(person) or Use(person, last, department, active=active)
            paid = last if kind == Record.Kind.SPEND else None
            signed_in = last if kind == Record.Kind.PRESENCE else None
            self.uses[key][person] = replace(
                use,
                last=max(use.last, last),
                paid=_later(use.paid, paid),
                signed_in=_later(use.signed_in, signed_in),
            )

    def _add_plans(
        self, key: str, named: str, paid: Sequence[Any], person: int | None, door: str | None
    ) -> None:
        """One piece of evidence under the plan that it names, else that its amount tells for certain."""
        told, certain = _told(named, paid)
        if told and (not certain or (key, person) in self.listed):
            self._add_plan(self.likely[key][told], person, door)
            told = ""
        plan = self.plans[key][named or told]
        self._add_plan(plan, person, door)
        if named and person is not None:
            plan.named.add(person)

    def _add_plan(self, plan: _PlanSeen, person: int | None, door: str | None) -> None:
        plan.company_paid = plan.company_paid or door == Door.PROCUREMENT
        if person is None:
            return
        plan.people.add(person)
        if door == Door.EMPLOYEE_EXPENSE:
            plan.expensed.add(person)
        elif door == Door.CORPORATE_CARD:
            plan.own_cards.add(person)

    def _plan_days(self) -> None:
        """Since when each named plan was seen, ever; what names none, since the tool was."""
        for tool in self.tools:
            if tool.key in self.plans and "" in self.plans[tool.key]:
                self.plans[tool.key][""].first = tool.first_seen
        telling = evidence().filter(Q(descriptor__plan__gt="") | Q(purchase__plan__gt=""))
        rows = self._of(telling, "descriptor__vendor").values_list("tool", "descriptor__plan", *_PAID_PLAN)
        for key, named, *paid, first in rows.annotate(first=Min("date")).order_by():
            if key in self.keys:
                plan = named or _told(named, paid)[0]
                for seen in (self.plans[key], self.likely[key]):
                    if plan in seen:
                        seen[plan].first = min(first, seen[plan].first or first)

    def _charges(self) -> dict[str, list[Charge]]:
        """What each person was charged in each of the last months, where it was one purchase."""
        since = date.fromisoformat(
            f"{last_months(min(self.until.values()).isoformat()[:7], _PRICE_MONTHS)[0]}-01"
        )
        rows = (
            self._of(purchases(since=since), "vendor")
            .filter(person__isnull=False, door__in=_OWN_MONEY, amount__gt=0)
            .annotate(month=MONTH)
            .values_list("tool", "person_id", "person__department", "month", "currency", "merchant_currency")
            .annotate(
                count=Count("pk"),
                booked_amount=Sum("amount"),
                charged=Sum("merchant_amount"),
                stated=Count("merchant_amount"),
            )
            .order_by()
        )
        found: dict[str, list[Charge]] = defaultdict(list)
        for key, person, department, month, currency, foreign, count, amount, charged, stated in rows:
            if key not in self.keys or count != 1:
                continue
            by_merchant = bool(foreign) and stated == 1
            # By amount two prices of one plan (by month, by year) would be two departments' prices.
            named = [plan for plan, seen in self.plans[key].items() if person in seen.named]
            found[key].append(
                Charge(
                    person,
                    month,
                    int(charged if by_merchant else amount),
                    foreign if by_merchant else currency,
                    department,
                    named[0] if len(named) == 1 else "",
                )
            )
        return found

    def _people(self) -> tuple[dict[str, bool], dict[str, date]]:
        """Owner's address → whether active, and address → day since which somebody is not."""
        addresses = {tool.owner for tool in self.tools} | {tool.technical_owner for tool in self.tools}
        known = dict(Person.objects.filter(email__in=addresses - {""}).values_list("email", "active"))
        gone = {email for _, email in self.inactive.values()}
        gone |= {email for email, active in known.items() if not active}
        return known, left_on(gone)

    def _declared(self) -> None:
        """Who said of their own accord that they use it. The first time counts: again extends nothing."""
        rows = Declaration.objects.exclude(tool="").exclude(payer=Payer.NOT_YET)
        if len(self.keys) <= _NAMED:
            rows = rows.filter(tool__in=self.keys)
        first = rows.values_list("tool", "person").annotate(first=Min("declared_at")).order_by()
        days = {(key, email): day_of(declared) for key, email, declared in first if key in self.keys}
        if not days:
            return
        numbers = dict(Person.objects.filter(email__in={e for _, e in days}).values_list("email", "pk"))
        for (key, email), day in days.items():
            person = numbers.get(email)
            if use := self.uses[key].get(person):
                self.uses[key][person] = replace(use, declared=day)

    def _facts(
        self,
        tool: Tool,
        charges: Mapping[str, list[Charge]],
        granted: Mapping[str, tuple[Granted, ...]],
        owners: Mapping[str, bool],
        left: Mapping[str, date],
    ) -> ToolFacts:
        def owner(address: str) -> Owner | None:
            return Owner(owners.get(address), left.get(address)) if address else None

        until = self.until[tool.key]
        uses = (
            replace(use, left=left.get(self.inactive[use.person][1])) if not use.active else use
            for use in self.uses[tool.key].values()
        )
        return ToolFacts(
            subject=tool.key,
            today=self.today,
            seen_until=until,
            in_use=in_use(tool.last_used, self.invoices.get(tool.pk), until),
            first_seen=tool.first_seen,
            last_seen=tool.last_used,  # a seat alone says nothing of use
            status=Status(tool.status),
            status_since=tool.status_since,
            review_due=tool.review_due,
            allowed_departments=frozenset(tool.allowed_departments),
            owner=owner(tool.owner),
            technical_owner=owner(tool.technical_owner),
            unowned_since=tool.unowned_since,
            uses=tuple(sorted(uses, key=lambda use: use.person)),
            plans=tuple(
                _plan(name, seen, self.said[tool.key], likely=likely)
                for likely, plans in ((False, self.plans), (True, self.likely))
                for name, seen in sorted(plans[tool.key].items())
            ),
            charges=tuple(charges.get(tool.key, ())),
            granted=granted.get(tool.key, ()),
        )


#: What the purchase of a record tells of the plan.
_PAID_PLAN = ("purchase__plan", "purchase__plan_certain", "purchase__likely_product")


def _told(named: str, paid: Sequence[Any]) -> tuple[str, bool]:
    """(plan that only the purchase tells, whether for certain). Of a product that is only likely: none."""
    plan, certain, likely_product = paid
    return ("", False) if named or not plan or likely_product else (plan, certain)


def _plan(name: str, seen: _PlanSeen, said: ProductFacts, *, likely: bool) -> PlanInUse:
    trains, since = trains_on(name, said)
    return PlanInUse(
        plan=name,
        title=said.title_of(name),
        likely=likely,
        kind=kind_of_plan(name, said),
        trains=trains,
        trains_since=since,
        first=seen.first,
        people=frozenset(seen.people),
        company_paid=seen.company_paid,
        expensed=frozenset(seen.expensed),
        own_cards=frozenset(seen.own_cards),
    )


def _later(one: date | None, other: date | None) -> date | None:
    return max((day for day in (one, other) if day), default=None)


def left_on(addresses: Collection[str]) -> dict[str, date]:
    """Address → the day since which its person is not active, at the latest. One query.

    The earliest directory entry that says so after the last one that says otherwise. Its day is the
    one it states, or else the day on which it was read.
    """
    entries = DirectoryEntry.objects.filter(email__in=addresses)
    last_active: dict[str, date] = {}
    gone: dict[str, list[date]] = defaultdict(list)
    for email, active, stated, read in entries.values_list(
        "email", "active", "stated_at", "scan__created_at"
    ):
        day = date.fromisoformat(stated[:10]) if stated else day_of(read)
        if active:
            last_active[email] = max(day, last_active.get(email, day))
        else:
            gone[email].append(day)
    found = {}
    for email, days in gone.items():
        later = [day for day in days if day >= last_active.get(email, date.min)]
        if later:
            found[email] = min(later)
    return found


_GRANT = (
    "source_id",
    "descriptor_id",
    "person_id",
    "email",
    "login",
    "person_name",
    "date",
    "scopes",
    "revoked",
)


def _granted(rows: Iterable[tuple[Any, ...]]) -> dict[str, tuple[Granted, ...]]:
    """Subject → scopes that stand. Rows: subject and ``_GRANT``, by day.

    What somebody granted stands until they take the app's access back; where both are of one day, the
    grant stands.
    """
    first: dict[tuple[str, str], date] = {}
    given: dict[tuple[Any, ...], list[tuple[date, str]]] = defaultdict(list)
    taken: dict[tuple[Any, ...], date] = {}
    for subject, source, app, person, email, login, name, day, scopes, revoked in rows:
        who = (subject, source, app, person or email or login or name)
        if revoked:
            taken[who] = day
            continue
        for scope in scopes:
            first.setdefault((subject, scope), day)
            given[who].append((day, scope))
    people: dict[str, dict[str, set[Any]]] = defaultdict(lambda: defaultdict(set))
    for who, grants in given.items():
        for day, scope in grants:
            if who not in taken or day >= taken[who]:
                people[who[0]][scope].add(who[3])
    return {
        subject: tuple(
            Granted(scope, first[subject, scope], len(having)) for scope, having in sorted(scopes.items())
        )
        for subject, scopes in people.items()
    }
