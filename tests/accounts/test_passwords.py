import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from accounts.models import User

ABOUT_ONESELF = (
    "Mật khẩu dễ đoán: chỉ gồm họ tên, số định danh, ngày tháng hoặc những từ như “dangvien”, “duongsat”, “sotay”. "
    "Đồng chí thêm vào vài từ khác."
)
PERSON = User(citizen_id="001185004321", full_name="Nguyễn Thị Bưởi")


def said_of(password: str) -> list[str]:
    try:
        validate_password(password, PERSON)
    except ValidationError as refusal:
        return refusal.messages
    return []


@pytest.mark.parametrize(
    "password",
    [
        "dangvien2026",
        "Dangvien@123",
        "sotaydangvien",
        "DuongSat1945!",
        "nguyenthibuoi",
        "Nguyễn Thị Bưởi",
        "buoi1985buoi",
        "ThiBuoi-19051985",
        "004321004321",
        "chibo-dangbo-1",
        "matkhau@2026",
        "11111111111a",
        # any date, as people write one
        "14031985",
        "14/03/1985",
        "14-3-1985",
        "1985-03-14",
        "19850314",
        "14.03.85 buoi",
        "ngay 14 thang 3 nam 1985",
        "Ngày 19 tháng 5 năm 2010",
        "kết nạp 19/05/2010",
        "05/2010 sotay",
    ],
)
def test_what_anybody_would_try_first_is_refused(password):
    assert ABOUT_ONESELF in said_of(password)


@pytest.mark.parametrize("password", ["001185004321", "x001185004321x", "001 185 004 321 cau vong"])
def test_ones_own_number_is_refused_with_whatever_stands_around_it(password):
    assert said_of(password)[-1:] == ["Mật khẩu không được chứa số định danh cá nhân của đồng chí."]


@pytest.mark.parametrize(
    "password",
    ["cau-vong-sau-con-mua", "Con tàu chạy qua đèo", "dangvien thich hoa sen", "x7Kq9mPz", "quantuanhoanbay"],
)
def test_words_of_ones_own_are_taken(password):
    assert said_of(password) == []


def test_length_has_two_bounds():
    assert said_of("cau-von") == ["Mật khẩu ngắn quá: cần ít nhất 8 ký tự."]
    assert said_of("cầu vồng " * 15) == ["Mật khẩu dài quá 128 ký tự. Đồng chí chọn mật khẩu ngắn hơn."]
    assert said_of("cầu vồng sau mưa " * 7) == []


def test_common_ones_are_refused():
    assert said_of("iloveyou1") == ["Mật khẩu này có nhiều người dùng, dễ bị đoán. Đồng chí chọn mật khẩu khác."]
