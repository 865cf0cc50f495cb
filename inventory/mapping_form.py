"""What a person says of a table that no connector recognises: answers to a mapping, and what is missing."""

from __future__ import annotations

from collections.abc import Mapping as Answers
from dataclasses import dataclass, field
from pathlib import PurePath

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from discovery.connectors.amounts import CURRENCIES
from discovery.connectors.base import Ask, Head, Kind, LeftOpen, UnreadableFile
from discovery.connectors.column_meaning import Meaning
from discovery.connectors.table_mapping import KINDS, OFFERED, Guess, TableMapping, first_rows
from discovery.records import Rejected, Spend

#: Rows that are shown as they would be read.
SHOWN = 12
#: Rows that are shown as they stand in the file.
AS_THEY_STAND = 3

_DAY, _MONTH = "day", "month"

MEANINGS = {
    Meaning.DATE: gettext_lazy("Date of purchase"),
    Meaning.POSTED: gettext_lazy("Date of booking"),
    Meaning.MERCHANT: gettext_lazy("Merchant or supplier"),
    Meaning.DESCRIPTION: gettext_lazy("Description"),
    Meaning.AMOUNT: gettext_lazy("Amount"),
    Meaning.DEBIT: gettext_lazy("Money out"),
    Meaning.CREDIT: gettext_lazy("Money in"),
    Meaning.CURRENCY: gettext_lazy("Currency"),
    Meaning.NET: gettext_lazy("Net amount"),
    Meaning.TAX: gettext_lazy("Tax"),
    Meaning.EMAIL: gettext_lazy("Person: e-mail"),
    Meaning.EMPLOYEE: gettext_lazy("Person: name"),
    Meaning.CARDHOLDER: gettext_lazy("Name on the card"),
    Meaning.CARD: gettext_lazy("Card number"),
    Meaning.ACCOUNT: gettext_lazy("Account"),
    Meaning.DEPARTMENT: gettext_lazy("Department"),
    Meaning.COST_CENTRE: gettext_lazy("Cost centre"),
    Meaning.OWN_ID: gettext_lazy("Number of the row in its system"),
    Meaning.INVOICE: gettext_lazy("Invoice number"),
    Meaning.MCC: gettext_lazy("Merchant category (MCC)"),
    Meaning.TYPE: gettext_lazy("Kind of line"),
    Meaning.STATUS: gettext_lazy("State of the line"),
    Meaning.DIRECTION: gettext_lazy("Out or in, as a word"),
    Meaning.MERCHANT_AMOUNT: gettext_lazy("Merchant’s amount"),
    Meaning.MERCHANT_CURRENCY: gettext_lazy("Merchant’s currency"),
    Meaning.URL: gettext_lazy("Web address"),
}


