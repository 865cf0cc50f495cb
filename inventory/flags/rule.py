"""What a rule is. Pure: rules know facts and nothing else, so that each can be read and tried alone."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar

from inventory.flags.facts import Facts, ToolFacts
from inventory.flags.words import Sentence


class Severity(StrEnum):
    """How soon somebody should look."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def rank(self) -> int:
        """0 is the most severe."""
        return list(Severity).index(self)


@dataclass(frozen=True, slots=True)
class Finding:
    """That a rule holds for its subject.

    ``since`` is the day from which it holds as the facts tell it, so that the day of looking changes
    nothing. ``evidence`` is what an acceptance of the risk rests on: where it differs, the risk is
    another one. What merely grows with time (another week of the same) is no part of it.
    """

    rule: type[Rule]
    about: str  # kind of the facts
    subject: str
    since: date
    detail: Sentence
    evidence: tuple[str | int, ...] = ()

    @property
    def digest(self) -> str:
        return hashlib.sha256(json.dumps(self.evidence).encode()).hexdigest()


class Rule:
    """One thing to be flagged.

    Attributes:
        id: stored with every flag and decision about it, shown in addresses: never reuse.
        title: what is the matter, in a few words.
        severity: how soon somebody should look.
        advice: what to do next, in one sentence.
        under: ids of stronger rules whose flag on the same subject says all there is to do.
        about: the facts it is asked with.
    """

    id: ClassVar[str]
    title: ClassVar[str]
    severity: ClassVar[Severity]
    advice: ClassVar[str]
    under: ClassVar[tuple[str, ...]] = ()
    about: ClassVar[tuple[type[Facts], ...]] = (ToolFacts,)

    def check(self, facts: Facts) -> Finding | None:
        """What the rule has to say. None where it does not hold or needs what is not known."""
        raise NotImplementedError

    def found(self, facts: Facts, since: date, detail: Sentence, *evidence: str | int) -> Finding:
        return Finding(type(self), facts.kind, facts.subject, since, detail, evidence)
