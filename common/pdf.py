"""Pages as PDF. WeasyPrint needs the Pango library of the machine: without it a sentence, never a broken portal."""

import importlib

from common.errors import RuleViolation

MISSING = (
    "Máy chủ chưa cài thư viện Pango nên chưa tạo được tệp PDF. "
    "Quản trị viên cài gói libpango-1.0-0, libpangoft2-1.0-0 rồi thử lại; trong lúc chờ, đồng chí dùng nút In trang."
)


def render_pdf(html: str) -> bytes:
    """A whole HTML document as PDF. It may name no outside address: nothing is fetched."""
    try:
        # Importing WeasyPrint loads Pango: OSError where it is missing; half a second, hence not at start.
        weasyprint = importlib.import_module("weasyprint")
    except OSError as error:
        raise RuleViolation(MISSING) from error
    return weasyprint.HTML(string=html, url_fetcher=_refuse).write_pdf()


def _refuse(url: str, *args: object, **kwargs: object) -> dict:
    raise ValueError(f"a document names an outside address: {url.split(':', 1)[0]}")
