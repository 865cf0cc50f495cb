"""Every page as a picture: both themes, 1,280 and 390 pixels wide, as the person who opens it sees it.

Writes into var/screenshots (untracked). The pages show a small sample company in a database of its
own, made at the first call; some of it is decided, and its sources are given a past, so that no
page is empty. Needs Chromium and the packages of the tests.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime, timedelta
from pathlib import Path

from tests.services.chromium import chromium

_HOME = Path(__file__).resolve().parent.parent
_OUT = _HOME / "var" / "screenshots"
_DATA = _HOME / "var" / "screenshots-data"
_WIDTHS = (1280, 390)
_THEMES = ("light", "dark")
#: Name of the picture → role that opens the page, address.
PAGES = {
    "home-finance": ("finance", "/"),
    "home-security": ("security", "/"),
    "home-procurement": ("procurement", "/"),
    "inventory": ("procurement", "/tools/"),
    "inventory-narrowed": ("security", "/tools/?status=discovered&sort=last"),
    "inventory-none": ("security", "/tools/?q=nothing+like+it"),
    "inventory-figures-only": ("privacy officer", "/tools/"),
    "tool": ("security", "/tools/{tool}/"),
    "tool-people": ("security", "/tools/{tool}/?tab=people"),
    "tool-spend": ("finance", "/tools/{tool}/?tab=spend"),
    "tool-evidence": ("security", "/tools/{tool}/?tab=evidence"),
    "tool-risk": ("security", "/tools/{tool}/?tab=risk"),
    "catalog": ("procurement", "/catalog/"),
    "catalog-found": ("procurement", "/catalog/?q=chat"),
    "catalog-product": ("security", "/catalog/of/{tool}/"),
    "risk-weights": (
        "security",
        "/triage/weights/?access=20&plan=10&training.default=25&retention.default=5"
        "&human-review=5&content-licence=5&acts=10&records-third-parties=5&audits=5&owner=5&product=5",
    ),
    "catalog-joins": ("security", "/catalog/joins/"),
    "catalog-own-words": ("security", "/catalog/of/{tool}/own/?attribute=training.default"),
    "tool-figures-only": ("privacy officer", "/tools/{tool}/"),
    "home-administrator": ("administrator", "/"),
    "columns": ("finance", "/sources/looks/{look}/columns/"),
    "members": ("finance", "/sources/looks/{list}/members/"),
    "looks": ("finance", "/sources/"),
    "mappings": ("finance", "/sources/mappings/"),
    "systems": ("administrator", "/sources/systems/"),
    "connect": ("administrator", "/sources/systems/new/okta/"),
    "connection": ("administrator", "/sources/systems/{connection}/"),
    "scan": ("finance", "/scans/{scan}/"),
    "sample": ("administrator", "/sources/sample/"),
    "tool-decisions": ("security", "/tools/{tool}/?tab=decisions"),
    "flags": ("security", "/flags/"),
    "flag": ("security", "/flags/{flag}/"),
    "triage": ("security", "/triage/"),
    "triage-without-names": ("administrator", "/triage/"),
    "policies": ("security", "/triage/policies/"),
    "policy": ("security", "/triage/policies/{policy}/"),
    "decisions": ("auditor", "/decisions/"),
    "decision": ("security", "/decisions/{batch}/"),
    "recognitions": ("security", "/recognitions/"),
    "recognition": ("security", "/recognitions/{text}/"),
    "inspection": ("security", "/recognitions/inspect/"),
    "text-rules": ("security", "/recognitions/rules/"),
    "text-rule": ("security", "/recognitions/rules/{rule}/"),
    "text-rule-played": ("security", "/recognitions/rules/{played}/"),
    "seal-openings": ("privacy officer", "/privacy/sealed/"),
    "recognitions-decided": ("security", "/recognitions/decided/"),
    "contract": ("procurement", "/contracts/{contract}/"),
    "purchases": ("finance", "/purchases/"),
    "purchase": ("finance", "/purchases/{purchase}/"),
    "sources": ("administrator", "/sources/"),
    "source": ("administrator", "/sources/{source}/"),
    "rejected": ("administrator", "/sources/rejected/"),
    "withdraw": ("administrator", "/scans/{scan}/withdraw/"),
    "home-employee": ("employee", "/"),
    "allowed": ("employee", "/allowed/?data=internal"),
    "declare": ("employee", "/declare/?tool=chat"),
    "declare-asked": ("employee", "/declare/?key={tool}&data=customer"),
    "declared": ("employee", "/declare/{declaration}/"),
    "my-tools": ("employee", "/me/tools/"),
    "declarations": ("security", "/declarations/"),
    "allowed-asked": ("employee", "/allowed/?tool=open"),
    "my-data": ("employee", "/me/"),
    "tokens": ("security", "/me/tokens/"),
    "openings": ("privacy officer", "/privacy/openings/"),
    "notices": ("security", "/notices/"),
    "webhooks": ("security", "/webhooks/"),
    "roles": ("administrator", "/roles/"),
    "privacy": ("employee", "/privacy/"),
    "requests": ("privacy officer", "/privacy/requests/"),
    "open-name": ("security", "/people/{code}/open/"),
    "components": ("administrator", "/components/"),
    "overlaps": ("procurement", "/overlap/"),
    "overlap": ("procurement", "/overlap/{capability}/"),
    "overlap-figures-only": ("privacy officer", "/overlap/{capability}/"),
    "case-plan": ("procurement", "/overlap/{capability}/case/"),
    "cases": ("finance", "/cases/"),
    "case": ("procurement", "/cases/{case}/"),
    "owners": ("procurement", "/owners/"),
    "owners-leavers": ("security", "/owners/?tab=leavers"),
    "owner-of": ("procurement", "/owners/of/{unowned}/"),
    "asked": ("employee", "/me/asked/"),
    "not-here": ("security", "/tools/nothing/like-it/"),
    "not-for-your-role": ("employee", "/sources/"),
    "sign-in": ("", "/accounts/login/"),
}


def main(wanted: list[str]) -> int:
    os.environ.update(PENUMBRA_DATA=str(_DATA), DJANGO_SETTINGS_MODULE="config.settings")
    os.environ["PENUMBRA_CURRENCY"] = "EUR"
    os.environ.pop("DATABASE_URL", None)
    program = chromium()
    if program is None:
        print("no Chromium is installed (on Debian: apt-get install chromium)", file=sys.stderr)
        return 1
    import django

    django.setup()
    _company()
    places = _places()
    _OUT.mkdir(parents=True, exist_ok=True)
    from playwright.sync_api import sync_playwright

    cookies = _cookies()
    pages = {name: page for name, page in PAGES.items() if not wanted or name in wanted}
    with _served() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        for theme in _THEMES:
            for width in _WIDTHS:
                for role in sorted({role for role, _path in pages.values()}):
                    context = browser.new_context(
                        viewport={"width": width, "height": 900 if width > 600 else 844},
                        color_scheme=theme,
                        base_url=address,
                    )
                    if role:
                        context.add_cookies([{"name": "sessionid", "value": cookies[role], "url": address}])
                    tab = context.new_page()
                    for name, (of, path) in pages.items():
                        if of == role:
                            tab.goto(path.format(**places), wait_until="load")
                            tab.screenshot(path=str(_OUT / f"{name}-{width}-{theme}.png"), full_page=True)
                    context.close()
        browser.close()
    print(f"{len(list(_OUT.glob('*.png')))} pictures in {_OUT.relative_to(_HOME)}")
    return 0


def _company() -> None:
    """The sample company read in, once."""
    from django.core.management import call_command
    from django.utils import timezone

    from discovery import sample_company
    from inventory import demo
    from inventory.flags.keep import check_all
    from inventory.models import Installation

    call_command("migrate", verbosity=0)
    if Installation.objects.filter(demo=True).exists():
        return
    call_command("load_catalog", verbosity=0, stdout=open(os.devnull, "w"))  # noqa: SIM115
    company = sample_company.build(seed=3, people=60, months=8, end=date(2026, 10, 31))
    company = sample_company.addressed(company, 3, [persona.email for persona in demo.PERSONAS])
    folder = _DATA / "company"
    shutil.rmtree(folder, ignore_errors=True)
    sample_company.write(company, folder)
    # Names that are words too wait for a person, so that there is something to review.
    (folder / "exports" / "petty-cash.csv").write_text(
        "Date,Merchant,Amount,Currency,Employee email\n"
        f"2026-10-02,Claude,20.00,EUR,{demo.PERSONAS[0].email}\n"
        f"2026-10-05,PAYPAL *GAMMA,18.00,EUR,{demo.PERSONAS[0].email}\n"
    )
    with suppress(SystemExit):  # some files of the sample company cannot be read, and are shown as such
        call_command("scan", str(folder / "exports"), stdout=open(os.devnull, "w"))  # noqa: SIM115
    _decide()
    _make_policy()
    _give_sources_a_past()
    check_all(timezone.now())  # statuses changed
    demo.mark_as_demo(sample_company.NAME)
    demo.create_personas()
    _open_a_case_and_ask()
    _show_other_kinds()
    demo.name_personas()
    _declare()
    _say()


def _declare() -> None:
    """What the employee of the demo declared, and their word on a tool."""
    from django.contrib.auth import get_user_model
    from django.utils import timezone

    from inventory import demo, my_tools
    from inventory.declarations import Said, answer_declaration, declare
    from inventory.models import Tool, ToolStatus

    now = timezone.now()
    user = get_user_model().objects.get(email=demo.PERSONAS[0].email)
    undecided = Tool.objects.filter(status=ToolStatus.DISCOVERED, key__contains="/").order_by("key")
    said = (
        (undecided[0].key, "", "Summaries of calls with customers", {"customer"}, "claimed", "few"),
        (undecided[1].key, "", "Market research before visits", {"public", "internal"}, "nobody", "team"),
        ("", "A tool of a friend", "Drafts of slides", {"internal"}, "not_yet", "alone"),
    )
    for tool, name, purpose, data, payer, colleagues in said:
        made = declare(user, Said(tool, name, purpose, frozenset(data), payer, colleagues), now)
    answer_declaration(
        made,
        "conditions",
        actor="tomasz.wieczorek@norrland.example",
        reason="Without names of customers.",
        now=now,
    )
    for tool, word in zip(my_tools.my_tools(user, now)[1:3], ("uses", "stopped"), strict=False):
        my_tools.say(user, tool.key, word, now)


def _decide() -> None:
    """Statuses and owners as a company would have them after some weeks."""
    from inventory.models import Tool, ToolStatus

    statuses = (
        ToolStatus.SANCTIONED,
        ToolStatus.RESTRICTED,
        ToolStatus.DISCOVERED,
        ToolStatus.UNDER_REVIEW,
        ToolStatus.DISCOVERED,
        ToolStatus.PROHIBITED,
        ToolStatus.DISCOVERED,
    )
    owners = ("marta.keller@norrland.example", "", "a-very-long-name.of-somebody@norrland.example")
    for number, tool in enumerate(Tool.objects.order_by("-people_count", "key")):
        tool.status = statuses[number % len(statuses)]
        tool.owner = owners[number % len(owners)] if tool.status != ToolStatus.DISCOVERED else ""
        restricted = tool.status == ToolStatus.RESTRICTED
        tool.review_due = date(2027, 3, 1) if restricted else None
        tool.allowed_data = ["public", "internal"] if restricted else []
        tool.conditions = "Only on the company’s plan, and without names of customers." if restricted else ""
        tool.save(update_fields=["status", "owner", "review_due", "allowed_data", "conditions"])


def _make_policy() -> None:
    """A policy that decided something, which somebody sees in the list of decisions."""
    from django.utils import timezone

    from inventory.arrivals import note_arrivals
    from inventory.policies import make_policy, switch
    from inventory.policy_terms import Conditions, Outcome

    now = timezone.now()
    who = "tomasz.wieczorek@norrland.example"
    note_arrivals(now)
    made = make_policy(
        "Cheap and used by few",
        Conditions(people_below=5, no_access=True),
        Outcome("under_review", 60),
        actor=who,
        now=now,
    )
    switch(made, True, actor=who, reason="nobody is at risk while we look", now=now)
    make_policy(
        "Reads mail",
        Conditions(access=("mail",)),
        Outcome("restricted", 90, "No customer mail."),
        actor=who,
        now=now,
    )


def _say() -> None:
    """What the company says itself of the tool whose page is shown, some of it taken back; own products
    that the catalog holds too, one of them joined."""
    from django.utils import timezone

    from inventory import joining
    from vendors.joining import offers
    from vendors.local import add_local_product, local_identifier
    from vendors.matching.catalog import IdentifierKind
    from vendors.models import Product
    from vendors.own import say_capabilities, say_fact, say_price, take_back

    product = Product.objects.get(key=_places()["tool"])
    plan = product.plans.filter(tier__in=["team", "business"]).first() or product.plans.first()
    who = {"source": "", "actor": "tomasz.wieczorek@norrland.example", "now": timezone.now()}
    say_fact(product, "training.default", "never", [], reason="Our data processing agreement says so.", **who)
    say_price(product, plan.key, "17.50", "EUR", "seat", "month", reason="Frame contract of May.", **who)
    word = say_capabilities(
        product, ["meeting-notes"], reason="We thought that we take notes with it.", **who
    )
    take_back(word, actor=who["actor"], reason="Nobody does.", now=who["now"])
    for key, name, domain in (
        ("own/perplexity-search", "Perplexity Search", "perplexity.ai"),
        ("own/midjourney-pictures", "Midjourney Pictures", "midjourney.com"),
    ):
        add_local_product(key, name, name, [local_identifier(IdentifierKind.DOMAIN, domain)])
    made = offers()[0]
    joining.join(made.local, made.catalog, actor=who["actor"], reason="It is the same.", now=who["now"])


def _open_a_case_and_ask() -> None:
    """A case with some progress, and an employee who is asked to own a tool."""
    from django.utils import timezone

    from discovery.models import Person
    from inventory.cases import write_down
    from inventory.demo import PERSONAS
    from inventory.models import OverlapDecision, OwnershipRequest, Tool
    from inventory.overlap import Step, groups, open_case, proposed_terms, stakes

    now = timezone.now()
    who = next(persona.email for persona in PERSONAS if persona.role.value == "procurement")
    employee = next(persona.email for persona in PERSONAS if persona.role.value == "employee")
    (group,) = groups(now.date(), only=stakes(now.date())[1].capability)
    steps = {key: Step.MOVE if number else Step.KEEP for number, key in enumerate(group.keys)}
    terms, _unknown = proposed_terms(group, steps, now.date())
    due = now.date() + timedelta(days=60)
    why = "One of them is enough for every team."
    open_case(group.capability, steps, terms, owner=who, due=due, actor=who, reason=why, now=now)
    case = OverlapDecision.objects.get()
    write_down(case, "Two teams have moved; the others begin in January.", done=False, actor=who, now=now)
    for number, tool in enumerate(Tool.objects.filter(owner="").order_by("-people_count", "key")[:2]):
        OwnershipRequest.objects.create(
            tool=tool.key,
            technical=bool(number),
            asked=employee,
            asked_by=who,
            asked_at=now,
            reason="You know it.",
        )
    leaver = Person.objects.filter(active=False).order_by("email").first()
    if leaver:
        for tool in Tool.objects.exclude(owner="").order_by("key")[:3]:
            tool.owner = leaver.email
            tool.save(update_fields=["owner"])


def _show_other_kinds() -> None:
    """A contract, licences and metered use of the tool with the most people, as a connector would tell."""
    from django.utils import timezone

    from discovery.models import Consumption, Person, Record, Scan, Source
    from inventory import rollups
    from inventory.contracts import contracts, correct
    from inventory.figures import evidence
    from inventory.models import Tool

    tool = Tool.objects.order_by("-people_count", "key")[0]
    descriptor = evidence().filter(tool=tool.key).order_by("pk")[0].descriptor
    people = list(Person.objects.filter(tools__tool=tool).order_by("email")[:8])
    source = Source.objects.create(name="Contracts and seats", connector="a_register", kind="procurement")
    scan = Scan.objects.create(source=source, connector="a_register", file_name="seats.csv", state="done")

    def told(kind: str, **columns: object) -> None:
        number = Record.objects.count().to_bytes(16, "big")
        shared = {"date": date(2026, 10, 5), "text": descriptor.form, "line": 1, "descriptor": descriptor}
        Record.objects.create(
            source=source, scan=scan, identity=number, content=number[:8], kind=kind, **(shared | columns)
        )

    terms = {
        "contract": "c0ffee" * 5 + "00",
        "supplier": "A reseller",
        "product": tool.key,
        "notice_days": 60,
    }
    told(
        "contract",
        until=date(2027, 3, 31),
        amount=18_000_000_000,
        currency="EUR",
        person=people[0],
        details={**terms, "every": "year", "seats": 60, "renews": True},
    )
    for number, person in enumerate(people):
        active = date(2026, 9, 28) if number % 3 else None
        told("licence", person=person, email=person.email, plan="Team", state="on", last_active=active)
    told("licence", plan="Team", state="on", details={"seats": 60, "seats_used": len(people)})
    told("usage", amount=95_000_000, currency="EUR", details={"model": "large", "project": "bot"})
    for month, standing, charged in (("2026-09", "covered", 120_000_000), ("2026-10", "counts", None)):
        Consumption.objects.create(
            vendor=tool.vendor,
            product=tool.product,
            source=source,
            account="org",
            month=month,
            currency="EUR",
            amount=95_000_000,
            standing=standing,
            charged=charged,
        )
    who, why = "hanna.lindqvist@norrland.example", "The amendment that we signed says so."
    correct(contracts()[0], "end", "2027-06-30", actor=who, reason=why, now=timezone.now())
    rollups.rebuild_all()


def _give_sources_a_past() -> None:
    """One source that is read every week, one late, one silent: earlier scans that brought nothing new."""
    from django.utils import timezone

    from discovery.models import Scan, Source

    now = timezone.now()
    for number, source in enumerate(Source.objects.order_by("name")):
        every, last = ((7, 2), (7, 13), (30, 110), (1, 0), (30, 12))[number % 5]
        Scan.objects.filter(source=source).update(finished_at=now - timedelta(days=last))
        for back in range(1, 6):
            when: datetime = now - timedelta(days=last + back * every)
            scan = Scan.objects.create(
                source=source,
                connector=source.connector,
                file_name=f"{source.name}-of-{when:%Y-%m-%d}",
                state=Scan.State.DONE,
                finished_at=when,
                applied_at=when,
                requested_by="hanna.lindqvist@norrland.example",
            )
            Scan.objects.filter(pk=scan.pk).update(created_at=when)  # it sets itself when made


def _places() -> dict[str, object]:
    from django.db.models import Count
    from django.utils import timezone

    from discovery.models import Person, Purchase, Scan, Source
    from inventory.access import Role
    from inventory.contracts import contracts
    from inventory.models import DecisionBatch, Declaration, Flag, OverlapDecision, Policy, Tool
    from inventory.overlap import stakes
    from inventory.pseudonyms import pseudonym
    from inventory.recognitions import queue

    unowned = Tool.objects.filter(owner="").order_by("-people_count", "key")
    held, played = _rules()
    return {
        "rule": held,
        "played": played,
        "capability": stakes(timezone.now().date())[0].capability,
        "case": OverlapDecision.objects.values_list("pk", flat=True)[0],
        "unowned": unowned.values_list("key", flat=True)[0],
        "code": pseudonym(Person.objects.order_by("email")[0].email, Role.SECURITY),
        "tool": Tool.objects.order_by("-people_count", "key").values_list("key", flat=True)[0],
        "look": _look(),
        "list": _list(),
        "connection": _connection(),
        "flag": Flag.objects.filter(state="open").values_list("pk", flat=True)[0],
        "batch": DecisionBatch.objects.values_list("pk", flat=True)[0],
        "policy": Policy.objects.order_by("-pk").values_list("pk", flat=True)[0],
        "declaration": Declaration.objects.order_by("pk")[0].pk,
        "text": queue()[0].number,
        "purchase": Purchase.objects.filter(booked=True)
        .annotate(records_behind=Count("records"))
        .order_by("-records_behind", "pk")[0]
        .pk,
        "contract": contracts()[0].key,
        "source": Source.objects.annotate(told=Count("records")).order_by("-told", "pk")[0].pk,
        "scan": Scan.objects.filter(state=Scan.State.DONE, records_new__gt=0).order_by("-pk")[0].pk,
    }


def _rules() -> tuple[int, int]:
    """A rule that holds and asks for sealed records, and one that was played back."""
    from discovery import asked_rules
    from discovery.models import AskedRule
    from discovery.tasks import follow
    from inventory.recognitions import queue
    from vendors.models import Product

    if not AskedRule.objects.exists():
        who, tool = "security@norrland.example", Product.objects.order_by("key")[0].key
        words = queue()[-1].shown.split()[0]
        why = "The invoices of March say so."
        asked = [
            asked_rules.ask_rule("words", text, "", tool, actor=who, reason=why) for text in ("hotel", words)
        ]
        follow()
        asked_rules.accept(AskedRule.objects.get(pk=asked[0].pk), actor=who)
        follow()
    first, second = AskedRule.objects.order_by("pk").values_list("pk", flat=True)[:2]
    return first, second


def _look() -> int:
    """An uploaded table whose columns nobody knows, and a mapping that was saved for another."""
    from io import BytesIO

    from django.core.files import File

    from discovery import table_mappings
    from discovery.connectors.base import Head, Kind
    from discovery.connectors.column_meaning import Meaning
    from discovery.connectors.table_mapping import TableMapping
    from inventory import previews
    from inventory.models import Preview

    by = "finance@norrland.example"
    if not table_mappings.in_force().exists():
        columns = {Meaning.DATE: 0, Meaning.MERCHANT: 1, Meaning.AMOUNT: 2}
        mapping = TableMapping(Kind.CARD, ("Buchung am", "Wohin", "Wieviel"), columns, currency="EUR")
        head = Head("cards.csv", b"Buchung am;Wohin;Wieviel\n", complete=True)
        table_mappings.save(mapping, name="Travel cards", by=by, head=head)
    found = Preview.objects.filter(requested_by=by, file_name="ausgaben.csv", thrown_away_at=None).first()
    if found is None:
        table = (
            "Wann;Wohin ging es;Wieviel;Von wem\n"
            "03/04/2026;OPENAI *CHATGPT SUBSCR;20,00;lena.sjoberg@norrland.example\n"
            "05/04/2026;TRATTORIA DA GINO MALMO;31,50;marta.keller@norrland.example\n"
            "31/31/2026;BAHN;12,00;marta.keller@norrland.example\n"
        )
        file = File(BytesIO(table.encode()), name="ausgaben.csv")
        found = previews.open_preview(file, connector="", account="", by=by)
        previews.look(found.pk)
    return found.pk


def _list() -> int:
    """An uploaded list of members that says of no tool, and a statement that states no currency."""
    from io import BytesIO

    from django.core.files import File

    from inventory import previews
    from inventory.models import Preview

    by = "finance@norrland.example"
    for name, text in (
        ("statement.csv", "Date,Description,Amount,Balance\n2026-04-03,OPENAI CHATGPT,-20.00,80.00\n"),
        (
            "members.csv",
            "E-mail,Name,Role,Seat,Last active\n"
            "lena.sjoberg@norrland.example,Lena Sjöberg,Owner,Full,2026-04-03\n"
            "marta.keller@norrland.example,Marta Keller,Member,Viewer,\n"
            ",Shared account,Member,Viewer,\n",
        ),
    ):
        if not Preview.objects.filter(requested_by=by, file_name=name, thrown_away_at=None).exists():
            file = File(BytesIO(text.encode()), name=name)
            previews.look(previews.open_preview(file, connector="", account="", by=by).pk)
    return Preview.objects.get(requested_by=by, file_name="members.csv", thrown_away_at=None).pk


def _connection() -> int:
    """A system that works no longer, as far as anybody knows: nothing is asked."""
    from django.utils import timezone

    from discovery import connections, credentials
    from discovery.models import Connection

    now = timezone.now()
    credentials.publish()
    made = Connection.objects.first() or connections.connect(
        "okta",
        name="",
        values={"domain": "norrland.okta.com", "token": "made up"},
        lists=["okta_system_log", "okta_users"],
        actor="administrator@norrland.example",
        reason="sign-ins every hour",
        now=now,
    )
    sentence = "Okta refuses this list (403); the credential needs the role Read-only Administrator"
    made.lists.filter(source__connector="okta_users").update(
        trouble=sentence, troubled_since=now, denied=True, due_at=now, paused=False
    )
    made.lists.filter(source__connector="okta_system_log").update(last_success=now)
    results = [["okta_system_log", ""], ["okta_users", sentence]]
    Connection.objects.filter(pk=made.pk).update(tested_at=now, test_results=results)
    return made.pk


def _cookies() -> dict[str, str]:
    """A session of each persona."""
    from django.contrib.auth import get_user_model
    from django.test import Client

    from inventory.demo import PERSONAS

    found = {}
    for persona in PERSONAS:
        client = Client()
        user = get_user_model().objects.get(email=persona.email)
        client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
        found[persona.role.value] = client.cookies["sessionid"].value
    return found


@contextmanager
def _served() -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "manage.py", "runserver", "--noreload", f"127.0.0.1:{port}"]
    server = subprocess.Popen(
        command,
        cwd=_HOME,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "DJANGO_DEBUG": ""},
    )
    try:
        _wait_for(f"{address}/accounts/login/", server)
        yield address
    finally:
        server.terminate()
        server.wait(10)


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    for _attempt in range(600):
        if server.poll() is not None:
            raise SystemExit("the server ended before it answered; run manage.py check")
        try:
            with urllib.request.urlopen(address, timeout=5):  # noqa: S310
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"{address} did not answer within a minute")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
