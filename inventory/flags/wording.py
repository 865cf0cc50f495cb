"""Flags in the reader's language, with numbers of people in fives for who may not see names."""

from __future__ import annotations

from datetime import date

from django.utils import dateformat
from django.utils.translation import gettext, ngettext

from inventory.flags import RULE_BY_ID
from inventory.flags.words import People, Value, restored
from inventory.head_counts import shown
from inventory.models import Flag


def title_of(flag: Flag) -> str:
    return gettext(RULE_BY_ID[flag.rule].title)


def advice_of(flag: Flag) -> str:
    """What to do next."""
    return gettext(RULE_BY_ID[flag.rule].advice)


def detail_of(flag: Flag, *, exact: bool) -> str:
    """The sentence with its figures. ``exact``: the reader may see names, so exact numbers too."""
    sentence = restored(flag.detail)
    count = sentence.count
    if not exact and any(isinstance(value, People) for value in sentence.values.values()):
        count = max(count, 2)  # the form of the sentence must not tell what the number withholds
    text = ngettext(sentence.one, sentence.many, count)
    return text % {name: _shown(name, value, exact) for name, value in sentence.values.items()}


def _shown(name: str, value: Value, exact: bool) -> str:
    """Days and months go by the name of their place: a cost centre may look like one."""
    if isinstance(value, People):
        return shown(value.count, exact)
    match name:
        case "day":
            return dateformat.format(date.fromisoformat(str(value)), "j M Y")
        case "month":
            return dateformat.format(date.fromisoformat(f"{value}-01"), "M Y")
        case _other:
            return str(value)
