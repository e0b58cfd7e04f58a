"""What waits for a member on the home page, and for who keeps the records of a unit."""

from django.db.models import Count, Q, QuerySet, Value
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from common.todo import Todo
from orgtree.enums import Right
from orgtree.rights import has_right_anywhere, units_where

from .activation.enums import TAKES_PART
from .activation.selectors import SOON
from .enums import COUNTED, CorrectionState
from .models import CorrectionRequest, Member
from .selectors.units import managed_units, units_to_settle


def todos(user: User) -> list[Todo]:
    """One query for a member, two more for who keeps records; member lists tell of themselves."""
    if not has_right_anywhere(user, Right.MANAGE_MEMBERS):
        return _own(user)
    return [*_own(user), *_officers(user)]


def _own(user: User) -> list[Todo]:
    found = Member.objects.filter(account_id=user.pk).values("phone", "birth_date", "gender", "admission_date").first()
    if found is None:
        return []
    lacking = [
        label
        for label, value in (
            ("ngày sinh", found["birth_date"]),
            ("giới tính", found["gender"]),
            ("ngày vào Đảng", found["admission_date"]),
        )
        if not value
    ]
    todos = []
    if not found["phone"]:
        text = "Chi bộ cần số để báo họp và gửi mã kích hoạt."
        todos.append(Todo("Ghi số điện thoại", text, reverse("members:contact"), "Ghi số điện thoại", "now"))
    if lacking:
        text = f"Còn thiếu {', '.join(lacking)}."
        todos.append(Todo("Hoàn thiện hồ sơ", text, reverse("members:ask_correction"), "Gửi đề nghị bổ sung", "soon"))
    return todos


def _officers(user: User) -> list[Todo]:
    """Requests come to who stands nearest; the rest is counted over his whole area."""
    todos = []
    waiting = CorrectionRequest.objects.filter(unit_id__in=managed_units(user), state=CorrectionState.OPEN)
    unclear = Member.objects.filter(
        branch__in=units_where(user, Right.MANAGE_MEMBERS), posts_unclear=True, status__in=COUNTED
    )
    # Of the branch itself: a committee sees on its pages how far those below are.
    inactive = Member.objects.filter(
        branch_id__in=managed_units(user), status__in=TAKES_PART, account__activated_at=None
    )
    now = timezone.now()
    ending = inactive.filter(account__activation_closes_at__gt=now, account__activation_closes_at__lt=now + SOON)
    waiting_count, unclear_count, inactive_count, ending_count = _counts(
        waiting.exclude(member__account_id=user.pk), unclear.exclude(account_id=user.pk), inactive, ending
    )
    if waiting_count:
        todos.append(
            Todo(
                f"{waiting_count} đề nghị đính chính hồ sơ",
                "Đảng viên báo hồ sơ ghi chưa đúng, đang chờ đồng chí trả lời.",
                reverse("members:corrections"),
                "Xem đề nghị",
                "now",
                waiting_count,
            )
        )
    if unclear_count:
        todos.append(
            Todo(
                f"{unclear_count} chức vụ chưa rõ",
                "Danh sách đã nhập có chức vụ không đọc được.",
                reverse("members:posts_unclear"),
                "Ghi chức vụ",
                "soon",
                unclear_count,
            )
        )
    if inactive_count:
        text = (
            f"{ending_count} đồng chí sắp hết hạn kích hoạt." if ending_count else "Đồng chí mở kích hoạt, phát phiếu."
        )
        todos.append(
            Todo(
                f"{inactive_count} đồng chí chưa kích hoạt tài khoản",
                text,
                reverse("activation:unit"),
                "Xem danh sách",
                "now" if ending_count else "soon",
                inactive_count,
            )
        )
    units = (
        units_to_settle(user)
        .order_by()
        .aggregate(without=Count("pk", filter=Q(secretaries=0)), several=Count("pk", filter=Q(secretaries__gt=1)))
    )
    if units["without"] or units["several"]:
        parts = [f"{units['without']} đơn vị chưa ghi Bí thư"] if units["without"] else []
        parts += [f"{units['several']} đơn vị ghi hơn một Bí thư"] if units["several"] else []
        text = f"{'; '.join(parts)}."
        count = units["without"] + units["several"]
        todos.append(Todo("Bí thư các đơn vị", text, reverse("members:secretaries"), "Xem các đơn vị", "soon", count))
    return todos


def _counts(*rows: QuerySet) -> list[int]:
    """How many rows each holds, all in one query."""
    first, *rest = [
        one.order_by().annotate(which=Value(number)).values("which").annotate(rows=Count("pk"))
        for number, one in enumerate(rows)
    ]
    found = {one["which"]: one["rows"] for one in first.union(*rest, all=True)}
    return [found.get(number, 0) for number in range(len(rows))]