@dataclass
class MappingForm:
    """The answers so far. Everything is text as it came, until ``mapping`` makes sense of it."""

    guess: Guess
    kind: str = Kind.CARD.value
    meanings: list[str] = field(default_factory=list)  # per column: the name of a meaning, or ""
    order: str = ""
    mark: str = ""
    currency: str = ""
    negative: bool = False
    name: str = ""

    @classmethod
    def guessed(cls, guess: Guess, file_name: str) -> MappingForm:
        """What the file tells by itself."""
        by_column = {column: meaning.name for meaning, column in guess.columns.items()}
        return cls(
            guess=guess,
            kind=_kind_of(guess).value,
            meanings=[by_column.get(column, "") for column in range(len(guess.headers))],
            negative=guess.mostly_negative(guess.columns),
            name=PurePath(file_name).stem[:120],
        )

    @classmethod
    def answered(cls, guess: Guess, answers: Answers[str, str]) -> MappingForm:
        return cls(
            guess=guess,
            kind=answers.get("kind", ""),
            meanings=[answers.get(f"c{column}", "") for column in range(len(guess.headers))],
            order=answers.get("order", ""),
            mark=answers.get("mark", ""),
            currency=answers.get("currency", "").strip().upper(),
            negative=answers.get("sign") == "negative",
            name=answers.get("name", "").strip()[:120],
        )

    @property
    def columns(self) -> dict[Meaning, int]:
        offered = {meaning.name: meaning for meaning in OFFERED}
        found: dict[Meaning, int] = {}
        for column, name in enumerate(self.meanings):
            if name in offered:
                found.setdefault(offered[name], column)
        return found

    def problems(self) -> list[str]:
        """What is missing or contradicts itself, a sentence each."""
        columns = self.columns
        told = []
        chosen = [name for name in self.meanings if name]
        for meaning in OFFERED:
            if chosen.count(meaning.name) > 1:
                words = _("Two columns are “%(meaning)s”; choose one.")
                told.append(words % {"meaning": MEANINGS[meaning]})
        if not columns.keys() & {Meaning.DATE, Meaning.POSTED}:
            told.append(_("Say which column holds the date."))
        if not columns.keys() & {Meaning.MERCHANT, Meaning.DESCRIPTION}:
            told.append(_("Say which column holds the merchant, supplier or description."))
        if not columns.keys() & {Meaning.AMOUNT, Meaning.DEBIT, Meaning.CREDIT}:
            told.append(_("Say which column holds the amount."))
        if self.kind not in {kind.value for kind in KINDS}:
            told.append(_("Say what kind of table it is."))
        if self.guess.order(columns).asked and self.order not in (_DAY, _MONTH):
            told.append(_("No date shows whether the day or the month comes first; say which."))
        if self.guess.mark(columns).asked and self.mark not in (".", ","):
            told.append(_("No amount shows which sign is the decimal sign; say which."))
        if self.currency and self.currency not in CURRENCIES:
            told.append(_("The currency is a code of three letters, such as EUR."))
        return told

    def mapping(self) -> TableMapping:
        """The mapping, once there are no problems."""
        return TableMapping(
            kind=Kind(self.kind),
            headers=self.guess.headers,
            columns=self.columns,
            mark=self.mark if self.mark in (".", ",") else "",
            day_first={_DAY: True, _MONTH: False}.get(self.order),
            currency=self.currency,
            spending_is_negative=self.negative,
        )

    def choices(self) -> list[tuple[int, str, str, list[str]]]:
        """Per column: number, header, chosen meaning, what stands in the first rows."""
        rows = self.guess.rows[:AS_THEY_STAND]
        return [
            (
                column,
                header,
                self.meanings[column],
                [row[column] if column < len(row) else "" for row in rows],
            )
            for column, header in enumerate(self.guess.headers)
        ]


@dataclass(frozen=True)
class Reading:
    """How the first rows would be read."""

    problems: list[str]
    rows: list[tuple[int, Spend | None, str]] = field(default_factory=list)  # line, record, else the reason

    @property
    def rejected(self) -> int:
        return sum(record is None for _line, record, _reason in self.rows)


def reading(form: MappingForm, head: Head) -> Reading:
    """The first rows by these answers, or what must be answered before."""
    if problems := form.problems():
        return Reading(problems)
    try:
        found = list(first_rows(form.mapping(), head, SHOWN))
    except UnreadableFile as error:
        if isinstance(error, LeftOpen) and error.ask == Ask.CURRENCY:
            return Reading([_("The file does not say its currency; say it in the field Currency.")])
        sentence = str(error)
        return Reading([f"{sentence[:1].upper()}{sentence[1:]}."])
    return Reading(
        [],
        [(line, None, row.reason) if isinstance(row, Rejected) else (line, row, "") for line, row in found],
    )


def _kind_of(guess: Guess) -> Kind:
    """What kind of table it looks like; a list of payments by card where nothing tells."""
    columns = guess.columns.keys()
    if Meaning.INVOICE in columns:
        return Kind.PROCUREMENT
    if columns & {Meaning.CARD, Meaning.CARDHOLDER, Meaning.MCC}:
        return Kind.CARD
    if columns & {Meaning.DEBIT, Meaning.CREDIT, Meaning.ACCOUNT}:
        return Kind.BANK
    return Kind.EXPENSE if columns & {Meaning.EMAIL, Meaning.EMPLOYEE} else Kind.CARD
