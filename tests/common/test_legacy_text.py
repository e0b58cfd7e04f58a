import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.legacy_text import Decoder, decode_tcvn3, decode_vni, detect, repair_misread_utf8
from common.syllables import is_syllable
from tests.members.list_maker import legacy

PLAIN = (
    "Danh sách đảng viên Đảng bộ Công ty cổ phần Đường sắt, tính đến ngày thứ sáu. Họ và tên, Quê quán, "
    "Trình độ chuyên môn, Ngày vào Đảng, Chức vụ, Tình trạng, Nguyễn Thị Thủy, Lương Văn Hường, Đỗ Ưng"
)
SMALL = "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ"


def test_the_words_of_the_field_notes_are_decoded():
    assert (
        decode_tcvn3("§¶ng uû Tæng c«ng ty §\u00ad\u00eang s¾t ViÖt Nam") == "Đảng uỷ Tổng công ty Đường sắt Việt Nam"
    )
    assert decode_vni("Ñaûng uûy Toång coâng ty Ñöôøng saét Vieät Nam") == "Đảng ủy Tổng công ty Đường sắt Việt Nam"


@given(st.text(st.sampled_from(SMALL + "ĂÂÊÔƠƯĐ ")))
def test_tcvn3_there_and_back(text):
    assert decode_tcvn3(legacy(text, "tcvn3")).lower() == text.lower()


@given(st.text(st.sampled_from(SMALL + SMALL.upper() + " ")))
def test_vni_there_and_back(text):
    assert decode_vni(legacy(text, "vni")) == text


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("DANH S¸CH §¶NG VI£N §¶NG Bé", "DANH SÁCH ĐẢNG VIÊN ĐẢNG BỘ"),
        ("Vò V¨n Hµ", "Vũ Văn Hà"),
        ("TP. Hå ChÝ Minh", "TP. Hồ Chí Minh"),
        ("C¸n bé phô tr¸ch ST§V§T", "Cán bộ phụ trách STĐVĐT"),
    ],
)
def test_capitals_that_tcvn3_lost_are_raised(typed, text):
    assert decode_tcvn3(typed) == text


def test_vni_marks_of_either_case_follow_a_capital():
    assert decode_vni("SAÙCH Saùch SAùCH ÑÖÔØNG ÔÛ Ñöôøng") == "SÁCH Sách SÁCH ĐƯỜNG Ở Đường"


@pytest.mark.parametrize("encoding", ["tcvn3", "vni"])
def test_the_encoding_is_told_by_the_whole_file(encoding):
    texts = [legacy(word, encoding) for word in PLAIN.split()]
    decoder = detect(texts)
    assert decoder.encoding == encoding
    assert " ".join(map(decoder, texts)).lower() == PLAIN.lower()


def test_numbers_plain_words_and_unicode_cells_are_left_alone():
    decoder = detect([legacy(word, "tcvn3") for word in PLAIN.split()])
    assert [decoder(text) for text in ("0912 345 678", "Kinh", "Việt Nam", "Lý", "")] == [
        "0912 345 678",
        "Kinh",
        "Việt Nam",
        "Lý",
        "",
    ]


@pytest.mark.parametrize(
    "texts",
    [
        [],
        ["Sơ cấp"],
        PLAIN.split(),
        [*PLAIN.split(), "Müller", "François", "Señor", "Ångström", "Citroën", "50 µm", "±5°", "½"],
        ["Müller", "Côté", "Niño", "Brontë", "naïve", "Zürich", "São", "Ærø"],
    ],
)
def test_unicode_is_never_converted(texts):
    decoder = detect(texts)
    assert decoder.encoding == "unicode"
    assert [decoder(text) for text in texts] == texts


@given(st.lists(st.text(st.characters(min_codepoint=0xC0, max_codepoint=0xFF), max_size=6), max_size=8))
def test_anything_can_be_looked_at(texts):
    decoder = detect(texts)
    assert all(isinstance(decoder(text), str) for text in texts)


def test_utf8_read_as_latin_is_repaired_and_nothing_else():
    once = "Đảng viên Ga Huế".encode().decode("latin-1")
    assert repair_misread_utf8(once) == "Đảng viên Ga Huế"
    assert repair_misread_utf8(once.encode().decode("latin-1")) == "Đảng viên Ga Huế"
    assert repair_misread_utf8("Huế".encode().decode("cp1252")) == "Huế"
    for plain in ("Đảng viên", "São Paulo", "D©n téc", "Daân toäc"):
        assert repair_misread_utf8(plain) == plain


def test_a_decoder_of_unicode_only_cleans():
    assert Decoder()("Ðảng\u00a0bộ") == "Đảng bộ"


@pytest.mark.parametrize("word", ["Nguyễn", "ĐẢNG", "quý", "giếng", "khuỷu", "nghiêng", "ủy", "uỷ", "thuở"])
def test_syllables(word):
    assert is_syllable(word)


@pytest.mark.parametrize("word", ["Ph¹m", "Müller", "tôc", "ắấ", "Daân", "têch"])
def test_no_syllables(word):
    assert not is_syllable(word)
