"""XML read safely and in pieces: no entity, nothing fetched, bounded memory.

Elements are known by their local names; prefixes and namespaces vary between senders.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import BinaryIO
from xml.parsers import expat

from discovery.connectors.base import UnreadableFile
from discovery.connectors.declared_encodings import declared_text

_DEEPEST = 64
#: Text of one element and size of one child that is kept whole; real ones are some kilobytes.
_LONGEST_TEXT = 4096
_LARGEST_CHILD = 100_000
_MOST_NAMES = 100


class Node:
    """An element that is kept: local name, attributes, own text, children, line in the file."""

    __slots__ = ("attributes", "children", "line", "name", "text")

    def __init__(self, name: str, attributes: dict[str, str], line: int) -> None:
        self.name = name
        self.attributes = attributes
        self.line = line
        self.text = ""
        self.children: list[Node] = []

    @classmethod
    def of(
        cls,
        name: str,
        *children: Node,
        text: str = "",
        line: int = 0,
        attributes: dict[str, str] | None = None,
    ) -> Node:
        """An element made up of parts of others."""
        node = cls(name, attributes or {}, line)
        node.text = text
        node.children = list(children)
        return node

    def all(self, name: str) -> list[Node]:
        return [child for child in self.children if child.name == name]

    def attribute(self, name: str) -> str:
        """An attribute in whatever case it is written, or ""."""
        found = self.attributes.get(name)
        if found is None:
            folded = name.lower()
            found = next((value for key, value in self.attributes.items() if key.lower() == folded), "")
        return found

    def first(self, *path: str) -> Node | None:
        """The first element at a path of local names, looked for in every branch."""
        if not path:
            return self
        for child in self.children:
            if child.name == path[0] and (found := child.first(*path[1:])):
                return found
        return None

    def value(self, *path: str) -> str:
        """The first text that is not empty at a path, or ""."""
        if not path:
            return self.text
        for child in self.children:
            if child.name == path[0] and (text := child.value(*path[1:])):
                return text
        return ""


def children(
    stream: BinaryIO,
    roots: frozenset[str],
    wanted: frozenset[str],
    left_out: frozenset[str] = frozenset(),
    largest: int = _LARGEST_CHILD,
    *,
    through: frozenset[str] = frozenset(),
    document_type: bool = False,
    missing: str = "",
    passed_over: set[str] | None = None,
) -> Iterator[tuple[Node, Node | None]]:
    """(document, child) for each wanted child of each document, and (document, None) at its end.

    A document is an element whose local name is in ``roots``, wherever it stands. What is not
    wanted (attached files) is passed over, and so is what is ``left_out`` inside a wanted child,
    of which at most ``largest`` elements are held. Elements in ``through`` are gone into instead of kept:
    each comes alone when it opens, with its attributes, and what is wanted in it counts as a child
    of the document. ``document_type`` lets the file name one, as formats do that demand it; it is
    not fetched, and entities are never followed. ``missing`` is the sentence of a file that holds no
    document. ``passed_over`` is filled with the names, in the document's own namespace, of children that
    are not wanted. Raises UnreadableFile where the file breaks off, is no XML, holds no document, or
    declares what is not let.
    """
    reader = _Reader(roots, wanted, left_out, largest, through)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    if not document_type:
        parser.StartDoctypeDeclHandler = _forbidden
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    parser.EntityDeclHandler = _forbidden
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    reader.parser = parser
    reader.passed_over = passed_over
    # As text, whatever the declaration says of the bytes.
    for block in chain(declared_text(stream), ("",)):
        try:
            parser.Parse(block, not block)
        except expat.ExpatError as error:
            yield from reader.take()
            raise UnreadableFile(_what_is_wrong(error, ended=not block)) from None
        yield from reader.take()
    if not reader.found_any:
        raise UnreadableFile(
            missing or f"the file holds no {' or '.join(sorted(roots))} element; export it again"
        )


def _forbidden(*_: object) -> None:
    raise UnreadableFile(
        "the file declares a document type or entities, which are never followed; "
        "remove its DOCTYPE and scan it again"
    )


def _what_is_wrong(error: expat.ExpatError, *, ended: bool) -> str:
    if ended:
        return f"the file breaks off in line {error.lineno}; export it again"
    return f"the file is no well-formed XML from line {error.lineno} on; export it again"


class _Reader:
    def __init__(
        self,
        roots: frozenset[str],
        wanted: frozenset[str],
        left_out: frozenset[str],
        largest: int,
        through: frozenset[str],
    ) -> None:
        self.parser = expat.ParserCreate()
        self.found: list[tuple[Node, Node | None]] = []
        self.found_any = False  # a document
        self.passed_over: set[str] | None = None
        self._roots, self._wanted, self._through = roots, wanted, through
        self._left_out, self._largest = left_out, largest
        self._out_depth = 0  # where what is left out began
        self._depth = 0
        self._document: Node | None = None
        self._inside: list[int] = []  # how deep the document stands and what is gone into
        self._open: list[Node] = []  # the wanted child and what is open inside it
        self._size = 0

    def take(self) -> list[tuple[Node, Node | None]]:
        found, self.found = self.found, []
        return found

    def start(self, qualified: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise UnreadableFile("the file's elements are nested too deep; export it again")
        if self._out_depth:
            return
        namespace, _, name = qualified.rpartition(" ")
        if self._document is None:
            if name in self._roots:
                self._document = Node(name, {"namespace": namespace}, self.parser.CurrentLineNumber)
                self._inside = [self._depth]
                self.found_any = True
        elif self._open and name in self._left_out:
            self._out_depth = self._depth
        elif self._open or (
            self._depth == self._inside[-1] + 1 and (name in self._wanted or name in self._through)
        ):
            plain = {}
            if attributes:
                plain = {key.rpartition(" ")[2]: value[:200] for key, value in attributes.items()}
            node = Node(name, plain, self.parser.CurrentLineNumber)
            if not self._open and name in self._through:
                self._inside.append(self._depth)
                self.found.append((self._document, node))
                return
            if self._open:
                self._size += 1
                if self._size > self._largest:
                    raise UnreadableFile("the file holds an element of too many parts; export it again")
                self._open[-1].children.append(node)
            self._open.append(node)
        elif (
            self.passed_over is not None
            and self._depth == self._inside[-1] + 1
            and namespace == self._document.attributes["namespace"]
            and len(self.passed_over) < _MOST_NAMES
        ):
            self.passed_over.add(name)

    def text(self, text: str) -> None:
        if self._open and not self._out_depth and len(self._open[-1].text) < _LONGEST_TEXT:
            self._open[-1].text += text[:_LONGEST_TEXT]

    def end(self, _: str) -> None:
        if self._out_depth:
            self._out_depth = 0 if self._depth == self._out_depth else self._out_depth
        elif self._open:
            node = self._open.pop()
            node.text = node.text.strip()
            if not self._open and self._document is not None:
                self._size = 0
                self.found.append((self._document, node))
        elif self._document is not None and self._depth == self._inside[-1]:
            self._inside.pop()
            if not self._inside:
                self.found.append((self._document, None))
                self._document = None
        self._depth -= 1
