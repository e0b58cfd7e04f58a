"""The shapes of what is typed into minutes and what follows from them."""

from django import forms
from django.utils import timezone

from common.party_documents import issuer_of
from common.ui.forms import DateField, Form

from ..models import AgendaItem, Attendee, Meeting
from ..rules.scoring import Item, Sheet
from ..votes.models import Vote
from .enums import DocumentType
from .models import Minutes, Score
from .services import Typed
from .services.closing import TIMES
from .services.scoring import sheet_of


def _text(label: str, rows: int, hint: str = "", most: int = 20_000) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        required=False,
        max_length=most,
        widget=forms.Textarea(attrs={"rows": rows, "maxlength": most}),
    )


class MinutesForm(Form):
    """Opening, discussion and conclusion of each item, closing; beside each the revision the writer has before him."""

    def __init__(self, *args, record: Minutes, items: list[AgendaItem], **kwargs) -> None:
        self.record, self.items = record, items
        initial = {"opening": record.opening, "closing": record.closing, "revision": record.revision}
        for item in items:
            initial |= {
                f"notes-{item.pk}": item.notes,
                f"conclusion-{item.pk}": item.conclusion,
                f"revision-{item.pk}": item.notes_revision,
            }
        super().__init__(*args, initial=initial | kwargs.pop("initial", {}), **kwargs)
        self.fields["revision"] = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)
        self.fields["opening"] = _text("Mở đầu", 3, "Tuyên bố lý do, giới thiệu đại biểu. Thành phần dự họp tự ghi.")
        for item in items:
            self.fields[f"revision-{item.pk}"] = forms.IntegerField(
                min_value=0, required=False, widget=forms.HiddenInput
            )
            self.fields[f"notes-{item.pk}"] = _text("Diễn biến, ý kiến", 5)
            self.fields[f"conclusion-{item.pk}"] = _text("Kết luận", 2)
        self.fields["closing"] = _text("Kết thúc", 3, "Giờ bế mạc và kết quả biểu quyết tự ghi.")

    @property
    def parts(self) -> list[dict]:
        """An item with its boxes, in the order of the agenda."""
        return [
            {
                "item": item,
                "notes": self[f"notes-{item.pk}"],
                "conclusion": self[f"conclusion-{item.pk}"],
                "revision": self[f"revision-{item.pk}"],
            }
            for item in self.items
        ]

    def typed(self) -> dict:
        """For the service; a box that was not sent is not touched."""
        given = self.cleaned_data
        sent = {name for name in self.fields if name in self.data}

        def text(name: str) -> str | None:
            return given.get(name, "") if name in sent else None

        return {
            "opening": text("opening"),
            "closing": text("closing"),
            "revision": given.get("revision") or 0,
            "items": {
                item.pk: Typed(
                    given.get(f"revision-{item.pk}") or 0, text(f"notes-{item.pk}"), text(f"conclusion-{item.pk}")
                )
                for item in self.items
                if f"notes-{item.pk}" in sent or f"conclusion-{item.pk}" in sent
            },
        }


class ClerkForm(Form):
    clerk = forms.ChoiceField(label="Thư ký ghi biên bản")

    def __init__(self, *args, people: list[Attendee], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["clerk"].choices = [("", "Chọn một đồng chí"), *((str(p.member_id), p.full_name) for p in people)]


class CirculateForm(Form):
    hours = forms.TypedChoiceField(
        label="Thời hạn góp ý",
        coerce=int,
        choices=list(TIMES.items()),
        widget=forms.RadioSelect,
        initial=24,
        help_text="Biên bản phải lên Sổ tay trong 02 ngày sau cuộc họp.",
    )


class RemarkForm(Form):
    text = forms.CharField(
        label="Góp ý của đồng chí", max_length=2000, widget=forms.Textarea(attrs={"rows": 3, "maxlength": 2000})
    )


class ReplyForm(Form):
    reply = forms.CharField(
        label="Tiếp thu, giải trình", max_length=1000, widget=forms.Textarea(attrs={"rows": 2, "maxlength": 1000})
    )


class AnnexForm(Form):
    text = forms.CharField(
        label="Nội dung bổ sung, đính chính",
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 6, "maxlength": 8000}),
    )
    reason = forms.CharField(label="Lý do", max_length=500)


