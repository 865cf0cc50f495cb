"""Statements in Czech, Hungarian, Lithuanian and Russian, in the code pages that their banks write.

Invented rows under headers as Raiffeisenbank (Czechia), Erste (Hungary), Swedbank (Lithuania), Alfa-Bank and
VTB write them in public tests of other importers.
"""

from __future__ import annotations

from collections import Counter

import pytest

from discovery.connectors import recognise
from tests.connectors.test_tables import head, read, reasons, spends

CZECH = (
    "Datum provedení;Datum zaúčtování;Číslo účtu;Název účtu;Kategorie transakce;Číslo protiúčtu;"
    "Název protiúčtu;Typ transakce;Zpráva;Poznámka;VS;KS;SS;Zaúčtovaná částka;Měna účtu;"
    "Původní částka a měna;Poplatek;Id transakce\n"
    '27.05.2026;27.05.2026;123/1234;Firma;Platba;9/2;OPENAI;Kartou;Předplatné; ;;;;"-1 200,50";CZK;;;32\n'
    '28.05.2026;28.05.2026;123/1234;Firma;Platba;8/2;Zákazník;Příchozí platba;; ;;;;"300,00";CZK;;;33\n'
)
HUNGARIAN = (
    "Tranzakció dátuma,Partner neve,Partner számlaszáma,Számla neve,Számlaszám,Tranzakció típusa,"
    "Tranzakció összege,Tranzakció devizaneme,Bevétel/Kiadás,Kártyaszám,"
    "Értéknap,Közlemény,Egyenleg,Devizanem\n"
    "2026.04.19.,OPENAI,2,Cég,1,Vásárlás,-350,HUF,Kiadás,,2026.04.19.,,2345.56,HUF\n"
    "2026.04.17.,Vevő,3,Cég,1,Átutalás,1290,HUF,Bevétel,,2026.04.18.,,1055.56,HUF\n"
)
LITHUANIAN = (
    '"Sąskaitos Nr.","","Data","Gavėjas","Paaiškinimai","Suma","Valiuta","D/K","Įrašo Nr."\n'
    '"LT12","10","2026-01-01","","Likutis pradžiai","2123.82","EUR","K",""\n'
    '"LT12","20","2026-01-02","OPENAI","PIRKINYS","14.34","EUR","D","1"\n'
    '"LT12","20","2026-01-03","Pirkėjas","Sąskaita","100.00","EUR","K","2"\n'
    '"LT12","82","2026-01-31","","Apyvarta","14.34","EUR","D",""\n'
    '"LT12","86","2026-01-31","","Likutis pabaigai","2209.48","EUR","K",""\n'
)
RUSSIAN = (
    "Тип счёта;Номер счета;Валюта;Дата операции;Референс проводки;Описание операции;Приход;Расход;\n"
    "Счет;111;RUR;31.05.26;A1;Поступление от клиента;33123,56;0;\n"
    "Счет;111;RUR;03.05.26;A2;OPENAI подписка;0;1500;\n"
)
RUSSIAN_CARD = (
    "Начало периода;2026-07-07\n\nВалюта;Списания\nRUR;-17 351,00\n\n"
    "Номер карты/счета/договора;Дата операции;Дата обработки;Сумма операции;Валюта операции;"
    "Сумма пересчитанная в валюту счета;Валюта счета;Основание;Статус\n"
    "'462235******7428;2026-07-06 00:00:00;2026-07-08;-4,50;EUR;-336,15;RUR;OPENAI;Исполнено\n"
    "'462235******7428;2026-07-06 00:00:00;2026-07-08;-3,00;EUR;-300,00;RUR;CURSOR;Исполнено\n"
    "'462235******7428;2026-07-13 10:48:55;;-600,00;RUR;-600,00;RUR;MIDJOURNEY;В обработке\n"
)


@pytest.mark.parametrize(
    ("text", "encoding", "connector", "spent", "count"),
    [
        (CZECH, "utf-8", "bank_table", {"CZK": 900_500_000}, 2),
        (CZECH, "cp1250", "bank_table", {"CZK": 900_500_000}, 2),
        (HUNGARIAN, "utf-8", "bank_table", {"HUF": -940_000_000}, 2),
        (HUNGARIAN, "cp1250", "bank_table", {"HUF": -940_000_000}, 2),
        (LITHUANIAN, "utf-8", "bank_table", {"EUR": -85_660_000}, 2),
        (RUSSIAN, "utf-8", "bank_table", {"RUB": -31_623_560_000}, 2),
        (RUSSIAN, "cp1251", "bank_table", {"RUB": -31_623_560_000}, 2),
        (RUSSIAN_CARD, "cp1251", "card_table", {"RUB": 636_150_000}, 2),
    ],
)
def test_a_statement_is_read_in_its_language_and_code_page(text, encoding, connector, spent, count):
    content = text.encode(encoding)
    assert recognise(head(content)).name == connector
    rows = read(content)
    found: Counter[str] = Counter()
    for spend in spends(rows):
        found[spend.currency] += spend.amount
    assert (dict(found), len(spends(rows)), reasons(rows)) == (spent, count, [])


def test_words_in_windows_1251_are_kept_as_they_are_written():
    assert [spend.text for spend in spends(read(RUSSIAN.encode("cp1251")))] == [
        "Поступление от клиента",
        "OPENAI подписка",
    ]


def test_western_words_with_many_accents_stay_western():
    text = "Datum;Verwendungszweck;Betrag;Währung\n01.03.2026;ÄÖÜÄ ÜÖÄ GRÖSSE;-5,00;EUR\n"
    assert [spend.text for spend in spends(read(text.encode("cp1252")))] == ["ÄÖÜÄ ÜÖÄ GRÖSSE"]


def test_a_plus_among_amounts_without_signs_was_paid_in():
    """M&S Bank writes "+ £1,100.00" for the payment of the bill: it was counted as spent."""
    rows = read(
        "Date Processed,Description,Amount,\nPending,CURSOR,£67.40,\n12-Dec-2026,OPENAI,£20.00,\n"
        "12-Dec-2026,BAHN,£18.89,\n03-Dec-2026,REFUND MIDJOURNEY,+ £10.00,CR\n"
        '02-Dec-2026,PAYMENT RECEIVED - THANK YOU,"+ £1,100.00",CR\n'.encode()
    )
    assert [(spend.text, spend.amount) for spend in spends(rows)] == [
        ("OPENAI", 20_000_000),
        ("BAHN", 18_890_000),
        ("REFUND MIDJOURNEY", -10_000_000),
    ]
