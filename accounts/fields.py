"""The citizen id as people type it."""

import re

from django import forms
from django.core.exceptions import ValidationError

_BETWEEN = re.compile(r"[\s.\-]+")


class CitizenIdField(forms.CharField):
    """Twelve digits; spaces, dots and dashes between them are dropped (domain.md §3.4)."""

    never_kept = True

    def __init__(self, **kwargs) -> None:
        kwargs.setdefault("label", "Số định danh cá nhân")
        kwargs.setdefault("max_length", 40)
        super().__init__(**kwargs)
        self.widget.attrs |= {
            "inputmode": "numeric",
            "autocapitalize": "off",
            "autocorrect": "off",
            "spellcheck": "false",
        }

    def clean(self, value: object) -> str:
        typed = _BETWEEN.sub("", super().clean(value))
        if not typed:
            return ""
        digits = "".join(str(int(sign)) if sign.isdecimal() else sign for sign in typed)
        if not digits.isdecimal():
            raise ValidationError("Số định danh cá nhân chỉ gồm chữ số.", code="not_digits")
        if len(digits) == 9:
            raise ValidationError(
                "Số chứng minh nhân dân 9 số không còn dùng. Đồng chí nhập số định danh cá nhân 12 số.", code="old"
            )
        if len(digits) != 12:
            raise ValidationError(
                f"Số định danh cá nhân gồm 12 chữ số; đồng chí đã nhập {len(digits)} chữ số.", code="length"
            )
        return digits


def masked(citizen_id: str) -> str:
    """Only the last two digits: more would give sex and birth away (DESIGN §4)."""
    return "•" * 10 + citizen_id[-2:]
