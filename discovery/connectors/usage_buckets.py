"""Answers of usage APIs: a list of buckets of time, each with its results. What reading them has in common.

The same results come as tables, a row each, out of the consoles of those who run the APIs.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from typing import BinaryIO

from discovery.connectors.api_objects import ApiObjects, Fields, objects_in
from discovery.connectors.base import Kind
from discovery.records import Ignored, Record, Rejected, Rows

NO_USE = Ignored("a period without use")
#: A period whose results go by another name has none; it is told from one that has no use.
OTHER_RESULTS = Rejected("the period's results stand under no name that is known; export the report again")
_NO_OBJECT = Rejected("a result in the period is no JSON object; export the report again")


class UsageBuckets(ApiObjects):
    """Buckets of one API; a result without a bucket is one of its own."""

    kind = Kind.USAGE
    lists = frozenset({"data"})

    @abstractmethod
    def result(self, found: Fields, bucket: Fields) -> Record | Rejected | Ignored:
        """What a result is; ``bucket`` says when, and is the result itself where that stands alone."""

    def row(self, found: Fields) -> Record | Rejected | Ignored:
        return self.result(found, found)

    def results(self, found: Fields) -> Iterator[Record | Rejected | Ignored]:
        """What an element of the answer holds: the results of a bucket, or itself."""
        inside = found("results")
        if not isinstance(inside, list):
            row = self.row(found)
            yield OTHER_RESULTS if row is NO_USE and found.holds_objects() else row
            return
        if not inside:
            yield NO_USE
        objects = iter(found.objects("results"))
        for result in inside:
            yield self.result(next(objects), found) if isinstance(result, dict) else _NO_OBJECT

    def read(self, stream: BinaryIO) -> Rows:
        """One row a result. Raises UnreadableFile where the file breaks off."""
        for position, found in objects_in(stream, self.lists, self.is_one):
            if isinstance(found, Fields):
                yield from ((position, row) for row in self.results(found))
            else:
                yield position, found
