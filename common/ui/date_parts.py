"""A date typed in three boxes, day, month and year, of which the small ones may stay empty."""

from typing import Any

from django import forms

from common.dates import BadDate, PartialDate, make_date, parse_date

_LABELS = ("Ngày", "Tháng", "Năm")


class DatePartsInput(forms.MultiWidget):
    """Three boxes with the number keys; the whole date typed into the first one is taken too."""

    template_name = "components/widgets/date_parts.html"
    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None, *, autocomplete: str = "") -> None:
        def box(part: str, size: str) -> forms.TextInput:
            known = f"{autocomplete}-{part}" if autocomplete else "off"
            return forms.TextInput({"inputmode": "numeric", "autocomplete": known, "class": size, "maxlength": 10})

        parts = [box("day", "input--day"), box("month", "input--day"), box("year", "input--year")]
        super().__init__(parts, attrs)

    def decompress(self, value: object) -> list[str]:
        return list(value) if isinstance(value, list | tuple) else ["", "", ""]

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        """A whole date in the first box is put into its own, where the reader finds it again."""
        boxes = [str(part or "").strip() for part in super().value_from_datadict(data, files, name)]
        whole = parse_date(boxes[0]) if not any(boxes[1:]) else None
        if not isinstance(whole, PartialDate):
            return boxes
        return ["" if part is None else str(part) for part in (whole.day, whole.month, whole.year)]

    def get_context(self, name: str, value: object, attrs: dict | None) -> dict:
        context = super().get_context(name, value, attrs)
        for part, label in zip(context["widget"]["subwidgets"], _LABELS, strict=True):
            part["label"] = label
        return context


class DatePartsField(forms.Field):
    """Cleans to a PartialDate: `3`, `2`, `1958`; `2`, `1958`; `1958`; or `3/2/1958`, `03-02-1958` in the first box."""

    widget = DatePartsInput

    def to_python(self, value: object) -> PartialDate | None:
        parts = [str(part).strip() for part in value or [] if str(part).strip()]
        if not parts:
            return None
        boxes = [str(part).strip() for part in value]
        if len(parts) == 1:
            found = parse_date(parts[0])
        elif all(box.isdecimal() or not box for box in boxes):
            found = make_date(*(int(box) if box and len(box) < 5 else None for box in boxes))
        else:
            found = BadDate("", "gồm chữ số ngày, tháng, năm.")
        if isinstance(found, BadDate):
            said = found.sentence if found.sentence.startswith("“") else "Đồng chí gõ bằng chữ số."
            raise forms.ValidationError(f"{self.label} chưa đúng. {said[:1].upper()}{said[1:]}")
        return found
