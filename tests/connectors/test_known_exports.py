"""Exports that state no currency or write signs their own way: read as their banks mean them.

Invented rows under the headers that the exports have; what was spent is worked out by hand.
"""

from __future__ import annotations

from collections import Counter

import pytest

from discovery.connectors import recognise
from discovery.connectors.base import UnreadableFile
from discovery.connectors.known_exports import KNOWN_EXPORTS
from discovery.records import Payment
from tests.connectors.test_tables import SAMPLES, head, read, reasons, spends


def sample(name: str) -> bytes:
    return (SAMPLES / "known_exports" / f"{name}.csv").read_bytes()


EXPORTS = {
    "Discover card": ("discover", "card_table", {"USD": 7_500_000}, 2),
    "Citi card": ("citi", "card_table", {"USD": -12_000_000}, 2),
    "Bank of America checking": ("bofa_checking", "bank_table", {"USD": -2_180_000_000}, 3),
    "Bank of America card": ("bofa_card", "card_table", {"USD": 20_000_000}, 1),
    "Capital One card": ("capital_one", "card_table", {"USD": -15_000_000}, 2),
    "Capital One 360": ("capital_one_360", "bank_table", {"USD": -1_405_000_000}, 3),
    "Mercury": ("mercury", "bank_table", {"USD": -100_370_000}, 3),
    "Bank of Montreal, account": ("bmo_account", "bank_table", {"CAD": -3_047_700_000}, 2),
    "Bank of Montreal, card": ("bmo_card", "card_table", {"CAD": 45_600_000}, 1),
    "Barclays": ("barclays", "bank_table", {"GBP": -232_000_000}, 2),
    "Monzo": ("monzo", "bank_table", {"GBP": -432_000_000}, 3),
    "Apple Card": ("apple_card", "card_table", {"USD": 1_001_990_000}, 3),
    "Monzo, before 2019": ("monzo_2018", "bank_table", {"GBP": -90_000_000}, 2),
    "Revolut, before 2020": ("revolut_2018", "bank_table", {"EUR": -180_500_000}, 2),
    "Wise": ("wise", "bank_table", {"EUR": -1_504_500_000}, 3),
    "PayPal": ("paypal", "bank_table", {"USD": 0}, 4),
    "Lloyds, Halifax and Bank of Scotland": ("lloyds", "bank_table", {"GBP": -729_500_000}, 3),
    "BoursoBank": ("bourso", "bank_table", {"EUR": -1_600_000_000}, 3),
    "Société Générale": ("socgen", "bank_table", {"EUR": -980_000_000}, 2),
    "Banco BPM": ("banco_bpm", "bank_table", {"EUR": -611_500_000}, 2),
    "Mediobanca Premier": ("mediobanca", "bank_table", {"EUR": -92_600_000}, 2),
    "comdirect": ("comdirect", "bank_table", {"EUR": -980_000_000}, 2),
    "UBS": ("ubs_account", "bank_table", {"CHF": -5_164_600_000}, 3),
    "UBS card, in German": ("ubs_card_de", "card_table", {"CHF": 18_000_000}, 1),
    "UBS card": ("ubs_card", "card_table", {"CHF": 18_000_000}, 1),
    "American Express, Germany": ("amex_de", "card_table", {"EUR": 1_050_500_000}, 2),
    "UBS, in French": ("ubs", "bank_table", {"CHF": 970_000_000}, 3),
}  # fmt: skip


@pytest.mark.parametrize("name", EXPORTS)
def test_an_export_reads_as_its_bank_means_it(name):
    file, connector, spent, count = EXPORTS[name]
    content = sample(file)
    rows = read(content)
    assert recognise(head(content)).name == connector
    found: Counter[str] = Counter()
    for spend in spends(rows):
        found[spend.currency] += spend.amount
    assert (dict(found), len(spends(rows)), reasons(rows)) == (spent, count, [])


def test_what_is_known_names_an_export_that_is_read_here_or_elsewhere():
    elsewhere = {"Chase card", "Chase checking", "Ramp", "Brex", "Expensify"} | {
        f"American Express, {where}" for where in ("United States", "United Kingdom", "short")
    }
    assert {export.name for export in KNOWN_EXPORTS} - elsewhere == EXPORTS.keys()


