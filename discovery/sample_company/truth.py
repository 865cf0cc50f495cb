"""What is true of the sample company: told from its world, to hold against what an export says.

The truth says what the documents together can tell, not more: where no document names the
product, the tool is the vendor; where nothing tells whose a card is, it is a card of nobody known.
Amounts are whole numbers of 10⁻⁶ of the currency's major unit.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from discovery.sample_company import ordinary
from discovery.sample_company.files import AnyFile, RejectedRow, SampleArchive
from discovery.sample_company.packages import OWN
from discovery.sample_company.seats import CHAT, CODING, chat_periods, used_days
from discovery.sample_company.suppliers import ORDINARY, SUPPLIERS
from discovery.sample_company.true_api_use import TrueMetered, metered
from discovery.sample_company.world import Document, Feed, Grant, Seat, SignIn, Spending, World

#: Doors in the order in which a purchase that came through several books.
DOORS = ("procurement", "model_api", "cloud_bill", "corporate_card", "employee_expense")
_DOOR_OF = {
    Feed.INVOICES: "procurement",
    Feed.BANK: "procurement",
    Feed.PROGRAMME: "corporate_card",
    Feed.BANK_CARDS: "corporate_card",
    Feed.STATEMENT: "corporate_card",
    Feed.EXPENSES: "employee_expense",
}


@dataclass(frozen=True, slots=True)
class TruePurchase:
    """One purchase of an AI tool. ``waits_for``: its only text, where that is a hard one.

    Metered use that nothing else pays for is one, of nobody, numbered after all spending.
    """

    number: int
    date: str
    tool: str
    door: str
    amount: int
    currency: str
    net: int | None
    tax: int | None
    merchant_amount: int | None
    merchant_currency: str
    department: str
    person: str
    card: str
    feeds: tuple[str, ...]
    waits_for: str = ""

    @property
    def month(self) -> str:
        return self.date[:7]


@dataclass(frozen=True, slots=True)
class Evidence:
    """That a tool was seen: with an e-mail, a card or login that nobody is known for, or nobody at all."""

    tool: str
    door: str  # sso, grant, licence, code, or that of the purchase
    person: str = ""
    department: str = ""
    unknown_card: str = ""
    waits_for: str = ""
    unknown_login: str = ""


@dataclass(frozen=True, slots=True)
class TrueTool:
    key: str
    people: tuple[str, ...]
    unknown_cards: int
    unknown_logins: int
    departments: tuple[str, ...]
    doors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TrueSpend:
    """A month's spend on a tool by department and door, as the account booked it."""

    month: str
    tool: str
    department: str
    door: str
    currency: str
    amount: int
    purchases: int


@dataclass(frozen=True, slots=True)
class TrueSeats:
    """What the newest list of a tool shows. ``day``: of the list; "" where it does not say."""

    tool: str
    day: str
    people: int
    active: int  # of these, who ever used it


