"""What people upload: kind by content, bombs, degrees of secrecy on the first page."""

import zipfile
from io import BytesIO

import pytest
from django.test import override_settings

from common import uploads
from common.errors import RuleViolation
from common.uploads.guard import MAX_BYTES, Kind
from common.uploads.secrecy import is_marked_secret
from tests.documents import docx, pdf, scan, uploaded


def refused(content: bytes) -> str:
    with pytest.raises(RuleViolation) as refusal:
        uploads.look_at(uploaded(content))
    return str(refusal.value)


def test_the_kind_is_what_the_file_holds_not_what_it_is_called():
    assert uploads.look_at(uploaded(pdf(), "anh.docx")) == uploads.Looked(Kind.PDF, read=True)
    assert uploads.look_at(uploaded(docx(), "anh.exe")) == uploads.Looked(Kind.DOCX, read=True)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "Tệp rỗng"),
        (b"MZ\x90\x00 this is a program", "không phải là PDF"),
        (b"<html><script>alert(1)</script></html>", "không phải là PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), ".doc kiểu cũ"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "mật khẩu"),
        (b"%PDF-1.7\n nothing of the kind", "bị hỏng"),
        (b"PK\x03\x04 nothing of the kind", "bị hỏng"),
    ],
)
def test_what_is_no_document(content, words):
    assert words in refused(content)


def test_other_archives_and_macros():
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("bien-ban.pdf", b"%PDF-")
    assert "tài liệu .docx" in refused(packed.getvalue())
    assert "macro" in refused(docx(more={"word/vbaProject.bin": b"x"}))


def test_a_document_that_unpacks_without_end():
    bomb = docx(more={f"word/media/{n}.bin": bytes(70 * 1024 * 1024) for n in range(3)})
    assert len(bomb) < 1024 * 1024
    assert "quá lớn khi mở" in refused(bomb)


def test_entities_that_multiply_end_the_reader_alone():
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    document = f'<!DOCTYPE w [<!ENTITY a0 "xxxxxxxxxx">{entities}]><w>&a11;</w>'.encode()
    assert "bị hỏng" in refused(docx(more={"word/document.xml": document}))


def test_too_large_is_refused_before_it_is_read():
    class Large:
        size = MAX_BYTES + 1

        def read(self):
            raise AssertionError("read")

    with pytest.raises(RuleViolation, match="20 MB"):
        uploads.look_at(Large())


@pytest.mark.parametrize(
    "line",
    ["MẬT", "TỐI MẬT", "TUYỆT MẬT", "(MẬT)", " *MẬT* ", "MẶT", "T0I MAT", "T U Y Ệ T M Ậ T", "TỐI MẬT   ĐẢNG CỘNG SẢN"],
)
def test_a_degree_of_secrecy_on_a_line_of_its_own(line):
    assert is_marked_secret(["ĐẢNG BỘ CÔNG TY", line, "NGHỊ QUYẾT"])


@pytest.mark.parametrize(
    "line",
    [
        "Mật", "mật", "BẢO MẬT", "bảo mật thông tin", "MẬT KHẨU", "trừ tài liệu mật", "TÀI LIỆU MẬT KHÔNG ĐƯA LÊN",
        "MẶT TRẬN TỔ QUỐC", "", "M", "MỘT",
    ],
)  # fmt: skip
def test_words_that_only_speak_of_secrecy(line):
    assert not is_marked_secret(["ĐẢNG BỘ CÔNG TY", line, "NGHỊ QUYẾT"])


def test_only_the_head_is_a_place_for_it():
    assert not is_marked_secret([*["chữ"] * 40, "MẬT"])


@pytest.mark.parametrize("made", [pdf, docx])
def test_a_document_marked_as_a_secret_is_refused(made):
    assert refused(made("TỐI MẬT", "ĐẢNG BỘ CÔNG TY", "NGHỊ QUYẾT", "Nghị quyết về việc bảo đảm an ninh")) == (
        uploads.SECRET
    )
    uploads.look_at(uploaded(made("NGHỊ QUYẾT", "Giữ gìn bảo mật, không lộ mật khẩu, trừ tài liệu mật của Đảng")))


def test_a_header_of_a_docx_is_on_its_first_page():
    header = docx("TUYỆT MẬT")
    with zipfile.ZipFile(BytesIO(header)) as archive:
        secret = archive.read("word/document.xml")
    assert refused(docx(more={"word/header2.xml": secret})) == uploads.SECRET


def test_what_stands_on_later_pages_does_not_matter():
    assert uploads.look_at(uploaded(pdf(later="MẬT"))).read


def test_a_scan_is_not_read():
    assert uploads.look_at(uploaded(scan())) == uploads.Looked(Kind.PDF, read=False)


@override_settings(UPLOAD_SCANNER="tests.common.test_uploads.finds_the_test_virus")
def test_the_scanner_of_the_server_may_refuse():
    uploads.look_at(uploaded(pdf()))
    assert "mã độc" in refused(pdf("EICAR") + b"EICAR")


def finds_the_test_virus(content: bytes) -> bool:
    return b"EICAR" not in content


@pytest.mark.parametrize(
    ("said", "outcome"), [("TỐI MẬT\nNGHỊ QUYẾT", None), ("xin", False), ("Chữ dài ra " * 9, True)]
)
def test_scans_are_read_where_the_machine_can(tmp_path, monkeypatch, said, outcome):
    reader = tmp_path / "tesseract"
    reader.write_text(f"#!/bin/sh\n[ \"$(head -c 2)\" = P5 ] || exit 1\ncat > /dev/null\nprintf '%s' '{said}'\n")
    reader.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    assert uploads.can_read_scans()
    if outcome is None:
        with pytest.raises(RuleViolation, match="độ mật"):
            uploads.read_scan(scan())
    else:
        assert uploads.read_scan(scan()) is outcome
