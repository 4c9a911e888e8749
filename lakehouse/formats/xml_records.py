"""XML lists of records, in which every element is expected or the file is refused."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler
from xml.sax.saxutils import escape, quoteattr
from xml.sax.xmlreader import AttributesImpl, Locator

from defusedxml import DefusedXmlException
from defusedxml.sax import parseString

from lakehouse.declare import Bronze
from lakehouse.errors import SourceSurprise
from lakehouse.formats import DriverFormat, Record
from lakehouse.formats.text import placed

_VALUE = "VALUE"


@dataclass(frozen=True)
class Group:
    """An element that may repeat: all of them become one column, a JSON list of objects.

    An object has the names of the element's children in lower case; what is
    empty is left out. Children called VALUE may repeat; each is an object.
    """

    element: str
    column: str
    children: tuple[str, ...] = (_VALUE,)

    @property
    def is_of_values(self) -> bool:
        return self.children == (_VALUE,)


@dataclass(frozen=True)
class Entry:
    """One kind of record: the list it stands in, its element, and what that may hold."""

    kind: str
    within: str
    element: str
    #: Elements of one text each, with the declared column.
    scalars: Mapping[str, str]
    groups: tuple[Group, ...]
    #: Elements without which a record is no record.
    required: tuple[str, ...] = ()


@dataclass(frozen=True)
class XmlRecords(DriverFormat):
    """Lists of records under one root; its attributes go to every record.

    Unknown elements and attributes, and single ones that repeat, are listed
    all at once. Empty elements say nothing and become None. Entities and
    document types are refused, as in defusedxml.
    """

    root: str
    #: Attributes of the root: the declared column, or None for those not read.
    attributes: Mapping[str, str | None]
    #: Declared column that takes the kind of the record.
    kind: str
    entries: tuple[Entry, ...]

    def records(self, content: bytes, table: type[Bronze]) -> Iterator[Record]:
        tree = _Tree()
        try:
            parseString(content, tree, forbid_dtd=True)
        except SAXParseException as fault:
            where = f"line {fault.getLineNumber()}: {fault.getMessage()}"
            raise SourceSurprise(f"no whole XML, {where}; fetch the file again") from fault
        except (DefusedXmlException, ValueError, LookupError) as fault:
            raise SourceSurprise(f"XML that is not read ({type(fault).__name__}); ask its publisher") from fault
        root = tree.top.children[0]
        if root.name != self.root:
            raise SourceSurprise(f"the root is {root.name} instead of {self.root}: this is another file")
        reading = _Interpretation(self, list(table.raw_columns()))
        found = list(reading.records(root))
        if reading.surprises:
            said = "; ".join(f"{words} (line {line})" for words, line in reading.surprises.items())
            raise SourceSurprise(f"{said}: declare each element, or ask the publisher what it means")
        if not found:
            raise SourceSurprise("empty file: no record in it; fetch it again or ask its publisher")
        return iter(placed(found))

    def render(self, rows: list[dict[str, Any]], table: type[Bronze]) -> bytes:  # noqa: ARG002
        """A file that reads back as ``rows``, by kind; the first row gives the root's attributes."""
        given = {name: rows[0][column] for name, column in self.attributes.items() if column}
        attributes = "".join(f" {name}={quoteattr(text)}" for name, text in given.items() if text)
        lines = ['<?xml version="1.0" encoding="UTF-8"?>', f"<{self.root}{attributes}>"]
        for entry in self.entries:
            lines.append(f"<{entry.within}>")
            for row in (row for row in rows if row[self.kind] == entry.kind):
                lines += [f"<{entry.element}>", *_elements(entry, row), f"</{entry.element}>"]
            lines.append(f"</{entry.within}>")
        return "\n".join([*lines, f"</{self.root}>", ""]).encode()


def _elements(entry: Entry, row: dict[str, Any]) -> Iterator[str]:
    for element, column in entry.scalars.items():
        if row[column] is not None:
            yield _element(element, _escaped(row[column]))
    for group in entry.groups:
        objects = json.loads(row[group.column] or "[]")
        texts = ["".join(_element(n.upper(), _escaped(t)) for n, t in held.items()) for held in objects]
        if texts and group.is_of_values:
            texts = ["".join(texts)]
        yield from (_element(group.element, text) for text in texts)