@dataclass(frozen=True)
class Truth:
    company: str
    purchases: tuple[TruePurchase, ...]
    evidence: tuple[Evidence, ...]
    rejected: tuple[RejectedRow, ...]
    rows: dict[str, int]  # file → rows in it, bad ones included
    may_wait_in_review: tuple[str, ...]  # hard texts of AI tools
    never_booked: tuple[str, ...]  # look-alikes, and vendors that sell AI among other things
    secrets: tuple[str, ...]  # ordinary merchants and apps: unreadable at rest in any case of letters
    secret_pairs: tuple[tuple[str, str], ...] = field(default=())  # (person, merchant)
    seats: tuple[TrueSeats, ...] = ()
    metered: tuple[TrueMetered, ...] = ()

    def tools(self, waiting: frozenset[str] = frozenset()) -> dict[str, TrueTool]:
        """Every tool in use, where the texts in ``waiting`` still wait for a person."""
        people: dict[str, set[str]] = defaultdict(set)
        cards: dict[str, set[str]] = defaultdict(set)
        logins: dict[str, set[str]] = defaultdict(set)
        departments: dict[str, set[str]] = defaultdict(set)
        doors: dict[str, set[str]] = defaultdict(set)
        for seen in self.evidence:
            if seen.waits_for and seen.waits_for in waiting:
                continue
            doors[seen.tool].add(seen.door)
            if seen.person:
                people[seen.tool].add(seen.person)
            if seen.department:
                departments[seen.tool].add(seen.department)
            if seen.unknown_card:
                cards[seen.tool].add(seen.unknown_card)
            if seen.unknown_login:
                logins[seen.tool].add(seen.unknown_login)
        return {
            key: TrueTool(
                key,
                tuple(sorted(people[key])),
                len(cards[key]),
                len(logins[key]),
                tuple(sorted(departments[key])),
                # Only a tool that costs nothing came in by sign-in, grant, licence or code.
                tuple(sorted(doors[key].intersection(DOORS) or doors[key])),
            )
            for key in sorted(doors)
        }

    def spend(self, waiting: frozenset[str] = frozenset()) -> list[TrueSpend]:
        sums: dict[tuple[str, str, str, str, str], list[int]] = defaultdict(lambda: [0, 0])
        for bought in self.purchases:
            if bought.waits_for and bought.waits_for in waiting:
                continue
            cell = (bought.month, bought.tool, bought.department, bought.door, bought.currency)
            sums[cell][0] += bought.amount
            sums[cell][1] += 1
        return [TrueSpend(*cell, *sums[cell]) for cell in sorted(sums)]

    def as_json(self) -> str:
        content = {
            "company": self.company,
            "tools": [asdict(tool) for tool in self.tools().values()],
            "spend": [asdict(line) for line in self.spend()],
            **{key: value for key, value in asdict(self).items() if key != "company"},
        }
        return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n"

    def write(self, path: Path) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self.as_json(), encoding="utf-8", newline="\n")
        return path


def truth_of(world: World, files: Iterable[AnyFile]) -> Truth:
    files = list(files)
    purchases = [_purchase(spent) for spent in world.spending if _tells(spent)]
    use = metered(world, purchases)
    unpaid = enumerate((month for month in use if month.counts), len(world.spending) + 1)
    purchases += [_unpaid(number, month) for number, month in unpaid]
    evidence = {
        *(_use(sign_in) for sign_in in world.sign_ins if sign_in.product and not sign_in.failed),
        *(_let_in(grant) for grant in world.grants if grant.product),
        *(_seated(seat) for seat in world.seats),
        *(Evidence(package.product, "code") for package in world.packages if package.product),
        *(_paid(bought) for bought in purchases),
        *(Evidence(month.tool, "model_api", department=month.department) for month in use),
    }
    hard = {document.text for spent in world.spending for document in spent.documents if document.hard}
    secrets = secret_names()
    return Truth(
        company=world.company,
        purchases=tuple(purchases),
        evidence=tuple(sorted(evidence, key=lambda e: tuple(asdict(e).values()))),
        rejected=tuple(row for file in files for row in file.rejected()),
        rows=_rows(files),
        may_wait_in_review=tuple(sorted(hard)),
        never_booked=_never_booked(),
        secrets=secrets,
        secret_pairs=_pairs(world, secrets),
        seats=_newest_lists(world),
        metered=tuple(use),
    )


def _tells(spent: Spending) -> list[Document]:
    """The documents that tell of an AI tool. A refused charge moved no money."""
    if spent.declined:
        return []
    return [document for document in spent.documents if document.tells]


def _purchase(spent: Spending) -> TruePurchase:
    telling = _tells(spent)
    products = {document.tells for document in telling if "/" in document.tells}
    person = spent.person
    if spent.card and not spent.card.known and not spent.document(Feed.EXPENSES):
        person = None
    hard = [document.text for document in telling if document.hard]
    foreign = spent.merchant_currency not in ("", spent.currency)
    return TruePurchase(
        number=spent.number,
        date=spent.day.isoformat(),
        tool=next(iter(products), telling[0].tells),
        door=min((_DOOR_OF[document.feed] for document in telling), key=DOORS.index),
        amount=spent.amount,
        currency=spent.currency,
        net=spent.net,
        tax=spent.tax,
        merchant_amount=spent.merchant_amount if foreign else None,
        merchant_currency=spent.merchant_currency if foreign else "",
        department=person.department if person else "",
        person=person.email if person else "",
        card=spent.card.last_four if spent.card else "",
        feeds=tuple(document.feed.value for document in telling),
        waits_for=hard[0] if hard else "",
    )


