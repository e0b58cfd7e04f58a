"""Reports fetched as files; what a report shows of another; what stands below; text that outlives a time-out."""

from io import BytesIO

import openpyxl
import pytest

from accounts.models import User
from audit.models import Entry
from congress_reports.definitions import answers_of
from congress_reports.forms.values import Candidate
from congress_reports.models import Report
from congress_reports.selectors.shown import shown_in
from congress_reports.services import reject, save_answers, send, unapprove, withdraw
from tests.cast import make_member
from tests.pdf import text_of

from .campaigns import REASON, decided, filled, letter_000, near_secretary, rejected, report_of, sent_by_branch
from .pages import Form, opened, url_of
from .reports import changed, content_of_a_grassroots, quality_of_a_grassroots, result_of_a_branch

pytestmark = pytest.mark.django_db


def paper(client, report: Report, rest: str = "bao-cao.pdf"):
    return client.get(f"{report.get_absolute_url()}{rest}")


# ---- files ----------------------------------------------------------------------------------------------------------


def test_a_report_is_fetched_as_pdf_and_who_did_is_written_down(world, client_of):
    answer = paper(client_of(world.committee), sent_by_branch(world))
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'attachment; filename="bao-cao-a-chi-bo-doi-kien-truc-lan-1.pdf"'
    words = text_of(answer.content)
    assert "CHI BỘ ĐỘI KIẾN TRÚC" in words
    assert "Dự thảo" not in words
    line = Entry.objects.get(action="report.fetched")
    assert (line.actor_id, line.detail["what"]) == (world.committee.pk, "bản PDF")


def test_the_workbook_and_the_minutes_too(world, client_of):
    report, client = sent_by_branch(world), client_of(world.committee)
    book = openpyxl.load_workbook(BytesIO(paper(client, report, "bao-cao.xlsx").content))
    assert {"Số liệu", "Bầu cử"} <= set(book.sheetnames)
    assert "kiểm phiếu" in text_of(paper(client, report, "kiem-phieu/0.pdf").content)
    assert paper(client, report, "kiem-phieu/99.pdf").status_code == 404


def test_the_page_leads_to_each_of_them(world, client_of):
    report, client = sent_by_branch(world), client_of(world.committee)
    for start in ("", "lan-gui/1/"):
        page = client.get(f"{report.get_absolute_url()}{start}").content.decode()
        for rest in ("bao-cao.pdf", "bao-cao.xlsx", "kiem-phieu/0.pdf", "kiem-phieu/2.pdf"):
            assert f'{report.get_absolute_url()}{start}{rest}"' in page, rest
    assert "Biên bản kiểm phiếu bầu bí thư" in page


def test_a_draft_is_its_authors_alone(world, client_of):
    letter_000(world)
    report = filled(report_of(world.near_branch, "a"), near_secretary(world))
    words = text_of(paper(client_of(near_secretary(world)), report).content)
    assert "Dự thảo" in words
    for rest in ("bao-cao.pdf", "bao-cao.xlsx", "kiem-phieu/0.pdf", "lan-gui/1/bao-cao.pdf"):
        assert paper(client_of(world.committee), report, rest).status_code == 404


def test_nothing_to_fetch_before_it_is_begun(world, client_of):
    letter_000(world)
    report = report_of(world.near_branch, "a")
    author = client_of(near_secretary(world))
    assert paper(author, report).status_code == 404
    assert "Tải về" not in author.get(report.get_absolute_url()).content.decode()


def test_a_rejected_version_is_fetched_as_it_was_sent(world, client_of):
    report, author = rejected(world), near_secretary(world)
    save_answers(
        report=report,
        answers=changed(result_of_a_branch(), "place", "Nơi khác"),
        revision=report.revision,
        actor=author,
    )
    above = client_of(world.committee)
    assert paper(above, report).status_code == 404
    words = text_of(paper(above, report, "lan-gui/1/bao-cao.pdf").content)
    assert "Phòng họp Ga Đồng Lê" in words
    assert "Nơi khác" in text_of(paper(client_of(author), report).content)


