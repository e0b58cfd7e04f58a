"""Every declared field of every form: typed on its sheet, kept, read again."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from congress_reports.forms import Answers
from congress_reports.forms.definition import Field, FieldType
from congress_reports.forms.sheets import digest, in_order, paths_of, sheets_of, typed_into, value_at, with_round
from congress_reports.forms.values import Candidate, read, written

from .reports import FORMS


def texts_of(one: Field) -> st.SearchStrategy[str]:
    """What people may type into such a field."""
    match one.type:
        case FieldType.COUNT:
            return st.integers(0, one.most or 9_999_999).map(str)
        case FieldType.DECIMAL:
            return st.integers(0, 10_000_000).map(lambda n: written(one, Fraction(n, 10_000)))
        case FieldType.DAY:
            return st.dates(date(1930, 1, 1), date(2035, 12, 31)).map(lambda day: f"{day:%d/%m/%Y}")
        case FieldType.CHOICE:
            return st.sampled_from([code for code, _ in one.choices])
        case FieldType.YES_NO:
            return st.sampled_from(["on", ""])
    return st.text("aăâbcdđe ưuơo1-,.", min_size=1, max_size=30).map(lambda text: " ".join(text.split()) or "a")


@pytest.mark.parametrize("code", sorted(FORMS))
# A form has some two hundred fields: on a busy machine drawing them counts as slow, which says nothing of the form.
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_what_is_typed_comes_back(code, data):
    form, answers = FORMS[code], Answers()
    if section := next((one for one in form.sections if one.kind == "rounds"), None):
        for group in section.groups[:2]:
            answers = with_round(answers, group.code, {})
            answers.rounds[-1].candidates = [Candidate(), Candidate()]
    typed = {}
    for sheet in sheets_of(form, answers):
        on_sheet = {path: data.draw(texts_of(one), path) for path, one in paths_of(answers, sheet)}
        typed |= on_sheet
        before = digest(answers, sheet)
        answers = typed_into(answers, sheet, on_sheet)
        assert digest(answers, sheet) != before or not any(on_sheet.values())
    again = Answers.from_json(answers.as_json(), form)
    assert again == answers
    assert answers.unread == {}
    for sheet in sheets_of(form, answers):
        for path, one in paths_of(answers, sheet):
            shown = written(one, value_at(again, path))
            assert read(one, shown, path) == read(one, typed[path], path), path
    declared = {one.code for section in form.sections for one in section.fields if one.computed is None}
    assert declared <= {path.split(".")[-1] for path in typed}


@given(st.lists(st.sampled_from(["Lê Văn Ân", "Trần Bình", "Đỗ Đạt", "Lê Dung", ""]), max_size=6))
def test_candidates_stand_in_the_order_of_given_names_with_what_is_theirs(names):
    answers = with_round(Answers(), "committee", {})
    answers.rounds[0].candidates = [Candidate(name, votes=n) for n, name in enumerate(names)]
    answers.unread = {f"rounds.0.candidates.{n}.birth_year": str(n) for n in range(len(names))}
    ordered = in_order(answers, 0)
    for at, person in enumerate(ordered.rounds[0].candidates):
        assert names[person.votes] == person.name
        assert ordered.unread[f"rounds.0.candidates.{at}.birth_year"] == str(person.votes)
    given_names = [one.name.split()[-1] if one.name else "~" for one in ordered.rounds[0].candidates]
    order = ["Ân", "Bình", "Dung", "Đạt", "~"]
    assert given_names == sorted(given_names, key=order.index)
