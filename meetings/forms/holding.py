"""Hours that are typed while a meeting is held."""

from datetime import datetime, timedelta

from django import forms
from django.utils import timezone

from common.ui.forms import Form

_WAYS = ["%H:%M", "%Hh%M", "%H.%M", "%H %M", "%H%M", "%Hh", "%H"]


class ClockInput(forms.TimeInput):
    """An hour typed as text, as dates are."""

    input_type = "text"

    def __init__(self) -> None:
        extra = {"inputmode": "numeric", "autocomplete": "off", "class": "input--short", "maxlength": 6}
        super().__init__(extra, format="%H:%M")


def _hour(label: str, **options) -> forms.TimeField:
    wrong = f"{label} phải là một giờ trong ngày, ví dụ 14:05."
    return forms.TimeField(
        label=label, widget=ClockInput, input_formats=_WAYS, error_messages={"invalid": wrong}, **options
    )


class ClockForm(Form):
    """When it really began or ended: now, unless somebody says otherwise."""

    at = _hour("Giờ", help_text="Giờ thực tế, ví dụ 14:05. Sửa lại nếu đồng chí bấm chậm.")

    def __init__(self, *args, label: str, **kwargs) -> None:
        self.opened_at = timezone.localtime()
        super().__init__(*args, initial={"at": self.opened_at.time()}, **kwargs)
        self.fields["at"].label = label
        wrong = f"{label} phải là một giờ trong ngày, ví dụ 14:05."
        self.fields["at"].error_messages["invalid"] = wrong

    def moment(self) -> datetime:
        """The typed hour that lies nearest to now: a meeting may pass midnight. The minute of now is now itself."""
        typed = self.cleaned_data["at"]
        now = timezone.localtime()
        if (typed.hour, typed.minute) == (now.hour, now.minute):
            return now
        day = now.replace(hour=typed.hour, minute=typed.minute, second=0, microsecond=0)
        return min((day + timedelta(days=step) for step in (-1, 0, 1)), key=lambda moment: abs(moment - now))


class TimesForm(forms.Form):
    """Of one person on the roll; drawn by the row itself."""

    arrived_at = _hour("Giờ đến", required=False)
    left_at = _hour("Giờ về", required=False)
    reason = forms.CharField(max_length=300, required=False)
