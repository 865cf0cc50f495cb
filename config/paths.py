"""Where this installation keeps what is not in the database: keys, uploads, embedded parts."""

import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(os.environ.get("PENUMBRA_DATA") or BASE_DIR / "var").resolve()
KEYS_DIR = DATA_DIR / "keys"
UPLOADS_DIR = DATA_DIR / "uploads"
BROKER_DIR = DATA_DIR / "broker"
EMBEDDED_DATABASE = DATA_DIR / "penumbra.sqlite3"
