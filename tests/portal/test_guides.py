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
