"""The pages of votes, as the secretary and the members open them."""

import re

import pgtrigger
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from meetings.enums import Presence
from meetings.models import Attendee
from meetings.services.place import version_of
from meetings.votes.enums import Choice, Counting, Marking, VoteState
from meetings.votes.models import OpenBallot, Participation, Receipt, Vote
from meetings.votes.presenting import SMALL_WARNING, UNANIMOUS
from meetings.votes.selectors import vote_now, votes_now
from meetings.votes.services import cast_on_word, cast_open, cast_secret, close_vote, give_paper
from members.models import Member
from tests.cast import make_member
from tests.pdf import text_of

from .sessions import official_accounts
from .test_votes import election, opened

pytestmark = pytest.mark.django_db


def at(name: str, *args) -> str:
    return reverse(f"meetings:{name}", args=args)


def words(response) -> str:
    """What is read on the page, without the markup."""
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", text).replace("&quot;", '"')


# ---- preparing ------------------------------------------------------------------------------------------------------


def test_each_matter_says_what_it_needs(world, meeting, client_of):
    page = words(client_of(world.secretary).get(at("vote_new", meeting.pk)))
    assert "Kết nạp đảng viên" in page
    assert "Cần ít nhất 2/3 số đảng viên chính thức phải dự" in page
    assert "cấp ủy" not in page.split("Thông qua kết luận")[0].split("Biểu quyết về việc gì?")[1]


def test_an_election_is_prepared_and_changed(world, meeting, client_of):
    client = client_of(world.secretary)
    people = list(Member.objects.filter(branch=world.branch, standing="official").order_by("pk")[:4])
    data = {"title": "Bầu chi ủy", "seats": "5", "members": [p.pk for p in people], "marking": Marking.TICK}
    address = at("vote_new", meeting.pk) + "?loai=election"
    assert "ít hơn 5 người cần bầu" in words(client.post(address, data))
    data |= {"seats": "3", "others": "Ngô Thị Ánh\n\n Lê Văn Ba "}
    assert client.post(address, data).status_code == 302
    vote = Vote.objects.get()
    assert (vote.seats, vote.candidates.count()) == (3, 6)
    page = words(client.get(at("vote_conduct", vote.pk)))
    assert "Số dư 3 người, nhiều hơn 30%" in page
    edit = client.get(at("vote_edit", vote.pk)).content.decode()
    assert "Ngô Thị Ánh\nLê Văn Ba" in edit
    data |= {"others": "", "members": data["members"][:3], "title": "Bầu chi ủy nhiệm kỳ mới"}
    assert client.post(at("vote_edit", vote.pk), data).status_code == 302
    vote.refresh_from_db()
    assert (vote.title, vote.candidates.count()) == ("Bầu chi ủy nhiệm kỳ mới", 3)
    assert "không có số dư" in words(client.get(at("vote_conduct", vote.pk)))


def test_the_check_page_says_who_and_how_many(world, meeting, client_of):
    client = client_of(world.secretary)
    address = at("vote_new", meeting.pk) + "?loai=resolution"
    client.post(address, {"title": "Thông qua nghị quyết", "ballot": "open", "counting": "by_name"})
    vote = Vote.objects.get()
    page = words(client.get(at("vote_open", vote.pk)))
    assert "quá 1/2 số đảng viên chính thức phải dự (12), từ 7 trở lên" in page
    assert "Danh sách 12 đồng chí" in page
    assert Vote.objects.get().state == VoteState.PREPARED
    client.post(at("vote_open", vote.pk), {"confirm": "yes"})
    assert Vote.objects.get().state == VoteState.OPEN
    assert client.get(at("vote_edit", vote.pk)).status_code == 302


