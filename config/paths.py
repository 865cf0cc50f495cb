"""Where this installation keeps what is not in the database: keys, uploads, embedded parts."""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(os.environ.get("PENUMBRA_DATA") or BASE_DIR / "var").resolve()
KEYS_DIR = DATA_DIR / "keys"
UPLOADS_DIR = DATA_DIR / "uploads"
BROKER_DIR = DATA_DIR / "broker"
EMBEDDED_DATABASE = DATA_DIR / "penumbra.sqlite3"


def made(folder: Path, mode: int = 0o777) -> Path:
    """The folder, made where it is missing. Raises ImproperlyConfigured with one sentence."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=mode)
    except OSError as error:
        raise ImproperlyConfigured(
            f"the data folder {DATA_DIR} cannot be used: {folder} cannot be made ({error.strerror}); "
            "make it writable, or name another one with PENUMBRA_DATA"
        ) from None
    return folder
