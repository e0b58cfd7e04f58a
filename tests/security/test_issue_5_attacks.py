"""Attacks on branch meetings, each tried by who would gain from it (issue 5; security.md §3.3)."""

import re
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import Error, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assignments.models import Assignment
from assignments.services import confirm_done, give_assignment
from common.errors import RuleViolation
from common.logs import scrub
from meetings.enums import Answer, Capacity, Duty, MeetingKind, MeetingState, Presence
from meetings.followers import ListsFollow
from meetings.minutes.content import content_of, digest_of
from meetings.minutes.models import Conclusion, Minutes
from meetings.minutes.policies import CHAIR, CLERK
from meetings.minutes.services import agree_score, circulate, sign, write_minutes
from meetings.models import AgendaItem, Attendee, Meeting
from meetings.pulse import HEADER, SECONDS
from meetings.rules.check_in import code_at
from meetings.services import (
    add_item,
    all_here,
    announce,
    ask_leave,
    attach,
    begin,
    check_in,
    confirm_marks,
    decide_leave,
    end,
    make_feed,
    make_meeting,
    mark,
    note_times,
    say_opinion,
)
from meetings.services.holding import _MOST_TRIES
from meetings.services.preparing import change_meeting
from meetings.votes.models import Ballot, Candidate, Entitled, OpenBallot, Participation, Vote
from meetings.votes.services import (
    cast_on_word,
    cast_open,
    cast_secret,
    change_vote,
    close_vote,
    give_paper,
    next_round,
    open_vote,
    prepare_vote,
    void_vote,
)
from members.enums import Standing, Status
from members.models import Member
from orgtree.enums import Role
from orgtree.services import give_grant, revoke_grant
from tests.cast import make_member
from tests.documents import docx, pdf, uploaded
from tests.meetings.sessions import announced, draft, fellows, in_progress, official_accounts
from tests.meetings.written import ended, scored, signed, written

pytestmark = pytest.mark.django_db

SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>"
FORMULA = '=HYPERLINK("http://xau.example/","Xem")'


def url(name: str, *args) -> str:
    return reverse(f"meetings:{name}", args=args)


def a_vote(meeting, actor, matter="resolution", **given) -> Vote:
    return prepare_vote(meeting=meeting, title="Thông qua nghị quyết", matter=matter, actor=actor, **given)


def opened(world, meeting, matter="resolution", **given) -> Vote:
    return open_vote(vote=a_vote(meeting, world.secretary, matter, **given), actor=world.secretary)


def election(world, meeting, seats=2, many=4) -> Vote:
    people = list(Member.objects.filter(branch=world.branch, standing=Standing.OFFICIAL).order_by("pk")[:many])
    return opened(world, meeting, "election", seats=seats, candidates=people)


def line_of(meeting, user) -> Attendee:
    return meeting.attendees.get(member__account=user)


def elsewhere(world) -> Meeting:
    """A meeting of the sister branch, begun, with papers, a vote and all that an address can name."""
    fellows_there = [make_member(world.sister, name) for name in ("Vi Văn Xa", "Vi Thị Xôi", "Vi Văn Xuyến")]
    give_grant(user=fellows_there[0].account, unit=world.sister, role=Role.SECRETARY, actor=None)
    actor = fellows_there[0].account
    meeting = make_meeting(
        unit=world.sister, kind=MeetingKind.REGULAR, starts_at=timezone.now() + timedelta(days=2), place="Ga bên",
        chair=fellows_there[0], clerk=fellows_there[1], actor=actor,
    )  # fmt: skip
    attach(item=meeting.items.first(), file=uploaded(pdf("Báo cáo của chi bộ bên")), title="Riêng", actor=actor)
    meeting = begin(meeting=announce(meeting=meeting, actor=actor), actor=actor)
    meeting.attendees.update(presence=Presence.PRESENT)
    open_vote(vote=prepare_vote(meeting=meeting, title="Việc riêng", matter="discipline", actor=actor), actor=actor)
    return meeting


# ---- the room's code ------------------------------------------------------------------------------------------------


def test_the_code_is_not_guessed_through_the_address_of_its_drawing(world, client_of):
    meeting = in_progress(world, all_here=False)
    client = client_of(world.member)
    right = code_at(meeting.check_in_key, timezone.now())
    for at in range(_MOST_TRIES):
        client.get(url("check_in_read", meeting.pk, f"{(int(right) + 1 + at) % 10**6:06d}"))
    page = client.get(url("check_in_read", meeting.pk, code_at(meeting.check_in_key, timezone.now())))
    assert "proof_token" not in page.content.decode()
    assert "nhập sai nhiều lần" in page.content.decode()


def test_a_proof_is_worth_nothing_to_another(world, client_of):
    meeting = in_progress(world, all_here=False)
    page = client_of(world.member).get(url("check_in_read", meeting.pk, code_at(meeting.check_in_key, timezone.now())))
    proof = re.search(r'name="proof_token" value="([^"]+)"', page.content.decode())[1]
    friend = official_accounts(meeting)[0]
    client_of(friend).post(url("check_in", meeting.pk), {"proof_token": proof})
    assert line_of(meeting, friend).presence == Presence.UNKNOWN


