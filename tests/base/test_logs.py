"""What the log holds after a day's work: JSON lines with a request id, nothing of anybody."""

import io
import json
import logging

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from common.logs import JsonFormatter, scrub

from .test_headers import broken, handler500, urlpatterns  # noqa: F401  the addresses of this test

CITIZEN_ID, PASSWORD, PHONE = "001185004321", "cau-vong-sau-con-mua", "0912345678"


@pytest.fixture
def log():
    """Everything that is logged during the test, as it would be written."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    root.addHandler(handler)
    yield out
    root.removeHandler(handler)


@pytest.mark.urls(__name__)
def test_nothing_of_anybody_is_in_the_log(log, world):
    person = world.member
    person.citizen_id = CITIZEN_ID
    person.set_password(PASSWORD)
    person.save()
    client = Client(raise_request_exception=False)
    sheet = SimpleUploadedFile("Danh sach chi bo Nguyen Van A.xlsx", b"PK\x03\x04")

    client.post("/tai-khoan/dang-nhap/", {"login": CITIZEN_ID, "password": "sai-" + PASSWORD})
    client.post("/tai-khoan/dang-nhap/", {"login": CITIZEN_ID, "password": PASSWORD})
    client.get(f"/tai-khoan/?q={CITIZEN_ID}")
    client.get(f"/khong-co/{CITIZEN_ID}/?phone={PHONE}&ten=Nguyen")
    client.get(f"/hong/?phone={PHONE}")
    client.post("/tai-khoan/hien-thi/", {"size": "large", "tep": sheet})
    client.get("/tai-khoan/", HTTP_HOST=f"{PHONE}.example")
    Client(enforce_csrf_checks=True).post(f"/tai-khoan/dang-nhap/?x={PHONE}", {"login": CITIZEN_ID})

    written = log.getvalue()
    lines = [json.loads(line) for line in written.splitlines()]
    answers = [line["status"] for line in lines if line["logger"] == "handbook.access"]
    assert answers == [200, 302, 200, 404, 500, 302, 400, 403]
    assert {line["logger"] for line in lines} >= {"handbook.access", "django.request"}
    assert all(line["request"] for line in lines)
    secrets = [CITIZEN_ID, PASSWORD, PHONE, "Nguyen Van A", ".xlsx", "danh sách", "?q=", "phone=", "Nguyễn Thị Bưởi"]
    assert [secret for secret in secrets if secret in written] == []


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Số 001185004321 đã có", "Số [số] đã có"),
        ("gọi 0912 345 678 hoặc 0912.345.678", "gọi [số] hoặc [số]"),
        ("+84912345678", "+[số]"),
        ("Not Found: /tim/?q=Nguyen&x=1", "Not Found: /tim/?…"),
        ("không đọc được Danh sách chi bộ 3.XLSX", "[tệp]"),
        ("tại /kho/Danh sách chi bộ 3.xlsx", "tại /kho/[tệp]"),
        ("2026-11-22 10:15:00 có 12345678 dòng", "2026-11-22 10:15:00 có 12345678 dòng"),
        ("unit 250000 of 5600000", "unit 250000 of 5600000"),
    ],
)
def test_what_is_taken_out_of_a_message(text, kept):
    assert scrub(text) == kept


def test_a_line_stays_one_line_whatever_is_in_it(log, db):
    logging.getLogger("x").error('hai\ndòng "trong" một')

    (line,) = log.getvalue().splitlines()
    assert json.loads(line)["message"] == 'hai\ndòng "trong" một'
