"""Which script a name is written in."""

from functools import reduce

from pyspark.sql import Column
from pyspark.sql import functions as F

#: Scripts told apart, by the Unicode script of their letters. Kana comes before Han, as Japanese mixes them;
#: Latin last, as names in other scripts often carry a Latin letter.
_LETTERS = {
    "kana": r"[\p{IsHiragana}\p{IsKatakana}]",
    "hangul": r"\p{IsHangul}",
    "han": r"\p{IsHan}",
    "arabic": r"\p{IsArabic}",
    "cyrillic": r"\p{IsCyrillic}",
    "hebrew": r"\p{IsHebrew}",
    "greek": r"\p{IsGreek}",
    "armenian": r"\p{IsArmenian}",
    "georgian": r"\p{IsGeorgian}",
    "ethiopic": r"\p{IsEthiopic}",
    "devanagari": r"\p{IsDevanagari}",
    "bengali": r"\p{IsBengali}",
    "thai": r"\p{IsThai}",
    "myanmar": r"\p{IsMyanmar}",
    "latin": r"\p{IsLatin}",
}


def script_of(name: Column) -> Column:
    """The script of ``name``; ``other`` where its letters are of none above, ``none`` where it has no letter."""
    otherwise = F.when(name.rlike(r"\p{L}"), "other").otherwise("none")
    backwards = reversed(_LETTERS.items())
    return reduce(lambda rest, s: F.when(name.rlike(s[1]), s[0]).otherwise(rest), backwards, otherwise)
