"""The list of tools from roll-ups, against the same figures aggregated live."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from bench.fresh import installation
from bench.results import Limit, Result

RECORDS = 1_000_000
_TOOLS = 2_000
_PEOPLE = 2_000
_PEOPLE_OF_A_TOOL = 16
_PRODUCTS_PER_VENDOR = 4
_PAGE_RUNS, _LIVE_RUNS = 20, 3


def measure(rows: int = RECORDS) -> Iterator[Result]:
    tools = max(8, min(_TOOLS, rows // 10))
    with installation() as (_, child):
        child.call(fill, records=rows, tools=tools)
        found = child.call(compare, tools=tools)
    note = f"{tools:,} tools, {rows:,} records; all figures rebuilt in {found['rebuild']:.3g} s"
    yield Result(
        "inventory_page", found["page"] * 1e3, "ms", found["live"] * 1e3, Limit(1 / 50), note,
    )  # fmt: skip
    yield Result(
        "inventory_page_in_server", found["page"] * 1e3, "ms", found["live"] * 1e3, Limit(50, of_value=True),
        "the whole response, Django's test client",
    )  # fmt: skip
    yield Result(
        "inventory_page_of_a_department", found["narrow"] * 1e3, "ms", found["live"] * 1e3,
        Limit(50, of_value=True), "the same for who is limited to one department of nine",
    )  # fmt: skip
    yield Result(
        "tool_page", found["tool"] * 1e3, "ms", found["live"] * 1e3, Limit(50, of_value=True),
        f"the first part of a tool's page with {rows // tools:,} records; baseline: all tools live",
    )  # fmt: skip


def fill(records: int, tools: int) -> dict[str, Any]:
    """Purchases with a record each, spread over tools, people and fourteen months. Runs in the child."""
    from django.db import connection, transaction

    from discovery.models import Descriptor, Person, Purchase, Record, Scan, Source

    source = Source.objects.create(name="bench", connector="card_table", kind="card")
    scan = Scan.objects.create(source=source, connector="card_table", file_name="bench.csv", fingerprint="0")
    counted = "WITH RECURSIVE c(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM c WHERE i + 1 < %d) "
    vendor = f"'vendor' || (i %% {tools} / {_PRODUCTS_PER_VENDOR})"
    product = f"{vendor} || '/product' || (i %% {tools})"
    # A prime step, so that neither tools nor people go hand in hand with days.
    day = "date('2025-01-01', '+' || (i * 7919 %% 420) || ' days')"
    # Each tool has so many people, and each person so many tools, as tools are to people.
    user = f"(i * 31 + i / {tools} %% {_PEOPLE_OF_A_TOOL} * 7) %% {_PEOPLE}"
    person = f"1 + {user}"
    name = "CAST(printf('%%016d', i) AS BLOB)"
    amount = "(1 + i * 13 %% 400) * 500000"
    tables: list[tuple[Any, int, dict[str, str]]] = [
        (Person, _PEOPLE, {"id": "i + 1", "email": "'p' || i || '@corp.example'",
                           "department": "'Team ' || (i %% 9)"}),
        (Descriptor, tools, {"id": "i + 1", "key": name, "state": "'ai'", "channel": "'card'",
                             "form": "'tool ' || i", "decision": "'match'", "product": product,
                             "vendor": vendor, "score": "1", "normaliser": "1"}),
        (Purchase, records, {"id": "i + 1", "key": name, "product": product, "vendor": vendor, "date": day,
                             "door": "'corporate_card'", "amount": amount, "currency": "'EUR'",
                             "person_id": person, "department": f"'Team ' || ({user} %% 9)",
                             "booked": "1"}),
        (Record, records, {"id": "i + 1", "source_id": str(source.pk), "scan_id": str(scan.pk),
                           "identity": name, "content": "x'0000000000000000'", "current": "1", "line": "i",
                           "kind": "'spend'", "descriptor_id": f"1 + i %% {tools}", "date": day,
                           "text": "'TOOL ' || i", "amount": amount, "currency": "'EUR'",
                           "person_id": person, "purchase_id": "i + 1"}),
    ]  # fmt: skip
    with transaction.atomic(), connection.cursor() as cursor:
        for model, count, given in tables:
            columns = _columns(model, given)
            cursor.execute(
                (
                    f"{counted % count}INSERT INTO {model._meta.db_table} ({', '.join(columns)}) "  # noqa: S608
                    f"SELECT {', '.join(columns.values())} FROM c"
                ).replace("%%", "%")
            )
    return {}


def _columns(model: Any, given: Mapping[str, str]) -> dict[str, str]:
    """Column → SQL expression for every column of a model: as given, or its empty value."""
    empty = {"BooleanField": "0", "JSONField": "'[]'"}
    return {
        field.column: given.get(field.column)
        or ("NULL" if field.null else empty.get(field.get_internal_type(), "''"))
        for field in model._meta.concrete_fields
        if field.column in given or not field.primary_key
    }


def compare(tools: int) -> dict[str, Any]:
    """Figures rebuilt, the page asked for, the same figures aggregated. Runs in the child."""
    from django.test.utils import override_settings

    from inventory import rollups
    from inventory.access import Role
    from inventory.models import Tool

    begun = time.perf_counter()
    rollups.rebuild_all()
    rebuild = time.perf_counter() - begun
    if Tool.objects.count() != tools:
        raise AssertionError(f"{tools} tools were stored and {Tool.objects.count()} are listed")
    with override_settings(STORAGES=_plain_static_files()):
        security = browser(Role.SECURITY)  # sees names, and so exact numbers of people
        page = median(lambda: security.get("/tools/"), _PAGE_RUNS)
        limited = browser(Role.SECURITY, ["Team 1"])
        narrow = median(lambda: limited.get("/tools/"), _PAGE_RUNS)
        key = Tool.objects.order_by("key").values_list("key", flat=True)[tools // 2]
        tool = median(lambda: security.get(f"/tools/{key}/"), _PAGE_RUNS)
    live = median(_live, _LIVE_RUNS)
    return {"rebuild": rebuild, "page": page, "narrow": narrow, "tool": tool, "live": live}


def _live() -> None:
    """What the list shows, from purchases and records: spend of twelve months, people, days."""
    from django.db.models import Count, Max, Min, Sum

    from inventory.figures import evidence, last_months, purchases

    latest = purchases().aggregate(latest=Max("date"))["latest"]
    first, _ = last_months(f"{latest:%Y-%m}")
    year = purchases(latest.replace(year=int(first[:4]), month=int(first[5:]), day=1))
    list(year.values("tool", "currency").annotate(total=Sum("amount")).order_by())
    seen = evidence().values("tool")
    list(seen.annotate(people=Count("person", distinct=True), first=Min("date"), last=Max("date")).order_by())


def median(work: Callable[[], object], runs: int) -> float:
    """Seconds; one run before them is not counted."""
    work()
    seconds = []
    for _ in range(runs):
        begun = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - begun)
    return statistics.median(seconds)


def _plain_static_files() -> dict[str, Any]:
    return {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


def browser(role: Any = None, departments: list[str] | None = None) -> Any:
    """A client in which somebody (an administrator) is signed in; a page that does not answer is an error."""
    from django.contrib.auth import get_user_model
    from django.test import Client

    from inventory.access import Role
    from inventory.granting import set_access

    role = role or Role.ADMINISTRATOR
    name = f"{role.value.replace(' ', '-')}-of-{'-'.join(departments or ['all'])}".replace(" ", "-")
    user, _ = get_user_model().objects.get_or_create(username=name, email=f"{name.lower()}@corp.example")
    set_access(user, roles=[role], departments=departments, actor="bench", reason="to measure")

    class Browser(Client):
        def get(self, *args: Any, **kwargs: Any) -> Any:
            response = super().get(*args, **kwargs)
            if response.status_code != 200:
                raise AssertionError(f"{args[0]} answered {response.status_code}")
            return response

    client = Browser()
    client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    return client


def answer_pages(until: str) -> dict[str, Any]:
    """Ask for the list again and again until a file exists; the seconds of each answer. In the child."""
    from pathlib import Path

    from django.test.utils import override_settings

    stop = Path(until)
    seconds = []
    with override_settings(STORAGES=_plain_static_files()):
        client = browser()
        client.get("/tools/")
        while True:
            begun = time.perf_counter()
            client.get("/tools/")
            seconds.append(time.perf_counter() - begun)
            if stop.exists():
                return {"slowest": max(seconds), "median": statistics.median(seconds)}
            time.sleep(0.05)