def test_a_code_sent_to_one_who_is_away_gives_him_no_vote(world, client_of):
    """He is «tự điểm danh», and no roll is frozen before somebody has looked round."""
    meeting = in_progress(world, all_here=False)
    all_here(meeting=meeting, actor=world.secretary)
    away = official_accounts(meeting)[0]
    line = line_of(meeting, away)
    mark(attendee=line, presence=Presence.UNKNOWN, actor=world.secretary)
    check_in(meeting=meeting, code=code_at(meeting.check_in_key, timezone.now()), actor=away)
    vote = a_vote(meeting, world.secretary, "discipline")
    with pytest.raises(RuleViolation, match="tự điểm danh"):
        open_vote(vote=vote, actor=world.secretary)
    page = client_of(world.secretary).get(url("vote_conduct", vote.pk)).content.decode()
    assert "1 đồng chí tự điểm danh chưa được xác nhận" in page
    assert f'href="{url("roll", meeting.pk)}"' in page
    mark(attendee=line, presence=Presence.UNEXCUSED, actor=world.secretary)
    vote = open_vote(vote=vote, actor=world.secretary)
    assert not vote.roll.filter(attendee=line).exists()
    with pytest.raises(PermissionDenied):
        cast_secret(vote=vote, choice="agree", actor=away)


def test_what_was_confirmed_opens(world):
    meeting = in_progress(world, all_here=False)
    for user in official_accounts(meeting):
        check_in(meeting=meeting, code=None, actor=user)
    vote = a_vote(meeting, world.secretary)
    with pytest.raises(RuleViolation):
        open_vote(vote=vote, actor=world.secretary)
    confirm_marks(meeting=meeting, actor=world.secretary)
    assert open_vote(vote=vote, actor=world.secretary).here == len(official_accounts(meeting))


def test_a_suspended_member_neither_checks_in_nor_is_marked_here(world, client_of):
    gone = make_member(world.branch, "Lò Văn Đình", status=Status.SUSPENDED)
    meeting = in_progress(world)
    line = line_of(meeting, gone.account)
    assert line.duty == Duty.SUSPENDED
    Attendee.objects.filter(pk=line.pk).update(presence=Presence.UNKNOWN)
    code = code_at(meeting.check_in_key, timezone.now())
    with pytest.raises(RuleViolation, match="đình chỉ"):
        check_in(meeting=meeting, code=code, actor=gone.account)
    with pytest.raises(RuleViolation, match="đình chỉ"):
        mark(attendee=line, presence=Presence.ONLINE, actor=world.secretary)


def test_a_suspended_member_chairs_nothing(world):
    gone = make_member(world.branch, "Lò Văn Đình", status=Status.SUSPENDED)
    with pytest.raises(RuleViolation, match="thành phần"):
        draft(world, chair=gone)


# ---- the poll and the calendar --------------------------------------------------------------------------------------


def test_the_poll_takes_no_forged_shared_or_old_word(world, client_of):
    meeting = in_progress(world)
    client, friend = client_of(world.member), client_of(world.outsider)
    page = client.get(url("now_of", meeting.pk)).content.decode()
    word = re.search(r'data-word="([^"]+)"', page)[1]
    asked = url("pulse", meeting.pk)
    assert client.get(asked, headers={HEADER: word}).status_code == 200
    other = elsewhere(world)
    for who, address, said in (
        (client, asked, ""),
        (client, asked, word[:-1] + ("A" if word[-1] != "A" else "B")),
        (client, url("pulse", other.pk), word),
        (client, url("pulse", other.pk), word.replace(f"{meeting.pk}.", f"{other.pk}.", 1)),
        (friend, asked, word),
        (Client(), asked, word),
    ):
        assert who.get(address, headers={HEADER: said}).status_code == 403
    assert SECONDS <= 120


def test_a_calendars_secret_is_not_guessed_and_dies(world, client_of):
    announced(world)
    secret = make_feed(member=world.people["member"], actor=world.member)
    visitor = client_of(None)
    assert visitor.get(url("feed_file", secret)).status_code == 200
    for wrong in (secret[:-1], secret + "A", secret.swapcase(), "A" * 43, "%00", "..", "*"):
        assert visitor.get(url("feed_file", wrong)).status_code == 404
    Member.objects.filter(pk=world.people["member"].pk).update(status=Status.LEFT)
    assert visitor.get(url("feed_file", secret)).status_code == 404


def test_a_calendars_secret_stands_in_no_log():
    secret = "x3_f-Aq" * 6 + "x"
    assert secret not in scrub(f"Internal Server Error: {url('feed_file', secret)}")


def test_nothing_is_typed_into_a_calendar_as_a_line_of_its_own(world, client_of):
    place = "Ga Vinh\r\nATTACH:http://xau.example/\r\nBEGIN:VEVENT"
    meeting = announced(world, place=place, title="Họp; a,b\\n\r\nX-EVIL:1")
    secret = make_feed(member=world.people["member"], actor=world.member)
    for answer in (
        client_of(world.member).get(url("ics", meeting.pk)),
        client_of(None).get(url("feed_file", secret)),
    ):
        lines = answer.content.decode().replace("\r\n ", "").split("\r\n")
        assert not [line for line in lines if line.startswith(("ATTACH", "X-EVIL"))]
        assert lines.count("BEGIN:VEVENT") == 1


# ---- what is another branch's ---------------------------------------------------------------------------------------


