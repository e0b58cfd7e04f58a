"""Who reads which lines of the record, how they are narrowed, and the export."""

from datetime import timedelta

import pgtrigger
import pytest
from django.utils import timezone
from python_calamine import CalamineWorkbook

from audit.models import Entry
from audit.services import record
from jobs.models import Job
from jobs.services import run_job
from oversight.selectors import Filters, entries_visible_to, filtered, lines, recent_lines
from tests.cast import make_member


def _renamed(actor, unit, before="Tên cũ"):
    return record("unit.renamed", actor=actor, target=unit, unit=unit, detail={"before": before})


@pytest.fixture
def acts(world):
    """One act of each secretary in his own unit, and one that belongs to no unit."""
    return {
        "branch": _renamed(world.secretary, world.branch),
        "sister": _renamed(world.other_secretary, world.sister),
        "other": _renamed(world.outsider, world.other_company),
        "nowhere": record("account.password_changed", actor=world.member, target=world.member),
    }


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("member", {"nowhere"}),
        ("secretary", {"branch"}),
        ("other_secretary", {"sister"}),
        ("committee", set()),
        ("org_department", {"branch", "sister", "other", "nowhere"}),
        ("inspector", {"branch", "sister", "other", "nowhere"}),
        ("outsider", {"other"}),
    ],
)
def test_the_department_and_inspectors_read_their_units_others_their_own_acts(world, acts, who, seen):
    visible = set(entries_visible_to(world.user(who)).values_list("pk", flat=True))
    assert {name for name, entry in acts.items() if entry.pk in visible} == seen


def test_a_department_of_another_place_reads_only_there(world, acts):
    from orgtree.enums import Role
    from orgtree.services import give_grant

    give_grant(user=world.outsider, unit=world.empowered, role=Role.INSPECTOR, actor=None)
    visible = set(entries_visible_to(world.outsider).values_list("pk", flat=True))
    assert {name for name, entry in acts.items() if entry.pk in visible} == {"other"}


def test_who_tried_an_account_in_vain_is_read_by_those_of_its_members_units(world):
    failed = record("account.sign_in_failed", actor=None, actor_name="Người chưa đăng nhập", target=world.member)
    assert entries_visible_to(world.inspector).filter(pk=failed.pk).exists()
    assert not entries_visible_to(world.committee).filter(pk=failed.pk).exists()


def _words(client, query="", **post):
    answer = client.post(f"/nhat-ky/{query}", post) if post else client.get(f"/nhat-ky/{query}")
    return [line.words for line in answer.context["lines"]]


def test_sentences_are_in_words_with_names(world, acts):
    (line,) = lines([acts["branch"]])
    assert (line.actor, line.words, line.unit) == (
        "Trần Văn Cam",
        "đổi tên Tên cũ thành Chi bộ Ga Bến Thủy",
        "Chi bộ Ga Bến Thủy",
    )


def _ids(user, **filters):
    return set(filtered(entries_visible_to(user), Filters(**filters)).values_list("pk", flat=True))


def test_a_unit_is_taken_with_all_below_it(world, acts):
    found = _ids(world.inspector, unit_id=world.section.pk, action="unit.renamed")
    assert found == {acts["branch"].pk, acts["sister"].pk}


def test_person_and_action_and_days_narrow_it(world, acts):
    assert _ids(world.inspector, actor_id=world.secretary.pk) == {acts["branch"].pk}
    assert _ids(world.inspector, action="account.password_changed") == {acts["nowhere"].pk}
    yesterday = timezone.localdate() - timedelta(days=1)
    with pgtrigger.ignore("audit.Entry:append_only"):
        Entry.objects.filter(pk=acts["branch"].pk).update(at=timezone.now() - timedelta(days=1))
    assert _ids(world.inspector, since=yesterday, until=yesterday) == {acts["branch"].pk}
    assert acts["branch"].pk not in _ids(world.inspector, since=timezone.localdate())


def test_names_go_by_post_and_become_an_address_of_keys(world, acts, client_of):
    answer = client_of(world.inspector).post(
        "/nhat-ky/",
        {"unit": "ben thuy", "person": "tran van cam", "action": "unit.renamed", "since": "01/01/2020", "until": ""},
    )
    assert answer.url == (
        f"/nhat-ky/?don-vi={world.branch.pk}&nguoi={world.secretary.pk}&viec=unit.renamed&tu=2020-01-01"
    )
    page = client_of(world.inspector).get(answer.url)
    assert [line.id for line in page.context["lines"]] == [acts["branch"].pk]
    assert [one["label"] for one in page.context["active"]] == [
        "Chi bộ Ga Bến Thủy và cấp dưới",
        "Trần Văn Cam",
        "Đổi tên … thành …",
        "Từ 01/01/2020",
    ]


