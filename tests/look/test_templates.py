import re

import pytest
from django.conf import settings
from django.template.loader import get_template, render_to_string

ROOT = settings.ROOT
TEMPLATES = ROOT / "templates"
FILES = sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html"))
INLINE = re.compile(r"\sstyle=|<style\b|<script(?![^>]*\ssrc=)|\son[a-z]+\s*=|javascript:", re.IGNORECASE)


@pytest.mark.parametrize("name", FILES)
def test_every_template_compiles(name):
    get_template(name)


# what WeasyPrint alone reads never meets the Content-Security-Policy of a page
@pytest.mark.parametrize("name", [name for name in FILES if not name.endswith("_pdf.html")])
def test_no_template_holds_style_or_script_of_its_own(name):
    assert INLINE.findall((TEMPLATES / name).read_text("utf-8")) == []


@pytest.mark.parametrize("code", ["400", "403", "403_csrf", "404", "500", "503"])
def test_an_error_page_stands_alone(code, django_assert_num_queries):
    html = get_template(f"{code}.html").render()
    assert html.count("<h1>") == 1
    assert code[:3] in html
    assert "đồng chí" in html.lower()
    assert "Traceback" not in html


def test_the_base_bears_a_visitor_without_navigation(rf):
    html = render_to_string("base.html", {"nav": None}, rf.get("/"))
    assert '<nav class="side"' not in html
    assert 'class="dock"' not in html
    assert 'href="#noi-dung"' in html


def test_a_refused_form_begins_the_title_with_the_word_error(rf):
    class Refused:
        errors = {"x": ["y"]}

    assert "<title>Lỗi: " in render_to_string("base.html", {"form": Refused(), "nav": None}, rf.get("/"))
    assert "<title>Lỗi: " not in render_to_string("base.html", {"nav": None}, rf.get("/"))


def test_the_first_view_is_small():
    """150 KB in 8 requests, htmx with it: what base.html loads before gzip, and how many files."""
    html = render_to_string("base.html", {"nav": None})
    ours = re.findall(r'(?:href|src)="[^"]*?((?:css|js|img)/[\w/.-]+)"', html)
    own = {re.sub(r"\.[0-9a-f]{12}\.", ".", name) for name in ours}
    assert len(own) + 1 + 1 <= 8  # htmx, the page
    assert sum((ROOT / "static" / name).stat().st_size for name in own) < 80_000
