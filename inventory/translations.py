"""Compile the German words (``.po``) for the program (``.mo``) where they changed.

Pure Python, so that a machine without gettext can, and without Django, so that an image can be built
before anybody has set a secret: docs/decisions/0054-words-in-two-languages.md.
"""

from __future__ import annotations

import os
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALES = Path(__file__).resolve().parent / "locale"


def compile_all() -> list[Path]:
    """The files that were written."""
    found = (_compile(source) for source in sorted(LOCALES.glob("*/LC_MESSAGES/*.po")))
    return [made for made in found if made]


def _compile(source: Path) -> Path | None:
    target = source.with_suffix(".mo")
    if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
        return None
    with source.open("rb") as file:
        catalog = read_po(file, locale=source.parent.parent.name)
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    with part.open("wb") as file:
        write_mo(file, catalog)
    part.replace(target)  # whole or not at all
    return target


if __name__ == "__main__":
    compile_all()
