"""Secrets come from the environment, from a file it names, or, embedded, from a private file.

``NAME`` holds the secret itself, ``NAME_FILE`` the path of a file that does (as container
platforms mount them). Without either, the embedded default makes one file per secret,
readable by its owner only, at first use. There is no secret that two installations share.
"""

import os
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from config.paths import KEYS_DIR, made


def secret(name: str, *, own: bool = True) -> str:
    """The secret called ``name``; made and kept under the keys folder where none was given.

    Raises ImproperlyConfigured where a file is missing or empty, or none was given and ``own``
    says that this installation makes none itself.
    """
    if value := os.environ.get(name):
        return value
    if path := os.environ.get(f"{name}_FILE"):
        return _content(Path(path), f"{name}_FILE")
    if not own:
        raise ImproperlyConfigured(
            f"{name} is not set, and with DJANGO_SECURE=1 no secret is made up; "
            f"set {name}, or {name}_FILE to the path of a file that holds it"
        )
    return _own_file(KEYS_DIR / name.lower(), name)


def _content(path: Path, name: str) -> str:
    try:
        content = path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ImproperlyConfigured(
            f"{path} cannot be read ({error.strerror}); see to the file that {name} names"
        ) from None
    if not content:
        raise ImproperlyConfigured(
            f"{path} is empty; put the secret {name} into it, from a backup if there is one"
        )
    return content


def _own_file(path: Path, name: str) -> str:
    if not path.exists():
        made(path.parent, mode=0o700)
        fresh = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}.new")
        try:
            descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise ImproperlyConfigured(
                f"no key can be kept in {path.parent} ({error.strerror}); make the folder writable, "
                "or name another data folder with PENUMBRA_DATA"
            ) from None
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(secrets.token_hex(32))
        try:
            os.link(fresh, path)  # fails where another process was first: then its key holds
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return _content(path, name)