def test_a_machine_without_pango_says_so_on_the_page(world, client_of, monkeypatch):
    from common import pdf
    from common.errors import RuleViolation

    def missing(html):
        raise RuleViolation(pdf.MISSING)

    monkeypatch.setattr("common.party_documents.render_pdf", missing)
    report, client = sent_by_branch(world), client_of(world.committee)
    assert paper(client, report).status_code == 302
    assert "Pango" in client.get(report.get_absolute_url()).content.decode()


def test_fetching_costs_the_same(world, client_of, django_assert_max_num_queries):
    report, client = sent_by_branch(world), client_of(world.committee)
    for rest in ("bao-cao.pdf", "bao-cao.xlsx", "kiem-phieu/0.pdf", "lan-gui/1/bao-cao.pdf"):
        client.get(report.get_absolute_url())
        with django_assert_max_num_queries(12):
            assert paper(client, report, rest).status_code == 200


# ---- e shows d ------------------------------------------------------------------------------------------------------


@pytest.fixture
def content(world) -> Report:
    """The company's e, begun."""
    letter_000(world)
    report = report_of(world.company, "e")
    return save_answers(report=report, answers=content_of_a_grassroots(), revision=0, actor=world.committee)


def analysed(world, women: int = 3) -> Report:
    report = report_of(world.company, "d")
    answers = changed(quality_of_a_grassroots(), "groups.committee.female", women)
    return save_answers(report=report, answers=answers, revision=report.revision, actor=world.committee)


def send_quickly(report: Report, actor: User, monkeypatch) -> Report:
    """Whatever the rules would say of the figures."""
    monkeypatch.setattr("congress_reports.services.way.judged", lambda report: [])
    return send(report=report, revision=report.revision, incomplete_reason="Cấp dưới gửi sau đại hội.", actor=actor)


def test_the_author_sees_what_he_is_typing_there(world, content, client_of):
    page = lambda: client_of(world.committee).get(content.get_absolute_url()).content.decode()  # noqa: E731
    assert "Lấy từ báo cáo d)" not in page()
    analysed(world)
    assert "Lấy từ báo cáo d)" in page()
    assert "bản đơn vị đang nhập" in page()


def test_those_above_see_what_was_sent_and_never_a_draft(world, content, client_of, monkeypatch):
    analysis = analysed(world)
    sent_content = send_quickly(content, world.committee, monkeypatch)
    above = client_of(world.org_department)
    address = sent_content.get_absolute_url()
    assert "Lấy từ báo cáo d)" not in above.get(address).content.decode()
    send_quickly(analysis, world.committee, monkeypatch)
    page = above.get(address).content.decode()
    assert "Lấy từ báo cáo d)" in page
    assert "lần gửi 1" in page
    reject(report=analysis, version=1, reason=REASON, actor=world.org_department)
    analysis.refresh_from_db()
    analysed(world, women=1)
    (shown,) = shown_in(sent_content).values()
    assert shown.answers.groups["committee"]["female"] == 3
    assert f"{address}lan-gui/1/" in page
    assert "Lấy từ báo cáo d)" in above.get(f"{address}lan-gui/1/").content.decode()


def test_what_was_taken_back_is_not_shown(world, content, client_of, monkeypatch):
    analysis = send_quickly(analysed(world), world.committee, monkeypatch)
    withdraw(report=analysis, actor=world.committee)
    assert shown_in(send_quickly(content, world.committee, monkeypatch)) == {}


def test_a_version_shows_what_stood_when_it_was_sent(world, content, monkeypatch):
    analysis = send_quickly(analysed(world), world.committee, monkeypatch)
    report = send_quickly(content, world.committee, monkeypatch)
    reject(report=analysis, version=1, reason=REASON, actor=world.org_department)
    send_quickly(analysed(world, women=1), world.committee, monkeypatch)
    version = report.versions.get()
    assert shown_in(report, at=version.sent_at)["d"].answers.groups["committee"]["female"] == 3
    assert shown_in(report)["d"].answers.groups["committee"]["female"] == 1


