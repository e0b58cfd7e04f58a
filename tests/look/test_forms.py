import re
from html import unescape

import pytest
from django import forms
from django.core.validators import MaxLengthValidator, RegexValidator
from django.template import Context, Template

from common.ui.forms import DateField, Form, NumberInput, error_summary


class Report(Form):
    name = forms.CharField(label="Họ và tên", max_length=5)
    born = DateField(label="Ngày sinh")
    present = forms.IntegerField(label="Có mặt", min_value=1, widget=NumberInput)
    mail = forms.EmailField(label="Thư điện tử")
    code = forms.CharField(label="Mã", validators=[RegexValidator(r"^\d+\Z", "Mã chỉ gồm chữ số.")])
    vote = forms.ChoiceField(label="Ý kiến", widget=forms.RadioSelect, choices=[("1", "Tán thành"), ("2", "Không")])
    note = forms.CharField(label="Ghi chú", required=False, widget=forms.Textarea)
    sure = forms.BooleanField(label="Đã kiểm tra")


WRONG = {"name": "quá dài rồi", "born": "31/02/1980", "present": "0", "mail": "an@", "code": "x", "vote": "9"}


def rendered(source: str, **context) -> str:
    return Template(source).render(Context(context))


def test_errors_name_their_field_in_vietnamese():
    assert [fault.message for fault in error_summary(Report(WRONG))] == [
        "Họ và tên: nhiều nhất 5 ký tự, đang có 11.",
        "Ngày sinh phải là một ngày có thật, ví dụ 03/02/1980.",
        "Có mặt: nhỏ nhất là 1.",
        "Thư điện tử phải là một địa chỉ thư điện tử, ví dụ ten@donvi.vn.",
        "Mã chỉ gồm chữ số.",
        "Ý kiến: lựa chọn này không còn. Đồng chí chọn lại.",
        "Chưa đánh dấu “Đã kiểm tra”.",
    ]
    assert [fault.message for fault in error_summary(Report({}))][:2] == [
        "Chưa nhập họ và tên.",
        "Chưa nhập ngày sinh.",
    ]


@pytest.mark.parametrize("data", [{}, WRONG])
def test_each_line_of_the_summary_leads_to_a_control_and_repeats_its_words(data):
    form = Report(data)
    summary = rendered("{% error_summary form %}", form=form)
    fields = rendered("{% form_fields form %}", form=form)
    lines = re.findall(r'<a href="#([^"]+)">([^<]+)</a>', summary)
    assert len(lines) == sum(len(errors) for errors in form.errors.values())
    for target, words in lines:
        control = re.search(rf'<(?:input|select|textarea)[^>]*\sid="{target}"[^>]*>', fields)
        assert control, target
        assert f"</span>{words}</span>" in fields


def test_a_refused_control_says_so_and_points_to_its_error_and_hint():
    html = rendered("{% field form.born %}", form=Report(WRONG, auto_id="x_%s"))
    control = re.search(r"<input[^>]*>", html)[0]
    assert 'aria-invalid="true"' in control
    described = re.search(r'aria-describedby="([^"]+)"', control)[1].split()
    assert described == ["x_born_helptext", "x_born_error"]
    assert all(f'id="{name}"' in html for name in described)


def test_choices_stand_in_a_fieldset_with_its_question_as_legend():
    html = rendered("{% field form.vote %}", form=Report())
    assert re.search(r'<fieldset><legend class="field__label">Ý kiến', html)
    assert html.count('type="radio"') == 2
    assert re.findall(r'<label class="choice" for="(\w+)">', html) == re.findall(r'\sid="(id_vote_\d)"', html)


def test_required_fields_are_marked_by_words_unless_all_are():
    assert "(bắt buộc)" in rendered("{% field form.name %}", form=Report())
    assert "(bắt buộc)" not in rendered("{% field form.note %}", form=Report())

    class AllNeeded(Form):
        one = forms.CharField(label="Một")

    assert "(bắt buộc)" not in rendered("{% field form.one %}", form=AllNeeded())


def test_words_of_the_author_stay():
    class Own(Form):
        name = forms.CharField(
            label="Tên", error_messages={"required": "Thiếu tên."}, validators=[MaxLengthValidator(2, "Dài quá.")]
        )

    assert Own({}).errors["name"] == ["Thiếu tên."]
    assert Own({"name": "abc"}).errors["name"] == ["Dài quá."]


def test_the_browser_does_not_speak_before_us():
    assert " required" not in rendered("{% form_fields form %}", form=Report())


@pytest.mark.parametrize("text", ["03/02/1980", "3-2-1980", "03.02.1980", " 03 02 1980 ", "1980-02-03"])
def test_a_day_is_understood_as_people_type_it(text):
    assert DateField().clean(text).isoformat() == "1980-02-03"


def test_text_of_the_reader_is_escaped_everywhere():
    evil = '"><script>x</script>'

    class Evil(Form):
        name = forms.ChoiceField(label=evil, help_text=evil, choices=[(evil, evil)], widget=forms.RadioSelect)

        def clean(self):
            raise forms.ValidationError(evil)

    html = rendered("{% error_summary form %}{{ form }}", form=Evil({"name": evil}))
    assert "<script" not in html
    assert evil in unescape(html)


def test_a_file_that_is_there_is_named_and_can_be_dropped():
    class Kept:
        url = "/tep/1/"

        def __str__(self):
            return "danh-sach.xlsx"

    class Upload(Form):
        paper = forms.FileField(label="Tệp", required=False)

    html = rendered("{% field form.paper %}", form=Upload(initial={"paper": Kept()}))
    assert '<a href="/tep/1/">danh-sach.xlsx</a>' in html
    assert 'name="paper-clear"' in html
