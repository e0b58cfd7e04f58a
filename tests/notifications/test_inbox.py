"""The inbox: one's own, unread first; each kind may be turned off except duties."""

import threading

import pytest
from django.db import connection

from notifications.kinds import KINDS, Kind
from notifications.models import MutedKind, Notice
from notifications.selectors import notices_of
from notifications.services import choose_kinds, mark_read, notify
from tests.cast import make_member, make_unit


@pytest.fixture(autouse=True)
def _kinds(monkeypatch):
    monkeypatch.setitem(KINDS, "test.news", Kind("Tin mới"))
    monkeypatch.setitem(KINDS, "test.duty", Kind("Nhiệm vụ", duty=True))


def test_unread_first_then_the_newest(world):
    for text in ("một", "hai", "ba"):
        notify("test.news", users=[world.member], text=text)
    mark_read(notice_ids=[Notice.objects.get(text="ba").pk], actor=world.member)
    assert [notice.text for notice in notices_of(world.member)] == ["hai", "một", "ba"]


def test_opening_marks_it_and_goes_where_it_leads(world, client_of):
    notify("test.news", users=[world.member], text="một", url="/huong-dan/")
    notice = Notice.objects.get()
    answer = client_of(world.member).get(f"/thong-bao/{notice.pk}/mo/")
    notice.refresh_from_db()
    assert answer.url == "/huong-dan/"
    assert notice.read_at is not None


@pytest.mark.parametrize("url", ["", "https://example.com/", "//example.com/", "javascript:alert(1)"])
def test_a_notice_leads_never_outside(world, client_of, url):
    notify("test.news", users=[world.member], text="một", url=url)
    assert client_of(world.member).get(f"/thong-bao/{Notice.objects.get().pk}/mo/").url == "/thong-bao/"


def test_one_marks_only_ones_own(world, client_of):
    notify("test.news", users=[world.member, world.secretary], text="một")
    theirs = Notice.objects.get(user=world.secretary)
    client_of(world.member).post("/thong-bao/da-doc/", {"notice": theirs.pk})
    client_of(world.member).post("/thong-bao/da-doc/")
    assert set(Notice.objects.filter(read_at=None)) == {theirs}


def test_one_is_marked_and_the_other_stays(world, client_of):
    notify("test.news", users=[world.member], text="một")
    notify("test.news", users=[world.member], text="hai")
    client_of(world.member).post("/thong-bao/da-doc/", {"notice": Notice.objects.get(text="một").pk})
    assert [notice.text for notice in Notice.objects.filter(read_at=None)] == ["hai"]


def test_the_filters_narrow_to_unread_and_to_a_kind(world, client_of):
    notify("test.news", users=[world.member], text="tin")
    notify("test.duty", users=[world.member], text="việc")
    mark_read(notice_ids=[Notice.objects.get(text="tin").pk], actor=world.member)
    client = client_of(world.member)

    def texts(query):
        return [notice.text for notice in client.get(f"/thong-bao/{query}").context["page"]]

    assert texts("") == ["việc", "tin"]
    assert texts("?loc=chua-doc") == ["việc"]
    assert texts("?loai=test.news") == ["tin"]
    assert texts("?loai=khong-co") == ["việc", "tin"]


@pytest.mark.parametrize("count", [1, 30])
def test_the_inbox_costs_the_same_for_any_length(world, client_of, count, django_assert_num_queries):
    for number in range(count):
        notify("test.news", users=[world.member], text=str(number))
    client = client_of(world.member)
    client.get("/thong-bao/")
    with django_assert_num_queries(7):
        client.get("/thong-bao/")


def test_a_kind_turned_off_sends_nothing_to_him_and_still_to_others(world):
    choose_kinds(wanted=set(), offered={("test.news", "portal")}, actor=world.member)
    assert notify("test.news", users=[world.member, world.secretary], text="tin") == 1
    assert [notice.user for notice in Notice.objects.all()] == [world.secretary]


def test_a_duty_cannot_be_turned_off(world, client_of):
    client_of(world.member).post("/thong-bao/tuy-chon/", {"test-duty": []})
    choose_kinds(wanted=set(), offered={("test.duty", "portal"), ("test.duty", "email")}, actor=world.member)
    assert notify("test.duty", users=[world.member], text="việc") == 1
    assert set(MutedKind.objects.values_list("kind", flat=True)) & {k for k, v in KINDS.items() if v.duty} == set()
    assert MutedKind.objects.filter(kind="test.news").exists()


def test_turned_on_again_it_comes(world, client_of):
    client = client_of(world.member)
    client.post("/thong-bao/tuy-chon/", {})
    assert notify("test.news", users=[world.member], text="tin") == 0
    client.post("/thong-bao/tuy-chon/", {"test-news": ["portal"]})
    assert notify("test.news", users=[world.member], text="tin") == 1
    answer = client.post("/thong-bao/tuy-chon/", {"test-news": ["pigeon"]})
    assert "test-news" in answer.context["form"].errors


def test_a_way_that_is_closed_just_now_keeps_what_was_chosen(world, client_of, settings):
    client = client_of(world.member)
    client.post("/thong-bao/tuy-chon/", {"test-news": ["portal"]})
    assert MutedKind.objects.filter(kind="test.news", channel="email").exists()
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    client.post("/thong-bao/tuy-chon/", {"test-news": ["portal"]})
    assert set(MutedKind.objects.filter(kind="test.news").values_list("channel", flat=True)) == {"email"}


def test_a_kind_that_no_app_names_is_refused(world):
    with pytest.raises(LookupError):
        notify("test.unknown", users=[world.member], text="…")


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_a_reminder_goes_out_once_though_eight_workers_send_it(monkeypatch):
    monkeypatch.setitem(KINDS, "test.news", Kind("Tin mới"))
    top = make_unit(None, "T", "Đảng bộ Thử nghiệm", "upper")
    users = [make_member(make_unit(top, "T1", "Chi bộ", "base_cell"), "Lý Văn Bơ").account]
    users += [make_member(users[0].member.branch, f"Lý Văn {n}").account for n in range(5)]
    start = threading.Barrier(8)

    def send():
        start.wait()
        notify("test.news", users=users, text="Nhắc họp", once_key="nhac-hop-2026-05")
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(Notice.objects.values_list("user_id", flat=True)) == sorted(user.pk for user in users)