def test_paper_shows_it_and_a_reviewer_marks_nothing_there(world, content, client_of, monkeypatch):
    send_quickly(analysed(world), world.committee, monkeypatch)
    report, above = send_quickly(content, world.committee, monkeypatch), client_of(world.org_department)
    assert "Lấy từ báo cáo d)" in text_of(paper(above, report).content)
    book = openpyxl.load_workbook(BytesIO(paper(above, report, "bao-cao.xlsx").content))
    figures = {row[0]: row[1:] for row in book["Chất lượng"].iter_rows(values_only=True)}
    assert figures["Nữ"][0] == 3
    above.post(f"{report.get_absolute_url()}xem-xet/", {"lan": 1})
    page = above.get(f"{report.get_absolute_url()}xem-xet/").content.decode()
    assert 'value="speeches_count"' in page
    assert 'value="groups.committee.female"' not in page


def test_a_page_that_shows_another_report_is_no_dearer(world, content, client_of, django_assert_max_num_queries):
    analysed(world)
    client = client_of(world.committee)
    client.get(content.get_absolute_url())
    with django_assert_max_num_queries(12):
        client.get(content.get_absolute_url())


# ---- what stands below ----------------------------------------------------------------------------------------------


def test_the_missing_reports_below_are_listed(world, client_of):
    below = decided(world)
    above = report_of(world.company, "c")
    client = client_of(world.committee)
    page = client.get(f"{above.get_absolute_url()}cap-duoi/").content.decode()
    assert world.branch.name in page
    assert f'href="{below.get_absolute_url()}"' not in page  # approved
    assert page.count("<tr>") == 1 + 7
    unapprove(report=below, reason=REASON, actor=world.committee)
    assert below.get_absolute_url() in client.get(f"{above.get_absolute_url()}cap-duoi/").content.decode()


def test_where_nothing_is_missing_the_page_says_so(world, client_of):
    letter_000(world)
    report = report_of(world.branch, "a")
    page = client_of(world.secretary).get(f"{report.get_absolute_url()}cap-duoi/").content.decode()
    assert "Không còn báo cáo nào" in page


def test_the_list_costs_the_same_for_all(world, client_of, django_assert_max_num_queries):
    letter_000(world)
    client = client_of(world.org_department)
    for unit in (world.company, world.section):
        address = f"{report_of(unit, 'c' if unit == world.company else 'a').get_absolute_url()}cap-duoi/"
        client.get(address)
        with django_assert_max_num_queries(12):
            assert client.get(address).status_code == 200


# ---- after sending, and after a time-out ----------------------------------------------------------------------------


def test_after_sending_one_sees_the_report(world, client_of):
    letter_000(world)
    report = filled(report_of(world.branch, "a"), world.secretary)
    client = client_of(world.secretary)
    answer = client.post(f"{report.get_absolute_url()}gui/", {"revision": report.revision, "act": "send"}, follow=True)
    assert answer.redirect_chain == [(report.get_absolute_url(), 302)]
    assert "Đã gửi báo cáo" in answer.content.decode()


@pytest.fixture
def being_typed(world) -> Report:
    letter_000(world)
    return filled(report_of(world.branch, "a"), world.secretary)


def after_time_out(client, user: User, address: str, sent_values: dict, *, to: str = "") -> str:
    """Send, find the session ended, sign in again, see the page once more."""
    client.session.flush()
    client.post(to or address, sent_values, HTTP_REFERER=f"http://testserver{address}")
    kept = client.session.get("kept")
    client.force_login(user)
    session = client.session
    session["kept"] = kept
    session.save()
    return client.get(address).content.decode()


