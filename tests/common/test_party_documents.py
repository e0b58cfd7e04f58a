"""The head of the Party's documents (domain.md §6)."""

import pytest

from common.party_documents import even_lines


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("Chi bộ Phòng Vật tư", ["Chi bộ Phòng Vật tư"]),
        ("Đảng bộ bộ phận Khối Cơ quan", ["Đảng bộ bộ phận", "Khối Cơ quan"]),
        ("Đảng ủy Tổng công ty Đường sắt Việt Nam", ["Đảng ủy Tổng công ty", "Đường sắt Việt Nam"]),
        ("", []),
    ],
)
def test_a_long_name_stands_in_lines_of_about_one_length(name, lines):
    assert even_lines(name) == lines


def test_no_line_is_longer_than_the_head_and_no_word_is_lost():
    name = "Đảng bộ Công ty cổ phần Thông tin Tín hiệu Đường sắt Sài Gòn và các tỉnh phía Nam"
    lines = even_lines(name)
    assert " ".join(lines) == name
    assert max(map(len, lines)) <= 24
