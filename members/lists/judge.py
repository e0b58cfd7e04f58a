"""Judges one person's row: reads each value, says what is wrong and what to do about it."""

import re
from collections.abc import Callable
from datetime import date, timedelta

from common.citizen_id import BadCitizenId, CitizenId, parse_citizen_id
from common.dates import BadDate, PartialDate, Precision, make_date, parse_date
from common.phones import parse_phone
from common.spreadsheets import Cell, cell_name
from common.text import clean, title_case_name
from members.lists import values
from members.lists.columns import Field
from members.lists.layout import RawPerson, person_name
from members.lists.model import Level, MemberRow, Remark
from members.lists.posts import parse_posts

YOUNGEST, OLDEST_TO_JOIN = 18, 60
_PROBATION = timedelta(days=365)
_LONG_PROBATION = timedelta(days=550)
_BETWEEN_DATES = re.compile(r"\s*[;|\n,]\s*|\s+[-–]\s+")
_NICKNAME = re.compile(r"^(?:đ/c|đồng chí)\s*[.:]?\s*", re.IGNORECASE)


class Judge:
    """Holds what must be remembered over a file: which ids were seen, and where."""

    def __init__(self, today: date) -> None:
        self.today = today
        self._seen: dict[str, tuple[str, int]] = {}

    def judge(self, raw: RawPerson, person: int) -> MemberRow:
        return _Row(raw, person, self.today, self._seen).read()


