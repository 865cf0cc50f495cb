"""Sentences of flags: marked for translators here, put into words where somebody reads them.

Pure. The functions carry the names under which gettext's tools find their texts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class People:
    """A number of people: whoever may not see names reads it in fives."""

    count: int


Value = str | int | People


@dataclass(frozen=True, slots=True)
class Sentence:
    """A text with ``%(name)s`` places, its plural form, and what to put in. Numbers and names of
    things only, never of persons."""

    one: str
    many: str
    count: int = 1
    values: Mapping[str, Value] = field(default_factory=dict)

    def plain(self, told: Callable[[int], int | str] = int) -> str:
        """The sentence as it is written in the code; ``told`` says how exact numbers of people are."""
        people = {name: told(v.count) for name, v in self.values.items() if isinstance(v, People)}
        # The form of the sentence must not tell what a number withholds.
        one = self.count == 1 and all(isinstance(number, int) for number in people.values())
        return (self.one if one else self.many) % {**self.values, **people}

    def stored(self) -> dict[str, Any]:
        """The sentence as JSON holds it."""
        values = {
            name: {"people": value.count} if isinstance(value, People) else value
            for name, value in self.values.items()
        }
        return {"one": self.one, "many": self.many, "count": self.count, "values": values}


def restored(stored: Mapping[str, Any]) -> Sentence:
    """The sentence that :meth:`Sentence.stored` wrote down."""
    values = {
        name: People(value["people"]) if isinstance(value, dict) else value
        for name, value in stored["values"].items()
    }
    return Sentence(stored["one"], stored["many"], stored["count"], values)


def gettext_noop(text: str) -> str:
    """Marks a text for translators."""
    return text


def ngettext_lazy(one: str, many: str, count: int, /, **values: Value) -> Sentence:
    """A sentence about ``count`` of something; the form is chosen when it is shown."""
    return Sentence(one, many, count, values)