def test_of_several_of_a_name_one_is_chosen(world, acts, client_of):
    answer = client_of(world.inspector).post("/nhat-ky/", {"unit": "chi bo ga"})
    assert answer.context["choices"] == {
        "unit": [
            ("Chi bộ Ga Bến Thủy", f"?don-vi={world.branch.pk}"),
            ("Chi bộ Ga Quán Hành", f"?don-vi={world.sister.pk}"),
        ]
    }


def test_a_name_that_is_nobodys_is_said(world, client_of):
    answer = client_of(world.inspector).post("/nhat-ky/", {"person": "khong co ai"})
    assert answer.context["form"].errors == {"person": ["Không tìm thấy người nào như vậy trong phạm vi của đồng chí."]}


def test_keys_tried_at_random_name_nobody(world, acts, client_of):
    stranger = make_member(world.other_branch, "Ngô Thị Kín").account
    page = client_of(world.inspector).get(f"/nhat-ky/?nguoi={stranger.pk}&don-vi=999999")
    assert [one["label"] for one in page.context["active"]] == ["Một đơn vị và cấp dưới", "Một người"]


def test_who_reads_only_his_own_acts_cannot_ask_for_others(world, acts, client_of):
    client = client_of(world.secretary)
    assert _words(client, f"?nguoi={world.other_secretary.pk}") == ["đổi tên Tên cũ thành Chi bộ Ga Bến Thủy"]
    assert "person" not in client.get("/nhat-ky/").context["form"].fields


@pytest.mark.parametrize(
    "query", ["?don-vi=x", "?nguoi=-1", "?viec=khong.co", "?tu=hom-qua", "?sau=%%%", "?don-vi=" + "9" * 30]
)
def test_nonsense_in_the_address_is_left_out(world, acts, client_of, query):
    assert client_of(world.inspector).get(f"/nhat-ky/{query}").status_code == 200


def test_days_the_wrong_way_round_are_told(world, client_of):
    answer = client_of(world.inspector).post("/nhat-ky/", {"since": "02/01/2026", "until": "01/01/2026"})
    assert list(answer.context["form"].errors) == ["until"]


def test_pages_go_by_key_and_show_each_line_once(world, client_of):
    for number in range(120):
        _renamed(world.secretary, world.branch, f"Tên {number}")
    client, url, seen = client_of(world.secretary), "/nhat-ky/", []
    while url:
        page = client.get(url).context
        seen += [line.id for line in page["lines"]]
        url = page["page"].next_url and f"/nhat-ky/{page['page'].next_url}"
    assert seen == sorted(seen, reverse=True)
    assert len(seen) == 120


@pytest.mark.parametrize("count", [1, 40])
def test_the_page_costs_the_same_for_any_length(world, client_of, count, django_assert_num_queries):
    for _ in range(count):
        _renamed(world.secretary, world.branch)
    client = client_of(world.inspector)
    client.get("/nhat-ky/")
    with django_assert_num_queries(6):
        client.get("/nhat-ky/")


def test_the_export_holds_what_the_page_shows_and_is_recorded(world, acts, client_of):
    _renamed(world.secretary, world.branch, "=cmd|' /C calc'!A0")
    answer = client_of(world.inspector).post("/nhat-ky/xuat/", {"don-vi": world.section.pk, "viec": "unit.renamed"})
    job = Job.objects.get()
    assert answer.url == f"/cong-viec/{job.pk}/"
    run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error, job.result, job.file_label) == ("done", "", "Đã ghi 3 dòng nhật ký.", "Nhật ký.xlsx")
    rows = CalamineWorkbook.from_path(job.file.path).get_sheet_by_index(0).to_python()
    assert rows[0] == ["Thời điểm", "Người thực hiện", "Việc", "Đơn vị", "Địa chỉ mạng"]
    assert [row[2] for row in rows[1:]] == [
        "đổi tên =cmd|' /C calc'!A0 thành Chi bộ Ga Bến Thủy",
        "đổi tên Tên cũ thành Chi bộ Ga Quán Hành",
        "đổi tên Tên cũ thành Chi bộ Ga Bến Thủy",
    ]
    exported = Entry.objects.get(action="audit.exported")
    assert (exported.actor_id, exported.unit_id) == (world.inspector.pk, world.section.pk)
    assert exported.detail == {
        "rows": 3,
        "filters": {"unit_id": str(world.section.pk), "action": "unit.renamed"},
    }


def test_the_export_asks_again_for_the_right_when_it_runs(world, acts, client_of):
    from orgtree.services import revoke_grant

    client_of(world.inspector).post("/nhat-ky/xuat/", {"viec": "unit.renamed"})
    revoke_grant(grant=world.grants["inspector"], actor=None)
    run_job(Job.objects.get().pk)
    assert Job.objects.get().result == "Đã ghi 0 dòng nhật ký."


def test_recent_lines_of_a_unit_are_those_of_it_and_below(world, acts):
    recent = recent_lines(world.inspector, below=world.section.pk, limit=2)
    assert [line.id for line in recent] == [acts["sister"].pk, acts["branch"].pk]
