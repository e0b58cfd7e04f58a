"""Reports of the congresses in a real browser: lists, reading, deciding; at phone and desktop width."""

from datetime import date

import pytest
from django.conf import settings

from congress_reports.enums import ReportState
from congress_reports.forms import Answers
from congress_reports.forms.values import Candidate
from congress_reports.models import Report
from congress_reports.services import approve, reject, save_answers, send
from members.enums import PostCode
from members.services import give_post
from orgtree.enums import Role
from orgtree.services import give_grant
from tests.cast import World, build_world, make_member, make_unit
from tests.congress_reports.campaigns import REASON, letter_000, near_secretary, report_of, sent, sent_by_branch, stale
from tests.congress_reports.reports import changed, result_of_a_branch
from tests.journeys.conftest import DESKTOP, PHONE

WIDTHS = pytest.mark.parametrize("width", [PHONE, DESKTOP])
LONG = "Chi bộ Cung đường sắt Khu gian Thanh Luyện – Minh Cầm và Đội tuần hầm Khe Nét thuộc Đội cầu đường Quảng Bình"


@pytest.fixture
def sign_in(client_of, live_server):
    """With a session made here: the form of signing in has its own journey."""

    def enter(page, user) -> None:
        cookie = client_of(user).cookies[settings.SESSION_COOKIE_NAME]
        page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])

    return enter


def two_deputies() -> Answers:
    """A result with two deputies where one is usual: V14 wants a reason."""
    answers = result_of_a_branch()
    deputy = answers.rounds[2]
    deputy.fields |= {"seats": 2, "cand_prepared": 2}
    deputy.candidates.append(Candidate("Trần Văn Cường", 1990, None, 16, True))
    answers.reasons = {"V14:rounds.2": "Một", "V14:": "Một đồng chí phó bí thư nghỉ hưu tháng sau."}
    return answers


@pytest.fixture
def full(db) -> World:
    """Reports in every state below the company."""
    world = build_world()
    letter_000(world)
    for number in range(8):
        name = LONG if number == 3 else f"Chi bộ Ga Đồng Lê {number}"
        unit = make_unit(world.company, f"T.02.8{number}", name, "cell")
        writer = make_member(unit, f"Nguyễn Văn Tám {number}").account
        give_grant(user=writer, unit=unit, role=Role.SECRETARY, actor=None)
        report = report_of(unit, "a")
        if number in {1, 4}:
            report = save_answers(report=report, answers=two_deputies(), revision=0, actor=writer)
            report = send(report=report, revision=report.revision, actor=writer)
        elif number != 7:
            report = sent(report, writer)
        if number == 5:
            approve(report=report, version=1, actor=world.committee)
        if number == 6:
            reject(report=report, version=1, reason=REASON, paths=["present"], actor=world.committee)
    return world


@WIDTHS
def test_the_lists(full, open_page, sign_in, look_at, width):
    page = open_page(width)
    sign_in(page, full.committee)
    here = "/quan-ly-bao-cao/phe-duyet-bao-cao"
    for name, address in {
        "bao-cao-cua-toi": "/quan-ly-bao-cao/",
        "bao-cao-cua-toi-dot-truoc": "/quan-ly-bao-cao/?dot=truoc",
        "phe-duyet": here,
        "phe-duyet-tat-ca": f"{here}?trang_thai=all&xep=-don-vi",
        "phe-duyet-khong-co": f"{here}?tim=khong+co&canh_bao=co",
        "phe-duyet-cap-duoi": f"{here}?pham_vi=cap-duoi",
    }.items():
        page.goto(address)
        look_at(page, name)
    page.goto("/")
    look_at(page, "trang-chu-bao-cao")
    sign_in(page, full.org_department)
    page.goto(f"{here}?pham_vi=cap-duoi")
    look_at(page, "phe-duyet-ban-to-chuc-cap-duoi")


@WIDTHS
def test_many_are_approved_at_once(full, open_page, sign_in, look_at, width):
    page = open_page(width)
    sign_in(page, full.committee)
    page.goto("/quan-ly-bao-cao/phe-duyet-bao-cao")
    for box in page.locator("input[name=report]").all():
        box.check()
    page.get_by_role("button", name="Phê duyệt các báo cáo đã chọn").click()
    look_at(page, "phe-duyet-nhieu")
    page.get_by_role("button", name="Phê duyệt", exact=True).click()
    assert page.get_by_text("Đã phê duyệt 3 báo cáo.").is_visible()
    look_at(page, "phe-duyet-nhieu-xong")
    assert Report.objects.filter(state=ReportState.APPROVED).count() == 4


