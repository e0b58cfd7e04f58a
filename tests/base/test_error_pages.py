import re

import pytest
from django.db import InterfaceError, OperationalError
from django.test import Client, RequestFactory
from django.test.utils import override_settings
from redis.exceptions import ConnectionError as RedisConnectionError

from common.middleware import client_address
from handbook import errors

CALLS = {
    400: (errors.bad_request, "Yêu cầu gửi lên chưa đúng"),
    403: (errors.forbidden, "Đồng chí chưa có quyền làm việc này"),
    404: (errors.not_found, "Không tìm thấy trang này"),
    429: (errors.too_many_requests, "Đồng chí thử lại sau ít phút"),
    500: (lambda request, exception=None: errors.server_error(request), "Hệ thống gặp lỗi"),
}


@pytest.mark.parametrize("status", CALLS)
def test_an_error_is_said_in_vietnamese_on_a_page_that_needs_no_database(status):
    view, heading = CALLS[status]

    response = view(RequestFactory().get("/"), Exception("a secret of the inside"))

    page = response.content.decode()
    assert response.status_code == status
    assert re.findall(r"<h1>(.*?)</h1>", page) == [heading]
    assert '<html lang="vi">' in page
    assert "css/tokens.css" in page
    assert "secret" not in page


def test_the_page_names_the_request_so_that_it_can_be_found_in_the_log(client, db):
    response = client.get("/khong-co/", HTTP_X_REQUEST_ID="tim-thay-toi-1")

    assert response["X-Request-ID"] == "tim-thay-toi-1"
    assert "Mã tra cứu: tim-thay-toi-1" in response.content.decode()


def test_an_id_that_could_forge_lines_of_the_log_is_replaced(client, db):
    response = client.get("/khong-co/", HTTP_X_REQUEST_ID='x"}\n{"level":')

    assert re.fullmatch("[0-9a-f]{16}", response["X-Request-ID"])


def test_a_page_left_open_too_long_says_what_to_do(db):
    client = Client(enforce_csrf_checks=True)

    response = client.post("/tai-khoan/dang-nhap/", {"login": "x", "password": "y"})

    assert response.status_code == 403
    assert "Trang này đã để quá lâu" in response.content.decode()


def test_a_foreign_host_gets_the_page_too(client, db):
    response = client.get("/tai-khoan/dang-nhap/", HTTP_HOST="xau.example")

    assert response.status_code == 400
    assert "Yêu cầu gửi lên chưa đúng" in response.content.decode()


@override_settings(SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https"))
@pytest.mark.parametrize(
    ("forwarded", "address"),
    [("203.0.113.9", "203.0.113.9"), ("6.6.6.6, 203.0.113.9", "203.0.113.9"), ("'; drop", ""), ("", "127.0.0.1")],
)
def test_the_address_of_the_caller_is_what_our_own_proxy_saw(forwarded, address):
    request = RequestFactory().get("/", HTTP_X_FORWARDED_FOR=forwarded)
    assert client_address(request) == address


@pytest.mark.parametrize("fault", [OperationalError, InterfaceError, RedisConnectionError])
def test_a_database_or_cache_that_does_not_answer_reads_as_busy(rf, fault):
    try:
        raise fault
    except fault:
        answer = errors.server_error(rf.get("/"))
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert "Hệ thống đang bận" in answer.content.decode()