def test_a_line_without_a_name_is_called_by_its_kind():
    assert [spend.text for spend in spends(read(sample("paypal")))][:2] == [
        "OpenAI Ireland",
        "Bank Deposit to PP Account",
    ]
    assert [spend.text for spend in spends(read(sample("ubs")))] == [
        "Solde prix prestations",
        "CLIENT SA - GENEVE",
        "MISTRAL AI - PARIS",
    ]


def test_a_card_bought_abroad_keeps_the_merchants_amount():
    anthropic = spends(read(sample("monzo")))[1]
    assert (anthropic.amount, anthropic.merchant_amount, anthropic.merchant_currency) == (
        18_000_000,
        22_000_000,
        "USD",
    )
    assert anthropic.payment is Payment.BANK


def test_a_payment_that_was_reverted_is_none():
    rows = read(
        b"Type,Product,Started Date,Completed Date,Description,Amount,Fee,Currency,State,Balance\n"
        b"CARD_PAYMENT,Current,2026-02-05 10:00:00,2026-02-06 08:00:00,OpenAI,-20,0,EUR,COMPLETED,80\n"
        b"CARD_PAYMENT,Current,2026-02-05 11:00:00,,OpenAI,-20,0,EUR,REVERTED,80\n"
    )
    assert [spend.amount for spend in spends(rows)] == [20_000_000]


def test_amounts_of_two_currencies_are_never_added_up():
    rows = read(
        b'"Account Number","Transaction Date","Description 1","CAD$","USD$"\n'
        b"01234-5678901,3/1/2026,TIM HORTONS,-4.25,\n"
        b"01234-5678901,3/22/2026,CUSTOMER,3200.00,\n"
        b"01234-5678901,3/23/2026,OPENAI,,-20.00\n"
    )
    assert [(spend.amount, spend.currency) for spend in spends(rows)] == [
        (4_250_000, "CAD"),
        (-3_200_000_000, "CAD"),
    ]
    assert reasons(rows) == [(4, 'column "CAD$" is empty; fill in the amount and scan the file again')]


def test_three_decimals_are_told_by_the_balance_beside_them():
    lines = (
        "Konto;;;;;SEK\nBokföringsdatum;Valutadatum;Verifikationsnummer;Text;Belopp;Saldo\n"
        "2026-03-11;2026-03-11;1000000001;OPENAI;-230.500;{}.000\n2026-03-10;2026-03-10;1000000002;46700000001;75.000;{}.500\n"
    )
    assert [spend.amount for spend in spends(read(lines.format("10000", "10230").encode()))] == [
        230_500_000,
        -75_000_000,
    ]
    # Without that a file of semicolons writes thousands with the full stop.
    thousands = lines.format("10", "10").replace(".500\n", ".000\n").encode()
    assert [spend.amount for spend in spends(read(thousands))][1] == -75_000_000_000


def test_paypal_in_german_keeps_its_signs_and_passes_over_what_is_pending():
    rows = read(
        '"Datum","Uhrzeit","Zeitzone","Name","Typ","Status","Währung","Brutto","Gebühr","Netto","Guthaben"\n'
        '"03.01.2026","14:37:47","PST","OpenAI","Zahlung","Abgeschlossen","EUR","-20,00","0,00","-20,00","0,00"\n'
        '"03.01.2026","14:37:48","PST","","Bankgutschrift","Abgeschlossen","EUR","20,00","0,00","20,00","0,00"\n'
        '"04.01.2026","10:00:00","PST","Steam","Zahlung","Ausstehend","EUR","-5,00","0,00","-5,00","0,00"\n'.encode()
    )
    assert [(spend.text, spend.amount) for spend in spends(rows)] == [
        ("OpenAI", 20_000_000),
        ("Bankgutschrift", -20_000_000),
    ]


def test_a_line_that_is_reserved_in_place_of_a_day_is_not_settled():
    rows = read(
        "Bokföringsdag;Belopp;Avsändare;Mottagare;Rubrik;Saldo;Valuta\n"
        "2026/03/11;-234,56;123;OPENAI;OPENAI;5 000,00;SEK\nReserverad;-20,00;123;CURSOR;CURSOR;;SEK\n"
        "2026/03/10;500,00;123;Kund AB;Kund AB;5 234,56;SEK\n".encode()
    )
    assert (len(spends(rows)), reasons(rows)) == (2, [])


