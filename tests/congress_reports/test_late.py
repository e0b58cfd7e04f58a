"""Late reports of the units below, the list to call by, and the superior who sees to it himself."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.models import Entry
from common.errors import RuleViolation
from congress_reports.models import Report, ReportEvent
from congress_reports.services import close_campaign, escalate_unit, expect_reports, make_campaign, owed_by_letter_000
from members.enums import PostCode
from members.models import ListedMember, Post
from members.selectors.access import openings_of
from notifications.models import Notice
from tests.cast import make_unit

PAGE, CALLS = "/quan-ly-bao-cao/qua-han/", "/quan-ly-bao-cao/qua-han/danh-sach-goi/"


@pytest.fixture
def late(world):
    """All reports of branches and the section are two days late."""
    today = timezone.localdate()
    return make_campaign(
        top=world.top,
        name="Đại hội",
        term="2025-2030",
        opens_on=today - timedelta(days=90),
        ends_on=today + timedelta(days=90),
        reference_date=today,
        owed=owed_by_letter_000(today - timedelta(days=1)),
        actor=None,
    )


def _rows(client, query: str = "", page: str = PAGE) -> dict:
    context = client.get(page + query).context
    return {row.name: row for row in (context["page"] if page == PAGE else context["rows"])}


def test_directly_below_and_everything(world, client_of, late):
    client = client_of(world.committee)
    assert set(_rows(client)) == {world.section.name, world.near_branch.name}
    wide = _rows(client, "?pham-vi=tat-ca")
    assert set(wide) == {world.section.name, world.near_branch.name, world.branch.name, world.sister.name}
    assert (wide[world.branch.name].late, wide[world.branch.name].days) == (2, 2)
    assert (wide[world.branch.name].has_holder, wide[world.near_branch.name].has_holder) == (True, False)
    assert wide[world.branch.name].reports_told == "Kết quả đại hội, Phân tích chất lượng (quá hạn 2 ngày)"


def test_where_none_directly_below_is_late_those_further_down_are_shown(world, client_of, late):
    Report.objects.filter(unit__in=[world.section, world.near_branch]).update(state="ended", end_reason="Đã sáp nhập.")
    client = client_of(world.committee)
    assert set(_rows(client)) == set(_rows(client, page=CALLS)) == {world.branch.name, world.sister.name}
    assert _rows(client, "?pham-vi=truc-thuoc") == {}


def test_one_reads_only_below_ones_own(world, client_of, late):
    assert client_of(world.committee).get(f"{PAGE}?don-vi={world.other_company.pk}").status_code == 404
    assert client_of(world.secretary).get(PAGE).status_code == 404
    assert client_of(world.committee).get(f"{PAGE}?don-vi=1e9").status_code == 404


def test_a_closed_campaign_leaves_the_page_empty(world, client_of, late):
    close_campaign(campaign=late, actor=world.org_department)
    page = client_of(world.committee).get(PAGE)
    assert "Không có đơn vị nào quá hạn" in page.content.decode()


def test_the_list_to_call_by_names_the_secretary_and_is_written_down(world, client_of, late):
    Post.objects.create(member=world.people["secretary"], unit=world.branch, code=PostCode.SECRETARY)
    Post.objects.create(member=world.people["member"], unit=world.branch, code=PostCode.DEPUTY_SECRETARY)
    Post.objects.create(member=world.people["other_secretary"], unit=world.sister, code=PostCode.DEPUTY_SECRETARY)
    world.people["secretary"].no_smartphone = True
    world.people["secretary"].save()
    client = client_of(world.committee)
    query = f"?don-vi={world.section.pk}"
    rows = _rows(client, query, CALLS)
    called = {name: [(one.name, one.phone) for one in row.people] for name, row in rows.items()}
    phone = {who: world.people[who].phone for who in ("secretary", "other_secretary")}
    assert called == {
        world.branch.name: [("Trần Văn Cam", phone["secretary"])],
        world.sister.name: [("Lê Thị Đào", phone["other_secretary"])],
    }
    assert "Không dùng điện thoại thông minh" in client.get(CALLS + query).content.decode()
    entry = Entry.objects.filter(action="reports.calls_printed").first()
    assert entry.detail == {"rows": 2}
    assert ListedMember.objects.filter(entry_id=entry.pk).count() == 2
    assert "Mở danh sách gọi điện về báo cáo có đồng chí" in [
        opening.what for opening in openings_of(world.people["secretary"])
    ]


def test_phones_stand_only_on_the_list(world, client_of, late):
    Post.objects.create(member=world.people["secretary"], unit=world.branch, code=PostCode.SECRETARY)
    page = client_of(world.committee).get(f"{PAGE}?pham-vi=tat-ca").content.decode()
    assert "Trần Văn Cam" in page
    assert world.people["secretary"].phone not in page.replace(" ", "")
    inspected = client_of(world.inspector).get(f"{CALLS}?don-vi={world.section.pk}")
    assert inspected.status_code == 403
    assert not ListedMember.objects.exists()


def test_a_superior_sees_to_it_himself(world, client_of, late):
    client = client_of(world.committee)
    client.post(f"{PAGE}{world.near_branch.pk}/don-doc/", {"back": PAGE})
    assert Report.objects.filter(unit=world.near_branch, escalated_by=world.committee).count() == 2
    assert ReportEvent.objects.filter(kind="escalated").count() == 2
    assert _rows(client)[world.near_branch.name].escalated
    assert Entry.objects.filter(action="report.escalated", actor_id=world.committee.pk).count() == 2


def test_only_the_direct_superior_and_only_when_late(world, late):
    for user in (world.org_department, world.secretary, world.inspector):
        with pytest.raises(PermissionDenied):
            escalate_unit(unit=world.near_branch, actor=user)
    Report.objects.filter(unit=world.near_branch).update(due_on=timezone.localdate())
    with pytest.raises(RuleViolation, match="không có báo cáo quá hạn"):
        escalate_unit(unit=world.near_branch, actor=world.committee)
    assert not Notice.objects.filter(kind="reports.escalated").exists()


@pytest.mark.parametrize("address", [f"{PAGE}?pham-vi=tat-ca", f"{CALLS}?pham-vi=tat-ca"])
def test_the_pages_cost_the_same_for_many(world, client_of, late, address):
    client = client_of(world.committee)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    cost()
    few = cost()
    for number in range(15):
        make_unit(world.section, f"M{number}", f"Chi bộ {number}", "cell")
    expect_reports(campaign=late, actor=None)
    many = cost()
    assert many == few
    # The list is also written down: its own lines come on top.
    assert many <= (12 if address.startswith(f"{PAGE}?") else 16)
