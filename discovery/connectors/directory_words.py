"""What single words in a list of people say: whether somebody works here, and of which day it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from discovery.connectors.column_meaning import folded
from discovery.connectors.table_words import yes_or_no

#: Words of people who left, or whose account is switched off for good. Leave and notice are neither.
_GONE = re.compile(
    r"\b(?:terminated|inactive|in ?active|not active|left|leaver|former|ex employee|resigned|retired|"
    r"deceased|suspended|archived|deactivated|disabled|deprovisioned|blocked|deleted|separated|dismissed|"
    r"ended|inaktiv|nicht aktiv|ausgeschieden|ausgetreten|ehemalig\w*|entlassen|deaktiviert|gesperrt|"
    r"pensioniert|rentner\w*|inactif|inactive|non actif|sorti|sortie|parti|partie|demissionnaire|licencie\w*|"
    r"retraite\w*|desactive\w*|bloque\w*|ancien\w*|inactiv[oa]|no activ[oa]|baja|cesad[oa]|despedid[oa]|"
    r"suspendid[oa]|desactivad[oa]|bloquead[oa]|jubilad[oa]|extrabajador\w*)\b"
)
#: On leave, which Spanish and French say with the words of leaving.
_AWAY = re.compile(r"\b(?:baja (?:medica|por|temporal|maternal|paternal)|en conge|leave)\b")
_TRUE = frozenset({"wahr", "vrai", "verdadero"})
_FALSE = frozenset({"falsch", "faux", "falso"})

_DAY_STATED = re.compile(
    r"(?:data |status |stand |etat |datos )?(?:as of|as at|stand|stichtag|snapshot date|report date|"
    r"export date|exported on|exported at|exported|generated on|generated at|generated|erstellt am|"
    r"exportiert am|datum des exports|etat au|exporte le|date d extraction|genere le|fecha de corte|"
    r"generado el|exportado el|fecha de exportacion)\b"
)
_DATE_IN = re.compile(r"\d{4}-\d{2}-\d{2}|\d{1,2}[./-]\d{1,2}[./-]\d{4}")


def is_gone(status: str) -> bool:
    """Whether a status, or a yes or no under a header such as "Active", says that somebody is not here."""
    word = folded(status)
    if word in _TRUE or word in _FALSE:
        return word in _FALSE
    stated = yes_or_no(status)
    if stated is not None:
        return not stated
    return bool(_GONE.search(word)) and not _AWAY.search(word)


def is_blocked(cell: str) -> bool:
    """Whether a yes or no under a header such as "Suspended" says yes."""
    return folded(cell) in _TRUE or yes_or_no(cell) is True


def day_stated(rows: Iterable[Sequence[str]]) -> str:
    """The date in the rows above a table that says of which day it is, as it came; "" where none does."""
    for row in rows:
        text = " ".join(cell for cell in row if cell)
        if _DAY_STATED.match(folded(text)) and (found := _DATE_IN.search(text)):
            return found[0]
    return ""
