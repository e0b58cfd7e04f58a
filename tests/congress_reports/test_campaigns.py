"""Setting up a campaign: prepared, opened, changed until the first report was sent, copied, closed."""

import json
import threading
from dataclasses import replace
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import Entry
from common.errors import RuleViolation
from congress_reports.enums import ReportState
from congress_reports.forms.bands import Bands
from congress_reports.models import Campaign, CampaignForm, Report, Total
from congress_reports.services import (
    Owed,
    Targets,
    change_campaign,
    close_campaign,
    drop_campaign,
    fold_totals,
    open_campaign,
    prepare_campaign,
    recount_totals,
    reopen_campaign,
    schedule_one,
    setup_of,
)
from orgtree.models import UnitKind
from orgtree.services import edit_unit
from tests.cast import make_unit

from .campaigns import filled, letter_000, near_secretary, report_of, sent, sent_by_branch
from .reports import quality_of_a_branch

REASON = "Đã nhận đủ báo cáo của các đơn vị."


@pytest.fixture
def prepared(world, campaign):
    """The next term, not opened: branches owe form a."""
    setup = replace(setup_of(campaign), name="Đợt sau", owed=[Owed("cell", "a", days=5, deputies_most=1)])
    return prepare_campaign(top=world.top, setup=setup, copied_from=campaign, actor=world.org_department)


def test_a_prepared_campaign_asks_nothing_of_anybody(world, prepared):
    assert not Report.objects.filter(campaign=prepared).exists()
    make_unit(world.section, "T.02.B1.77", "Chi bộ Ga Mỹ Lý", "cell")
    assert not Report.objects.filter(campaign=prepared).exists()
    with pytest.raises(RuleViolation, match="chưa mở"):
        close_campaign(campaign=prepared, reason=REASON, actor=world.org_department)


def test_opening_expects_what_the_check_page_said_and_follows_the_schedule(world, prepared, client_of):
    schedule_one(
        campaign=prepared, unit=world.branch, values={"planned_on": date(2025, 4, 12)}, seen=None,
        actor=world.org_department,
    )  # fmt: skip
    client = client_of(world.org_department)
    assert "4 báo cáo phải nộp" in client.get(f"{prepared.get_absolute_url()}mo/").content.decode()
    assert open_campaign(campaign=prepared, actor=world.org_department) == 4
    assert open_campaign(campaign=prepared, actor=world.org_department) == 0
    reports = Report.objects.filter(campaign=prepared)
    assert {report.unit_id: report.due_on for report in reports} == {
        world.branch.pk: date(2025, 4, 17),
        world.sister.pk: None,
        world.near_branch.pk: None,
        world.other_branch.pk: None,
    }


def test_many_reports_are_made_in_the_background(world, prepared, client_of, monkeypatch):
    from congress_reports.background import open_campaign as work
    from congress_reports.views import campaigns as views
    from jobs.models import Job

    monkeypatch.setattr(views, "MOST_AT_ONCE", 3)
    client = client_of(world.org_department)
    assert client.post(f"{prepared.get_absolute_url()}mo/").url == Job.objects.get().get_absolute_url()
    assert not Report.objects.filter(campaign=prepared).exists()
    for _ in range(2):
        work(Job.objects.get(), lambda done, total: None)
    assert Report.objects.filter(campaign=prepared).count() == 4


def test_what_is_copied_keeps_its_forms_and_its_own_numbers(world, campaign, prepared):
    CampaignForm.objects.filter(campaign=campaign, code="a").update(version=7)
    setup = replace(setup_of(campaign), name="Đợt thứ ba")
    third = prepare_campaign(top=world.top, setup=setup, copied_from=campaign, actor=world.org_department)
    assert third.forms.get(code="a").version == 7
    assert setup_of(third) == setup
    assert Entry.objects.filter(action="campaign.copied", target_id=third.pk).get().detail == {"before": campaign.name}


