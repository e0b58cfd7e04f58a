from collections.abc import Collection, Sequence

from django import forms

from common.ui.forms import Form, word_errors

from .enums import Channel
from .kinds import KINDS


class PreferencesForm(Form):
    """For each kind of notice the ways on which one wishes to receive it; duties are not among the kinds."""

    def __init__(self, *args, channels: Sequence[Channel], muted: Collection[tuple[str, str]] = (), **kwargs) -> None:
        """`channels`: the ways that are open."""
        super().__init__(*args, **kwargs)
        kinds = ((kind, what) for kind, what in KINDS.items() if not what.duty)
        for kind, what in sorted(kinds, key=lambda pair: pair[1].label):
            ways = [way for way in what.channels if way in channels]
            self.fields[_name(kind)] = forms.MultipleChoiceField(
                label=what.label,
                required=False,
                choices=[(way.value, way.label) for way in ways],
                initial=[way.value for way in ways if (kind, way.value) not in muted],
                widget=forms.CheckboxSelectMultiple(attrs={"class": "choices--row"}),
            )
        word_errors(self)

    def offered(self) -> set[tuple[str, str]]:
        """Pairs of kind and way that stood in the form."""
        return {(_kind(name), way) for name, field in self.fields.items() for way, _ in field.choices}

    def wanted(self) -> set[tuple[str, str]]:
        return {(_kind(name), way) for name, ways in self.cleaned_data.items() for way in ways}


def _name(kind: str) -> str:
    """A dot in an id would have to be escaped wherever a link leads to it."""
    return kind.replace(".", "-")


def _kind(name: str) -> str:
    return name.replace("-", ".")


class HelpForm(Form):
    text = forms.CharField(
        label="Vướng mắc của đồng chí",
        help_text="Đồng chí đang làm gì, mong thấy gì và thấy gì trên màn hình. Không ghi số định danh cá nhân.",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    page = forms.CharField(max_length=200, required=False, widget=forms.HiddenInput)
    phone = forms.CharField(
        label="Số điện thoại để liên hệ lại",
        help_text="Chỉ điền nếu đồng chí muốn được gọi lại.",
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )


class AnswerForm(Form):
    answer = forms.CharField(label="Trả lời", max_length=2000, widget=forms.Textarea(attrs={"rows": 6}))
