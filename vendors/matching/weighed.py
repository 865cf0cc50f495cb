"""A candidate with its worth, and the two marks that worths are compared with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from vendors.matching.candidates import Candidate

BOOK = 0.8  # decided without a person
CONSIDER = 0.5  # a person decides


class Tool(NamedTuple):
    product: str | None
    vendor: str


@dataclass(frozen=True, slots=True)
class Weighed:
    """A candidate with its worth and the sentences that explain it."""

    tool: Tool
    score: float
    candidate: Candidate
    grounds: tuple[str, ...]
    against: str = ""
