"""Lineage as a picture: every table between what it reads and who reads it.

A layered drawing after Sugiyama, Tagawa and Toda (1981): tables stand in
columns by layer and by depth within it, columns are ordered by barycentre, and
heights are fitted so that edges run as level as the room allows. Where an edge
passes a column it has a lane there, so that none runs behind a box; the edges
of one table share theirs. ``templates/lineage.svg`` says how it all looks.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import accumulate, groupby, pairwise
from statistics import fmean
from typing import Any, TypeAlias

from lakehouse.compile.templates import filled
from lakehouse.declare import Bronze, Pii, Table

#: Width of a letter in pixels: names are set in monospace, whose letters are as wide on every machine.
LETTER = 7.3
NODE_HEIGHT, LANE_HEIGHT, HEAD_HEIGHT, FOOT_HEIGHT = 28, 6, 66, 86
GAP, GROUP_GAP, COLUMN_GAP, SOURCE_GAP, PAD, MARGIN = 8, 16, 46, 15, 12, 20
#: Orders to start from, and passes over all columns from each; ten times as many fit the heights.
STARTS, SWEEPS = 8, 24
#: How hard an edge is pulled level, by how many of its ends are lanes: long ones should not look like stairs.
PULL = (1, 4, 40)
#: Layers by the columns they share, from left to right.
BANDS = (("bronze",), ("silver", "ops"), ("gold",))
HEADS = {
    "bronze": ("Bronze", "raw values, nothing lost"),
    "silver": ("Silver", "entities, typed and conformed"),
    "gold": ("Gold", "one question, one grain"),
}


@dataclass
class Box:
    """A table in its column, or a lane (``table`` is None) by which edges of ``origin`` pass a column."""

    origin: type[Table]
    table: type[Table] | None
    rank: int
    x: int = 0
    y: float = 0
    width: int = 0
    #: Boxes that edges lead to from here, each with the tables that read by it.
    feeds: dict[str, set[str]] = field(default_factory=dict)

    @property
    def height(self) -> int:
        return NODE_HEIGHT if self.table else LANE_HEIGHT

    @property
    def middle(self) -> float:
        return self.y + self.height / 2

    @property
    def source(self) -> str:
        """Source whose tables stand together; empty elsewhere and for lanes."""
        return self.table.source.name if self.table and issubclass(self.table, Bronze) else ""

    @property
    def nearness(self) -> Pii:
        """How near to a person the most personal column is."""
        found = {column.pii for column in self.origin.columns().values()}
        return next((pii for pii in (Pii.DIRECT, Pii.PSEUDONYM) if pii in found), Pii.NONE)

    @property
    def title(self) -> str:
        """Name and first sentence, shown where the pointer rests."""
        return f"{self.origin.full_name()}: {' '.join((self.origin.__doc__ or '').split()).split('. ')[0]}"


Boxes: TypeAlias = dict[str, Box]
#: Names of the boxes that each box is joined to, on both sides.
Near: TypeAlias = dict[str, list[str]]


@dataclass(frozen=True)
class Edge:
    """A line between neighbouring columns, on which all of ``readers`` read ``origin``."""

    origin: type[Table]
    readers: list[str]
    path: str


def svg(tables: Mapping[str, type[Table]]) -> str:
    """``tables``, each after those it reads, as text of an SVG that links into ``dictionary.html``.

    Tables that are built from nothing and read by none are written by the runs
    themselves, and stand below.
    """
    read = {source for table in tables.values() for source in table.inputs().values()}
    beside = {n: t for n, t in tables.items() if not (issubclass(t, Bronze) or hasattr(t, "build") or t in read)}
    boxes = _boxes({n: t for n, t in tables.items() if n not in beside})
    _place(boxes, _ordered(boxes))
    bottom = max((b.y + b.height for b in boxes.values()), default=HEAD_HEIGHT) + GROUP_GAP
    nodes = [box for box in boxes.values() if box.table]
    below = _row([beside[n] for n in sorted(beside)], bottom + 20)
    return filled(
        "lineage.svg",
        nodes=nodes + below,
        edges=list(_edges(boxes)),
        sources=list(_sources(nodes)),
        heads=[(layer, *HEADS[layer], [b for b in nodes if b.origin.layer == layer]) for layer in HEADS],
        has_below=bool(below),
        node_height=NODE_HEIGHT,
        pad=PAD,
        margin=MARGIN,
        bottom=bottom,
        width=max(b.x + b.width for b in [*nodes, *below, Box(Table, None, 0, width=760)]) + MARGIN,
        height=bottom + FOOT_HEIGHT,
        count=len(tables),
    )


def _boxes(tables: Mapping[str, type[Table]]) -> Boxes:
    """A box for each table, and lanes where its edges pass a column."""
    ranks = _ranks(tables)
    boxes = {name: Box(table, table, ranks[name]) for name, table in tables.items()}
    for reader, table in tables.items():
        for name in sorted(source.full_name() for source in table.inputs().values()):
            before = boxes[name]
            for rank in range(ranks[name] + 1, ranks[reader]):
                lane = f"{name} {rank}"
                boxes.setdefault(lane, Box(tables[name], None, rank))
                before.feeds.setdefault(lane, set()).add(reader)
                before = boxes[lane]
            before.feeds.setdefault(reader, set()).add(reader)
    return boxes


def _ranks(tables: Mapping[str, type[Table]]) -> dict[str, int]:
    """Column of each table: to the right of all that it reads and of the layers before its own."""
    ranks: dict[str, int] = {}
    for band in BANDS:
        first = max(ranks.values(), default=-1) + 1
        for name, table in tables.items():
            if table.layer in band:
                ranks[name] = max([first, *(ranks[s.full_name()] + 1 for s in table.inputs().values())])
    return ranks


def _ordered(boxes: Boxes) -> list[list[str]]:
    """Names of the boxes in each column from top to bottom, in the order with the fewest crossings found."""
    near = _neighbours(boxes)
    best, fewest = _columns(boxes, 0), sys.maxsize
    for start in range(STARTS):
        columns = _columns(boxes, start)
        for sweep in range(SWEEPS):
            for column in columns if sweep % 2 == 0 else reversed(columns):
                place = {name: i / len(c) for c in columns for i, name in enumerate(c)}
                _sort_by_barycentre(column, boxes, near, place)
                _uncross(column, boxes, near, place)
            crossings = _crossings(boxes, columns)
            if crossings < fewest:
                best, fewest = [list(c) for c in columns], crossings
    return best


def _columns(boxes: Boxes, start: int) -> list[list[str]]:
    """Columns by name, each turned by ``start`` in ``STARTS`` of its length: sweeps end in the nearest minimum."""
    columns = []
    for rank in range(max((b.rank for b in boxes.values()), default=-1) + 1):
        column = sorted((n for n, b in boxes.items() if b.rank == rank), key=lambda n: (boxes[n].source, n))
        turn = len(column) * start // STARTS
        columns.append(column[turn:] + column[:turn])
    return columns


def _sort_by_barycentre(column: list[str], boxes: Boxes, near: Near, place: dict[str, float]) -> None:
    """Sort one column by the mean place of each box's neighbours, tables of one source together."""
    mean = {name: fmean([place[n] for n in near[name]] or [place[name]]) for name in column}
    source = {name: boxes[name].source or name for name in column}
    of_source = {s: fmean(mean[name] for name in column if source[name] == s) for s in source.values()}
    column.sort(key=lambda name: (of_source[source[name]], source[name], mean[name], place[name]))


