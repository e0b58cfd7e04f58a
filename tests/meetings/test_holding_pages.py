"""The pages of a meeting that is being held, and the question that open pages ask."""

import re

import pytest
from django.core import signing
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import resolve, reverse
from django.utils import timezone

from meetings import pulse, services
from meetings.enums import Presence
from meetings.models import Attendee
from meetings.rules.check_in import code_at
from tests.cast import make_member
from tests.meetings import sessions


def url(name, meeting, *more):
    return reverse(f"meetings:{name}", args=[meeting.pk, *more])


def word_on(page) -> str:
    return re.search(r'data-word="([^"]+)"', page.content.decode())[1]


def ask(client, meeting, word):
    return client.get(url("pulse", meeting), headers={"X-Pulse": word})


# ---- the pulse -------------------------------------------------------------------------------------------------------


def test_the_pulse_is_small_and_touches_neither_database_nor_session(
    world, meeting, client_of, django_assert_num_queries, monkeypatch
):
    client = client_of(world.member)
    word = word_on(client.get(url("now_of", meeting)))

    def untouched(*args, **kwargs):
        raise AssertionError("a session was read")

    monkeypatch.setattr("django.contrib.sessions.backends.cached_db.SessionStore.load", untouched)
    monkeypatch.setattr("django.contrib.sessions.backends.cached_db.SessionStore.save", untouched)
    with django_assert_num_queries(0):
        answer = ask(client, meeting, word)
    assert (answer.status_code, answer.content) == (200, b"0")
    assert "Set-Cookie" not in answer.headers
    assert answer["Cache-Control"] == "no-store"
    weight = len(answer.content) + sum(len(name) + len(value) + 4 for name, value in answer.items())
    assert weight <= 3000


def test_the_pulse_tells_what_has_moved(world, meeting, client_of, django_capture_on_commit_callbacks):
    client = client_of(world.member)
    word = word_on(client.get(url("now_of", meeting)))
    with django_capture_on_commit_callbacks(execute=True):
        services.move_to(item=meeting.items.last(), actor=world.secretary)
    assert ask(client, meeting, word).content == b"1"


def test_a_word_is_worth_nothing_elsewhere(world, meeting, client_of, client):
    mine = client_of(world.member)
    word = word_on(mine.get(url("now_of", meeting)))
    assert ask(mine, meeting, word).status_code == 200
    assert ask(client_of(world.member), meeting, word).status_code == 403
    assert ask(client, meeting, word).status_code == 403
    assert mine.get(reverse("meetings:pulse", args=[meeting.pk + 1]), headers={"X-Pulse": word}).status_code == 403
    assert ask(mine, meeting, "").status_code == 403
    assert ask(mine, meeting, f"9{word}").status_code == 403


def test_a_word_holds_two_minutes(world, meeting, client_of, monkeypatch):
    client = client_of(world.member)
    word = word_on(client.get(url("now_of", meeting)))
    now = signing.time.time()
    monkeypatch.setattr(signing.time, "time", lambda: now + pulse.SECONDS - 2)
    assert ask(client, meeting, word).status_code == 200
    monkeypatch.setattr(signing.time, "time", lambda: now + pulse.SECONDS + 2)
    assert ask(client, meeting, word).status_code == 403


def test_the_middleware_knows_the_address(world, meeting):
    address = url("pulse", meeting)
    assert pulse._ADDRESS.match(address)[1] == str(meeting.pk)
    assert resolve(address).func is pulse.pulse


# ---- «Đang họp» ------------------------------------------------------------------------------------------------------


def test_the_page_shows_what_is_on_and_renews_only_its_parts(world, meeting, client_of):
    client = client_of(world.member)
    page = client.get(url("now_of", meeting)).content.decode()
    assert "đảng viên chính thức có mặt" in page
    assert meeting.items.first().title in page
    part = client.get(url("now_of", meeting), headers={"X-Live": "1"}).content.decode()
    assert "<html" not in part
    marks = re.compile(r'id="(phan-[\w-]+)" data-part data-mark="(\w+)"')
    assert dict(marks.findall(part)) == dict(marks.findall(page))
    services.move_to(item=meeting.items.last(), actor=world.secretary)
    after = dict(marks.findall(client.get(url("now_of", meeting), headers={"X-Live": "1"}).content.decode()))
    before = dict(marks.findall(page))
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"phan-item", "phan-agenda"}


