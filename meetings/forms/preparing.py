from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django import forms
from django.utils import timezone

from common.ui.forms import DateField, Form, NumberInput
from members.models import Member

from ..enums import AgendaPart, Capacity, MeetingKind
from ..models import AgendaItem, Habit, Meeting
from ..rules.habits import WEEKDAYS, WEEKS

_MOST_MINUTES = 600
_DAY = "Ngày/tháng/năm, ví dụ 05/12/2026."


def _numbered(words: Sequence[str], start: int) -> list[tuple[int, str]]:
    return [(number, word[0].upper() + word[1:]) for number, word in enumerate(words, start=start)]


class TimeInput(forms.TimeInput):
    """An hour typed as text, as dates are."""

    def __init__(self) -> None:
        super().__init__(
            {"inputmode": "numeric", "autocomplete": "off", "class": "input--short", "maxlength": 6}, format="%H:%M"
        )


def _hour(label: str = "Giờ bắt đầu") -> forms.TimeField:
    return forms.TimeField(
        label=label,
        widget=TimeInput,
        input_formats=["%H:%M", "%Hh%M", "%H.%M", "%H %M", "%H%M", "%Hh", "%H"],
        help_text="Ví dụ 14:00.",
        error_messages={"invalid": f"{label} phải là một giờ trong ngày, ví dụ 14:00."},
    )


def _minutes(label: str, **options) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=1, max_value=_MOST_MINUTES, widget=NumberInput, **options)


class _PeopleForm(Form):
    """Fields that choose one of those who are called."""

    def choose(self, name: str, people: Iterable[Member], empty: str) -> None:
        self._people = {str(member.pk): member for member in people}
        self.fields[name].choices = [("", empty), *((pk, member.full_name) for pk, member in self._people.items())]

    def chosen(self, name: str) -> Member | None:
        return self._people.get(self.cleaned_data.get(name) or "")


class MeetingForm(_PeopleForm):
    title = forms.CharField(
        label="Tên cuộc họp", max_length=200, required=False, help_text="Để trống thì đặt theo loại và tháng."
    )
    topic = forms.CharField(label="Chuyên đề", max_length=300, required=False)
    with_thematic = forms.BooleanField(
        label="Kết hợp sinh hoạt chuyên đề",
        required=False,
        help_text="Làm xong phần thường kỳ rồi mới đến phần chuyên đề; thời lượng ít nhất 120 phút.",
    )
    day = DateField(label="Ngày họp", help_text=_DAY)
    at = _hour()
    minutes = _minutes("Thời lượng (phút)")
    place = forms.CharField(label="Địa điểm", max_length=200)
    online_link = forms.URLField(
        label="Đường dẫn họp trực tuyến", max_length=500, required=False, assume_scheme="https"
    )
    chair = forms.ChoiceField(label="Chủ trì", required=False)
    clerk = forms.ChoiceField(label="Thư ký", required=False)
    note = forms.CharField(
        label="Lời nhắn kèm thông báo",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": 1000}),
    )

    def __init__(
        self, data: Mapping | None = None, *, kind: str, people: Sequence[Member], meeting: Meeting | None = None, **kw
    ) -> None:
        super().__init__(data, **kw)
        self.kind, self.meeting = kind, meeting
        if meeting is not None:
            self.fields["title"].required = True
            self.fields["title"].help_text = ""
            self.fields["title"].error_messages["required"] = "Chưa nhập tên cuộc họp."
        if kind != MeetingKind.REGULAR:
            del self.fields["with_thematic"]
        if kind not in {MeetingKind.REGULAR, MeetingKind.THEMATIC}:
            del self.fields["topic"]
        elif kind == MeetingKind.THEMATIC:
            self.fields["topic"].required = True
        self.choose("chair", people, "Chưa chọn")
        self.choose("clerk", people, "Cử tại cuộc họp")
        self.fields["chair"].help_text = "Người chủ trì điều hành được cuộc họp trên Sổ tay."

    def clean(self) -> dict:
        given = super().clean()
        if given.get("with_thematic") and not given.get("topic"):
            self.add_error("topic", "Chưa nhập chuyên đề.")
        return given

    def values(self) -> dict:
        """As the services take them."""
        given = self.cleaned_data
        return {
            "title": given["title"],
            "topic": given.get("topic", ""),
            "with_thematic": given.get("with_thematic", False),
            "starts_at": datetime.combine(given["day"], given["at"], tzinfo=timezone.get_current_timezone()),
            "minutes": given["minutes"],
            "place": given["place"],
            "online_link": given["online_link"],
            "chair": self.chosen("chair"),
            "clerk": self.chosen("clerk"),
            "note": given["note"],
        }


def typed(meeting: Meeting) -> dict:
    """What the form of a meeting begins with."""
    start = timezone.localtime(meeting.starts_at)
    return {
        "title": meeting.title,
        "topic": meeting.topic,
        "with_thematic": meeting.with_thematic,
        "day": start.date(),
        "at": start.time(),
        "minutes": meeting.minutes,
        "place": meeting.place,
        "online_link": meeting.online_link,
        "chair": meeting.chair_id or "",
        "clerk": meeting.clerk_id or "",
        "note": meeting.note,
    }