class ConclusionForm(Form):
    text = forms.CharField(
        label="Kết luận", max_length=2000, widget=forms.Textarea(attrs={"rows": 2, "maxlength": 2000})
    )
    owner = forms.ChoiceField(
        label="Người thực hiện", required=False, help_text="Chọn người và thời hạn thì kết luận trở thành nhiệm vụ."
    )
    due_on = DateField(label="Thời hạn", required=False, help_text="Ngày/tháng/năm, ví dụ 25/12/2026.")

    def __init__(self, *args, people: list[Attendee], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(one.pk): one for one in people}
        self.fields["owner"].choices = [
            ("", "Không giao thành nhiệm vụ"),
            *((k, p.full_name) for k, p in self.people.items()),
        ]

    def clean(self) -> dict:
        given = super().clean()
        if given.get("owner") and not given.get("due_on") and "due_on" not in self.errors:
            self.add_error("due_on", "Chưa nhập thời hạn của nhiệm vụ.")
        if given.get("due_on") and not given.get("owner"):
            self.add_error("owner", "Chưa chọn người thực hiện.")
        if given.get("due_on") and given["due_on"] < timezone.localdate():
            self.add_error("due_on", "Thời hạn của nhiệm vụ phải từ hôm nay trở đi.")
        return given


# Headings of a resolution (domain.md §6.4); the others are written as one text.
RESOLUTION_PARTS = (
    "Đánh giá kết quả thực hiện nhiệm vụ",
    "Phương hướng, nhiệm vụ",
    "Phân công, tổ chức thực hiện",
    "Tự đánh giá chất lượng kỳ sinh hoạt",
)


