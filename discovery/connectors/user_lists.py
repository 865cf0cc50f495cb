"""Users as the APIs of identity providers list them: what reading them has in common.

A list may be a page with its envelope, pages behind each other, a bare array, or one user a line.
"""

from __future__ import annotations

from typing import Any, BinaryIO, ClassVar

from discovery.connectors.base import Connector, Head, Kind, UnreadableFile
from discovery.connectors.json_documents import (
    BAD_JSON,
    Members,
    elements,
    first_objects,
    looks_like_json,
    refuse_other_list,
    shown,
    why_unreadable,
)
from discovery.connectors.pasted_answers import answer_in, behind_headers, object_of
from discovery.records import DirectoryPerson, Ignored, Rejected, Rows

_NO_USERS = (
    "none of the file's entries has the fields of a user; export the users again with all their fields"
)
_NOT_A_USER = Ignored("an entry that is no user")


class UserList(Connector):
    """A list of users; a subclass says what a user looks like.

    Attributes:
        lists: the members, in lower case, under which an envelope holds the users.
        mark: what an answer without a single user has in it, nothing where it has no such mark.
        kept: the members that a rejected user keeps, in lower case.
    """

    kind = Kind.DIRECTORY
    lists: ClassVar[frozenset[str]]
    mark: ClassVar[bytes] = b""
    kept: ClassVar[frozenset[str]]

    def is_user(self, found: dict[str, Any]) -> bool:
        """Whether an object, its keys in lower case, is a user of this system."""
        raise NotImplementedError

    def person(self, user: dict[str, Any]) -> DirectoryPerson:
        """Who a user is; ``email`` is empty where the user has no address."""
        raise NotImplementedError

    def recognises(self, head: Head) -> int:
        head = answer_in(head)
        if not looks_like_json(head):
            return 0
        if any(self.is_user(found) for found in first_objects(head, self.lists)):
            return 92
        return 92 if self.mark and self.mark in head.start else 0

    def read(self, stream: BinaryIO) -> Rows:
        """One row a user. Raises UnreadableFile where the file breaks off, and where none of many is one."""
        beside: Members = {}
        known = False
        entries = 0
        for position, raw in elements(behind_headers(stream), self.lists, beside):
            try:
                user = object_of(raw)
            except BAD_JSON:
                known = True  # what cannot be read may be a user
                yield position, Rejected(why_unreadable(raw))
                continue
            entries += not (self.mark and self.mark in raw)  # an answer without users holds its mark
            is_user = self.is_user(user)
            known = known or is_user
            yield position, self._row(user, raw) if is_user else _NOT_A_USER
        if not known:
            refuse_other_list(beside, self.lists)
            if entries > 1:  # one alone is an answer without users, or without its list
                raise UnreadableFile(_NO_USERS)

    def _row(self, user: dict[str, Any], raw: bytes) -> DirectoryPerson | Rejected:
        found = self.person(user)
        if found.email:
            return found
        return Rejected("the user has no e-mail address; export users with theirs", shown(raw, self.kept))


def others(email: str, *addresses: str) -> tuple[str, ...]:
    """Further addresses, each once, without the one that the person is known by."""
    return tuple(dict.fromkeys(address for address in addresses if address and address != email))
