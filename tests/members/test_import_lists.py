"""Whole lists into the tree: what enters, what does not, what a second run does."""

from datetime import date

import pghistory
import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import NO_PASSWORD, User
from audit.models import Entry
from common.errors import RuleViolation
from members.enums import Gender, PoliticalTheory, PostCode, ProfessionalLevel, Standing, Status
from members.imports.models import ImportBatch
from members.imports.services import load_list
from members.models import Member, Post
from tests.cast import make_member, make_unit
from tests.members.lists_of_people import grouped, man, person, saved, workbook


def load(world, tmp_path, people, unit=None, **given):
    path = saved(tmp_path, people if isinstance(people, bytes) else workbook(people))
    return load_list(path, unit or world.company, actor=given.pop("actor", None), **given)


def counts(told):
    return {key: told[key] for key in ("entered", "updated", "unchanged", "elsewhere", "waiting")}


def test_a_clean_row_becomes_an_account_a_record_and_posts(world, tmp_path):
    told = load(
        world,
        tmp_path,
        [
            person(
                "NGUYỄN VĂN TÁM",
                man(1),
                world.branch.name,
                **{
                    "Số thẻ đảng viên": "12345678",
                    "Trình độ chuyên môn": "Đại học",
                    "Lý luận chính trị": "Trung cấp",
                    "Chức vụ Đảng": "Phó Bí thư chi bộ; Đảng ủy viên Đảng ủy cơ sở; Đảng ủy viên đảng ủy bộ phận",
                },
            )
        ],
    )
    assert (told["rows"], told["clean"], told["warn"], told["bad"]) == (1, 1, 0, 0)
    assert counts(told) == {"entered": 1, "updated": 0, "unchanged": 0, "elsewhere": 0, "waiting": 0}
    assert told["dropped_columns"] == ["Quê quán"]
    member = Member.objects.get(account__citizen_id=man(1))
    assert (member.full_name, member.branch, member.gender) == ("Nguyễn Văn Tám", world.branch, Gender.MALE)
    assert (member.birth_date, member.admission_date, member.official_date) == (
        date(1980, 3, 14), date(2005, 5, 19), date(2006, 5, 19),
    )  # fmt: skip
    assert (member.standing, member.status, member.phone) == (Standing.OFFICIAL, Status.ACTIVE, "0912345678")
    assert (member.professional_level, member.political_theory) == (
        ProfessionalLevel.UNIVERSITY, PoliticalTheory.INTERMEDIATE,
    )  # fmt: skip
    assert (member.account.password, member.account.full_name) == (NO_PASSWORD, "Nguyễn Văn Tám")
    assert set(Post.objects.filter(member=member).values_list("unit_id", "code")) == {
        (world.branch.pk, PostCode.DEPUTY_SECRETARY),
        (world.company.pk, PostCode.COMMITTEE_MEMBER),
        (world.section.pk, PostCode.COMMITTEE_MEMBER),
    }
    assert not member.posts_unclear


def test_a_post_that_cannot_be_placed_is_kept_as_text_and_marked(world, tmp_path):
    load(
        world,
        tmp_path,
        [person("Nguyễn Văn Tám", man(1), world.branch.name, **{"Chức vụ Đảng": "Đảng ủy viên; Đặc phái viên"})],
    )
    member = Member.objects.get(account__citizen_id=man(1))
    assert (member.posts_text, member.posts_unclear) == ("Đảng ủy viên; Đặc phái viên", True)
    assert not member.posts.exists()


def test_nobody_gives_a_post_where_he_does_not_manage_members(world, tmp_path):
    people = [person("Nguyễn Văn Tám", man(1), **{"Chức vụ Đảng": "Bí thư Đảng ủy cơ sở"})]
    load(world, tmp_path, people, unit=world.branch, actor=world.secretary)
    member = Member.objects.get(account__citizen_id=man(1))
    assert (member.posts.count(), member.posts_unclear) == (0, True)


