from pathlib import Path

import pytest
from django.conf import settings

from portal.views.guides import GUIDES


@pytest.mark.parametrize("slug", GUIDES)
def test_each_guide_has_a_heading_for_each_line_of_its_contents(world, client_of, slug):
    import re

    page = client_of(world.member).get(f"/huong-dan/{slug}/").content.decode()
    wanted = re.findall(r'<li><a href="#([a-z-]+)">([^<]+)</a></li>', page)
    assert len(wanted) >= 6
    assert [target for target, _ in wanted if f'<h2 id="{target}">' not in page] == []


def test_the_hotline_is_the_one_of_the_settings(world, client_of, settings):
    settings.HOTLINE = "024 1234 5678"
    assert "<b>024 1234 5678</b>" in client_of(world.member).get("/huong-dan/dang-vien/").content.decode()


@pytest.mark.parametrize("part", ["_reports", "_approving", "_campaign"])
def test_what_a_guide_tells_to_press_stands_on_a_page(part):
    """Names in bold are those of the pages; who renames a button mends the guide."""
    import re

    root = Path(settings.ROOT)
    guide = (root / "templates/portal/guides" / f"{part}.html").read_text(encoding="utf-8")
    names = set(re.findall(r"<b>([^<]+)</b>", guide))
    places = [*(root / "templates/congress_reports").rglob("*.html"), *(root / "congress_reports").rglob("*.py")]
    pages = "\n".join(one.read_text(encoding="utf-8") for one in places)
    assert names
    assert sorted(name for name in names if name not in pages) == []


@pytest.mark.parametrize("part", ["_meetings_member", "_meetings_secretary", "_meetings_above"])
def test_what_a_guide_to_meetings_tells_to_press_stands_on_a_page(part):
    import re

    root = Path(settings.ROOT)
    guide = (root / "templates/portal/guides" / f"{part}.html").read_text(encoding="utf-8")
    names = set(re.findall(r"<b>([^<]+)</b>", guide))
    places = [
        *((path, "*.html") for path in ("templates/meetings", "templates/assignments")),
        *((path, "*.py") for path in ("meetings", "assignments", "portal")),
    ]
    pages = "\n".join(one.read_text("utf-8") for path, ends in places for one in (root / path).rglob(ends))
    pages += (root / "templates/portal/home.html").read_text("utf-8")
    assert names
    assert sorted(name for name in names if name not in pages) == []


def test_the_guide_promises_of_the_secret_ballot_what_its_page_promises():
    from meetings.votes.presenting import PROMISE

    guide = (Path(settings.ROOT) / "templates/portal/guides/_meetings_member.html").read_text(encoding="utf-8")
    for part in PROMISE.split("; nhưng "):
        assert part.rstrip(".") in guide
