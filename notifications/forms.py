from django import forms

from common.ui.forms import Form

from .kinds import KINDS


class PreferencesForm(Form):
    """Which kinds of notice one wishes to receive; duties are not among the choices."""

    wanted = forms.MultipleChoiceField(label="Thông báo muốn nhận", required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["wanted"].choices = sorted(
            ((kind, what.label) for kind, what in KINDS.items() if not what.duty), key=lambda pair: pair[1]
        )


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