def test_too_few_are_told_why_it_cannot_open(world, meeting, client_of):
    Attendee.objects.filter(meeting=meeting).update(presence=Presence.UNEXCUSED)
    client = client_of(world.secretary)
    client.post(
        at("vote_new", meeting.pk) + "?loai=resolution", {"title": "A", "ballot": "open", "counting": "by_name"}
    )
    vote = Vote.objects.get()
    page = words(client.get(at("vote_conduct", vote.pk)))
    assert "Chưa có đảng viên chính thức nào được điểm danh" in page
    assert at("vote_open", vote.pk) not in page
    assert client.get(at("vote_open", vote.pk)).status_code == 302


# ---- open votes -----------------------------------------------------------------------------------------------------


def test_a_member_votes_and_changes_his_mind(world, meeting, client_of):
    vote = opened(world, meeting)
    client = client_of(world.member)
    assert "Đồng chí chưa biểu quyết" in words(client.get(at("vote_conduct", vote.pk)))
    assert "đảng viên chính thức có mặt (100%): đủ để họp và biểu quyết" in words(client.get(at("vote", vote.pk)))
    answer = client.post(at("vote_say", vote.pk), {"choice": "agree", "opinion": "bỏ qua"}, follow=True)
    assert "Đã ghi: Tán thành" in words(answer)
    client.post(at("vote_say", vote.pk), {"choice": "other", "opinion": "Cần rõ tiến độ"})
    ballot = OpenBallot.objects.get()
    assert (ballot.choice, ballot.opinion) == (Choice.OTHER, "Cần rõ tiến độ")
    assert "Cần rõ tiến độ" in words(client.get(at("vote", vote.pk)))
    assert "Chưa chọn đồng chí biểu quyết" in words(client.post(at("vote_say", vote.pk), {}))


