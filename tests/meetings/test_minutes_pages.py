"""Pages of minutes: drafts side by side, autosave, queries."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from meetings.minutes.models import Minutes
from meetings.minutes.services import Typed, conclude, remark, write_minutes
from meetings.models import Opinion

from .written import circulated, ended, signed, written

pytestmark = pytest.mark.django_db


def url(name: str, meeting, *args) -> str:
    return reverse(f"meetings:{name}", args=[meeting.pk, *args])


def test_saved_while_typing_and_the_new_numbers_come_back(world, client_of, meeting):
    item = meeting.items.first()
    client = client_of(world.secretary)
    sent = {f"notes-{item.pk}": "Đồng chí A phát biểu", f"revision-{item.pk}": "0"}
    page = client.post(url("minutes_save", meeting), sent).content.decode()
    assert "Đã lưu lúc" in page
    assert f'name="revision-{item.pk}" id="id_revision-{item.pk}" value="1"' in page
    item.refresh_from_db()
    assert item.notes == "Đồng chí A phát biểu"


def test_a_box_that_was_not_sent_is_not_emptied(world, client_of, meeting):
    first, second = meeting.items.all()[:2]
    client = client_of(world.secretary)
    client.post(url("minutes_save", meeting), {f"notes-{first.pk}": "Một", f"revision-{first.pk}": "0", "opening": "O"})
    client.post(url("minutes_save", meeting), {f"notes-{second.pk}": "Hai", f"revision-{second.pk}": "0"})
    first.refresh_from_db()
    assert first.notes == "Một"
    assert Minutes.objects.get(meeting=meeting).opening == "O"


def test_two_writers_see_both_texts_and_decide(world, client_of, meeting):
    item = meeting.items.first()
    write_minutes(
        meeting=meeting, opening=None, closing=None, revision=0, items={item.pk: Typed(0, "Của bí thư")},
        actor=world.secretary,
    )  # fmt: skip
    client = client_of(world.member)
    sent = {f"notes-{item.pk}": "Của thư ký", f"revision-{item.pk}": "0"}
    saved = client.post(url("minutes_save", meeting), sent).content.decode()
    assert "so hai bên" in saved
    assert f'name="revision-{item.pk}"' not in saved
    page = client.post(url("minutes_write", meeting), sent)
    words = page.content.decode()
    assert "Của bí thư" in words
    assert "Của thư ký" in words
    assert f'name="revision-{item.pk}" value="1"' in words
    item.refresh_from_db()
    assert item.notes == "Của bí thư"
    answer = client.post(url("minutes_write", meeting), sent | {f"revision-{item.pk}": "1"})
    assert answer.status_code == 302
    item.refresh_from_db()
    assert item.notes == "Của thư ký"


def test_sign_page_carries_the_text_that_was_read(world, client_of):
    meeting = circulated(world, hours=0)
    client = client_of(world.member)
    page = client.get(url("minutes_sign", meeting, "clerk"))
    code = dict(page.context["hidden"])["ma"]
    client.post(url("minutes_sign", meeting, "clerk"), {"confirm": "yes", "ma": code})
    assert Minutes.objects.get(meeting=meeting).clerk_signed_by == world.member


def test_circulate_passes_a_check_page(world, client_of):
    meeting = written(world)
    client = client_of(world.secretary)
    page = client.post(url("minutes_circulate", meeting), {"hours": "24"}).content.decode()
    assert "Điều sẽ xảy ra" in page
    assert "Vương Thị Oanh" in page
    assert Minutes.objects.get(meeting=meeting).circulated_at is None


def test_the_clerk_is_changed_from_the_minutes(world, client_of):
    meeting = circulated(world, hours=0)
    address = f'href="{url("minutes_clerk", meeting)}"'
    assert address in client_of(world.secretary).get(url("minutes", meeting)).content.decode()
    assert address not in client_of(world.committee).get(url("minutes", meeting)).content.decode()
    client = client_of(world.member)
    code = dict(client.get(url("minutes_sign", meeting, "clerk")).context["hidden"])["ma"]
    client.post(url("minutes_sign", meeting, "clerk"), {"confirm": "yes", "ma": code})
    assert address not in client_of(world.secretary).get(url("minutes", meeting)).content.decode()


def test_who_is_not_on_the_roll_yet_is_one_touch_away(world, client_of):
    meeting = written(world)
    one = meeting.attendees.filter(duty="called").order_by("pk").first()
    meeting.attendees.filter(pk=one.pk).update(presence="unknown", arrived_at=None, left_at=None)
    page = client_of(world.secretary).get(url("minutes_circulate", meeting)).content.decode()
    assert "Còn 1 đồng chí chưa điểm danh." in page
    assert f'href="{url("roll", meeting)}?loc=chua"' in page


def test_score_page_says_what_is_missing(world, client_of):
    meeting = ended(world)
    client = client_of(world.secretary)
    page = client.post(url("score", meeting), {"next": "yes", "p-duration": "5"})
    words = page.content.decode()
    assert "Chưa chấm: Thực hiện đủ quy trình." in words
    assert "Họp 95 phút" in words


def test_issuing_a_resolution_by_its_pages(world, client_of):
    meeting = ended(world, vote=True)
    client = client_of(world.secretary)
    form = client.get(url("issue", meeting, "nghi-quyet")).context["form"]
    sent = {name: form[name].value() or "" for name in form.fields}
    sent |= {"vote": form.fields["vote"].choices[0][0], "part-1": "An toàn chạy tàu.", "day": f"{sent['day']:%d/%m/%Y}"}
    page = client.post(url("issue", meeting, "nghi-quyet"), sent)
    assert "An toàn chạy tàu." in page.content.decode()
    assert meeting.documents.count() == 0
    client.post(url("issue", meeting, "nghi-quyet"), sent | {"confirm": "yes"})
    assert meeting.documents.get().number == 1


def _queries(client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


@pytest.mark.parametrize("make", [written, circulated, signed])
@pytest.mark.parametrize("name", ["minutes", "conclusions", "score"])
def test_queries_are_the_same_at_one_and_at_many(world, client_of, make, name):
    meeting = make(world, vote=True)
    client = client_of(world.secretary)
    few = _queries(client, url(name, meeting))
    if make is not signed:
        _grow(world, meeting)
    again = _queries(client, url(name, meeting))
    assert again == few <= 12


def _grow(world, meeting):
    for item in meeting.items.all():
        for attendee in meeting.attendees.all()[:3]:
            Opinion.objects.create(item=item, attendee=attendee, text="Ý kiến")
    for number in range(5):
        conclude(meeting=meeting, text=f"Kết luận {number}", actor=world.secretary)
    if meeting.record.remarks_until:
        for attendee in meeting.attendees.filter(member__isnull=False)[:4]:
            remark(meeting=meeting, text="Góp ý", actor=attendee.member.account)


def test_queries_of_tasks(world, client_of):
    written(world)
    client = client_of(world.member)
    address = reverse("assignments:mine")
    few = _queries(client, address)
    from assignments.models import Assignment

    task = Assignment.objects.get()
    Assignment.objects.bulk_create(
        Assignment(unit=task.unit, owner=task.owner, title=f"Việc {n}", due_on=task.due_on) for n in range(5)
    )
    assert _queries(client, address) == few <= 12
