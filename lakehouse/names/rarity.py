"""How much it says that two names share a part: little for particles and titles, less for names that many bear.

Weights are shares of what a part of usual rarity says, about the logarithm of one in the share of people who bear it.
Bearers: Taiwan's Ministry of the Interior (surnames, 2018), Statistics Korea (surnames, 2015), and for Arabic and
Western names their rank on public lists; they are rounded, as they only need to be right in order.
"""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


PARTICLE, TITLE, INITIAL, USUAL = 0.08, 0.05, 0.2, 1.0

PARTICLES = _words(
    "al el ul ud ur as ar ad ibn ibni bin ben bint binti binte bt b anak ap a l abu abou abi umm ould wuld"
    " de dos das del della di du van von der den ter zu af san"
)
#: Words before or after a name that are none of its parts.
TITLES = _words(
    "mr mrs ms miss dr prof professor sir lord lady dame honourable president prasident chairman minister general"
    " gen colonel col captain capt major rev father mullah maulavi maulana mawlawi sheikh shaikh shaykh sayyid syed"
    " haji hajji hajj hj datuk dato datin tun tengku tunku puan encik seri sri jr sr ii iii iv phd md mp llc ltd"
    " hazrat ustaz ustad qari alhaji"
)
_COMMON = {
    0.4: "kim lee yi li wang chen chan zhang chang liu lin park pak singh",
    0.5: "huang wong wu ng yang choi choe jung jeong chung kang cho yoon yun lim tan nguyen tran le mohammed mohamed"
    " muhammad mohammad mohamad mohd md mehmet abd abdul abdel abdol ri rhee jang ahn",
    0.65: "ahmed ahmad ali hassan hasan hussein hussain hossein ibrahim khan omar umar yusuf yousef ismail said saeed"
    " mahmoud mahmud mustafa abdullah abdallah aziz rahman karim john james maria jose juan david michael mary"
    " peter paul thomas robert william richard anna smith jones garcia hernandez lopez martinez rodriguez perez"
    " xu hsu sun ma zhu hu guo he gao luo zhao chao chiu chow zhou chou tsai cai ho hsieh cheng zheng kuo ko song han"
    " shin seo kwon hwang oh son yoo hong vladimir sergei sergey alexander aleksandr ivan andrei dmitri",
}
_WEIGHTS = {word: weight for weight, words in _COMMON.items() for word in words.split()}
_CHARACTERS = {
    0.45: "陈林黄张李王金朴김이박리刘吴",
    0.6: "蔡杨许郑谢郭洪邱曾廖赖徐周叶苏崔郑姜赵尹张최정강조윤장임国志美文明英",
}
_CHARACTER_WEIGHTS = {character: weight for weight, many in _CHARACTERS.items() for character in many}


def word_weight(word: str) -> float:
    """Weight of a word in letters a-z."""
    if word in TITLES:
        return TITLE
    if word in PARTICLES:
        return PARTICLE
    if len(word) == 1:
        return INITIAL
    return _WEIGHTS.get(word, 0.8 if len(word) < 4 else USUAL)


def character_weight(character: str) -> float:
    """Weight of a Han character in canonical form, or of a syllable of Hangul."""
    return _CHARACTER_WEIGHTS.get(character, 0.75)