class PostponeForm(Form):
    reason = forms.CharField(label="Lý do hoãn", max_length=500, help_text="Mọi người được mời đọc được.")
    day = DateField(label="Ngày họp mới", required=False, help_text=f"{_DAY} Để trống nếu chưa định được ngày.")
    at = _hour("Giờ họp mới")
    place = forms.CharField(label="Địa điểm", max_length=200, required=False)

    def __init__(self, data: Mapping | None = None, *, meeting: Meeting) -> None:
        start = timezone.localtime(meeting.starts_at)
        super().__init__(data, initial={"at": start.time(), "place": meeting.place})

    def starts_at(self) -> datetime | None:
        given = self.cleaned_data
        if not given["day"]:
            return None
        return datetime.combine(given["day"], given["at"], tzinfo=timezone.get_current_timezone())


class ReasonForm(Form):
    reason = forms.CharField(label="Lý do", max_length=500, help_text="Mọi người được mời đọc được.")


class ItemForm(_PeopleForm):
    title = forms.CharField(label="Nội dung", max_length=300)
    part = forms.ChoiceField(label="Phần", choices=AgendaPart.choices)
    minutes = _minutes("Số phút")
    speaker = forms.ChoiceField(label="Người trình bày", required=False)
    draft = forms.CharField(
        label="Dự thảo nghị quyết, kết luận",
        required=False,
        max_length=20000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="Người được triệu tập đọc được từ khi thông báo.",
    )

    def __init__(
        self, data: Mapping | None = None, *, people: Sequence[Member], item: AgendaItem | None = None
    ) -> None:
        initial = {"part": AgendaPart.MAIN, "minutes": 10}
        if item is not None:
            initial = {
                "title": item.title,
                "part": item.part,
                "minutes": item.minutes,
                "speaker": item.speaker_id or "",
                "draft": item.draft,
            }
        super().__init__(data, initial=initial)
        self.choose("speaker", people, "Chưa chọn")

    def values(self) -> dict:
        given = self.cleaned_data
        return {
            "title": given["title"],
            "part": given["part"],
            "minutes": given["minutes"],
            "speaker": self.chosen("speaker"),
            "draft": given["draft"],
        }


class PaperForm(Form):
    file = forms.FileField(
        label="Tệp",
        help_text="PDF hoặc .docx, đến 20 MB. Không đưa tài liệu có dấu Mật, Tối mật, Tuyệt mật lên Sổ tay.",
        widget=forms.FileInput(attrs={"accept": ".pdf,.docx"}),
    )
    title = forms.CharField(
        label="Tên tài liệu", required=False, max_length=150, help_text="Để trống thì lấy theo tên tệp."
    )


class GuestForm(_PeopleForm):
    capacity = forms.ChoiceField(
        label="Mời với tư cách",
        choices=[(one.value, one.label) for one in (Capacity.SUPERIOR, Capacity.GUEST)],
        widget=forms.RadioSelect,
        initial=Capacity.SUPERIOR,
    )
    member = forms.ChoiceField(
        label="Chọn trong cấp ủy cấp trên",
        required=False,
        help_text="Đồng chí này nhận được giấy mời trên Sổ tay và xem được chương trình, tài liệu.",
    )
    full_name = forms.CharField(label="Hoặc ghi họ và tên", required=False, max_length=120)
    about = forms.CharField(label="Chức vụ, đơn vị", required=False, max_length=200)

    def __init__(self, data: Mapping | None = None, *, people: Sequence[Member]) -> None:
        super().__init__(data)
        self.choose("member", people, "Không chọn")

    def clean(self) -> dict:
        given = super().clean()
        if not given.get("member") and not given.get("full_name"):
            self.add_error("full_name", "Chưa chọn đồng chí cấp trên hoặc ghi họ tên người được mời.")
        return given


class HabitForm(Form):
    way = forms.ChoiceField(
        label="Họp vào",
        choices=[("day", "Một ngày cố định trong tháng"), ("week", "Một thứ trong tuần của tháng")],
        widget=forms.RadioSelect,
        initial="day",
    )
    day = forms.IntegerField(
        label="Ngày trong tháng",
        min_value=1,
        max_value=31,
        required=False,
        widget=NumberInput,
        help_text="Tháng không có ngày này thì lấy ngày cuối tháng.",
    )
    week = forms.TypedChoiceField(
        label="Tuần", required=False, coerce=int, empty_value=None, choices=_numbered(WEEKS, 1)
    )
    weekday = forms.TypedChoiceField(
        label="Thứ", required=False, coerce=int, empty_value=None, choices=_numbered(WEEKDAYS, 0)
    )
    at = _hour()
    minutes = _minutes("Thời lượng (phút)")
    place = forms.CharField(label="Địa điểm", max_length=200)

    def __init__(self, data: Mapping | None = None, *, habit: Habit | None, minutes: int) -> None:
        initial: dict = {"minutes": minutes, "week": 1, "weekday": 2}
        if habit is not None:
            initial = {
                "way": "day" if habit.day else "week",
                "day": habit.day,
                "week": habit.week,
                "weekday": habit.weekday,
                "at": habit.at,
                "minutes": habit.minutes,
                "place": habit.place,
            }
        super().__init__(data, initial=initial)

    def clean(self) -> dict:
        given = super().clean()
        if given.get("way") == "day" and not given.get("day") and "day" not in self.errors:
            self.add_error("day", "Chưa nhập ngày trong tháng.")
        return given

    def values(self) -> dict:
        given = self.cleaned_data
        by_day = given["way"] == "day"
        return {
            "day": given["day"] if by_day else None,
            "week": None if by_day else given["week"],
            "weekday": None if by_day else given["weekday"],
            "at": given["at"],
            "minutes": given["minutes"],
            "place": given["place"],
        }
