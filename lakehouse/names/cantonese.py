"""Spellings of a Cantonese syllable: as Hong Kong's government and as Macao's (by Portuguese spelling) write names.

Both are customs rather than systems; the rules follow the tables of the Hong Kong Government Cantonese Romanisation and
of Macao's "Silabário codificado de romanização do cantonense" (1985). Readings come from ToJyutping.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import product

import ToJyutping

_INITIALS = {
    "b": ("p", "b"), "d": ("t", "d"), "g": ("k", "g"), "gw": ("kw", "gw"), "kw": ("kw",), "z": ("ch", "ts", "j"),
    "c": ("ch", "ts"), "s": ("s", "sh"), "j": ("y",), "ng": ("ng", ""),
}  # fmt: skip
_FINALS = {
    "aa": ("a", "ah"), "aai": ("ai",), "aau": ("au",), "aam": ("am",), "aan": ("an",), "aang": ("ang",),
    "aak": ("ak",), "aat": ("at",), "aap": ("ap",), "au": ("au", "ow"), "am": ("am", "um"), "an": ("an", "un"),
    "ei": ("ei", "i", "ee", "ay"), "i": ("i", "ee", "ze"), "ou": ("o", "ou", "oo"), "oe": ("eu",), "oeng": ("eung",),
    "oek": ("euk", "eok"), "eoi": ("ui", "oi"), "eon": ("un", "on"), "eot": ("ut",), "yu": ("u", "yu", "ue"),
    "yun": ("un", "uen"), "yut": ("ut", "uet"), "uk": ("uk", "ok"), "u": ("u", "oo"), "un": ("un", "oon"),
    "ing": ("ing",), "o": ("o", "or"), "e": ("e", "eh"),
}  # fmt: skip
_MACAO_INITIALS = {
    "b": "p", "d": "t", "g": "k", "gw": "ku", "kw": "ku", "z": "ch", "c": "ch", "j": "i", "w": "v", "ng": "ng",
}  # fmt: skip
_MACAO_FINALS = {
    "aa": "a", "aai": "ai", "aau": "ao", "aam": "am", "aan": "an", "aang": "ang", "aak": "ak", "aat": "at",
    "aap": "ap", "au": "ao", "oe": "eo", "oeng": "eong", "oek": "eok", "eoi": "oi", "eon": "on", "eot": "ot",
    "yu": "u", "yun": "un", "yut": "ut", "iu": "io", "ung": "ong", "uk": "ok", "ing": "eng", "ik": "ek", "ou": "ou",
}  # fmt: skip
_SYLLABLE = re.compile(r"^(ng|gw|kw|[bpmfdtnlgkhwzcsj])?([aeiouy]+[a-z]*|m|ng)$")


@lru_cache(maxsize=10_000)
def spellings(jyutping: str) -> dict[str, str]:
    """Spelling to system, of a syllable in Jyutping without tone such as ``coeng``; empty where it is none."""
    if not (parts := _SYLLABLE.match(jyutping)):
        return {}
    initial, final = parts[1] or "", parts[2]
    found = {jyutping: "Jyutping"}
    for start, end in product(_INITIALS.get(initial, (initial,)), _FINALS.get(final, (final,))):
        found.setdefault(start + end, "Hong Kong")
    found.setdefault(_MACAO_INITIALS.get(initial, initial) + _MACAO_FINALS.get(final, final), "Macao")
    return found


@lru_cache(maxsize=50_000)
def readings(character: str) -> tuple[str, ...]:
    """Jyutping without tones of a character, its most usual reading first, at most three."""
    candidates = ToJyutping.get_jyutping_candidates(character)
    found = candidates[0][1] if candidates else None
    return tuple(dict.fromkeys(reading.rstrip("123456") for reading in found or ()))[:3]
