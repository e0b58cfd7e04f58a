"""Text typed in the fonts of before Unicode: TCVN3 (`.VnTime`), VNI (`VNI-Times`), and UTF-8 misread.

The encoding is decided on a whole file by counting Vietnamese syllables. A file is converted only
when most of its words that are no syllables as they stand become syllables by the conversion, so
foreign names (`Müller`, `Façade`) never turn a Unicode file into something else.
"""

import re
from collections.abc import Callable, Iterable
from enum import StrEnum
from functools import lru_cache

from common.syllables import is_syllable
from common.text import clean


class Encoding(StrEnum):
    UNICODE = "unicode"
    TCVN3 = "tcvn3"
    VNI = "vni"


# TCVN3: one character for one letter. It has no accented capitals except Ă Â Ê Ô Ơ Ư Đ.

_TCVN3_PAIRS = (
    "µà ¶ả ·ã ¸á ¹ạ ¨ă »ằ ¼ẳ ½ẵ ¾ắ Æặ ©â Çầ Èẩ Éẫ Êấ Ëậ ®đ Ìè Îẻ Ïẽ Ðé Ñẹ ªê Òề Óể Ôễ Õế Öệ "
    "×ì Øỉ Üĩ Ýí Þị ßò áỏ âõ ãó äọ «ô åồ æổ çỗ èố éộ ¬ơ êờ ëở ìỡ íớ îợ ïù ñủ òũ óú ôụ \u00adư õừ öử ÷ữ øứ ùự "
    "úỳ ûỷ üỹ ýý þỵ ¡Ă ¢Â £Ê ¤Ô ¥Ơ ¦Ư §Đ"
)
_TCVN3 = {pair[0]: pair[1] for pair in _TCVN3_PAIRS.split(" ")}
_TCVN3_TABLE = str.maketrans(_TCVN3)


def decode_tcvn3(text: str) -> str:
    """TCVN3 to Unicode; capitals that the font could not write are raised where the word shows it."""
    return _raise_lost_capitals(text.translate(_TCVN3_TABLE))


def _raise_lost_capitals(text: str) -> str:
    """`ĐảNG Bộ` was typed as `ĐẢNG BỘ`.

    A word of capitals shows it by two plain capitals and no plain small letter. `Hà` or `Vũ` may be
    either: they follow the rest of the text when that is all in capitals.
    """
    if text.isupper():
        return text
    words = re.split(r"(\s+)", text)
    plain = ["".join(c for c in word if c.isascii() and c.isalpha()) for word in words]
    in_capitals = [len(letters) > 1 and letters.isupper() for letters in plain]
    if any(in_capitals) and not any(c.islower() for letters in plain for c in letters):
        return text.upper()
    return "".join(word.upper() if capital else word for word, capital in zip(words, in_capitals, strict=True))


# VNI: a letter and a mark after it, or one character.

