"""Which segments a message may hold, and how they make up its groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from lakehouse.formats.edifact_syntax import Message, Segment


@dataclass(frozen=True)
class Group:
    """A segment group: the segment that opens it, those it may hold, and the groups inside, in their order.

    ``once`` names segments, as tag or tag and qualifier (``DTM+329``), that may
    not repeat: a second one shows that a segment between was lost.
    """

    name: str
    opened_by: str
    tags: frozenset[str] = frozenset()
    groups: tuple[Group, ...] = ()
    once: frozenset[str] = frozenset()
    required: tuple[str, ...] = ()

    @cached_property
    def once_tags(self) -> frozenset[str]:
        """Tags of what may not repeat."""
        return frozenset(name.split("+")[0] for name in self.once)


class Found:
    """A group as it came: its own segments by tag, the groups inside by name, and all of them as a piece of a body."""

    __slots__ = ("_body", "first", "group", "inside", "own", "until")

    def __init__(self, group: Group, body: Sequence[Segment], first: int) -> None:
        self.group, self._body, self.first, self.until = group, body, first, len(body)
        self.own: dict[str, list[Segment]] = {}
        self.inside: dict[str, list[Found]] = {}

    def tags(self) -> set[str]:
        """Tags of its own segments, and of those that open groups inside."""
        return {*self.own, *(group.opened_by for groups in self.inside.values() for group in [groups[0].group])}

    def segments(self) -> Sequence[Segment]:
        """All segments, also of the groups inside, in order."""
        return self._body[self.first : self.until]

    def without(self, name: str) -> Sequence[Segment]:
        """All segments but those of the groups called ``name``."""
        if name not in self.inside:
            return self.segments()
        kept: list[Segment] = []
        at = self.first
        for group in self.inside.get(name, ()):
            kept += self._body[at : group.first]
            at = group.until
        return [*kept, *self._body[at : self.until]]


class _State:
    """Which groups are open, and from which of its groups on each may still hold some; where each tag leads."""

    def __init__(self, stack: tuple[tuple[Group, int], ...]) -> None:
        self._stack = stack
        #: Of the tags that were looked for.
        self.steps: dict[str, tuple[int, Group | None, _State] | None] = {}

    def step(self, tag: str) -> tuple[int, Group | None, _State] | None:
        """How many groups stay open, the group that the tag opens, and the state behind it; None: it has no place."""
        self.steps[tag] = self._found(tag)
        return self.steps[tag]

    def _found(self, tag: str) -> tuple[int, Group | None, _State] | None:
        for depth in range(len(self._stack) - 1, -1, -1):
            holder, at = self._stack[depth]
            kept = self._stack[: depth + 1]
            if tag in holder.tags:
                return len(kept), None, _state(kept)
            for place, group in enumerate(holder.groups[at:], at):
                if group.opened_by == tag:
                    return len(kept), group, _state((*kept[:-1], (holder, place), (group, 0)))
        return None


@cache
def _state(stack: tuple[tuple[Group, int], ...]) -> _State:
    return _State(stack)


def arranged(message: Message, root: Group) -> tuple[Found, list[str]]:
    """The segments of a message in their groups, and in words what is wrong with it: segment, number and reason.

    A segment goes to the innermost open group that may hold it, as ISO 9735
    resolves groups. What is said holds tags, numbers and counts, no other value.
    """
    top = Found(root, message.body, 0)
    if message.type != root.name:
        return top, [f"segment {message.header.number} (UNH): the message is no {root.name}"]
    fault = _arranged(top, message.body)
    # What is missing would be told for the sake of the first fault alone.
    return top, [fault] if fault else _trailer_faults(message) or _missing(top, message)


def _arranged(top: Found, body: Sequence[Segment]) -> str:
    """Put every segment into its group; in words why one cannot be, else nothing."""
    open_groups, state = [top], _state(((top.group, 0),))
    for at, segment in enumerate(body):
        tag = segment.tag
        steps = state.steps
        step = steps[tag] if tag in steps else state.step(tag)
        if step is None:
            return _out_of_place(segment, top.group)
        kept, opened, state = step
        while len(open_groups) > kept:
            open_groups.pop().until = at
        holder = open_groups[-1]
        if opened:
            inner = Found(opened, body, at)
            holder.inside.setdefault(opened.name, []).append(inner)
            open_groups.append(inner)
            holder = inner
        if tag not in holder.own:
            holder.own[tag] = [segment]
            continue
        holder.own[tag].append(segment)
        if tag in holder.group.once_tags and (fault := _repeated(holder, segment)):
            return fault
    return ""


def _out_of_place(segment: Segment, root: Group) -> str:
    if not segment.tag:
        return f"segment {segment.number}: it cannot be read"
    # A tag that a damaged file makes up may be a piece of a name.
    tag = segment.tag if segment.tag in _tags(root) else "unknown tag"
    return f"segment {segment.number} ({tag}): the message may not hold it here"


def _repeated(holder: Found, segment: Segment) -> str:
    name = f"{segment.tag}+{segment.value(1)}"
    for once in {segment.tag, name} & holder.group.once:
        if sum(once in (s.tag, f"{s.tag}+{s.value(1)}") for s in holder.own[segment.tag]) > 1:
            return f"segment {segment.number} ({segment.tag}): a second {once} in one {holder.group.name}"
    return ""


def _trailer_faults(message: Message) -> list[str]:
    if message.trailer is None:
        return [f"segment {message.header.number} (UNH): the message has no UNT"]
    if message.trailer.value(2) != message.header.value(1):
        return [f"segment {message.trailer.number} (UNT): it has another reference than the UNH it closes"]
    return []


def _missing(found: Found, message: Message) -> list[str]:
    """What a message has to hold itself, and each of its groups, and does not."""
    where = [(f"segment {message.header.number} (UNH): the message", found)]
    for name, groups in found.inside.items():
        where += [(f"{_place(message.body[inner.first])}: the {name}", inner) for inner in groups]
    return [f"{said} has no {tag}" for said, each in where for tag in each.group.required if tag not in each.tags()]


def _place(segment: Segment) -> str:
    return f"segment {segment.number} ({segment.tag})"


def _tags(group: Group) -> set[str]:
    return {group.opened_by, *group.tags}.union(*(_tags(inner) for inner in group.groups))


def tags(listed: str, *more: Sequence[str]) -> frozenset[str]:
    """Tags, written in one line."""
    return frozenset(listed.split()).union(*more)