def _addresses(there: Meeting) -> list[str]:
    item, line, vote = there.items.first(), there.attendees.first(), there.votes.get()
    paper, unit = item.documents.get(), there.unit_id
    pk = there.pk
    own = [
        "meeting", "edit", "announce", "take_back", "postpone", "cancel", "answer", "agenda", "item_add", "people",
        "guest_add", "invitations", "ics", "now_of", "begin", "end", "run", "speak", "roll", "roll_all", "roll_sheet",
        "room_code", "check_in", "projector", "minutes", "minutes_write", "minutes_save", "minutes_clerk",
        "minutes_circulate", "minutes_remark", "minutes_annex", "extract", "conclusions", "score", "score_confirm",
        "score_agree", "score_return", "votes", "vote_new",
    ]  # fmt: skip
    found = [url(name, pk) for name in own]
    found += [url(name, pk, item.pk) for name in ("item", "item_edit", "item_move", "item_remove", "papers", "move")]
    found += [url("note", pk, item.pk), url("roll_line", pk, line.pk), url("leave", pk, line.pk)]
    found += [url(name, pk, paper.pk) for name in ("paper", "paper_confirm", "paper_remove")]
    found += [url("guest_remove", pk, line.pk), url("minutes_sign", pk, "chair"), url("issue", pk, "nghi-quyet")]
    found += [url("minutes_file", pk, "pdf"), url("attendance_file", pk, "docx"), url("score_file", pk, "pdf")]
    votes = ["vote", "vote_say", "vote_cast", "vote_receipts", "vote_minutes", "vote_conduct", "vote_edit", "vote_open"]
    found += [url(name, vote.pk) for name in (*votes, "vote_close", "vote_void", "vote_next")]
    entitled = vote.roll.first()
    found += [url("vote_word", vote.pk, entitled.pk), url("vote_paper", vote.pk, entitled.pk)]
    found += [url("year", unit, 2026), url("book", unit, 2026), url("old_new", unit), url("habits", unit)]
    return [*found, url("habit", unit, "regular"), url("habit_drop", unit, "regular")]


@pytest.mark.parametrize("who", ["member", "secretary", "outsider"])
def test_no_address_of_another_branch_answers(world, client_of, who):
    there = elsewhere(world)
    client = client_of(world.user(who))
    before = _rows(there)
    given = {"confirm": "yes", "choice": "agree", "text": "x", "act": "confirm", "presence": "present", "reason": "x"}
    for address in _addresses(there):
        for answer in (client.get(address), client.post(address, given)):
            assert answer.status_code in {404, 405}, address
    assert _rows(there) == before


def _rows(meeting: Meeting) -> list:
    rows = [Meeting, AgendaItem, Attendee, Vote]
    return [
        list(model.objects.filter(**{"pk" if model is Meeting else "meeting": meeting.pk}).values()) for model in rows
    ]


def test_rows_of_another_meeting_under_the_address_of_ones_own(world, client_of):
    there, mine = elsewhere(world), in_progress(world)
    item, line, vote = there.items.first(), there.attendees.first(), there.votes.get()
    paper, entitled = item.documents.get(), vote.roll.first()
    own_vote = opened(world, mine)
    client, before = client_of(world.secretary), _rows(there)
    for address in (
        *(url(name, mine.pk, item.pk) for name in ("item", "item_edit", "item_move", "item_remove", "papers")),
        *(url(name, mine.pk, item.pk) for name in ("move", "note")),
        *(url(name, mine.pk, paper.pk) for name in ("paper", "paper_confirm", "paper_remove")),
        *(url(name, mine.pk, line.pk) for name in ("roll_line", "leave", "guest_remove")),
        url("vote_word", own_vote.pk, entitled.pk),
        url("vote_paper", own_vote.pk, entitled.pk),
    ):
        answer = client.post(address, {"presence": "present", "choice": "agree", "notes": "x", "phat": "1"})
        assert answer.status_code in {404, 405}, address
    client.post(url("speak", mine.pk), {"attendee": line.pk})
    assert not there.speeches.exists()
    assert not mine.speeches.exists()
    assert _rows(there) == before


def test_rows_of_another_meeting_in_the_fields_of_a_form(world, client_of):
    there, mine = elsewhere(world), in_progress(world)
    client = client_of(world.secretary)
    stranger = there.attendees.first()
    item = there.items.first()
    asked = {"title": "Kỷ luật", "ballot": "secret", "counting": "by_name", "item": item.pk}
    client.post(f"{url('vote_new', mine.pk)}?loai=discipline", asked)
    chosen = {"title": "Bầu", "seats": "1", "marking": "tick", "members": [stranger.member_id]}
    client.post(f"{url('vote_new', mine.pk)}?loai=election", chosen)
    assert not mine.votes.exists()
    client.post(url("conclusions", mine.pk), {"text": "Làm", "owner": stranger.pk, "due_on": "31/12/2099"})
    assert not Conclusion.objects.exists()
    client.post(url("minutes_clerk", mine.pk), {"clerk": stranger.member_id})
    assert Meeting.objects.get(pk=mine.pk).clerk_id == world.people["member"].pk
    client.post(url("item_edit", mine.pk, mine.items.first().pk), {
        "title": "x", "part": "main", "minutes": "5", "speaker": stranger.member_id, "draft": "",
    })  # fmt: skip
    assert not AgendaItem.objects.filter(meeting=mine, speaker=stranger.member).exists()
    written = {f"notes-{item.pk}": "chen vào", f"revision-{item.pk}": "0", "revision": "0", "opening": "x"}
    client.post(url("minutes_save", mine.pk), written)
    assert AgendaItem.objects.get(pk=item.pk).notes == ""
    new = draft(world)
    client.post(url("guest_add", new.pk), {"capacity": "superior", "member": stranger.member_id})
    client.post(f"{url('new')}?don-vi={world.sister.pk}&nhu={there.pk}", {"place": "x"})
    answer = client.get(f"{url('new')}?don-vi={world.branch.pk}&loai=regular&nhu={there.pk}")
    assert answer.context["like"] is None
    assert not new.attendees.filter(member=stranger.member).exists()


