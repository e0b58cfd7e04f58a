"""The widgets we draw ourselves are Django's own, letter for letter, but for the empty lines between choices."""

import datetime
import re

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.safestring import mark_safe

from common.ui.forms import DateInput, NumberInput, Renderer

ODD = "\"<b>&' ủy"
CHOICES = [("", "Chưa chọn"), (1234, 5678), (ODD, ODD), ("Nhóm " + ODD, [(1, mark_safe("<i>An</i>")), (None, "Không")])]
WIDGETS = [
    (forms.TextInput(attrs={"class": ODD, "required": True, "disabled": False, "maxlength": 1200}), ODD),
    (forms.TextInput(), None),
    (forms.TextInput(), ""),
    (forms.TextInput(), mark_safe("&amp;")),
    (forms.HiddenInput(), 1234),
    (forms.PasswordInput(render_value=True), ODD),
    (forms.EmailInput(), "an@vi.vn"),
    (forms.CheckboxInput(), True),
    (forms.CheckboxInput(), False),
    (forms.CheckboxInput(), ODD),
    (NumberInput(), 12345.5),
    (DateInput(), datetime.date(1980, 2, 3)),
    (forms.Textarea(attrs={"rows": 3}), f"\n{ODD}\n"),
    (forms.Textarea(), None),
    (forms.Select(choices=CHOICES), ODD),
    (forms.Select(choices=CHOICES, attrs={"data-x": ODD}), "1"),
    (forms.Select(choices=CHOICES), None),
    (forms.SelectMultiple(choices=CHOICES), [ODD, "1234"]),
    (forms.Select(), None),
]


@pytest.mark.parametrize(("widget", "value"), WIDGETS)
def test_a_plain_widget_is_djangos(widget, value):
    attrs = {"id": "id_truong", "aria-describedby": ODD}
    ours, django = (
        widget.render("truong " + ODD, value, attrs, renderer) for renderer in (Renderer(), DjangoTemplates())
    )
    assert ours == re.sub(r"</option>\n\n", "</option>\n", django)


class OwnOption(forms.Select):
    option_template_name = "django/forms/widgets/attrs.html"


def test_a_choice_with_a_template_of_its_own_keeps_it():
    assert OwnOption(choices=[("1", "Một")]).render("ten", "1", {}, Renderer()) == (
        '<select name="ten">\n   selected\n</select>'
    )
