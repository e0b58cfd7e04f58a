"""Rights and roles: the one table that says what each role's holder does and which roles he may hand on."""

from dataclasses import dataclass

from django.db import models


class Right(models.TextChoices):
    """Few and area-wide, never a single action (DESIGN §3)."""

    VIEW = "view", "Xem đơn vị và danh sách đảng viên"
    MANAGE_UNIT = "manage_unit", "Quản lý tổ chức đảng"
    MANAGE_MEMBERS = "manage_members", "Quản lý hồ sơ đảng viên"
    DELEGATE = "delegate", "Phân quyền cho cấp dưới trực tiếp"
    HOLD_MEETINGS = "hold_meetings", "Tổ chức sinh hoạt"
    FILE_REPORTS = "file_reports", "Lập và gửi báo cáo"
    APPROVE_REPORTS = "approve_reports", "Phê duyệt báo cáo của cấp dưới trực tiếp"
    PUBLISH = "publish", "Đăng tin và tài liệu"
    ASSIGN_TASKS = "assign_tasks", "Giao nhiệm vụ"
    ANSWER_OPINIONS = "answer_opinions", "Trả lời ý kiến đảng viên"
    INSPECT = "inspect", "Kiểm tra việc sử dụng"


# Held on a unit itself, whatever the reach of the grant: a superior does not hold a branch's meeting, file its
# report, hand out its rights, nor decide what belongs to the committee between (DESIGN §3).
NEVER_INHERITED = frozenset({Right.DELEGATE, Right.FILE_REPORTS, Right.HOLD_MEETINGS, Right.APPROVE_REPORTS})


# What rests for a day after an officer's code gave a new password: whoever got hold of the code decides nothing.
HELD_AFTER_RESET = frozenset({Right.DELEGATE, Right.APPROVE_REPORTS})


class Rest(models.TextChoices):
    """Why roles that were given have no effect yet."""

    IDENTITY = "identity", "Chưa nhập mã vai trò"
    SECOND_FACTOR = "second_factor", "Chưa bật xác thực hai lớp"


class Reach(models.TextChoices):
    UNIT = "unit", "Chỉ đơn vị này"
    SUBTREE = "subtree", "Đơn vị này và các đơn vị bên dưới"


class Role(models.TextChoices):
    ORG_DEPARTMENT = "org_department", "Ban Tổ chức"
    SECRETARY = "secretary", "Bí thư"
    DEPUTY_SECRETARY = "deputy_secretary", "Phó Bí thư"
    HANDBOOK_OFFICER = "handbook_officer", "Cán bộ phụ trách Sổ tay"
    COMMITTEE_MEMBER = "committee_member", "Cấp ủy viên"
    INSPECTOR = "inspector", "Ủy ban Kiểm tra"


@dataclass(frozen=True)
class RoleRule:
    """What a role contains: `rights` its holder uses, `may_give` he may hand to a direct child unit, `may_give_beside`
    on the top unit itself, which has no superior."""

    description: str
    reach: Reach
    rights: frozenset[Right]
    may_give: frozenset[Role] = frozenset()
    may_give_beside: frozenset[Role] = frozenset()


_LEADING = frozenset(Right) - {Right.INSPECT}
_BELOW = frozenset(
    {Role.SECRETARY, Role.DEPUTY_SECRETARY, Role.HANDBOOK_OFFICER, Role.COMMITTEE_MEMBER, Role.INSPECTOR}
)

ROLES: dict[Role, RoleRule] = {
    Role.ORG_DEPARTMENT: RoleRule(
        "Quản lý tổ chức, đảng viên và tài khoản của toàn Đảng bộ; phân quyền cho cấp dưới trực tiếp.",
        Reach.SUBTREE,
        _LEADING - {Right.HOLD_MEETINGS},
        _BELOW,
        _BELOW | {Role.ORG_DEPARTMENT},
    ),
    Role.SECRETARY: RoleRule(
        "Chủ trì mọi công việc của đơn vị trên Sổ tay; phê duyệt báo cáo và phân quyền cho cấp dưới trực tiếp.",
        Reach.SUBTREE,
        _LEADING,
        _BELOW,
    ),
    Role.DEPUTY_SECRETARY: RoleRule(
        "Giúp Bí thư, làm được mọi việc của Bí thư trên Sổ tay.",
        Reach.SUBTREE,
        _LEADING,
        _BELOW,
    ),
    Role.HANDBOOK_OFFICER: RoleRule(
        "Giúp cấp ủy quản lý danh sách đảng viên, chuẩn bị sinh hoạt và báo cáo, phân quyền cho cấp dưới trực tiếp.",
        Reach.SUBTREE,
        _LEADING - {Right.APPROVE_REPORTS, Right.ANSWER_OPINIONS},
        _BELOW - {Role.INSPECTOR},
    ),
    Role.COMMITTEE_MEMBER: RoleRule(
        "Xem đơn vị, giúp chuẩn bị sinh hoạt, báo cáo và giao nhiệm vụ.",
        Reach.SUBTREE,
        frozenset({Right.VIEW, Right.HOLD_MEETINGS, Right.FILE_REPORTS, Right.ASSIGN_TASKS}),
    ),
    Role.INSPECTOR: RoleRule(
        "Xem và kiểm tra việc sử dụng Sổ tay của đơn vị và cấp dưới; không sửa gì, mỗi lần xem hồ sơ đều được ghi lại.",
        Reach.SUBTREE,
        frozenset({Right.VIEW, Right.INSPECT}),
    ),
}


class ModelVersion(models.TextChoices):
    """Which regulation's kinds of unit: the letters' model, or that of Regulation 208-QĐ/TW (domain.md §2.6)."""

    LETTERS = "2025", "Mô hình 2025 (theo công văn)"
    UNIFIED = "2026", "Mô hình 2026 (Quy định 208-QĐ/TW)"


class ChangeKind(models.TextChoices):
    CREATED = "created", "Thành lập"
    LISTED = "listed", "Nhập từ danh mục tổ chức"
    RENAMED = "renamed", "Đổi tên"
    EDITED = "edited", "Sửa thông tin"
    MOVED = "moved", "Chuyển cấp trên"
    CLOSED = "closed", "Giải thể"
    MERGED_AWAY = "merged_away", "Sáp nhập vào đơn vị khác"
    MERGED_IN = "merged_in", "Nhận sáp nhập"
    SPLIT_FROM = "split_from", "Tách ra từ đơn vị khác"
    SPLIT_INTO = "split_into", "Chia tách"
    REOPENED = "reopened", "Hoạt động trở lại"


class ImportState(models.TextChoices):
    WAITING = "waiting", "Chờ xác nhận"
    APPLIED = "applied", "Đã nhập"
    DROPPED = "dropped", "Đã bỏ"
    EXPIRED = "expired", "Quá hạn"
