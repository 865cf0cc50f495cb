"""Lines of ordinary spend that name no AI tool, made up from kinds of merchants and of noise. No Django.

What is booked of them is booked wrongly. The material is ``tests/corpus/ordinary.toml``; how statements cut,
wrap and decorate a merchant's name follows public help pages of payment services and public samples of
statements. The same seed gives the same lines.
"""

from __future__ import annotations

import random
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from vendors.matching import Channel, Decision, Descriptor, Matcher, describe
from vendors.matching.evaluation import bounds

#: In a checkout of the project; an installation is without it.
MATERIAL = Path(__file__).resolve().parents[1] / "tests" / "corpus" / "ordinary.toml"

_CHANNELS = (Channel.CARD, Channel.BANK, Channel.EXPENSE, Channel.PROCUREMENT)
_SHARES = (55, 20, 17, 8)  # of a hundred lines
_CUTS = (17, 18, 20, 22, 25)
_CARRIERS = (
    "SQ *", "TST* ", "SumUp *", "Zettle_*", "SP ", "PAYPAL *", "PP*", "STRIPE* ", "MOLLIE*", "KLARNA *",
    "CKO*", "CRV*", "EBN *", "MERCADO PAGO*", "MP *", "PAYU*", "iyzico*", "WL *", "CCV*",
    "AMZN Mktp US*", "GOOGLE *",
)  # fmt: skip
_MONTHS = ("January", "March", "Mai", "juin", "Oktober", "noviembre", "07/2026", "2026-03")


class Line(NamedTuple):
    channel: str
    text: str
    mcc: str


@dataclass
class Counted:
    """What became of ordinary lines; ``booked`` and ``reviewed`` hold texts, each once with its answer."""

    lines: int = 0
    booked_lines: int = 0
    reviewed_lines: int = 0
    booked: dict[str, str] = field(default_factory=dict)
    reviewed: dict[str, str] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        return {
            "lines": self.lines,
            "booked": self.booked_lines,
            "reviewed": self.reviewed_lines,
            "booked_bounds": bounds(self.booked_lines, self.lines, 6),
            "reviewed_bounds": bounds(self.reviewed_lines, self.lines, 6),
        }


def count(matcher: Matcher, lines: Iterable[Line]) -> Counted:
    """Recognise every line; equal descriptors once."""
    counted = Counted()
    answers: dict[Descriptor, tuple[Decision, str]] = {}
    for channel, text, mcc in lines:
        asked = describe(channel, text, mcc=mcc)
        if (known := answers.get(asked)) is None:
            answer = matcher.recognise(asked)
            said = answer.product or answer.vendor or " ".join(answer.reasons)
            known = answers[asked] = (answer.decision, said)
        decision, said = known
        counted.lines += 1
        if decision == Decision.MATCH:
            counted.booked_lines += 1
            counted.booked[f"{channel}  {text}  {mcc}"] = said
        elif decision == Decision.REVIEW:
            counted.reviewed_lines += 1
            counted.reviewed[f"{channel}  {text}  {mcc}"] = said
    return counted


def ordinary_lines(number: int, seed: int = 1) -> Iterator[Line]:
    """So many lines. Raises OSError where the material is not there."""
    chance = random.Random(seed)  # noqa: S311 (reproducible on purpose)
    languages, words = _material()
    for _ in range(number):
        maker = _Maker(chance, chance.choice(languages), words)
        yield maker.line(chance.choices(_CHANNELS, _SHARES)[0])


class _Language(NamedTuple):
    trades: list[tuple[str, str]]
    trade_first: bool
    legal: list[str]
    towns: list[tuple[str, str]]
    forenames: list[str]
    families: list[str]
    bank: list[str]
    expenses: list[str]
    orders: list[str]


class _Words(NamedTuple):
    names: list[str]
    adjectives: list[str]
    known: list[tuple[str, str]]


@cache
def _material() -> tuple[list[_Language], _Words]:
    with MATERIAL.open("rb") as file:
        content = tomllib.load(file)
    words = content.pop("words")
    return [_language(one) for one in content.values()], _Words(
        words["names"].split(), words["adjectives"].split(), _pairs(words["known"])
    )


def _language(one: dict[str, str]) -> _Language:
    return _Language(
        trades=_pairs(one["trades"]),
        trade_first=bool(one["before"]),
        legal=one["legal"].split(", "),
        towns=_pairs(one["towns"]),
        forenames=one["forenames"].split(),
        families=[name.replace("_", " ") for name in one["families"].split()],
        bank=one["bank"].split(", "),
        expenses=one["expenses"].split(", "),
        orders=one["orders"].split(", "),
    )


