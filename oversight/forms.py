from django import forms

from common.ui.forms import DateField, Form

from .selectors import actions


class AuditForm(Form):
    """What to look for in the record. Names go by POST and leave as primary keys."""

    unit = forms.CharField(label="Đơn vị và cấp dưới", max_length=200, required=False)
    person = forms.CharField(label="Người thực hiện", max_length=120, required=False)
    action = forms.ChoiceField(label="Việc", required=False)
    since = DateField(label="Từ ngày", required=False, help_text="")
    until = DateField(label="Đến hết ngày", required=False, help_text="")

    def __init__(self, *args, whole: bool, **kwargs) -> None:
        """`whole`: with unit and person, for those who read more than their own acts."""
        super().__init__(*args, **kwargs)
        self.fields["action"].choices = [("", "Mọi việc"), *actions()]
        if not whole:
            del self.fields["unit"], self.fields["person"]

    def clean(self) -> dict:
        given = super().clean()
        since, until = given.get("since"), given.get("until")
        if since and until and until < since:
            self.add_error("until", "Đến hết ngày phải từ ngày bắt đầu trở đi.")
        return given
