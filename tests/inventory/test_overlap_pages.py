"""The pages of overlaps and cases, as the people who open them see them."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from inventory import recompute
from inventory.access import Role
from inventory.granting import set_access
from inventory.models import CaseEntry, OverlapDecision, Tool
from inventory.risk import SHIPPED_WEIGHTS
from inventory.weighing import risk_of_tool
from tests.inventory import rows
from vendors.models import Product, RiskFact
from vendors.product_facts import facts_of

pytestmark = [pytest.mark.django_db, pytest.mark.once]

TODAY = timezone.now().date()
ON = TODAY - timedelta(days=40)  # in an earlier month, and in use still
LATER = str(TODAY + timedelta(days=90))
LIST = reverse("overlaps")
NOTES = reverse("overlap", args=["meeting-notes"])
CASE = reverse("plan_case", args=["meeting-notes"])


@pytest.fixture
def notes() -> None:
    """Ada of Sales writes notes with both, Cleo of Legal with one; two tools translate for more money."""
    ada = rows.person("ada@corp.example", "Sales", name="Ada Byron")
    cleo = rows.person("cleo@corp.example", "Legal", name="Cleo Dane")
    for key, job, people, amount in (
        ("otter/notes", "meeting-notes", [ada, cleo], "30"),
        ("fathom/fathom", "meeting-notes", [ada], "20"),
        ("deepl/translator", "translation", [cleo], "900"),
        ("lilt/lilt", "translation", [cleo], "1"),
    ):
        rows.product(key, key.partition("/")[0].title(), capability=job)
        for someone in people:
            rows.spend(
                rows.descriptor(key, plan="Team"), amount, ON, person=someone, department=someone.department
            )
    recompute.take_in(timezone.now())


def words_of(response) -> str:
    assert response.status_code == 200
    return " ".join(re.sub(r"<[^>]*>", " ", response.content.decode()).split())


def rows_of(response) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(response.content.decode())))


def test_the_list_orders_jobs_by_money_and_says_how_many_of_how_many(signed_in, notes):
    client = signed_in(Role.FINANCE)
    words = words_of(client.get(LIST))
    assert "2 jobs are done by more than one tool" in words
    assert (
        "Translation Open Deepl, Lilt 1 1 EUR 901.00 Meeting-Notes Open Fathom, Otter 2 1 EUR 80.00" in words
    )
    assert "2 of 2 overlaps." in words
    assert "No overlap is in this state." in words_of(client.get(LIST + "?state=case"))


def test_the_file_holds_what_is_shown(signed_in, notes):
    client = signed_in(Role.PROCUREMENT)
    found = rows_of(client.get(reverse("overlaps_export")))
    assert [(row["capability"], row["people"], row["spend_12m_eur"], row["state"]) for row in found] == [
        ("translation", "1", "901.00", "open"),
        ("meeting-notes", "2", "80.00", "open"),
    ]
    client.post(reverse("accept_overlap", args=["translation"]), {"reason": "Two needs.", "until": LATER})
    found = list(
        csv.DictReader(
            io.StringIO(client.get(reverse("overlaps_export") + "?state=accepted").content.decode())
        )
    )
    assert [(row["capability"], row["until"]) for row in found] == [("translation", LATER)]


def test_a_group_stands_side_by_side_with_people_and_departments_in_common(signed_in, notes):
    words = words_of(signed_in(Role.AUDITOR).get(NOTES))
    assert "2 tools for one job: Meeting-Notes" in words
    assert "People who have used at least one of them: 2. Spend in twelve months: EUR 80.00" in words
    assert "Spend, 12 months EUR 60.00 EUR 20.00" in words
    assert "Team EUR 30.00" in words
    assert "Otter 2 1 Fathom 1 1" in words  # the matrix
    assert "Sales Fathom, Otter" in words
    assert "Accept as intended" not in words  # an auditor reads


def test_risk_and_facts_stand_side_by_side_and_what_nobody_says_is_unknown(signed_in, notes):
    otter, fathom = (Product.objects.get(key=key) for key in ("otter/notes", "fathom/fathom"))
    for of, attribute, value in (
        (otter, "training.default", "never"),
        (otter, "residency", "us eu"),
        (fathom, "cert.soc2", "type-2"),
    ):
        RiskFact.objects.create(
            vendor=of.vendor,
            product=of,
            identity=attribute,
            attribute=attribute,
            value=value,
            source="https://otter.example/trust",
            seen=TODAY,
            basis="vendor",
        )
    words = words_of(signed_in(Role.PROCUREMENT).get(NOTES))
    assert "Trains on what people enter no Unknown" in words
    assert "SOC 2 Unknown type 2" in words
    risks = {
        tool.key: risk_of_tool(
            tool, frozenset(), facts_of({tool.key: tool.vendor})[tool.key], SHIPPED_WEIGHTS
        )
        for tool in Tool.objects.filter(key__in=["otter/notes", "fathom/fathom"])
    }
    known, unknown = risks["otter/notes"], risks["fathom/fathom"]
    assert known.high < unknown.high
    assert f"Risk {known.low}–{known.high} {unknown.low}–{unknown.high}" in words


@pytest.mark.parametrize(("role", "departments"), [(Role.ADMINISTRATOR, None), (Role.PROCUREMENT, ["Sales"])])
def test_who_may_not_read_flags_sees_facts_and_no_risk(signed_in, notes, role, departments):
    client = signed_in(role)
    user = get_user_model().objects.get(email=f"{role}@corp.example")
    set_access(user, roles=[role], departments=departments, actor="hanna", reason="leads it")
    response = client.get(NOTES)
    words = words_of(response)
    assert "SOC 2 Unknown Unknown" in words
    assert "Your role does not see risk here" in words
    assert 'class="risk' not in response.content.decode()


def test_many_tools_side_by_side_take_one_query_more_for_prices_each(signed_in, notes):
    client = signed_in(Role.SECURITY)
    client.get(NOTES)  # what is asked once for a session
    with CaptureQueriesContext(connection) as two:
        client.get(NOTES)
    for number in range(4):
        key = f"more{number}/tool"
        rows.product(key, capability="meeting-notes")
        rows.spend(rows.descriptor(key), on=ON, person=rows.person(f"more{number}@corp.example"))
    recompute.take_in(timezone.now())
    client.get(NOTES)  # what scans tell is asked once after each of them
    with CaptureQueriesContext(connection) as six:
        assert "6 of 6 tools" in words_of(client.get(NOTES))
    assert len(six) - len(two) <= 4  # prices, a query for each column


def test_of_many_tools_six_stand_side_by_side_and_others_can_be_chosen(signed_in, notes):
    for number in range(6):
        key = f"more{number}/tool"
        rows.product(key, f"More {number}", capability="meeting-notes")
        rows.spend(rows.descriptor(key), "1", ON)
    recompute.take_in(timezone.now())
    client = signed_in(Role.PROCUREMENT)
    words = words_of(client.get(NOTES))
    assert "6 of 8 tools" in words
    words = words_of(client.get(NOTES + "?tool=more4/tool&tool=more5/tool"))
    assert "2 of 8 tools" in words


def test_an_overlap_is_accepted_and_taken_back_with_a_reason(signed_in, notes):
    client = signed_in(Role.PROCUREMENT)
    accept = reverse("accept_overlap", args=["meeting-notes"])
    assert "Name the last day" in words_of(client.post(accept, {"reason": "So."}, follow=True))
    assert "a day in the future" in words_of(
        client.post(accept, {"reason": "So.", "until": str(TODAY)}, follow=True)
    )
    assert "Say why" in words_of(client.post(accept, {"until": LATER}, follow=True))
    assert not OverlapDecision.objects.exists()
    words = words_of(client.post(accept, {"reason": "Two teams.", "until": LATER}, follow=True))
    assert "The overlap is accepted as intended." in words
    assert "Two teams." in words
    words = words_of(
        client.post(reverse("reopen_overlap", args=["meeting-notes"]), {"reason": "No more."}, follow=True)
    )
    assert "The overlap is open again." in words


FILLED_IN = {
    "step:otter/notes": "keep",
    "step:fathom/fathom": "move",
    "owner": "ilse@corp.example",
    "due": LATER,
    "reason": "One is enough.",
}


def test_a_case_is_worked_out_again_by_a_button_and_kept_only_when_opened(signed_in, notes):
    client = signed_in(Role.PROCUREMENT)
    assert "EUR 20.00 – 20.00" in words_of(client.get(CASE))
    words = words_of(client.post(CASE, FILLED_IN | {"hours_high": "2", "hourly_high": "4.50"}))
    assert "EUR 11.00 – 20.00" in words
    assert not OverlapDecision.objects.exists()
    words = words_of(client.post(CASE, FILLED_IN | {"open": "1", "hours_high": "many"}))
    assert "“many” cannot be read" in words
    words = words_of(client.post(CASE, FILLED_IN | {"open": "1", "due": ""}))
    assert "Name the day by which it is to be done." in words
    assert not OverlapDecision.objects.exists()

    words = words_of(
        client.post(CASE, FILLED_IN | {"open": "1", "hours_high": "2", "hourly_high": "4.50"}, follow=True)
    )
    assert "The case is open." in words
    assert "EUR 11.00 – 20.00" in words
    case = OverlapDecision.objects.get()
    assert (case.owner, case.actor) == ("ilse@corp.example", f"{Role.PROCUREMENT}@corp.example")
    assert "measured from" in words_of(client.get(reverse("cases")))
    assert "Meeting-Notes" in words_of(client.get("/")).partition("Cases, and what they brought")[2]
    for key in ("otter/notes", "fathom/fathom"):
        words = words_of(client.get(reverse("tool", args=[key])))
        step = "Keep" if key == "otter/notes" else "Move and end"
        assert f"1 other tool in use does this job {step} · ilse@corp.example sees to it by" in words


def test_a_saving_that_nobody_can_know_is_not_told_as_nothing(signed_in, notes):
    """What ends was paid in two currencies, for which there is no rate."""
    rows.spend(rows.descriptor("fathom/fathom", plan="Team"), "7", ON, currency="USD")
    recompute.take_in(timezone.now())
    client = signed_in(Role.PROCUREMENT)
    words = words_of(client.get(CASE))
    assert "What it saves is not known yet" in words
    assert "EUR 0.00 – 0.00" not in words
    refused = words_of(client.post(CASE, FILLED_IN | {"open": "1"}))
    assert "Fill in what the tools that end cost in a year." in refused
    assert not OverlapDecision.objects.exists()
    filled = words_of(client.post(CASE, FILLED_IN | {"ended_low": "20", "ended_high": "27"}))
    assert "EUR 20.00 – 27.00" in filled


def test_how_a_case_goes_on_is_written_down_by_who_decides_and_read_by_others(signed_in, notes):
    client = signed_in(Role.PROCUREMENT)
    client.post(CASE, FILLED_IN | {"open": "1"})
    case = reverse("case", args=[OverlapDecision.objects.get().pk])
    assert "Half moved." in words_of(client.post(case, {"words": "Half moved."}, follow=True))
    assert "Say what happened" in words_of(client.post(case, {"words": ""}, follow=True))
    assert "Done on" in words_of(client.post(case, {"words": "All moved.", "done": "1"}, follow=True))
    auditor = signed_in(Role.AUDITOR)
    assert "All moved." in words_of(auditor.get(case))
    assert auditor.post(case, {"words": "I was here."}).status_code == 403
    assert CaseEntry.objects.count() == 2


def test_who_is_limited_to_departments_sees_what_these_have_and_decides_nothing(signed_in, notes):
    client = signed_in(Role.PROCUREMENT)
    user = get_user_model().objects.get(email=f"{Role.PROCUREMENT}@corp.example")
    set_access(user, roles=[Role.PROCUREMENT], departments=["Sales"], actor="hanna", reason="leads it")
    words = words_of(client.get(LIST))
    assert "Meeting-Notes Open Fathom, Otter 1 1 EUR 50.00" in words
    assert "Translation" not in words  # Legal alone translates
    words = words_of(client.get(NOTES))
    assert "Legal" not in words
    assert "EUR 60.00" not in words
    assert client.get(reverse("overlap", args=["translation"])).status_code == 404
    assert client.post(reverse("accept_overlap", args=["meeting-notes"])).status_code == 403
    assert client.get(reverse("cases")).status_code == 403


#: Who has two small tools beside a large one, and of which departments: all small groups.
DIFFERENT = [
    (["a"], ["b"]),
    (["a", "b", "c", "d"], ["a", "b", "c", "d"]),
    (["a", "b", "c"], ["p00", "b"]),
    (["p00", "p01"], ["p00", "p01", "p02"]),
]


class TakenBack(Exception):
    """The company was made for one look."""


@pytest.mark.parametrize("role", [Role.PRIVACY_OFFICER, Role.ADMINISTRATOR])
def test_without_the_right_to_names_small_groups_look_alike(signed_in, role):
    client = signed_in(role)
    answers = []
    for few, others in DIFFERENT:
        try:
            with transaction.atomic():
                large = [f"p{number:02}" for number in range(12)]
                everybody = {
                    name: rows.person(f"{name}@corp.example", f"Department {number % 3}")
                    for number, name in enumerate(sorted({*few, *others, *large}))
                }
                for key, people in (("large/tool", large), ("one/small", few), ("other/small", others)):
                    rows.product(key, capability="meeting-notes")
                    for name in people:
                        rows.presence(
                            rows.descriptor(key), ON - timedelta(days=ON.weekday()), person=everybody[name]
                        )
                recompute.take_in(timezone.now())
                pages = [client.get(address) for address in (LIST, NOTES, reverse("overlaps_export"))]
                answers.append(
                    [re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", p.content.decode()) for p in pages]
                )
                raise TakenBack
        except TakenBack:
            pass
    assert "at least 10" in answers[0][0]
    assert "0–4" in answers[0][1]
    assert "Department 1" not in answers[0][1]
    assert all(answer == answers[0] for answer in answers)


def test_an_empty_inventory_says_so(signed_in):
    client = signed_in(Role.PROCUREMENT)
    assert "No two tools do the same job" in words_of(client.get(LIST))
    assert "No case was opened yet" in words_of(client.get(reverse("cases")))
    assert client.get(NOTES).status_code == 404


def test_a_page_takes_the_same_number_of_queries_for_many_groups(
    signed_in, notes, django_assert_max_num_queries
):
    for number in range(12):
        for maker in ("left", "right"):
            key = f"{maker}{number}/tool"
            rows.product(key, capability=f"job-{number}")
            rows.spend(rows.descriptor(key), on=ON, person=rows.person(f"{maker}{number}@corp.example"))
    recompute.take_in(timezone.now())
    client = signed_in(Role.PROCUREMENT)
    with django_assert_max_num_queries(32):
        assert "14 of 14 overlaps." in words_of(client.get(LIST))
