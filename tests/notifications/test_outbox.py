"""The outbox: written with what it tells of, sent by workers that share it, tried again and at last given up."""

import logging
import os
import signal
import smtplib
import subprocess
import sys
import threading
from datetime import datetime, timedelta
from urllib.parse import urlsplit, urlunsplit
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings as django_settings
from django.core import mail
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from notifications import outbox, sms
from notifications.enums import Channel, MessageState
from notifications.kinds import KINDS, Kind
from notifications.models import Message, MutedKind, Notice, Unreachable
from notifications.outbox import BACK_OFF, GIVE_UP_AFTER, LEASE, send_again, send_waiting
from notifications.services import notify
from tests.cast import make_member, make_unit

from . import adapters

ADAPTERS = "tests.notifications.adapters"


@pytest.fixture(autouse=True)
def _kinds(monkeypatch, settings):
    monkeypatch.setitem(KINDS, "test.news", Kind("Tin mới", sms=True))
    monkeypatch.setitem(KINDS, "test.duty", Kind("Nhiệm vụ", duty=True, sms=True))
    monkeypatch.setitem(KINDS, "test.quiet", Kind("Chỉ trên Sổ tay", email=False))
    adapters.TAKEN.clear()
    settings.SMS_QUIET_FROM = settings.SMS_QUIET_UNTIL = 0
    settings.PUBLIC_ADDRESS = "https://so-tay.example.vn"


@pytest.fixture
def addressed(world):
    """The member has an e-mail address; everybody has a phone."""
    world.member.email = "buoi@example.vn"
    world.member.save(update_fields=["email"])
    return world


def _sms(settings, name: str = "Keeps") -> None:
    settings.SMS_BACKEND = f"{ADAPTERS}.{name}"


def _later(message: Message) -> None:
    Message.objects.filter(pk=message.pk).update(next_try_at=timezone.now() - timedelta(seconds=1))


def test_a_row_for_each_way_that_reaches_the_reader(addressed, settings):
    _sms(settings)
    notify("test.news", users=[addressed.member, addressed.secretary], text="tin", url="/huong-dan/")
    found = set(Message.objects.values_list("user__full_name", "channel", "state"))
    assert found == {
        ("Nguyễn Thị Bưởi", "email", "waiting"),
        ("Nguyễn Thị Bưởi", "sms", "waiting"),
        ("Trần Văn Cam", "sms", "waiting"),
    }


def test_a_closed_way_and_a_kind_without_it_write_nothing(addressed, settings):
    settings.SMS_BACKEND = ""
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    notify("test.news", users=[addressed.member], text="tin")
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    notify("test.quiet", users=[addressed.member], text="tin")
    assert (Notice.objects.count(), Message.objects.count()) == (2, 0)


def test_what_is_rolled_back_leaves_nothing(addressed):
    with transaction.atomic():
        notify("test.news", users=[addressed.member], text="tin")
        transaction.set_rollback(True)
    assert send_waiting(Channel.EMAIL) == 0
    assert mail.outbox == []


def test_each_way_is_turned_off_by_itself_and_a_duty_by_none(addressed, settings):
    _sms(settings)
    for kind in ("test.news", "test.duty"):
        MutedKind.objects.create(user=addressed.member, kind=kind, channel=Channel.EMAIL)
    notify("test.news", users=[addressed.member], text="tin")
    assert list(Message.objects.values_list("channel", flat=True)) == ["sms"]
    notify("test.duty", users=[addressed.member], text="việc")
    assert set(Message.objects.filter(kind="test.duty").values_list("channel", flat=True)) == {"email", "sms"}


def test_a_letter_in_two_forms_with_links_to_the_configured_site(addressed):
    notify("test.news", users=[addressed.member], text="Có tin", url="/huong-dan/?a=1&b=2")
    assert send_waiting(Channel.EMAIL) == 1
    (letter,) = mail.outbox
    html, _ = letter.alternatives[0]
    assert (letter.to, letter.subject) == (["buoi@example.vn"], "Tin mới")
    assert "Kính gửi đồng chí Nguyễn Thị Bưởi" in letter.body
    assert "https://so-tay.example.vn/huong-dan/?a=1&b=2" in letter.body
    assert 'href="https://so-tay.example.vn/huong-dan/?a=1&amp;b=2"' in html
    message = Message.objects.get()
    assert (message.state, message.tries, message.lease_until) == (MessageState.SENT, 1, None)
    assert "@so-tay.example.vn>" in letter.extra_headers["Message-ID"]


