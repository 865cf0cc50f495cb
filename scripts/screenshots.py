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
    "tool-figures-only": ("privacy officer", "/tools/{tool}/"),
    "sources": ("administrator", "/sources/"),
    "rejected": ("administrator", "/sources/rejected/"),
    "withdraw": ("administrator", "/scans/{scan}/withdraw/"),
    "allowed": ("employee", "/"),
    "allowed-asked": ("employee", "/allowed/?tool=open"),
    "my-data": ("employee", "/me/"),
    "openings": ("privacy officer", "/privacy/openings/"),
    "notices": ("security", "/notices/"),
    "webhooks": ("security", "/webhooks/"),
    "roles": ("administrator", "/roles/"),
    "privacy": ("employee", "/privacy/"),
    "requests": ("privacy officer", "/privacy/requests/"),
    "open-name": ("security", "/people/{code}/open/"),
    "components": ("administrator", "/components/"),
    "not-here": ("security", "/tools/nothing/like-it/"),
    "not-for-your-role": ("employee", "/sources/"),
    "sign-in": ("", "/accounts/login/"),
}


def main(wanted: list[str]) -> int:
    os.environ.update(PENUMBRA_DATA=str(_DATA), DJANGO_SETTINGS_MODULE="config.settings")
    os.environ["PENUMBRA_CURRENCY"] = "EUR"
    os.environ.pop("DATABASE_URL", None)
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
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
    folder = _DATA / "company"
    shutil.rmtree(folder, ignore_errors=True)
    sample_company.write(company, folder)
    with suppress(SystemExit):  # some files of the sample company cannot be read, and are shown as such
        call_command("scan", str(folder / "exports"), stdout=open(os.devnull, "w"))  # noqa: SIM115
    _decide()
    _give_sources_a_past()
    check_all(timezone.now())  # statuses changed
    demo.mark_as_demo(sample_company.NAME)
    demo.create_personas()


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
        tool.review_due = date(2027, 3, 1) if tool.status == ToolStatus.RESTRICTED else None
        tool.save(update_fields=["status", "owner", "review_due"])


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
    from discovery.models import Person, Scan
    from inventory.access import Role
    from inventory.models import Tool
    from inventory.pseudonyms import pseudonym

    return {
        "code": pseudonym(Person.objects.order_by("email")[0].email, Role.SECURITY),
        "tool": Tool.objects.order_by("-people_count", "key").values_list("key", flat=True)[0],
        "scan": Scan.objects.filter(state=Scan.State.DONE, records_new__gt=0).order_by("-pk")[0].pk,
    }


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