_VNI_TONES = {"ù": "\u0301", "ø": "\u0300", "û": "\u0309", "õ": "\u0303", "ï": "\u0323"}
_VNI_HATS = {"â": "", "á": "\u0301", "à": "\u0300", "å": "\u0309", "ã": "\u0303", "ä": "\u0323"}
_VNI_BREVES = {"ê": "", "é": "\u0301", "è": "\u0300", "ú": "\u0309", "ü": "\u0303", "ë": "\u0323"}
_VNI_LETTERS = {"ô": "ơ", "ö": "ư", "ñ": "đ", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ", "í": "í", "ì": "ì"}


def _vni_table() -> dict[str, str]:
    table = dict(_VNI_LETTERS)
    for typed, letter in zip("aeouyôö", "aeouyơư", strict=True):
        table |= {typed + mark: clean(letter + tone) for mark, tone in _VNI_TONES.items()}
    for letter, shaped in zip("aeo", "âêô", strict=True):
        table |= {letter + mark: clean(shaped + tone) for mark, tone in _VNI_HATS.items()}
    table |= {"a" + mark: clean("ă" + tone) for mark, tone in _VNI_BREVES.items()}
    return table


_VNI = _vni_table()
_VNI_TOKEN = re.compile("|".join(sorted(_VNI, key=len, reverse=True)), re.IGNORECASE)
_VNI_CHARACTERS = frozenset(
    c for key in _VNI for letter in key if not letter.isascii() for c in (letter, letter.upper())
)


def decode_vni(text: str) -> str:
    """VNI to Unicode; the case of the base letter is kept (`AÙ` and `Aù` are both Á)."""
    return _VNI_TOKEN.sub(_vni_letter, text)


def _vni_letter(match: re.Match[str]) -> str:
    typed = match[0]
    letter = _VNI[typed.lower()]
    return letter.upper() if typed[0].isupper() else letter


# UTF-8 read as Windows-1252: Ä�áº£ng

_MISREAD = re.compile("[\u00c2-\u00df\u00e0-\u00f4][^\x00-\x7f]")


def repair_misread_utf8(text: str) -> str:
    """Text whose UTF-8 bytes were read as Latin letters, put right; any other text as it was."""
    for _ in range(2):
        if not _MISREAD.search(text):
            return text
        try:
            text = b"".join(_byte(c) for c in text).decode("utf-8")
        except UnicodeError:
            return text
    return text


def _byte(character: str) -> bytes:
    try:
        return character.encode("cp1252")
    except UnicodeEncodeError:
        return character.encode("latin-1")


# Deciding

_DECODERS: dict[Encoding, tuple[Callable[[str], str], frozenset[str]]] = {
    Encoding.TCVN3: (decode_tcvn3, frozenset(_TCVN3)),
    Encoding.VNI: (decode_vni, _VNI_CHARACTERS),
}
_TYPOGRAPHY = "–—‘’“”…•"
_TOKEN = re.compile(f"[^\\s\x00-@\\[-`{{-\x7f{_TYPOGRAPHY}]+")
_ENOUGH_WORDS = 3  # fewer words than these prove nothing
_ENOUGH_SHARE = 0.7  # of the words that are no syllables as they stand


class Decoder:
    """Turns the texts of one file into clean Unicode, in the encoding found for that file."""

    def __init__(self, encoding: Encoding = Encoding.UNICODE, *, mixed: bool = False) -> None:
        self.encoding = encoding
        self._mixed = mixed
        self._decode_cached = lru_cache(maxsize=8192)(self._decode)

    def __call__(self, text: str) -> str:
        return clean(text) if text.isascii() else self._decode_cached(text)

    def _decode(self, text: str) -> str:
        repaired = repair_misread_utf8(text)
        if repaired != text or self.encoding == Encoding.UNICODE:
            return clean(repaired)
        decode, _ = _DECODERS[self.encoding]
        tokens = _accented_tokens(text)
        gain = sum(is_syllable(decode(token)) for token in tokens) - sum(map(is_syllable, tokens))
        is_unicode = self._mixed or any(c.isalpha() and ord(c) > 0xFF for c in text)
        return clean(text) if gain < 0 or (gain == 0 and is_unicode) else clean(decode(text))


def detect(texts: Iterable[str]) -> Decoder:
    """Look at all texts of a file (each distinct one once) and say how to read them."""
    tokens = {token for text in texts if not text.isascii() for token in _accented_tokens(text)}
    tokens = {token for token in tokens if repair_misread_utf8(token) == token}
    unread = [token for token in tokens if not is_syllable(clean(token))]
    best, solved = Encoding.UNICODE, 0
    for encoding, (decode, alphabet) in _DECODERS.items():
        count = sum(_becomes_syllable(token, decode, alphabet) for token in unread)
        if count > solved:
            best, solved = encoding, count
    if solved < _ENOUGH_WORDS or solved < _ENOUGH_SHARE * len(unread):
        return Decoder()
    only_unicode = sum(any(ord(c) > 0xFF for c in clean(token)) for token in tokens)
    return Decoder(best, mixed=only_unicode > solved)


def _accented_tokens(text: str) -> list[str]:
    return [token for token in _TOKEN.findall(text) if not token.isascii()]


def _becomes_syllable(token: str, decode: Callable[[str], str], alphabet: frozenset[str]) -> bool:
    if any(not c.isascii() and c not in alphabet for c in token):
        return False
    return is_syllable(decode(token))
