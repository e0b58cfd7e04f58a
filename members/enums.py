from django.db import models


class Gender(models.TextChoices):
    MALE = "male", "Nam"
    FEMALE = "female", "Nữ"


class Standing(models.TextChoices):
    """Tư cách đảng viên (domain.md §3.2)."""

    OFFICIAL = "official", "Chính thức"
    PROBATIONARY = "probationary", "Dự bị"


class Status(models.TextChoices):
    """Tình trạng sinh hoạt (domain.md §3.2)."""

    ACTIVE = "active", "Đang sinh hoạt"
    EXEMPT = "exempt", "Miễn công tác và sinh hoạt đảng"
    TEMP_AWAY = "temp_away", "Sinh hoạt tạm thời ở nơi khác"
    SUSPENDED = "suspended", "Bị đình chỉ sinh hoạt"
    TRANSFERRED_OUT = "transferred_out", "Đã chuyển đi"
    LEFT = "left", "Ra khỏi Đảng"
    DECEASED = "deceased", "Từ trần"


# Counted in the branch's head-count (đảng số); a member temporarily elsewhere stays in it (domain.md §3.2).
COUNTED = (Status.ACTIVE, Status.EXEMPT, Status.TEMP_AWAY, Status.SUSPENDED)


class Precision(models.TextChoices):
    DAY = "day", "Ngày"
    MONTH = "month", "Tháng"
    YEAR = "year", "Năm"


class ProfessionalLevel(models.TextChoices):
    NONE = "none", "Chưa qua đào tạo"
    ELEMENTARY = "elementary", "Sơ cấp"
    INTERMEDIATE = "intermediate", "Trung cấp"
    COLLEGE = "college", "Cao đẳng"
    UNIVERSITY = "university", "Đại học"
    MASTER = "master", "Thạc sĩ"
    DOCTOR = "doctor", "Tiến sĩ"


class PoliticalTheory(models.TextChoices):
    NONE = "none", "Chưa qua đào tạo"
    ELEMENTARY = "elementary", "Sơ cấp"
    INTERMEDIATE = "intermediate", "Trung cấp"
    ADVANCED = "advanced", "Cao cấp"
    BACHELOR = "bachelor", "Cử nhân"


class PostCode(models.TextChoices):
    """Posts of domain.md §2.4, from the highest down."""

    SECRETARY = "secretary", "Bí thư"
    STANDING_DEPUTY_SECRETARY = "standing_deputy_secretary", "Phó Bí thư Thường trực"
    DEPUTY_SECRETARY = "deputy_secretary", "Phó Bí thư"
    STANDING_MEMBER = "standing_member", "Ủy viên Ban Thường vụ"
    COMMITTEE_MEMBER = "committee_member", "Đảng ủy viên"
    CELL_COMMITTEE_MEMBER = "cell_committee_member", "Chi ủy viên"
    INSPECTION_CHAIR = "inspection_chair", "Chủ nhiệm Ủy ban Kiểm tra"
    INSPECTION_VICE_CHAIR = "inspection_vice_chair", "Phó Chủ nhiệm Ủy ban Kiểm tra"
    INSPECTION_MEMBER = "inspection_member", "Ủy viên Ủy ban Kiểm tra"
    ORG_DEPT_HEAD = "org_dept_head", "Trưởng Ban Tổ chức"
    ORG_DEPT_VICE_HEAD = "org_dept_vice_head", "Phó Trưởng Ban Tổ chức"
    OFFICE_HEAD = "office_head", "Chánh Văn phòng"
    OFFICE_VICE_HEAD = "office_vice_head", "Phó Chánh Văn phòng"
    GROUP_LEADER = "group_leader", "Tổ trưởng tổ đảng"
    GROUP_VICE_LEADER = "group_vice_leader", "Tổ phó tổ đảng"
    HANDBOOK_OFFICER = "handbook_officer", "Cán bộ phụ trách Sổ tay"


POST_RANK = {code: rank for rank, code in enumerate(PostCode.values)}


class CorrectionState(models.TextChoices):
    OPEN = "open", "Chờ xem xét"
    ACCEPTED = "accepted", "Đã sửa"
    REFUSED = "refused", "Không sửa"


class Sight(models.IntegerChoices):
    """How much of a member's record a reader sees, from the least up (features B6)."""

    FELLOW = 1, "Cùng chi bộ"  # name and posts
    READER = 2, "Được xem"  # without phone, birth year only, id masked
    OFFICER = 3, "Cán bộ quản lý hồ sơ"  # all; id and birth date after "Hiện"
    OWN = 4, "Chính mình"  # all
