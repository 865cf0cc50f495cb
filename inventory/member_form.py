"""What a person says of a list of members: of which tool, and what its columns hold."""

from __future__ import annotations

from collections.abc import Mapping as Answers
from dataclasses import dataclass, field
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from discovery.connectors.base import Head, Said, UnreadableFile
from discovery.connectors.member_list import named_above
from discovery.connectors.member_mapping import (
    OFFERED,
    MemberMapping,
    asks_for_order,
    columns_of_members,
    first_members,
    line_above,
)
from discovery.connectors.member_words import tool_of
from discovery.connectors.table_mapping import Guess, rows_above, shape_of
from discovery.named_tools import NotNamed, product_named, said_tool
from discovery.records import Licence, Rejected
from inventory.mapping_form import AS_THEY_STAND, SHOWN
from inventory.recognition_answers import own_product
from inventory.spelling import spelt_like
from vendors.models import Product

_DAY, _MONTH = "day", "month"
#: Tools that are offered while somebody types, at most.
_OFFERED = 8
#: Tools of which somebody may mean one, at most.
_MEANT = 5

MEANINGS = {
    "email": gettext_lazy("E-mail address"),
    "name": gettext_lazy("Name"),
    "given_name": gettext_lazy("First name"),
    "family_name": gettext_lazy("Last name"),
    "plan": gettext_lazy("Plan or kind of seat"),
    "role": gettext_lazy("Role"),
    "status": gettext_lazy("Status: active, invited, removed"),
    "last_active": gettext_lazy("Last active on"),
    "since": gettext_lazy("Member since"),
    "account": gettext_lazy("Workspace or organisation"),
    "own_id": gettext_lazy("Number of the member"),
}