@pytest.mark.parametrize(
    ("status", "official", "standing", "kept"),
    [
        ("Miễn công tác và sinh hoạt đảng", "19/05/2006", Standing.OFFICIAL, Status.EXEMPT),
        ("Miễn công tác và sinh hoạt đảng", "", Standing.PROBATIONARY, Status.EXEMPT),
        ("Dự bị", "", Standing.PROBATIONARY, Status.ACTIVE),
        ("Chính thức", "19/05/2006", Standing.OFFICIAL, Status.ACTIVE),
    ],
)
def test_standing_and_status_follow_the_list(world, tmp_path, status, official, standing, kept):
    people = [person("Nguyễn Văn Tám", man(1), **{"Tình trạng": status, "Ngày chính thức": official})]
    load(world, tmp_path, people, unit=world.branch)
    member = Member.objects.get(account__citizen_id=man(1))
    assert (member.standing, member.status) == (standing, kept)


def test_bad_rows_never_enter_and_warned_ones_only_with_the_flag(world, tmp_path):
    people = [
        person("Nguyễn Văn Tám", man(1)),
        person("Nguyễn Văn Chín", man(2), **{"Giới tính": "Nữ"}),
        person("Nguyễn Văn Mười", "00108012345"),
    ]
    told = load(world, tmp_path, people, unit=world.branch)
    assert (told["clean"], told["warn"], told["bad"], told["entered"]) == (1, 1, 1, 1)
    told = load(world, tmp_path, people, unit=world.branch, accept_warnings=True)
    assert counts(told) == {"entered": 1, "updated": 0, "unchanged": 1, "elsewhere": 0, "waiting": 0}
    assert set(Member.objects.filter(branch=world.branch).values_list("account__citizen_id", flat=True)) >= {
        man(1),
        man(2),
    }


def test_a_second_run_changes_nothing(world, tmp_path):
    people = [person(f"Nguyễn Văn Số {n}", man(n), world.branch.name) for n in range(1, 6)]
    load(world, tmp_path, people)
    before = list(Member.objects.order_by("pk").values())
    told = load(world, tmp_path, people)
    assert counts(told) == {"entered": 0, "updated": 0, "unchanged": 5, "elsewhere": 0, "waiting": 0}
    assert list(Member.objects.order_by("pk").values()) == before


def test_a_dry_run_says_the_same_and_writes_nothing(world, tmp_path):
    people = [person("Nguyễn Văn Tám", man(1), world.branch.name), person("Nguyễn Văn Chín", man(2), "Chi bộ Lạ")]
    before = (Member.objects.count(), User.objects.count(), ImportBatch.objects.count(), Entry.objects.count())
    tried = load(world, tmp_path, people, dry_run=True)
    assert (Member.objects.count(), User.objects.count(), ImportBatch.objects.count(), Entry.objects.count()) == before
    assert tried == load(world, tmp_path, people)


def test_known_members_are_updated_field_by_field_and_an_empty_cell_empties_nothing(world, tmp_path):
    known = make_member(
        world.branch, "Nguyễn Văn Tám", citizen_id=man(1), birth_date=date(1980, 3, 14), phone="0900000001",
        card_number="87654321", admission_date=date(2005, 5, 19), official_date=date(2006, 5, 19),
    )  # fmt: skip
    told = load(world, tmp_path, [person("Nguyễn Văn Tám", man(1), world.branch.name)])
    assert counts(told)["updated"] == 1
    known.refresh_from_db()
    assert (known.phone, known.card_number) == ("0912345678", "87654321")
    row = ImportBatch.objects.get().rows.get()
    assert row.changes == [{"field": "phone", "old": "0900000001", "new": "0912345678"}]


def test_a_vaguer_date_does_not_blur_a_known_one(world, tmp_path):
    known = make_member(world.branch, "Nguyễn Văn Tám", citizen_id=man(1), birth_date=date(1980, 3, 14))
    load(world, tmp_path, [person("Nguyễn Văn Tám", man(1), world.branch.name, **{"Ngày sinh": "1980"})])
    known.refresh_from_db()
    assert (known.birth_date, known.birth_precision) == (date(1980, 3, 14), "day")


