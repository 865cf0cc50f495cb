"""Which of several candidates that share words of a text are meant: the one that says more.

"Microsoft 365 Copilot" hides "Copilot", and of "Nabla Copilot Studio" the studio is not Microsoft's.
"""

from __future__ import annotations

from vendors.matching.candidates import Candidate, How
from vendors.matching.catalog import Scope, Strength


def uncovered(candidates: list[Candidate]) -> list[Candidate]:
    """Without those that share words with a longer one: "Microsoft 365 Copilot" hides "Copilot".

    Of two makers' names that share only some of their words the one that begins first is meant, since its
    last word begins a name of somebody else's by chance: "Nabla Copilot | Studio", "Traq.ai | Studio". Of
    one maker's two the last says more: "Anthropic | Claude Code".
    """
    if len(candidates) < 2:
        return candidates
    return [c for c in candidates if not any(_hides(other, c) for other in candidates)]


def _hides(other: Candidate, c: Candidate) -> bool:
    """Whether a candidate says more than another that shares words with it."""
    if other.start >= c.stop or c.start >= other.stop:
        return False
    if _runs_into(other, c):
        return _is_meant_first(other, c)
    if _runs_into(c, other):
        return not _is_meant_first(c, other)
    return (
        len(other.matched) > len(c.matched)
        and (other.how != How.DOMAIN or other.identifier.vendor == c.identifier.vendor)
        and (other.how != How.TYPO or other.stop - other.start > c.stop - c.start)
        and (other.identifier.scope != Scope.SHARED or _within(c, other))
    )


def _runs_into(first: Candidate, last: Candidate) -> bool:
    """Whether both are names as they are written, and one ends in words that the other begins with."""
    return first.start < last.start < first.stop < last.stop and first.how == last.how == How.NAME


def _is_meant_first(first: Candidate, last: Candidate) -> bool:
    """Which of two that run into each other is meant."""
    ours, theirs = first.identifier, last.identifier
    if ours.vendor == theirs.vendor:
        return theirs.product is None or ours.product == theirs.product
    stronger = ours.strength == theirs.strength or ours.strength == Strength.DISTINCTIVE
    return ours.scope == Scope.DEDICATED and stronger


def _within(c: Candidate, other: Candidate) -> bool:
    """Whether one covers no word beyond the other: "Azure OpenAI" does, beside "Microsoft Azure"."""
    return other.start <= c.start and c.stop <= other.stop