def test_fields_that_a_form_does_not_have_change_nothing(world, client_of):
    meeting = announced(world)
    client = client_of(world.secretary)
    client.post(url("edit", meeting.pk), {
        "title": "Họp", "day": "31/12/2099", "at": "14:00", "minutes": "90", "place": "Ga",
        "chair": meeting.chair_id, "clerk": meeting.clerk_id, "revision": meeting.revision,
        "state": "completed", "unit": world.sister.pk, "kind": "committee", "from_paper": "1", "began_at": "2020-01-01",
    })  # fmt: skip
    meeting.refresh_from_db()
    assert (meeting.state, meeting.unit_id, meeting.kind) == (MeetingState.ANNOUNCED, world.branch.pk, "regular")
    assert meeting.place == "Ga"
    client_of(world.member).post(url("answer", meeting.pk), {
        "tra_loi": "du", "answer": "excused", "capacity": "official", "presence": "present",
    })  # fmt: skip
    line = line_of(meeting, world.member)
    assert (line.answer, line.presence) == (Answer.COMES, Presence.UNKNOWN)


def test_a_redirect_stays_in_the_house(world, client_of):
    vote = opened(world, in_progress(world))
    for back in ("https://xau.example/", "//xau.example/", "/\\xau.example", "\t//xau.example", "javascript:alert(1)"):
        answer = client_of(world.member).post(url("vote_say", vote.pk), {"choice": "agree", "next": back})
        assert answer["Location"] == url("vote", vote.pk)


# ---- typed text -----------------------------------------------------------------------------------------------------


def test_what_is_typed_is_text_wherever_it_is_shown(world, client_of):
    meeting = in_progress(world)
    item = add_item(meeting=meeting, title=SCRIPT, draft=SCRIPT, actor=world.secretary)
    attach(item=item, file=uploaded(pdf("Báo cáo")), title=SCRIPT, actor=world.secretary)
    vote = a_vote(meeting, world.secretary)
    Vote.objects.filter(pk=vote.pk).update(title=SCRIPT, text=SCRIPT)
    Meeting.objects.filter(pk=meeting.pk).update(title=f"Họp {SCRIPT}", place=SCRIPT, note=SCRIPT, topic=SCRIPT)
    write_minutes(meeting=meeting, opening=SCRIPT, closing=SCRIPT, revision=0, items={}, actor=world.secretary)
    open_vote(vote=vote, actor=world.secretary)
    cast_open(vote=vote, choice="other", opinion=SCRIPT, actor=world.member)
    client = client_of(world.secretary)
    pages = [url(name, meeting.pk) for name in ("meeting", "now_of", "run", "roll", "projector", "agenda", "people")]
    pages += [url(name, meeting.pk) for name in ("minutes", "minutes_write", "conclusions", "votes", "roll_sheet")]
    pages += [url("item", meeting.pk, item.pk), url("papers", meeting.pk, item.pk)]
    pages += [url("vote", vote.pk), url("vote_conduct", vote.pk), url("list"), url("calendar"), url("board")]
    for page in pages:
        body = client.get(page).content.decode()
        assert "<script>alert" not in body, page
        assert "<img src=x" not in body, page
    live = client.get(url("now_of", meeting.pk), headers={"X-Live": "1"}).content.decode()
    assert "<script>alert" not in live


def test_papers_hold_typed_text_as_text_and_forbidden_signs_break_none(world, client_of):
    meeting = ended(world)
    item = meeting.items.first()
    AgendaItem.objects.filter(pk=item.pk).update(notes=f"{SCRIPT} & </w:t> ]]> {FORMULA}", title="a<b&c")
    client = client_of(world.secretary)
    given = {"opening": "Mở\x00đầu \x0b\ufffe\x1b", "revision": "0"}
    assert client.post(url("minutes_save", meeting.pk), given).status_code == 200
    whole = ZipFile(BytesIO(client.get(url("minutes_file", meeting.pk, "docx")).content))
    text = whole.read("word/document.xml").decode()
    assert "&lt;script&gt;" in text
    assert "<script" not in text
    assert client.get(url("minutes_file", meeting.pk, "pdf")).content.startswith(b"%PDF")


@pytest.mark.parametrize("text", ["\x00", "Ga\x00Vinh"])
def test_a_sign_that_the_database_refuses_is_no_fault_of_the_server(world, client_of, text):
    meeting = in_progress(world)
    item, line = meeting.items.first(), meeting.attendees.first()
    vote = opened(world, meeting)
    client = client_of(world.secretary)
    for address, given in (
        (url("note", meeting.pk, item.pk), {"notes": text, "conclusion": text, "revision": "0", "page": text}),
        (url("roll_line", meeting.pk, line.pk), {"presence": "excused", "reason": text}),
        (url("roll_line", meeting.pk, line.pk), {"presence": text, "number": text, "loc": text}),
        (url("speak", meeting.pk), {"attendee": text, "act": text}),
        (url("check_in", meeting.pk), {"code": text, "proof_token": text}),
        (url("vote_say", vote.pk), {"choice": text, "opinion": text, "next": text}),
        (url("vote_void", vote.pk), {"reason": text, "confirm": "yes"}),
        (url("conclusions", meeting.pk), {"text": text, "owner": text, "due_on": text}),
        (url("minutes_sign", meeting.pk, "chair"), {"confirm": "yes", "ma": text}),
        (url("guest_add", meeting.pk), {"capacity": "guest", "full_name": text, "about": text}),
    ):
        assert client.post(address, given).status_code < 500, address


