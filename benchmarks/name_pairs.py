"""The labelled and the same-person pairs of names, split once and for all into those to tune on and those held back."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

#: Share of persons, and of labelled names that hang together, that weights may be tuned on.
TUNED_OF_FIVE = 3


@dataclass(frozen=True)
class Pair:
    """Two names; ``group`` is the person, or the names that labelled pairs join; ``kind`` as published."""

    one: str
    other: str
    match: bool
    group: str
    region: str
    kind: str

    @property
    def tuned_on(self) -> bool:
        """Whether the pair may be tuned on: by hash of its group alone, so that nothing of a group is held back too."""
        return int(hashlib.sha256(self.group.encode()).hexdigest()[:8], 16) % 5 < TUNED_OF_FIVE


def labelled(folder: Path) -> list[Pair]:
    """The labelled pairs of persons; pairs that share a name, in any case group, are one group."""
    with (folder / "labelled_pairs.csv").open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["schema"] == "Person"]
    groups = _joined((row["name1"].casefold(), row["name2"].casefold()) for row in rows)
    return [
        Pair(
            row["name1"],
            row["name2"],
            row["is_match"] == "True",
            groups[row["name1"].casefold()],
            "-",
            row["case_group"],
        )
        for row in rows
    ]


def same_person(folder: Path) -> list[Pair]:
    """Pairs of names of one person; the group is the person."""
    with (folder / "same_person_pairs.csv").open(encoding="utf-8", newline="") as lines:
        return [
            Pair(row["name1"], row["name2"], True, row["person_id"], row["country"], row["kind"])
            for row in csv.DictReader(lines)
        ]


def _joined(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Name to the first, by letters, of all names that pairs join it to."""
    parents: dict[str, str] = {}

    def root(name: str) -> str:
        while parents.setdefault(name, name) != name:
            name = parents[name]
        return name

    for one, other in pairs:
        first, last = sorted((root(one), root(other)))
        parents[last] = first
    return {name: root(name) for name in list(parents)}
