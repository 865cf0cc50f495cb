"""Exports whose meaning their headers do not tell: which currency, which sign, which date order.

A file is one of these where all the headers named here occur. The facts were read off real
exports; a file that is none of them must say its currency itself. Discover as in the package
beancount-reds-importers 0.10, Citi and Mercury as in beanhub-extract 0.1, UBS as in csv2ofx 0.34;
Banco BPM, Bank of America, Bank of Montreal, Barclays, BoursoBank, Capital One 360, comdirect, Lloyds,
Mediobanca, Monzo, PayPal, Société Générale, Wise, American Express in Germany, UBS and its card as
public tests of other importers write them (that their days are written as said here: general
knowledge, unverified).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from discovery.connectors.base import Kind
from discovery.connectors.column_meaning import Meaning


@dataclass(frozen=True, slots=True)
class KnownExport:
    """Attributes:
    headers: folded headers, all of which must occur.
    currency: of every amount, "" where the export does not fix it.
    day_first: how ``03/04/2026`` is meant, None where it varies.
    spending_is_negative: the sign of a purchase.
    unique_reference: whether its reference is an id of the row.
    currency_if_month_first: the currency where the cells show that the month comes first.
    mark: the decimal mark where no cell shows it, "" where the file's own custom holds.
    settled: the (folded) header of the day of settlement, which is empty while a charge is pending.
    meant: meanings whose column is not the one that its header says elsewhere, with the (folded) header;
        "" where no column has the meaning.
    """

    name: str
    kind: Kind
    headers: frozenset[str]
    currency: str = ""
    day_first: bool | None = None
    spending_is_negative: bool | None = None
    unique_reference: bool = False
    currency_if_month_first: str = ""
    mark: str = ""
    settled: str = ""
    meant: tuple[tuple[Meaning, str], ...] = ()


def _headers(text: str) -> frozenset[str]:
    return frozenset(text.split(", "))


KNOWN_EXPORTS = (
    KnownExport(
        "Chase card",
        Kind.CARD,
        _headers("transaction date, post date, description, category, type, amount"),
        currency="USD",
        day_first=False,
        spending_is_negative=True,
    ),
    KnownExport(
        "Chase checking",
        Kind.BANK,
        _headers("details, posting date, description, amount, type, balance"),
        currency="USD",
        day_first=False,
        spending_is_negative=True,
    ),
    KnownExport(
        "Capital One card",
        Kind.CARD,
        _headers("transaction date, posted date, card no, description, category, debit, credit"),
        currency="USD",
        day_first=False,
    ),
    KnownExport(
        "American Express, United States",
        Kind.CARD,
        _headers("date, description, amount, extended details, appears on your statement as, zip code"),
        currency="USD",
        day_first=False,
        spending_is_negative=False,
        unique_reference=True,
    ),
    KnownExport(
        "American Express, United Kingdom",
        Kind.CARD,
        _headers("date, description, amount, extended details, appears on your statement as, postcode"),
        currency="GBP",
        day_first=True,
        spending_is_negative=False,
        unique_reference=True,
    ),
    KnownExport(
        "American Express, Germany",
        Kind.CARD,
        _headers("datum, beschreibung, betrag, weitere details, erscheint auf ihrer abrechnung als, plz"),
        currency="EUR",
        day_first=True,
        spending_is_negative=False,
        unique_reference=True,
        mark=",",
    ),
    KnownExport(
        "American Express, short",
        Kind.CARD,
        _headers("date, description, card member, account, amount"),
        spending_is_negative=False,
        unique_reference=True,
        # Of the countries where the card writes English headers only one puts the month first.
        currency_if_month_first="USD",
    ),
    *(
        KnownExport(
            "Ramp",
            Kind.CARD,
            _headers(f"transaction date, amount, merchant name, {own}"),
            currency="USD",
            day_first=False,
            spending_is_negative=False,
            unique_reference=True,
            settled="clearing date",
        )
        for own in ("ramp category", "ramp department", "card display name")
    ),
    KnownExport(
        "Brex",
        Kind.CARD,
        _headers("amount, type, statement descriptor, brex category"),
        currency="USD",
        day_first=False,
        spending_is_negative=False,
        unique_reference=True,
    ),
    KnownExport(
        "Discover card",
        Kind.CARD,
        _headers("trans date, post date, description, amount, category"),
        currency="USD",
        day_first=False,
        spending_is_negative=False,
    ),
    KnownExport(
        "Citi card",
        Kind.CARD,
        _headers("status, date, description, debit, credit, member name"),
        currency="USD",
        day_first=False,
    ),
    KnownExport(
        "Bank of America checking",
        Kind.BANK,
        _headers("date, description, amount, running bal"),
        currency="USD",
        day_first=False,
        spending_is_negative=True,
    ),
    KnownExport(
        "Bank of America card",
        Kind.CARD,
        _headers("posted date, reference number, payee, address, amount"),
        currency="USD",
        day_first=False,
        spending_is_negative=True,
        unique_reference=True,
    ),
    KnownExport(
        "Capital One 360",
        Kind.BANK,
        _headers(
            "account number, transaction date, transaction amount, transaction type, "
            "transaction description, balance"
        ),
        currency="USD",
        day_first=False,
    ),
    KnownExport(
        "Mercury",
        Kind.BANK,
        _headers("date, description, amount, status, source account, bank description, reference"),
        currency="USD",
        day_first=False,
        spending_is_negative=True,
    ),
    KnownExport(
        "Bank of Montreal, account",
        Kind.BANK,
        _headers("first bank card, transaction type, date posted, transaction amount, description"),
        currency="CAD",
        spending_is_negative=True,
    ),
    KnownExport(
        "Bank of Montreal, card",
        Kind.CARD,
        _headers("item, card, transaction date, posting date, transaction amount, description"),
        currency="CAD",
        spending_is_negative=False,
    ),
    KnownExport(
        "Barclays",
        Kind.BANK,
        _headers("number, date, account, amount, subcategory, memo"),
        currency="GBP",
        day_first=True,
        spending_is_negative=True,
    ),
    KnownExport(
        "Lloyds, Halifax and Bank of Scotland",
        Kind.BANK,
        _headers(
            "transaction date, transaction type, sort code, account number, transaction description, "
            "debit amount, credit amount, balance"
        ),
        currency="GBP",
        day_first=True,
    ),
    KnownExport(
        "Monzo",
        Kind.BANK,
        _headers("date, time, type, name, emoji, category, amount, currency"),
        day_first=True,
        spending_is_negative=True,
        unique_reference=True,
        # Beside the amount with its sign, money out and in are empty where nothing moved.
        meant=((Meaning.DEBIT, ""), (Meaning.CREDIT, "")),
    ),
    KnownExport(
        "Apple Card",
        Kind.CARD,
        _headers("transaction date, clearing date, description, merchant, category, type, amount"),
        currency="USD",
        day_first=False,
        spending_is_negative=False,
    ),
    KnownExport(
        "Monzo, before 2019",
        Kind.BANK,
        _headers("id, created, amount, currency, local amount, local currency, category, emoji"),
        spending_is_negative=True,
        unique_reference=True,
    ),
    KnownExport(
        "Revolut, before 2020",
        Kind.BANK,
        _headers("completed date, reference, paid out, paid, exchange out, exchange in"),  # "Paid In (EUR)"
        meant=((Meaning.POSTED, "completed date"), (Meaning.MERCHANT, "reference"), (Meaning.OWN_ID, "")),
    ),
    KnownExport(
        "Wise",
        Kind.BANK,
        _headers("transferwise id, date, amount, currency, description"),
        day_first=True,
        spending_is_negative=True,
    ),
    *(
        KnownExport(
            "PayPal",
            Kind.BANK,
            _headers(headers),
            spending_is_negative=True,
            # What is net there is less PayPal's fee, not less tax.
            meant=(
                (Meaning.NET, ""),
                (Meaning.TAX, ""),
                (Meaning.MERCHANT, "name"),
                (Meaning.DESCRIPTION, ""),
            ),
        )
        for headers in (
            "date, time, timezone, name, type, status, currency, gross, fee, net",
            "date, time, timezone, name, type, status, currency, amount, fees, total",
            "datum, uhrzeit, zeitzone, name, typ, status, wahrung, brutto, gebuhr, netto",
        )
    ),
    KnownExport(
        "BoursoBank",
        Kind.BANK,
        _headers("dateop, dateval, label, amount, accountnum, accountlabel, accountbalance"),
        currency="EUR",
        day_first=True,
        spending_is_negative=True,
    ),
    KnownExport(
        "Société Générale",
        Kind.BANK,
        _headers("date de l operation, libelle, detail de l ecriture, montant de l operation, devise"),
        spending_is_negative=True,
        # The label is cut short.
        meant=((Meaning.DESCRIPTION, "detail de l ecriture"),),
    ),
    KnownExport(
        "Banco BPM",
        Kind.BANK,
        _headers(
            "ragione sociale, data contabile, data valuta, banca, rapporto, importo, divisa, descrizione"
        ),
        day_first=True,
        spending_is_negative=True,
        # The company named is the owner of the account.
        meant=((Meaning.SUPPLIER, ""), (Meaning.ACCOUNT, "rapporto")),
    ),
    KnownExport(
        "Mediobanca Premier",
        Kind.BANK,
        _headers("data contabile, data valuta, tipologia, entrate, uscite, divisa"),
        day_first=True,
        meant=((Meaning.DESCRIPTION, "tipologia"),),
    ),
    KnownExport(
        "comdirect",
        Kind.BANK,
        _headers("buchungstag, wertstellung, vorgang, buchungstext, umsatz"),
        meant=((Meaning.TYPE, "vorgang"), (Meaning.DESCRIPTION, "buchungstext")),
    ),
    KnownExport(
        "UBS card",
        Kind.CARD,
        _headers(
            "card number, purchase date, booking text, sector, amount, original currency, rate, currency, "
            "debit, credit, booked"
        ),
        day_first=True,
        settled="booked",
    ),
    KnownExport(
        "UBS card, in German",
        Kind.CARD,
        _headers(
            "kartennummer, einkaufsdatum, buchungstext, branche, betrag, originalwahrung, kurs, wahrung, "
            "belastung, gutschrift, buchung"
        ),
        day_first=True,
        settled="buchung",
        meant=((Meaning.DATE, "einkaufsdatum"), (Meaning.DESCRIPTION, "buchungstext"), (Meaning.TYPE, "")),
    ),
    *(
        KnownExport(
            "UBS",
            Kind.BANK,
            _headers(headers),
            day_first=True,
            settled=booked,
            # The third text holds the accounts of others.
            meant=(
                (Meaning.MERCHANT, f"{text}1"),
                (Meaning.TYPE, f"{text}2"),
                (Meaning.DESCRIPTION, ""),
                (Meaning.STATEMENT_TEXT, ""),
            ),
        )
        for booked, text, headers in (
            (
                "booking date",
                "description",
                "trade date, booking date, value date, currency, debit, credit, individual amount, "
                "description1",
            ),
            (
                "buchungsdatum",
                "beschreibung",
                "abschlussdatum, buchungsdatum, valutadatum, wahrung, belastung, gutschrift, einzelbetrag, "
                "beschreibung1",
            ),
        )
    ),
    KnownExport(
        "UBS, in French",
        Kind.BANK,
        _headers("produit, monn, description, date de valeur, description 1, description 2, description 3"),
        # Its description is the name of the account.
        meant=(
            (Meaning.CURRENCY, "monn"),
            (Meaning.ACCOUNT, "produit"),
            (Meaning.MERCHANT, "description 2"),
            (Meaning.DESCRIPTION, "description 3"),
            (Meaning.STATEMENT_TEXT, "description 1"),
        ),
    ),
    KnownExport(
        "Expensify",
        Kind.EXPENSE,
        _headers("timestamp, merchant, amount, mcc, category, tag, reimbursable"),
    ),
)


def known_export(headers: Iterable[str]) -> KnownExport | None:
    """The export that has these (folded) headers; the first of the list that fits."""
    present = frozenset(headers)
    return next((export for export in KNOWN_EXPORTS if export.headers <= present), None)