def _uncross(column: list[str], boxes: Boxes, near: Near, place: dict[str, float]) -> None:
    """Swap boxes that stand together, and sources as wholes, as long as fewer edges cross by it."""

    def crossed(above: list[str], below: list[str]) -> int:
        ends = [(p, q) for a in above for b in below for p in near[a] for q in near[b]]
        return sum(place[p] > place[q] for p, q in ends if boxes[p].rank == boxes[q].rank)

    def swapped(groups: list[list[str]]) -> list[list[str]]:
        is_better = True
        while is_better:
            is_better = False
            for i in range(len(groups) - 1):
                above, below = groups[i], groups[i + 1]
                if crossed(above, below) > crossed(below, above):
                    groups[i], groups[i + 1], is_better = below, above, True
        return groups

    sources = [list(names) for _, names in groupby(column, key=lambda name: boxes[name].source or name)]
    within = [[name for group in swapped([[n] for n in names]) for name in group] for names in sources]
    column[:] = [name for names in swapped(within) for name in names]


def _neighbours(boxes: Boxes) -> Near:
    near: Near = {name: [] for name in boxes}
    for name, box in boxes.items():
        for after in box.feeds:
            near[name].append(after)
            near[after].append(name)
    return near


def _crossings(boxes: Boxes, columns: list[list[str]]) -> int:
    place = {name: i for column in columns for i, name in enumerate(column)}
    crossings = 0
    for column in columns:
        ends = [(place[name], place[after]) for name in column for after in boxes[name].feeds]
        crossings += sum(a < c and b > d for a, b in ends for c, d in ends)
    return crossings


