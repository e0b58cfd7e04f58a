"""Journeys in Debian's chromium against a live server: phone and desktop, axe on every page, a screenshot kept."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Browser, Locator, Page, sync_playwright

PHONE, DESKTOP = 390, 1280
PASSWORD = "mot-mat-khau-cua-rieng-toi"
_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]

# Playwright's loop runs in this thread; the tests' own database calls are synchronous all the same.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


def chromium() -> str | None:
    """Where the machine keeps its browser."""
    return os.environ.get("HANDBOOK_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.journey)
            item.add_marker(pytest.mark.django_db(transaction=True))
            if chromium() is None:
                item.add_marker(pytest.mark.skip(reason="no chromium on this machine"))


class Touches:
    """Counts what a finger does, and into how many fields something is typed."""

    def __init__(self) -> None:
        self.count = self.fields = 0

    def on(self, target: Locator) -> None:
        target.click()
        self.count += 1

    def choose(self, target: Locator, label: str) -> None:
        """A list opened, a line of it touched."""
        target.select_option(label=label)
        self.count += 2

    def type(self, target: Locator, text: str) -> None:
        target.fill(text)
        self.count += 1
        self.fields += 1


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium(), args=_ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def open_page(browser: Browser, live_server) -> Iterator[Callable[..., Page]]:
    """A page of a new browser of the given width; every error of a script and every failed answer of ours fails
    the test at its end."""
    contexts, troubles = [], []

    def make(width: int = PHONE, *, javascript: bool = True) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": 844 if width == PHONE else 900},
            locale="vi-VN",
            java_script_enabled=javascript,
            reduced_motion="reduce",
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("response", lambda answer: troubles.append(answer.url) if answer.status >= 500 else None)
        return page

    yield make
    for context in contexts:
        context.close()
    assert troubles == []


@pytest.fixture
def screens() -> Path:
    """Where pictures are kept."""
    folder = Path(settings.VAR) / "screens"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def look_at(screens: Path) -> Callable[[Page, str], None]:
    """Check a page as it stands: accessibility rules, one h1, nothing wider than the screen; keep a picture."""

    def look(page: Page, name: str) -> None:
        width = page.viewport_size["width"]
        page.screenshot(path=screens / f"{re.sub(r'[^a-z0-9-]', '-', name)}-{width}.png", full_page=True)
        assert page.locator("h1").count() == 1, f"{name}: one h1"
        overflow = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert overflow <= 0, f"{name} is {overflow} px wider than the screen"
        found = Axe().run(page)
        assert found.violations_count == 0, f"{name}: {found.generate_report()}"

    return look


@pytest.fixture
def sign_in() -> Callable[..., None]:
    """Sign in through the form, as a person does. The account gets the journeys' password first."""

    def enter(page: Page, user) -> None:
        user.set_password(PASSWORD)
        user.save(update_fields=["password"])
        page.goto("/")
        page.get_by_label("Số định danh cá nhân").fill(user.citizen_id)
        page.get_by_label("Mật khẩu", exact=False).first.fill(PASSWORD)
        page.get_by_role("button", name="Đăng nhập").click()
        page.wait_for_url(lambda url: "dang-nhap" not in url)

    return enter
