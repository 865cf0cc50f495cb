"""Whether the lists of words beside the matcher are of the catalog's present names. No Django."""

from __future__ import annotations

from vendors.matching.catalog import CatalogEntries, IdentifierKind, Strength
from vendors.matching.grammar import words_of
from vendors.matching.lexicon import FREQUENCIES
from vendors.matching.normalise import normal_form

NAME_KINDS = (
    IdentifierKind.NAME,
    IdentifierKind.FORMER_NAME,
    IdentifierKind.LEGAL_ENTITY,
    IdentifierKind.DESCRIPTOR,
)
REMEDY = "run python -m scripts.ordinary_words, with wordfreq installed (pip install wordfreq)"


def words_of_common_names(entries: CatalogEntries) -> set[str]:
    """The words whose frequency says how rare a name is that is marked as common."""
    return {
        word
        for identifier in entries.identifiers
        if identifier.strength == Strength.COMMON and identifier.kind in NAME_KINDS
        for word in words_of(normal_form(identifier.value))
    }


def unlisted_words(entries: CatalogEntries) -> list[str]:
    """Words of common names of which name_frequencies.txt does not say how frequent they are.

    They count as everyday words until it does, so a tool with such a name waits for a person more often.
    """
    return sorted(words_of_common_names(entries) - FREQUENCIES.keys())


def words_listed_for_nothing(entries: CatalogEntries) -> list[str]:
    """Words of name_frequencies.txt that stand in no common name any more."""
    return sorted(FREQUENCIES.keys() - words_of_common_names(entries))