def _place(boxes: Boxes, columns: list[list[str]]) -> None:
    """Give every box its place and width, to whole pixels."""
    x = MARGIN + max((_width(b.source) for b in boxes.values() if b.source), default=0) + SOURCE_GAP
    for column in columns:
        across = max((_width(b.table.short_name()) + PAD for n in column if (b := boxes[n]).table), default=0)
        for name in column:
            boxes[name].x, boxes[name].width = x, across
        x += across + COLUMN_GAP
    near = _neighbours(boxes)
    for sweep in range(10 * SWEEPS):
        for column in columns if sweep % 2 == 0 else reversed(columns):
            _level([boxes[name] for name in column], [[boxes[n] for n in near[name]] for name in column])
    top = min((b.y for b in boxes.values()), default=0)
    for box in boxes.values():
        box.y = round(box.y - top) + HEAD_HEIGHT


def _level(column: list[Box], near: list[list[Box]]) -> None:
    """Move the boxes of a column as near to the heights of their neighbours as their order allows."""
    wanted, weights = [], []
    for box, neighbours in zip(column, near, strict=True):
        pulls = [PULL[(box.table is None) + (other.table is None)] for other in neighbours]
        wanted.append(fmean([b.middle for b in neighbours], pulls) if neighbours else box.middle)
        weights.append(sum(pulls) or 1)
    apart = [
        (above.height + below.height) / 2 + (GAP if above.source == below.source else GROUP_GAP)
        for above, below in pairwise(column)
    ]
    for box, middle in zip(column, _spread(wanted, weights, apart), strict=True):
        box.y = middle - box.height / 2


def _spread(wanted: list[float], weights: list[int], apart: list[float]) -> list[float]:
    """Places nearest to those wanted (least squares), in order and far enough apart: pools adjacent violators."""
    shifts = [0.0, *accumulate(apart)]
    pools: list[tuple[float, int, int]] = []  # place, weight and number of those that move as one
    for place, shift, weight in zip(wanted, shifts, weights, strict=True):
        pools.append((place - shift, weight, 1))
        while len(pools) > 1 and pools[-2][0] >= pools[-1][0]:
            (y1, w1, n1), (y2, w2, n2) = pools[-2:]
            pools[-2:] = [((y1 * w1 + y2 * w2) / (w1 + w2), w1 + w2, n1 + n2)]
    places = [place for place, _, number in pools for _ in range(number)]
    return [place + shift for place, shift in zip(places, shifts, strict=True)]


def _width(text: str) -> int:
    return round(len(text) * LETTER) + 2 * PAD


def _edges(boxes: Boxes) -> Iterator[Edge]:
    for box in boxes.values():
        end = box.x + box.width
        if box.table is None:
            yield Edge(box.origin, sorted(set().union(*box.feeds.values())), f"M{box.x},{box.middle:g}H{end}")
        for after, readers in sorted(box.feeds.items()):
            to = boxes[after]
            bend = (end + to.x) // 2
            curve = f"M{end},{box.middle:g}C{bend},{box.middle:g} {bend},{to.middle:g} {to.x},{to.middle:g}"
            yield Edge(box.origin, sorted(readers), curve)


def _sources(nodes: list[Box]) -> Iterator[dict[str, Any]]:
    """Each source as tall as the tables that its files become, with lines to them."""
    for source in sorted({b.origin.source for b in nodes if issubclass(b.origin, Bronze)}, key=lambda s: s.name):
        tables = [b for b in nodes if b.source == source.name]
        top, bottom = min(b.y for b in tables), max(b.y + b.height for b in tables)
        yield {
            "source": source,
            "y": top,
            "width": tables[0].x - SOURCE_GAP - MARGIN,
            "height": bottom - top,
            "lines": [f"M{b.x - SOURCE_GAP},{b.middle:g}H{b.x}" for b in tables],
        }


def _row(tables: list[type[Table]], y: float) -> list[Box]:
    """Boxes side by side below the picture, behind the words that introduce them."""
    x, row = MARGIN + 140, []
    for table in tables:
        row.append(Box(table, table, 0, x, y, _width(table.short_name()) + PAD))
        x += row[-1].width + SOURCE_GAP
    return row
