"""All spellings of a Han character, each with the languages that spell it so."""

from __future__ import annotations

from functools import lru_cache

from opencc import OpenCC

from lakehouse.names import cantonese, hokkien, korean, mandarin, vietnamese
from lakehouse.names.sounds import plain

#: Bits of the languages that read Han characters.
MANDARIN, CANTONESE, HOKKIEN, KOREAN, VIETNAMESE = 1, 2, 4, 8, 16
ANY_LANGUAGE = 31
LANGUAGES = {
    MANDARIN: "Mandarin",
    CANTONESE: "Cantonese",
    HOKKIEN: "Hokkien",
    KOREAN: "Korean",
    VIETNAMESE: "Vietnamese",
}

_SIMPLER = OpenCC("t2s")
_FULLER = OpenCC("s2t")
#: Japanese and variant forms that OpenCC does not know as variants.
_VARIANTS = str.maketrans(
    "呉姫広沢斉斎浜辺桜竜滝鉄駅恵徳経総静黒歩蔵塩栄営渋検験険戸畑円発対実宝売読説産両万仏払気県亜壱弐児単厳巻専従戦択拝撃暁楽涙渓畳粛縄聴豊辞逓酔釈鋳隠雑霊頼顔顕鶏麦黄巌峯峰凛凜裡裏哲喆喆啓啟晃晄珍珎鋭銳昇升",
    "吴姬广泽齐斋滨边樱龙泷铁驿惠德经总静黑步藏盐荣营涩检验险户畑圆发对实宝卖读说产两万佛拂气县亚壹贰儿单严卷专从战择拜击晓乐泪溪叠肃绳听丰辞递醉释铸隐杂灵赖颜显鸡麦黄岩峰峰凛凛里里哲哲哲启启晃晃珍珍锐锐升升",
)


def is_han(letter: str) -> bool:
    """Whether a character is an ideograph of Chinese."""
    code = ord(letter)
    return (
        0x4E00 <= code <= 0x9FFF or 0x3400 <= code <= 0x4DBF or 0x20000 <= code <= 0x323AF or 0xF900 <= code <= 0xFAFF
    )


@lru_cache(maxsize=50_000)
def canonical(character: str) -> str:
    """The simplified form that traditional, Japanese and variant forms of a character share."""
    return str(_SIMPLER.convert(character.translate(_VARIANTS))).translate(_VARIANTS)[:1]


@lru_cache(maxsize=50_000)
def forms(character: str) -> tuple[str, ...]:
    """The character as written, traditional and simplified: readings stand under any of them."""
    simple = canonical(character)
    return tuple(dict.fromkeys((character, _FULLER.convert(simple)[:1], simple)))


@lru_cache(maxsize=50_000)
def spellings(character: str) -> dict[str, tuple[int, str]]:
    """Spelling in letters a-z to the bits of its languages and the name of the first system that gives it."""
    found: dict[str, tuple[int, str]] = {}

    def add(spelled: dict[str, str], language: int) -> None:
        for spelling, system in spelled.items():
            if letters := plain(spelling):
                bits, first = found.get(letters, (0, system))
                found[letters] = (bits | language, first)

    written = forms(character)
    for form in written:
        for reading in mandarin.readings(form):
            add(mandarin.spellings(reading), MANDARIN)
        for reading in cantonese.readings(form):
            add(cantonese.spellings(reading), CANTONESE)
        for reading in hokkien.readings(form):
            add(hokkien.spellings(reading), HOKKIEN)
        add(dict.fromkeys(hokkien.SURNAMES.get(form, "").split(), "Southeast Asian surname"), HOKKIEN)
        for syllable in korean.readings(form):
            add(korean.spellings(syllable), KOREAN)
        add(dict.fromkeys(vietnamese.READINGS.get(form, "").split(), "Vietnamese"), VIETNAMESE)
    return found