def test_another_branch_below_the_unit_is_a_change_of_branch_and_ends_the_posts_there(world, tmp_path):
    known = make_member(world.sister, "Nguyễn Văn Tám", citizen_id=man(1), birth_date=date(1980, 3, 14))
    post = Post.objects.create(member=known, unit=world.sister, code=PostCode.SECRETARY)
    told = load(world, tmp_path, [person("Nguyễn Văn Tám", man(1), world.branch.name)], actor=world.committee)
    assert counts(told)["updated"] == 1
    known.refresh_from_db()
    post.refresh_from_db()
    assert (known.branch, post.ends_on is None) == (world.branch, False)
    assert known.stays.count() == 2


def test_a_member_found_under_another_unit_is_told_and_not_moved(world, tmp_path):
    known = make_member(world.other_branch, "Nguyễn Văn Tám", citizen_id=man(1), birth_date=date(1980, 3, 14))
    told = load(world, tmp_path, [person("Nguyễn Văn Tám", man(1), world.branch.name)], actor=world.committee)
    assert counts(told) == {"entered": 0, "updated": 0, "unchanged": 0, "elsewhere": 1, "waiting": 0}
    known.refresh_from_db()
    assert (known.branch, known.phone) == (world.other_branch, known.phone)
    (finding,) = told["findings"]
    assert world.other_branch.name not in finding["message"], "the committee may not see that branch"
    assert finding["message"] == "Đang sinh hoạt tại tổ chức đảng khác. Cần làm thủ tục chuyển sinh hoạt đảng."


def test_one_who_left_is_not_brought_back_by_a_list(world, tmp_path):
    known = make_member(
        world.branch, "Nguyễn Văn Tám", citizen_id=man(1), birth_date=date(1980, 3, 14), status=Status.LEFT
    )
    told = load(world, tmp_path, [person("Nguyễn Văn Tám", man(1), world.branch.name)])
    known.refresh_from_db()
    assert (counts(told)["elsewhere"], known.status) == (1, Status.LEFT)


def test_a_mistyped_id_does_not_overwrite_somebody_else(world, tmp_path):
    known = make_member(world.branch, "Lê Văn Chín", citizen_id=man(1), birth_date=date(1980, 7, 1))
    told = load(world, tmp_path, [person("Nguyễn Văn Tám", man(1), world.branch.name)])
    known.refresh_from_db()
    assert (counts(told)["updated"], known.full_name) == (0, "Lê Văn Chín")
    assert told["findings"][0]["outcome"] == "refused"


def test_an_account_without_a_record_gets_it(world, tmp_path):
    account = User.objects.create_user(man(1), "Nguyễn Văn Tám", password="một mật khẩu dài")
    load(world, tmp_path, [person("Nguyễn Văn Tám", man(1), world.branch.name)])
    assert Member.objects.get(account=account).branch == world.branch


def test_same_name_and_birth_under_another_id_is_told_never_merged(world, tmp_path):
    make_member(world.sister, "Nguyễn Văn Tam", citizen_id=man(7), birth_date=date(1980, 3, 14))
    told = load(world, tmp_path, [person("Nguyễn Văn Tám", man(1), world.branch.name)])
    assert counts(told)["entered"] == 1
    (finding,) = told["findings"]
    assert finding["outcome"] == "info"
    assert world.sister.name in finding["message"]


def test_who_does_not_manage_the_members_of_the_unit_brings_nothing_in(world, tmp_path):
    for actor in (world.member, world.outsider, world.inspector, world.other_secretary):
        with pytest.raises(PermissionDenied):
            load(world, tmp_path, [person("Nguyễn Văn Tám", man(1))], unit=world.branch, actor=actor)
    assert not Member.objects.filter(account__citizen_id=man(1)).exists()


def test_history_and_record_say_which_list_it_was(world, tmp_path):
    load(world, tmp_path, [person("Nguyễn Văn Tám", man(1), world.branch.name)], actor=world.committee)
    batch = ImportBatch.objects.get()
    context = pghistory.models.Events.objects.tracks(Member.objects.get(account__citizen_id=man(1))).get().pgh_context
    assert context == {"user": world.committee.pk, "path": "import", "batch": batch.pk}
    entry = Entry.objects.get(action="members.imported")
    assert (entry.actor_id, entry.unit_id, entry.target_id) == (world.committee.pk, world.company.pk, batch.pk)
    assert (entry.detail["entered"], entry.detail["updated"]) == (1, 0)


