"""The sample company itself: the same every time, and true to what its files show."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from discovery.sample_company import Company, build, pieces, write
from discovery.sample_company.files import SampleArchive, SampleFile
from discovery.sample_company.offers import CONTRACTS, OFFERS, REFUSED_APPS
from discovery.sample_company.packages import PACKAGES
from discovery.sample_company.seats import CHAT, CODING, chat_periods, used_days
from discovery.sample_company.truth import DOORS, secret_names
from discovery.sample_company.world import Feed, Means
from vendors.catalog_files import SHIPPED

END = date(2026, 10, 31)


@pytest.fixture(scope="module")
def company() -> Company:
    return build(seed=3, people=70, months=7, end=END)


def digest(of: Company) -> str:
    content = hashlib.sha256(of.truth.as_json().encode())
    for file in of.files:
        content.update(file.name.encode() + b"\0" + file.content())
    return content.hexdigest()


def texts(of: Company, folder: str) -> dict[str, str]:
    """Every file below a folder, those in archives too, as text."""
    found = {}
    for file in of.files:
        for member in file.members if isinstance(file, SampleArchive) else (file,):
            if file.name.startswith(folder):
                encoding = "cp1252" if member.name.endswith(".ofx") else "utf-8-sig"
                found[member.name] = member.content().decode(encoding)
    return found


def cells(text: str, delimiter: str = ",") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text), delimiter=delimiter))


# --- the same every time ------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_bytes_on_every_python():
    """The digest was made on 3.11 and checked on 3.12 and 3.13. It changes with the sample company only."""
    known = Path(__file__).with_name("digest.txt").read_text().strip()
    assert digest(build(seed=5, people=24, months=2, end=END)) == known


def test_two_builds_are_equal_and_another_seed_is_another_company(company):
    assert digest(build(seed=3, people=70, months=7, end=END)) == digest(company)
    assert digest(build(seed=4, people=70, months=7, end=END)) != digest(company)


def test_the_default_company_has_the_size_it_is_described_with():
    whole = build(end=END)
    assert sum(not person.outsider for person in whole.world.people) == 250
    assert len({p.department for p in whole.world.people if not p.outsider}) == 9
    assert 40_000 <= sum(whole.truth.rows.values()) <= 80_000
    assert len({tool.partition("/")[0] for tool in whole.truth.tools()}) >= 35
    assert (whole.world.start, whole.world.end) == (date(2025, 9, 1), END)


@pytest.mark.parametrize(("people", "months"), [(20, 2), (21, 3), (130, 2)])
def test_other_sizes_hold_together(people, months):
    small = build(seed=people, people=people, months=months, end=END)
    assert sum(not person.outsider for person in small.world.people) == people
    assert len({f"{s.day:%Y-%m}" for s in small.world.spending}) == months
    assert small.truth.purchases
    assert {file.name.partition("/")[0] for file in small.files} == {
        "bank",
        "cards",
        "code",
        "directory",
        "expenses",
        "grants",
        "invoices",
        "seats",
        "sign-ins",
        "usage",
    }


def test_too_small_a_company_is_refused():
    with pytest.raises(ValueError, match="at least 20 people"):
        build(people=19, end=END)


# --- the world ------------------------------------------------------------------------------------------


def test_nobody_is_seen_before_they_came_or_after_they_left(company):
    assert any(person.left for person in company.world.people)
    for seen in company.world.sign_ins:
        assert seen.person.here(seen.at.date()), (seen.person.name, seen.at)
    for spent in company.world.spending:
        # Money may come back some days after somebody left.
        if spent.person and spent.amount > 0:
            assert spent.person.here(spent.day), (spent.person.name, spent.day)


def test_every_product_is_one_of_the_shipped_catalog(shipped_catalog):
    known = {product.key for _, product in shipped_catalog.products()}
    used = {o.product for o in OFFERS} | {c.product for c in CONTRACTS} | set(REFUSED_APPS)
    used |= {package.product for package in PACKAGES if package.product}
    assert used - known == set()
    vendors = {key.partition("/")[0] for key in known}
    told = {text.tells for offer in OFFERS for text in offer.texts if text.tells}
    assert {key.partition("/")[0] for key in told} - vendors == set()


def test_cards_are_told_apart_by_their_last_four_digits(company):
    numbers = [card.last_four for card in company.world.cards]
    assert len(numbers) == len(set(numbers))


def test_the_world_holds_the_cases_that_matter(company):
    spending = company.world.spending
    tools = [s for s in spending if s.product and not s.declined]
    feeds = Counter(frozenset(d.feed for d in s.documents) for s in tools)
    assert feeds[frozenset({Feed.PROGRAMME, Feed.EXPENSES})]
    assert feeds[frozenset({Feed.PROGRAMME, Feed.STATEMENT})]
    assert feeds[frozenset({Feed.INVOICES, Feed.BANK})]
    assert any(len(combined) == 3 for combined in feeds)
    assert any(s.amount < 0 and s.means == Means.CARD for s in tools)
    assert any(s.amount < 0 and s.lines for s in tools)
    assert any(len(s.lines) == 2 for s in tools)
    assert any(s.declined for s in spending)
    assert {s.currency for s in tools} == {"EUR", "USD"}
    assert any(s.merchant_currency == "USD" and s.currency == "EUR" for s in tools)
    twins = Counter((s.card.last_four, s.day, s.amount, s.documents[0].text) for s in tools if s.card)
    assert max(twins.values()) > 1
    assert any(person.login != person.email for person in company.world.people)
    assert any(grant.address != grant.person.email for grant in company.world.grants)
    assert any(grant.revoked for grant in company.world.grants)
    assert any(tool.unknown_cards for tool in company.truth.tools().values())


def test_tools_that_were_only_tried_are_in_nobodys_use(company):
    assert any(s.product in REFUSED_APPS for s in company.world.sign_ins)
    assert not set(REFUSED_APPS) & set(company.truth.tools())


def test_lists_of_seats_show_what_should_have_ended_and_forget_what_did(company):
    chat = [seat for seat in company.world.seats if seat.product == CHAT]
    coding = [seat for seat in company.world.seats if seat.product == CODING]
    older, newest = (last for _, last in chat_periods(company.world.start, company.world.end))
    for seats in (chat, coding):
        standing = {seat.person.number for seat in seats if seat.stands(newest)}
        assert standing - set(used_days(seats[0].product, company.world.sign_ins))
        assert len([seat for seat in seats if seat.stands(newest) and seat.person.left]) == 1
    assert any(seat.stands(older) and not seat.stands(newest) for seat in chat)
    assert any(seat.invited for seat in chat)
    assert any(seat.address != seat.person.email for seat in chat)
    assert any(seat.person.outsider for seat in chat)
    assert {seat.known for seat in coding} == {True, False}


@pytest.mark.parametrize(("seed", "people", "months"), [(1, 20, 2), (5, 24, 2), (3, 70, 7)])
def test_use_of_the_api_counts_in_the_one_month_that_nothing_covers(seed, people, months):
    small = build(seed=seed, people=people, months=months, end=END)
    told = small.truth.metered
    assert len(told) == months + 2
    assert [month.month for month in told if month.counts] == [told[0].month]
    (bought,) = [bought for bought in small.truth.purchases if bought.door == "model_api"]
    assert (bought.month, bought.tool, bought.amount) == (told[0].month, "openai/api", told[0].amount)
    # The card pays on the first of a month for the one before.
    paid = {b.date: b.amount for b in small.truth.purchases if b.tool == "openai" and b.date.endswith("-01")}
    assert all(paid[f"{later.month}-01"] == sooner.amount for sooner, later in pairwise(told[1:]))


def test_a_tool_is_seen_in_code_alone(company):
    assert company.truth.tools()["cohere/cohere"].doors == ("code",)
    assert not company.truth.tools()["cohere/cohere"].people


# --- the truth ------------------------------------------------------------------------------------------


def test_a_purchase_is_dated_and_booked_by_the_first_of_its_doors(company):
    by_number = {spent.number: spent for spent in company.world.spending}
    door_of = {"invoices": 0, "bank": 0, "programme": 3, "bank cards": 3, "card statement": 3, "expenses": 4}
    for bought in company.truth.purchases:
        if bought.door == "model_api":  # no document tells of it
            continue
        spent = by_number[bought.number]
        told = [d for d in spent.documents if d.tells]
        best = min(door_of[d.feed.value] for d in told)
        assert bought.door == DOORS[best]
        days = [d.day for d in told if door_of[d.feed.value] == best]
        assert bought.date == min(days).isoformat()
        assert max(d.day for d in told) - min(d.day for d in told) <= timedelta(days=5)


def test_every_purchase_stands_in_the_files_it_is_said_to_stand_in(company):
    """Counted from the written files, one feed at a time."""
    wanted: dict[Feed, Counter[tuple[str, str]]] = {feed: Counter() for feed in Feed}
    for spent in company.world.spending:
        if spent.declined:
            continue
        for document in spent.documents:
            key = (document.text, f"{spent.amount // 10_000}")
            if document.feed == Feed.INVOICES:
                key = (spent.supplier.legal_name, f"{spent.amount // 10_000}")
            wanted[document.feed][key] += 1
    assert _from_expenses(company) == wanted[Feed.EXPENSES]
    assert _from_programme(company) == wanted[Feed.PROGRAMME]
    assert _from_bank_cards(company) == wanted[Feed.BANK_CARDS]
    assert _from_statements(company, "cards/statement") == wanted[Feed.STATEMENT]
    assert _from_statements(company, "bank/") == wanted[Feed.BANK]
    assert _from_invoices(company) == wanted[Feed.INVOICES]


def _cents(text: str) -> str | None:
    found = re.fullmatch(r"(-?)(\d+)[.,](\d\d)", text)
    return found and f"{found[1]}{int(found[2] + found[3])}"


def _real_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _from_expenses(of: Company) -> Counter[tuple[str, str]]:
    found: Counter[tuple[str, str]] = Counter()
    for text in texts(of, "expenses/").values():
        for row in cells(text):
            if _real_day(row["Date"]) and (cents := _cents(row["Amount"])):
                found[row["Merchant"], cents] += 1
    return found


def _from_programme(of: Company) -> Counter[tuple[str, str]]:
    """Two exports overlap: a transaction is known by its id."""
    found: dict[str, tuple[str, str]] = {}
    for text in texts(of, "cards/card-programme").values():
        for row in cells(text):
            cents = _cents(row["Amount"])
            if _real_day(row["Transaction Date"]) and cents and row["Status"] == "Settled":
                found[row["Transaction ID"]] = (row["Merchant"], cents)
    return Counter(found.values())


def _from_bank_cards(of: Company) -> Counter[tuple[str, str]]:
    """Two exports overlap and have no ids: of equal rows the file that shows more counts."""
    found: Counter[tuple[str, ...]] = Counter()
    for text in texts(of, "cards/firmenkarten").values():
        shown: Counter[tuple[str, ...]] = Counter()
        for row in cells(text, ";"):
            day = ".".join(reversed(row["Umsatzdatum"].split("."))).replace(".", "-")
            cents = _cents(row["Betrag"])
            if _real_day(day) and cents:
                money = cents.removeprefix("-") if cents.startswith("-") else f"-{cents}"
                shown[row["Umsatzdatum"], row["Kartennummer"], row["Händler"], money] += 1
        found |= shown
    result: Counter[tuple[str, str]] = Counter()
    for (_, _, merchant, cents), count in found.items():
        result[merchant, cents] += count
    return result


def _from_statements(of: Company, folder: str) -> Counter[tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for text in texts(of, folder).values():
        for row in re.findall(r"<STMTTRN>(.*?)</STMTTRN>", text):
            field = dict(re.findall(r"<(\w+)>([^<]*)", row))
            cents = _cents(field["TRNAMT"])
            if cents and int(field["DTPOSTED"][4:6]) <= 12:
                money = cents.removeprefix("-") if cents.startswith("-") else f"-{cents}"
                said = field.get("MEMO", field["NAME"]).replace("&amp;", "&")
                found[field["FITID"]] = (said, money)
    return Counter(found.values())


def _from_invoices(of: Company) -> Counter[tuple[str, str]]:
    found: Counter[tuple[str, str]] = Counter()
    for name, text in texts(of, "invoices/").items():
        if "no-day" not in name:
            supplier = re.search(r"<cbc:RegistrationName>([^<]+)", text)
            total = re.search(r"<cbc:PayableAmount[^>]*>([^<]+)", text)
            assert supplier is not None
            assert total is not None
            cents = _cents(total[1])
            found[supplier[1], f"-{cents}" if "<CreditNote" in text else str(cents)] += 1
    return found


def test_an_invoice_adds_up(company):
    for spent in company.world.spending:
        if spent.lines:
            sign = -1 if spent.amount < 0 else 1
            assert spent.net == sign * sum(line.net for line in spent.lines)
            assert spent.net + spent.tax == spent.amount


def test_sums_of_the_truth_are_those_of_its_purchases(company):
    spend = company.truth.spend()
    for currency in ("EUR", "USD"):
        whole = sum(b.amount for b in company.truth.purchases if b.currency == currency)
        assert sum(line.amount for line in spend if line.currency == currency) == whole
    assert {line.tool for line in spend} <= set(company.truth.tools())


def test_rejected_rows_are_where_the_truth_says(company):
    contents = {file.name: file.content() for file in company.files}
    by_line = {f.name for f in company.files if isinstance(f, SampleFile) and f.by_line}
    checked = 0
    for row in company.truth.rejected:
        if row.file in by_line and row.reason in ("date", "amount"):
            line = contents[row.file].decode("cp1252").split("\n")[row.line - 1]
            assert re.search(
                r"02-30|00-00|31\.02|00\.13|00-12|soon|n/a|\bEUR\b|5\.6|1O|--|20261345|InvoiceLine", line
            )
            checked += 1
    assert checked > 20


def test_no_secret_name_occurs_in_the_catalog_or_in_a_text_that_may_stay_readable(company):
    catalog = SHIPPED
    readable = " ".join(
        path.read_text(encoding="utf-8")
        for path in sorted(catalog.rglob("*"))
        if path.suffix in (".toml", ".txt")
    )
    readable += " ".join(company.truth.never_booked + company.truth.may_wait_in_review)
    readable += " ".join(person.name for person in company.world.people)
    folded = readable.casefold()
    assert [name for name in secret_names() if name.casefold() in folded] == []
    assert company.truth.secret_pairs


# --- files ----------------------------------------------------------------------------------------------


def test_pieces_say_the_same(company):
    cut = pieces(company, 3)
    assert len(cut.files) > len(company.files)
    assert cut.truth.purchases == company.truth.purchases
    assert sum(cut.truth.rows.values()) == sum(company.truth.rows.values())
    assert Counter(r.reason for r in cut.truth.rejected) == Counter(r.reason for r in company.truth.rejected)
    assert _from_expenses(cut) == _from_expenses(company)
    assert _from_statements(cut, "bank/") == _from_statements(company, "bank/")
    assert _from_invoices(cut) == _from_invoices(company)


def test_written_files_are_what_was_built_with_the_truth_beside_them(company, tmp_path):
    paths = write(company, tmp_path)
    assert sorted(paths) == sorted(p for p in (tmp_path / "exports").rglob("*") if p.is_file())
    assert [p.read_bytes() for p in paths] == [file.content() for file in company.files]
    assert (tmp_path / "truth.json").read_text(encoding="utf-8") == company.truth.as_json()