def test_after_the_end_the_open_page_is_told(world, meeting, client_of):
    services.end(meeting=meeting, actor=world.secretary)
    for name, who in (("now_of", world.member), ("run", world.secretary), ("projector", world.secretary)):
        part = client_of(who).get(url(name, meeting), headers={"X-Live": "1"})
        assert f'data-over="{url("now_of", meeting)}"' in part.content.decode()
    assert "Đã bế mạc" in client_of(world.member).get(url("now_of", meeting)).content.decode()


@pytest.mark.parametrize("name", ["now", "now_of"])
def test_who_is_early_is_taken_in_when_it_begins(world, client_of, django_capture_on_commit_callbacks, name):
    client, meeting = client_of(world.member), sessions.announced(world)
    page = client.get(reverse("meetings:now") if name == "now" else url(name, meeting))
    live = re.search(r'data-live="([^"]+)"', page.content.decode())[1]
    word = word_on(page)
    before = ask(client, meeting, word).content
    # Not begun: the page stays as it is.
    assert "data-over" not in client.get(live, headers={"X-Live": "1"}).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        services.begin(meeting=meeting, actor=world.secretary)
    assert ask(client, meeting, word).content != before
    told = client.get(live, headers={"X-Live": "1"}).content.decode()
    assert f'data-over="{url("now_of", meeting)}"' in told
    assert "đã khai mạc" in told
    # Where it leads the page stays fresh in the usual way.
    assert "data-part" in client.get(url("now_of", meeting), headers={"X-Live": "1"}).content.decode()


def test_the_entry_leads_into_the_meeting_or_says_there_is_none(world, client_of):
    client = client_of(world.member)
    assert "Không có cuộc họp nào" in client.get(reverse("meetings:now")).content.decode()
    meeting = sessions.announced(world)
    assert meeting.title in client.get(reverse("meetings:now")).content.decode()
    assert "Không có cuộc họp nào" in client_of(world.outsider).get(reverse("meetings:now")).content.decode()
    services.begin(meeting=meeting, actor=world.secretary)
    assert client.get(reverse("meetings:now")).url == url("now_of", meeting)


@pytest.mark.parametrize("name", ["now_of", "run", "roll", "projector", "end", "roll_sheet"])
def test_a_page_asks_as_often_for_many_as_for_one(world, client_of, name):
    meeting = sessions.in_progress(world, 1)

    def queries() -> int:
        client = client_of(world.secretary)
        client.get(url(name, meeting))
        with CaptureQueriesContext(connection) as found:
            assert client.get(url(name, meeting)).status_code == 200
        return len(found)

    services.ask_to_speak(meeting=meeting, actor=world.secretary)
    few = queries()
    for number in range(12):
        member = make_member(world.branch, f"Người Thứ {number}")
        line = Attendee.objects.create(
            meeting=meeting, member=member, full_name=member.full_name, name_sort=bytes(member.name_sort),
            capacity="official", presence=Presence.PRESENT, self_marked=True,
        )  # fmt: skip
        services.ask_to_speak(meeting=meeting, attendee=line, actor=world.secretary)
    assert queries() == few <= 12


# ---- the roll --------------------------------------------------------------------------------------------------------


def test_a_touch_answers_with_the_line_and_the_figures(world, client_of):
    meeting = sessions.in_progress(world, 2, all_here=False)
    client = client_of(world.secretary)
    line = meeting.attendees.get(member__account=world.member)
    address = url("roll_line", meeting, line.pk)
    answer = client.post(address, {"presence": "present", "number": "2"}, headers={"HX-Request": "true"})
    text = answer.content.decode()
    assert f'id="nguoi-{line.pk}"' in text
    assert 'id="tinh-hinh"' in text
    assert "hx-swap-oob" in text
    assert "<b>1/" in text
    # without scripts back to the same line
    assert client.post(address, {"presence": "online"}).url == f"{url('roll', meeting)}#nguoi-{line.pk}"


def test_what_was_typed_stays_when_it_is_refused(world, meeting, client_of):
    client = client_of(world.secretary)
    line = meeting.attendees.get(member__account=world.member)
    page = client.post(url("roll_line", meeting, line.pk), {"arrived_at": "25:99", "left_at": "15:10", "reason": ""})
    text = page.content.decode()
    assert page.status_code == 200
    assert 'value="25:99"' in text
    assert 'value="15:10"' in text
    assert "Giờ đến phải là một giờ trong ngày" in text
    client.post(url("roll_line", meeting, line.pk), {"arrived_at": "14h05", "left_at": "", "reason": ""})
    line.refresh_from_db()
    assert f"{line.arrived_at:%H:%M}" == "14:05"


