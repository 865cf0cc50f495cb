"""How a connector's records are pulled from its system: settings, pages, and where to go on.

A connector that can be pulled carries an :class:`Api`. Its ``fetch`` does the I/O and nothing else:
what a page holds is read by the connector's own ``read``, as if the page were a file. Settings are
frozen dataclasses whose fields say what they are, so that pages make a form of them.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple

from discovery.connectors.http_session import Outside

#: Where a pull goes on: what ``fetch`` needs to know of what was read so far. JSON values only, no secrets.
Cursor = dict[str, Any]

#: Longer than any key or service account's file.
_LONGEST = 20_000
_HOST = re.compile(r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")


class Page(NamedTuple):
    """One answer of a system, and where to go on once it is stored."""

    body: bytes  # as the connector's ``read`` reads it; empty where the page holds nothing
    cursor: Cursor
    last: bool = False  # whether the system has no more for now


class WrongSettings(Exception):
    """One sentence that says which setting is wrong and how to mend it."""


def setting(
    label: str, told: str, *, secret: bool = False, long: bool = False, default: str | None = None
) -> Any:
    """A field of a system's settings: what pages call it and what to enter. Secrets have no ``repr``."""
    metadata = {"label": label, "help": told, "secret": secret, "long": long}
    if default is None:
        return dataclasses.field(repr=not secret, metadata=metadata)
    return dataclasses.field(repr=not secret, metadata=metadata, default=default)


@dataclass(frozen=True)
class Settings:
    """What is needed to ask a system: where it is, and the credential."""

    def wrong(self) -> str:
        """What is wrong with what was entered, in one sentence that quotes no secret; "" where nothing is."""
        return ""


def environment() -> Any:
    """The setting that tells a system for trying out from the real one; ``wrong_environment`` checks it."""
    return setting("Environment", "production or sandbox; empty is production.", default="production")


def wrong_environment(entered: str) -> str:
    """What is wrong with an environment, as ``Settings.wrong`` says it."""
    if entered not in ("production", "sandbox"):
        return "Environment is neither production nor sandbox; enter one of them"
    return ""


@dataclass(frozen=True)
class SettingField:
    """A setting as a form shows it."""

    name: str
    label: str
    help: str
    secret: bool
    long: bool  # of several lines, as a key file
    required: bool


@dataclass(frozen=True)
class System:
    """A system that records are pulled from; several connectors may share one and its credential."""

    name: str  # stored with every connection: never reuse
    title: str
    settings: type[Settings]


@dataclass(frozen=True)
class Api:
    """How the records of one connector are pulled.

    ``fetch`` yields pages from a cursor on ({} at the very first) up to the ``last`` one, whose cursor is
    where the next pull begins. It may raise what
    :mod:`discovery.connectors.http_session` raises, and nothing else.
    """

    system: System
    fetch: Callable[[Any, Cursor, Outside], Iterator[Page]]
    every: timedelta  # how often it is asked where nobody says otherwise
    permission: str  # the least that the credential must be allowed, as the system calls it


def is_host(name: str) -> bool:
    """Whether it is a host's name on the web, no address in numbers and no name of a network's own."""
    return bool(_HOST.fullmatch(name.lower()))


def fields_of(settings: type[Settings]) -> list[SettingField]:
    """The settings of a system in the order in which they are asked for."""
    return [
        SettingField(
            name=one.name,
            label=one.metadata["label"],
            help=one.metadata["help"],
            secret=one.metadata["secret"],
            long=one.metadata["long"],
            required=one.default is dataclasses.MISSING,
        )
        for one in dataclasses.fields(settings)
    ]


def settings_from(settings: type[Settings], values: Mapping[str, str]) -> Settings:
    """Settings as somebody entered them. Raises WrongSettings with one sentence."""
    made = {}
    for field in fields_of(settings):
        value = values.get(field.name, "").strip()
        if len(value) > _LONGEST:
            raise WrongSettings(f"{field.label} is longer than {_LONGEST:,} characters; enter it alone")
        if any(ord(letter) < 32 and letter not in "\n\r\t" for letter in value) or (
            not field.long and "\n" in value
        ):
            raise WrongSettings(f"{field.label} holds a line break or control character; enter it again")
        if value:
            made[field.name] = value
        elif field.required:
            raise WrongSettings(f"{field.label} is empty; {field.help[:1].lower()}{field.help[1:]}")
    found = settings(**made)
    if wrong := found.wrong():
        raise WrongSettings(wrong)
    return found
