"""Lists that a system answers page by page, each with the place of the next one: a link, token or id."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from discovery.connectors.http_session import Answer, Refused

Read = TypeVar("Read")


def pages_from(
    place: str, ask: Callable[[str], Answer], read: Callable[[Answer], tuple[Read, str]]
) -> Iterator[tuple[Read, str]]:
    """Each page with the place of the next one, "" behind the last.

    ``place``: where to go on, "" for the beginning. Places do not last for ever: where the system refuses
    one, the list is asked for from its beginning again. Raises what ``ask`` and ``read`` raise, and Refused
    where the beginning is refused.
    """
    while True:
        try:
            answer = ask(place)
        except Refused:
            if not place:
                raise
            place = ""
            continue
        page, place = read(answer)
        yield page, place
        if not place:
            return
