"""The shapes of what is typed beside the reports' own figures."""

from collections.abc import Iterable

from django import forms

from common.ui.forms import DateField, Form

from .selectors.reports import STATES, ListFilter


class FileForm(Form):
    """A document that goes with a report."""

    title = forms.CharField(
        label="Tên tài liệu",
        required=False,
        max_length=150,
        help_text="Ví dụ: Nghị quyết đại hội. Để trống thì lấy tên tệp.",
    )
    file = forms.FileField(
        label="Tệp",
        help_text="PDF hoặc .docx, nhiều nhất 20 MB.",
        widget=forms.FileInput(attrs={"accept": ".pdf,.docx"}),
        max_length=255,
    )
    not_secret = forms.BooleanField(label="Tệp không chứa bí mật nhà nước")


class FilterForm(Form):
    """Of the list of reports to approve."""

    tim = forms.CharField(label="Tên đơn vị", required=False, max_length=100, help_text="Gõ có dấu hoặc không dấu.")
    trang_thai = forms.ChoiceField(
        label="Tình trạng", required=False, choices=[(code, label) for code, (label, _) in STATES.items()]
    )
    mau = forms.ChoiceField(label="Loại báo cáo", required=False)
    don_vi = forms.ChoiceField(label="Cấp ủy phê duyệt", required=False)
    canh_bao = forms.ChoiceField(
        label="Cảnh báo",
        required=False,
        choices=[("", "Tất cả"), ("co", "Có cảnh báo"), ("khong", "Không có cảnh báo")],
    )
    qua_han = forms.BooleanField(label="Chỉ báo cáo quá hạn", required=False)

    def __init__(self, *args, forms_owed: list[tuple[str, str]], units: Iterable[tuple[int, str]], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mau"].choices = [("", "Tất cả"), *forms_owed]
        self.fields["don_vi"].choices = [("", "Tất cả"), *((str(pk), name) for pk, name in units)]

    def chosen(self) -> ListFilter:
        """A wrong choice narrows nothing."""
        self.is_valid()
        given = self.cleaned_data
        return ListFilter(
            text=given.get("tim", ""),
            unit=int(given["don_vi"]) if given.get("don_vi") else None,
            form=given.get("mau", ""),
            state=given.get("trang_thai") or "waiting",
            late=given.get("qua_han", False),
            warnings=given.get("canh_bao", ""),
        )


def _reason(label: str, hint: str) -> forms.CharField:
    # The least length is the service's to refuse, in its own words.
    return forms.CharField(
        label=label, help_text=hint, max_length=1000, widget=forms.Textarea(attrs={"rows": 4, "maxlength": 1000})
    )


class RejectForm(Form):
    reason = _reason("Lý do từ chối", "Ít nhất 10 ký tự. Đơn vị đọc được nguyên văn.")


class UnapproveForm(Form):
    reason = _reason("Lý do hủy phê duyệt", "Ít nhất 10 ký tự. Đơn vị đọc được nguyên văn.")


class ExtendForm(Form):
    until = DateField(label="Gia hạn đến hết ngày")
    reason = _reason("Lý do gia hạn", "Ít nhất 10 ký tự.")