def test_a_link_to_the_meeting_is_an_address_of_the_web(world, client_of):
    meeting = draft(world)
    for link in ("javascript:alert(1)", "data:text/html,x", "vbscript:x"):
        client_of(world.secretary).post(url("edit", meeting.pk), {
            "title": "Họp", "day": "31/12/2099", "at": "14:00", "minutes": "90", "place": "Ga", "online_link": link,
            "chair": meeting.chair_id, "clerk": meeting.clerk_id, "revision": meeting.revision,
        })  # fmt: skip
        meeting.refresh_from_db()
        assert meeting.online_link == ""


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"<html><script>alert(1)</script></html>", "bao-cao.pdf"),
        (b"MZ\x90\x00", "bao-cao.docx"),
        (b"%PDF-1.7 <script>", "x.html"),
        (docx("TỐI MẬT", "Báo cáo"), "bao-cao.docx"),
        (docx("Báo cáo", more={"word/vbaProject.bin": b"x"}), "bao-cao.docx"),
    ],
)
def test_a_hostile_file_is_no_paper(world, client_of, content, name):
    meeting = draft(world)
    item = meeting.items.first()
    client_of(world.secretary).post(
        url("papers", meeting.pk, item.pk), {"file": SimpleUploadedFile(name, content), "title": "Tài liệu"}
    )
    assert not item.documents.exists()


def test_a_paper_is_kept_never_opened_in_the_page(world, client_of):
    meeting = draft(world)
    document = attach(
        item=meeting.items.first(), file=uploaded(pdf("Báo cáo")), title='a"\r\nX-Evil: 1/../..', actor=world.secretary
    )
    answer = client_of(world.secretary).get(url("paper", meeting.pk, document.pk))
    assert answer["Content-Disposition"].startswith("attachment")
    assert "X-Evil" not in answer.headers
    assert "Báo" not in document.file.name


# ---- votes ----------------------------------------------------------------------------------------------------------


def test_a_vote_waits_for_the_quorum_and_for_the_meeting(world):
    meeting = in_progress(world)
    vote = a_vote(meeting, world.secretary)
    meeting.attendees.exclude(member__account=world.secretary).update(presence=Presence.UNEXCUSED)
    with pytest.raises(RuleViolation, match="chưa biểu quyết"):
        open_vote(vote=vote, actor=world.secretary)
    early = announced(world)
    with pytest.raises(RuleViolation, match="khi đang họp"):
        open_vote(vote=a_vote(early, world.secretary), actor=world.secretary)


def test_who_has_gone_home_makes_no_quorum_and_has_no_vote_on_anybodys_word(world):
    meeting = in_progress(world)
    Meeting.objects.filter(pk=meeting.pk).update(began_at=timezone.now() - timedelta(minutes=30))
    left = timezone.localtime(timezone.now() - timedelta(minutes=10)).time()
    lines = [line_of(meeting, user) for user in official_accounts(meeting)]
    gone = next(line for line in lines if line.member.account not in (world.secretary, world.member))
    note_times(attendee=gone, arrived_at=None, left_at=left, actor=world.secretary)
    vote = opened(world, meeting)
    assert vote.here == len(lines) - 1
    assert not vote.roll.filter(attendee=gone).exists()
    gone.refresh_from_db()
    assert gone.presence == Presence.PRESENT
    close_vote(vote=vote, actor=world.secretary)
    meeting.attendees.exclude(member__account=world.secretary).update(left_at=left)
    with pytest.raises(RuleViolation, match="chưa biểu quyết"):
        opened(world, meeting)


def test_the_roll_the_paper_and_the_question_stay_as_they_were_opened(world):
    """Whatever way in: the ORM of an administrator as well."""
    meeting = in_progress(world)
    vote = election(world, meeting)
    late = meeting.attendees.get(capacity=Capacity.PROBATIONARY)
    entitled = vote.roll.first()
    for change in (
        lambda: Entitled.objects.create(vote=vote, attendee=late),
        lambda: Entitled.objects.filter(pk=entitled.pk).update(attendee=late),
        lambda: Entitled.objects.filter(pk=entitled.pk).delete(),
        lambda: Candidate.objects.filter(vote=vote, number=1).update(full_name="Người khác"),
        lambda: Candidate.objects.create(vote=vote, number=9, full_name="Người khác"),
        lambda: Candidate.objects.filter(vote=vote, number=1).delete(),
        lambda: Vote.objects.filter(pk=vote.pk).update(seats=3),
        lambda: Vote.objects.filter(pk=vote.pk).update(base=1),
        lambda: Vote.objects.filter(pk=vote.pk).update(here=99),
        lambda: Vote.objects.filter(pk=vote.pk).update(matter="resolution"),
        lambda: Vote.objects.filter(pk=vote.pk).update(title="Việc khác"),
        lambda: Vote.objects.filter(pk=vote.pk).update(state="prepared"),
    ):
        with pytest.raises(Error), transaction.atomic():
            change()
    close_vote(vote=vote, actor=world.secretary)
    for change in (
        lambda: Candidate.objects.filter(vote=vote, number=1).update(full_name="Người khác"),
        lambda: Entitled.objects.filter(pk=entitled.pk).update(on_paper=True),
        lambda: Vote.objects.filter(pk=vote.pk).update(result={"carried": True}),
        lambda: Vote.objects.filter(pk=vote.pk).update(state="open"),
    ):
        with pytest.raises(Error), transaction.atomic():
            change()


def test_no_ballot_is_changed_taken_out_or_put_in(world):
    meeting = in_progress(world)
    vote = opened(world, meeting, "discipline")
    people = official_accounts(meeting)
    for user in people[:6]:
        cast_secret(vote=vote, choice="agree", actor=user)
    with pytest.raises(RuleViolation, match="đã bỏ phiếu"):
        cast_secret(vote=vote, choice="disagree", actor=people[0])
    taken = Participation.objects.first()
    with pytest.raises(Error), transaction.atomic():
        taken.delete()
    close_vote(vote=vote, actor=world.secretary)
    for change in (
        lambda: Ballot.objects.update(marks="disagree"),
        lambda: Ballot.objects.first().delete(),
        lambda: Participation.objects.create(vote=vote, entitled=vote.roll.last(), day=timezone.localdate()),
    ):
        with pytest.raises(Error), transaction.atomic():
            change()
    with pytest.raises(RuleViolation):
        cast_secret(vote=vote, choice="agree", actor=people[7])


