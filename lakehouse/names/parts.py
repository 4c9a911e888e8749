"""The parts of a name: words, Han characters and syllables of Hangul, each with its spellings in letters a-z."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from pypinyin import Style
from pypinyin.constants import PINYIN_DICT
from pypinyin.style import convert
from rigour.names import NameTypeTag, analyze_names

from lakehouse.names import han, korean, latin, mandarin, rarity
from lakehouse.names.sounds import plain

MOST_SPELLINGS = 40
_ONSET = "(?:[bpmfdtnlgkhjqxrzcsyw]|zh|ch|sh|jh|ts|tz|tsz|hs|ss|kw|gw|hw|[kghmbprnlscj]y|ph|th|kh|chh|chzh)"
_SYLLABLE = re.compile(rf"{_ONSET}?[aeiouyv]{{1,4}}(?:ng|[nmptklrh])?")


@dataclass(frozen=True)
class Part:
    """One part: a word, a Han character or a syllable of Hangul. ``text`` is as written.

    ``spellings`` are letters a-z with bits of the languages that spell it so (0 where it is written so);
    ``character`` is the code point of the canonical character, 0 for words; ``known_as`` are rigour's numbers of names.
    """

    text: str
    spellings: tuple[tuple[str, int], ...]
    weight: float
    character: int = 0
    abjad: bool = False
    surname: bool = False
    known_as: frozenset[int] = frozenset()


Form = tuple[Part, ...]


@lru_cache(maxsize=200_000)
def _known_as(word: str) -> frozenset[int]:
    """rigour's symbols of a word: names that are the same in other languages and scripts, and nicknames of one.

    Of a word like a Chinese or Korean syllable only the nicknames, as its names are of many characters.
    """
    numbers = set()
    syllable = _SYLLABLE.fullmatch(word.casefold()) is not None
    for name in analyze_names(NameTypeTag.PER, [word]):
        for span in name.spans:
            if len(span.parts) == len(name.parts):
                kind, _, key = str(span.symbol).strip("[]").partition(":")
                if not key[1:].isdigit():
                    numbers.add(-(hash_of(kind + key) % 2**30) - 1)
                elif not syllable:
                    numbers.add(int(key[1:]))
    return frozenset(sorted(numbers)[:24])


def hash_of(text: str) -> int:
    """A number that is the same in every process, of 60 bits (FNV-1a, folded)."""
    value = 0xCBF29CE484222325
    for byte in text.encode():
        value = ((value ^ byte) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return value >> 4


@lru_cache(maxsize=100_000)
def word(text: str) -> Part | None:
    """A word in any script but Han and Hangul; nothing where it has no letters."""
    spelled = latin.spellings(text)
    if not spelled:
        return None
    others = dict.fromkeys(other for spelling in spelled for other in korean.respelled(text.casefold(), spelling))
    abjad = latin.is_abjad(text)
    return Part(
        text,
        (*((spelling, 0) for spelling in spelled), *((other, han.KOREAN) for other in others if other not in spelled)),
        rarity.word_weight(spelled[0]),
        abjad=abjad,
        known_as=_known_as(text) if len(spelled[0]) > 1 or not text.isascii() else frozenset(),
    )


@lru_cache(maxsize=50_000)
def character_part(character: str) -> Part | None:
    canonical = han.canonical(character)
    spelled = tuple((spelling, bits) for spelling, (bits, _) in han.spellings(character).items())[:MOST_SPELLINGS]
    return Part(character, spelled, rarity.character_weight(canonical), ord(canonical)) if spelled else None


@lru_cache(maxsize=12_000)
def hangul_syllable(syllable: str) -> Part:
    spelled = tuple((spelling, han.KOREAN) for spelling in korean.spellings(syllable))[:MOST_SPELLINGS]
    return Part(syllable, spelled, rarity.character_weight(syllable), ord(syllable))


def han_word(run: str) -> Part | None:
    syllables = [mandarin.readings(character)[:1] for character in run]
    spelling = plain("".join(reading[0][:-1] for reading in syllables if reading).replace("v", "u"))
    return Part(run, ((spelling, han.MANDARIN),), rarity.USUAL, known_as=_known_as(run)) if spelling else None


def hangul_word(run: str) -> Part:
    spelling = "".join(next(iter(korean.spellings(syllable))) for syllable in run)
    return Part(run, ((spelling, han.KOREAN),), rarity.USUAL, known_as=_known_as(run))


@lru_cache(maxsize=1)
def mandarin_syllables() -> dict[str, tuple[str, ...]]:
    """Other systems' spellings of a Mandarin syllable to pinyin."""
    found: dict[str, dict[str, None]] = {}
    toned = {reading for readings in PINYIN_DICT.values() for reading in readings.split(",")}
    for plain_syllable in {convert(reading, Style.NORMAL, strict=False).replace("ü", "v") for reading in toned}:
        for spelling in mandarin.spellings(plain_syllable + "1"):
            found.setdefault(spelling, {})[plain(plain_syllable.replace("v", "u"))] = None
    return {spelling: tuple(pinyins) for spelling, pinyins in found.items()}


@lru_cache(maxsize=100_000)
def two_syllables(spelling: str) -> tuple[tuple[str, str], ...]:
    """Ways to cut a word in letters a-z into two syllables as Chinese and Korean have them, the likeliest two."""
    ways = []
    whole = _SYLLABLE.fullmatch(spelling) or len(spelling) > 12
    for cut in range(1, 0 if whole else len(spelling) - 1):
        first, second = spelling[:cut], spelling[cut:]
        if _SYLLABLE.fullmatch(first) and _SYLLABLE.fullmatch(second):
            ways.append((second[0] in "aeiou", -cut, (first, second)))
    return tuple(way for _, _, way in sorted(ways)[:2])
