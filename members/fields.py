"""What a record is made of, field by field: its label, how it reads, how it is typed, who sees it (features B6).
The page, the list, the form, the history and requests for correction all read this table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import models
from django.utils import timezone

from common.citizen_id import BadCitizenId, mask, parse_citizen_id
from common.dates import BadDate, PartialDate, Precision, parse_date
from common.errors import RuleViolation
from common.phones import parse_phone
from common.text import clean, fold, title_case_name

from .enums import Gender, PoliticalTheory, ProfessionalLevel, Sight, Standing, Status

Columns = Mapping[str, object]


@dataclass(frozen=True)
class Field:
    """`columns` are the model's; `parse` turns what was typed into them, or refuses in a sentence. Without `parse` it
    is written by a service of its own."""

    name: str
    label: str
    columns: tuple[str, ...]
    show: Callable[[Columns], str]
    parse: Callable[[str], dict[str, object]] | None = None
    sight: Sight = Sight.READER
    choices: type[models.TextChoices] | None = None
    hint: str = ""
    veiled: Callable[[str], str] | None = None  # how it reads before "Hiện"


# Reading


def _text(column: str) -> Callable[[Columns], str]:
    return lambda row: str(row.get(column) or "")


def _label(column: str, choices: type[models.TextChoices]) -> Callable[[Columns], str]:
    labels = dict(choices.choices)
    return lambda row: str(labels.get(row.get(column) or "", ""))


def partial(day: date | None, precision: str | None) -> str:
    """`05/02/1955`, `02/1955` or `1955`, as much as is known."""
    return str(PartialDate.of(day, Precision(precision or "day"))) if day else ""


def _partial(column: str) -> Callable[[Columns], str]:
    return lambda row: partial(row.get(f"{column}_date"), row.get(f"{column}_precision"))  # type: ignore[arg-type]


def _day(column: str) -> Callable[[Columns], str]:
    def show(row: Columns) -> str:
        day = row.get(column)
        if isinstance(day, datetime):
            day = timezone.localtime(day)
        return f"{day:%d/%m/%Y}" if day else ""

    return show


def year_only(text: str) -> str:
    """`05/02/1955` → `1955`."""
    return text[-4:]


# Typing


def _parse_name(text: str) -> dict[str, object]:
    name = title_case_name(text)
    if not name:
        raise RuleViolation("Nhập họ và tên.")
    if len(name) > 120 or len(name.split()) < 2 or any(c.isdigit() for c in name):
        raise RuleViolation("Họ và tên gồm ít nhất hai từ, không có chữ số.")
    return {"full_name": name}


def _parse_citizen_id(text: str) -> dict[str, object]:
    parsed = parse_citizen_id(text)
    if parsed is None:
        raise RuleViolation("Nhập số định danh cá nhân.")
    if isinstance(parsed, BadCitizenId):
        raise RuleViolation(parsed.sentence)
    return {"citizen_id": parsed.digits}


def _parse_phone(text: str) -> dict[str, object]:
    if not clean(text):
        return {"phone": ""}
    phone = parse_phone(text)
    if phone is None:
        raise RuleViolation("Số điện thoại gồm 10 chữ số, bắt đầu bằng số 0, ví dụ 0912 345 678.")
    return {"phone": phone}


def _parse_partial(column: str, label: str) -> Callable[[str], dict[str, object]]:
    def parse(text: str) -> dict[str, object]:
        parsed = parse_date(text)
        if isinstance(parsed, BadDate):
            raise RuleViolation(f"{label}: {parsed.sentence}")
        if parsed is None:
            return {f"{column}_date": None, f"{column}_precision": Precision.DAY.value}
        if parsed.as_date() > timezone.localdate():
            raise RuleViolation(f"{label} không thể sau ngày hôm nay.")
        return {f"{column}_date": parsed.as_date(), f"{column}_precision": parsed.precision.value}

    return parse


def _parse_day(column: str, label: str) -> Callable[[str], dict[str, object]]:
    def parse(text: str) -> dict[str, object]:
        parsed = parse_date(text)
        if isinstance(parsed, BadDate):
            raise RuleViolation(f"{label}: {parsed.sentence}")
        if parsed is not None and parsed.precision != Precision.DAY:
            raise RuleViolation(f"{label} cần đủ ngày, tháng, năm.")
        if parsed is not None and parsed.as_date() > timezone.localdate():
            raise RuleViolation(f"{label} không thể sau ngày hôm nay.")
        return {column: parsed.as_date() if parsed else None}

    return parse


def _parse_card(text: str) -> dict[str, object]:
    digits = "".join(clean(text).split()).replace(".", "")
    if digits and not (digits.isascii() and digits.isdecimal() and len(digits) in (8, 12)):
        raise RuleViolation("Số thẻ đảng viên gồm 8 chữ số (thẻ mới: 12 chữ số).")
    return {"card_number": digits}


def _parse_choice(column: str, label: str, choices: type[models.TextChoices]) -> Callable[[str], dict[str, object]]:
    def parse(text: str) -> dict[str, object]:
        text = clean(text)
        known = {value: value for value in choices.values} | {fold(str(c.label)): c.value for c in choices}
        if text and fold(text) not in known and text not in known:
            raise RuleViolation(f"{label}: chọn một trong các mục {', '.join(choices.labels)}.")
        return {column: known.get(text) or known.get(fold(text), "") if text else ""}

    return parse


def _parse_ethnicity(text: str) -> dict[str, object]:
    name = clean(text)
    if len(name) > 30 or any(c.isdigit() for c in name):
        raise RuleViolation("Dân tộc: ghi tên dân tộc, ví dụ Kinh, Thái, H'Mông.")
    return {"ethnicity": name[:1].upper() + name[1:]}


def _choice(name: str, label: str, choices: type[models.TextChoices]) -> Field:
    parse = _parse_choice(name, label, choices)
    return Field(name, label, (name,), _label(name, choices), parse, choices=choices)


def _date(name: str, label: str, **more) -> Field:
    columns = (f"{name}_date", f"{name}_precision")
    hint = "Ngày/tháng/năm; nếu không rõ ngày thì ghi tháng/năm hoặc chỉ ghi năm."
    return Field(name, label, columns, _partial(name), _parse_partial(name, label), hint=hint, **more)


_ALL = (
    Field("full_name", "Họ và tên", ("full_name",), _text("full_name"), _parse_name, Sight.FELLOW),
    Field(
        "citizen_id",
        "Số định danh cá nhân",
        ("citizen_id",),
        _text("citizen_id"),
        _parse_citizen_id,
        hint="Đủ 12 chữ số như trên thẻ căn cước.",
        veiled=mask,
    ),
    _date("birth", "Ngày sinh", veiled=year_only),
    _choice("gender", "Giới tính", Gender),
    Field("ethnicity", "Dân tộc", ("ethnicity",), _text("ethnicity"), _parse_ethnicity),
    Field(
        "phone",
        "Số điện thoại",
        ("phone",),
        _text("phone"),
        _parse_phone,
        Sight.OFFICER,
        hint="Ví dụ 0912 345 678.",
    ),
    Field("card_number", "Số thẻ đảng viên", ("card_number",), _text("card_number"), _parse_card),
    _date("admission", "Ngày vào Đảng"),
    Field(
        "admission_decision_date",
        "Ngày quyết định kết nạp",
        ("admission_decision_date",),
        _day("admission_decision_date"),
        _parse_day("admission_decision_date", "Ngày quyết định kết nạp"),
        hint="Tuổi đảng tính từ ngày này; để trống thì tính từ ngày vào Đảng.",
    ),
    _date("official", "Ngày chính thức"),
    _choice("standing", "Tư cách", Standing),
    _choice("professional_level", "Trình độ chuyên môn", ProfessionalLevel),
    _choice("political_theory", "Lý luận chính trị", PoliticalTheory),
    Field(
        "no_smartphone",
        "Điện thoại thông minh",
        ("no_smartphone",),
        lambda row: "Không dùng" if row.get("no_smartphone") else "Có dùng",
    ),
    Field("status", "Tình trạng", ("status",), _label("status", Status)),
    Field("left_on", "Ngày rời danh sách", ("left_on",), _day("left_on")),
    Field("branch", "Chi bộ", ("branch_id",), _text("branch_name"), sight=Sight.FELLOW),
    Field("posts_text", "Chức vụ ghi trong danh sách", ("posts_text",), _text("posts_text")),
    Field("activated_at", "Kích hoạt tài khoản", ("activated_at",), _day("activated_at")),
    # The day alone: when somebody is on the handbook is his own business.
    Field("last_sign_in", "Ngày đăng nhập gần nhất", ("last_login",), _day("last_login"), sight=Sight.OFFICER),
)
# Not of the record and its history.
OF_ACCOUNT = frozenset({"citizen_id", "last_login"})
FIELDS: dict[str, Field] = {field.name: field for field in _ALL}
# What an officer types on one form; a member asks for a correction of the same.
TYPED = tuple(name for name, field in FIELDS.items() if field.parse)


def parse(name: str, text: str) -> dict[str, object]:
    """The columns that `text` means for a typed field; RuleViolation says what is wrong with it."""
    field = FIELDS[name]
    if field.parse is None:
        raise LookupError(name)
    return field.parse(text)


def seen(name: str, sight: Sight) -> bool:
    return sight >= FIELDS[name].sight


def shown(name: str, row: Columns, sight: Sight, *, revealed: bool = False) -> str:
    """The field as this reader may read it; empty where he may not see it."""
    field = FIELDS[name]
    if not seen(name, sight):
        return ""
    text = field.show(row)
    if field.veiled and text and sight < Sight.OWN and not (revealed and sight >= Sight.OFFICER):
        return field.veiled(text)
    return text
