"""The pages of member lists, as the one who sends a list meets them."""

from io import BytesIO

import openpyxl
import pytest
from django.urls import reverse

from jobs.models import Job
from jobs.services import run_job
from members.imports.enums import BatchState
from members.imports.models import ImportBatch
from members.imports.todo import todos
from members.models import Member
from tests.members.lists_of_people import man, person, workbook
from tests.members.test_import_batches import checked, entered, three


def _file(people, name="Danh sách.xlsx") -> BytesIO:
    content = BytesIO(workbook(people))
    content.name = name
    return content


def test_from_the_upload_to_the_undoing(world, client_of):
    client = client_of(world.committee)
    sent = {"unit": world.company.pk, "file": _file(three(world)), "not_secret": "on"}
    page = client.post(reverse("members:import_start"), sent)
    batch = ImportBatch.objects.get()
    assert page.headers["Location"] == batch.get_absolute_url()
    assert "Đọc và kiểm tra danh sách" in client.get(page.headers["Location"]).content.decode()
    run_job(batch.job_id)
    assert "Xác nhận để nhập" in client.get(batch.get_absolute_url()).content.decode()
    client.post(reverse("members:import_confirm", args=[batch.pk]), {})
    run_job(Job.objects.latest("pk").pk)
    assert "Danh sách đã được nhập" in client.get(batch.get_absolute_url()).content.decode()
    assert Member.objects.filter(full_name__startswith="Nguyễn Văn Số").count() == 3
    client.post(reverse("members:import_undo", args=[batch.pk]), {})
    assert "Danh sách đã được hoàn tác" in client.get(batch.get_absolute_url()).content.decode()
    assert not Member.objects.filter(full_name__startswith="Nguyễn Văn Số").exists()


def test_without_the_word_on_secrets_nothing_is_sent(world, client_of):
    sent = {"unit": world.company.pk, "file": _file(three(world))}
    page = client_of(world.committee).post(reverse("members:import_start"), sent)
    assert page.status_code == 200
    assert not ImportBatch.objects.exists()


def test_only_units_whose_members_one_manages_can_be_chosen(world, client_of):
    page = client_of(world.secretary).get(reverse("members:import_start")).content.decode()
    assert f'value="{world.branch.pk}"' in page
    assert f'value="{world.sister.pk}"' not in page
    assert f'value="{world.section.pk}"' not in page


def test_only_faulty_rows_are_listed_with_cell_and_reason(world, client_of):
    people = [*three(world), person("Nguyễn Văn Lỗi", "123456789", world.branch.name)]
    batch = checked(world, people)
    page = client_of(world.committee).get(batch.get_absolute_url()).content.decode()
    assert "Nguyễn Văn Lỗi" in page
    assert "Nguyễn Văn Số 1" not in page
    assert "<b>Ô E7:</b> Số CMND 9 số không còn dùng, cần số định danh 12 số." in page
    assert "Quê quán" in page


def test_the_file_name_is_shown_to_its_sender_alone(world, client_of):
    batch = checked(world, three(world))
    assert "Bí mật tên tệp" in client_of(world.committee).get(batch.get_absolute_url()).content.decode()
    assert "Bí mật tên tệp" not in client_of(world.org_department).get(batch.get_absolute_url()).content.decode()
    assert "Bí mật tên tệp" not in client_of(world.org_department).get(reverse("members:imports")).content.decode()


def test_citizen_ids_are_masked_on_every_page(world, client_of):
    batch = checked(world, [*three(world), person("Nguyễn Thị Lệch", man(9), world.branch.name, **{"Giới tính": "Nữ"})])
    client = client_of(world.committee)
    for url in (batch.get_absolute_url(), reverse("members:import_changes", args=[batch.pk])):
        page = client.get(url).content.decode()
        assert not any(man(n) in page for n in (1, 2, 3, 9))


def test_the_sent_workbook_comes_back_with_a_column_of_faults(world, client_of):
    batch = checked(world, [*three(world), person("Nguyễn Văn Lỗi", "123456789", world.branch.name)])
    answer = client_of(world.committee).get(reverse("members:import_annotated", args=[batch.pk]))
    sheet = openpyxl.load_workbook(BytesIO(answer.content)).active
    column = [cell.value for cell in sheet[3]].index("Lỗi cần sửa") + 1
    assert sheet.cell(7, column).value == "Số CMND 9 số không còn dùng, cần số định danh 12 số."
    assert [sheet.cell(row, column).value for row in (4, 5, 6)] == [None, None, None]


def test_rows_that_were_not_entered_come_as_a_list_that_can_be_sent_again(world, client_of):
    batch = entered(world, [*three(world), person("Nguyễn Văn Lỗi", "123456789", world.branch.name)])
    answer = client_of(world.committee).get(reverse("members:import_to_mend", args=[batch.pk]))
    assert answer.headers["Content-Disposition"] == f'attachment; filename="danh-sach-{batch.pk}-can-sua.xlsx"'
    again = checked(world, _mended(answer.content))
    assert (again.clean, again.bad, again.outcomes) == (1, 0, {"new": {"clean": 1}})
    row = again.rows.get()
    assert (row.full_name, row.block.branch) == ("Nguyễn Văn Lỗi", world.branch)


