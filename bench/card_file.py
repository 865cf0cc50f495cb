"""A made-up card programme's export, of any size, the same for the same seed.

Built so that reading it is as hard as reading a real one: nearly every raw text differs from every
other by a reference, a telephone number or a store, while they stand for about 65,000 merchants in
a million rows; one row in a hundred is a charge of an AI tool. No merchant here exists.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

CARDS = 250
_FIRST_DAY = date(2025, 1, 1)
_DAYS = 365
_MERCHANTS_PER_ROW = 0.065
_AI_SHARE = 0.01

HEADER = (
    "Transaction ID",
    "Transaction Date",
    "Posting Date",
    "Card Number",
    "Cardholder Name",
    "Merchant",
    "MCC",
    "Amount",
    "Currency",
)
#: The column that is left out of a file without ids.
ID_COLUMN = 0

_SYLLABLES = (
    "bar", "bel", "bor", "cal", "cam", "cor", "dal", "den", "dor", "fal", "fen", "gar", "gel", "hal", "hol",
    "jor", "kal", "kel", "lam", "lin", "lor", "mar", "mel", "mon", "nor", "old", "pal", "pen", "quin", "ras",
    "rel", "rov", "sal", "sel", "tam", "tor", "ul", "val", "ven", "wal", "wes", "yor", "zan", "zel",
)  # fmt: skip
_TRADES = (
    ("TAXI", "4121"), ("HOTEL", "7011"), ("DELI", "5411"), ("BISTRO", "5812"), ("CAFE", "5814"),
    ("FUEL", "5541"), ("PARKING", "7523"), ("AIRWAYS", "4511"), ("RAIL", "4112"), ("STATIONERS", "5943"),
    ("ELECTRONICS", "5732"), ("FLOWERS", "5992"), ("PRINTERS", "2741"), ("SOFTWARE", "5734"),
    ("HOSTING", "4816"), ("PHARMACY", "5912"), ("BOOKS", "5942"), ("COURIERS", "4215"),
)  # fmt: skip
_TOWNS = (
    "HAMBURG DE", "AARHUS DK", "GENT BE", "WIEN AT", "KRAKOW PL", "MALAGA ES", "LYON FR", "DUBLIN IE",
    "LEEDS GB", "DENVER CO", "AUSTIN TX", "BOSTON MA", "SEATTLE WA", "TORINO IT", "UTRECHT NL", "LISBOA PT",
)  # fmt: skip
_FIRST_NAMES = (
    "ADA", "BRUNO", "CARLA", "DAVID", "ELENA", "FELIX", "GRETA", "HUGO", "IRINA", "JONAS", "KLARA", "LEON",
    "MARTA", "NILS", "OLGA", "PAUL", "ROSA", "SVEN", "TANJA", "VIKTOR",
)  # fmt: skip
#: How AI tools stand on statements, what fills the gap, the category and the amount in cents.
_AI_TEXTS = (
    ("OPENAI *CHATGPT SUBSCR %s CA", "phone", "5734", 2_000),
    ("ANTHROPIC* CLAUDE SUB %s", "reference", "5734", 1_800),
    ("CURSOR, AI POWERED IDE %s NY", "phone", "5734", 2_000),
    ("MIDJOURNEY INC. %s CA", "phone", "5734", 3_000),
    ("ELEVENLABS.IO %s NEW YORK", "reference", "5734", 2_200),
    ("PERPLEXITY AI %s CA", "phone", "5734", 2_000),
    ("GITHUB COPILOT %s", "reference", "5734", 1_900),
    ("OPENAI %s OPENAI.COM CA", "reference", "5734", 4_750),
    ("GRAMMARLY CO*%s CA", "reference", "5734", 3_000),
    ("PADDLE.NET* GAMMA APP %s", "reference", "5734", 1_000),
)
#: The ways in which a statement adds to a merchant's name, and what fills the gap.
_SHAPES = (
    ("{name} %s {town}", "store"),
    ("{name} %s {town}", "phone"),
    ("SQ *{name} {town}", ""),
    ("{name}*%s", "reference"),
    ("{name} %s {town}", "reference"),
    ("PAYPAL *{name} %s", "phone"),
    ("{name} {town} %s", "store"),
)


class _Merchant(NamedTuple):
    pattern: str
    gap: str
    mcc: str


def rows(count: int, seed: int = 1) -> Iterator[tuple[str, ...]]:
    """``count`` rows as in HEADER, in the order of their days."""
    chance = random.Random(seed)  # noqa: S311 (reproducible on purpose)
    merchants = _merchants(max(20, round(count * _MERCHANTS_PER_ROW)), chance)
    cards = [_card(number, chance) for number in range(CARDS)]
    days = [(_FIRST_DAY + timedelta(days=n)).isoformat() for n in range(_DAYS + 2)]
    fills = _fills(chance)
    ratio = chance.random
    for number in range(count):
        day = number * _DAYS // count
        card, holder = cards[int(CARDS * ratio())]
        if ratio() < _AI_SHARE:
            pattern, gap, mcc, cents = _AI_TEXTS[int(len(_AI_TEXTS) * ratio())]
        else:
            # Some merchants are met far more often than others; each at least once in a while.
            pattern, gap, mcc = merchants[int(len(merchants) * ratio() ** 1.5)]
            cents = 150 + int(40_000 * ratio() ** 3)
        text = pattern % fills[gap]() if gap else pattern
        if ratio() < 0.02:
            cents = -cents
        yield f"T{number:09}", days[day], days[day + 2], card, holder, text, mcc, f"{cents / 100:.2f}", "EUR"


def _merchants(count: int, chance: random.Random) -> list[_Merchant]:
    made: dict[str, _Merchant] = {}
    while len(made) < count:
        trade, mcc = chance.choice(_TRADES)
        word = "".join(chance.choices(_SYLLABLES, k=chance.choice((2, 3, 3, 4)))).upper()
        name = f"{word} {trade}"
        shape, gap = chance.choice(_SHAPES)
        made.setdefault(name, _Merchant(shape.format(name=name, town=chance.choice(_TOWNS)), gap, mcc))
    return list(made.values())


def _card(number: int, chance: random.Random) -> tuple[str, str]:
    family = "".join(chance.choices(_SYLLABLES, k=3)).upper()
    return f"5{number:03}XXXXXXXX{1000 + number}", f"{_FIRST_NAMES[number % len(_FIRST_NAMES)]} {family}"


def _fills(chance: random.Random) -> dict[str, Callable[[], str]]:
    """What fills a gap with something that hardly any other row has."""
    bits = chance.getrandbits
    return {
        "reference": lambda: f"{bits(36):09X}",
        "phone": lambda: f"4{bits(32) % 10**9:09}",
        "store": lambda: f"#{bits(20) % 10**5:05}",
    }


def write(path: Path, count: int, *, ids: bool = True, seed: int = 1) -> None:
    """A file of ``count`` rows; without ids the rows say nothing that tells two equal ones apart."""
    first = 0 if ids else ID_COLUMN + 1
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER[first:])
        writer.writerows(row[first:] for row in rows(count, seed))


def texts(count: int, seed: int = 1) -> Iterator[tuple[str, str]]:
    """(text, merchant category) of rows that are all different."""
    seen: set[str] = set()
    size = count
    while len(seen) < count:
        for row in rows(size, seed):
            if row[5] not in seen:
                seen.add(row[5])
                yield row[5], row[6]
                if len(seen) == count:
                    return
        seed += 1


def merchant_texts(count: int, seed: int = 1) -> list[tuple[str, str]]:
    """(text, merchant category) of merchants that are all different, without references."""
    made = _merchants(count, random.Random(seed))  # noqa: S311
    return [(merchant.pattern.replace("%s", "").strip(" *"), merchant.mcc) for merchant in made]