def test_without_an_actor_the_server_did_it(world, tmp_path):
    load(world, tmp_path, [person("Nguyễn Văn Tám", man(1), world.branch.name)])
    assert Entry.objects.get(action="members.imported").actor_name == "quản trị từ máy chủ"


def test_a_file_that_is_no_list_is_refused_in_a_sentence(world, tmp_path):
    with pytest.raises(RuleViolation):
        load(world, tmp_path, b"not a workbook")
    assert not ImportBatch.objects.exists()


# Branches


def test_a_name_that_several_branches_share_is_asked_once_for_a_block(world, tmp_path):
    twin = make_unit(world.company, "T.02.91", world.branch.name, "cell")
    people = [
        person("Người Một", man(1), world.branch.name),
        person("Người Hai", man(2), world.branch.name),
        person("Người Ba", man(3), world.sister.name),
        person("Người Bốn", man(4), world.branch.name),
    ]
    told = load(world, tmp_path, people)
    assert (told["clean"], told["entered"], told["waiting"]) == (4, 1, 3)
    candidates = [
        {"code": twin.code, "name": twin.name, "path": world.company.name},
        {"code": world.branch.code, "name": world.branch.name, "path": f"{world.company.name} › {world.section.name}"},
    ]
    name = world.branch.name
    assert told["unresolved_branches"] == [
        {"sheet": "DSDV", "first_row": 4, "rows": 2, "name": name, "candidates": candidates},
        {"sheet": "DSDV", "first_row": 7, "rows": 1, "name": name, "candidates": candidates},
    ]
    told = load(
        world, tmp_path, people, branch_map={("DSDV", 4): world.branch.code, ("DSDV", 7): twin.code}
    )  # fmt: skip
    assert (told["entered"], told["unchanged"], told["unresolved_branches"]) == (3, 1, [])
    assert Member.objects.get(account__citizen_id=man(2)).branch == world.branch
    assert Member.objects.get(account__citizen_id=man(4)).branch == twin


def test_two_headings_of_the_same_name_are_two_blocks(world, tmp_path):
    make_unit(world.company, "T.02.91", world.branch.name, "cell")
    told = load(
        world,
        tmp_path,
        grouped(
            [(world.branch.name, [person("Người Một", man(1))]), (world.branch.name, [person("Người Hai", man(2))])]
        ),
    )
    assert [one["rows"] for one in told["unresolved_branches"]] == [1, 1]


@pytest.mark.parametrize(
    "written",
    ["Chi bộ Ga Bến Thủy", "CHI BỘ GA BẾN THUỶ", "chi bo ga ben thuy", "Ga Bến Thủy", "CB Ga Bến Thủy", "T.02.B1.01"],
)
def test_a_branch_is_known_however_its_name_is_written(world, tmp_path, written):
    told = load(world, tmp_path, [person("Nguyễn Văn Tám", man(1), written)])
    assert told["unresolved_branches"] == []
    assert Member.objects.get(account__citizen_id=man(1)).branch == world.branch


def test_an_unknown_name_waits_with_those_that_sound_like_it(world, tmp_path):
    told = load(world, tmp_path, [person("Nguyễn Văn Tám", man(1), "Chi bộ Ga Quán Hàn")])
    (block,) = told["unresolved_branches"]
    assert [one["code"] for one in block["candidates"]] == [world.sister.code]
    assert (told["clean"], told["waiting"]) == (1, 1)


def test_the_list_of_a_branch_needs_no_branch_in_it(world, tmp_path):
    load(world, tmp_path, [person("Nguyễn Văn Tám", man(1))], unit=world.base_cell)
    assert Member.objects.get(account__citizen_id=man(1)).branch == world.base_cell


def test_a_map_may_not_lead_out_of_the_unit(world, tmp_path):
    with pytest.raises(RuleViolation, match=r"T\.01\.01\.01"):
        load(
            world,
            tmp_path,
            [person("Nguyễn Văn Tám", man(1), "Lạ")],
            branch_map={("DSDV", 4): world.other_branch.code},
            actor=world.committee,
        )
