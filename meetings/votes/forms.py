"""What is typed and ticked on the pages of votes."""

from collections.abc import Sequence

from django import forms

from common.text import clean
from common.ui.forms import Form, NumberInput, word_errors
from members.models import Member

from ..models import Meeting
from ..rules.catalogue import Matter
from .enums import BallotKind, Choice, Counting, Marking
from .models import Candidate, Vote
from .presenting import paper_rule
from .services import wrong_papers

_INVALID = "invalid"


class QuestionForm(Form):
    """A question answered by yes, no or another opinion."""

    title = forms.CharField(label="Nội dung biểu quyết", max_length=300)
    text = forms.CharField(
        label="Toàn văn đưa ra biểu quyết",
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Không bắt buộc. Ví dụ: dự thảo nghị quyết.",
    )
    item = forms.ModelChoiceField(
        None, label="Thuộc nội dung chương trình", required=False, empty_label="Không gắn với nội dung nào"
    )
    ballot = forms.ChoiceField(
        label="Hình thức",
        choices=[(BallotKind.OPEN, "Công khai"), (BallotKind.SECRET, "Phiếu kín")],
        widget=forms.RadioSelect,
    )
    counting = forms.ChoiceField(
        label="Nếu công khai, ghi kết quả",
        choices=[
            (Counting.BY_NAME, "Từng đồng chí biểu quyết trên Sổ tay; thư ký ghi thay đồng chí không có điện thoại"),
            (Counting.TOTALS, "Giơ tay tại phòng họp, thư ký ghi ba số tổng"),
        ],
        widget=forms.RadioSelect,
    )

    def __init__(self, *args, meeting: Meeting, matter: Matter, **kwargs) -> None:
        initial = {"title": matter.question, "ballot": matter.ballot, "counting": Counting.BY_NAME}
        kwargs["initial"] = initial | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        _offer_items(self, meeting)
        self.matter = matter

    def values(self) -> dict:
        """For `prepare_vote` and `change_vote`."""
        return dict(self.cleaned_data)


class ElectionForm(Form):
    """A paper with names."""

    title = forms.CharField(label="Bầu gì", max_length=300, help_text="Ví dụ: Bầu chi ủy nhiệm kỳ 2025–2027.")
    item = forms.ModelChoiceField(
        None, label="Thuộc nội dung chương trình", required=False, empty_label="Không gắn với nội dung nào"
    )
    seats = forms.IntegerField(label="Số lượng cần bầu", min_value=1, max_value=40, widget=NumberInput)
    members = forms.ModelMultipleChoiceField(
        None, label="Danh sách bầu cử", required=False, widget=forms.CheckboxSelectMultiple,
        help_text="Đảng viên chính thức của cuộc họp. Trên phiếu, tên tự xếp theo vần A, B, C.",
    )  # fmt: skip
    others = forms.CharField(
        label="Người khác",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Mỗi dòng một họ và tên, khi người được giới thiệu không có trong danh sách trên.",
    )
    marking = forms.ChoiceField(
        label="Cách ghi phiếu",
        choices=[(Marking.TICK, "Đánh dấu người mình bầu"), (Marking.STRIKE, "Gạch người mình không bầu")],
        widget=forms.RadioSelect,
    )

    def __init__(self, *args, meeting: Meeting, matter: Matter, **kwargs) -> None:
        kwargs["initial"] = {"title": matter.question, "marking": Marking.TICK} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        _offer_items(self, meeting)
        self.matter = matter
        official = Member.objects.filter(attended__meeting=meeting, attended__capacity="official")
        self.fields["members"].queryset = official.order_by("name_sort", "pk")
        self.fields["members"].label_from_instance = lambda member: member.full_name

    def clean(self) -> dict:
        given = super().clean()
        names = [clean(line) for line in given.get("others", "").splitlines() if clean(line)]
        given["candidates"] = [*given.get("members", []), *names]
        if "seats" in given and len(given["candidates"]) < given["seats"]:
            many = len(given["candidates"])
            self.add_error("members", f"Danh sách có {many} người, ít hơn {given['seats']} người cần bầu.")
        return given

    def values(self) -> dict:
        """For `prepare_vote` and `change_vote`."""
        names = ("title", "item", "seats", "marking", "candidates")
        return {name: self.cleaned_data[name] for name in names} | {"ballot": BallotKind.ELECTION}


