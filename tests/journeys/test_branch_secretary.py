"""The secretary of a branch on a phone: the members, their phones, a small list from the file to its undoing."""

import pytest

from jobs.models import Job
from jobs.services import run_job
from members.imports.models import ImportBatch
from members.models import Member
from tests.journeys.conftest import DESKTOP, PHONE
from tests.members.lists_of_people import man, person, workbook

SCRIPTS = pytest.mark.parametrize("javascript", [True, False])


@pytest.fixture
def secretary(world, open_page, sign_in):
    def at(width: int = PHONE, *, javascript: bool = True):
        page = open_page(width, javascript=javascript)
        sign_in(page, world.secretary)
        return page

    return at


@SCRIPTS
def test_on_a_phone_the_conditions_are_folded_and_the_people_are_near(world, secretary, javascript):
    page = secretary(javascript=javascript)
    page.goto("/dang-vien/")
    first = page.locator("tbody th a").first
    assert first.bounding_box()["y"] < 844
    assert not page.get_by_label("Tình trạng").is_visible()
    page.get_by_text("Lọc danh sách", exact=True).click()
    page.get_by_label("Tình trạng").select_option(label="Mọi tình trạng")
    page.get_by_role("button", name="Lọc").click()
    page.get_by_role("link", name="Tình trạng: Mọi tình trạng").wait_for()


@SCRIPTS
def test_on_a_desk_the_conditions_stand_open(world, secretary, javascript):
    page = secretary(DESKTOP, javascript=javascript)
    page.goto("/dang-vien/")
    assert page.get_by_label("Tình trạng").is_visible()
    assert not page.get_by_text("Lọc danh sách", exact=True).is_visible()


def test_the_call_list_is_read_and_called_from_on_a_phone(world, secretary, look_at):
    page = secretary()
    page.goto("/dang-vien/danh-ba/")
    look_at(page, "secretary-calls")
    phone = world.people["member"].phone
    link = page.locator(f'a[href="tel:{phone}"]')
    box = link.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= PHONE


@SCRIPTS
def test_a_small_list_from_the_file_to_its_undoing(world, secretary, look_at, javascript):
    people = [
        person("Nguyễn Văn Đúng", man(1), world.branch.name),
        person("Nguyễn Văn Lỗi", "123456789", world.branch.name),
    ]
    page = secretary(javascript=javascript)
    page.goto("/dang-vien/nhap/moi/")
    page.get_by_role("button", name="Gửi và kiểm tra").click()
    page.get_by_role("alert").get_by_role("link", name="Chưa chọn tệp danh sách").wait_for()
    page.locator("input[type=file]").set_input_files(
        {"name": "Danh sách chi bộ.xlsx", "mimeType": "application/octet-stream", "buffer": workbook(people)}
    )
    if javascript:
        assert page.get_by_text("Danh sách chi bộ.xlsx").is_visible()
        look_at(page, "secretary-upload")
    page.get_by_label("Tệp không chứa bí mật nhà nước").check()
    page.get_by_role("button", name="Gửi và kiểm tra").click()
    page.wait_for_url("**/dang-vien/nhap/*/")
    batch = ImportBatch.objects.get()
    run_job(batch.job_id)
    page.goto(batch.get_absolute_url())
    assert page.get_by_text("Nguyễn Văn Lỗi").is_visible()
    if javascript:
        look_at(page, "secretary-checked")
    page.get_by_role("link", name="Xác nhận để nhập").click()
    page.get_by_role("button", name="Xác nhận và nhập").click()
    page.wait_for_url(f"**{batch.get_absolute_url()}")
    run_job(Job.objects.latest("pk").pk)
    page.goto(batch.get_absolute_url())
    assert page.get_by_text("Danh sách đã được nhập").is_visible()
    assert Member.objects.filter(full_name="Nguyễn Văn Đúng", branch=world.branch).exists()
    page.get_by_role("link", name="Hoàn tác danh sách này").click()
    page.get_by_role("button", name="Hoàn tác").click()
    page.get_by_text("Danh sách đã được hoàn tác").wait_for()
    assert not Member.objects.filter(full_name="Nguyễn Văn Đúng").exists()


def test_the_own_unit_stands_above_the_tree(world, secretary, look_at):
    page = secretary()
    page.goto("/to-chuc/")
    look_at(page, "secretary-tree")
    page.get_by_role("link", name=f"Trong cây {world.branch.name}").click()
    assert page.locator(f"#don-vi-{world.branch.pk}").get_by_role("link", name="Xem").is_visible()
    page.goto("/to-chuc/")
    page.locator("main").get_by_role("link", name=world.branch.name, exact=True).first.click()
    page.wait_for_url(f"**/to-chuc/{world.branch.pk}/")
