"""Package URLs: one way of naming a package of any registry, here without its version.

Specification: https://github.com/package-url/purl-spec
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from discovery.connectors.stated_values import OWN_ID

_MARKS = re.compile(r"[-_.]+")
_MAJOR = re.compile(r"/v\d+$")


def package_url(stated: str) -> str:
    """``pkg:npm/%40anthropic-ai/sdk@0.30.0?arch=x`` is ``pkg:npm/@anthropic-ai/sdk``; "" where it is none.

    Registries take no notice of case, PyPI none of which mark parts a name, and a major version is no
    part of a Go module's name here.
    """
    scheme, _, rest = stated.strip().partition(":")
    rest = rest.lstrip("/").partition("#")[0].partition("?")[0].rstrip("/")
    kind, _, path = rest.partition("/")
    if scheme.lower() != "pkg" or not kind or not path:
        return ""
    folder, slash, last = path.rpartition("/")
    at = last.find("@", 1)
    name = unquote(folder + slash + (last[:at] if at > 0 else last)).lower().strip("/")
    kind = kind.lower()
    if kind == "pypi":
        name = _MARKS.sub("-", name)
    elif kind == "golang":
        name = _MAJOR.sub("", name)
    return f"pkg:{kind}/{name}"[:OWN_ID] if name else ""


def package_of(registry: str, name: str) -> str:
    """The package URL of a name in a registry: ``pypi`` and ``Google_GenerativeAI``."""
    return package_url(f"pkg:{registry}/{name}") if name else ""
