"""The browser of the tests in ``tests/browser``."""

from __future__ import annotations

import shutil

from tests.services.instances import Unavailable
from tests.services.packages import install

_NAMES = ("chromium", "chromium-browser", "google-chrome")


def chromium() -> str | None:
    """The browser's program, or None: tests that need it are then skipped, and say so."""
    return next((found for name in _NAMES if (found := shutil.which(name))), None)


def have_chromium() -> None:
    """Install the browser where that is possible; the tests do without it otherwise."""
    if chromium() is None:
        try:
            install("chromium")
        except Unavailable as missing:
            print(f"Tests in a browser are skipped: {missing}", flush=True)
