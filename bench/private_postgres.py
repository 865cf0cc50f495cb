"""A Postgres server for one benchmark, as the tests start it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class Unavailable(Exception):
    """One sentence: why there is no Postgres to measure on."""


@contextmanager
def database() -> Iterator[str]:
    """The URL of an empty database. Raises Unavailable where no server can be started."""
    from tests.services.instances import Unavailable as Missing
    from tests.services.postgres import _programs, postgres

    # Measuring installs nothing: that is for the tests' set-up.
    if _programs() is None:
        raise Unavailable("PostgreSQL is not installed here, so nothing is measured on it")
    try:
        with postgres() as url:
            yield url
    except Missing as missing:
        raise Unavailable(str(missing)) from None