def test_who_has_no_vote_casts_none(world, client_of):
    meeting = in_progress(world)
    probationary = meeting.attendees.get(capacity=Capacity.PROBATIONARY).member.account
    open_one = opened(world, meeting)
    for who in (probationary, world.committee, world.inspector):
        for given in ({"choice": "agree"}, {}, {"choice": "x", "entitled": open_one.roll.first().pk}):
            assert client_of(who).post(url("vote_say", open_one.pk), given).status_code == 403
    close_vote(vote=open_one, actor=world.secretary)
    secret = opened(world, meeting, "discipline")
    for who in (probationary, world.committee, world.inspector):
        assert client_of(who).post(url("vote_cast", secret.pk), {"choice": "agree"}).status_code == 403
    assert not Participation.objects.exists()


def test_a_forged_paper_of_an_election_counts_no_more_than_its_seats(world, client_of):
    meeting = in_progress(world)
    vote = election(world, meeting, seats=2, many=4)
    client = client_of(world.member)
    for marked in (["1", "2", "3"], ["1", "1", "2", "3"], ["9"], ["-1"], ["1", "0"]):
        client.post(url("vote_cast", vote.pk), {"marked": marked, "confirm": "yes"})
        assert not Participation.objects.exists(), marked
    for numbers in ([1, 2, 3], [9], [0]):
        with pytest.raises(RuleViolation):
            cast_secret(vote=vote, numbers=numbers, actor=world.member)
    cast_secret(vote=vote, numbers=[1, 1, 1], actor=world.member)
    result = close_vote(vote=vote, actor=world.secretary).result
    assert result["votes"]["1"] == 1


def test_nobody_stands_twice(world):
    meeting = in_progress(world)
    member = world.people["member"]
    for people in (
        ["Vi Văn Xa", "Vi  văn Xa"],
        [member, member.full_name],
        [member, member.full_name.upper()],
    ):
        with pytest.raises(RuleViolation, match="hai lần"):
            a_vote(meeting, world.secretary, "election", seats=1, candidates=people)


def test_papers_and_ballots_are_never_more_than_were_given_and_here(world):
    meeting = in_progress(world)
    vote = opened(world, meeting, "discipline")
    people = official_accounts(meeting)
    for user in people[:-1]:
        cast_secret(vote=vote, choice="agree", actor=user)
    on_paper = vote.roll.get(attendee__member__account=people[-1])
    for paper in ({"returned": 1, "disagree": 1}, {"returned": -1}, {"disagree": 3}):
        with pytest.raises(RuleViolation), transaction.atomic():
            close_vote(vote=vote, paper=paper, actor=world.secretary)
    with pytest.raises(RuleViolation, match="đã bỏ phiếu"):
        give_paper(entitled=vote.roll.get(attendee__member__account=people[0]), on_paper=True, actor=world.secretary)
    give_paper(entitled=on_paper, on_paper=True, actor=world.secretary)
    with pytest.raises(RuleViolation, match="phiếu giấy"):
        cast_secret(vote=vote, choice="agree", actor=people[-1])
    for paper in ({"returned": 2, "disagree": 2}, {"returned": 1, "disagree": 2}, {"returned": 1, "invalid": 2}):
        with pytest.raises(RuleViolation), transaction.atomic():
            close_vote(vote=vote, paper=paper, actor=world.secretary)


def test_a_vote_on_word_overwrites_nobody_and_is_for_the_roll_alone(world, client_of):
    meeting = in_progress(world, all_here=False)
    all_here(meeting=meeting, actor=world.secretary)
    absent = official_accounts(meeting)[0]
    mark(attendee=line_of(meeting, absent), presence=Presence.UNEXCUSED, actor=world.secretary)
    vote = opened(world, meeting)
    cast_open(vote=vote, choice="disagree", actor=world.member)
    own = vote.roll.get(attendee__member__account=world.member)
    with pytest.raises(RuleViolation, match="tự biểu quyết"):
        cast_on_word(entitled=own, choice="agree", actor=world.secretary)
    assert not vote.roll.filter(attendee__member__account=absent).exists()
    # Marked here after the opening: still not on the roll.
    mark(attendee=line_of(meeting, absent), presence=Presence.PRESENT, actor=world.secretary)
    with pytest.raises(PermissionDenied):
        cast_open(vote=vote, choice="agree", actor=absent)
    with pytest.raises(PermissionDenied):
        cast_on_word(entitled=own, choice="agree", actor=absent)
    assert OpenBallot.objects.get(entitled=own).choice == "disagree"


def test_who_was_given_a_password_by_code_and_who_was_shut_out_cast_nothing(world, client_of):
    meeting = in_progress(world)
    vote = opened(world, meeting, "discipline")
    held, out = official_accounts(meeting)[:2]
    stale = client_of(held), client_of(out)
    type(held).objects.filter(pk=held.pk).update(decisions_held_until=timezone.now() + timedelta(hours=3))
    type(out).objects.filter(pk=out.pk).update(is_active=False)
    for client in stale:
        client.post(url("vote_cast", vote.pk), {"choice": "agree"})
    assert not Participation.objects.exists()


