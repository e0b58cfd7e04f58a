from django import forms

from common.ui.forms import Form


class LeaveForm(Form):
    reason = forms.CharField(
        label="Lý do xin vắng",
        max_length=300,
        help_text="Ví dụ: trực ban chạy tàu, đi công tác. Bí thư chi bộ và người chuẩn bị cuộc họp đọc được.",
    )


class OpinionForm(Form):
    text = forms.CharField(
        label="Ý kiến của đồng chí",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5, "maxlength": 4000}),
        help_text="Người chuẩn bị và chủ trì cuộc họp đọc được. Để trống rồi lưu là rút ý kiến.",
    )
