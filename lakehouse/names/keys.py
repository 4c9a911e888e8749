"""Keys by which names that may be one person's meet, in any script, order and romanisation.

A key pairs the skeleton of one part (its consonants, by class) with the first consonant of another: coarse; or with the
other's whole skeleton: fine. So names meet if one part sounds alike and another at least begins alike, wherever they
stand and whatever else is missing. Coarse keys that many names share are left to the fine ones.
"""

from __future__ import annotations

from itertools import permutations

from lakehouse.names.parts import Part, hash_of
from lakehouse.names.rarity import INITIAL
from lakehouse.names.reading import CHARACTERS, CUT, WORDS, read
from lakehouse.names.sounds import skeleton

_FINE = 1
_MOST_SKELETONS = 6


def _skeletons(part: Part) -> tuple[str, ...]:
    found = dict.fromkeys(skeleton(spelling) for spelling, _ in part.spellings)
    return tuple(found)[:_MOST_SKELETONS]


def keys(name: str) -> set[int]:
    """Keys of ``name``, 60 bits each, the last bit set for fine ones; empty where nothing of it can be read."""
    texts: set[str] = set()
    for kind, form in read(name):
        if kind not in (WORDS, CUT, CHARACTERS):
            continue
        parts = [_skeletons(part) for part in form if part.weight >= INITIAL] or [_skeletons(part) for part in form]
        if len(parts) == 1:
            texts |= {f"={one}" for one in parts[0]}
        for one, other in permutations(parts, 2):
            for a in one:
                texts |= {f"{a}/{b[:1]}" for b in other}
                texts |= {f"{a}+{b}" for b in other if a <= b}
        if kind == WORDS and len(form) > 1:
            texts.add("=" + skeleton("".join(part.spellings[0][0] for part in form)))
    return {hash_of(text) & ~1 | (_FINE if "+" in text else 0) for text in texts}