def _typed(**more) -> dict:
    return {
        "name": "Đợt 2027", "term": "2027–2030", "opens_on": "01/01/2027", "ends_on": "30/06/2027",
        "reference_date": "01/04/2027", "bands": "30, 42", "young_below": "42", "target_female": "20",
        "cell-forms": ["a", "b"], "cell-rule": "before_day", "cell-before": "20/04/2027", "cell-deputies": "1",
        "base_cell-forms": ["c"], "base_cell-rule": "after_congress", "base_cell-days": "5",
    } | more  # fmt: skip


NEW = "/quan-ly-bao-cao/dot/lap/"


def test_a_campaign_is_typed(world, client_of):
    assert client_of(world.org_department).post(NEW, _typed()).status_code == 302
    setup = setup_of(Campaign.objects.get())
    assert setup.bands == Bands([(None, 29), (30, 41), (42, None)])
    assert setup.targets == Targets(female=20, young=None, minority=None)
    assert set(setup.owed) == {
        Owed("cell", "a", before=date(2027, 4, 20), deputies_most=1),
        Owed("cell", "b", before=date(2027, 4, 20), deputies_most=1),
        Owed("base_cell", "c", days=5, deputies_most=1),
    }
    page = client_of(world.org_department).get(f"{Campaign.objects.get().get_absolute_url()}sua/")
    form = page.context["form"]
    assert form["cell-forms"].value() == ["a", "b"]
    assert form["bands"].value() == "30, 42"


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"bands": "42, 30"}, "bands", "tăng dần"),
        ({"bands": "ba mươi"}, "bands", "tăng dần"),
        ({"young_below": "40"}, "young_below", "một trong các mốc"),
        ({"cell-before": ""}, "cell-before", "ngày chung"),
        ({"base_cell-days": ""}, "base_cell-days", "số ngày"),
        ({"cell-forms": [], "base_cell-forms": []}, "__all__", "ít nhất một loại hình"),
        ({"ends_on": "01/01/2026"}, "ends_on", "từ ngày bắt đầu"),
        ({"name": "Đại hội lần thứ XIII"}, "name", "đặt tên khác"),
    ],
)
def test_what_is_typed_wrongly_is_said_beside_its_box(world, campaign, client_of, typed, field, words):
    form = client_of(world.org_department).post(NEW, _typed(**typed)).context["form"]
    assert words in " ".join(form.errors[field])
    assert Campaign.objects.count() == 1


def test_another_deadline_moves_the_last_days(world, campaign):
    schedule_one(
        campaign=campaign, unit=world.company, values={"planned_on": date(2025, 4, 25)}, seen=None,
        actor=world.org_department,
    )  # fmt: skip
    before = setup_of(campaign)
    owed = [replace(one, days=10) if one.days else replace(one, before=date(2025, 5, 1)) for one in before.owed]
    change_campaign(campaign=campaign, setup=replace(before, owed=owed), actor=world.org_department)
    assert report_of(world.company, "c").due_on == date(2025, 5, 5)
    assert report_of(world.base_cell, "c").due_on is None
    assert report_of(world.branch, "a").due_on == date(2025, 4, 30)


def test_a_duty_that_goes_takes_what_nobody_has_begun(world, campaign):
    before = setup_of(campaign)
    owed = [one for one in before.owed if one.form != "b"] + [Owed("subcommittee", "e", before=date(2025, 4, 20))]
    fold_totals()
    change_campaign(campaign=campaign, setup=replace(before, owed=owed), actor=world.org_department)
    assert not Report.objects.filter(duty__form__code="b").exists()
    assert not campaign.forms.filter(code="b").exists()
    assert report_of(world.section, "e").state == ReportState.EXPECTED
    fold_totals()
    assert recount_totals() == []
    assert not Total.objects.exclude(duty__campaign=campaign).exists()


def test_a_duty_that_somebody_has_begun_stays(world, campaign):
    filled(report_of(world.branch, "b"), world.secretary)
    before = setup_of(campaign)
    owed = [one for one in before.owed if one.form != "b"]
    with pytest.raises(RuleViolation, match=r"1 đơn vị .* đã lập báo cáo b"):
        change_campaign(campaign=campaign, setup=replace(before, owed=owed), actor=world.org_department)
    assert Report.objects.filter(duty__form__code="b").count() == 5


