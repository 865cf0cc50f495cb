"""Objects of JSON and what stands inside them, keys as ``lower_keys`` makes them; anything else is empty.

For connectors that read what a system states as it is. Invoices, whose amounts must stay exact, are
read by :mod:`discovery.connectors.json_members`; what comes as a table too by
:mod:`discovery.connectors.api_objects`.
"""

from __future__ import annotations

from typing import Any

from discovery.connectors.json_documents import lower_keys
from discovery.connectors.stated_values import text_of


def as_object(value: Any) -> dict[str, Any]:
    """A value that is an object; empty where it is none."""
    return lower_keys(value) if isinstance(value, dict) else {}


def as_objects(value: Any) -> list[dict[str, Any]]:
    """The objects of a value that is a list; empty where it is none."""
    return [lower_keys(one) for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def holds_objects(found: dict[str, Any]) -> bool:
    """Whether any of its members is a list with an object in it."""
    return any(
        isinstance(value, list) and any(isinstance(one, dict) for one in value) for value in found.values()
    )


def member(found: dict[str, Any], name: str) -> dict[str, Any]:
    """An object within; empty where there is none."""
    return as_object(found.get(name))


def members(found: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """The objects of a list within."""
    return as_objects(found.get(name))


def texts(found: dict[str, Any], name: str) -> list[str]:
    """The texts of a list within."""
    value = found.get(name)
    return [text for text in map(text_of, value) if text] if isinstance(value, list) else []
