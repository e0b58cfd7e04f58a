"""`make screens`: a picture of each page at both widths in docs/screens/, as the demo's people see it.

    python -m benchmarks.screens [WORD …]

With words only the pages whose file's name has one of them, as «dang-hop»."""

import io
import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from handbook.launcher import environment, ports, processes

# The demo's people have no second step yet: no page is to speak of it.
os.environ.setdefault("HANDBOOK_SECOND_FACTOR", "optional")
VAR = environment.var_folder()
joined = environment.prepare(VAR)

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from PIL import Image  # noqa: E402
from playwright.sync_api import Browser, sync_playwright  # noqa: E402
from playwright.sync_api import Page as BrowserPage  # noqa: E402

from benchmarks.pages import PAGES, Ground, Page  # noqa: E402
from portal import demo  # noqa: E402

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "screens"
WIDTHS = (390, 1280)
MOST_BYTES = 100_000
# Long pages are cut.
HEIGHT, MOST_HEIGHT = 844, 2400


def main() -> None:
    port = ports.first_free(8300, ["127.0.0.1"])
    call_command("migrate", "--noinput", "--verbosity", "0")
    call_command("collectstatic", "--noinput", "--verbosity", "0")
    command = processes.argv("web", var=VAR, addresses=[f"127.0.0.1:{port}"])
    web = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(port)
        ground = Ground()
        FOLDER.mkdir(parents=True, exist_ok=True)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=os.environ.get("HANDBOOK_CHROMIUM")
                or shutil.which("chromium")
                or shutil.which("google-chrome"),
                args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
            )
            for width in WIDTHS:
                _shoot(browser, f"http://localhost:{port}", ground, width)
            browser.close()
    finally:
        web.terminate()
        web.wait()


def _wait(port: int) -> None:
    for _ in range(100):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2)
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
        else:
            return
    raise SystemExit("Trang web không trả lời.")


def _shoot(browser: Browser, home: str, ground: Ground, width: int) -> None:
    secret = demo.secret()
    open_pages: dict[str, BrowserPage] = {}
    for wanted in (page for page in PAGES if _is_drawn(page)):
        if wanted.who not in open_pages:
            context = browser.new_context(
                base_url=home, viewport={"width": width, "height": HEIGHT}, locale="vi-VN", reduced_motion="reduce"
            )
            page = open_pages[wanted.who] = context.new_page()
            page.goto("/")
            if len(open_pages) == 1:
                _keep(page.screenshot(), f"dang-nhap-{width}")
            page.get_by_label("Số định danh cá nhân").fill(ground.people[wanted.who].citizen_id)
            page.locator("input[type=password]").fill(secret)
            page.locator("input[type=password]").press("Enter")
            page.wait_for_url(lambda url: "dang-nhap" not in url)
        page = open_pages[wanted.who]
        page.goto(wanted.address(ground))
        if wanted.post:
            # What is looked for goes by the page's own form.
            field = page.locator("main input[name=q]").first
            field.fill(wanted.post["q"])
            field.press("Enter")
            page.wait_for_load_state()
        height = page.evaluate("document.documentElement.scrollHeight")
        page.set_viewport_size({"width": width, "height": min(max(height, HEIGHT), MOST_HEIGHT)})
        _keep(page.screenshot(), f"{wanted.slug}-{width}")
        page.set_viewport_size({"width": width, "height": HEIGHT})


def _is_drawn(page: Page) -> bool:
    """Whole pages only, without the parts that scripts fetch."""
    wanted = sys.argv[1:]
    return not page.headers and (not wanted or any(word in page.slug for word in wanted))


def _keep(png: bytes, name: str) -> None:
    """A file of at most 100 KB that can still be read: quality goes down first, then the lower end is cut."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    file = FOLDER / f"{name}.jpg"
    for part in (1, 0.85, 0.7, 0.55, 0.4, 0.3):
        shown = picture.crop((0, 0, picture.width, int(picture.height * part)))
        for quality in (82, 70, 58, 46):
            shown.save(file, quality=quality, optimize=True, progressive=True)
            if file.stat().st_size <= MOST_BYTES:
                return


try:
    main()
finally:
    if joined:
        joined.release()
sys.exit(0)