def _pairs(text: str) -> list[tuple[str, str]]:
    return [(head, tail) for head, _, tail in (pair.strip().rpartition(" ") for pair in text.split(","))]


class _Maker:
    """Makes one line in one language."""

    def __init__(self, chance: random.Random, language: _Language, words: _Words) -> None:
        self._chance = chance
        self._language = language
        self._words = words

    def line(self, channel: Channel) -> Line:
        if channel == Channel.EXPENSE:
            return Line(channel, self._filled(self._chance.choice(self._language.expenses)), "")
        if channel == Channel.PROCUREMENT:
            return Line(channel, self._filled(self._chance.choice(self._language.orders)), "")
        name, mcc = self._merchant()
        if channel == Channel.BANK:
            shape = self._chance.choice(self._language.bank).replace("{}", "{name}")
            text = self._filled(shape, self._person() if self._one_in(4) else self._written(name))
            return Line(channel, text, "")
        return Line(channel, self._card_text(name), mcc if self._one_in(2) else "")

    def _merchant(self) -> tuple[str, str]:
        """(what it calls itself, its merchant category)."""
        pick, chance = self._language, self._chance
        trade, mcc = chance.choice(pick.trades)
        kind = chance.randrange(20)
        if kind < 4:
            return chance.choice(self._words.known)
        if kind < 9:
            own = chance.choice(pick.families)
        elif kind < 14:
            own = chance.choice(self._words.names)
        elif kind < 15:
            own = f"{chance.choice(self._words.adjectives)} {chance.choice(self._words.names)}"
        elif kind < 16:
            own = f"{chance.choice(pick.families)} & {chance.choice(pick.families)}"
        elif kind < 17:
            own = self._person()
        elif kind < 18:
            own = chance.choice(pick.towns)[0]
        elif kind < 19:
            return f"{chance.choice(self._words.names)} {chance.choice(pick.legal)}", ""
        else:  # a shop that only has a name; with a category of software it might be a tool of that name
            own = chance.choice((chance.choice(pick.families), chance.choice(self._words.names)))
            return own, "" if mcc in ("7372", "7379", "4816") else mcc
        name = f"{trade} {own}" if pick.trade_first and not self._one_in(3) else f"{own} {trade}"
        return (f"{name} {chance.choice(pick.legal)}" if self._one_in(4) else name), mcc

    def _card_text(self, name: str) -> str:
        chance = self._chance
        text = self._written(name)
        if self._one_in(7):
            text = chance.choice(_CARRIERS) + text
        town, country = chance.choice(self._language.towns)
        tail = chance.randrange(9)
        if tail == 0:
            text += f" #{chance.randrange(10_000):04}"
        elif tail == 1:
            text += f" {chance.randrange(10**9, 10**10)}"
        elif tail == 2:
            text += f"*{chance.getrandbits(36):09X}"
        elif tail == 3:
            label = "".join(c for c in _plain(name).lower() if c.isalnum())
            text += f" {label or 'shop'}.{country.lower()}"
        elif tail == 4:
            text += f" +{chance.randrange(10**10, 10**11)}"
        if self._one_in(3):
            text = text[: chance.choice(_CUTS)]
            gap = "" if self._one_in(3) else " "
        else:
            gap = " "
        if not self._one_in(5):
            text += f"{gap}{self._written(town)} {country}"
        return text if text.strip() else name

    def _written(self, name: str) -> str:
        """Capitals without accents, as most statements print; else as it is written."""
        if self._one_in(4):
            return name
        plain = _plain(name) if not self._one_in(4) else name
        return plain.upper() if not self._one_in(4) else plain

    def _person(self) -> str:
        return (
            f"{self._chance.choice(self._language.forenames)} {self._chance.choice(self._language.families)}"
        )

    def _filled(self, shape: str, name: str = "") -> str:
        chance, towns = self._chance, self._language.towns
        return shape.format(
            name=name or self._merchant()[0],
            person=self._person(),
            town=chance.choice(towns)[0],
            town2=chance.choice(towns)[0],
            month=chance.choice(_MONTHS),
            year=chance.randrange(2024, 2028),
            q=chance.randrange(1, 5),
            d=chance.randrange(1, 10),
            n=chance.randrange(1000, 10**8),
        )

    def _one_in(self, number: int) -> bool:
        return self._chance.randrange(number) == 0


def _plain(text: str) -> str:
    """Latin letters without their accents."""
    return (
        unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode() if text[0] < "\u0250" else text
    )
