from django import forms

from common.ui.forms import Form


class ReportForm(Form):
    report = forms.CharField(
        label="Kết quả thực hiện",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 1000}),
    )


class ReasonForm(Form):
    reason = forms.CharField(label="Lý do", max_length=500, widget=forms.Textarea(attrs={"rows": 3, "maxlength": 500}))
