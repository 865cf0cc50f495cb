"""For whom an export is: the operator, or somebody who signed in and reads what their role may.

A reader gets rows within reach only, pseudonyms instead of names that are not open, and, without the
right to names, people in fives: the same as on pages.
"""

from __future__ import annotations

from dataclasses import dataclass

from discovery.models import Person
from inventory.head_counts import shown
from inventory.opened_names import Names
from inventory.reach import WHOLE, Reach


@dataclass(frozen=True)
class Reader:
    """``names`` is None for the operator, who reads everything."""

    reach: Reach = WHOLE
    names: Names | None = None

    @property
    def operator(self) -> bool:
        return self.names is None

    def address(self, person: Person) -> str:
        """A person's e-mail address, or the pseudonym that stands for it."""
        if self.names is None:
            return person.email
        seen = self.names.of(person)
        return seen.email or seen.code

    def name(self, person: Person) -> str | None:
        """A person's name where the reader may read it."""
        if self.names is None:
            return person.name or None
        return self.names.of(person).name or None

    def count(self, people: int) -> int | str:
        """A number of people, as exact as the reader may know it."""
        return people if self.reach.exact else shown(people, exact=False)


OPERATOR = Reader()