def test_what_was_typed_when_the_session_ended_stands_in_its_boxes(world, being_typed, client_of):
    client, address = client_of(world.secretary), url_of(being_typed, "head")
    form = opened(client, being_typed, "head")
    page = after_time_out(client, world.secretary, address, form.sent | {"place": "Nhà văn hóa", "act": "next"})
    assert Form(page).sent["place"] == "Nhà văn hóa"
    assert "được giữ lại" in page
    assert Form(page).sent["base"] == form.sent["base"]
    client.post(address, Form(page).sent | {"act": "draft"})
    being_typed.refresh_from_db()
    assert being_typed.answers["fields"]["place"] == "Nhà văn hóa"


def test_a_text_that_is_no_number_is_given_back_too(world, being_typed, client_of):
    client, address = client_of(world.secretary), url_of(being_typed, "participation")
    form = opened(client, being_typed, "participation")
    page = after_time_out(client, world.secretary, address, form.sent | {"present": "hai mươi", "act": "next"})
    assert Form(page).sent["present"] == "hai mươi"


def test_who_wrote_meanwhile_is_not_overwritten(world, being_typed, client_of):
    client, address = client_of(world.secretary), url_of(being_typed, "head")
    form = opened(client, being_typed, "head")
    other = changed(answers_of(being_typed), "place", "Hội trường tầng 2")
    save_answers(report=being_typed, answers=other, revision=being_typed.revision, actor=world.secretary)
    page = after_time_out(client, world.secretary, address, form.sent | {"place": "Nhà văn hóa", "act": "next"})
    assert Form(page).sent["place"] == "Nhà văn hóa"
    answer = client.post(address, Form(page).sent | {"act": "next"}).content.decode()
    assert "Hội trường tầng 2" in answer
    being_typed.refresh_from_db()
    assert being_typed.answers["fields"]["place"] == "Hội trường tầng 2"


def test_rows_that_moved_meanwhile_are_read_beside(world, being_typed, client_of):
    client, address = client_of(world.secretary), url_of(being_typed, "elections", "0")
    form = opened(client, being_typed, "elections", "0")
    other = answers_of(being_typed)
    added = make_member(world.branch, "Bùi Văn Ân")
    other.rounds[0].candidates.insert(0, Candidate("Bùi Văn Ân", 1980, added.pk))
    save_answers(report=being_typed, answers=other, revision=being_typed.revision, actor=world.secretary)
    page = after_time_out(client, world.secretary, address, form.sent | {"rounds.0.seats": "4", "act": "next"})
    assert "Danh sách bầu cử đã thay đổi" in page
    assert "4" in page.split("Đồng chí đã nhập")[1][:600]
    assert Form(page).sent["rounds.0.seats"] != "4"


def test_what_was_saved_while_typing_when_the_session_ended(world, being_typed, client_of):
    """The page saves itself on another address; the text comes back to the page."""
    client, address = client_of(world.secretary), url_of(being_typed, "head")
    form = opened(client, being_typed, "head")
    page = after_time_out(
        client,
        world.secretary,
        address,
        form.sent | {"place": "Nhà văn hóa"},
        to=url_of(being_typed, "head", saving=True),
    )
    assert Form(page).sent["place"] == "Nhà văn hóa"


def test_the_reason_at_sending_is_given_back(world, client_of):
    letter_000(world)
    report = report_of(world.company, "e")
    report = save_answers(report=report, answers=content_of_a_grassroots(), revision=0, actor=world.committee)
    client, address = client_of(world.committee), f"{report.get_absolute_url()}gui/"
    client.get(address)
    sent_values = {"revision": report.revision, "incomplete_reason": "Các chi bộ gửi sau.", "act": "send"}
    assert "Các chi bộ gửi sau." in after_time_out(client, world.committee, address, sent_values)


def test_another_sheet_gets_nothing_of_it(world, being_typed, client_of):
    client, address = client_of(world.secretary), url_of(being_typed, "head")
    form = opened(client, being_typed, "head")
    after_time_out(client, world.secretary, address, form.sent | {"place": "Nhà văn hóa", "act": "next"})
    assert "Nhà văn hóa" not in client.get(url_of(being_typed, "participation")).content.decode()