class _Row:
    def __init__(self, raw: RawPerson, person: int, today: date, seen: dict[str, tuple[str, int]]) -> None:
        self.raw, self.today, self.seen = raw, today, seen
        self.member = MemberRow(raw.sheet, raw.row, person, branch=raw.branch)

    def read(self) -> MemberRow:
        self._name()
        citizen_id = self._citizen_id()
        self._sex()
        self._dates()
        self._status()
        self._compare_with(citizen_id)
        self._card()
        self._phone()
        self._words()
        self._posts()
        return self.member

    def _remark(self, level: Level, code: str, wanted: Field, message: str) -> None:
        column = self.raw.columns.get(wanted)
        cell = "" if column is None else cell_name(self.raw.row, column)
        member = self.member
        member.remarks.append(Remark(member.sheet, member.row, member.person, level, code, str(wanted), cell, message))

    def _text(self, wanted: Field) -> str:
        text = values.text_of(self.raw.cell(wanted))
        return "" if values.is_nothing(text) else text

    # The person

    def _name(self) -> None:
        name = _NICKNAME.sub("", person_name(self.raw.cells, self.raw.columns))
        self.member.full_name = title_case_name(name)
        wanted = Field.NAME if Field.NAME in self.raw.columns else Field.FAMILY_NAME
        if not re.search(r"[^\W\d_]", name):
            self.member.full_name = ""
            self._remark(Level.BAD, "name_missing", wanted, "Chưa có họ tên. Hãy ghi họ tên đầy đủ.")
        elif re.search(r"\d", name) or len(name) > 60:
            self._remark(Level.INFO, "name_unusual", wanted, f"Họ tên “{name}” khác thường. Hãy xem lại.")

    def _citizen_id(self) -> CitizenId | None:
        found = parse_citizen_id(self.raw.cell(Field.CITIZEN_ID))
        if found is None:
            message = "Chưa có số định danh. Hãy ghi đủ 12 số trên thẻ căn cước."
            self._remark(Level.BAD, "citizen_id_length", Field.CITIZEN_ID, message)
            return None
        if isinstance(found, BadCitizenId):
            self._remark(Level.BAD, found.code, Field.CITIZEN_ID, found.sentence)
            return None
        self.member.citizen_id = found.digits
        if found.padded:
            message = "Excel đã bỏ số 0 ở đầu số định danh; hệ thống đã thêm lại cho đủ 12 số."
            self._remark(Level.INFO, "citizen_id_padded", Field.CITIZEN_ID, message)
        if not found.place_is_known:
            message = "Ba số đầu của số định danh không phải mã tỉnh nào. Hãy xem lại thẻ căn cước."
            self._remark(Level.INFO, "citizen_id_place_unknown", Field.CITIZEN_ID, message)
        first = self.seen.setdefault(found.digits, (self.member.sheet, self.member.row))
        if first != (self.member.sheet, self.member.row):
            sheet, row = first
            where = f"dòng {row}" if sheet == self.member.sheet else f"dòng {row}, trang “{sheet}”"
            message = f"Số định danh trùng với người ở {where}. Hãy xem số nào đúng, bỏ dòng thừa."
            self._remark(Level.BAD, "citizen_id_duplicate_in_file", Field.CITIZEN_ID, message)
            return None  # somebody else's number says nothing about this person
        return found

    def _sex(self) -> None:
        text = self._text(Field.SEX)
        sex = values.parse_sex(text)
        male, female = self.raw.cell(Field.MALE), self.raw.cell(Field.FEMALE)
        if not sex and (Field.MALE in self.raw.columns or Field.FEMALE in self.raw.columns):
            if values.is_ticked(female):
                sex = "female"
            elif values.is_ticked(male) or Field.MALE not in self.raw.columns:
                sex = "male"
        if text and not sex:
            message = f"Giới tính “{text}” không rõ. Hãy ghi Nam hoặc Nữ."
            self._remark(Level.INFO, "sex_unknown", Field.SEX, message)
        self.member.sex = sex

    # Dates

    def _dates(self) -> None:
        member = self.member
        member.birth_date = self._birth()
        member.admission_decision_date = self._date(
            Field.DECISION, self.raw.cell(Field.DECISION), "Ngày quyết định kết nạp"
        )
        joined, official = self._cells_of_joining()
        member.admission_date = self._date(*joined, "Ngày vào Đảng")
        member.official_date = self._date(*official, "Ngày chính thức", may_be_to_come=True)
        for tick, name in _DATED_TICKS.items():
            ticked = parse_date(self.raw.cell(tick)) if tick in self.raw.columns else None
            if isinstance(ticked, PartialDate) and getattr(member, name) is None:
                setattr(member, name, ticked)
        self._order_of_dates()

    def _cells_of_joining(self) -> tuple[tuple[Field, Cell], tuple[Field, Cell]]:
        """Where the two dates stand; a list with one column for both has both in its cells."""
        present = [wanted for wanted in (Field.ADMISSION, Field.OFFICIAL) if wanted in self.raw.columns]
        if len(present) == 1:
            pieces = [piece for piece in _BETWEEN_DATES.split(str(self.raw.cell(present[0]))) if piece]
            if len(pieces) == 2 and all(map(_holds_a_date, pieces)):
                return (present[0], pieces[0]), (present[0], pieces[1])
        joined, official = Field.ADMISSION, Field.OFFICIAL
        return (joined, self.raw.cell(joined)), (official, self.raw.cell(official))

    def _birth(self) -> PartialDate | None:
        columns = self.raw.columns
        if Field.BIRTH not in columns and Field.BIRTH_YEAR in columns:
            return self._birth_from_parts()
        wanted = Field.BIRTH
        if wanted not in columns:
            # Birth written in the column of the sex: "Năm sinh: Nam | Nữ".
            written = [f for f in (Field.MALE, Field.FEMALE) if _holds_a_date(self.raw.cell(f))]
            wanted = written[0] if written else wanted
        return self._date(wanted, self.raw.cell(wanted), "Ngày sinh", birth=True)

    def _birth_from_parts(self) -> PartialDate | None:
        parts = [self._text(f) for f in (Field.BIRTH_DAY, Field.BIRTH_MONTH, Field.BIRTH_YEAR)]
        if not parts[2]:
            found = parse_date(self.raw.cell(Field.BIRTH_DAY))
        elif all(re.fullmatch(r"[0-9]{0,4}", part) for part in parts):
            day, month, year = (int(part) or None if part else None for part in parts)
            found = make_date(day, month, year)
        else:
            found = parse_date(parts[2])
        return self._accept(found, Field.BIRTH_YEAR, "Ngày sinh")

    def _date(
        self, wanted: Field, cell: Cell, title: str, *, birth: bool = False, may_be_to_come: bool = False
    ) -> PartialDate | None:
        if isinstance(cell, str) and values.is_nothing(cell):
            return None
        latest_year = self.today.year - (YOUNGEST if birth else 0)
        found = parse_date(cell, two_digit_years_until=latest_year)
        if isinstance(found, PartialDate) and isinstance(parse_date(cell), BadDate):
            message = f"{title} ghi năm hai chữ số, hệ thống hiểu là {found}. Hãy xem lại."
            self._remark(Level.INFO, "year_of_two_digits", wanted, message)
        return self._accept(found, wanted, title, may_be_to_come=may_be_to_come)

    def _accept(
        self, found: PartialDate | BadDate | None, wanted: Field, title: str, *, may_be_to_come: bool = False
    ) -> PartialDate | None:
        if isinstance(found, BadDate):
            self._remark(Level.BAD, "date_impossible", wanted, f"{title} {found.sentence} Hãy sửa lại.")
            return None
        if found and found.as_date() > self.today:
            message = f"{title} {found} chưa tới. Hãy sửa lại."
            if may_be_to_come:
                self._remark(Level.INFO, "official_date_to_come", wanted, message)
            else:
                self._remark(Level.BAD, "date_impossible", wanted, message)
            return None
        return found

    def _order_of_dates(self) -> None:
        member = self.member
        birth, joined, official = member.birth_date, member.admission_date, member.official_date
        if joined and official and official.latest() < joined.as_date():
            message = f"Ngày chính thức {official} trước ngày vào Đảng {joined}. Hãy xem lại hai ngày."
            self._remark(Level.BAD, "official_before_admission", Field.OFFICIAL, message)
        elif joined and official and Precision.DAY == joined.precision == official.precision:
            self._probation(official.as_date() - joined.as_date())
        if birth and joined:
            if joined.latest() <= birth.as_date():
                message = f"Ngày vào Đảng {joined} trước ngày sinh {birth}. Hãy xem lại hai ngày."
                self._remark(Level.BAD, "date_impossible", Field.ADMISSION, message)
                return
            age = _age(birth, joined)
            if age < YOUNGEST or age >= OLDEST_TO_JOIN:
                code = "admitted_young" if age < YOUNGEST else "admitted_old"
                message = f"Vào Đảng khi {age} tuổi (lệ thường từ 18 đến 60). Hãy xem lại hai ngày."
                self._remark(Level.INFO, code, Field.ADMISSION, message)
        for value, wanted, title in (
            (birth, Field.BIRTH, "ngày sinh"),
            (joined, Field.ADMISSION, "ngày vào Đảng"),
        ):
            if value is None and not any(r.code == "date_impossible" for r in member.remarks):
                self._remark(Level.INFO, "date_missing", wanted, f"Chưa có {title}.")

    def _probation(self, length: timedelta) -> None:
        if length < _PROBATION:
            message = f"Thời gian dự bị {length.days} ngày, chưa đủ 12 tháng. Hãy xem lại hai ngày."
            self._remark(Level.INFO, "probation_short", Field.OFFICIAL, message)
        elif length > _LONG_PROBATION:
            message = f"Thời gian dự bị {length.days // 30} tháng, dài hơn lệ thường. Hãy xem lại hai ngày."
            self._remark(Level.INFO, "probation_long", Field.OFFICIAL, message)

    # The membership

    def _status(self) -> None:
        text = self._text(Field.STATUS)
        membership, activity = values.parse_status(text)
        if not text:
            membership, activity = self._ticked_status()
        elif not activity:
            message = f"Tình trạng “{text}” không rõ; tạm coi là đang sinh hoạt."
            self._remark(Level.INFO, "status_unknown", Field.STATUS, message)
        member = self.member
        member.activity_stated, member.membership_stated = bool(activity), bool(membership or member.official_date)
        member.activity = activity or "active"
        member.membership = membership or ("official" if member.official_date else "probationary")
        if membership == "probationary" and member.official_date:
            message = "Ghi là dự bị nhưng đã có ngày chính thức. Hãy xem lại."
            self._remark(Level.INFO, "status_contradicts_dates", Field.STATUS, message)
        if membership == "official" and not member.official_date and not self._has(Field.OFFICIAL):
            self._remark(Level.INFO, "official_date_missing", Field.OFFICIAL, "Chưa có ngày chính thức.")

    def _ticked_status(self) -> tuple[str, str]:
        columns = self.raw.columns
        ticked = {f for f in _TICKS if f in columns and values.is_ticked(self.raw.cell(f))}
        activity = "exempt" if Field.TICK_EXEMPT in ticked else "active" if Field.TICK_EXEMPT in columns else ""
        if Field.TICK_OFFICIAL in ticked:
            return "official", activity
        return ("probationary" if Field.TICK_PROBATIONARY in ticked else ""), activity

    def _has(self, wanted: Field) -> bool:
        return any(remark.field == wanted for remark in self.member.remarks)

    def _compare_with(self, citizen_id: CitizenId | None) -> None:
        member = self.member
        if citizen_id is None:
            return
        if member.birth_date and member.birth_date.year != citizen_id.birth_year:
            message = (
                f"Năm sinh {member.birth_date.year} khác năm {citizen_id.birth_year} trong số định danh. "
                "Hãy đối chiếu thẻ căn cước."
            )
            wanted = next((f for f in (Field.BIRTH, Field.BIRTH_YEAR) if f in self.raw.columns), Field.BIRTH)
            self._remark(Level.WARN, "birth_year_differs_from_citizen_id", wanted, message)
        if not member.sex:
            member.sex = citizen_id.sex
            message = f"Chưa ghi giới tính; lấy theo số định danh: {values.SEXES[citizen_id.sex]}."
            self._remark(Level.INFO, "sex_from_citizen_id", Field.SEX, message)
        elif member.sex != citizen_id.sex:
            written, told = values.SEXES[member.sex], values.SEXES[citizen_id.sex]
            message = f"Giới tính {written} khác với số định danh ({told}). Hãy đối chiếu thẻ căn cước."
            self._remark(Level.WARN, "sex_differs_from_citizen_id", Field.SEX, message)

    # The rest: never a reason to refuse a row

    def _card(self) -> None:
        cell = self.raw.cell(Field.CARD)
        if cell == "" or not self._text(Field.CARD):
            return
        number, padded = values.parse_card(cell)
        self.member.card_number = number
        if padded:
            message = "Excel đã bỏ số 0 ở đầu số thẻ; hệ thống đã thêm lại."
            self._remark(Level.INFO, "card_padded", Field.CARD, message)
        elif not re.fullmatch(r"[0-9]{8}|[0-9]{12}", number):
            message = f"Số thẻ “{number}” không phải 8 hoặc 12 chữ số; giữ nguyên như đã ghi."
            self._remark(Level.INFO, "card_unusual", Field.CARD, message)

    def _phone(self) -> None:
        cell = self.raw.cell(Field.PHONE)
        if not self._text(Field.PHONE):
            return
        self.member.phone = parse_phone(cell) or ""
        if not self.member.phone:
            message = "Số điện thoại không đọc được, không đưa vào. Hãy ghi 10 chữ số bắt đầu bằng 0."
            self._remark(Level.INFO, "phone_unread", Field.PHONE, message)

    def _words(self) -> None:
        member = self.member
        member.ethnicity = self._word(Field.ETHNICITY, "Dân tộc", values.parse_ethnicity, keep=True)
        member.education = self._word(Field.EDUCATION, "Trình độ chuyên môn", values.parse_education)
        member.political_theory = self._word(Field.THEORY, "Lý luận chính trị", values.parse_theory)

    def _word(self, wanted: Field, title: str, parse: Callable[[str], str], *, keep: bool = False) -> str:
        text = self._text(wanted)
        found = parse(text) if text else ""
        if text and not found:
            fate = "giữ nguyên như đã ghi" if keep else "không đưa vào"
            message = f"{title} “{text}” không có trong danh mục; {fate}."
            self._remark(Level.INFO, f"{wanted}_unknown", wanted, message)
            return text if keep else ""
        return found

    def _posts(self) -> None:
        cell = self.raw.cell(Field.POSTS)
        self.member.posts, self.member.other_posts = parse_posts(cell if isinstance(cell, str) else "")
        if self.member.other_posts:
            texts = "; ".join(self.member.other_posts)
            message = f"Chức vụ “{texts}” không nhận ra; giữ nguyên như đã ghi."
            self._remark(Level.INFO, "post_unread", Field.POSTS, message)


# Instead of a tick some put the date.
_DATED_TICKS = {Field.TICK_OFFICIAL: "official_date", Field.TICK_PROBATIONARY: "admission_date"}
_TICKS = (Field.TICK_OFFICIAL, Field.TICK_PROBATIONARY, Field.TICK_EXEMPT)


def _holds_a_date(cell: Cell) -> bool:
    return isinstance(cell, date) or sum(c.isdigit() for c in clean(str(cell))) >= 4


def _age(birth: PartialDate, day: PartialDate) -> int:
    """Full years, of partial dates the most that they may be."""
    born, then = birth.as_date(), day.latest()
    return then.year - born.year - ((then.month, then.day) < (born.month, born.day))
