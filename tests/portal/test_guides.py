import pytest

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
