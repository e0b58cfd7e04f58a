"""Expressions, typed values and the definitions themselves."""

import copy
import tomllib
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from congress_reports.forms import Answers, FieldType, FormError, Problem, load_catalogue, read
from congress_reports.forms.bands import BANDS_2025
from congress_reports.forms.definition import Field
from congress_reports.forms.expressions import Expression, ExpressionError, Unknown
from congress_reports.forms.loading import CATALOGUE, form_of

from .reports import FORMS, quality_of_a_branch, result_of_a_branch, result_of_a_grassroots

BLOCKS = tomllib.loads((CATALOGUE / "2025" / "blocks.toml").read_text(encoding="utf-8"))
GIVEN = tomllib.loads((CATALOGUE / "2025" / "forms.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3 - -1", 10),
        ("7 / 2", Fraction(7, 2)),
        ("ceil(0.3 * 5)", 2),
        ("max(1, 2, n)", 9),
        ("1 <= 2 < n", True),
        ("n == 9 and not (kind == 'x' or n < 3)", True),
        ("0.1 + 0.2 == 0.3", True),
    ],
)
def test_expressions(text, value):
    assert Expression(text).value({"n": 9, "kind": "y"}) == value


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('true')", "n.real", "n[0]", "[n for n in (1,)]", "lambda: 1", "n ** 9",
        "n if n else 1",
        "f'{n}'", "ceil", "open('x')", "ceil(*n)", "max(n, key=n)", "1 if", "", "n := 1", "n is None", "n in (1, 2)",
        "~n", "+n", "n // 2", "n % 2", "'a' 'b' + 1 @ 2", "b'x'", "1j", "...", "max()", "1+" * 300 + "1",
    ],
)  # fmt: skip
def test_what_is_not_of_the_language_is_refused(text):
    if text == "ceil":  # a name like any other: no figure has it
        with pytest.raises(Unknown):
            Expression(text).value({})
        return
    with pytest.raises(ExpressionError):
        Expression(text)


@pytest.mark.parametrize("text", ["n + 1", "5 / zero", "big * big * big", "word + 1", "word < 3"])
def test_what_cannot_be_said_yet_is_unknown(text):
    with pytest.raises(Unknown):
        Expression(text).value({"zero": 0, "big": 10**9, "word": "x"})


COUNT, DECIMAL, DAY = Field("n", "Tổng số"), Field("x", "Tuổi", FieldType.DECIMAL), Field("d", "Ngày", FieldType.DAY)
CHOICE = Field("c", "Hình thức", FieldType.CHOICE, choices=(("a", "A"), ("b", "B")))


@pytest.mark.parametrize(
    ("asked", "typed", "value"),
    [
        (COUNT, " 12 ", 12), (COUNT, "1.234", 1234), (COUNT, "1 234 567", 1234567), (COUNT, "007", 7),
        (COUNT, "", None),
        (DECIMAL, "45,6", Fraction("45.6")), (DECIMAL, "45.60", Fraction("45.6")), (DECIMAL, "45", Fraction(45)),
        (DAY, "25/4/2025", date(2025, 4, 25)), (DAY, "2025-04-25", date(2025, 4, 25)),
        (DAY, "25-04-2025", date(2025, 4, 25)),
        (CHOICE, "b", "b"), (Field("y", "Có", FieldType.YES_NO), "", False),
        (Field("y", "Có", FieldType.YES_NO), "on", True),
        (Field("t", "Tên", FieldType.TEXT), "  Hội   trường ", "Hội trường"),
    ],
)  # fmt: skip
def test_typed_text_is_read(asked, typed, value):
    assert read(asked, typed, "p") == value


@pytest.mark.parametrize(
    ("asked", "typed"),
    [
        (COUNT, "-1"), (COUNT, "1,5"), (COUNT, "12a"), (COUNT, "1.23"), (COUNT, "99999999999"),
        (COUNT, "½"), (COUNT, "1e3"),
        (DECIMAL, "bốn"), (DECIMAL, "-3"), (DAY, "31/2/2025"), (DAY, "4/2025"), (DAY, "hôm qua"), (CHOICE, "z"),
    ],
)  # fmt: skip
def test_what_is_no_value_is_told_in_a_sentence(asked, typed):
    problem = read(asked, typed, "p")
    assert isinstance(problem, Problem)
    assert problem.path == "p"
    assert problem.message.startswith(asked.label)


@given(st.text(max_size=60), st.sampled_from(list(FieldType)))
def test_reading_never_fails(typed, kind):
    read(Field("x", "Mục", kind, choices=(("a", "A"),)), typed, "p")


@pytest.mark.parametrize(
    ("form", "answers"),
    [("a", result_of_a_branch()), ("b", quality_of_a_branch()), ("c", result_of_a_grassroots())],
)
def test_answers_are_kept_as_json_and_come_back(form, answers):
    answers.reasons["V12:rounds.0.seats"] = "Chi bộ ít người."
    back = Answers.from_json(answers.as_json(), FORMS[form])
    assert dict(back.leaves()) == dict(answers.leaves())
    assert back.reasons == answers.reasons


def test_what_a_form_no_longer_asks_is_left_out():
    kept = result_of_a_branch().as_json()
    kept["fields"]["abolished"] = 5
    assert "abolished" not in Answers.from_json(kept, FORMS["a"]).fields


def test_the_reports_of_the_letter():
    assert list(FORMS) == ["a", "b", "c", "d", "e"]
    assert "committee.female" in FORMS["b"].summed
    assert "inspection.age_35_41" in FORMS["d"].summed
    assert "elected.committee" in FORMS["c"].summed
    assert "committee.age_avg" in FORMS["d"].summed
    assert "committee.party_age_avg" not in FORMS["d"].summed
    assert len(set(FORMS["d"].summed)) == len(FORMS["d"].summed)


def broken(change) -> None:
    blocks, forms = copy.deepcopy(BLOCKS), copy.deepcopy(GIVEN)
    change(blocks, forms["a"])
    form_of("a", forms["a"], blocks, BANDS_2025)


@pytest.mark.parametrize(
    "change",
    [
        lambda blocks, form: form["sections"].append("nowhere"),
        lambda blocks, form: blocks["head"]["rules"][0].update(test="opened_on <= no_such_field"),
        lambda blocks, form: blocks["head"]["rules"][0].update(test="import os"),
        lambda blocks, form: blocks["head"]["rules"][0].pop("test"),
        lambda blocks, form: blocks["head"]["rules"][0].update(message="Ngày {no_such_field}."),
        lambda blocks, form: blocks["elections"]["rules"][0].update(check="no_such_check"),
        lambda blocks, form: blocks["participation"]["fields"].append(blocks["participation"]["fields"][0]),
        lambda blocks, form: blocks["participation"]["fields"][0].update(when="x == 1"),
    ],
)
def test_a_form_that_contradicts_itself_is_refused_when_it_is_read(change):
    broken(lambda blocks, form: None)
    with pytest.raises(FormError):
        broken(change)


def test_an_unknown_term_has_no_forms():
    with pytest.raises(FileNotFoundError):
        load_catalogue("1930")
