"""Spellings of a Mandarin syllable, in every system that passports of the region are written in.

Taiwan's bureau of consular affairs accepts Wade-Giles, Hanyu pinyin, Tongyong pinyin and MPS II, and spellings held
before; older ones follow Gwoyeu Romatzyh, which spells the tone, or Yale. Wade-Giles, Gwoyeu Romatzyh and Palladius'
Cyrillic come from pypinyin; the others are generated from pinyin by the rules of each system.
"""

from __future__ import annotations

import re
from functools import lru_cache

from pypinyin import Style, pinyin
from pypinyin.style import convert

_Rules = tuple[tuple[str, str], ...]

#: How each system differs from Hanyu pinyin, as rewriting in order. ``v`` stands for ü.
_TONGYONG: _Rules = (
    (r"^(zh|ch|sh|r|z|c|s)i$", r"\1ih"),
    (r"^zh", "jh"),
    (r"^q", "c"),
    (r"^x", "s"),
    (r"iu$", "iou"),
    (r"ui$", "uei"),
    (r"^weng$", "wong"),
    (r"^feng$", "fong"),
    (r"v", "yu"),
    (r"^([jcs])u(e|n|an)?$", r"\1yu\2"),
    (r"^([jcs])iong$", r"\1yong"),
)
_MPS2: _Rules = (
    (r"^zhi$", "jr"),
    (r"^(ch|sh)i$", r"\1r"),
    (r"^ri$", "r"),
    (r"^zi$", "tz"),
    (r"^ci$", "tsz"),
    (r"^si$", "sz"),
    (r"ao$", "au"),
    (r"iu$", "iou"),
    (r"ui$", "uei"),
    (r"ong$", "ung"),
    (r"^([jqx])u", r"\1iu"),
    (r"^zh", "j"),
    (r"^q", "ch"),
    (r"^x", "sh"),
    (r"^z(?=[aeou])", "tz"),
    (r"^c(?!h)", "ts"),
    (r"v", "iu"),
)
_YALE: _Rules = (
    (r"^zhi$", "jr"),
    (r"^(ch|sh)i$", r"\1r"),
    (r"^ri$", "r"),
    (r"^([zcs])i$", r"\1z"),
    (r"^([jq])u", r"\1yu"),
    (r"^zh", "j"),
    (r"^q", "ch"),
    (r"^xi(?=[aeou])", "sy"),
    (r"^x", "sy"),
    (r"^syi", "si"),
    (r"^z(?=[aeou])", "dz"),
    (r"^c(?!h)", "ts"),
    (r"ao$", "au"),
    (r"iu$", "you"),
    (r"ui$", "wei"),
    (r"(?<=[^jqxy])un$", "wun"),
    (r"(?<=.)uo$", "wo"),
    (r"(?<=[^jqxy])ua", "wa"),
    (r"(?<=[a-z])i(?=[ae])", "y"),
    (r"v", "yu"),
)
#: Palladius' system as it comes back from Cyrillic in Latin letters.
_CYRILLIC_LETTERS = (
    "а a|б b|в v|г g|д d|е e|ж zh|з z|и i|й y|к k|л l|м m|н n|о o|п p|р r|с s|т t|у u|ф f|х kh|ц ts|ч ch"
)
_CYRILLIC = dict(each.split(" ") for each in (_CYRILLIC_LETTERS + "|ш sh|ы y|э e|ю yu|я ya|ё yo|щ shch").split("|"))


def _rewritten(syllable: str, rules: _Rules) -> str:
    for pattern, replacement in rules:
        syllable = re.sub(pattern, replacement, syllable)
    return syllable


def _in_gwoyeu(toned: str) -> str:
    """Gwoyeu Romatzyh, which spells the tone; all are asked for, as Taiwan reads many characters in another."""
    return convert(toned, Style.GWOYEU, strict=False).replace("iwu", "yu")


@lru_cache(maxsize=20_000)
def spellings(toned: str) -> dict[str, str]:
    """Spelling to system, of a toned pinyin syllable such as ``zhang1`` (ü as ``v``), all in letters a-z.

    Where systems agree, the first of Hanyu pinyin, Wade-Giles, Tongyong, MPS II, Yale and Gwoyeu Romatzyh is named.
    """
    plain = toned.rstrip("12345")
    wade = re.sub(r"['ʻ’]", "", convert(plain, Style.WADEGILES, strict=False)).replace("v", "u")
    tzu = re.sub(r"^(tz|ss|ts)u$", r"\1e", wade)
    cyrillic = convert(plain, Style.CYRILLIC, strict=False)
    found = (
        (plain.replace("v", "u"), "Hanyu pinyin"),
        (plain.replace("v", "yu"), "Hanyu pinyin of passports"),
        (wade, "Wade-Giles"),
        (wade.replace("ssu", "szu"), "Wade-Giles"),
        (tzu, "Wade-Giles"),
        (_rewritten(plain, _TONGYONG), "Tongyong"),
        (_rewritten(plain, _MPS2), "MPS II"),
        (_rewritten(plain, _YALE), "Yale"),
        *((_in_gwoyeu(plain + tone), "Gwoyeu Romatzyh") for tone in "1234"),
        ("".join(_CYRILLIC.get(letter, "") for letter in cyrillic), "Palladius"),
    )
    systems: dict[str, str] = {}
    for spelling, system in found:
        if spelling.isascii() and spelling.isalpha():
            systems.setdefault(spelling, system)
    return systems


@lru_cache(maxsize=50_000)
def readings(character: str) -> tuple[str, ...]:
    """Toned pinyin of a character, its most usual reading first, at most four; empty where it has none."""
    found = pinyin(character, style=Style.TONE3, heteronym=True, errors="ignore", v_to_u=False)
    return tuple(dict.fromkeys(found[0]))[:4] if found else ()
