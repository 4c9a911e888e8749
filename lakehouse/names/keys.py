"""Keys by which names that may be one person's meet, in any script, order and romanisation.

A key is made of skeletons, the consonants of a part by class. Names of two parts meet if one part sounds alike and the
other begins alike; of more parts, if two sound alike and a third begins alike; and a name of two with one of more, if
both its parts sound alike. So a name is looked up under other keys than it is listed under: by how many parts it has.
"""

from __future__ import annotations

from itertools import combinations, permutations, product

from lakehouse.names.parts import Part, hash_of
from lakehouse.names.rarity import INITIAL
from lakehouse.names.reading import RUNS, WORDS, read
from lakehouse.names.sounds import skeleton

_MOST_PARTS = 5
_MOST_SKELETONS = 5


def _skeletons(part: Part) -> tuple[str, ...]:
    vowels = (True, False) if part.abjad else (True,)
    found = dict.fromkeys(skeleton(spelling, vowel) for spelling, _ in part.spellings for vowel in vowels)
    return tuple(found)[:_MOST_SKELETONS]


def _both(one: tuple[str, ...], other: tuple[str, ...]) -> set[str]:
    return {"+".join(sorted(pair)) for pair in product(one, other)}


def keys(name: str) -> tuple[frozenset[int], frozenset[int]]:
    """The keys ``name`` is looked up under, and those it is listed under; empty where nothing of it can be read."""
    looked, listed = set(), set()
    for kind, form in read(name):
        if kind == RUNS:
            continue
        heavy = sorted((part for part in form if part.weight >= INITIAL), key=lambda part: -part.weight)[:_MOST_PARTS]
        parts = [_skeletons(part) for part in heavy or form]
        whole = {f"={skeleton(''.join(part.spellings[0][0] for part in form))}"} if kind == WORDS else set()
        if len(parts) == 1:
            whole |= {f"={one}" for one in parts[0]}
        looked |= whole
        listed |= whole
        pairs = {key for one, other in combinations(parts, 2) for key in _both(one, other)}
        if len(parts) == 2:
            begun = {f"{a}/{b[:1]}" for one, other in permutations(parts, 2) for a, b in product(one, other)}
            looked |= begun | {f"3:{key}" for key in pairs}
            listed |= begun | {f"2:{key}" for key in pairs}
        elif len(parts) > 2:
            triples = {
                f"{key}/{c[:1]}"
                for n, m in combinations(range(len(parts)), 2)
                for key in _both(parts[n], parts[m])
                for k in range(len(parts))
                if k not in (n, m)
                for c in parts[k]
            }
            looked |= triples | {f"2:{key}" for key in pairs}
            listed |= triples | {f"3:{key}" for key in pairs}
    return frozenset(map(hash_of, looked)), frozenset(map(hash_of, listed))
