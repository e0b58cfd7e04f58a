"""The sample page, with its made-up people, in a real browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.journeys.conftest import DESKTOP, PHONE

pytestmark = pytest.mark.urls("tests.look.urls")

TARGETS = "button, summary, input:not([type=hidden]), select, .button, .side__link, .dock a"


def choose(page: Page, size: str) -> None:
    page.goto("/styleguide/")
    page.context.add_cookies([{"name": "hien-thi", "value": f"{size}.auto", "url": page.url}])


@pytest.mark.parametrize(
    ("width", "light", "size"),
    [(PHONE, "light", "larger"), (PHONE, "dark", "normal"), (DESKTOP, "light", "normal"), (DESKTOP, "dark", "larger")],
)
def test_nothing_on_the_page_shuts_anybody_out(open_page: Callable[..., Page], look_at, width, light, size):
    page = open_page(width)
    page.emulate_media(color_scheme=light)
    choose(page, size)
    refused = []
    page.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)
    page.goto("/styleguide/")
    look_at(page, f"styleguide-{light}-{size}")
    small = page.evaluate(
        """(targets) => [...document.querySelectorAll(targets)]
            .filter((e) => e.checkVisibility() && !e.closest(".choice, .table__check"))
            .map((e) => [e.getBoundingClientRect().height, e.outerHTML.slice(0, 90)])
            .filter(([height]) => height && height < 44)""",
        TARGETS,
    )
    assert (refused, small) == ([], [])


def test_the_focus_goes_to_the_summary_and_from_there_into_the_field(open_page: Callable[..., Page]):
    page = open_page()
    page.goto("/styleguide/")
    assert page.evaluate("document.activeElement.hasAttribute('data-errors')")
    page.get_by_role("link", name="Chưa trả lời").click()
    assert page.evaluate("document.activeElement.id") == "sai_vote_0"


def test_text_size_changes_at_once_and_stays(open_page: Callable[..., Page]):
    page = open_page(DESKTOP)
    page.goto("/styleguide/")
    size = "parseFloat(getComputedStyle(document.body).fontSize)"
    before = page.evaluate(size)
    with page.expect_response("**/hien-thi/"):
        page.locator(".bar__sizes button[value=larger]").click()
    after = page.evaluate(size)
    assert after > before * 1.3
    page.reload()
    assert page.evaluate(size) == after


def test_typed_text_comes_back_after_the_page_was_lost(open_page: Callable[..., Page]):
    page = open_page()
    page.goto("/styleguide/")
    reason = page.locator("#trong_reason")
    reason.fill("Lý do dài đang viết dở")
    page.reload()
    assert reason.input_value() == "Lý do dài đang viết dở"
    assert page.get_by_text("Nội dung đồng chí đang viết dở đã được giữ lại.").is_visible()
    page.get_by_role("button", name="Bỏ phần viết dở").click()
    assert reason.input_value() == ""
    page.reload()
    assert reason.input_value() == ""


def test_text_kept_for_one_reader_is_never_shown_to_another(open_page: Callable[..., Page]):
    page = open_page()
    page.goto("/styleguide/")
    page.evaluate(
        """() => localStorage.setItem("giu:mau-2:mau",
            JSON.stringify({reader: "mau-2", at: Date.now(), values: {reason: "của người khác"}}))"""
    )
    page.reload()
    assert page.locator("#trong_reason").input_value() == ""
    assert page.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('giu:'))") == []


def test_one_box_ticks_all_rows_of_its_table(open_page: Callable[..., Page]):
    page = open_page(DESKTOP)
    page.goto("/styleguide/")
    table = page.locator("#bang table").first
    table.locator("[data-check-all]").check()
    assert table.locator("tbody input:checked").count() == table.locator("tbody input").count() > 1
    table.locator("tbody input").first.uncheck()
    assert table.locator("[data-check-all]").evaluate("box => box.indeterminate")


def test_the_tree_opens_where_it_was_left(open_page: Callable[..., Page]):
    page = open_page(DESKTOP)
    page.goto("/styleguide/")
    node = page.locator("details[data-node='7']")
    assert not node.evaluate("node => node.open")
    node.locator("summary").click()
    page.reload()
    assert node.evaluate("node => node.open")


def test_without_scripts_the_sheet_of_all_entries_opens_on_a_phone(open_page: Callable[..., Page]):
    page = open_page(PHONE, javascript=False)
    page.goto("/styleguide/")
    entry = page.locator(".side").get_by_role("link", name="Phân quyền")
    assert not entry.is_visible()
    page.locator(".dock").get_by_role("link", name="Thêm").click()
    assert entry.is_visible()
    page.locator(".side__close").click()
    assert not entry.is_visible()


def test_without_scripts_text_size_is_a_form(open_page: Callable[..., Page]):
    page = open_page(DESKTOP, javascript=False)
    page.goto("/styleguide/")
    page.locator(".bar__sizes button[value=large]").click()
    assert page.locator("html").get_attribute("data-size") == "large"
    assert page.url.endswith("/styleguide/")
