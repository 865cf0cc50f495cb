"""Flags in the reader's language, with small numbers of people withheld from who may not see names."""

from __future__ import annotations

from django.utils.translation import gettext, ngettext

from inventory.flags import RULE_BY_ID
from inventory.flags.words import People, Value, restored
from inventory.models import Flag

#: Fewer people than this are not counted out to whoever may not see names.
SMALLEST_GROUP = 5


def title_of(flag: Flag) -> str:
    return gettext(RULE_BY_ID[flag.rule].title)


def advice_of(flag: Flag) -> str:
    """What to do next."""
    return gettext(RULE_BY_ID[flag.rule].advice)


def detail_of(flag: Flag, *, exact: bool) -> str:
    """The sentence with its figures. ``exact``: the reader may see names, so small numbers too."""
    sentence = restored(flag.detail)
    count = sentence.count
    if not exact and any(isinstance(value, People) for value in sentence.values.values()):
        count = max(count, 2)  # the form of the sentence must not tell what the number withholds
    text = ngettext(sentence.one, sentence.many, count)
    return text % {name: _shown(value, exact) for name, value in sentence.values.items()}


def _shown(value: Value, exact: bool) -> str:
    if not isinstance(value, People):
        return str(value)
    if not exact and 0 < value.count < SMALLEST_GROUP:
        return f"1–{SMALLEST_GROUP - 1}"
    return str(value.count)
