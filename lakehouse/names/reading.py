"""One name read: the forms it can be matched in, each a row of parts."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from functools import lru_cache

from lakehouse.names import han, korean, rarity
from lakehouse.names.parts import (
    Part,
    character_part,
    han_word,
    hangul_syllable,
    hangul_word,
    mandarin_syllables,
    two_syllables,
    word,
)

Form = tuple[Part, ...]

#: Kinds of forms: words as written, long words cut into syllables, characters or syllables, and runs of these as words.
WORDS, CUT, CHARACTERS, RUNS = 0, 1, 2, 3
MOST_PARTS = 8
_BRACKETS = re.compile(r"[(（\[【][^)）\]】]*[)）\]】]")
_JOINTS = re.compile(r"[\s\-‐-―·・‧•.,，、_/\\|;:~=+*\"“”„«»]+")
_APOSTROPHES = re.compile(r"['`´‘’ʻʼʾʿ\u200b-\u200f\ufeff]")
_HUMP = re.compile(r"(?<=[a-zà-ÿ]{2})(?=[A-Z][a-zà-ÿ]{2})")


def _words(name: str) -> list[tuple[str, bool]]:
    """The words of a name with whether the writing marks each as surname: before a comma, or alone in capitals."""
    text = unicodedata.normalize("NFKC", name)
    bare = _BRACKETS.sub(" ", text)
    text = bare if any(letter.isalpha() for letter in bare) else text
    text = _HUMP.sub(" ", re.sub(r"(?<![\u0590-\u05ff])" + _APOSTROPHES.pattern, "", text))
    before, comma, after = text.partition(",")
    first, rest = _JOINTS.split(before.strip()), _JOINTS.split(after.strip())
    if comma and all(word.isdigit() or not word for word in rest):
        comma = ""
    words = [(word, bool(comma)) for word in first if word] + [(word, False) for word in rest if word]
    capitals = [len(word) > 1 and word.isupper() for word, _ in words]
    if not comma and any(capitals) and not all(capitals):
        words = [(word, capital) for (word, _), capital in zip(words, capitals, strict=True)]
    return words


def _runs(text: str) -> list[str]:
    """``text`` cut where Han, Hangul and other letters meet."""
    runs: list[tuple[int, str]] = []
    for letter in text:
        kind = 1 if han.is_han(letter) else 2 if korean.is_hangul(letter) else 0
        if runs and runs[-1][0] == kind:
            runs[-1] = (kind, runs[-1][1] + letter)
        else:
            runs.append((kind, letter))
    return [run for _, run in runs]


def _with_pinyin(form: Form) -> Form:
    """Words that are Mandarin syllables in another system get the pinyin spellings too, if most words are syllables."""
    syllables = mandarin_syllables()
    spelled = [part.spellings[0][0] for part in form]
    if sum(spelling in syllables for spelling in spelled) < max(2, len(form) - 1):
        return form
    return tuple(
        replace(part, spellings=part.spellings + tuple((p, han.MANDARIN) for p in syllables[spelling] if p != spelling))
        if spelling in syllables
        else part
        for part, spelling in zip(form, spelled, strict=True)
    )


def _without_baltic_endings(form: Form) -> Form:
    """Latvian and Lithuanian decline foreign names: where all words end in s, they are also read without it."""
    spelled = [part.spellings[0][0] for part in form]
    if len(form) < 2 or not all(re.search("..(?:as|is|us|s)$", spelling) for spelling in spelled):
        return form
    bare = [re.sub("(?:as|is|us|s)$", "", spelling) for spelling in spelled]
    return tuple(
        replace(part, spellings=(*part.spellings, (ending, 0))) for part, ending in zip(form, bare, strict=True)
    )


def _split(form: Form, way: int) -> Form:
    """Words that can be two syllables, cut so; the ``way``-th where there are several."""
    cut: list[Part] = []
    for part in form:
        ways = two_syllables(part.spellings[0][0]) if not part.character and part.weight > rarity.INITIAL else ()
        if not ways or part.surname:
            cut.append(part)
            continue
        for half in ways[min(way, len(ways) - 1)]:
            cut.append(Part(part.text, ((half, 0),), 0.7))
    return tuple(cut)


@lru_cache(maxsize=200_000)
def read(name: str) -> tuple[tuple[int, Form], ...]:
    """Forms of ``name`` with their kinds, at most three: as written, and cut into syllables or joined into words.

    Empty where nothing of it can be read. At most eight parts a form; titles go first where there are more.
    """
    written: list[Part] = []
    joined: list[Part] = []
    whole: Part | None
    for text, surname in _words(name):
        for run in _runs(text):
            if han.is_han(run[0]):
                parts = [part for character in run if (part := character_part(character))]
                whole = han_word(run)
            elif korean.is_hangul(run[0]):
                parts, whole = [hangul_syllable(syllable) for syllable in run], hangul_word(run)
            else:
                whole = word(run)
                parts = [whole] if whole else []
            written += [replace(part, surname=True) for part in parts] if surname else parts
            joined += [whole] if whole else []
    as_written = tuple(written)
    forms: dict[Form, int] = {}
    if any(part.character for part in written):
        forms = {as_written: CHARACTERS, tuple(joined): RUNS}
    elif written:
        cuts = {form: CUT for way in (0, 1) if len(form := _split(as_written, way)) > len(as_written)}
        forms = {as_written: WORDS, **cuts}
    return tuple(
        (kind, _with_pinyin(_without_baltic_endings(_shortened(form)))) for form, kind in forms.items() if form
    )


def _shortened(form: Form) -> Form:
    if len(form) <= MOST_PARTS:
        return form
    kept = sorted(sorted(range(len(form)), key=lambda n: (-form[n].weight, n))[:MOST_PARTS])
    return tuple(form[n] for n in kept)
