"""What is not AI is unreadable at rest; it opens when the catalog learns it, and not without its key."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

import pytest

from discovery.sample_company import Company, build, ordinary, write
from tests.end_to_end.installation import Installation, until

END = date(2026, 10, 31)


@pytest.fixture(scope="module")
def company() -> Company:
    return build(seed=21, people=40, months=4, end=END)


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory, company: Company) -> Iterator[Installation]:
    """The company's exports, uploaded as through the page and read by a real worker."""
    folder = tmp_path_factory.mktemp("sealed")
    write(company, folder / "company")
    installation = Installation(folder / "installation")
    installation.start_worker()
    installation.python(
        "from pathlib import Path\n"
        "from django.core.files import File\n"
        "from inventory import previews\n"
        "from discovery.tasks import run_scan\n"
        f"for path in sorted(Path({str(folder / 'company' / 'exports')!r}).rglob('*')):\n"
        "    if path.is_file():\n"
        "        file = File(path.open('rb'), name=path.name)\n"
        "        kept = previews.open_preview(file, connector='', account='', by='test')\n"
        "        for scan in previews.read_in(kept, by='test'):\n"
        "            run_scan.delay(scan.pk)\n"
    )
    until(lambda: installation.unfinished() == 0, "the end of every scan")
    yield installation
    installation.close()


def found_in(installation: Installation, texts: Iterable[str]) -> list[str]:
    """Which of the texts stand anywhere at rest, whatever their case: "where: text"."""
    wanted = [(text, text.casefold().encode()) for text in texts]
    found = []
    for where, content in installation.bytes_at_rest():
        folded = content.lower()
        found += [f"{where}: {text}" for text, needle in wanted if needle in folded]
    return found


def test_no_ordinary_merchant_or_app_is_found(scanned: Installation, company: Company) -> None:
    assert len(company.truth.secrets) > 100
    assert found_in(scanned, company.truth.secrets) == []


def test_the_search_finds_what_is_there(scanned: Installation, company: Company) -> None:
    """Tools and people are open: the search would see a merchant that is."""
    somebody = next(p for p in company.world.people if not p.outsider)
    assert found_in(scanned, [somebody.email])
    assert found_in(scanned, ["chatgpt subscr"])


def test_uploads_are_gone_once_read(scanned: Installation) -> None:
    uploads = scanned.data / "uploads"
    assert [path for path in uploads.rglob("*") if path.is_file()] == []


def test_what_waits_is_open_until_a_person_decides_and_then_sealed(
    scanned: Installation, tmp_path: Path
) -> None:
    path = tmp_path / "cards.csv"
    path.write_text(
        "Date,Merchant,Amount,Currency,Card\n"
        "2026-10-05,ZORBLAXO AI TALLINN EE,29.00,EUR,9911\n"
        "2026-10-06,GASTHAUS ZUM ADLER ULM DE,31.00,EUR,9911\n"
    )
    (told,) = scanned.scan(path)
    assert told["in_review"] == 1
    path.unlink()
    assert found_in(scanned, ["zorblaxo"])
    scanned.manage("decide", "card", "ZORBLAXO AI TALLINN EE", "not_ai", "--reason", "a bicycle shop")
    assert found_in(scanned, ["zorblaxo", "zum adler"]) == []
    assert not [row for row in scanned.export("records") if row["amount"] == "29.00"]


def true_spend(company: Company, merchant: ordinary.Merchant) -> Counter[tuple[str, str]]:
    """(month, currency) → 10⁻⁶ of what was bought there, each purchase once."""
    spent: Counter[tuple[str, str]] = Counter()
    for bought in company.world.spending:
        if not bought.declined and any(merchant.name in d.text.upper() for d in bought.documents):
            spent[f"{bought.day:%Y-%m}", bought.currency] += bought.amount
    return spent


def shown_spend(installation: Installation, product: str) -> Counter[tuple[str, str]]:
    spent: Counter[tuple[str, str]] = Counter()
    for row in installation.export("spend"):
        if row["product"] == product:
            whole, _, cents = row["amount"].partition(".")
            spent[row["month"], row["currency"]] += int(whole + cents.ljust(6, "0"))
    return spent


def add_product(installation: Installation, key: str, merchant: ordinary.Merchant) -> None:
    installation.python(
        "from vendors.local import add_local_product, local_identifier\n"
        "from vendors.matching.catalog import IdentifierKind\n"
        f"add_local_product({key!r}, {merchant.name.title()!r}, {merchant.name.title()!r},"
        f" [local_identifier(IdentifierKind.NAME, {merchant.name!r})])"
    )


def agree(installation: Installation) -> None:
    """The privacy officer agrees to what waits, and a worker opens it."""
    installation.python(
        "from django.utils import timezone\n"
        "from discovery import openings\n"
        "for opening in openings.waiting():\n"
        "    openings.answer(opening, True, actor='officer', reason='a test', now=timezone.now())\n"
        "openings.take_answers()\n"
    )
    installation.manage("rematch")


def test_a_new_catalog_entry_opens_what_was_sealed_and_a_destroyed_key_does_not(
    scanned: Installation, company: Company
) -> None:
    by_spend = sorted(ordinary.SOFTWARE, key=lambda m: (-sum(true_spend(company, m).values()), m.name))
    first, second = by_spend[:2]
    expected = true_spend(company, first)
    assert expected
    scans = scanned.scans()
    add_product(scanned, "first/first", first)
    scanned.manage("rematch")
    assert not shown_spend(scanned, "first/first")  # the company's own words open nothing by themselves
    agree(scanned)
    assert shown_spend(scanned, "first/first") == expected
    assert scanned.scans() == scans
    assert found_in(scanned, [m.name for m in by_spend[1:]]) == []

    expected = true_spend(company, second)
    gone = sorted({month for month, _ in expected})[0]
    scanned.manage("forget", "--month", gone)
    add_product(scanned, "second/second", second)
    scanned.manage("rematch")
    agree(scanned)
    shown = shown_spend(scanned, "second/second")
    assert shown == Counter({cell: amount for cell, amount in expected.items() if cell[0] != gone})
    assert shown
