"""The pages of lists and decisions over HTTP: what is shown to whom, refusals by state and actor, costs."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from congress_reports.counts import waiting_reports
from congress_reports.enums import EventKind, ReportState
from congress_reports.models import Report, ReportVersion
from congress_reports.services import (
    Owed,
    approve,
    approve_many,
    close_campaign,
    make_campaign,
    make_ready,
    reject,
    save_answers,
    send,
    take,
)
from jobs.models import Job
from jobs.services import run_job
from orgtree.enums import Role
from orgtree.services import give_grant
from portal.todo import todos_of
from tests.cast import make_member, make_unit

from .campaigns import (
    REASON,
    decided,
    filled,
    letter_000,
    near_secretary,
    rejected,
    report_of,
    sent,
    sent_by_branch,
    stale,
    taken,
)
from .reports import changed, result_of_a_branch

pytestmark = pytest.mark.django_db
HERE = "/quan-ly-bao-cao/"
APPROVALS = f"{HERE}phe-duyet-bao-cao"
MOST_QUERIES = 12


def branches(world, count: int, *, start: int = 0) -> list[Report]:
    """So many branches right under the company, each with a sent result."""
    reports = []
    for number in range(start, start + count):
        unit = make_unit(world.company, f"T.02.7{number:03d}", f"Chi bộ số {number}", "cell")
        writer = make_member(unit, f"Nguyễn Văn {number}").account
        give_grant(user=writer, unit=unit, role=Role.SECRETARY, actor=None)
        reports.append(sent(report_of(unit, "a"), writer))
    return reports


def page_of(client, address: str) -> str:
    answer = client.get(address, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


# ---- lists ----------------------------------------------------------------------------------------------------------


def test_my_reports_say_what_to_do_next(world, campaign, client_of):
    client = client_of(world.secretary)
    page = page_of(client, HERE)
    late = (timezone.localdate() - date(2025, 4, 19)).days
    assert f"Quá hạn {late} ngày" in page
    assert page.count("button--primary") == 1
    filled(report_of(world.branch, "a"), world.secretary)
    assert "Nhập tiếp" in page_of(client, HERE)
    make_ready(report=report_of(world.branch, "a"), actor=world.secretary)
    assert "Xác nhận và gửi" in page_of(client, HERE)


def test_earlier_campaigns_stand_in_their_own_tab(world, campaign, client_of):
    client = client_of(world.secretary)
    assert "Chưa có đợt nào trước đây" in page_of(client, f"{HERE}?dot=truoc")
    close_campaign(campaign=campaign, actor=world.org_department)
    assert "Đơn vị chưa phải nộp báo cáo nào" in page_of(client, HERE)
    page = page_of(client, f"{HERE}?dot=truoc")
    assert "Xem báo cáo" in page
    assert campaign.name in page


@pytest.mark.parametrize("address", [HERE, APPROVALS, f"{APPROVALS}?trang_thai=all", f"{APPROVALS}?pham_vi=cap-duoi"])
def test_lists_cost_the_same_for_one_row_and_for_many(world, campaign, client_of, address):
    client = client_of(world.committee)
    branches(world, 1)
    client.get(address)
    with CaptureQueriesContext(connection) as one:
        client.get(address)
    branches(world, 5, start=1)
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(many) == len(one) <= MOST_QUERIES, [query["sql"][:120] for query in many]


def test_a_report_s_page_costs_at_most_twelve_queries(world, client_of):
    report = rejected(world)
    author = near_secretary(world)
    report = save_answers(
        report=report, answers=changed(result_of_a_branch(), "place", "Ga"), revision=report.revision, actor=author
    )
    report = send(report=report, revision=report.revision, actor=author)
    client = client_of(world.committee)
    client.get(report.get_absolute_url())
    with CaptureQueriesContext(connection) as costs:
        assert client.get(report.get_absolute_url()).status_code == 200
    assert len(costs) <= MOST_QUERIES, [query["sql"][:120] for query in costs]
    take(report=report, version=2, actor=world.committee)
    with CaptureQueriesContext(connection) as costs:
        assert client.get(f"{report.get_absolute_url()}xem-xet/").status_code == 200
    assert len(costs) <= MOST_QUERIES


def test_the_list_is_narrowed_sorted_and_paged_by_key(world, campaign, client_of):
    first, second, third = branches(world, 3)
    client = client_of(world.committee)
    page = page_of(client, f"{APPROVALS}?tim=so 1")
    assert second.unit.name in page
    assert first.unit.name not in page
    page = page_of(client, f"{APPROVALS}?xep=-don-vi")
    assert page.index(third.unit.name) < page.index(second.unit.name) < page.index(first.unit.name)
    assert "Không có báo cáo nào như vậy" in page_of(client, f"{APPROVALS}?canh_bao=co")
    assert first.unit.name in page_of(client, f"{APPROVALS}?canh_bao=khong&qua_han=on&mau=a")
    assert world.section.name in page_of(client, f"{APPROVALS}?trang_thai=unfiled")
    # A choice that is none and a key that is none are no errors.
    assert first.unit.name in page_of(client, f"{APPROVALS}?mau=zz&don_vi=abc&sau=!!")


@pytest.mark.parametrize("sort", ["gui", "-gui", "han", "-han", "don-vi", "-don-vi"])
def test_pages_by_key_show_each_report_once(world, campaign, client_of, sort, monkeypatch):
    from congress_reports.views import lists

    monkeypatch.setattr(lists, "_PAGE", 3)
    branches(world, 4)
    client = client_of(world.committee)
    address, seen = f"{APPROVALS}?trang_thai=all&xep={sort}", []
    while address and len(seen) < 100:
        context = client.get(address).context
        seen += [row["report"].pk for row in context["rows"]]
        address = f"{APPROVALS}{context['page'].next_url}" if context["page"].next_url else ""
    expected = Report.objects.filter(unit__parent=world.company).values_list("pk", flat=True)
    assert sorted(seen) == sorted(expected)


def test_those_above_read_what_waits_below_others_and_may_not_decide(world, client_of):
    report = sent_by_branch(world)
    page = page_of(client_of(world.org_department), f"{APPROVALS}?pham_vi=cap-duoi")
    assert world.company.name in page
    assert report.unit.name in page
    assert 'name="report"' not in page
    page = page_of(client_of(world.inspector), APPROVALS)
    assert report.unit.name in page
    # Nobody sees a unit of somebody else's area.
    assert report.unit.name not in page_of(client_of(world.outsider), f"{APPROVALS}?pham_vi=cap-duoi&trang_thai=all")


# ---- one report -----------------------------------------------------------------------------------------------------


def test_a_draft_s_figures_are_hidden_from_above(world, campaign, client_of):
    author = near_secretary(world)
    report = filled(report_of(world.near_branch, "a"), author)
    for who in ("committee", "org_department", "inspector"):
        page = page_of(client_of(world.user(who)), report.get_absolute_url())
        assert "Đơn vị đang lập" in page
        assert "Phòng họp Ga Đồng Lê" not in page
    assert "Phòng họp Ga Đồng Lê" in page_of(client_of(author), report.get_absolute_url())


def test_a_version_taken_back_is_the_unit_s_own_and_a_rejected_one_stays_readable(world, client_of):
    report, author = sent_by_branch(world), near_secretary(world)
    client_of(author).post(f"{report.get_absolute_url()}rut-ve/")
    report.refresh_from_db()
    assert report.state == ReportState.DRAFT
    address = f"{report.get_absolute_url()}lan-gui/1/"
    assert client_of(world.committee).get(address).status_code == 404
    assert client_of(author).get(address).status_code == 200
    report = send(report=report, revision=report.revision, actor=author)
    reject(report=report, version=2, reason=REASON, actor=world.committee)
    assert "Phòng họp Ga Đồng Lê" in page_of(client_of(world.committee), f"{report.get_absolute_url()}lan-gui/2/")


def test_the_author_reads_reason_and_fields(world, client_of):
    report = rejected(world)
    page = page_of(client_of(near_secretary(world)), report.get_absolute_url())
    assert REASON in page
    assert "Cấp ủy, lần 1: đồng chí Lê Thị Bình" in page
    assert "Sửa báo cáo" in page


def test_stale_and_incomplete_marks_with_their_reasons(world, client_of):
    report = stale(world)
    page = page_of(client_of(world.org_department), report.get_absolute_url())
    assert "Cấp dưới gửi sau đại hội." in page
    assert f"{world.near_branch.name}: báo cáo Kết quả đại hội thay đổi sau khi báo cáo này đã gửi." in page
    client = client_of(world.org_department)
    assert world.near_branch.name in page_of(client, f"{report.get_absolute_url()}ra-soat-lai/")
    page = client.post(f"{report.get_absolute_url()}ra-soat-lai/", follow=True).content.decode()
    assert "Đã ghi nhận rà soát lại" in page
    report.refresh_from_db()
    assert report.stale_since is None


def test_warnings_are_shown_with_the_reasons_of_the_unit(world, campaign, client_of):
    report = sent_by_branch(world)
    version = ReportVersion(
        report=report, number=2, form_version=1, answers=report.answers, sent_by=report.sent_by,
        sent_at=report.sent_at, digest="x",
        findings=[
            {"rule": "V14", "message": "Có 2 phó bí thư.", "paths": [], "reason": "Một đồng chí sắp nghỉ."},
            {"rule": "own", "message": "Cấp ủy viên, nữ: hồ sơ ghi 2.", "paths": [], "reason": "Hồ sơ cũ."},
        ],
    )  # fmt: skip
    version.save()
    Report.objects.filter(pk=report.pk).update(version=2, has_soft_findings=True)
    page = page_of(client_of(world.committee), report.get_absolute_url())
    assert "Có 2 phó bí thư." in page
    assert "Đơn vị giải trình: Một đồng chí sắp nghỉ." in page
    assert "Số liệu đơn vị sửa so với hồ sơ đảng viên" in page
    assert "1 cảnh báo" not in page_of(client_of(world.committee), APPROVALS)
    assert "2 cảnh báo" in page_of(client_of(world.committee), APPROVALS)


# ---- deciding -------------------------------------------------------------------------------------------------------


def post(client, report: Report, act: str, **data):
    return client.post(f"{report.get_absolute_url()}{act}/", data, follow=True)


def test_taken_approved_and_posts_offered(world, client_of):
    report, client = sent_by_branch(world), client_of(world.committee)
    assert post(client, report, "xem-xet", lan=1).redirect_chain[-1][0].endswith("/xem-xet/")
    assert "Điều sẽ xảy ra" in page_of(client, f"{report.get_absolute_url()}phe-duyet/?lan=1")
    answer = post(client, report, "phe-duyet", lan=1, confirm="yes")
    assert answer.redirect_chain[-1][0].endswith("/chuc-vu/")
    report.refresh_from_db()
    assert (report.state, report.decided_by) == (ReportState.APPROVED, world.committee)
    assert (
        "Đồng chí đã phê duyệt báo cáo này" in post(client, report, "phe-duyet", lan=1, confirm="yes").content.decode()
    )
    assert report.events.filter(kind=EventKind.APPROVED).count() == 1


def test_a_rejection_keeps_what_was_typed_until_it_is_right(world, client_of):
    report, client = taken(world), client_of(world.committee)
    page = post(client, report, "tu-choi", lan=1, reason="sai", muc=["present", "bịa"]).content.decode()
    assert "ít nhất 10 ký tự" in page
    assert "<title>Lỗi:" in page
    assert 'value="present" checked' in page
    page = post(client, report, "tu-choi", lan=1, reason=REASON, muc=["present", "rounds.0"]).content.decode()
    assert "Có mặt; Cấp ủy, lần 1" in page
    report.refresh_from_db()
    assert report.state == ReportState.IN_REVIEW
    post(client, report, "tu-choi", lan=1, reason=REASON, muc=["present", "rounds.0"], confirm="yes")
    assert report.events.get(kind=EventKind.REJECTED).paths == ["present", "rounds.0"]


def test_the_second_reviewer_is_told_in_a_sentence(world, client_of):
    report = taken(world)
    deputy = make_member(world.near_branch, "Lò Văn Ổi").account
    give_grant(user=deputy, unit=world.company, role=Role.DEPUTY_SECRETARY, actor=None)
    client = client_of(deputy)
    told = f"Đồng chí {world.committee.full_name} đang xem xét"
    for act, data in (
        ("xem-xet", {}),
        ("phe-duyet", {"confirm": "yes"}),
        ("tu-choi", {"confirm": "yes", "reason": REASON}),
    ):
        answer = post(client, report, act, lan=1, **data)
        assert answer.status_code == 200
        assert told in answer.content.decode()
    # He may put it back when the other one does not come again.
    assert "Đã trả báo cáo lại hàng chờ" in post(client, report, "tra-lai").content.decode()


def test_who_looked_at_an_older_version_is_told(world, client_of):
    report, author = rejected(world), near_secretary(world)
    report = save_answers(report=report, answers=result_of_a_branch(), revision=report.revision, actor=author)
    send(report=report, revision=report.revision, actor=author)
    page = post(client_of(world.committee), report, "phe-duyet", lan=1, confirm="yes").content.decode()
    assert "Đơn vị đã gửi lại báo cáo (lần 2)" in page


ACTS = {
    "xem-xet": {},
    "tra-lai": {},
    "phe-duyet": {"confirm": "yes"},
    "tu-choi": {"confirm": "yes", "reason": REASON},
    "huy-phe-duyet": {"confirm": "yes", "reason": REASON},
    "gia-han": {"confirm": "yes", "reason": REASON, "until": "31/12/2025"},
    "rut-ve": {},
    "ra-soat-lai": {},
}
# What each state lets the direct superior (S) and the author (A) do; everything else leaves the report as it is.
ALLOWED = {
    letter_000: {"gia-han": "S"},
    sent_by_branch: {"xem-xet": "S", "phe-duyet": "S", "tu-choi": "S", "rut-ve": "A"},
    taken: {"tra-lai": "S", "phe-duyet": "S", "tu-choi": "S"},
    rejected: {"gia-han": "S"},
    decided: {"huy-phe-duyet": "S"},
}


@pytest.mark.parametrize("prepare", ALLOWED, ids=lambda prepare: prepare.__name__)
@pytest.mark.parametrize("act", ACTS)
def test_every_act_in_every_state_by_everybody(world, client_of, prepare, act):
    """Who may not gets 403 or 404, who comes at the wrong time a sentence; the report stays as it was."""
    prepare(world)
    report = report_of(world.near_branch, "a")
    author = near_secretary(world)
    allowed = ALLOWED[prepare].get(act)
    before = (report.state, report.extended_to, report.version)
    actors = {"A": author, "S": world.committee} | {
        who: world.user(who) for who in ("member", "secretary", "org_department", "inspector", "outsider")
    }
    for letter, actor in actors.items():
        if letter == allowed:
            continue
        answer = client_of(actor).post(f"{report.get_absolute_url()}{act}/", ACTS[act] | {"lan": max(1, before[2])})
        report.refresh_from_db()
        assert (report.state, report.extended_to, report.version) == before, letter
        if letter in {"member", "secretary", "outsider"}:
            assert answer.status_code == 404, letter
        elif (letter == "S" and act != "rut-ve") or (letter == "A" and act == "rut-ve"):
            assert answer.status_code in {200, 302}, letter
        else:
            assert answer.status_code == 403, letter
    if allowed:
        data = ACTS[act] | {"lan": max(1, before[2])}
        assert client_of(actors[allowed]).post(f"{report.get_absolute_url()}{act}/", data).status_code == 302
        report.refresh_from_db()
        assert (report.state, report.extended_to, report.version) != before


def test_an_extension_is_refused_before_the_day_there_is(world, campaign, client_of):
    report = report_of(world.near_branch, "a")
    page = post(client_of(world.committee), report, "gia-han", until="01/04/2025", reason=REASON, confirm="yes")
    assert "Hạn mới phải sau hạn đang có (19/04/2025)" in page.content.decode()
    page = post(client_of(world.committee), report, "gia-han", until="31/12/2025", reason=REASON)
    assert "31/12/2025" in page.content.decode()
    assert report_of(world.near_branch, "a").extended_to is None


def test_the_check_page_of_taking_an_approval_back_says_what_becomes_stale(world, client_of):
    report = stale(world)
    Report.objects.filter(pk=report.pk).update(stale_since=None)
    below = report_of(world.near_branch, "a")
    author = near_secretary(world)
    below = save_answers(report=below, answers=result_of_a_branch(), revision=below.revision, actor=author)
    below = send(report=below, revision=below.revision, actor=author)
    Report.objects.filter(pk=report.pk).update(stale_since=None)
    approve(report=below, version=2, actor=world.committee)
    Report.objects.filter(pk=report.pk).update(stale_since=None)
    page = post(client_of(world.committee), below, "huy-phe-duyet", reason=REASON).content.decode()
    assert "1 báo cáo của cấp trên được đánh dấu cần rà soát lại." in page
    assert f"{world.company.name}: kết quả bầu cấp ủy cơ sở" in page


def test_a_top_unit_s_own_report_is_confirmed_by_two(world, client_of):
    make_campaign(
        top=world.top, name="Đợt riêng", term="2025-2030", opens_on=date(2025, 1, 1), ends_on=date(2025, 12, 31),
        reference_date=date(2025, 4, 1), owed=[Owed("upper", "a", before=date(2027, 4, 20))],
        actor=world.org_department,
    )  # fmt: skip
    writer, deputy = (make_member(world.base_cell, name).account for name in ("Hồ Văn Lư", "Hồ Thị Lựu"))
    give_grant(user=writer, unit=world.top, role=Role.HANDBOOK_OFFICER, actor=None)
    give_grant(user=deputy, unit=world.top, role=Role.DEPUTY_SECRETARY, actor=None)
    answers = result_of_a_branch()
    answers.fields |= {"subunits_total": 1, "subunits_done": 1, "contents_count": "4"}
    report = report_of(world.top, "a")
    report = save_answers(report=report, answers=answers, revision=0, actor=writer)
    report = send(report=report, revision=report.revision, actor=writer)
    first, second = client_of(deputy), client_of(world.org_department)
    assert "lần một" in page_of(first, f"{report.get_absolute_url()}phe-duyet/?lan=1")
    assert "Đã xác nhận lần một" in post(first, report, "phe-duyet", lan=1, confirm="yes").content.decode()
    page = page_of(second, report.get_absolute_url())
    assert "Xem xét để xác nhận lần hai" in page
    assert "Xem xét để" not in page_of(first, report.get_absolute_url())
    again = post(first, report, "phe-duyet", lan=1, confirm="yes").content.decode()
    assert "lần hai do đồng chí khác xác nhận" in again
    post(second, report, "phe-duyet", lan=1, confirm="yes")
    report.refresh_from_db()
    assert report.state == ReportState.APPROVED


# ---- many at once ---------------------------------------------------------------------------------------------------


def many(client, reports, **data):
    values = [f"{report.pk}:{report.version}" for report in reports]
    return client.post(f"{APPROVALS}/nhieu/", {"report": values} | data, follow=True)


def test_many_are_approved_and_the_others_left_out_with_the_reason(world, campaign, client_of):
    one, two, warned, held = branches(world, 4)
    deputy = make_member(world.near_branch, "Lò Văn Ổi").account
    give_grant(user=deputy, unit=world.company, role=Role.DEPUTY_SECRETARY, actor=None)
    take(report=held, version=1, actor=deputy)
    Report.objects.filter(pk=warned.pk).update(has_soft_findings=True)
    foreign = sent(report_of(world.branch, "a"), world.secretary)
    client = client_of(world.committee)
    page = many(client, [one, two, warned, held, foreign]).content.decode()
    assert "2 báo cáo được phê duyệt" in page
    assert "có cảnh báo, đồng chí xem riêng." in page
    assert f"đồng chí {deputy.full_name} đang xem xét." in page
    assert foreign.unit.name not in page
    assert not Report.objects.filter(state=ReportState.APPROVED).exists()
    page = many(client, [one, two, warned, held, foreign], confirm="yes").content.decode()
    assert "Đã phê duyệt 2 báo cáo." in page
    approved = Report.objects.filter(state=ReportState.APPROVED).values_list("pk", flat=True)
    assert set(approved) == {one.pk, two.pk}


def test_all_of_the_list_as_it_was_narrowed(world, campaign, client_of):
    branches(world, 3)
    client = client_of(world.committee)
    page = client.post(f"{APPROVALS}/nhieu/", {"all": "1", "query": "tim=so 1"}).content.decode()
    assert "1 báo cáo được phê duyệt" in page
    page = client.post(f"{APPROVALS}/nhieu/", {"all": "1", "query": ""}).content.decode()
    assert "3 báo cáo được phê duyệt" in page


@pytest.mark.parametrize("values", [[], ["x"], ["1:2:3"], ["-1:1"], ["999999:1"]])
def test_nothing_chosen_or_nonsense_is_no_error(world, campaign, client_of, values):
    answer = client_of(world.committee).post(f"{APPROVALS}/nhieu/", {"report": values}, follow=True)
    assert answer.status_code == 200


def test_more_than_fifty_run_in_the_background_and_a_killed_job_goes_on(world, campaign, client_of, monkeypatch):
    from congress_reports.views import lists

    monkeypatch.setattr(lists, "MOST_AT_ONCE", 2)
    reports = branches(world, 3)
    answer = many(client_of(world.committee), reports, confirm="yes")
    job = Job.objects.get()
    assert answer.redirect_chain[-1][0] == job.get_absolute_url()
    # Its first worker was killed after one report.
    approve(report=reports[0], version=1, actor=world.committee)
    run_job(job.pk)
    job.refresh_from_db()
    assert job.result == "Đã phê duyệt 3 báo cáo."
    assert Report.objects.filter(state=ReportState.APPROVED).count() == 3


def test_a_right_lost_meanwhile_is_told(world, campaign):
    (report,) = branches(world, 1)
    outcome = approve_many(chosen=[(report.pk, 1)], actor=world.other_secretary)
    assert (outcome.approved, outcome.left_out) == (0, [(report.unit.name, "do cấp ủy khác phê duyệt.")])


# ---- what waits -----------------------------------------------------------------------------------------------------


def test_what_waits_is_counted_for_each(world, campaign):
    report = filled(report_of(world.branch, "a"), world.secretary)
    make_ready(report=report, actor=world.secretary)
    assert waiting_reports(world.secretary) | {"late": 0} == dict.fromkeys(
        ("to_approve", "stale_below", "rejected", "late", "soon", "stale"), 0
    ) | {"to_confirm": 1}
    sent_by_branch(world)
    assert waiting_reports(world.committee)["to_approve"] == 1
    titles = [todo.title for todo in todos_of(world.committee)]
    assert "1 báo cáo chờ phê duyệt" in titles


def test_due_soon_late_and_sent_back(world, campaign):
    today = timezone.localdate()
    Report.objects.filter(unit=world.branch, duty__form__code="a").update(due_on=today + timedelta(3))
    Report.objects.filter(unit=world.branch, duty__form__code="b").update(due_on=today + timedelta(4))
    counts = waiting_reports(world.secretary)
    assert (counts["soon"], counts["late"]) == (1, 0)
    Report.objects.filter(unit=world.sister, duty__form__code="a").update(due_on=today, extended_to=today)
    Report.objects.filter(unit=world.sister, duty__form__code="b").update(due_on=today - timedelta(1))
    counts = waiting_reports(world.other_secretary)
    assert (counts["soon"], counts["late"]) == (1, 1)


def test_a_reviewer_is_not_sent_to_what_another_has_taken_or_he_wrote(world):
    report = taken(world)
    deputy = make_member(world.near_branch, "Lò Văn Ổi").account
    give_grant(user=deputy, unit=world.company, role=Role.DEPUTY_SECRETARY, actor=None)
    assert waiting_reports(deputy)["to_approve"] == 0
    assert waiting_reports(world.committee)["to_approve"] == 1
    Report.objects.filter(pk=report.pk).update(drafted_by=world.committee)
    world.committee.__dict__.pop("_waiting")
    assert waiting_reports(world.committee)["to_approve"] == 0


def test_stale_ones_wait_for_both_sides(world):
    stale(world)
    assert waiting_reports(world.org_department)["stale_below"] == 1
    assert waiting_reports(world.committee)["stale"] == 1


def test_what_takes_back_is_never_the_main_button(world, client_of):
    report = sent_by_branch(world)
    author, superior = client_of(near_secretary(world)), client_of(world.committee)

    def buttons(client) -> list[tuple[str, str]]:
        return [(act.label, act.tone) for act in client.get(f"{HERE}{report.pk}/").context["acts"]]

    assert buttons(author) == [("Rút về để sửa", "")]
    approve(report=report, version=1, actor=world.committee)
    assert buttons(superior) == [("Cập nhật chức vụ theo kết quả", "primary"), ("Hủy phê duyệt", "danger")]
