"""The outbox page: whose messages the organisation department sees, and having them sent again."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.models import Entry
from notifications.enums import Channel, MessageState
from notifications.kinds import KINDS, Kind
from notifications.models import Message
from notifications.outbox import send_waiting
from notifications.services import notify
from orgtree.enums import Role
from orgtree.services import give_grant

PAGE, AGAIN = "/nhat-ky/gui-di/", "/nhat-ky/gui-di/gui-lai/"


@pytest.fixture(autouse=True)
def _sms(monkeypatch, settings):
    monkeypatch.setitem(KINDS, "test.news", Kind("Tin mới", sms=True))
    settings.SMS_BACKEND = "tests.notifications.adapters.Refuses"
    settings.SMS_QUIET_FROM = settings.SMS_QUIET_UNTIL = 0


def _stranded(world, *who) -> None:
    notify("test.news", users=[world.user(one) for one in who], text="Mời họp", url="/huong-dan/")
    send_waiting(Channel.SMS)


def _names(client, query: str = "") -> list[str]:
    return [message.user.full_name for message in client.get(PAGE + query).context["page"]]


def test_a_department_sees_the_messages_of_its_own_people(world, client_of):
    _stranded(world, "member", "outsider")
    give_grant(user=world.other_secretary, unit=world.empowered, role=Role.ORG_DEPARTMENT, actor=None)
    assert sorted(_names(client_of(world.org_department))) == ["Nguyễn Thị Bưởi", "Vũ Thị Hồng"]
    assert _names(client_of(world.other_secretary)) == ["Vũ Thị Hồng"]


def test_neither_number_nor_address_stands_there(world, client_of):
    _stranded(world, "member")
    page = client_of(world.org_department).get(PAGE).content.decode()
    phone = world.people["member"].phone
    assert "Nhà mạng không nhận số này." in page
    assert phone not in page.replace(" ", "")
    assert world.member.citizen_id not in page


def test_the_filters(world, client_of):
    _stranded(world, "member")
    notify("test.news", users=[world.secretary], text="mới")
    client = client_of(world.org_department)
    assert _names(client, "?tinh-trang=given_up") == ["Nguyễn Thị Bưởi"]
    assert _names(client, "?tinh-trang=waiting&cach=sms") == ["Trần Văn Cam"]
    assert _names(client, "?cach=email") == []
    assert len(_names(client, "?tinh-trang=khong-co&cach=khong-co")) == 2


def test_one_is_sent_again_and_that_is_recorded(world, client_of, settings):
    _stranded(world, "member", "secretary")
    one = Message.objects.get(user=world.member)
    client_of(world.org_department).post(AGAIN, {"thu": one.pk})
    assert set(Message.objects.values_list("user_id", "state", "tries")) == {
        (world.member.pk, MessageState.WAITING, 0),
        (world.secretary.pk, MessageState.GIVEN_UP, 1),
    }
    assert Entry.objects.get(action="messages.sent_again").detail["rows"] == 1
    settings.SMS_BACKEND = "tests.notifications.adapters.Keeps"
    assert send_waiting(Channel.SMS) == 1


def test_all_of_a_state_are_sent_again_after_a_last_look(world, client_of):
    _stranded(world, "member", "secretary")
    client = client_of(world.org_department)
    look = client.post(AGAIN, {"tinh-trang": "given_up"})
    assert "Gửi lại 2 thư, tin" in look.content.decode()
    assert not Message.objects.filter(state=MessageState.WAITING).exists()
    client.post(AGAIN, {"tinh-trang": "given_up", "confirm": "yes"})
    assert Message.objects.filter(state=MessageState.WAITING).count() == 2


def test_what_was_sent_or_is_anothers_is_not_sent_again(world, client_of):
    give_grant(user=world.other_secretary, unit=world.empowered, role=Role.ORG_DEPARTMENT, actor=None)
    _stranded(world, "member")
    message = Message.objects.get()
    assert client_of(world.other_secretary).post(AGAIN, {"thu": message.pk}).status_code == 404
    Message.objects.update(state=MessageState.SENT, sent_at=timezone.now())
    client = client_of(world.org_department)
    client.post(AGAIN, {"thu": message.pk})
    client.post(AGAIN, {"tinh-trang": "sent", "confirm": "yes"})
    assert Message.objects.get().state == MessageState.SENT


def test_of_what_left_only_todays_is_counted(world, client_of):
    for days in (0, 2):
        _stranded(world, "member")
        Message.objects.filter(state=MessageState.GIVEN_UP).update(
            state=MessageState.SENT, sent_at=timezone.now() - timedelta(days=days)
        )
    tiles = client_of(world.org_department).get(PAGE).context["tiles"]
    assert {tile["label"]: tile["value"] for tile in tiles}["Đã gửi"] == "1"


def test_the_demo_says_that_nothing_leaves(world, client_of, settings):
    settings.SMS_BACKEND = "notifications.sms.ShowOnly"
    _stranded(world, "member")
    page = client_of(world.org_department).get(PAGE).content.decode()
    assert "Không có thư hay tin nhắn nào được gửi ra ngoài" in page
    assert "Chỉ hiển thị, không gửi" in page
    assert "Moi hop" in page


def test_it_costs_the_same_for_many(world, client_of):
    client = client_of(world.org_department)
    _stranded(world, "member")
    client.get(PAGE)
    with CaptureQueriesContext(connection) as few:
        client.get(PAGE)
    for _ in range(12):
        notify("test.news", users=[world.member, world.secretary, world.committee], text="Mời họp")
    with CaptureQueriesContext(connection) as many:
        assert "sau=" in client.get(PAGE).content.decode()
    assert len(many) == len(few) <= 12
