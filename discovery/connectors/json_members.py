"""Members of a JSON object found by names that collectors may have rewritten, money read exactly.

Keys lose case, hyphens and underscores, at every depth: ``invoice-lines``, ``invoice_lines`` and
``InvoiceLines`` are one name. What is missing, null or of another type than asked for is empty.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import msgspec

from discovery.connectors.amounts import amount
from discovery.connectors.dates import day
from discovery.connectors.moments import stated_instant
from discovery.connectors.stated_values import TEXT, text_of
from discovery.money import to_micro

Members = dict[str, Any]

_OBJECT = msgspec.json.Decoder(dict[str, Any], float_hook=Decimal)
_DEEPEST = 20
#: More digits than any amount has; a decimal with a huge exponent costs memory to scale.
_LARGEST_EXPONENT = 15


def members_of(raw: bytes) -> Members:
    """The object with plain names. Raises what json_documents.BAD_JSON names."""
    found = _plain(_OBJECT.decode(raw), 0)
    return found if isinstance(found, dict) else {}


def plain_name(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "").replace(" ", "")


def _plain(value: Any, depth: int) -> Any:
    if depth > _DEEPEST:
        return None
    if isinstance(value, dict):
        return {plain_name(key): _plain(inside, depth + 1) for key, inside in value.items()}
    if isinstance(value, list):
        return [_plain(inside, depth + 1) for inside in value]
    return value


def at(value: Any, *path: str) -> Any:
    """What stands at a path of plain names, or None."""
    for name in path:
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value


def text_at(value: Any, *path: str, limit: int = TEXT) -> str:
    found = at(value, *path)
    return text_of(str(found) if isinstance(found, Decimal) else found, limit)


def first_text(value: Any, *paths: tuple[str, ...], limit: int = TEXT) -> str:
    """The first text that is not empty."""
    return next((text for path in paths if (text := text_at(value, *path, limit=limit))), "")


def objects_at(value: Any, *path: str) -> list[Members]:
    """The objects of a list; a single object is a list of one."""
    found = at(value, *path)
    if isinstance(found, dict):
        return [found]
    return [inside for inside in found if isinstance(inside, dict)] if isinstance(found, list) else []


def amount_at(value: Any, *path: str) -> int | None:
    """An amount in 10⁻⁶, stated as a number or as text; None where it is none."""
    found = at(value, *path)
    try:
        if isinstance(found, bool):
            return None
        if isinstance(found, int):
            return to_micro(Decimal(found)) if abs(found) < 10**12 else None
        if isinstance(found, Decimal):
            if not found.is_finite() or abs(found.adjusted()) > _LARGEST_EXPONENT or abs(found) >= 10**12:
                return 0 if found.is_finite() and not found else None
            return round(found.scaleb(6))
        return amount(found) if isinstance(found, str) and found.strip() else None
    except ValueError:
        return None


def first_amount(value: Any, *names: str) -> int | None:
    """The first of these members that states an amount."""
    return next((found for name in names if (found := amount_at(value, name)) is not None), None)


def day_at(value: Any, *path: str, day_first: bool | None = None) -> date | None:
    """The day as stated, whatever time and zone stand behind it; None where there is none."""
    try:
        return day(text_at(value, *path), day_first)
    except ValueError:
        return None


def stated_at(value: Any, *path: str) -> str:
    """An instant as records keep it, or ""."""
    return stated_instant(text_at(value, *path))