# ---- check-in --------------------------------------------------------------------------------------------------------


def test_by_the_drawing_it_is_one_touch_for_this_person_alone(world, client_of):
    meeting = sessions.in_progress(world, 2, all_here=False)
    code = code_at(meeting.check_in_key, timezone.now())
    client = client_of(world.member)
    page = client.get(url("check_in_read", meeting, code)).content.decode()
    # Reading it changes nothing.
    assert meeting.attendees.filter(presence=Presence.PRESENT).count() == 0
    proof = re.search(r'name="proof_token" value="([^"]+)"', page)[1]
    fellow = sessions.official_accounts(meeting)[0]
    assert fellow != world.member
    client_of(fellow).post(url("check_in", meeting), {"proof_token": proof})
    assert meeting.attendees.filter(presence=Presence.PRESENT).count() == 0
    assert client.post(url("check_in", meeting), {"proof_token": proof}).status_code == 302
    line = meeting.attendees.get(presence=Presence.PRESENT)
    assert (line.member.account, line.self_marked) == (world.member, True)


def test_an_old_drawing_leads_to_the_box(world, client_of):
    meeting = sessions.in_progress(world, 2, all_here=False)
    page = client_of(world.member).get(url("check_in_read", meeting, "12")).content.decode()
    assert "Mã đã đổi" in page
    assert 'name="code"' in page
    assert "proof_token" not in page


def test_the_code_stands_only_where_the_room_sees_it(world, meeting, client_of):
    code = code_at(meeting.check_in_key, timezone.now())
    spaced = f"{code[:3]} {code[3:]}"
    assert spaced in client_of(world.secretary).get(url("room_code", meeting)).content.decode()
    for name in ("now_of", "check_in"):
        page = client_of(world.member).get(url(name, meeting)).content.decode()
        assert code not in page
        assert spaced not in page
        assert meeting.check_in_key not in page


# ---- notes -----------------------------------------------------------------------------------------------------------


def test_notes_are_saved_while_they_are_typed(world, meeting, client_of):
    client, item = client_of(world.secretary), meeting.items.first()
    typed = {"notes": "Đồng chí A: nhất trí.", "conclusion": "", "revision": "0", "page": "p"}
    answer = client.post(url("note", meeting, item.pk), typed, headers={"HX-Request": "true"})
    assert 'id="ban-ghi" value="1"' in answer.content.decode()
    item.refresh_from_db()
    assert item.notes == "Đồng chí A: nhất trí."


def test_a_crossing_shows_both_texts_and_the_next_saving_is_a_decision(world, meeting, client_of):
    item = meeting.items.first()
    services.write_notes(item=item, notes="Bản kia", conclusion="", revision=0, actor=world.member)
    client = client_of(world.secretary)
    typed = {"notes": "Bản này", "conclusion": "", "revision": "0", "page": "p"}
    small = client.post(url("note", meeting, item.pk), typed, headers={"HX-Request": "true"}).content.decode()
    assert "chưa lưu" in small
    assert "ban-ghi" not in small
    page = client.post(url("note", meeting, item.pk), typed).content.decode()
    assert "Bản này</textarea>" in page
    assert "Bản kia" in page
    assert 'id="ban-ghi" value="1"' in page
    item.refresh_from_db()
    assert item.notes == "Bản kia"
    client.post(url("note", meeting, item.pk), typed | {"revision": "1"})
    item.refresh_from_db()
    assert item.notes == "Bản này"


def test_notes_outlive_a_session_that_has_ended_and_stay_with_their_item(world, meeting, client_of):
    client, item, page = client_of(world.secretary), meeting.items.first(), url("run", meeting)
    client.get(page)
    client.session.flush()
    typed = {"notes": "Viết dở", "conclusion": "Kết", "revision": "0", "page": "p", "item": str(item.pk)}
    address = url("note", meeting, item.pk)
    answer = client.post(address, typed, headers={"HX-Request": "true", "HX-Current-URL": f"http://testserver{page}"})
    assert "dang-nhap" in answer.headers["HX-Redirect"]
    kept = client.session.get("kept")
    services.move_to(item=meeting.items.last(), actor=world.member)
    client.force_login(world.secretary, backend="accounts.backends.SignInBackend")
    session = client.session
    session["kept"] = kept
    session.save()
    text = client.get(page).content.decode()
    assert "Viết dở</textarea>" in text
    assert "Kết</textarea>" in text
    assert f'action="{address}"' in text
    assert 'id="ban-ghi" value="0"' in text