@dataclass
class MemberForm:
    """The answers so far, as text; ``mapping`` makes sense of them once there are no problems."""

    guess: Guess
    above: str = ""
    meanings: list[str] = field(default_factory=list)  # per column: one of OFFERED, or ""
    tool: str = ""
    typed: str = ""  # what was typed where the tool was chosen of those that may be meant
    own: bool = False  # the tool is none of the catalog: add it
    order: str = ""
    name: str = ""

    @classmethod
    def guessed(cls, guess: Guess, head: Head) -> MemberForm:
        """What the file tells by itself."""
        by_column = {column: name for name, column in columns_of_members(guess).items()}
        shape = shape_of(guess.headers)
        form = cls(
            guess=guess,
            above=line_above(head, shape),
            meanings=[by_column.get(column, "") for column in range(len(guess.headers))],
            tool=tool_of(guess.headers) or named_above(rows_above(head, shape)),
        )
        if form.product is None:
            form.tool = ""
        return form

    @classmethod
    def answered(cls, guess: Guess, head: Head, answers: Answers[str, str]) -> MemberForm:
        """``chosen`` is one of the tools that were offered for what is ``typed``, until that is changed."""
        tool = answers.get("tool", "").strip()[:160]
        chosen = answers.get("chosen", "") if tool and answers.get("typed") == tool else ""
        return cls(
            guess=guess,
            above=line_above(head, shape_of(guess.headers)),
            meanings=[answers.get(f"c{column}", "") for column in range(len(guess.headers))],
            tool=chosen[:320] or tool,
            typed=tool if chosen else "",
            own="own" in answers,
            order=answers.get("order", ""),
            name=answers.get("name", "").strip()[:120],
        )

    @property
    def columns(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for column, name in enumerate(self.meanings):
            if name in OFFERED:
                found.setdefault(name, column)
        return found

    @cached_property
    def product(self) -> Product | None:
        """The tool that was named, where there is exactly one of that name."""
        try:
            return product_named(self.tool) if self.tool else None
        except NotNamed:
            return None

    @property
    def unknown(self) -> bool:
        """Whether a tool was named that nobody knows here."""
        if not self.tool or self.product is not None:
            return False
        return not Product.objects.filter(withdrawn=False, name__iexact=self.tool).exists()

    def offered(self) -> list[tuple[str, str]]:
        """Tools whose name holds what was typed: how to name each, and its maker."""
        if len(self.tool) < 2 or self.product is not None:
            return []
        named = Product.objects.filter(withdrawn=False, name__icontains=self.tool)
        found = list(named.values_list("name", "vendor__name")[:200])
        found.sort(
            key=lambda one: (not one[0].casefold().startswith(self.tool.casefold()), one[0].casefold())
        )
        names = [name.casefold() for name, _maker in found]
        return [
            (name if names.count(name.casefold()) == 1 else f"{name} ({maker})", maker)
            for name, maker in found[:_OFFERED]
        ]

    @cached_property
    def meant(self) -> list[tuple[str, str, str]]:
        """Tools of which one may be meant by what was typed: key, name, maker."""
        typed = self.typed or self.tool
        if not typed or (self.product is not None and not self.typed):
            return []
        products = {
            key: (name, maker)
            for key, name, maker in Product.objects.filter(withdrawn=False).values_list(
                "key", "name", "vendor__name"
            )
        }
        so = [key for key, (name, _maker) in products.items() if typed.casefold() in name.casefold()]
        so.sort(key=lambda key: (len(products[key][0]), products[key][0].casefold(), key))
        near = spelt_like(typed, ((key, name) for key, (name, _maker) in products.items()))
        return [(key, *products[key]) for key in dict.fromkeys(so[:_MEANT] + near)][:_MEANT]

    def asks_for_order(self) -> bool:
        return asks_for_order(self.guess, self.columns)

    def problems(self) -> list[str]:
        """What is missing or contradicts itself, a sentence each."""
        told = []
        if not self.tool:
            told.append(_("Say of which tool these people are members."))
        elif self.product is None and not (self.own and self.unknown):
            told.append(self._not_named())
        chosen = [name for name in self.meanings if name]
        for name in OFFERED:
            if chosen.count(name) > 1:
                words = _("Two columns are “%(meaning)s”; choose one.")
                told.append(words % {"meaning": MEANINGS[name]})
        if "email" not in self.columns:
            told.append(_("Say which column holds the e-mail address."))
        if self.asks_for_order() and self.order not in (_DAY, _MONTH):
            told.append(_("No date shows whether the day or the month comes first; say which."))
        return told

    def _not_named(self) -> str:
        words = {"tool": self.tool}
        if not self.unknown:
            return _("Several tools are called “%(tool)s”; choose yours.") % words
        if self.meant:
            return _("No tool of the catalog is called “%(tool)s”; choose the one that you mean.") % words
        return _("No tool of the catalog is called “%(tool)s”.") % words

    def mapping(self, said: Said) -> MemberMapping:
        """The mapping, of the tool that ``said`` names."""
        order = {_DAY: True, _MONTH: False}.get(self.order)
        said = Said(tool=said.tool, url=said.url, product=said.product, day_first=order)
        return MemberMapping(self.guess.headers, self.columns, said, self.above)

    def to_save(self) -> tuple[str, MemberMapping]:
        """What the source is called and the mapping, once there are no problems.

        A tool that is none of the catalog is added to it. Raises WrongDecision where it cannot be.
        """
        product = self.product or own_product(self.tool)
        return self.name or f"Members of {product.name}"[:120], self.mapping(said_tool(product))

    def choices(self) -> list[tuple[int, str, str, list[str]]]:
        """Per column: number, header, chosen meaning, what stands in the first rows."""
        rows = self.guess.rows[:AS_THEY_STAND]
        return [
            (
                column,
                header,
                self.meanings[column],
                [row[column] for row in rows if column < len(row) and row[column].strip()],
            )
            for column, header in enumerate(self.guess.headers)
        ]


@dataclass(frozen=True)
class MemberReading:
    """How the first rows would be read, and what must be answered before they are."""

    problems: list[str]
    rows: list[tuple[int, Licence | None, str]] = field(default_factory=list)  # line, record, else the reason

    @property
    def rejected(self) -> int:
        return sum(record is None for _line, record, _reason in self.rows)


def reading(form: MemberForm, head: Head) -> MemberReading:
    """The first rows by these answers; they need no tool to be shown."""
    problems = form.problems()
    if "email" not in form.columns:
        return MemberReading(problems)
    said = Said(tool=form.product.name if form.product else form.tool or "–")
    try:
        found = list(first_members(form.mapping(said), head, SHOWN))
    except UnreadableFile as error:
        sentence = str(error)
        return MemberReading([*problems, f"{sentence[:1].upper()}{sentence[1:]}."])
    return MemberReading(
        problems,
        [(line, None, row.reason) if isinstance(row, Rejected) else (line, row, "") for line, row in found],
    )