@pytest.mark.parametrize("url", ["https://example.com/", "//example.com/", "javascript:alert(1)"])
def test_a_letter_never_links_outside(addressed, url):
    notify("test.news", users=[addressed.member], text="Có tin", url=url)
    send_waiting(Channel.EMAIL)
    assert "Mở trên Sổ tay" not in mail.outbox[0].body
    assert url not in mail.outbox[0].alternatives[0][0]


def test_names_are_escaped_in_html_and_plain_in_text(addressed):
    User.objects.filter(pk=addressed.member.pk).update(full_name="Bưởi <b>&</b>")
    notify("test.news", users=[addressed.member], text='<img src=x onerror="alert(1)">')
    send_waiting(Channel.EMAIL)
    html, _ = mail.outbox[0].alternatives[0]
    assert "<img" not in html
    assert "&lt;img" in html
    assert "Bưởi &lt;b&gt;&amp;&lt;/b&gt;" in html
    assert "Kính gửi đồng chí Bưởi <b>&</b>," in mail.outbox[0].body


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r", "\u2028"])
def test_a_subject_cannot_begin_another_header(addressed, monkeypatch, line_end):
    monkeypatch.setitem(KINDS, "test.news", Kind(f"Tin{line_end}Bcc: khac@example.com"))
    notify("test.news", users=[addressed.member], text="tin")
    send_waiting(Channel.EMAIL)
    sent = mail.outbox[0].message()
    assert (sent["Bcc"], mail.outbox[0].recipients()) == (None, ["buoi@example.vn"])
    # Also when the row was written by something else.
    Message.objects.update(subject=f"Tin{line_end}Bcc: khac@example.com", state="waiting", sent_at=None)
    send_waiting(Channel.EMAIL)
    assert mail.outbox[1].message()["Bcc"] is None


def test_an_address_with_a_second_header_is_refused(addressed):
    notify("test.news", users=[addressed.member], text="tin")
    User.objects.filter(pk=addressed.member.pk).update(email="buoi@example.vn\nBcc: khac@example.com")
    assert send_waiting(Channel.EMAIL) == 0
    assert Message.objects.get().state == MessageState.GIVEN_UP
    assert mail.outbox == []


def test_back_off_grows_and_after_a_day_it_is_given_up(addressed, settings):
    _sms(settings, "Busy")
    notify("test.news", users=[addressed.secretary], text="tin")
    waits = []
    for _ in BACK_OFF:
        before = timezone.now()
        send_waiting(Channel.SMS)
        message = Message.objects.get()
        assert (message.state, message.last_error) == (MessageState.FAILED, "Nhà mạng đang bận.")
        waits.append(round((message.next_try_at - before).total_seconds() / 60))
        assert send_waiting(Channel.SMS) == 0  # not before its time
        _later(message)
    assert waits == [1, 5, 15, 60, 180, 360, 360, 360]
    send_waiting(Channel.SMS)
    assert Message.objects.get().state == MessageState.GIVEN_UP
    assert len(adapters.TAKEN) == len(BACK_OFF) + 1


def test_one_that_waited_a_day_is_not_sent_late(addressed):
    notify("test.news", users=[addressed.member], text="tin")
    Message.objects.update(give_up_at=timezone.now() - timedelta(minutes=1))
    assert outbox.sweep() == 1
    assert send_waiting(Channel.EMAIL) == 0
    assert Message.objects.get().last_error == "Quá thời gian gửi mà chưa gửi được."


def test_a_receiver_refused_for_good_is_not_tried_again_and_rests_after_three(addressed, settings):
    _sms(settings, "Refuses")
    for number in range(3):
        notify("test.news", users=[addressed.secretary], text=f"tin {number}")
        send_waiting(Channel.SMS)
    assert set(Message.objects.values_list("state", "tries")) == {(MessageState.GIVEN_UP, 1)}
    assert notify("test.news", users=[addressed.secretary], text="nữa") == 1
    assert Message.objects.count() == 3
    # Another number begins anew.
    addressed.people["secretary"].phone = "0987654321"
    addressed.people["secretary"].save()
    notify("test.news", users=[addressed.secretary], text="số mới")
    assert Message.objects.count() == 4
    _sms(settings)
    send_waiting(Channel.SMS)
    assert not Unreachable.objects.exists()


