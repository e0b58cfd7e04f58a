"""The sheets of a report as a browser without scripts uses them."""

from html.parser import HTMLParser

from django.test import Client
from django.urls import reverse

from congress_reports.models import Report


class Form(HTMLParser):
    """What a browser would send from the form of a sheet, were its first button pressed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.sent: dict[str, str] = {}
        self.names: set[str] = set()
        self._inside, self._text = False, None
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "form" and "data-keep" in given:
            self._inside = True
        if not self._inside or "name" not in given:
            return
        name, kind = given["name"], given.get("type", "text")
        self.names.add(name)
        if tag == "textarea":
            self._text, self.sent[name] = name, ""
        elif tag == "input" and (kind not in {"checkbox", "radio"} or "checked" in given):
            self.sent[name] = given.get("value", "on")

    def handle_data(self, data):
        if self._text:
            self.sent[self._text] += data.removeprefix("\n")

    def handle_endtag(self, tag):
        if tag == "textarea":
            self._text = None
        if tag == "form":
            self._inside = False


def url_of(report: Report, section: str, row: str = "", *, saving: bool = False) -> str:
    name = ("entry_save" if saving else "entry_sheet") if not row else ("entry_save_row" if saving else "entry_row")
    return reverse(f"congress_reports:{name}", args=[report.pk, section, *([row] if row else [])])


def opened(client: Client, report: Report, section: str, row: str = "") -> Form:
    answer = client.get(url_of(report, section, row))
    assert answer.status_code == 200
    return Form(answer.content.decode())


def type_in(
    client: Client, report: Report, section: str, row: str = "", *, act: str = "next", form: Form | None = None, **given
):
    """Open the sheet (or take one that is open), type, press a button. Names with dots come in `values`."""
    form = form or opened(client, report, section, row)
    values = given.pop("values", {}) | given
    assert values.keys() - {"pick", "find", "new_name"} <= form.names, values.keys() - form.names
    return client.post(url_of(report, section, row), form.sent | values | {"act": act})


def save_while_typing(client: Client, report: Report, form: Form, section: str, row: str = "", **values):
    return client.post(
        url_of(report, section, row, saving=True),
        form.sent | values.pop("values", {}) | values,
        headers={"HX-Request": "true"},
    )
