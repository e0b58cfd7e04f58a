"""Vietnamese text: cleaning, search without diacritics, sorting, names.

Text in the fonts of before Unicode is decoded by `common.legacy_text` first: cleaning takes out the
soft hyphen that TCVN3 uses for "ư".
"""

import re
import unicodedata
from functools import lru_cache

# Ð (Icelandic) and Ɖ (African) look like Đ and were typed for it.
LOOK_ALIKES = str.maketrans({"\u00d0": "Đ", "\u00f0": "đ", "\u0189": "Đ", "\u0256": "đ"})
TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}  # huyền hỏi ngã sắc nặng
APOSTROPHES = "'’‘ʼ`´"

_SHAPES = "\u0302\u0306"  # hat and breve: belong before a tone, but some keyboards send them after
_TONE_BEFORE_SHAPE = re.compile(f"[\u0300\u0301\u0303\u0309][\u0300-\u036f]*[{_SHAPES}]")
_MARKS = re.compile("[\u0300-\u036f]{2,}")
_MARK = re.compile("[\u0300-\u036f]")
_INVISIBLE = {"Cf", "Cc", "Cs"}
_ASCII_CONTROLS = re.compile("[\x00-\x08\x0e-\x1b\x7f]")


def clean(text: str | None) -> str:
    """One line of text as we keep it: NFC, real Đ, nothing invisible, single spaces."""
    if not text:
        return ""
    if text.isascii():
        return " ".join(_ASCII_CONTROLS.sub("", text).split())
    return _clean(text)


@lru_cache(maxsize=8192)
def _clean(text: str) -> str:
    text = text.translate(LOOK_ALIKES)
    text = "".join(c for c in text if c.isspace() or unicodedata.category(c) not in _INVISIBLE)
    text = unicodedata.normalize("NFC", text)
    if _MARK.search(text):
        text = _put_shapes_before_tones(text)
    return " ".join(text.split())


def _put_shapes_before_tones(text: str) -> str:
    """`e + acute + hat` looks like ế and is meant as ế."""
    text = unicodedata.normalize("NFD", text)
    if _TONE_BEFORE_SHAPE.search(text):
        text = _MARKS.sub(lambda marks: "".join(sorted(marks[0], key=lambda c: c not in _SHAPES)), text)
    return unicodedata.normalize("NFC", text)