def test_a_dead_mail_server_stops_the_round_and_costs_each_letter_nothing(addressed, monkeypatch):
    addressed.secretary.email = "cam@example.vn"
    addressed.secretary.save(update_fields=["email"])
    notify("test.news", users=[addressed.member, addressed.secretary], text="tin")

    def down(*args, **kwargs):
        raise ConnectionRefusedError

    with monkeypatch.context() as patched:
        patched.setattr("django.core.mail.backends.locmem.EmailBackend.open", down)
        assert send_waiting(Channel.EMAIL) == 0
    assert sorted(Message.objects.values_list("tries", flat=True)) == [0, 1]
    assert Message.objects.get(tries=1).last_error == "Không kết nối được với máy chủ thư."


@pytest.mark.parametrize(
    ("error", "state", "words"),
    [
        (smtplib.SMTPRecipientsRefused({"buoi@example.vn": (550, b"no")}), "given_up", "không nhận địa chỉ"),
        (smtplib.SMTPRecipientsRefused({"buoi@example.vn": (451, b"later")}), "failed", "tạm chưa nhận"),
        (smtplib.SMTPAuthenticationError(535, b"no"), "failed", "tài khoản gửi"),
        (smtplib.SMTPDataError(554, b"spam"), "failed", "mã 554"),
        (smtplib.SMTPServerDisconnected("gone"), "failed", "Không kết nối"),
        (TimeoutError(), "failed", "Không kết nối"),
    ],
)
def test_errors_are_told_in_plain_words(addressed, monkeypatch, error, state, words):
    notify("test.news", users=[addressed.member], text="tin")

    def fail(*args, **kwargs):
        raise error

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", fail)
    send_waiting(Channel.EMAIL)
    message = Message.objects.get()
    assert message.state == state
    assert words in message.last_error
    assert "buoi" not in message.last_error


def test_no_number_in_rows_or_logs(addressed, settings, caplog):
    _sms(settings, "Breaks")
    caplog.set_level(logging.DEBUG)
    notify("test.news", users=[addressed.member], text="tin")
    send_waiting(Channel.SMS)
    send_waiting(Channel.EMAIL)
    phone = addressed.people["member"].phone
    rows = str(list(Message.objects.values())) + str(list(Unreachable.objects.values()))
    for secret in (phone, "buoi@example.vn", addressed.member.citizen_id):
        assert secret not in rows
        assert secret not in caplog.text
    assert Message.objects.get(channel="sms").last_error == "Hệ thống gặp lỗi khi gửi."


def test_who_lost_his_address_meanwhile_gets_nothing(addressed):
    notify("test.news", users=[addressed.member], text="tin")
    User.objects.filter(pk=addressed.member.pk).update(is_active=False)
    assert send_waiting(Channel.EMAIL) == 0
    assert (Message.objects.get().state, mail.outbox) == (MessageState.GIVEN_UP, [])


def test_the_demo_shows_what_would_leave(addressed, settings):
    settings.DEMO = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    settings.SMS_BACKEND = "notifications.sms.ShowOnly"
    notify("test.news", users=[addressed.member], text="tin")
    assert (send_waiting(Channel.EMAIL), send_waiting(Channel.SMS)) == (1, 1)
    assert set(Message.objects.values_list("channel", "state")) == {("email", "shown"), ("sms", "shown")}
    assert mail.outbox == []


def test_no_sms_rings_at_night(addressed, settings, monkeypatch):
    _sms(settings)
    settings.SMS_QUIET_FROM, settings.SMS_QUIET_UNTIL = 21, 7
    notify("test.news", users=[addressed.secretary], text="tin")

    def at(hour, minute=0):
        return datetime(2025, 4, 19, hour, minute, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))

    quiet = [hour for hour in range(24) if sms.is_quiet(at(hour, 59))]
    assert quiet == [0, 1, 2, 3, 4, 5, 6, 21, 22, 23]
    monkeypatch.setattr(sms, "is_quiet", lambda moment: True)
    assert send_waiting(Channel.SMS) == 0
    monkeypatch.setattr(sms, "is_quiet", lambda moment: False)
    assert send_waiting(Channel.SMS) == 1


def test_an_sms_is_one_message_without_marks(settings):
    text = "Báo cáo “Kết quả đại hội” của Đảng bộ bộ phận Khối Cơ quan – đến hạn hôm nay…"
    assert sms.sms_text(text) == 'Bao cao "Ket qua dai hoi" cua Dang bo bo phan Khoi Co quan - den han hom nay...'
    folded = sms.sms_text("Đề nghị đồng chí gửi báo cáo. " * 20)
    assert (folded.isascii(), len(folded) <= 160, folded.endswith("...")) == (True, True, True)
    settings.SMS_WITHOUT_MARKS = False
    marked = sms.sms_text("Đề nghị đồng chí gửi báo cáo. " * 20)
    assert (marked.startswith("Đề nghị"), len(marked) <= 134) == (True, True)
    assert sms.sms_text("Một dòng\nhai dòng") == "Một dòng hai dòng"