def _element(name: str, inside: str) -> str:
    return f"<{name}>{inside}</{name}>"


def _escaped(text: str) -> str:
    # A bare carriage return would be read as a line feed.
    return escape(text, {"\r": "&#13;"})


@dataclass
class _Node:
    name: str
    line: int
    attributes: dict[str, str]
    children: list[_Node]
    text: str = ""


class _Tree(ContentHandler):
    """The document as nodes that know their line, which ElementTree's do not."""

    def __init__(self) -> None:
        super().__init__()
        self.top = _Node("", 0, {}, [])
        self._open = [self.top]

    def setDocumentLocator(self, locator: Locator) -> None:  # noqa: N802
        self._locator = locator

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802
        node = _Node(name, self._locator.getLineNumber() or 0, dict(attrs.items()), [])
        self._open[-1].children.append(node)
        self._open.append(node)

    def endElement(self, name: str) -> None:  # noqa: ARG002, N802
        self._open.pop()

    def characters(self, content: str) -> None:
        self._open[-1].text += content


class _Interpretation:
    """Reads nodes as the format declares them, and notes whatever it does not."""

    def __init__(self, format: XmlRecords, columns: list[str]) -> None:
        #: In words, each with the first line that shows it.
        self.surprises: dict[str, int] = {}
        self._format = format
        self._columns = columns

    def records(self, root: _Node) -> Iterator[Record]:
        attributes = self._format.attributes
        self._note(root, [f"unknown attribute {a}" for a in root.attributes if a not in attributes])
        self._note(root, [f"no attribute {a}" for a, c in attributes.items() if c and a not in root.attributes])
        shared = {column: root.attributes.get(name) for name, column in attributes.items() if column}
        entries = {entry.within: entry for entry in self._format.entries}
        for holder in self._children(root, required=tuple(entries), repeating=()):
            entry = entries[holder.name]
            for node in self._children(holder, known=(entry.element,), repeating=(entry.element,)):
                yield Record(node.line, self._values(node, entry) | shared | {self._format.kind: entry.kind})

    def _values(self, node: _Node, entry: Entry) -> dict[str, Any]:
        groups = {group.element: group for group in entry.groups}
        found: dict[str, list[dict[str, str]]] = {group.column: [] for group in entry.groups}
        values: dict[str, Any] = dict.fromkeys(self._columns)
        known = (*entry.scalars, *groups)
        repeating = (name for name, group in groups.items() if not group.is_of_values)
        for child in self._children(node, known=known, required=entry.required, repeating=tuple(repeating)):
            if child.name in groups:
                found[groups[child.name].column] += self._objects(child, groups[child.name])
            else:
                values[entry.scalars[child.name]] = self._text(child)
        lists = {column: json.dumps(held, ensure_ascii=False) for column, held in found.items() if held}
        return values | lists

    def _objects(self, node: _Node, group: Group) -> list[dict[str, str]]:
        repeating = group.children if group.is_of_values else ()
        children = self._children(node, known=group.children, repeating=repeating)
        texts = [(child.name.lower(), text) for child in children if (text := self._text(child))]
        if group.is_of_values:
            return [{name: text} for name, text in texts]
        return [dict(texts)] if texts else []

    def _children(
        self,
        node: _Node,
        *,
        known: tuple[str, ...] = (),
        required: tuple[str, ...] = (),
        repeating: tuple[str, ...],
    ) -> list[_Node]:
        names = Counter(child.name for child in node.children)
        for child in node.children:
            if child.name not in (*known, *required):
                self._note(child, [f"unknown element {node.name}/{child.name}"])
            elif names[child.name] > 1 and child.name not in repeating:
                self._note(child, [f"{node.name}/{child.name} repeats"])
            self._note(child, [f"unknown attribute {node.name}/{child.name}@{name}" for name in child.attributes])
        self._note(node, [f"no {node.name}/{name}" for name in required if name not in names])
        self._note(node, [f"text beside the elements of {node.name}"] if node.text.strip() else [])
        return [child for child in node.children if child.name in (*known, *required)]

    def _text(self, node: _Node) -> str | None:
        self._children(_Node(node.name, node.line, {}, node.children), repeating=())
        return node.text if node.text.strip() else None

    def _note(self, node: _Node, said: list[str]) -> None:
        for words in said:
            self.surprises.setdefault(words, node.line)