def test_after_the_first_report_only_the_name_and_the_end_change(world, client_of):
    campaign = sent_by_branch(world).campaign
    before = setup_of(campaign)
    for setup in (
        replace(before, term="2026-2031"),
        replace(before, bands=Bands([(None, 41), (42, None)])),
        replace(before, owed=before.owed[1:]),
        replace(before, targets=Targets(female=30)),
    ):
        with pytest.raises(RuleViolation, match="không sửa"):
            change_campaign(campaign=campaign, setup=setup, actor=world.org_department)
    kept = replace(before, name="Đại hội XIII", ends_on=date(2026, 6, 30))
    told = change_campaign(campaign=campaign, setup=kept, actor=world.org_department)
    assert told == ["tên", "ngày dự kiến kết thúc"]
    assert setup_of(Campaign.objects.get()) == kept


@pytest.mark.django_db(transaction=True)
def test_the_first_sending_and_a_change_at_once(world):
    """Either the change comes first, or it is refused: no report is sent in a form that is no longer."""
    campaign = letter_000(world)
    report, secretary = report_of(world.near_branch, "b"), near_secretary(world)
    before = setup_of(campaign)
    outcome = {}

    def send() -> None:
        try:
            outcome["sent"] = sent(report, secretary).version
        except RuleViolation as refused:
            outcome["told"] = str(refused)
        finally:
            connection.close()

    def change() -> None:
        owed = [one for one in before.owed if (one.kind, one.form) != ("cell", "b")]
        try:
            change_campaign(campaign=campaign, setup=replace(before, owed=owed), actor=world.org_department)
            outcome["changed"] = True
        except RuleViolation:
            outcome["changed"] = False
        finally:
            connection.close()

    threads = [threading.Thread(target=send), threading.Thread(target=change)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    left = Report.objects.filter(duty__form__code="b", unit=world.near_branch).exists()
    assert left is not outcome["changed"]
    assert outcome.get("sent") == (1 if left else None)
    assert left or "không còn trong đợt" in outcome["told"]


def test_targets_are_the_campaigns(world, campaign):
    from congress_reports.definitions import answers_of, definition_of, surroundings_of
    from congress_reports.forms import check
    from congress_reports.services import save_answers

    def told() -> set[str]:
        one = report_of(world.branch, "b")
        found = check(definition_of(one), answers_of(one), surroundings_of(one))
        return {finding.message for finding in found if finding.rule == "V22"}

    report = report_of(world.branch, "b")
    save_answers(report=report, answers=quality_of_a_branch(), revision=0, actor=world.secretary)
    assert told() == set()
    Campaign.objects.update(target_female=40)
    assert told() == {"Tỷ lệ nữ trong cấp ủy 33,3%, thấp hơn mục tiêu 40%."}
    Campaign.objects.update(target_female=None)
    assert told() == set()


def test_closed_and_opened_again_with_reasons(world, campaign):
    close_campaign(campaign=campaign, reason=REASON, actor=world.org_department)
    with pytest.raises(RuleViolation, match="đã đóng"):
        change_campaign(campaign=campaign, setup=replace(setup_of(campaign), name="X"), actor=world.org_department)
    unit = make_unit(world.section, "T.02.B1.77", "Chi bộ Ga Mỹ Lý", "cell")
    with pytest.raises(RuleViolation, match="ghi rõ lý do"):
        reopen_campaign(campaign=campaign, reason="nhầm", actor=world.org_department)
    with pytest.raises(PermissionDenied):
        reopen_campaign(campaign=campaign, reason=REASON, actor=world.committee)
    reopen_campaign(campaign=campaign, reason=REASON, actor=world.org_department)
    # What was founded meanwhile owes too.
    assert report_of(unit, "a").state == ReportState.EXPECTED
    assert list(
        Entry.objects.filter(action__in=["campaign.closed", "campaign.reopened"]).values_list(
            "detail__reason", flat=True
        )
    ) == [REASON, REASON]


def test_a_campaign_that_has_not_begun_is_not_closed(world, campaign):
    Campaign.objects.update(opens_on=date(2999, 1, 1), ends_on=date(2999, 12, 31))
    with pytest.raises(RuleViolation, match="chưa đóng được"):
        close_campaign(campaign=campaign, reason=REASON, actor=world.org_department)


def test_only_a_prepared_one_is_dropped(world, campaign, prepared):
    with pytest.raises(RuleViolation, match="đã mở"):
        drop_campaign(campaign=campaign, actor=world.org_department)
    drop_campaign(campaign=prepared, actor=world.org_department)
    assert Campaign.objects.get() == campaign


def _form_sent(client, campaign, content: bytes):
    return client.post(f"{campaign.get_absolute_url()}mau/a/", {"file": SimpleUploadedFile("mau.json", content)})


def test_a_form_goes_out_and_another_comes_in(world, campaign, client_of):
    client = client_of(world.org_department)
    data = client.get(f"{campaign.get_absolute_url()}mau/a/tai-ve/").json()
    data["form"]["short"] = "Kết quả đại hội chi bộ"
    assert _form_sent(client, campaign, json.dumps(data).encode()).status_code == 302
    form = campaign.forms.get(code="a")
    assert (form.version, form.short) == (2, "Kết quả đại hội chi bộ")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: b"\xff\xfe",
        lambda data: b"[]",
        lambda data: json.dumps(data | {"form": []}).encode(),
        lambda data: json.dumps(data | {"form": data["form"] | {"sections": ["không có"]}}).encode(),
        lambda data: json.dumps(data | {"blocks": {}}).encode(),
        lambda data: json.dumps(data | {"form": data["form"] | {"title": None}}).encode(),
        lambda data: json.dumps(data | {"form": data["form"] | {"elections": [{"code": "x"}]}}).encode(),
    ],
)
def test_a_spoilt_form_is_refused_with_a_sentence(world, campaign, client_of, spoil):
    client = client_of(world.org_department)
    data = client.get(f"{campaign.get_absolute_url()}mau/a/tai-ve/").json()
    answer = _form_sent(client, campaign, spoil(data))
    assert answer.status_code == 200
    assert answer.context["form"].errors["file"]
    assert campaign.forms.get(code="a").version == 1