def _offer_items(form: Form, meeting: Meeting) -> None:
    form.fields["item"].queryset = meeting.items.all()
    form.fields["item"].label_from_instance = lambda item: f"{item.position}. {item.title}"


def form_of(matter: Matter) -> type[QuestionForm | ElectionForm]:
    return ElectionForm if matter.ballot == BallotKind.ELECTION else QuestionForm


def initial_of(vote: Vote) -> dict:
    """A vote as its form begins when it is changed."""
    people = list(vote.candidates.all())
    return {
        "title": vote.title,
        "text": vote.text,
        "item": vote.item_id,
        "ballot": vote.ballot,
        "counting": vote.counting,
        "seats": vote.seats,
        "marking": vote.marking,
        "members": [one.member_id for one in people if one.member_id],
        "others": "\n".join(one.full_name for one in people if not one.member_id),
    }


# ---- voting ---------------------------------------------------------------------------------------------------------


class OpenForm(Form):
    """One's own open vote, or one on another's word."""

    choice = forms.ChoiceField(label="Đồng chí biểu quyết", choices=Choice, widget=forms.RadioSelect)
    opinion = forms.CharField(
        label="Ý kiến khác là gì", required=False, max_length=500, help_text="Chỉ ghi khi chọn “Ý kiến khác”."
    )

    def clean(self) -> dict:
        given = super().clean()
        if given.get("choice") != Choice.OTHER:
            given["opinion"] = ""
        return given


class SecretForm(Form):
    """A secret yes, no, or another opinion."""

    choice = forms.ChoiceField(label="Lá phiếu của đồng chí", choices=Choice, widget=forms.RadioSelect)

    def __init__(self, *args, vote: Vote, candidates: Sequence[Candidate] = (), **kwargs) -> None:
        super().__init__(*args, **kwargs)

    def ballot(self) -> dict:
        return {"choice": self.cleaned_data["choice"]}

    def chosen(self) -> list[str]:
        return [str(Choice(self.cleaned_data["choice"]).label)]


class PaperForm(Form):
    """The paper of an election, ticked or struck."""

    marked = forms.TypedMultipleChoiceField(
        label="Danh sách bầu cử", required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args, vote: Vote, candidates: Sequence[Candidate], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.vote, self.candidates = vote, list(candidates)
        field = self.fields["marked"]
        field.choices = [
            (one.number, f"{one.number}. {one.full_name}" + (f" ({one.about})" if one.about else ""))
            for one in self.candidates
        ]
        field.label = "Gạch tên người không bầu" if vote.marking == Marking.STRIKE else "Chọn người đồng chí bầu"
        field.help_text = paper_rule(vote, len(self.candidates))

    def clean_marked(self) -> list[int]:
        numbers = self._voted_for(self.cleaned_data["marked"])
        if len(numbers) > self.vote.seats:
            if self.vote.marking == Marking.STRIKE:
                most = len(self.candidates) - self.vote.seats
                raise forms.ValidationError(
                    f"Còn {len(numbers)} người chưa gạch, nhiều hơn {self.vote.seats} người cần bầu. Đồng chí gạch ít"
                    f" nhất {most} người."
                )
            raise forms.ValidationError(
                f"Đồng chí bầu nhiều nhất {self.vote.seats} người; đang chọn {len(numbers)} người."
            )
        return self.cleaned_data["marked"]

    def _voted_for(self, marked: Sequence[int]) -> list[int]:
        if self.vote.marking == Marking.STRIKE:
            return [one.number for one in self.candidates if one.number not in marked]
        return sorted(marked)

    def ballot(self) -> dict:
        return {"numbers": self._voted_for(self.cleaned_data["marked"])}

    def chosen(self) -> list[str]:
        numbers = set(self.ballot()["numbers"])
        return [one.full_name for one in self.candidates if one.number in numbers]


def ballot_form(vote: Vote) -> type[SecretForm | PaperForm]:
    return PaperForm if vote.ballot == BallotKind.ELECTION else SecretForm


class ReceiptForm(Form):
    """A voter looks for his code. Named so that it is kept nowhere."""

    ma = forms.CharField(label="Mã phiếu của đồng chí", max_length=40)


# ---- closing --------------------------------------------------------------------------------------------------------


def _number(label: str, **more) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=100_000, required=False, widget=NumberInput, **more)