def test_a_stranded_message_is_sent_again_as_if_new(addressed, settings):
    _sms(settings, "Refuses")
    notify("test.news", users=[addressed.secretary], text="tin")
    send_waiting(Channel.SMS)
    _sms(settings)
    assert send_waiting(Channel.SMS) == 0
    assert len(send_again(Message.objects.all())) == 1
    assert send_waiting(Channel.SMS) == 1
    assert send_again(Message.objects.all()) == []  # what was sent is not sent again


def test_old_messages_go_and_open_ones_stay(addressed):
    notify("test.news", users=[addressed.member], text="cũ")
    send_waiting(Channel.EMAIL)
    Message.objects.update(created_at=timezone.now() - timedelta(days=91))
    notify("test.news", users=[addressed.member], text="mới")
    outbox.sweep()
    assert Message.objects.get().body == "mới"


def test_a_worker_that_comes_back_too_late_changes_nothing(addressed):
    """Its lease had lapsed and another has taken the letter meanwhile."""
    notify("test.news", users=[addressed.member], text="tin")
    slow = outbox._take(Channel.EMAIL)
    Message.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    outbox.end_lapsed(Channel.EMAIL)
    second = outbox._take(Channel.EMAIL)
    assert not outbox._end_try(slow, MessageState.SENT, sent_at=timezone.now())
    assert outbox._end_try(second, MessageState.SENT, sent_at=timezone.now())


def _people(count: int) -> list[User]:
    top = make_unit(None, "T", "Đảng bộ Thử nghiệm", "upper")
    branch = make_unit(top, "T1", "Chi bộ", "base_cell")
    return [make_member(branch, f"Lý Văn {number}").account for number in range(count)]


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_each_message_leaves_once_though_six_workers_send(settings):
    _sms(settings)
    notify("test.news", users=_people(12), text="tin")
    start = threading.Barrier(6)

    def work():
        start.wait()
        send_waiting(Channel.SMS)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(adapters.TAKEN) == len({key for _, _, key in adapters.TAKEN}) == 12
    assert set(Message.objects.values_list("state", "tries")) == {(MessageState.SENT, 1)}


_WORKER = """
import django
django.setup()
from notifications.enums import Channel
from notifications.outbox import send_waiting
send_waiting(Channel.SMS)
"""


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_an_sms_that_a_killed_worker_may_have_sent_is_listed_and_not_sent_twice(settings):
    _sms(settings)
    notify("test.news", users=_people(2), text="tin")
    address = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    worker = subprocess.Popen(
        [sys.executable, "-c", _WORKER],
        cwd=django_settings.ROOT,
        env={
            **os.environ,
            "DATABASE_URL": urlunsplit(address),
            "HANDBOOK_SMS_BACKEND": f"{ADAPTERS}.Hangs",
            "HANDBOOK_SMS_QUIET_FROM": "0",
            "HANDBOOK_SMS_QUIET_UNTIL": "0",
        },
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        sent = worker.stdout.readline().strip().removeprefix("sent ")
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait()

    assert send_waiting(Channel.SMS) == 1  # the other one; the first is still in hand
    Message.objects.filter(state=MessageState.SENDING).update(lease_until=timezone.now() - LEASE)
    assert send_waiting(Channel.SMS) == 0
    unclear = Message.objects.get(state=MessageState.UNCLEAR)
    assert sent == f"so-tay-{unclear.pk}"
    assert sent not in {key for _, _, key in adapters.TAKEN}


def test_a_letter_of_a_killed_worker_goes_again_with_the_same_message_id(addressed):
    notify("test.news", users=[addressed.member], text="tin")
    message = outbox._take(Channel.EMAIL)
    outbox.adapter_for(Channel.EMAIL).send(message, "buoi@example.vn")
    # Killed here: nobody says that it was sent.
    assert send_waiting(Channel.EMAIL) == 0
    Message.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert send_waiting(Channel.EMAIL) == 1
    first, second = (letter.extra_headers["Message-ID"] for letter in mail.outbox)
    assert first == second


def test_a_day_is_enough_for_all_tries():
    assert sum(BACK_OFF, timedelta()) < GIVE_UP_AFTER