def _mended(content: bytes) -> bytes:
    book = openpyxl.load_workbook(BytesIO(content))
    sheet = book.active
    labels = {cell.value: (cell.row, cell.column) for row in sheet.iter_rows() for cell in row if cell.value}
    row, column = labels["Số định danh cá nhân"]
    sheet.cell(row + 1, column, man(8))
    mended = BytesIO()
    book.save(mended)
    return mended.getvalue()


def test_the_sample_is_a_list_that_is_understood(world, client_of):
    answer = client_of(world.committee).get(reverse("members:import_sample"))
    book = openpyxl.load_workbook(BytesIO(answer.content))
    sheet = book.worksheets[0]
    header = next(row for row in sheet.iter_rows() if any(cell.value == "Họ và tên" for cell in row))
    one = person("Nguyễn Văn Tám", man(1), world.branch.name)
    for cell in header:
        sheet.cell(cell.row + 1, cell.column, one.get(cell.value, ""))
    filled = BytesIO()
    book.save(filled)
    batch = checked(world, filled.getvalue())
    assert (batch.clean, batch.dropped_columns, batch.outcomes) == (1, [], {"new": {"clean": 1}})


def test_a_block_is_answered_on_the_page(world, client_of):
    batch = checked(world, [person("Nguyễn Văn Tám", man(8), "Chi bộ Ga Quán Hàn")])
    client = client_of(world.committee)
    page = client.get(batch.get_absolute_url()).content.decode()
    assert "«Chi bộ Ga Quán Hàn»" in page
    for branch in (world.sister, world.branch):
        client.post(reverse("members:import_branches", args=[batch.pk]), {"block_1": branch.pk})
        batch.refresh_from_db()
        assert batch.outcomes == {"new": {"clean": 1}}
        assert batch.blocks.get().branch == branch


def test_what_changes_is_shown_old_and_new(world, client_of):
    batch = entered(world, three(world))
    people = three(world)
    people[0]["Số điện thoại"] = "0987654321"
    again = checked(world, people)
    page = client_of(world.committee).get(reverse("members:import_changes", args=[again.pk]) + "?xem=updated")
    text = page.content.decode()
    assert "0912345678" in text
    assert "0987654321" in text
    assert batch.pk != again.pk


@pytest.mark.parametrize("count", [1, 30])
def test_the_pages_ask_the_same_number_of_questions_of_any_list(world, client_of, count, django_assert_max_num_queries):
    people = [person(f"Nguyễn Văn Số {n}", man(n), world.branch.name) for n in range(1, count + 1)]
    people += [person(f"Nguyễn Văn Lỗi {n}", "123456789", world.branch.name) for n in range(count)]
    people += [person(f"Nguyễn Văn Lạ {n}", man(500 + n), f"Chi bộ Lạ {n}") for n in range(count)]
    batch = checked(world, people)
    client = client_of(world.committee)
    client.get(reverse("members:imports"))
    for url in (
        batch.get_absolute_url(),
        reverse("members:import_changes", args=[batch.pk]),
        reverse("members:import_confirm", args=[batch.pk]),
        reverse("members:imports"),
        reverse("members:import_start"),
    ):
        with django_assert_max_num_queries(12):
            assert client.get(url).status_code == 200


def test_checking_asks_the_same_number_of_questions_of_any_list(world, django_assert_max_num_queries):
    for count in (1, 200):
        people = [person(f"Nguyễn Văn Số {n}", man(n), world.branch.name) for n in range(1, count + 1)]
        with django_assert_max_num_queries(50):
            checked(world, people)


def test_home_tells_of_rows_to_mend_until_a_better_list_is_sent(world):
    bad = person("Nguyễn Văn Lỗi", "123456789", world.branch.name)
    entered(world, [*three(world), bad])
    (todo,) = todos(world.committee)
    told = f"{ImportBatch.objects.get()}, {world.company.name}: sửa rồi gửi lại."
    assert (todo.title, todo.detail, todo.count) == ("1 dòng danh sách chưa nhập được", told, 1)
    assert todos(world.org_department) == []
    batch = checked(world, three(world))
    (todo,) = todos(world.committee)
    assert (todo.title, todo.url) == ("Xác nhận danh sách đảng viên", batch.get_absolute_url())
    assert batch.state == BatchState.CHECKED


def test_of_lists_entered_from_the_server_home_tells_everybody_over_them_in_one_line(world, client_of):
    for unit, number in ((world.company, 1), (world.sister, 2)):
        bad = person("Nguyễn Văn Lỗi", "123456789", unit.name if unit is world.sister else world.branch.name)
        entered(world, [person("Lê Văn Tốt", man(number), bad["Chi bộ"]), bad], unit=unit)
    ImportBatch.objects.update(made_by=None)
    for officer in (world.committee, world.org_department):
        (todo,) = todos(officer)
        assert (todo.title, todo.count) == ("2 dòng danh sách chưa nhập được", 2)
        assert todo.detail == "2 danh sách còn dòng phải sửa rồi gửi lại."
        page = client_of(officer).get(todo.url)
        assert [batch.unit for batch in page.context["page"].rows] == [world.sister, world.company]
    assert todos(world.outsider) == []


def test_the_home_page_names_each_waiting_list_once(world, client_of):
    batch = checked(world, three(world))
    page = client_of(world.committee).get("/").content.decode()
    assert page.count(f'href="{batch.get_absolute_url()}"') == 1
