"""Flags in the reader's language, with numbers of people in fives for who may not see names."""

from __future__ import annotations

import re
from datetime import date

from django.utils import dateformat
from django.utils.translation import gettext, ngettext

from inventory.flags import RULE_BY_ID
from inventory.flags.words import People, Value, restored
from inventory.head_counts import shown
from inventory.models import Flag

#: Days and months of a sentence, as rules state them.
_DAY, _MONTH = re.compile(r"\d{4}-\d\d-\d\d"), re.compile(r"\d{4}-\d\d")


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
    return text % {name: _shown(value, exact) for name, value in sentence.values.items()}


def _shown(value: Value, exact: bool) -> str:
    if isinstance(value, People):
        return shown(value.count, exact)
    text = str(value)
    if _DAY.fullmatch(text):
        return dateformat.format(date.fromisoformat(text), "j M Y")
    return dateformat.format(date.fromisoformat(f"{text}-01"), "M Y") if _MONTH.fullmatch(text) else text
