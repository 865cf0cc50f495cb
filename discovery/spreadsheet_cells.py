"""Texts in a table that people open with a spreadsheet: none of them may run as a formula.

A text that would gets an apostrophe in front (https://owasp.org/www-community/attacks/CSV_Injection);
plain decimals stay as they are.
"""

from __future__ import annotations

import re

#: Full-width forms are formulas too in East Asian locales.
_FORMULA = re.compile(r"^\s*[=+\-@＝＋－＠]|^[\t\r\n]")
_DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    if _FORMULA.match(text) and not _DECIMAL.fullmatch(text):
        return f"'{text}"
    return text
