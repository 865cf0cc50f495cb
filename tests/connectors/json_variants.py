"""The same JSON as exports, collectors and people's editors really leave it."""

from __future__ import annotations

import json
from typing import Any


def variants(documents: list[dict[str, Any]]) -> dict[str, bytes]:
    """Documents as bare arrays, JSON lines and pages, in the encodings that occur."""
    array = json.dumps(documents, ensure_ascii=False)
    lines = "\n".join(json.dumps(document) for document in documents)
    backwards = [dict(reversed(document.items())) for document in documents]
    return {
        "array": array.encode(),
        "pretty": json.dumps(documents, indent=4).encode(),
        "lines": lines.encode(),
        "windows lines": (lines.replace("\n", "\r\n") + "\r\n\r\n").encode(),
        "marked": array.encode("utf-8-sig"),
        "utf-16": array.encode("utf-16"),
        "other key order": json.dumps(backwards).encode(),
        "behind each other": b"".join(json.dumps(document, indent=1).encode() for document in documents),
    }
