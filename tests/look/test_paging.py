import pytest
from django.contrib.contenttypes.models import ContentType
from django.test import RequestFactory

from common.ui.paging import key_page_of, page_of
from common.ui.tables import sort_of

get, post = RequestFactory().get, RequestFactory().post


def shown(page) -> list[str]:
    return [
        "…" if link.number is None else f"[{link.number}]" if link.current else str(link.number) for link in page.links
    ]


def test_a_page_holds_its_rows_and_says_which_they_are():
    page = page_of(list(range(60)), get("/?trang=2"), 25)
    assert page.rows == list(range(25, 50))
    assert (page.first, page.last, page.total_text, page.pages) == (26, 50, "60", 3)


def test_nothing_is_one_empty_page():
    page = page_of([], get("/"), 25)
    assert (page.rows, page.first, page.last, page.pages, page.next) == ([], 0, 0, 1, None)


@pytest.mark.parametrize(
    ("wanted", "got"), [("0", 1), ("-1", 1), ("abc", 1), ("99", 3), ("9" * 30, 1), ("²", 1), ("", 1)]
)
def test_a_wrong_number_gives_a_page_that_exists(wanted, got):
    assert page_of(list(range(60)), get("/", {"trang": wanted}), 25).number == got


def test_the_pager_shows_both_ends_and_the_neighbours():
    assert shown(page_of(range(250), get("/?trang=5"), 25)) == ["1", "…", "3", "4", "[5]", "6", "7", "…", "10"]
    assert shown(page_of(range(50), get("/"), 25)) == ["[1]", "2"]


def test_links_keep_the_filters():
    page = page_of(list(range(60)), get("/?q=ga&trang=2&loai=a&loai=b"), 25)
    assert page.next.url == "?q=ga&loai=a&loai=b&trang=3"


def test_a_search_by_post_keeps_its_words_out_of_the_address():
    page = page_of(list(range(60)), post("/", {"q": "0912", "trang": "2", "csrfmiddlewaretoken": "t"}), 25)
    assert page.number == 2
    assert page.hidden == [("q", "0912")]
    assert page.next.url == "?trang=3"


@pytest.mark.django_db
def test_a_long_list_is_counted_to_the_cap_only(django_assert_num_queries):
    total = ContentType.objects.count()
    with django_assert_num_queries(2) as queries:
        page = page_of(ContentType.objects.order_by("pk"), get("/?trang=99"), 2, cap=5)
    assert "LIMIT 6" in queries[0]["sql"]
    assert total > 5
    assert (page.total_text, page.pages, len(page.rows)) == ("hơn 5", 3, 1)


@pytest.mark.django_db
def test_pages_by_key_pass_every_row_once():
    everything = list(ContentType.objects.order_by("-app_label", "pk").values_list("pk", flat=True))
    seen, address = [], "/"
    while address:
        page = key_page_of(ContentType.objects.values("id", "app_label"), get(address), ["-app_label", "pk"], 4)
        seen += [row["id"] for row in page]
        address = page.next_url and f"/{page.next_url}"
    assert seen == everything


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["x", "WzFd", "WyJ4IiwieSJd", "W251bGwsbnVsbF0", "é"])
def test_a_spoilt_key_gives_the_first_page(key):
    page = key_page_of(ContentType.objects.all(), get("/", {"sau": key}), ["app_label", "pk"], 3)
    assert page.started
    assert len(page) == 3


def test_a_column_sorts_and_a_second_press_turns_it_round():
    columns = {"ten": ["sort_key", "-pk"], "ngay": ["sent"]}
    sort = sort_of(get("/?q=a&trang=4&xep=ten"), columns, "-ngay")
    assert (sort.order_by, sort.state("ten"), sort.state("ngay")) == (["sort_key", "-pk"], "ascending", "")
    assert sort.url("ten") == "?q=a&xep=-ten"
    assert sort_of(get("/?xep=-ten"), columns, "-ngay").order_by == ["-sort_key", "pk"]
    assert sort_of(get("/?xep=password"), columns, "-ngay").order_by == ["-sent"]
