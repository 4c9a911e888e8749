"""Which segments a message may hold, and how they make up its groups."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

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


@dataclass
class Found:
    """A group as it came: its own segments and the groups inside, in order."""

    group: Group
    items: list[Segment | Found] = field(default_factory=list)
    #: Groups before this one are over.
    at: int = 0

    def own(self, tag: str | None = None) -> list[Segment]:
        """Segments of the group itself, all or those of a tag."""
        return [item for item in self.items if isinstance(item, Segment) and tag in (None, item.tag)]

    def inside(self, name: str) -> list[Found]:
        """Groups of a name directly inside."""
        return [item for item in self.items if isinstance(item, Found) and item.group.name == name]

    def segments(self) -> list[Segment]:
        """All segments, also of the groups inside, in order."""
        return [s for item in self.items for s in (item.segments() if isinstance(item, Found) else [item])]

    def before(self, name: str) -> list[Segment]:
        """Segments that come before the first group called ``name``."""
        found: list[Segment] = []
        for item in self.items:
            if isinstance(item, Found) and item.group.name == name:
                break
            found += item.segments() if isinstance(item, Found) else [item]
        return found


@dataclass(frozen=True)
class Located:
    """A group as it came, and the groups around it, the outermost first."""

    found: Found
    around: tuple[Found, ...]

    def context(self) -> list[Segment]:
        """What is said before it and of it: segments of the groups around, up to the first of its kind."""
        inner = [*self.around[1:], self.found]
        return [s for outer, next_in in zip(self.around, inner, strict=True) for s in outer.before(next_in.group.name)]


def arranged(message: Message, root: Group) -> tuple[Found, list[str]]:
    """The segments of a message in their groups, and in words what is wrong with it: segment, number and reason.

    A segment goes to the innermost open group that may hold it, as ISO 9735
    resolves groups. What is said holds tags, numbers and counts, no other value.
    """
    if message.type != root.name:
        return Found(root), [f"segment {message.header.number} (UNH): the message is no {root.name}"]
    top = Found(root)
    stack, said = [top], []
    for segment in message.body:
        if fault := _placed(stack, segment):
            said.append(fault)
            break  # Those behind it would be told for its sake alone.
    else:
        said += _trailer_faults(message) or _missing(top, message)
    return top, said


def located(top: Found, name: str) -> list[Located]:
    """Every group called ``name``, in the order of the message; the message itself goes by its type."""
    return list(_located(top, name, ()))


def _located(found: Found, name: str, around: tuple[Found, ...]) -> Iterator[Located]:
    if found.group.name == name:
        yield Located(found, around)
        return
    for item in found.items:
        if isinstance(item, Found):
            yield from _located(item, name, (*around, found))


def _placed(stack: list[Found], segment: Segment) -> str:
    """Put a segment where it belongs; in words why it cannot be, else nothing."""
    if not segment.tag:
        return f"segment {segment.number}: it cannot be read"
    for depth in range(len(stack) - 1, -1, -1):
        holder = stack[depth]
        if segment.tag in holder.group.tags:
            del stack[depth + 1 :]
            holder.items.append(segment)
            return _repeated(holder, segment)
        for place, group in enumerate(holder.group.groups[holder.at :], holder.at):
            if group.opened_by == segment.tag:
                del stack[depth + 1 :]
                opened = Found(group, [segment])
                holder.items.append(opened)
                holder.at = place
                stack.append(opened)
                return ""
    # A tag that a damaged file makes up may be a piece of a name.
    tag = segment.tag if segment.tag in _tags(stack[0].group) else "unknown tag"
    return f"segment {segment.number} ({tag}): the message may not hold it here"


def _repeated(holder: Found, segment: Segment) -> str:
    name = f"{segment.tag}+{segment.value(1)}"
    for once in {segment.tag, name} & holder.group.once:
        if sum(once in (s.tag, f"{s.tag}+{s.value(1)}") for s in holder.own()) > 1:
            return f"segment {segment.number} ({segment.tag}): a second {once} in one {holder.group.name}"
    return ""


def _trailer_faults(message: Message) -> list[str]:
    if message.trailer is None:
        return [f"segment {message.header.number} (UNH): the message has no UNT"]
    if message.trailer.value(2) != message.header.value(1):
        return [f"segment {message.trailer.number} (UNT): it has another reference than the UNH it closes"]
    return []


def _missing(found: Found, message: Message) -> list[str]:
    here = Counter(segment.tag for segment in found.segments())
    return [
        f"segment {message.header.number} (UNH): the message has no {tag}"
        for tag in found.group.required
        if not here[tag]
    ]


def _tags(group: Group) -> set[str]:
    return {group.opened_by, *group.tags}.union(*(_tags(inner) for inner in group.groups))


def tags(listed: str, *more: Sequence[str]) -> frozenset[str]:
    """Tags, written in one line."""
    return frozenset(listed.split()).union(*more)