class IssueForm(Form):
    subject = forms.CharField(label="Trích yếu", max_length=300, help_text="Ví dụ: về nhiệm vụ tháng 02 năm 2026.")
    day = DateField(label="Ngày ban hành", help_text="Ngày/tháng/năm, ví dụ 05/12/2026.")
    place = forms.CharField(label="Nơi ban hành", max_length=100, required=False, help_text="Ví dụ: Hà Nội.")

    def __init__(self, *args, kind: str, votes: list[Vote], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.votes = kind, {str(vote.pk): vote for vote in votes}
        if kind == DocumentType.RESOLUTION:
            self.fields["vote"] = forms.ChoiceField(
                label="Biểu quyết thông qua", choices=[(key, vote.title) for key, vote in self.votes.items()]
            )
        for at, title in enumerate(self.titles):
            self.fields[f"part-{at}"] = _text(title or "Nội dung", 6)
        self.fields["recipients"] = _text("Nơi nhận", 3, "Mỗi dòng một nơi.", 1000)

    @property
    def titles(self) -> tuple[str, ...]:
        return RESOLUTION_PARTS if self.kind == DocumentType.RESOLUTION else ("",)

    def document(self) -> dict:
        given = self.cleaned_data
        return {
            "kind": self.kind,
            "subject": given["subject"],
            "day": given["day"],
            "place": given["place"],
            "parts": [(title, given[f"part-{at}"]) for at, title in enumerate(self.titles)],
            "vote": self.votes.get(given.get("vote", "")),
            "recipients": given["recipients"].splitlines(),
        }


class ScoreForm(Form):
    """A box of points and one for the reason, for each item."""

    def __init__(self, *args, sheet: Sheet, score: Score, found: dict, **kwargs) -> None:
        self.sheet, self.found = sheet, found
        initial = {}
        for item in sheet.items:
            row = score.points.get(item.key, {})
            known = found.get(item.key)
            given = row.get("points")
            initial[f"p-{item.key}"] = known.points if given is None and known and known.points is not None else given
            initial[f"r-{item.key}"] = row.get("reason", "")
        super().__init__(*args, initial=initial, **kwargs)
        for item in sheet.items:
            self.fields[f"p-{item.key}"] = forms.TypedChoiceField(
                label=item.title, choices=_choices(item), coerce=int, empty_value=None, required=False
            )
            self.fields[f"r-{item.key}"] = forms.CharField(
                label="Lý do chấm khác gợi ý", max_length=300, required=False
            )

    @property
    def criteria(self) -> list[dict]:
        return [
            {
                "title": criterion.title,
                "most": criterion.most,
                "items": [
                    {
                        "item": item,
                        "points": self[f"p-{item.key}"],
                        "reason": self[f"r-{item.key}"],
                        "found": self.found.get(item.key),
                    }
                    for item in criterion.items
                ],
            }
            for criterion in self.sheet.criteria
        ]

    @property
    def so_far(self) -> int:
        """As the boxes stand, suggestions among them."""
        return sum(self._standing())

    @property
    def open_items(self) -> int:
        return len(self.sheet.items) - len(self._standing())

    def _standing(self) -> list[int]:
        values = (str(self[f"p-{item.key}"].value()) for item in self.sheet.items)
        return [int(value) for value in values if value.isascii() and value.isdecimal()]

    def given(self) -> dict:
        return {
            "points": {item.key: self.cleaned_data.get(f"p-{item.key}") for item in self.sheet.items},
            "reasons": {item.key: self.cleaned_data.get(f"r-{item.key}", "") for item in self.sheet.items},
        }


def _choices(item: Item) -> list[tuple[str, str]]:
    if item.options:
        chosen = [(str(option.points), f"{option.points} – {option.words}") for option in item.options]
    else:
        chosen = [(str(points), str(points)) for points in range(item.most, -1, -1)]
    return [("", "Chưa chấm"), *chosen]


class ReturnForm(Form):
    reason = forms.CharField(
        label="Lý do trả lại", max_length=500, widget=forms.Textarea(attrs={"rows": 3, "maxlength": 500})
    )


def first_of_meeting(meeting: Meeting, kind: str) -> dict:
    """What a new document begins with: drafts of the agenda, conclusions, tasks and the score."""
    day = timezone.localdate(meeting.starts_at)
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    initial = {"day": timezone.localdate(), "subject": f"về nhiệm vụ tháng {month} năm {day.year}"}
    drafts = "\n".join(item.draft for item in meeting.items.all() if item.draft)
    conclusions = list(meeting.conclusions.select_related("assignment__owner"))
    written = "\n".join(one.text for one in conclusions if one.assignment is None)
    tasks = "\n".join(
        f"{one.text}: đồng chí {one.assignment.owner.full_name}, hạn {one.assignment.due_on:%d/%m/%Y}."
        for one in conclusions
        if one.assignment
    )
    if kind == DocumentType.RESOLUTION:
        initial |= {"part-0": "", "part-1": drafts or written, "part-2": tasks, "part-3": _score_in_words(meeting)}
    else:
        initial["subject"] = f"kết luận {meeting.title[:1].lower()}{meeting.title[1:]}"
        initial["part-0"] = "\n".join(one for one in (written or drafts, tasks) if one)
    parent = meeting.unit.parent
    above = [f"{issuer_of(parent.name)} (báo cáo)"] if parent else []
    body = " ".join(issuer_of(meeting.unit.name).split()[:2])
    return initial | {"recipients": "\n".join([*above, f"Lưu {body[:1].lower()}{body[1:]}"])}


def _score_in_words(meeting: Meeting) -> str:
    score = Score.objects.filter(meeting=meeting).exclude(grade="").first()
    if score is None:
        return ""
    grade = sheet_of(meeting, score).grade_named(score.grade)
    return f"Chi bộ tự chấm {score.total_in_words} điểm, xếp loại {grade.name}."