class CloseForm(Form):
    """What hands and paper said; nothing where all have voted on the handbook. The names of its fields are the keys
    of `Vote.paper`, candidates by «so_<number>»."""

    def __init__(self, *args, vote: Vote, papers_given: int, candidates: Sequence[Candidate] = (), **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.vote, self.papers_given, self.names = vote, papers_given, {}
        if vote.counting == Counting.TOTALS:
            for choice in Choice:
                self._add(str(choice), f"Số {choice.label.lower()}")
        elif papers_given:
            self._add("returned", "Số phiếu giấy thu về", help_text=f"Đã phát {papers_given} phiếu.")
            if vote.ballot == BallotKind.SECRET:
                for choice in Choice:
                    self._add(str(choice), f"Phiếu giấy {choice.label.lower()}")
            self._add(_INVALID, "Phiếu giấy không hợp lệ")
            for one in candidates:
                self._add(str(one.number), f"Phiếu giấy bầu {one.full_name}")
        if vote.is_secret:
            self.fields["counting_board"] = forms.CharField(
                label="Ban kiểm phiếu",
                max_length=500,
                required=vote.ballot == BallotKind.ELECTION,
                help_text="Họ và tên trưởng ban, các thành viên; cách nhau bằng dấu phẩy, trưởng ban ghi trước.",
            )
        word_errors(self)

    def _add(self, key: str, label: str, **more) -> None:
        name = f"so_{key}"
        self.fields[name], self.names[name] = _number(label, **more), key

    @property
    def asks(self) -> bool:
        return bool(self.fields)

    def clean(self) -> dict:
        cleaned = super().clean()
        if not self.errors and (wrong := wrong_papers(self.vote.ballot, self.paper(), self.papers_given)):
            self.add_error("so_returned" if "so_returned" in self.fields else None, wrong)
        return cleaned

    def paper(self) -> dict[str, int]:
        return {key: self.cleaned_data.get(name) or 0 for name, key in self.names.items()}

    def facts(self) -> list[dict]:
        """What was typed, for the check page."""
        shown = []
        for name, field in self.fields.items():
            value = self.cleaned_data.get(name)
            shown.append({"label": field.label, "value": value if name == "counting_board" else str(value or 0)})
        return shown


class VoidForm(Form):
    reason = forms.CharField(label="Lý do", max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class RoundForm(Form):
    """Who stands in the next round, of those who were not elected."""

    candidates = forms.TypedMultipleChoiceField(
        label="Danh sách vòng tiếp theo", coerce=int, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args, people: Sequence[tuple[int, str]], seats: int, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.seats = seats
        self.fields["candidates"].choices = people
        self.fields["candidates"].help_text = f"Cần bầu tiếp {seats} người."

    def clean_candidates(self) -> list[int]:
        chosen = self.cleaned_data["candidates"]
        if len(chosen) < self.seats:
            raise forms.ValidationError(f"Cần chọn ít nhất {self.seats} người cho vòng bầu tiếp.")
        return chosen