def clean_lines(text: str | None) -> str:
    """Text of several lines: each line cleaned, at most one empty line between paragraphs."""
    lines = [clean(line) for line in re.split("\r\n|[\n\r\v\f\x85\u2028\u2029]", text or "")]
    return re.sub("\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


@lru_cache(maxsize=8192)
def fold(text: str | None) -> str:
    """Lower case without diacritics: `Đỗ Văn Ân` → `do van an`."""
    text = unicodedata.normalize("NFD", clean(text).lower())
    text = "".join(c for c in text if unicodedata.category(c) != "Mn").replace("đ", "d")
    return clean(text)


def search_key(text: str | None) -> str:
    """What is stored and asked for in a search: folded, without punctuation, `lý` = `lí`."""
    text = fold(text)
    for sign in APOSTROPHES:
        text = text.replace(sign, "")
    text = " ".join("".join(c if c.isalnum() else " " for c in text).split())
    return re.sub("(?<=[bcdghklmnpqrstvx])y|(?<=qu)y", "i", text)


# Where the tone is written

_VOWELS = "aăâeêioôơuưy"
_SHAPED_VOWELS = "ăâêôơư"
_WORD = re.compile(r"[^\W\d_]+")


def canonical(text: str | None) -> str:
    """Each syllable with its tone in the one place of the new rule: `hoà, uỷ, qúy` → `hòa, ủy, quý`.

    Two spellings of one name are equal after this; what people typed is what we show.
    """
    return _WORD.sub(lambda word: _place_tone(word[0]), clean(text))


@lru_cache(maxsize=8192)
def _place_tone(word: str) -> str:
    if word.isascii():
        return word
    letters, tones = _split_tones(word)
    if len([tone for tone in tones if tone]) != 1:
        return word
    place = _tone_place("".join(letters).lower())
    if place is None:
        return word
    letters[place] += "".join(tones)
    return unicodedata.normalize("NFC", "".join(letters))


def _split_tones(word: str) -> tuple[list[str], list[str]]:
    letters, tones = [], []
    for letter in unicodedata.normalize("NFC", word):
        parts = unicodedata.normalize("NFD", letter)
        tones.append("".join(c for c in parts if c in TONES))
        letters.append(unicodedata.normalize("NFC", "".join(c for c in parts if c not in TONES)))
    return letters, tones


def _tone_place(word: str) -> int | None:
    """Index of the letter that carries the tone of a syllable; None when it is not one syllable."""
    start = next((i for i, c in enumerate(word) if c in _VOWELS), None)
    if start is None:
        return None
    onset_vowel = word.startswith("qu") or (word.startswith("gi") and len(word) > 2)
    if onset_vowel and word[2:3] and word[2] in _VOWELS:
        start = 2
    end = start
    while end < len(word) and word[end] in _VOWELS:
        end += 1
    if any(c in _VOWELS for c in word[end:]):
        return None
    nucleus = word[start:end]
    shaped = [i for i, c in enumerate(nucleus) if c in _SHAPED_VOWELS]
    if shaped:
        return start + shaped[-1]
    if len(nucleus) == 2:
        return start + (1 if end < len(word) else 0)
    return start + (1 if len(nucleus) == 3 else 0)


# Sorting

_ALPHABET = {c: bytes([0x20 + i]) for i, c in enumerate("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz")}
_NUMBER, _OTHER = b"\x10", b"\x7f"
_END_OF_LETTERS, _NEXT_WORD, _NEXT_PART = b"\x01", b"\x02", b"\x00"
_TOKEN = re.compile(r"\d+|\D")


def sort_key(text: str | None) -> bytes:
    """Bytes that sort as a Vietnamese dictionary does: all letters first, then the tones.

    Numbers inside sort by value (`Chi bộ 2` before `Chi bộ 10`). Equal keys are possible
    (capitals, punctuation): order by the key, then by the record's id.
    """
    for_words = clean(text).lower()
    for sign in APOSTROPHES:
        for_words = for_words.replace(sign, "")
    words = "".join(c if c.isalnum() or unicodedata.category(c)[0] == "M" else " " for c in for_words).split()
    keys = [_word_key(word) for word in words]
    return _NEXT_WORD.join(k for k, _ in keys) + _END_OF_LETTERS + _NEXT_WORD.join(t for _, t in keys)


def name_sort_key(full_name: str | None, given_name: str | None = None) -> bytes:
    """Bytes that sort people: given name, then family name, then the middle names.

    `given_name` is for names where it is not the last word (`H'Hen Niê`).
    """
    words = clean(full_name).split()
    if not words:
        return b""
    given = clean(given_name).split()
    rest = _without(words, given) if given else None
    if rest is None:
        given, rest = words[-1:], words[:-1]
    parts = [" ".join(given), *rest]
    return _NEXT_PART.join(sort_key(part) for part in parts)


def _without(words: list[str], given: list[str]) -> list[str] | None:
    """`words` less the run `given` (the last such run), or None if it is not there."""
    for start in range(len(words) - len(given), -1, -1):
        if [w.lower() for w in words[start : start + len(given)]] == [w.lower() for w in given]:
            return words[:start] + words[start + len(given) :]
    return None


@lru_cache(maxsize=8192)
def _word_key(word: str) -> tuple[bytes, bytes]:
    letters, tones = [], []
    for token in _TOKEN.findall(word):
        if token.isdecimal():
            number = str(int(token)).encode()
            letters.append(_NUMBER + bytes([min(len(number), 255)]) + number)
            tones.append(0)
            continue
        parts = unicodedata.normalize("NFD", token)
        base = unicodedata.normalize("NFC", "".join(c for c in parts if c not in TONES))
        tones.append(next((TONES[c] for c in parts if c in TONES), 0))
        letters.append(_ALPHABET.get(base) or _ALPHABET.get(parts[0]) or _OTHER + ord(token).to_bytes(3))
    if not any(tones):
        return b"".join(letters), b"\x03"
    # The sum first: hoà and hòa stay together.
    return b"".join(letters), bytes([3 + min(sum(tones), 200), *(3 + tone for tone in tones)])


# Names of people

_NAME_PART = re.compile(f"[^\\s{APOSTROPHES}\\-‐–]+")


def title_case_name(name: str | None) -> str:
    """A name with its initials raised; words in capitals are lowered (`H'HEN NIÊ` → `H'Hen Niê`).

    A word counts as capitals when its plain letters are: TCVN3 has no accented capitals and
    leaves `NGUYễN`.
    """
    return _NAME_PART.sub(lambda part: _title_case(part[0]), clean(name))


def _title_case(part: str) -> str:
    part = part[:1].upper() + part[1:]
    if all(c.isupper() for c in part if c.isascii() and c.isalpha()):
        part = part[:1] + part[1:].lower()
    return part


def given_name(full_name: str | None) -> str:
    """The last word, as lists of people are sorted."""
    return (clean(full_name).split() or [""])[-1]


def initials(full_name: str | None) -> str:
    """First letters of the family and the given name, for the round sign of a person."""
    words = clean(full_name).split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()