def _paid(bought: TruePurchase) -> Evidence:
    unknown = bought.card if bought.card and not bought.person else ""
    return Evidence(bought.tool, bought.door, bought.person, bought.department, unknown, bought.waits_for)


def _use(sign_in: SignIn) -> Evidence:
    person = sign_in.person
    return Evidence(sign_in.product, "sso", person.email, person.department)


def _let_in(grant: Grant) -> Evidence:
    person = grant.person
    return Evidence(grant.product, "grant", person.email, person.department)


def _seated(seat: Seat) -> Evidence:
    person = seat.person
    if not seat.known:
        return Evidence(seat.product, "licence", unknown_login=seat.login)
    return Evidence(seat.product, "licence", person.email, person.department)


def _unpaid(number: int, use: TrueMetered) -> TruePurchase:
    return TruePurchase(
        number=number,
        date=use.first_day,
        tool=use.tool,
        door="model_api",
        amount=use.amount,
        currency=use.currency,
        net=use.amount,
        tax=None,
        merchant_amount=None,
        merchant_currency="",
        department="",
        person="",
        card="",
        feeds=("API costs",),
    )


def _newest_lists(world: World) -> tuple[TrueSeats, ...]:
    found = []
    last = chat_periods(world.start, world.end)[-1][1]
    for tool, day in ((CHAT, last.isoformat()), (CODING, "")):
        used = used_days(tool, world.sign_ins)
        standing = [seat for seat in world.seats if seat.product == tool and seat.stands(last)]
        active = [seat for seat in standing if seat.person.number in used]
        if standing:
            found.append(TrueSeats(tool, day, len(standing), len(active)))
    return tuple(found)


def _rows(files: Iterable[AnyFile]) -> dict[str, int]:
    counts = {}
    for file in files:
        if isinstance(file, SampleArchive):
            for member in file.members:
                counts[f"{file.name}!{Path(member.name).name}"] = len(member.rows)
        else:
            counts[file.name] = len(file.rows)
    return counts


def secret_names() -> tuple[str, ...]:
    """Names that must be found nowhere, in capitals, small letters or as a title."""
    names = {merchant.name for merchant in (*ordinary.MERCHANTS, *ordinary.SOFTWARE)}
    names |= {payment.name for payment in (*ordinary.BANK_PAYMENTS, *ordinary.BANK_TRADE)}
    names |= {payment.name for payment in (*ordinary.AMERICAN_PAYMENTS, *ordinary.AMERICAN_TRADE)}
    names |= {SUPPLIERS[key].legal_name for key in ORDINARY}
    names |= {app for app in ordinary.SIGN_IN_APPS if app not in ("Norrland Intranet",)}
    names |= {app for app, _, _ in ordinary.GRANT_APPS}
    names |= set(OWN)
    return tuple(sorted(names))


def _never_booked() -> tuple[str, ...]:
    texts = {merchant.pattern for merchant in (*ordinary.LOOK_ALIKES, *ordinary.SUITES)}
    texts |= {merchant.typed for merchant in ordinary.LOOK_ALIKES if merchant.typed}
    texts |= {*ordinary.SUITE_APPS, *ordinary.LOOK_ALIKE_APPS}
    texts |= {app for app, _, _ in ordinary.LOOK_ALIKE_GRANTS}
    return tuple(sorted(texts))


def _pairs(world: World, secrets: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Who bought where, for every ordinary merchant: what no reader of the database may learn."""
    known = set(secrets)
    pairs = set()
    names = {merchant.pattern.partition(" {")[0]: merchant.name for merchant in ordinary.MERCHANTS}
    for spent in world.spending:
        if spent.person and not spent.product:
            words = spent.documents[0].text.upper().split()
            name = names.get(" ".join(words[:2]), "")
            if name in known:
                pairs.add((spent.person.email, name))
    return tuple(sorted(pairs))
