"""Reports on paper, read back."""

import re
from datetime import date

import openpyxl
import pytest
from django.utils.safestring import mark_safe

from common.errors import RuleViolation
from common.party_documents import (
    PartyDocument,
    Signature,
    day_in_words,
    issuer_of,
    render_party_pdf,
    signature_of,
    symbol_of,
)
from congress_reports.papers import ballot_minutes_pdf, report_pdf, report_workbook
from congress_reports.services import save_answers
from tests.pdf import text_of

from .conftest import report_of, sent
from .reports import result_of_a_grassroots


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 2, 5), "ngày 05 tháng 02 năm 2026"),
        (date(2026, 1, 31), "ngày 31 tháng 01 năm 2026"),
        (date(2025, 4, 9), "ngày 09 tháng 4 năm 2025"),
        (date(2025, 12, 15), "ngày 15 tháng 12 năm 2025"),
    ],
)
def test_days_are_written_as_documents_write_them(day, words):
    assert day_in_words(day) == words


def test_who_writes_and_signs():
    assert issuer_of("Đảng bộ Công ty Cổ phần Đường sắt Hà Hải") == "Đảng ủy Công ty Cổ phần Đường sắt Hà Hải"
    assert issuer_of("Chi bộ Ga Bến Thủy") == "Chi bộ Ga Bến Thủy"
    assert symbol_of("BC", "Chi bộ Ga Bến Thủy") == "BC/CB"
    assert symbol_of("NQ", "Đảng bộ Công ty") == "NQ/ĐU"
    assert signature_of("Chi bộ Ga", "Bí thư", "Trần Văn Cam") == Signature("T/M CHI BỘ", "BÍ THƯ", "Trần Văn Cam")


def test_the_number_line():
    given = {"parent": "", "issuer": "Chi bộ", "type_name": "Nghị quyết", "symbol": "NQ/CB", "subject": "về việc"}
    assert PartyDocument(**given, number=5).number_line == "Số 05-NQ/CB"
    assert PartyDocument(**given, number=123).number_line == "Số 123-NQ/CB"
    assert re.fullmatch(r"Số +-NQ/CB", PartyDocument(**given).number_line)


def test_what_is_typed_stays_text():
    document = PartyDocument("<b>x</b>", "Đảng ủy", "Báo cáo", "BC/ĐU", "<script>alert(1)</script>")
    assert "<script>alert(1)</script>" in text_of(render_party_pdf(document, mark_safe("<p>Nội dung</p>")))


def test_a_report_on_paper(world, campaign):
    report = sent(report_of(world.branch, "a"), world.secretary)
    words = text_of(report_pdf(report, report.versions.get()))
    for expected in (
        "ĐẢNG CỘNG SẢN VIỆT NAM", "CHI BỘ GA BẾN THỦY", "ĐẢNG BỘ BỘ PHẬN KHỐI CƠ QUAN", "BÁO CÁO",
        "kết quả Đại hội đảng bộ bộ phận", "I- THÔNG TIN CHUNG", "Tỷ lệ có mặt 95,2%", "Lê Thị Bình", "T/M CHI BỘ",
        "BÍ THƯ", "Trần Văn Cam", "Nơi nhận:", "(báo cáo);", "Lưu Chi bộ.",
    ):  # fmt: skip
        assert expected in words, expected
    assert "Dự thảo" not in words


def test_a_draft_says_so(world, campaign):
    report = report_of(world.company, "c")
    report = save_answers(report=report, answers=result_of_a_grassroots(), revision=0, actor=world.committee)
    words = text_of(report_pdf(report))
    assert "Dự thảo" in words
    assert "ĐẢNG ỦY CÔNG TY ĐƯỜNG SẮT SÔNG LAM" in words


def test_the_minutes_of_a_count(world, campaign):
    report = sent(report_of(world.branch, "a"), world.secretary)
    words = text_of(ballot_minutes_pdf(report, 0, report.versions.get()))
    for expected in (
        "BIÊN BẢN", "kiểm phiếu bầu cấp ủy", "ngày 12 tháng 4 năm 2025", "Số lượng cần bầu: 3", "Số phiếu hợp lệ: 20",
        "Số phiếu không hợp lệ: 0", "3 đồng chí có số phiếu cao hơn", "T/M BAN KIỂM PHIẾU", "90,5%",
    ):  # fmt: skip
        assert expected in words, expected
    assert words.index("Nguyễn Văn An") < words.index("Lê Thị Bình") < words.index("Trần Văn Cường")
    with pytest.raises(RuleViolation):
        ballot_minutes_pdf(report, 9)


def test_the_workbook_holds_the_figures_of_the_page(world, campaign, tmp_path):
    report = sent(report_of(world.branch, "a"), world.secretary)
    other = sent(report_of(world.branch, "b"), world.secretary)
    book = tmp_path / "bao-cao.xlsx"
    report_workbook(report, book, report.versions.get())
    sheet = openpyxl.load_workbook(book)["Số liệu"]
    found = {row[1]: row[2] for row in sheet.iter_rows(values_only=True)}
    assert found["Tổng số đảng viên"] == 24
    assert found["Hình thức đại hội"] == "Đại hội đảng viên"
    people = list(openpyxl.load_workbook(book)["Bầu cử"].iter_rows(values_only=True))
    assert sum(row[6] == "Trúng cử" for row in people) == 5
    assert people[-1][2:4] == (1985, 17)
    report_workbook(other, book, other.versions.get())
    quality = {row[0]: row[1:] for row in openpyxl.load_workbook(book)["Chất lượng"].iter_rows(values_only=True)}
    assert quality["Nữ"] == (1, 0, 1)
