"""PDF and Word files of a meeting, read back."""

import io
import re
from zipfile import ZipFile

import pytest
from django.utils import timezone
from docx import Document
from docx.shared import Mm

from common.party_blocks import Body, as_html
from meetings.minutes import papers
from meetings.minutes.enums import DocumentType
from meetings.minutes.models import Score
from meetings.minutes.services import issue_document
from meetings.minutes.services.issuing import votes_for
from meetings.minutes.services.scoring import sheet_of
from tests.pdf import text_of

from .written import again, circulated, scored, signed

pytestmark = pytest.mark.django_db


def words_of(content: bytes) -> str:
    document = Document(io.BytesIO(content))
    words = [one.text for one in document.paragraphs]
    words += [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return " ".join(" ".join(words).split())


def test_minutes_as_pdf(world):
    meeting = signed(world, vote=True)
    words = text_of(papers.pdf(*papers.minutes_paper(meeting, meeting.record)))
    for part in (
        "ĐẢNG CỘNG SẢN VIỆT NAM",
        "CHI BỘ GA BẾN THỦY",
        "Số 01-BB/CB",
        "BIÊN BẢN",
        "I- THÀNH PHẦN",
        "II- NỘI DUNG VÀ DIỄN BIẾN",
        "III- BIỂU QUYẾT",
        "IV- KẾT LUẬN",
        "NGƯỜI GHI BIÊN BẢN",
        "CHỦ TRÌ HỘI NGHỊ",
        "Nguyễn Thị Bưởi",
        meeting.record.digest,
    ):
        assert part in words
    assert "Dự thảo" not in words
    assert "Hà Nội, ngày" not in words  # minutes bear no line of place and day


def test_minutes_that_are_not_signed_are_a_draft(world):
    meeting = circulated(world)
    words = text_of(papers.pdf(*papers.minutes_paper(meeting, meeting.record)))
    assert "Dự thảo" in words
    assert "Bản dự thảo, mã nội dung" in words


def test_word_says_what_the_pdf_says(world):
    meeting = signed(world, vote=True)
    paper = papers.minutes_paper(meeting, meeting.record)
    content = papers.docx(*paper)
    words = words_of(content)
    for block in paper[1]:
        for part in (block.text, block.lead, *(cell for row in block.rows for cell in row)):
            said = part.upper() if block.kind == "heading" else part
            assert " ".join(said.split()) in words
    section = Document(io.BytesIO(content)).sections[0]
    margins = [section.top_margin, section.bottom_margin, section.left_margin, section.right_margin]
    assert [round(one / Mm(1)) for one in margins] == [20, 20, 30, 15]
    xml = ZipFile(io.BytesIO(content)).read("word/document.xml").decode()
    assert "w:cantSplit" in xml  # the signatures stay on one page
    assert re.search(r"<w:titlePg", xml)  # no number on the first page


def test_what_somebody_typed_is_text_in_both(world):
    body = Body()
    body.text("<script>alert(1)</script> & Đường sắt", lead="<b>")
    body.table(("A<",), [("<i>",)])
    assert "<script>" not in as_html(body.blocks)
    assert "&lt;script&gt;" in as_html(body.blocks)
    meeting = circulated(world)
    document, _ = papers.minutes_paper(meeting, meeting.record)
    assert "<script>alert(1)</script> & Đường sắt" in words_of(papers.docx(document, body.blocks))


def test_resolution_as_pdf_and_word(world):
    meeting = signed(world, vote=True)
    made = issue_document(
        meeting=meeting,
        kind=DocumentType.RESOLUTION,
        subject="về nhiệm vụ tháng 12 năm 2026",
        day=timezone.localdate(),
        place="Nghệ An",
        parts=[("Đánh giá kết quả thực hiện nhiệm vụ", "Hoàn thành."), ("Phương hướng, nhiệm vụ", "An toàn chạy tàu.")],
        vote=votes_for(meeting)[0],
        recipients=["Đảng ủy bộ phận Khối Cơ quan (báo cáo)", "Lưu chi bộ"],
        actor=world.secretary,
    )
    pdf = text_of(papers.pdf(*papers.paper_of(made)))
    word = words_of(papers.docx(*papers.paper_of(made)))
    for words in (pdf, word):
        assert "Số 01-NQ/CB" in words
        assert "I- ĐÁNH GIÁ KẾT QUẢ THỰC HIỆN NHIỆM VỤ" in words
        assert "được 11/12 đảng viên chính thức có mặt biểu quyết tán thành (đạt 91,67%)" in words
        assert "T/M CHI BỘ" in words
        assert "Trần Văn Cam" in words
        assert "Nghệ An, ngày" in words
        assert "- Lưu chi bộ." in words


def test_extract_holds_the_chosen_parts_alone(world):
    meeting = signed(world, vote=True)
    words = text_of(papers.pdf(*papers.extract_paper(meeting, meeting.record, {5}, set())))
    assert "TRÍCH BIÊN BẢN" in words
    assert "tăng cường kiểm tra đường ngang" in words
    assert "Điểm danh, thông báo tình hình đảng viên" not in words
    assert "BIỂU QUYẾT" not in words


def test_attendance_list_and_score_sheet(world):
    meeting = scored(world, signed(world))
    words = text_of(papers.pdf(*papers.attendance_paper(meeting)))
    assert "DANH SÁCH DỰ HỌP" in words
    assert "Vương Thị Oanh" in words
    score = Score.objects.get(meeting=meeting)
    words = text_of(papers.pdf(*papers.score_paper(again(meeting), score, sheet_of(meeting, score))))
    assert "CỘNG" in words
    assert "Xếp loại: Tốt" in words
