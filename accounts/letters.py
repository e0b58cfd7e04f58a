"""Letters to the owner of an account. The worker writes and sends them after the commit: no page waits for a mail
server, none takes longer for an account that exists, and no address, code or link stands in a queue."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from celery import current_app
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from . import links
from .models import CodePurpose, OneTimeCode, User

logger = logging.getLogger(__name__)
_NONE = "django.core.mail.backends.dummy.EmailBackend"
_NOT_ME = "Nếu không phải đồng chí làm, đồng chí báo ngay cho cấp ủy hoặc gọi đường dây hỗ trợ ghi ở cuối thư."


class Kind(StrEnum):
    RESET_LINK = "reset_link"
    CONFIRM_ADDRESS = "confirm_address"
    NEW_ADDRESS_ASKED = "new_address_asked"
    ADDRESS_CHANGED = "address_changed"
    RESET_BY_MAIL = "reset_by_mail"
    CODE_ISSUED = "code_issued"
    RESET_BY_CODE = "reset_by_code"


@dataclass(frozen=True)
class Letter:
    """`link` is a path of ours, shown as a line of its own."""

    to: str
    name: str
    subject: str
    paragraphs: tuple[str, ...]
    link: str = ""
    link_text: str = ""


def go_out() -> bool:
    """Whether a mail server was named; without one no page offers letters."""
    return settings.EMAIL_BACKEND != _NONE


def queue(kind: Kind, pk: int) -> None:
    """Write the letter once the caller's transaction is through. `pk` is that of the account, the code or the event
    that the kind tells of."""
    if go_out():
        # A queue that does not answer must not undo what the letter tells of.
        transaction.on_commit(lambda: _hand_over(kind, pk), robust=True)


def _hand_over(kind: Kind, pk: int) -> None:
    # By name: tasks imports this module.
    current_app.send_task("accounts.send_letter", [str(kind), pk])


def send(kind: Kind, pk: int) -> bool:
    """Write and send; False when there is no longer anybody to write to."""
    letter = _WRITERS[kind](pk)
    if letter is None or not letter.to:
        return False
    address = settings.PUBLIC_ADDRESS
    context = {
        "letter": letter,
        "link": address + letter.link if letter.link else "",
        "address": address,
        "hotline": settings.HOTLINE,
    }
    message = EmailMultiAlternatives(
        letter.subject, render_to_string("accounts/letters/letter.txt", context), to=[letter.to]
    )
    message.attach_alternative(render_to_string("accounts/letters/letter.html", context), "text/html")
    message.send()
    logger.info("letter sent", extra={"facts": {"kind": str(kind)}})
    return True


def _reset_link(user_id: int) -> Letter | None:
    user = User.objects.filter(pk=user_id, is_active=True, activated_at__isnull=False).exclude(email="").first()
    if user is None or not user.has_usable_password():
        return None
    return Letter(
        user.email,
        user.full_name,
        "Đặt lại mật khẩu Sổ tay đảng viên",
        (
            "Có người, có lẽ là đồng chí, vừa đề nghị đặt lại mật khẩu Sổ tay đảng viên của đồng chí.",
            "Đồng chí mở địa chỉ dưới đây trong vòng 1 giờ và đặt mật khẩu mới. Địa chỉ này chỉ dùng được một lần.",
            "Nếu đồng chí không đề nghị, xin bỏ qua thư này: mật khẩu vẫn như cũ.",
        ),
        links.reset_path(user),
        "Đặt mật khẩu mới",
    )


def _confirm_address(user_id: int) -> Letter | None:
    user = User.objects.filter(pk=user_id, is_active=True).exclude(new_email="").first()
    if user is None:
        return None
    # Perhaps a stranger's: it names nobody.
    return Letter(
        user.new_email,
        "",
        "Xác nhận địa chỉ thư điện tử",
        (
            "Địa chỉ thư điện tử này vừa được ghi cho một tài khoản Sổ tay đảng viên.",
            "Nếu đúng là của đồng chí, đồng chí mở địa chỉ dưới đây trong vòng 24 giờ, đăng nhập và bấm Xác nhận.",
            "Nếu không phải, xin bỏ qua thư này: địa chỉ sẽ không được dùng.",
        ),
        links.confirm_path(user),
        "Xác nhận địa chỉ",
    )


def _new_address_asked(user_id: int) -> Letter | None:
    user = User.objects.filter(pk=user_id).first()
    if user is None:
        return None
    told = (
        "Tài khoản Sổ tay đảng viên của đồng chí vừa được đề nghị dùng một địa chỉ thư điện tử khác. "
        "Địa chỉ này vẫn được dùng cho đến khi địa chỉ mới được xác nhận."
    )
    return Letter(user.email, user.full_name, "Đề nghị đổi địa chỉ thư điện tử", (told, _NOT_ME))


def _address_changed(event_id: int) -> Letter | None:
    """To the address of before, which the history of the account still knows."""
    event = User.pgh_event_model.objects.filter(pgh_id=event_id).first()
    if event is None:
        return None
    return Letter(
        event.email,
        event.full_name,
        "Địa chỉ thư điện tử đã thay đổi",
        ("Địa chỉ thư điện tử này không còn được dùng cho tài khoản Sổ tay đảng viên của đồng chí.", _NOT_ME),
    )


def _reset_by_mail(user_id: int) -> Letter | None:
    user = User.objects.filter(pk=user_id).first()
    if user is None:
        return None
    told = (
        f"Mật khẩu Sổ tay đảng viên của đồng chí đã được đặt lại bằng thư điện tử lúc {_time(timezone.now())}. "
        "Mọi thiết bị đang đăng nhập đã được đăng xuất."
    )
    return Letter(user.email, user.full_name, "Mật khẩu đã được đặt lại", (told, _NOT_ME))


def _code_issued(code_id: int) -> Letter | None:
    code = _code(code_id)
    if code is None:
        return None
    told = (
        f"{_issuer(code)} đã cấp mã đặt lại mật khẩu Sổ tay đảng viên cho đồng chí lúc {_time(code.issued_at)}. "
        f"Mã dùng được đến {_time(code.closes_at)}."
    )
    where = "Mã không có trong thư này: người cấp đưa tận tay đồng chí."
    return Letter(code.user.email, code.user.full_name, "Mã đặt lại mật khẩu đã được cấp", (told, where, _NOT_ME))


def _reset_by_code(code_id: int) -> Letter | None:
    code = _code(code_id)
    if code is None or code.used_at is None:
        return None
    told = (
        f"Mật khẩu Sổ tay đảng viên của đồng chí đã được đặt lại lúc {_time(code.used_at)} bằng mã do "
        f"{_issuer(code, begins=False)} cấp lúc {_time(code.issued_at)}."
    )
    follows = (
        "Mọi thiết bị đang đăng nhập đã được đăng xuất. Trong thời gian ghi ở đầu mỗi trang, "
        "tài khoản chưa biểu quyết, phê duyệt, phân quyền được."
    )
    return Letter(code.user.email, code.user.full_name, "Mật khẩu đã được đặt lại", (told, follows, _NOT_ME))


def _code(code_id: int) -> OneTimeCode | None:
    codes = OneTimeCode.objects.select_related("user", "issued_by").filter(purpose=CodePurpose.PASSWORD)
    return codes.filter(pk=code_id).first()


def _issuer(code: OneTimeCode, *, begins: bool = True) -> str:
    if code.issued_by is None:
        return "Người quản trị hệ thống" if begins else "người quản trị hệ thống"
    return f"{'Đồng' if begins else 'đồng'} chí {code.issued_by.full_name}"


def _time(at: datetime) -> str:
    return f"{timezone.localtime(at):%H:%M ngày %d/%m/%Y}"


_WRITERS: dict[Kind, Callable[[int], Letter | None]] = {
    Kind.RESET_LINK: _reset_link,
    Kind.CONFIRM_ADDRESS: _confirm_address,
    Kind.NEW_ADDRESS_ASKED: _new_address_asked,
    Kind.ADDRESS_CHANGED: _address_changed,
    Kind.RESET_BY_MAIL: _reset_by_mail,
    Kind.CODE_ISSUED: _code_issued,
    Kind.RESET_BY_CODE: _reset_by_code,
}