def test_no_form_changes_after_the_first_report(world, client_of):
    campaign = sent_by_branch(world).campaign
    client = client_of(world.org_department)
    data = client.get(f"{campaign.get_absolute_url()}mau/a/tai-ve/").json()
    answer = _form_sent(client, campaign, json.dumps(data).encode())
    assert "không sửa mẫu" in " ".join(answer.context["form"].errors["file"])


def test_the_page_counts_what_stands_in_the_rows(world, client_of):
    campaign = sent_by_branch(world).campaign
    for folded in (False, True):
        if folded:
            fold_totals()
        lines = client_of(world.org_department).get(campaign.get_absolute_url()).context["lines"]
        told = {(line.duty.kind.code, line.duty.form.code): (line.owed, line.sent) for line in lines}
        assert told["cell", "a"] == (4, 1)
        assert told["cell", "b"] == (4, 0)
        assert told["base_committee", "c"] == (2, 0)


def test_the_pages_cost_the_same_for_one_and_for_many(world, campaign, client_of):
    client = client_of(world.org_department)
    pages = ["/quan-ly-bao-cao/dot/", campaign.get_absolute_url(), f"{campaign.get_absolute_url()}sua/"]

    def cost(page: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(page).status_code == 200
        return len(asked)

    for page in pages:
        cost(page)
    one = [cost(page) for page in pages]
    for number in range(3):
        make_unit(world.section, f"T.02.B1.5{number}", f"Chi bộ số {number}", "cell")
        setup = replace(setup_of(campaign), name=f"Đợt {number}")
        prepare_campaign(top=world.top, setup=setup, actor=world.org_department)
    assert [cost(page) for page in pages] == one
    assert max(one) <= 12


def test_a_unit_of_another_kind_owes_what_that_kind_owes_in_open_campaigns_alone(world, prepared):
    kind = UnitKind.objects.get(code="subcommittee")
    unit = make_unit(world.company, "T.02.B9", "Chi bộ Xưởng", "cell")
    edit_unit(unit=unit, kind=kind, actor=None)
    assert not Report.objects.filter(unit=unit, campaign=prepared).exists()