@WIDTHS
def test_rejected_with_two_fields_and_resubmitted(full, open_page, sign_in, look_at, width):
    """The reviewer marks two places; the author sees them; the reviewer sees what changed."""
    report = sent_by_branch(full)
    author = near_secretary(full)
    page = open_page(width)
    sign_in(page, full.committee)
    page.goto(report.get_absolute_url())
    look_at(page, "bao-cao-da-gui")
    page.get_by_role("button", name="Xem xét để phê duyệt").click()
    look_at(page, "bao-cao-xem-xet")
    page.locator("input[name=muc][value=present]").check()
    page.locator("input[name=muc][value='rounds.0.candidates.1']").check()
    page.get_by_label("Lý do từ chối").fill("ngắn")
    page.get_by_role("button", name="Từ chối, trả lại đơn vị").click()
    look_at(page, "bao-cao-tu-choi-loi")
    assert page.locator("input[name=muc]:checked").count() == 2
    page.get_by_label("Lý do từ chối").fill(REASON)
    page.get_by_role("button", name="Từ chối, trả lại đơn vị").click()
    look_at(page, "bao-cao-tu-choi-kiem-tra")
    page.get_by_role("button", name="Từ chối và trả lại đơn vị").click()
    assert page.get_by_text("Đã từ chối báo cáo").is_visible()

    sign_in(page, author)
    page.goto(report.get_absolute_url())
    assert page.get_by_text("Cấp ủy, lần 1: đồng chí Lê Thị Bình").is_visible()
    look_at(page, "bao-cao-bi-tu-choi-nguoi-lap")
    report = report_of(full.near_branch, "a")
    mended = changed(result_of_a_branch(), "place", "Hội trường Nhà văn hóa Ga Đồng Lê")
    mended = changed(mended, "rounds.0.candidates.1.votes", 17)
    report = save_answers(report=report, answers=mended, revision=report.revision, actor=author)
    report = send(report=report, revision=report.revision, actor=author)

    sign_in(page, full.committee)
    page.goto(report.get_absolute_url())
    assert page.get_by_text("Thay đổi so với bản bị từ chối").is_visible()
    page.get_by_role("button", name="Xem xét để phê duyệt").click()
    look_at(page, "bao-cao-gui-lai-xem-xet")
    page.get_by_role("link", name="Phê duyệt", exact=True).click()
    look_at(page, "bao-cao-phe-duyet-kiem-tra")
    page.get_by_role("button", name="Phê duyệt", exact=True).click()
    look_at(page, "bao-cao-chuc-vu")
    assert report_of(full.near_branch, "a").state == ReportState.APPROVED
    page.goto(f"{report.get_absolute_url()}lan-gui/1/")
    look_at(page, "bao-cao-lan-gui")


@WIDTHS
def test_the_other_pages_of_a_report(full, open_page, sign_in, look_at, width):
    """Quality on a phone, a draft from above, a stale one, forms of the superior, posts with people of the list."""
    above = stale(full)
    quality = sent_by_branch(full, "b")
    page = open_page(width)
    sign_in(page, full.org_department)
    page.goto(above.get_absolute_url())
    look_at(page, "bao-cao-cu-so-lieu")
    page.goto(f"{above.get_absolute_url()}ra-soat-lai/")
    look_at(page, "bao-cao-ra-soat")
    page.goto(report_of(full.company, "e").get_absolute_url())
    look_at(page, "bao-cao-chua-lap-cap-tren-xem")
    sign_in(page, full.committee)
    page.goto(quality.get_absolute_url())
    look_at(page, "bao-cao-chat-luong")
    page.goto(f"{report_of(full.near_branch, 'a').get_absolute_url()}gia-han/")
    look_at(page, "bao-cao-gia-han")
    approve(report=quality, version=1, actor=full.committee)
    page.goto(f"{quality.get_absolute_url()}huy-phe-duyet/")
    look_at(page, "bao-cao-huy-phe-duyet")
    page.get_by_label("Lý do hủy phê duyệt").fill(REASON)
    page.get_by_role("button", name="Tiếp tục").click()
    look_at(page, "bao-cao-huy-phe-duyet-kiem-tra")


@WIDTHS
def test_posts_begin_and_end_by_the_result(full, open_page, sign_in, look_at, width):
    unit = full.near_branch
    author = near_secretary(full)
    old = make_member(unit, "Đặng Thị Sen", birth_date=date(1970, 2, 3))
    new = make_member(unit, "Nguyễn Văn An", birth_date=date(1975, 5, 6))
    give_post(member=old, unit=unit, code=PostCode.SECRETARY, begins_on=date(2022, 4, 1), actor=None)
    answers = result_of_a_branch()
    for at in (0, 1):
        answers.rounds[at].candidates[0].member_id = new.pk
    report = save_answers(report=report_of(unit, "a"), answers=answers, revision=0, actor=author)
    report = send(report=report, revision=report.revision, actor=author)
    report = approve(report=report, version=1, actor=full.committee)
    page = open_page(width)
    sign_in(page, full.committee)
    page.goto(report.get_absolute_url())
    look_at(page, "bao-cao-da-phe-duyet")
    page.get_by_role("link", name="Cập nhật chức vụ theo kết quả").click()
    look_at(page, "chuc-vu-theo-ket-qua")
    page.get_by_role("button", name="Cập nhật chức vụ").click()
    assert page.get_by_text("2 bắt đầu, 1 kết thúc").is_visible()
    look_at(page, "chuc-vu-da-cap-nhat")
