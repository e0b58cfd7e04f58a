"""Votes as people do them: a secretary prepares and opens an election on a telephone, members vote with the keyboard,
without scripts and at twice the size, one of them blind to what is drawn; the result is read by all."""

import re

from meetings.votes.enums import Counting
from meetings.votes.models import Participation, Vote
from meetings.votes.services import cast_open, cast_secret, close_vote, open_vote, prepare_vote
from members.models import Member
from tests.cast import build_world, make_member
from tests.meetings.sessions import in_progress, official_accounts

from .conftest import DESKTOP, PHONE

LONG = "Nguyễn Trần Hoàng Phương Thảo Nguyên Hương Giang"


def _meeting():
    world = build_world()
    make_member(world.branch, LONG)
    return world, in_progress(world)


def test_an_election_on_a_telephone(open_page, sign_in, look_at):
    world, meeting = _meeting()
    desk = open_page(PHONE)
    sign_in(desk, world.secretary)
    desk.goto(f"/sinh-hoat/{meeting.pk}/bieu-quyet/")
    look_at(desk, "votes-none")
    desk.get_by_role("link", name="Thêm biểu quyết").click()
    look_at(desk, "votes-matters")
    desk.get_by_role("link", name=re.compile("^Bầu cử")).click()
    look_at(desk, "votes-election-form")
    desk.get_by_role("button", name="Lưu, chưa mở").click()
    look_at(desk, "votes-election-form-errors")
    desk.get_by_label("Số lượng cần bầu").fill("3")
    for name in (LONG, "Bùi Văn Ảnh", "Cao Thị Bình", "Đinh Văn Chiến"):
        desk.get_by_label(name, exact=True).check()
    desk.get_by_role("button", name="Lưu, chưa mở").click()
    look_at(desk, "votes-prepared")
    desk.get_by_role("link", name="Mở biểu quyết").click()
    look_at(desk, "votes-open-check")
    desk.get_by_role("button", name="Mở biểu quyết").click()
    look_at(desk, "votes-conduct-secret")

    plain = open_page(PHONE, javascript=False)
    sign_in(plain, official_accounts(meeting)[0])
    plain.goto(f"/sinh-hoat/bieu-quyet/{Vote.objects.get().pk}/")
    plain.get_by_role("button", name="Bỏ phiếu").click()
    plain.get_by_text("Đồng chí không bầu ai").wait_for()
    plain.get_by_role("button", name="Bỏ phiếu").click()
    plain.locator(".receipt__code").wait_for()
    plain.get_by_role("link", name="Xong").click()
    plain.get_by_text("Đồng chí đã bỏ phiếu").wait_for()

    voter = open_page(PHONE)
    sign_in(voter, world.member)
    voter.goto(f"/sinh-hoat/bieu-quyet/{Vote.objects.get().pk}/")
    look_at(voter, "votes-paper")
    voter.get_by_role("button", name="Bỏ phiếu").click()
    look_at(voter, "votes-blank-check")
    voter.get_by_role("button", name="Sửa lại").click()
    for at in range(4):
        voter.get_by_role("checkbox").nth(at).check()
    voter.get_by_role("button", name="Bỏ phiếu").click()
    look_at(voter, "votes-paper-errors")
    voter.get_by_role("checkbox").nth(3).uncheck()
    voter.get_by_role("button", name="Bỏ phiếu").click()
    look_at(voter, "votes-receipt")
    code = voter.locator(".receipt__code").inner_text()
    voter.get_by_role("link", name="Xong").click()
    look_at(voter, "votes-voted")

    vote = Vote.objects.get()
    for user in official_accounts(meeting)[4:]:
        if user != world.member:
            cast_secret(vote=vote, numbers=[1, 2, 4], actor=user)
    desk.reload()
    look_at(desk, "votes-conduct-secret-later")
    desk.get_by_role("link", name="Kết thúc, xem kết quả").click()
    desk.get_by_label("Ban kiểm phiếu").fill("Phan Thị Lan, Tạ Văn Minh")
    look_at(desk, "votes-close-form")
    desk.get_by_role("button", name="Tiếp tục").click()
    look_at(desk, "votes-close-check")
    desk.get_by_role("button", name="Kết thúc, tính kết quả").click()
    look_at(desk, "votes-result-conduct")

    # The page of the meeting says it by itself, and leads to the result and the codes.
    voter.get_by_role("link", name="Xem kết quả, tìm mã phiếu của tôi").click(timeout=20_000)
    look_at(voter, "votes-result")
    voter.get_by_role("link", name="Danh sách mã phiếu").click()
    voter.get_by_label("Mã phiếu của đồng chí").fill(code.lower())
    voter.get_by_role("button", name="Tìm mã").click()
    assert voter.get_by_text(f"Phiếu mang mã {code}").is_visible()
    look_at(voter, "votes-receipts")
    wide = open_page(DESKTOP)
    sign_in(wide, world.secretary)
    for name, address in (
        ("votes-list", f"/sinh-hoat/{meeting.pk}/bieu-quyet/"),
        ("votes-result-conduct", f"/sinh-hoat/bieu-quyet/{vote.pk}/dieu-hanh/"),
        ("votes-receipts", f"/sinh-hoat/bieu-quyet/{vote.pk}/ma-phieu/"),
        ("votes-matters", f"/sinh-hoat/{meeting.pk}/bieu-quyet/them/"),
    ):
        wide.goto(address)
        look_at(wide, name)