def test_monzo_without_an_id_of_its_rows_is_the_same_account():
    with_id = sample("monzo").decode().splitlines()
    content = "\n".join(line.partition(",")[2] for line in with_id).encode()
    assert recognise(head(content)).name == "bank_table"
    assert [spend.amount for spend in spends(read(content))] == [
        spend.amount for spend in spends(read(sample("monzo")))
    ]


def test_a_german_bank_names_who_was_paid_in_the_booking_text():
    openai = spends(read(sample("comdirect")))[0]
    assert (openai.text, openai.type) == (
        "Auftraggeber: OpenAI Buchungstext: ChatGPT",
        "Lastschrift / Belastung",
    )


def test_a_polish_statement_of_both_sides_account_numbers_is_a_banks():
    rows = read(
        "Data transakcji;Data księgowania;Nazwa nadawcy;Nazwa odbiorcy;Szczegóły transakcji;Kwota operacji;"
        "Waluta operacji;Kwota w walucie rachunku;Waluta rachunku;Numer rachunku nadawcy;"
        "Numer rachunku odbiorcy\n"
        "11-06-2026;11-06-2026;Jan;OPENAI;faktura 7;-20,00;USD;-80,00;PLN;11 0000;22 0000\n"
        "20-06-2026;20-06-2026;KLIENT SA;Jan;faktura 8;3 355,75;PLN;3 355,75;PLN;33 0000;11 0000\n".encode()
    )
    assert [(spend.amount, spend.currency, spend.payment) for spend in spends(rows)] == [
        (80_000_000, "PLN", Payment.BANK),
        (-3_355_750_000, "PLN", Payment.BANK),
    ]


def test_euros_in_words_are_a_currency():
    rows = read(
        b"Date operation;Libelle court;Type operation;Libelle operation;Montant operation en euro\n"
        b"05/03/2026;PAIEMENT CB;PAIEMENT CB;PAIEMENT CB OPENAI;-20,00\n"
        b"13/03/2026;PRLV;PRLV SEPA;PRLV EDF;-50,50\n"
    )
    assert [(spend.amount, spend.currency) for spend in spends(rows)] == [
        (20_000_000, "EUR"),
        (50_500_000, "EUR"),
    ]
    above = b"Compte tenu en  ;euros\n\nDate;Libell\xe9;Montant\n15/03/2026;OPENAI;-20,00\n"
    assert {spend.currency for spend in spends(read(above))} == {"EUR"}
    with pytest.raises(UnreadableFile, match="does not say its currency"):
        read(b"Euro Car Parks plc\n\nDate,Text,Amount\n2026-03-05,OPENAI,-20.00\n2026-03-06,EDF,-50.50\n")


def test_a_header_with_a_figure_in_its_word_is_no_amount():
    rows = read(
        '"Exportkonto";"Modtagerkonto";"Dato";"Tekst";"Beløb";"Saldo";"End2end";"Valørdato";"Valuta"\n'
        '"0001 1";"";"25-03-2026";"OPENAI";"  -150.50";"  1000.00";"";"25-03-2026";"DKK"\n'
        '"0001 1";"";"26-03-2026";"Kunde A/S";"   500.00";"  1500.00";"";"26-03-2026";"DKK"\n'.encode()
    )
    assert [(spend.text, spend.amount, spend.payment) for spend in spends(rows)] == [
        ("OPENAI", 150_500_000, Payment.BANK),
        ("Kunde A/S", -500_000_000, Payment.BANK),
    ]


def test_a_danish_payment_that_waits_is_not_settled():
    rows = read(
        'Valuta;DKK\n"Dato";"Tekst";"Beløb";"Saldo";"Status";"Afstemt"\n'
        '"02.03.2026";"OPENAI";"-150,50";"1.000,00";"Udført";"Nej"\n'
        '"03.03.2026";"CURSOR";"-20,00";"";"Venter";"Nej"\n'
        '"03.03.2026";"MISTRAL";"-20,00";"";"Slettet";"Nej"\n'.encode()
    )
    assert [spend.text for spend in spends(rows)] == ["OPENAI"]


