"""Fourteen months of a small company: what is open on each month's last day."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime

import pytest

from discovery.models import Descriptor, Person
from inventory import recompute
from inventory.decisions import Change, decide
from inventory.flags import keep
from inventory.models import Flag
from tests.inventory import rows

pytestmark = pytest.mark.django_db

AUTH = "https://www.googleapis.com/auth"
CALENDAR, FILES = f"{AUTH}/calendar.readonly", f"{AUTH}/drive.readonly"
CHAT, CLAUDE, NOTES, TRANSLATOR = "openai/chatgpt", "anthropic/claude", "otter/notes", "deepl/translator"


def at(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 9, tzinfo=UTC)


class Company:
    """Four people, four tools, and somebody who decides."""

    def __init__(self) -> None:
        departments = {"ada": "Sales", "bob": "Sales", "cleo": "Sales", "dan": "Legal"}
        self.people = {name: rows.person(f"{name}@corp.example", of) for name, of in departments.items()}
        capabilities = {CHAT: "chat", CLAUDE: "chat", NOTES: "meeting notes", TRANSLATOR: "translation"}
        for key, capability in capabilities.items():
            rows.product(key, capability=capability)
        self.texts: dict[str, Descriptor] = {key: rows.descriptor(key) for key in capabilities}

    def uses(self, name: str, tool: str, on: date) -> None:
        rows.presence(self.texts[tool], on, person=self.people[name])

    def pays(self, name: str, dollars: int, on: date) -> None:
        rows.spend(
            self.texts[CHAT],
            str(dollars),
            on,
            person=self.people[name],
            merchant_amount=dollars * rows.MICRO,
            merchant_currency="USD",
        )

    def grants(self, name: str, *scopes: str, on: date, revoked: bool = False) -> None:
        rows.grant(self.texts[NOTES], on, person=self.people[name], scopes=list(scopes), revoked=revoked)

    def decides(self, tool: str, on: datetime, **change: object) -> None:
        recompute.take_in(on)
        decide([tool], Change(**change), actor="Tomasz", reason="As agreed.", now=on)

    def leaves(self, name: str, stated: str) -> None:
        email = f"{name}@corp.example"
        rows.directory_entry(email, active=False, stated=stated)
        Person.objects.filter(email=email).update(active=False)

    def accepts(self, rule: str, on: datetime, until: date) -> None:
        recompute.take_in(on)
        flags = Flag.objects.filter(rule=rule, state=Flag.State.OPEN)
        keep.accept(flags, until, actor="Tomasz", reason="Known.", now=on)


def everyday(company: Company, year: int, month: int) -> None:
    """What happens every month: Bob and, until she leaves, Ada use and pay for the chat tool."""
    first = date(year, month, 2)
    company.uses("bob", CHAT, first)
    since_march = (year, month) >= (2025, 3)
    dollars = 25 if (year, month) >= (2025, 7) else 20
    if since_march:
        company.pays("bob", dollars, date(year, month, 5))
    if since_march and (year, month) <= (2025, 11):
        company.pays("ada", dollars, date(year, month, 5))
    if (year, month) < (2025, 11):
        company.uses("ada", CHAT, first)
    if (year, month) >= (2025, 2):
        company.uses("cleo", NOTES, first)


def february_2025(company: Company) -> None:
    owner = {"owner": "ada@corp.example", "review_due": date(2026, 1, 31)}
    company.decides(CHAT, at(2025, 2, 3), status="sanctioned", **owner)
    company.grants("cleo", CALENDAR, on=date(2025, 2, 10))


def march_2025(company: Company) -> None:
    company.accepts("access.wide-scopes", at(2025, 3, 3), date(2025, 5, 31))


def april_2025(company: Company) -> None:
    conditions = {"allowed_departments": ["Sales"], "owner": "cleo@corp.example"}
    company.decides(NOTES, at(2025, 4, 1), status="restricted", **conditions)


def may_2025(company: Company) -> None:
    company.uses("dan", NOTES, date(2025, 5, 12))


def june_2025(company: Company) -> None:
    company.decides(NOTES, at(2025, 6, 2), allowed_departments=["Legal", "Sales"])
    company.grants("dan", CALENDAR, FILES, on=date(2025, 6, 10))


def july_2025(company: Company) -> None:
    company.accepts("access.scopes-grown", at(2025, 7, 1), date(2025, 12, 31))


def august_2025(company: Company) -> None:
    for name in ("ada", "bob"):
        company.uses(name, CLAUDE, date(2025, 8, 11))


def september_2025(company: Company) -> None:
    company.decides(CLAUDE, at(2025, 9, 5), status="prohibited")


def october_2025(company: Company) -> None:
    company.uses("bob", CLAUDE, date(2025, 10, 6))


def november_2025(company: Company) -> None:
    company.leaves("ada", "2025-11-03T17:00:00Z")


def december_2025(company: Company) -> None:
    company.decides(CHAT, at(2025, 12, 1), owner="bob@corp.example")


def january_2026(company: Company) -> None:
    pass


def february_2026(company: Company) -> None:
    company.grants("dan", on=date(2026, 2, 4), revoked=True)
    company.uses("dan", TRANSLATOR, date(2026, 2, 9))
    company.decides(TRANSLATOR, at(2026, 2, 16), status="sanctioned")


#: month → what happens beside the everyday, and what is open and folded under nothing at its end
STORY = [
    (2025, 1, None, [("decision.undecided", CHAT)]),
    (2025, 2, february_2025, [("access.wide-scopes", NOTES)]),
    (2025, 3, march_2025, [("decision.undecided", NOTES)]),
    (2025, 4, april_2025, []),
    (2025, 5, may_2025, [("decision.outside-conditions", NOTES)]),
    (2025, 6, june_2025, [("access.scopes-grown", NOTES)]),
    (2025, 7, july_2025, [("price.moved", CHAT)]),
    (
        2025,
        8,
        august_2025,
        [("decision.undecided", CLAUDE), ("overlap.in-department", CLAUDE), ("price.moved", CHAT)],
    ),
    (2025, 9, september_2025, [("price.moved", CHAT)]),
    (2025, 10, october_2025, [("decision.prohibited-in-use", CLAUDE)]),
    (
        2025,
        11,
        november_2025,
        [("decision.prohibited-in-use", CLAUDE), ("owner.left", CHAT), ("people.leavers", CHAT)],
    ),
    (2025, 12, december_2025, [("decision.prohibited-in-use", CLAUDE), ("people.leavers", CHAT)]),
    (2026, 1, january_2026, [("access.scopes-grown", NOTES), ("people.leavers", CHAT)]),
    (2026, 2, february_2026, [("decision.review-due", CHAT), ("owner.none", TRANSLATOR)]),
]


def test_what_is_open_on_each_months_last_day():
    company = Company()
    told = []
    for year, month, happens, _ in STORY:
        everyday(company, year, month)
        if happens:
            happens(company)
        last = at(year, month, monthrange(year, month)[1])
        recompute.take_in(last)
        keep.check_all(last)
        flags = Flag.objects.filter(state=Flag.State.OPEN, folded_under="")
        told.append((year, month, sorted(flags.values_list("rule", "subject"))))
    assert told == [(year, month, flags) for year, month, _, flags in STORY]
    assert not Flag.objects.filter(rule="source.silent").exists()
    shown = Flag.objects.filter(rule="decision.undecided", subject=CLAUDE)
    assert [flag.state for flag in shown] == [Flag.State.CLOSED]
