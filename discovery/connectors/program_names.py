"""Names of installed programs, without what installers add to them."""

from __future__ import annotations

import re

#: Who or what it was installed for: "Cursor (User)", "Python 3.12 (64-bit)", "Claude.app".
_ADDED = re.compile(
    r"\s*(?:\((?:user|machine|machine-wide|all users|x64|x86|arm64|\d\d-?bit)[^()]*\)|\.app)\s*$",
    re.IGNORECASE,
)


def program_name(stated: str) -> str:
    """The name of a program as its maker calls it; as it came where nothing would be left."""
    name = stated
    while (shorter := _ADDED.sub("", name)) != name:
        name = shorter
    return name.strip() or stated
