"""Which words are Vietnamese syllables: what tells a right decoding from a wrong one."""

import re
import unicodedata
from functools import lru_cache

from common.text import TONES

_ONSETS = "b c ch d đ g gh gi h k kh l m n ng ngh nh p ph q qu r s t th tr v x"
_RHYMES = """
a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây
e ec em en eng eo ep et ê êch êm ên êng ênh êp êt êu
i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu
o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt
oc oe oen oeo oet oi om on ong oong op ot
ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt
u ua uân uâng uât uây uc uê uêch uênh ui um un ung uơ uôc uôi uôm uôn uông uôt up ut
uy uya uych uynh uyên uyêt uyn uyt uyp uyu
ư ưa ưc ưi ưm ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu
y yêm yên yêng yêt yêu ych ynh yt
"""


def _any_of(words: str) -> str:
    return "|".join(sorted(words.split(), key=len, reverse=True))


_WORD = re.compile(f"(?:{_any_of(_ONSETS)})?(?:{_any_of(_RHYMES)})")
_STOPPED = re.compile("(?:c|ch|p|t)$")  # these end with a stop and take only sắc or nặng
_SHARP = {TONES["\u0301"], TONES["\u0323"]}


@lru_cache(maxsize=16384)
def is_syllable(word: str) -> bool:
    """True for one well-formed syllable in any case: `Nguyễn`, `ĐẢNG`; false for `Ph¹m` or `Müller`."""
    parts = unicodedata.normalize("NFD", word.lower())
    tones = [c for c in parts if c in TONES]
    if len(tones) > 1:
        return False
    bare = unicodedata.normalize("NFC", "".join(c for c in parts if c not in TONES))
    if not _WORD.fullmatch(bare):
        return False
    tone = TONES[tones[0]] if tones else 0
    return not _STOPPED.search(bare) or tone in _SHARP
