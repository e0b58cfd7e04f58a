import pytest
from django.template import Context, Template

from common.ui.nav import Group, Item
from common.ui.numbers import vi_number, vi_percent
from common.ui.paging import page_of

EVIL = '"><script>x</script>'


def rendered(source: str, **context) -> str:
    return Template(source).render(Context(context))


@pytest.mark.parametrize(
    "source",
    [
        "{% button evil url=evil more=evil confirm=evil %}",
        "{% button evil name=evil value=evil confirm=evil %}",
        "{% chip 'ok' evil %}",
        "{% count 3 evil %}",
        "{% avatar evil %}",
        "{% card title=evil note=evil %}{{ evil }}{% endcard %}",
        "{% notice 'bad' title=evil %}{{ evil }}{% endnotice %}",
        "{% fold evil %}{{ evil }}{% endfold %}",
        "{% table evil cards=False %}{% endtable %}",
        "{% table evil seen=True %}{% endtable %}",
        "{% include 'components/empty.html' with title=evil text=evil url=evil action=evil only %}",
        "{% include 'components/change.html' with old=evil new=evil only %}",
        "{% include 'components/masked.html' with value=evil what=evil url=evil csrf_token=evil only %}",
        "{% include 'components/tree_node.html' with node=node only %}",
        "{% include 'components/check_page.html' with title=evil lead=evil people=people effects=people only %}",
    ],
)
def test_every_component_escapes_what_it_is_given(source):
    node = {"id": EVIL, "name": EVIL, "note": EVIL, "url": EVIL, "has_children": True, "lazy_url": EVIL}
    assert "<script" not in rendered(source, evil=EVIL, node=node, people=[EVIL])


def test_a_state_is_a_sign_and_words():
    html = rendered("{% chip 'late' 'Quá hạn 3 ngày' %}")
    assert 'class="chip chip--late"' in html
    assert "<svg" in html
    assert "Quá hạn 3 ngày" in html


def test_a_disabled_button_is_never_a_link():
    assert rendered("{% button 'Duyệt' url='/x/' disabled=True %}").startswith("<button")


def test_nothing_is_counted_as_nothing():
    assert rendered("{% count 0 %}") == ""
    assert ">999+<" in rendered("{% count 1000 %}")


@pytest.mark.parametrize(("name", "letters"), [("Hoàng Văn Bình", "HB"), ("Ánh", "Á"), ("", ""), ("lê  tâm", "LT")])
def test_initials_are_those_of_family_and_given_name(name, letters):
    assert rendered("{{ name|initials }}", name=name) == letters


def test_the_pager_of_a_search_by_post_is_a_form(rf):
    page = page_of(list(range(60)), rf.post("/", {"q": EVIL}), 25)
    html = rendered("{% pager page 'đảng viên' %}", page=page, csrf_token="t")
    assert '<form method="post">' in html
    assert 'name="csrfmiddlewaretoken" value="t"' in html
    assert '<button type="submit" class="pager__go" name="trang" value="2">' in html
    assert "<a " not in html
    assert "<script" not in html


def test_running_work_asks_again_and_finished_work_does_not():
    source = (
        "{% include 'components/progress.html' with label='Đọc' state=state done=5 total=1000 poll_url='/p/' only %}"
    )
    running, done = rendered(source, state="running"), rendered(source, state="done")
    assert 'hx-get="/p/"' in running
    assert '<progress max="1000" value="5"' in running
    assert "5 / 1.000 dòng" in running
    assert "hx-get" not in done


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (7852, "7.852"), (1234.5, "1.234,5"), (-1000, "-1.000"), (None, "–"), (0.1 + 0.2, "0,3")],
)
def test_numbers_are_written_the_vietnamese_way(value, text):
    assert vi_number(value) == text


def test_a_share_of_nothing_is_a_dash():
    assert (vi_percent(1, 3), vi_percent(0, 0)) == ("33,3%", "–")


def test_a_part_drawn_once_follows_its_values_and_sees_nothing_else(rf):
    class Reader(str):
        pass

    source = '{% drawn "components/side_groups.html" groups=groups %}'
    one, other = (Group("", (Item(label, "/a/", count=number),)) for label, number in (("<Một>", 0), ("Hai", 2)))
    first, second, again = (
        Template(source).render(Context({"groups": (group,), "nav": Reader("bí mật"), "csrf_token": "bí mật"}))
        for group in (one, other, one)
    )
    assert "&lt;Một&gt;" in first
    assert "Hai" in second
    assert first == again
    assert "bí mật" not in first + second