def test_votes_do_not_send_every_page_back(world, meeting, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        vote = opened(world, meeting)
    before = version_of(meeting.pk)
    assert before
    with django_capture_on_commit_callbacks(execute=True):
        cast_open(vote=vote, choice=Choice.AGREE, actor=world.member)
    assert version_of(meeting.pk) == before


def test_it_leads_back_to_the_page_it_came_from_and_nowhere_else(world, meeting, client_of):
    vote = opened(world, meeting)
    client = client_of(world.member)
    for target, lands in (("/sinh-hoat/", "/sinh-hoat/"), ("https://xa.example/", at("vote", vote.pk))):
        answer = client.post(at("vote_say", vote.pk), {"choice": "agree", "next": target})
        assert answer["Location"] == lands


def test_the_secretary_enters_what_was_said(world, meeting, client_of):
    vote = opened(world, meeting)
    client = client_of(world.secretary)
    line = vote.roll.get(attendee__full_name="Hồ Thị Dung")
    client.post(at("vote_word", vote.pk, line.pk), {"choice": "disagree"})
    page = words(client.get(at("vote_conduct", vote.pk)))
    assert "Thư ký ghi thay" in page
    assert "1/12" in page
    close_vote(vote=vote, actor=world.secretary)
    result = words(client.get(at("vote", vote.pk)))
    assert "Hồ Thị Dung (thư ký ghi thay)" in result


def test_a_line_of_another_vote_is_not_there(world, meeting, client_of):
    first = opened(world, meeting)
    line = first.roll.first()
    close_vote(vote=first, actor=world.secretary)
    second = opened(world, meeting)
    assert client_of(world.secretary).post(at("vote_word", second.pk, line.pk), {"choice": "agree"}).status_code == 404
    assert client_of(world.secretary).post(at("vote_paper", second.pk, line.pk), {"phat": "1"}).status_code == 404


def test_hands_are_entered_as_three_totals(world, meeting, client_of):
    vote = opened(world, meeting, counting=Counting.TOTALS)
    client, member = client_of(world.secretary), client_of(world.member)
    assert "Giơ tay tại phòng họp" in words(member.get(at("vote", vote.pk)))
    data = {"so_agree": "12", "so_disagree": "1", "so_other": ""}
    assert "nhiều hơn 12" in words(client.post(at("vote_close", vote.pk), data | {"confirm": "yes"}))
    data["so_agree"] = "10"
    check = client.post(at("vote_close", vote.pk), data)
    assert 'name="so_agree" value="10"' in check.content.decode()
    assert Vote.objects.get().state == VoteState.OPEN
    again = client.post(at("vote_close", vote.pk), data | {"back": "yes"})
    assert 'value="10"' in again.content.decode()
    client.post(at("vote_close", vote.pk), data | {"confirm": "yes"})
    page = words(member.get(at("vote", vote.pk)))
    assert "10/12 số đảng viên chính thức phải dự tán thành (83,33%)" in page
    assert "Được thông qua" in page


def test_who_has_no_vote_is_told_why(world, meeting, client_of):
    Attendee.objects.filter(meeting=meeting, full_name="Vương Thị Oanh").update(presence=Presence.UNKNOWN)
    vote = opened(world, meeting)
    probationary = Member.objects.get(full_name="Trịnh Văn Dự").account
    late = Member.objects.get(full_name="Vương Thị Oanh").account
    assert "Đảng viên dự bị dự họp, phát biểu; không biểu quyết" in words(
        client_of(probationary).get(at("vote", vote.pk))
    )
    assert "chưa được điểm danh có mặt" in words(client_of(late).get(at("vote", vote.pk)))
    for user in (probationary, late):
        assert client_of(user).post(at("vote_say", vote.pk), {"choice": "agree"}).status_code == 403


# ---- secret ballots -------------------------------------------------------------------------------------------------


def test_a_secret_ballot_answers_with_its_receipt_once(world, meeting, client_of):
    vote = opened(world, meeting, "discipline")
    client = client_of(world.member)
    page = client.get(at("vote", vote.pk))
    assert "người quản trị máy chủ" in words(page)
    assert "data-keep" not in page.content.decode().split("<main")[1].split("</main")[0]
    answer = client.post(at("vote_cast", vote.pk), {"choice": "agree"})
    code = re.search(r'receipt__code">([^<]+)<', answer.content.decode())[1]
    assert re.fullmatch(r"[A-Z0-9]{4}(-[A-Z0-9]{4}){2}", code)
    assert "no-store" in answer["Cache-Control"]
    assert "Location" not in answer
    again = client.post(at("vote_cast", vote.pk), {"choice": "disagree"}, follow=True)
    assert "Đồng chí đã bỏ phiếu rồi" in words(again)
    assert code not in again.content.decode()
    assert Participation.objects.count() == 1
    assert code not in client.get(at("vote", vote.pk)).content.decode()


def test_nothing_is_counted_before_the_closing(world, meeting, client_of):
    vote = opened(world, meeting, "discipline")
    for user in official_accounts(meeting)[:3]:
        cast_secret(vote=vote, choice="disagree", actor=user)
    client = client_of(world.secretary)
    for name in ("vote", "vote_conduct", "vote_close"):
        page = words(client.get(at(name, vote.pk)))
        assert "Không tán thành" not in page.split("Lá phiếu của đồng chí")[0]
    assert "3/12" in words(client.get(at("vote_conduct", vote.pk)))
    for name in ("vote_receipts", "vote_minutes"):
        assert client.get(at(name, vote.pk)).status_code == 404


def test_a_blank_paper_of_an_election_is_asked_about(world, meeting, client_of):
    vote = election(world, meeting)
    client = client_of(world.member)
    sure = client.post(at("vote_cast", vote.pk), {})
    assert "Phiếu trống được ghi nhận là phiếu không hợp lệ" in words(sure)
    assert not Participation.objects.exists()
    few = client.post(at("vote_cast", vote.pk), {"marked": ["2"]})
    assert "ít hơn 3 người cần bầu" in words(few)
    back = client.post(at("vote_cast", vote.pk), {"marked": ["2"], "back": "yes"})
    assert re.search(r'value="2"[^>]*checked', back.content.decode())
    assert not Participation.objects.exists()
    assert "Mã phiếu" in words(client.post(at("vote_cast", vote.pk), {"confirm": "yes"}))
    vote = close_vote(vote=vote, actor=world.secretary)
    assert vote.result["invalid"] == 1


def test_too_many_marks_are_no_ballot(world, meeting, client_of):
    vote = election(world, meeting)
    client = client_of(world.member)
    page = client.post(at("vote_cast", vote.pk), {"marked": ["1", "2", "3", "4"]})
    assert "Đồng chí bầu nhiều nhất 3 người; đang chọn 4 người." in words(page)
    client.post(at("vote_cast", vote.pk), {"marked": ["9"], "confirm": "yes"})
    assert not Participation.objects.exists()


def test_names_may_be_struck_out(world, meeting, client_of):
    people = list(Member.objects.filter(branch=world.branch).order_by("pk")[2:7])
    vote = opened(world, meeting, "election", seats=3, candidates=people, marking=Marking.STRIKE)
    client = client_of(world.member)
    assert "gạch ít nhất 2 người" in words(client.post(at("vote_cast", vote.pk), {"marked": ["5"]}))
    assert "Mã phiếu" in words(client.post(at("vote_cast", vote.pk), {"marked": ["4", "5"]}))
    vote = close_vote(vote=vote, actor=world.secretary)
    assert vote.result["votes"] == {"1": 1, "2": 1, "3": 1, "4": 0, "5": 0}


def test_an_open_vote_is_not_cast_as_a_secret_one(world, meeting, client_of):
    vote = opened(world, meeting)
    assert client_of(world.member).post(at("vote_cast", vote.pk), {"choice": "agree"}).status_code == 404


def test_paper_and_the_handbook_make_one_result(world, meeting, client_of):
    vote = opened(world, meeting, "discipline")
    client = client_of(world.secretary)
    lines = list(vote.roll.select_related("attendee__member__account").order_by("pk"))
    for line in lines[:5]:
        client.post(at("vote_paper", vote.pk, line.pk), {"phat": "1"})
    taker = client_of(lines[0].attendee.member.account)
    assert "Đồng chí đã nhận phiếu giấy" in words(taker.get(at("vote", vote.pk)))
    for line in lines[5:]:
        cast_secret(vote=vote, choice="agree", actor=line.attendee.member.account)
    data = {"so_returned": "5", "so_agree": "3", "so_disagree": "1", "so_invalid": "1", "counting_board": "Hồ Thị Dung"}
    assert "Phiếu giấy tán thành" in words(client.post(at("vote_close", vote.pk), data))
    # Numbers that cannot be so are told before anybody is asked to confirm.
    wrong = words(client.post(at("vote_close", vote.pk), data | {"so_agree": "4"}))
    assert "không bằng 5 phiếu thu về" in wrong
    assert "Điều sẽ xảy ra" not in wrong
    assert "nhiều hơn 5 phiếu đã phát" in words(client.post(at("vote_close", vote.pk), data | {"so_returned": "6"}))
    client.post(at("vote_close", vote.pk), data | {"confirm": "yes"})
    vote = Vote.objects.get()
    assert vote.result["totals"] == {"agree": 10, "disagree": 1, "other": 0}
    assert (vote.result["electronic"], vote.result["papers"], vote.result["small"]) == (7, 5, False)
    page = words(client.get(at("vote", vote.pk)))
    assert "Phiếu giấy phát ra, thu về 5, 5" in page


def test_a_single_paper_does_not_tell_whose_it_was(world, meeting):
    vote = opened(world, meeting, "discipline")
    lines = list(vote.roll.select_related("attendee__member__account").order_by("pk"))
    give_paper(entitled=lines[0], on_paper=True, actor=world.secretary)
    for line in lines[1:]:
        cast_secret(vote=vote, choice="agree", actor=line.attendee.member.account)
    vote = close_vote(vote=vote, paper={"returned": 1, "disagree": 1}, actor=world.secretary)
    assert vote.result["totals"] == {"agree": 11, "disagree": 1, "other": 0}
    assert vote.paper == {"returned": 1}
    assert vote.result["small"]
    one = election(world, meeting)
    lines = list(one.roll.select_related("attendee__member__account").order_by("pk"))
    give_paper(entitled=lines[0], on_paper=True, actor=world.secretary)
    one = close_vote(vote=one, paper={"returned": 1, "2": 1}, actor=world.secretary)
    assert "by_paper" not in one.result
    assert one.paper == {"returned": 1}


def test_small_and_unanimous_results_are_said_to_tell(world, meeting, client_of):
    vote = opened(world, meeting, "discipline")
    for user in official_accounts(meeting)[:3]:
        cast_secret(vote=vote, choice="agree", actor=user)
    close_vote(vote=vote, actor=world.secretary)
    page = words(client_of(world.member).get(at("vote", vote.pk)))
    assert SMALL_WARNING in page
    assert UNANIMOUS in page


def test_a_voter_finds_his_code(world, meeting, client_of):
    vote = opened(world, meeting, "discipline")
    codes = [cast_secret(vote=vote, choice="agree", actor=user) for user in official_accounts(meeting)[:6]]
    close_vote(vote=vote, actor=world.secretary)
    client = client_of(world.member)
    page = words(client.get(at("vote_receipts", vote.pk)))
    assert re.findall(r"[A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4}", page) == sorted(codes)
    typed = codes[2].lower().replace("-", " ")
    assert f"Phiếu mang mã {codes[2]}" in words(client.post(at("vote_receipts", vote.pk), {"ma": typed}))
    assert "Không thấy mã này" in words(client.post(at("vote_receipts", vote.pk), {"ma": "AAAA-AAAA-AAAA"}))


def test_the_minutes_of_the_count(world, meeting, client_of):
    vote = election(world, meeting)
    for user in official_accounts(meeting)[:9]:
        cast_secret(vote=vote, numbers=[1, 2, 3], actor=user)
    cast_secret(vote=vote, numbers=[], actor=official_accounts(meeting)[9])
    close_vote(vote=vote, counting_board="Phan Thị Lan, Tạ Văn Minh", actor=world.secretary)
    answer = client_of(world.member).get(at("vote_minutes", vote.pk))
    text = re.sub(r"\s+", " ", text_of(answer.content))
    for said in (
        "BIÊN BẢN",
        "CHI BỘ GA BẾN THỦY",
        "Số phiếu hợp lệ: 9. Số phiếu không hợp lệ: 1.",
        "Phan Thị Lan (Trưởng ban); Tạ Văn Minh",
        "3 đồng chí sau đây đã trúng cử",
        "T/M BAN KIỂM PHIẾU",
    ):
        assert said in text, said


def test_a_further_round_is_chosen_by_the_meeting(world, meeting, client_of):
    vote = election(world, meeting)
    for user in official_accounts(meeting)[:8]:
        cast_secret(vote=vote, numbers=[1], actor=user)
    close_vote(vote=vote, actor=world.secretary)
    client = client_of(world.secretary)
    assert "Còn thiếu 2" in words(client.get(at("vote_conduct", vote.pk)))
    assert "ít nhất 2 người" in words(client.post(at("vote_next", vote.pk), {"candidates": ["2"]}))
    client.post(at("vote_next", vote.pk), {"candidates": ["2", "3", "4"]})
    following = Vote.objects.get(round_before=vote)
    assert (following.seats, following.round_no, following.candidates.count()) == (2, 2, 3)
    assert "Đã lập vòng bầu tiếp theo" in words(client.get(at("vote_conduct", vote.pk)))


def test_those_who_were_level_stand_again(world, meeting, client_of):
    vote = election(world, meeting, seats=1, many=3)
    for at_, user in enumerate(official_accounts(meeting)):
        cast_secret(vote=vote, numbers=[1 + at_ % 2], actor=user)
    # More than half of so many each: the database itself lets nobody change what was frozen.
    with pgtrigger.ignore("meetings.Vote:question_stays"):
        Vote.objects.filter(pk=vote.pk).update(base=10)
    close_vote(vote=vote, actor=world.secretary)
    client = client_of(world.secretary)
    assert client.get(at("vote_next", vote.pk)).status_code == 200


def test_a_void_vote_says_why(world, meeting, client_of):
    vote = opened(world, meeting, "discipline")
    client = client_of(world.secretary)
    assert "hủy, không đếm" in words(client.post(at("vote_void", vote.pk), {"reason": "Nhầm nội dung"}))
    client.post(at("vote_void", vote.pk), {"reason": "Nhầm nội dung", "confirm": "yes"})
    assert "Nhầm nội dung" in words(client_of(world.member).get(at("vote", vote.pk)))
    assert client_of(world.member).post(at("vote_cast", vote.pk), {"choice": "agree"}).status_code == 302
    assert not Receipt.objects.exists()


def test_what_is_open_now(world, meeting):
    attendee = meeting.attendees.get(member=world.people["member"])
    assert vote_now(world.member, meeting, attendee, runs=True) is None
    vote = opened(world, meeting)
    cast_on_word(entitled=vote.roll.get(attendee=attendee), choice=Choice.AGREE, actor=world.secretary)
    now = vote_now(world.member, meeting, attendee, runs=True)
    assert now.vote == vote
    assert now.own.ballot.on_word
    assert (now.progress.taken, now.progress.left) == (1, 11)


@pytest.mark.parametrize(
    ("name", "who"),
    [("votes", "member"), ("vote", "member"), ("vote_conduct", "secretary"), ("vote_close", "secretary")],
)
@pytest.mark.parametrize("matter", ["resolution", "discipline"])
def test_pages_ask_the_same_for_few_and_many(world, meeting, client_of, name, who, matter):
    def asked() -> int:
        client = client_of(world.user(who))
        target = meeting.pk if name == "votes" else Vote.objects.latest("pk").pk
        client.get(at(name, target))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(at(name, target)).status_code == 200
        return len(queries)

    vote = opened(world, meeting, matter)
    few = asked()
    cast_some(vote, meeting)
    middle = asked()
    close_vote(vote=vote, actor=world.secretary)
    for number in range(8):
        member = make_member(world.branch, f"Đoàn Văn {number}")
        Attendee.objects.create(
            meeting=meeting, member=member, full_name=member.full_name, name_sort=b"x", capacity="official",
            presence="present",
        )  # fmt: skip
    cast_some(opened(world, meeting, matter), meeting)
    many = asked()
    assert max(few, middle, many) <= 12
    assert few == middle == many


def cast_some(vote, meeting) -> None:
    for user in official_accounts(meeting)[2:]:
        if vote.is_secret:
            cast_secret(vote=vote, choice="agree", actor=user)
        else:
            cast_open(vote=vote, choice="agree", actor=user)


def test_the_room_leads_to_the_results_and_every_vote_back_to_the_room(world, meeting, client_of):
    member, room = client_of(world.member), reverse("meetings:now_of", args=[meeting.pk])
    assert "Kết quả biểu quyết" not in words(member.get(room))
    first = opened(world, meeting, "discipline")
    receipt = member.post(at("vote_cast", first.pk), {"choice": "agree"}).content.decode()
    for page in (receipt, member.get(at("vote", first.pk)).content.decode()):
        assert f'href="{room}"' in page
    assert "Kết quả biểu quyết" not in words(member.get(room))
    close_vote(vote=first, actor=world.secretary)
    second = opened(world, meeting)
    for user in (world.member, world.secretary):
        page = client_of(user).get(room)
        assert "Xem kết quả, tìm mã phiếu của tôi" in words(page)
        assert f'href="{at("vote", first.pk)}"' in page.content.decode()
    conduct = client_of(world.secretary).get(at("vote_conduct", second.pk)).content.decode()
    assert f'href="{reverse("meetings:run", args=[meeting.pk])}"' in conduct
    vote, closed = votes_now(world.member, meeting, None, runs=False)
    assert (vote.vote, closed) == (second, [first])
