"""JSON lines. Never a citizen id, a phone, a password, a file name or a query string in them."""

import json
import logging
import re
from collections.abc import Callable
from datetime import UTC, datetime

from django.http import HttpRequest

from . import request_context

# 9 to 12 digits, also written with spaces, dots or dashes between them; a date is none.
_LONG_NUMBER = re.compile(r"(?<!\d)(?!\d{4}-\d\d-\d\d)(?:\d[ .\-]?){8,11}\d(?!\d)")
# Libraries write whole addresses into their messages: "Not Found: /x/?q=…".
_QUERY = re.compile(r"\?[^\s\"'<>]*=[^\s\"'<>]*")
_FILE = re.compile(r"[^/\\\"'<>:\n]+\.(?:xlsx?|ods|csv|docx?|pdf|png|jpe?g|zip|ics)\b", re.IGNORECASE)
_access = logging.getLogger("handbook.access")


def scrub(text: str) -> str:
    """Without anything that looks like a citizen id, a phone, a query string or the name of somebody's file."""
    return _FILE.sub("[tệp]", _LONG_NUMBER.sub("[số]", _QUERY.sub("?…", text)))


class JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "request": request_context.current().request_id or None,
            "message": scrub(record.getMessage()),
        }
        line |= getattr(record, "facts", {})
        if record.exc_info:
            line["error"] = scrub(self.formatException(record.exc_info))
        return json.dumps({k: v for k, v in line.items() if v is not None}, ensure_ascii=False, default=str)


def without_line(view: Callable) -> Callable:
    """For a view whose requests are written down nowhere: their hour would tell who did what in it."""
    view.without_line = True
    return view


def access_log(request: HttpRequest, status: int, seconds: float) -> None:
    """One line per request, by the name of the view: an address may hold what a log must not."""
    match = request.resolver_match
    if match and getattr(getattr(match, "func", None), "without_line", False):
        return
    _access.info(
        "request",
        extra={
            "facts": {
                "method": request.method,
                "view": match.view_name if match else None,
                "status": status,
                "ms": round(seconds * 1000, 1),
            }
        },
    )
