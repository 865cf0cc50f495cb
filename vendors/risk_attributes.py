"""What can be said of a product's risk: the attributes of facts and their values. No Django, no database.

``vendors/catalog/risk_attributes.toml`` holds them with the words that people read, since data files,
pages and rules must mean the same by each.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path

_FILE = Path(__file__).parent / "catalog" / "risk_attributes.toml"
_LONGEST_TEXT = 300
#: What an address may look like in a data file: https, a host, no spaces.
ADDRESS = re.compile(r"https://[^\s/]+\.[^\s/]+(/\S*)?")


class Kind(StrEnum):
    ONE = "one"  # exactly one of the attribute's values
    SEVERAL = "several"  # one or more of them
    TEXT = "text"
    URL = "url"
    NUMBER = "number"


class Basis(StrEnum):
    """On what a fact or price rests."""

    VENDOR = "vendor"  # first hand: the maker says so
    SECONDARY = "secondary"  # second hand: somebody else says so
    GENERAL_KNOWLEDGE = "general-knowledge"  # believed, and not checked by anybody


@dataclass(frozen=True, slots=True)
class Attribute:
    """One thing that can be said of a product.

    ``values`` is key → words; empty where the value is free. ``repeats``: several facts of it may hold
    at the same time.
    """

    key: str
    name: str
    group: str
    kind: Kind
    values: Mapping[str, str] = field(default_factory=dict)
    pattern: str = ""
    repeats: bool = False

    def stored(self, value: object) -> str:
        """A value of a data file as it is kept: keys of several values in the attribute's order, one
        space between. Raises ValueError with one sentence for a value that cannot be."""
        match self.kind:
            case Kind.ONE:
                if value not in self.values:
                    raise ValueError(f"{value!r} is none of {', '.join(self.values)}")
                return str(value)
            case Kind.SEVERAL:
                if not isinstance(value, list) or not value:
                    raise ValueError(f"{value!r} is no list of values; choose among {', '.join(self.values)}")
                if unknown := [one for one in value if one not in self.values]:
                    raise ValueError(f"{unknown[0]!r} is none of {', '.join(self.values)}")
                if "none" in value and len(value) > 1:
                    raise ValueError("'none' stands beside other values")
                return " ".join(key for key in self.values if key in value)
            case Kind.NUMBER:
                if not isinstance(value, int) or isinstance(value, bool) or value < 0:
                    raise ValueError(f"{value!r} is no whole number from 0 on")
                return str(value)
            case Kind.URL:
                if not isinstance(value, str) or not ADDRESS.fullmatch(value):
                    raise ValueError(f"{value!r} is no https address")
                return value
            case Kind.TEXT:
                if not isinstance(value, str) or not value.strip():
                    raise ValueError(f"{value!r} is no text")
                if len(value) > _LONGEST_TEXT:
                    raise ValueError(f"the text has more than {_LONGEST_TEXT} characters")
                if self.pattern and not re.fullmatch(self.pattern, value):
                    raise ValueError(f"{value!r} does not look like {self.pattern}")
                return value.strip()

    def keys(self, stored: str) -> tuple[str, ...]:
        """The values that a kept value names; of a free one, that value alone."""
        return tuple(stored.split()) if self.kind == Kind.SEVERAL else (stored,)

    def words(self, stored: str) -> str:
        """A kept value as people read it."""
        return ", ".join(self.values.get(key, key) for key in self.keys(stored))


@cache
def attributes() -> Mapping[str, Attribute]:
    """Every attribute by its key, in the order in which pages show them."""
    tables = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return {
        key: Attribute(
            key=key,
            name=table["name"],
            group=table["group"],
            kind=Kind(table["kind"]),
            values=table.get("values", {}),
            pattern=table.get("pattern", ""),
            repeats=table.get("repeats", False),
        )
        for key, table in tables.items()
    }