def test_an_italian_statement_with_its_sign_apart():
    rows = read(
        b"DATA CONTABILE;DATA VALUTA;NUMERO CONTO;DESCRIZIONE OPERAZIONE;SEGNO;IMPORTO ORIGINARIO;"
        b"DIVISA IMPORTO ORIGINARIO;IMPORTO MOVIMENTO CONTO;DIVISA IMPORTO\n"
        b"16/07/2026;16/07/2026;'0001;BONIFICO A VOSTRO FAVORE;+;150,0;EUR;150,0;EUR\n"
        b"17/07/2026;17/07/2026;'0001;PAGAMENTO OPENAI;-;20,0;USD;18,5;EUR\n"
    )
    assert [(spend.amount, spend.currency, spend.merchant_currency) for spend in spends(rows)] == [
        (-150_000_000, "EUR", ""),
        (18_500_000, "EUR", "USD"),
    ]


def test_a_row_that_ends_before_the_day_of_booking_is_not_booked():
    content = sample("ubs_card").replace(b";18.00;;05.03.2026", b";18.00;")
    assert spends(read(content)) == []
    assert reasons(read(content)) == []


def test_amounts_beyond_the_named_columns_are_read_by_their_place():
    lines = (
        "Date,Merchant\n2026-03-05,OPENAI,{0}20.50,\n2026-03-06,CURSOR,,{0}30.50\n2026-03-07,MISTRAL,{0}10,\n"
    )
    with pytest.raises(UnreadableFile, match="does not say its currency"):
        read(lines.format("").encode())
    assert [spend.amount for spend in spends(read(lines.format("€").encode()))] == [
        20_500_000,
        -30_500_000,
        10_000_000,
    ]


def test_ubs_names_who_was_paid_and_never_their_account():
    assert [(spend.text, spend.type) for spend in spends(read(sample("ubs_account")))] == [
        ("OPENAI San Francisco", "Zahlung Debitkarte"),
        ("Kunde AG", "Gutschrift"),
        ("Saldo Dienstleistungspreis", "Saldo Dienstleistungspreis"),
    ]
    english = b"".join(sample("ubs_account").splitlines(keepends=True)[5:])
    header = (
        b"Trade date;Trade time;Booking date;Value date;Currency;Debit;Credit;Individual amount;Balance;"
        b"Transaction no.;Description1;Description2;Description3;Footnotes;\n"
    )
    assert [spend.amount for spend in spends(read(header + english))] == [
        spend.amount for spend in spends(read(sample("ubs_account")))
    ]


def test_days_that_are_still_to_come_do_not_hide_the_column_of_days():
    rows = read(
        "Bokföringsdag;Belopp;Avsändare;Mottagare;Rubrik;Saldo;Valuta\n"
        "2026/03/11;-234,56;123;OPENAI;Abo;5 000,00;SEK\nReserverad;-20,00;123;CURSOR;Abo;;SEK\n".encode()
    )
    assert ([spend.amount for spend in spends(rows)], reasons(rows)) == ([234_560_000], [])


def test_a_pending_charge_without_its_reference_leaves_it_the_id_of_the_others():
    header = (
        b"Transaction Date,Posting Date,Billing Amount,Merchant,Merchant City,Merchant State,"
        b"Merchant Postcode,Reference Number,Debit or Credit,SICMCC Code,Status,"
        b"Transaction Currency,Card Used\n"
    )
    booked = b"2026-03-15,2026-03-16,45.20,OPENAI,,,,74123456789,DBIT,5734,BILLED,GBP,1234\n"
    pending = b"2026-03-18,,9.00,CURSOR,,,,,DBIT,5734,PENDING,GBP,1234\n"
    assert spends(read(header + booked)) == spends(read(header + booked + pending))
    assert spends(read(header + booked))[0].own_id == "74123456789"


def test_a_french_export_with_references_and_ids_names_the_counterparty():
    rows = read(
        "Statut;Date de la valeur (UTC);Date de l'opération (UTC);Montant total (TTC);Débit;Crédit;"
        "Solde;Devise;Nom de la contrepartie;Identifiant de transaction;Référence\n"
        "Exécuté;15-03-2026 10:00:00;14-03-2026 10:00:00;-20,00;20,00;;980,00;EUR;OPENAI;t-1;\n"
        "En cours;;16-03-2026 12:00:00;-6,00;6,00;;974,00;EUR;CURSOR;t-4;\n".encode()
    )
    assert [(spend.text, spend.own_id) for spend in spends(rows)] == [("OPENAI", "t-1")]
