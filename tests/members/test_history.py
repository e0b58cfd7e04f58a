"""Every field's change: who, when, old, new, by which path; and the extract as PDF."""

import sys

import pghistory
from django.urls import reverse

from audit.models import Entry
from members import services
from members.enums import PostCode, Sight
from members.models import Member
from members.selectors.history import history_of
from tests.pdf import text_of


def _edit(client, member, **typed):
    page = client.get(reverse("members:edit", args=[member.pk])).context["form"]
    data = {name: page[name].value() or "" for name in page.fields}
    data |= {f"initial-{name}": value for name, value in data.items() if name != "version"}
    return client.post(reverse("members:edit", args=[member.pk]), data | typed)


def test_a_form_leaves_who_when_old_and_new(world, client_of):
    member = world.people["member"]
    answer = _edit(client_of(world.secretary), member, ethnicity="thái", phone="+84 911 222 333", birth="1984")
    assert answer.status_code == 302
    entry = history_of(member, Sight.OWN)[0]
    assert (entry.title, entry.who, entry.path) == ("Sửa hồ sơ", "Trần Văn Cam", "biểu mẫu")
    assert [(change.label, change.old, change.new) for change in entry.changes] == [
        ("Ngày sinh", "14/03/1985", "1984"),
        ("Dân tộc", "Kinh", "Thái"),
        ("Số điện thoại", member.phone, "0911222333"),
    ]


def test_the_citizen_id_of_the_account_has_its_history_too(world, client_of):
    member = world.people["member"]
    old = member.citizen_id
    _edit(client_of(world.secretary), member, citizen_id="036185000001")
    (change,) = history_of(member, Sight.OWN)[0].changes
    assert (change.label, change.old, change.new) == ("Số định danh cá nhân", old, "036185000001")
    (change,) = history_of(member, Sight.OFFICER)[0].changes
    assert (change.old, change.new) == ("•" * 10 + old[-2:], "•" * 10 + "01")


def test_an_import_leaves_its_number(world):
    member = world.people["member"]
    with pghistory.context(path="import", batch=7, user=world.secretary.pk):
        Member.objects.filter(pk=member.pk).update(card_number="12345678")
    entry = history_of(member, Sight.OWN)[0]
    assert (entry.who, entry.path) == ("Trần Văn Cam", "nhập danh sách số 7")


def test_branch_posts_and_status_stand_in_it(world):
    member = world.people["member"]
    post = services.give_post(member=member, unit=world.branch, code=PostCode.SECRETARY, actor=None)
    post.ends_on = "2026-01-01"
    post.save()
    Member.objects.filter(pk=member.pk).update(branch=world.sister)
    found = [(c.label, c.old, c.new) for entry in history_of(member, Sight.OWN) for c in entry.changes]
    assert ("Chi bộ", world.branch.name, world.sister.name) in found
    assert ("Chức vụ", "", f"Bí thư, {world.branch.name}") in found
    assert ("Chức vụ", f"Bí thư, {world.branch.name}", "thôi từ 01/01/2026") in found


def test_the_history_costs_the_same_for_any_length(world, django_assert_num_queries):
    member = world.people["member"]
    with django_assert_num_queries(4):
        history_of(member, Sight.OWN)
    for number in range(30):
        Member.objects.filter(pk=member.pk).update(card_number=f"{number:08d}")
    with django_assert_num_queries(4):
        found = history_of(member, Sight.OWN)
    assert len([c for entry in found for c in entry.changes if c.name == "card_number"]) == 30


def test_the_extract_holds_what_the_page_holds(world, client_of):
    member = world.people["member"]
    _edit(client_of(world.secretary), member, ethnicity="Mường")
    answer = client_of(world.secretary).get(reverse("members:history_pdf", args=[member.pk]))
    assert answer["Content-Type"] == "application/pdf"
    text = text_of(answer.content)
    for part in ("TRÍCH LỊCH SỬ HỒ SƠ ĐẢNG VIÊN", member.full_name, "Mường", "Trần Văn Cam"):
        assert part in text
    assert member.citizen_id not in text
    assert Entry.objects.filter(action="member.history_exported", target_id=member.pk).count() == 1


def test_without_pango_a_sentence_is_said(world, client_of, monkeypatch):
    class Missing:
        def find_spec(self, name, path=None, target=None):
            if name == "weasyprint":
                raise OSError("cannot load library 'pango'")

    monkeypatch.delitem(sys.modules, "weasyprint", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Missing(), *sys.meta_path])
    member = world.people["member"]
    answer = client_of(world.secretary).get(reverse("members:history_pdf", args=[member.pk]), follow=True)
    assert "chưa cài thư viện Pango" in answer.content.decode()
    assert not Entry.objects.filter(action="member.history_exported").exists()