def test_who_moved_away_before_the_meeting_has_no_vote_and_after_it_began_one(world):
    fellows(world, 4)
    meeting = announced(world)
    mover = Member.objects.get(branch=world.branch, full_name="Bùi Văn Ảnh")
    Member.objects.filter(pk=mover.pk).update(branch=world.sister)
    meeting = begin(meeting=meeting, actor=world.secretary)
    assert not meeting.attendees.filter(member=mover).exists()
    meeting.attendees.update(presence=Presence.PRESENT)
    later = Member.objects.get(branch=world.branch, full_name="Cao Thị Bình")
    vote = opened(world, meeting, "discipline")
    Member.objects.filter(pk=later.pk).update(branch=world.sister)
    cast_secret(vote=vote, choice="agree", actor=later.account)
    with pytest.raises(RuleViolation):
        cast_secret(vote=vote, choice="agree", actor=later.account)
    with pytest.raises(PermissionDenied):
        cast_secret(vote=vote, choice="agree", actor=mover.account)


def test_a_chair_who_left_the_branch_runs_nothing(world, client_of):
    fellows(world, 3)
    chair = Member.objects.get(branch=world.branch, full_name="Bùi Văn Ảnh")
    meeting = announced(world, chair=chair)
    assert client_of(chair.account).get(url("people", meeting.pk)).status_code == 200
    Member.objects.filter(pk=chair.pk).update(branch=world.other_branch)
    ListsFollow().places_changed([chair.pk], by_hand=False, actor=None)
    meeting.refresh_from_db()
    assert meeting.chair_id is None
    assert client_of(chair.account).get(url("people", meeting.pk)).status_code == 404
    with pytest.raises(PermissionDenied):
        begin(meeting=meeting, actor=chair.account)
    with pytest.raises(RuleViolation, match="chủ trì"):
        begin(meeting=meeting, actor=world.secretary)


def test_a_right_taken_in_the_middle_is_gone_at_once(world, client_of):
    fellows(world, 4)
    chair = Member.objects.get(branch=world.branch, full_name="Bùi Văn Ảnh")
    meeting = begin(meeting=announced(world, chair=chair), actor=world.secretary)
    meeting.attendees.update(presence=Presence.PRESENT)
    vote = opened(world, meeting, "discipline")
    client = client_of(world.secretary)
    revoke_grant(grant=world.grants["secretary"], actor=None)
    for act in (
        lambda: close_vote(vote=vote, actor=world.secretary),
        lambda: void_vote(vote=vote, reason="Không thích kết quả", actor=world.secretary),
        lambda: end(meeting=meeting, actor=world.secretary),
        lambda: mark(attendee=meeting.attendees.first(), presence=Presence.UNEXCUSED, actor=world.secretary),
    ):
        with pytest.raises(PermissionDenied):
            act()
    assert client.post(url("vote_close", vote.pk), {"confirm": "yes"}).status_code == 403
    assert Vote.objects.get(pk=vote.pk).state == "open"


def test_no_page_counts_a_secret_vote_before_its_closing(world, client_of):
    meeting = in_progress(world)
    vote = opened(world, meeting, "discipline")
    for user in official_accounts(meeting)[:7]:
        cast_secret(vote=vote, choice="disagree", actor=user)
    client = client_of(world.secretary)
    for page in (url("vote", vote.pk), url("vote_conduct", vote.pk), url("votes", meeting.pk), url("run", meeting.pk)):
        body = client.get(page).content.decode()
        assert "Không tán thành: 7" not in body
        assert "bi-du" not in body
    assert Vote.objects.get(pk=vote.pk).result == {}
    for page in (url("vote_receipts", vote.pk), url("vote_minutes", vote.pk)):
        assert client.get(page).status_code == 404


def test_after_the_end_no_vote_is_made_changed_or_taken_back(world, client_of):
    meeting = in_progress(world)
    prepared = a_vote(meeting, world.secretary)
    vote = election(world, meeting)
    vote = close_vote(vote=vote, actor=world.secretary)
    end(meeting=meeting, actor=world.secretary)
    for act in (
        lambda: next_round(vote=vote, candidates=[1, 2], actor=world.secretary),
        lambda: change_vote(vote=prepared, title="Khác", actor=world.secretary),
        lambda: void_vote(vote=prepared, reason="Bỏ", actor=world.secretary),
        lambda: open_vote(vote=prepared, actor=world.secretary),
        lambda: a_vote(meeting, world.secretary),
    ):
        with pytest.raises(RuleViolation):
            act()
    page = client_of(world.secretary).get(url("vote_conduct", prepared.pk)).content.decode()
    assert url("vote_edit", prepared.pk) not in page


# ---- after the lock -------------------------------------------------------------------------------------------------


def test_nothing_of_a_completed_meeting_changes_whatever_the_way(world):
    meeting = signed(world, vote=True)
    record = Minutes.objects.get(meeting=meeting)
    changes = [
        lambda: Meeting.objects.filter(pk=meeting.pk).update(state="in_progress"),
        lambda: Meeting.objects.filter(pk=meeting.pk).update(ended_at=timezone.now()),
        lambda: Meeting.objects.filter(pk=meeting.pk).delete(),
        lambda: AgendaItem.objects.filter(meeting=meeting).update(notes="Khác"),
        lambda: Attendee.objects.filter(meeting=meeting).update(presence="unexcused"),
        lambda: Attendee.objects.filter(meeting=meeting).first().delete(),
        lambda: Vote.objects.create(meeting=meeting, title="Thêm", matter="resolution", ballot="open"),
        lambda: Vote.objects.filter(meeting=meeting).update(title="Khác"),
        lambda: Minutes.objects.filter(pk=record.pk).update(digest="0" * 64),
        lambda: Minutes.objects.filter(pk=record.pk).update(state="writing"),
        lambda: Conclusion.objects.create(meeting=meeting, text="Thêm"),
    ]
    for change in changes:
        with pytest.raises(Error), transaction.atomic():
            change()