def test_a_blind_member_votes_by_the_keyboard(open_page, sign_in, look_at):
    world, meeting = _meeting()
    vote = prepare_vote(meeting=meeting, title="Hình thức kỷ luật", matter="discipline", actor=world.secretary)
    open_vote(vote=vote, actor=world.secretary)
    page = open_page(PHONE)
    sign_in(page, world.member)
    # 200 %: half the width in letters, as the browser's zoom makes it.
    page.set_viewport_size({"width": 195, "height": 422})
    page.goto(f"/sinh-hoat/bieu-quyet/{vote.pk}/")
    look_at(page, "votes-zoomed")
    page.set_viewport_size({"width": PHONE, "height": 844})
    group = page.get_by_role("group", name="Lá phiếu của đồng chí")
    assert group.get_by_role("radio").count() == 3
    assert group.get_by_role("radio", checked=True).count() == 0
    page.get_by_role("heading", level=1).focus()
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.type") == "radio":
            break
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.value") == "disagree"
    page.keyboard.press("Tab")
    assert "Bỏ phiếu" in page.evaluate("document.activeElement.innerText")
    page.keyboard.press("Enter")
    page.wait_for_selector(".receipt__code")
    assert page.title().startswith("Đã bỏ phiếu")
    assert Participation.objects.count() == 1
    look_at(page, "votes-receipt-secret")
    # The way back shows no paper again.
    page.go_back()
    assert page.locator(".receipt__code").count() == 0


def test_hands_and_names(open_page, sign_in, look_at):
    world, meeting = _meeting()
    vote = prepare_vote(meeting=meeting, title="Thông qua nghị quyết", matter="resolution", actor=world.secretary)
    vote = open_vote(vote=vote, actor=world.secretary)
    for width in (PHONE, DESKTOP):
        page = open_page(width)
        sign_in(page, world.secretary)
        page.goto(f"/sinh-hoat/bieu-quyet/{vote.pk}/dieu-hanh/")
        look_at(page, "votes-conduct-open")
        page.goto(f"/sinh-hoat/bieu-quyet/{vote.pk}/")
        look_at(page, "votes-own-open")
    page.get_by_label("Tán thành", exact=True).check()
    page.get_by_role("button", name="Gửi biểu quyết").click()
    look_at(page, "votes-own-open-done")
    page.goto(f"/sinh-hoat/bieu-quyet/{vote.pk}/dieu-hanh/")
    page.get_by_role("button", name=re.compile("ghi thay Bùi Văn Ảnh")).first.click()
    assert page.get_by_text("Thư ký ghi thay").is_visible()
    page.get_by_role("link", name=re.compile("Ý kiến khác: ghi thay Cao Thị Bình")).click()
    look_at(page, "votes-word")
    page.get_by_label("Ý kiến khác là gì").fill("Đề nghị ghi rõ tiến độ từng việc")
    page.get_by_role("button", name="Ghi", exact=True).click()
    for user in official_accounts(meeting)[4:]:
        if user != world.secretary:
            cast_open(vote=vote, choice="agree", actor=user)
    page.get_by_role("link", name="Kết thúc, xem kết quả").click()
    page.get_by_role("button", name="Kết thúc, tính kết quả").click()
    look_at(page, "votes-result-open")
    hands = prepare_vote(
        meeting=meeting, title="Thông qua chương trình", matter="conclusion", counting=Counting.TOTALS,
        actor=world.secretary,
    )  # fmt: skip
    open_vote(vote=hands, actor=world.secretary)
    page.goto(f"/sinh-hoat/bieu-quyet/{hands.pk}/ket-thuc/")
    look_at(page, "votes-hands")
    hands = close_vote(vote=hands, paper={"agree": 10, "disagree": 3}, actor=world.secretary)
    member = Member.objects.get(full_name=LONG)
    assert member.account in official_accounts(meeting)
