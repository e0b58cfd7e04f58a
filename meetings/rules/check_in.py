"""The code that stands in the room: new every 30 seconds, so that who is not there cannot be told it in time."""

import hashlib
import hmac
from datetime import datetime

SECONDS = 30
_DIGITS = 6


def code_at(key: str, moment: datetime, back: int = 0) -> str:
    """Of the half minute that `moment` lies in, or of one `back` before it."""
    window = int(moment.timestamp()) // SECONDS - back
    digest = hmac.digest(key.encode(), str(window).encode(), hashlib.sha256)
    return f"{int.from_bytes(digest[:8]) % 10**_DIGITS:0{_DIGITS}d}"


def seconds_left(moment: datetime) -> int:
    return SECONDS - int(moment.timestamp()) % SECONDS


def is_code_of(key: str, typed: str, moment: datetime) -> bool:
    """The code that is shown, or the one before: who begins to type sees it change."""
    digits = "".join(filter(str.isdecimal, typed))
    if not key or not digits.isascii():
        return False
    return any(hmac.compare_digest(digits, code_at(key, moment, back)) for back in (0, 1))