def test_an_ended_meeting_is_not_opened_again(world):
    meeting = ended(world)
    for state in ("in_progress", "announced", "draft"):
        with pytest.raises(Error), transaction.atomic():
            Meeting.objects.filter(pk=meeting.pk).update(state=state)
    with pytest.raises(RuleViolation):
        begin(meeting=meeting, actor=world.secretary)
    with pytest.raises(RuleViolation):
        end(meeting=meeting, actor=world.secretary)


def test_minutes_are_signed_by_their_own_two_and_as_they_were_read(world):
    meeting = circulate(meeting=written(world), hours=0, actor=world.secretary).meeting
    meeting = Meeting.objects.select_related("chair", "clerk", "unit__parent").get(pk=meeting.pk)
    record = Minutes.objects.get(meeting=meeting)
    read = digest_of(content_of(meeting, record))
    other = official_accounts(meeting)[0]
    for who, what in ((other, CHAIR), (world.secretary, CLERK), (world.member, CHAIR), (world.committee, CHAIR)):
        with pytest.raises(PermissionDenied):
            sign(meeting=meeting, as_what=what, digest=read, actor=who)
    sign(meeting=meeting, as_what=CHAIR, digest=read, actor=world.secretary)
    # The clerk slips a sentence in after the chair has signed: the chair's name is not under it.
    write_minutes(
        meeting=meeting, opening="Lén sửa", closing=None, revision=record.revision, items={}, actor=world.member
    )
    with pytest.raises(RuleViolation):
        sign(meeting=meeting, as_what=CLERK, digest=read, actor=world.member)
    record = Minutes.objects.get(meeting=meeting)
    now_says = digest_of(content_of(meeting, record))
    sign(meeting=meeting, as_what=CLERK, digest=now_says, actor=world.member)
    record = Minutes.objects.get(meeting=meeting)
    assert record.state == "circulated"
    assert record.chair_signed_at is None


def test_nobody_agrees_to_his_own_score(world):
    meeting = scored(world)
    give_grant(user=world.secretary, unit=world.branch.parent, role=Role.SECRETARY, actor=None)
    with pytest.raises(PermissionDenied):
        agree_score(meeting=meeting, actor=world.secretary)
    with pytest.raises(PermissionDenied):
        agree_score(meeting=meeting, actor=world.inspector)


# ---- small powers ---------------------------------------------------------------------------------------------------


def test_nobody_excuses_himself_or_speaks_for_another(world, client_of):
    meeting = announced(world)
    line = line_of(meeting, world.secretary)
    ask_leave(meeting=meeting, reason="Bận", actor=world.secretary)
    with pytest.raises(PermissionDenied):
        decide_leave(attendee=line, accepted=True, actor=world.secretary)
    with pytest.raises(PermissionDenied):
        say_opinion(item=meeting.items.first(), text="Chen vào", actor=world.committee)


def test_nobody_confirms_his_own_task_or_sees_anothers(world, client_of):
    task = give_assignment(
        unit=world.branch, owner=world.secretary, title="Làm", due_on=timezone.localdate(), actor=world.secretary,
        may=True,
    )  # fmt: skip
    with pytest.raises(PermissionDenied):
        confirm_done(assignment=task, actor=world.secretary)
    for who in ("member", "other_secretary", "outsider"):
        for name in ("task", "confirm", "give_back", "drop"):
            address = reverse(f"assignments:{name}", args=[task.pk])
            client = client_of(world.user(who))
            answer = client.post(address, {"confirm": "yes", "reason": "x", "report": "x"})
            assert answer.status_code in {403, 404}
            assert client.get(address).status_code == 404
    assert Assignment.objects.get(pk=task.pk).state == "open"


def test_who_gave_a_task_and_has_left_follows_it_no_more(world, client_of):
    title = "Việc riêng của chi bộ sau khi đồng chí đi"
    give_assignment(
        unit=world.branch, owner=world.member, title=title, due_on=timezone.localdate(), actor=world.secretary, may=True
    )
    client = client_of(world.secretary)
    here = f"{reverse('assignments:mine')}?phan=giao"
    assert title in client.get(here).content.decode()
    revoke_grant(grant=world.grants["secretary"], actor=None)
    assert title not in client_of(world.secretary).get(here).content.decode()


def test_a_draft_and_its_questions_are_for_who_prepares(world, client_of):
    meeting = draft(world, title="Chuẩn bị kỷ luật đồng chí")
    vote = a_vote(meeting, world.secretary)
    for who in ("member", "committee", "inspector"):
        client = client_of(world.user(who))
        for page in (
            url("meeting", meeting.pk),
            url("votes", meeting.pk),
            url("vote", vote.pk),
            url("ics", meeting.pk),
        ):
            assert client.get(page).status_code == 404
        for page in (url("list"), url("calendar"), url("year_now", world.branch.pk), url("calendar_above")):
            assert "Chuẩn bị kỷ luật" not in client.get(page).content.decode()


def test_two_who_change_a_meeting_at_once(world):
    meeting = draft(world)
    given = {
        "starts_at": meeting.starts_at, "place": "Ga", "title": "Họp", "minutes": 90, "chair": meeting.chair,
        "clerk": meeting.clerk, "actor": world.secretary,
    }  # fmt: skip
    change_meeting(meeting=meeting, revision=meeting.revision, **given)
    with pytest.raises(RuleViolation, match="vừa sửa"):
        change_meeting(meeting=meeting, revision=meeting.revision, **given)
