import re
from collections import Counter

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, sync_playwright

pytestmark = pytest.mark.urls("tests.look.urls")


def test_every_id_on_the_page_is_there_once_and_every_reference_finds_it(client):
    html = client.get("/styleguide/").content.decode()
    ids = Counter(re.findall(r'\sid="([^"]+)"', html))
    assert [name for name, times in ids.items() if times > 1] == []
    named = {
        name
        for names in re.findall(r'\s(?:for|aria-describedby|aria-labelledby)="([^"]+)"', html)
        for name in names.split()
    }
    assert named - set(ids) == set()


def test_the_page_has_one_h1(client):
    assert client.get("/styleguide/").content.decode().count("<h1") == 1


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield chromium
        chromium.close()


@pytest.mark.journey
@pytest.mark.parametrize(
    ("width", "light", "size"),
    [(390, "light", "larger"), (390, "dark", "normal"), (1280, "light", "normal"), (1280, "dark", "larger")],
)
def test_nothing_on_the_page_shuts_anybody_out(live_server, browser: Browser, width, light, size):
    context = browser.new_context(viewport={"width": width, "height": 844}, color_scheme=light)
    context.add_cookies([{"name": "hien-thi", "value": f"{size}.auto", "url": live_server.url}])
    page = context.new_page()
    complaints = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{live_server.url}/styleguide/")
    found = [f"{v['id']}: {v['nodes'][0]['html']}" for v in Axe().run(page).response["violations"]]
    too_wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    small = page.evaluate(
        """() => [...document.querySelectorAll("button, summary, input:not([type=hidden]), select, .button, .side__link, .dock a")]
            .filter((e) => e.checkVisibility() && !e.closest(".choice, .table__check"))
            .map((e) => [e.getBoundingClientRect(), e.outerHTML.slice(0, 90)])
            .filter(([box]) => box.height && box.height < 44).map(([box, html]) => `${box.height} ${html}`)"""
    )
    context.close()
    assert (found, complaints, too_wide, small) == ([], [], 0, [])


@pytest.mark.journey
def test_the_focus_goes_to_the_summary_and_from_there_into_the_field(live_server, browser: Browser):
    page = browser.new_page()
    page.goto(f"{live_server.url}/styleguide/")
    assert page.evaluate("document.activeElement.hasAttribute('data-errors')")
    page.get_by_role("link", name="Chưa trả lời").click()
    assert page.evaluate("document.activeElement.id") == "sai_vote_0"
    page.close()


@pytest.mark.journey
def test_text_size_changes_at_once_and_stays(live_server, browser: Browser):
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto(f"{live_server.url}/styleguide/")
    before = page.evaluate("getComputedStyle(document.body).fontSize")
    with page.expect_response("**/hien-thi/"):
        page.locator(".bar__sizes button[value=larger]").click()
    after = page.evaluate("getComputedStyle(document.body).fontSize")
    assert float(after[:-2]) > float(before[:-2]) * 1.3
    page.reload()
    assert page.evaluate("getComputedStyle(document.body).fontSize") == after
    page.close()


@pytest.mark.journey
def test_typed_text_comes_back_after_the_page_was_lost(live_server, browser: Browser):
    page = browser.new_page()
    page.goto(f"{live_server.url}/styleguide/")
    page.locator("#trong_reason").fill("Lý do dài đang viết dở")
    page.wait_for_timeout(600)
    page.reload()
    assert page.locator("#trong_reason").input_value() == "Lý do dài đang viết dở"
    assert page.get_by_text("Nội dung đồng chí đang viết dở đã được giữ lại.").is_visible()
    page.get_by_role("button", name="Bỏ phần viết dở").click()
    assert page.locator("#trong_reason").input_value() == ""
    page.close()


@pytest.mark.journey
def test_one_box_ticks_all_rows_of_its_table(live_server, browser: Browser):
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto(f"{live_server.url}/styleguide/")
    table = page.locator("#bang table").first
    table.locator("[data-check-all]").check()
    assert table.locator("tbody input:checked").count() == table.locator("tbody input").count() > 1
    table.locator("tbody input").first.uncheck()
    assert table.locator("[data-check-all]").evaluate("box => box.indeterminate")
    page.close()


@pytest.mark.journey
def test_without_scripts_the_sheet_of_all_entries_opens_on_a_phone(live_server, browser: Browser):
    context = browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/styleguide/")
    entry = page.locator(".side").get_by_role("link", name="Phân quyền")
    assert not entry.is_visible()
    page.locator(".dock").get_by_role("link", name="Thêm").click()
    assert entry.is_visible()
    page.locator(".side__close").click()
    assert not entry.is_visible()
    context.close()
