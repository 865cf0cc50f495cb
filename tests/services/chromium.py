"""The browser of the tests in ``tests/browser``, and of ``make screenshots``."""

from __future__ import annotations

import shutil

from tests.services.instances import Unavailable
from tests.services.packages import install

#: The first is Chromium without the windows around its pages: a page opens for a third of the work.
_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


def chromium() -> str | None:
    """The browser's program, or None: tests that need it are then skipped, and say so."""
    return next((found for name in _NAMES if (found := shutil.which(name))), None)


def have_chromium() -> None:
    """Install the browser where that is possible; the tests do without it otherwise."""
    missing = None
    for package in ("chromium-headless-shell", "chromium"):  # older Debians have only the second
        if chromium() is not None:
            return
        try:
            install(package)
        except Unavailable as reason:
            missing = reason
    if chromium() is None:
        print(f"Tests in a browser are skipped: {missing}", flush=True)
