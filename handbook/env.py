"""Typed readers of environment variables. A value that makes no sense stops the start, with a sentence that
names the variable; the value itself is never printed, for it may be a secret."""

import datetime
import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

_MISSING: Any = object()
_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off"})


def _raw(name: str) -> str | None:
    """The value without spaces around it; an empty one counts as not given."""
    return os.environ.get(name, "").strip() or None


def _refuse(name: str, expected: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"Biến môi trường {name} không hợp lệ: cần {expected}.")


def _given_or_default(name: str, default: Any) -> Any:
    if default is _MISSING:
        raise ImproperlyConfigured(f"Thiếu biến môi trường {name}.")
    return default


def text(name: str, default: str = _MISSING) -> str:
    value = _raw(name)
    return _given_or_default(name, default) if value is None else value


def flag(name: str, default: bool = _MISSING) -> bool:
    value = _raw(name)
    if value is None:
        return _given_or_default(name, default)
    if value.lower() in _TRUE:
        return True
    if value.lower() in _FALSE:
        return False
    raise _refuse(name, "1 hoặc 0")


def integer(name: str, default: int = _MISSING, *, least: int | None = None, most: int | None = None) -> int:
    """A whole number within the bounds, both of which belong to the range."""
    value = _raw(name)
    if value is None:
        return _given_or_default(name, default)
    try:
        number = int(value)
    except ValueError:
        raise _refuse(name, "một số nguyên") from None
    if least is not None and number < least:
        raise _refuse(name, f"một số nguyên không nhỏ hơn {least}")
    if most is not None and number > most:
        raise _refuse(name, f"một số nguyên không lớn hơn {most}")
    return number


def choice(name: str, default: str, choices: tuple[str, ...] | list[str]) -> str:
    value = text(name, default)
    if value not in choices:
        raise _refuse(name, "một trong các giá trị " + ", ".join(choices))
    return value


def words(name: str, default: list[str] | tuple[str, ...] = _MISSING) -> list[str]:
    """The parts of a list with commas, empty parts left out."""
    value = _raw(name)
    if value is None:
        return list(_given_or_default(name, default))
    return [part.strip() for part in value.split(",") if part.strip()]


def path(name: str, default: Path = _MISSING) -> Path:
    """An absolute path; `~` is not expanded, a relative path has no meaning for a service."""
    value = _raw(name)
    if value is None:
        return Path(_given_or_default(name, default))
    if "\0" in value or not Path(value).is_absolute():
        raise _refuse(name, "một đường dẫn tuyệt đối")
    return Path(value)


def url(name: str, default: str = _MISSING, *, schemes: tuple[str, ...] = ("https", "http")) -> str:
    value = _raw(name)
    if value is None:
        return _given_or_default(name, default)
    try:
        parts = urlsplit(value)
        well_formed = parts.scheme in schemes and bool(parts.netloc or parts.path) and parts.port != 0
    except ValueError:
        well_formed = False
    if not well_formed:
        raise _refuse(name, "một địa chỉ bắt đầu bằng " + " hoặc ".join(f"{scheme}:" for scheme in schemes))
    return value


def day(name: str, default: datetime.date | None = _MISSING) -> datetime.date | None:
    """A day written as 2026-03-02."""
    value = _raw(name)
    if value is None:
        return _given_or_default(name, default)
    try:
        return datetime.date.fromisoformat(value)
    except ValueError:
        raise _refuse(name, "một ngày viết như 2026-03-02") from None


def secret(name: str, default: str | None = _MISSING) -> str | None:
    """`name`, or the first line of the file that `name`_FILE names (secrets of containers). Both at once is
    refused, for it would not be known which one holds."""
    value, file_name = _raw(name), _raw(f"{name}_FILE")
    if value and file_name:
        raise ImproperlyConfigured(f"Chỉ được đặt một trong hai biến môi trường {name} và {name}_FILE.")
    if file_name:
        try:
            lines = Path(file_name).read_text(encoding="utf-8").strip().splitlines()
        except (OSError, UnicodeDecodeError):
            raise _refuse(f"{name}_FILE", "đường dẫn tới một tệp đọc được") from None
        if not lines:
            raise _refuse(f"{name}_FILE", "một tệp không rỗng")
        return lines[0].strip()
    return _given_or_default(name, default) if value is None else value


_DATABASE_OPTIONS = frozenset(
    {
        "sslmode", "sslrootcert", "sslcert", "sslkey", "connect_timeout", "application_name", "options",
        "target_session_attrs", "keepalives", "keepalives_idle", "keepalives_interval", "keepalives_count",
    }
)  # fmt: skip


def database(address: str, *, name: str = "DATABASE_URL") -> dict[str, Any]:
    """Django's settings of the PostgreSQL database at `address`
    (`postgresql://user:password@host:port/database?sslmode=require`; `?host=/folder` for a socket)."""
    expected = "một địa chỉ dạng postgresql://người-dùng:mật-khẩu@máy-chủ:cổng/tên"
    try:
        parts = urlsplit(address)
        port = parts.port
        query = dict(parse_qsl(parts.query, strict_parsing=True)) if parts.query else {}
    except ValueError:
        raise _refuse(name, expected) from None
    database_name = unquote(parts.path.removeprefix("/"))
    if parts.scheme not in {"postgresql", "postgres"} or not database_name or "/" in database_name:
        raise _refuse(name, expected)
    host = query.pop("host", "") or unquote(parts.hostname or "")
    port_text = query.pop("port", "") or ("" if port is None else str(port))
    if port_text and not (port_text.isascii() and port_text.isdigit() and 0 < int(port_text) < 65536):
        raise _refuse(name, "số cổng từ 1 đến 65535")
    unknown = sorted(set(query) - _DATABASE_OPTIONS)
    if unknown:
        raise _refuse(name, f"bỏ tùy chọn không dùng được ({', '.join(unknown)})")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": database_name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": port_text,
        "OPTIONS": query,
    }


def celery_broker(redis_url: str, *, name: str = "REDIS_URL") -> str:
    """The same server as Celery writes it: for a socket `redis+socket:///path?virtual_host=0`."""
    parts = urlsplit(redis_url)
    if parts.scheme in {"redis", "rediss"} and parts.hostname:
        return redis_url
    if parts.scheme != "unix" or not parts.path:
        raise _refuse(name, "một địa chỉ dạng redis://máy-chủ:6379/0 hoặc unix:///tệp?db=0")
    query = dict(parse_qsl(parts.query))
    number = query.pop("db", "0")
    if query or not (number.isascii() and number.isdigit()):
        raise _refuse(name, "chỉ một tùy chọn là db=<số>")
    credentials = f"{parts.netloc.rpartition('@')[0]}@" if "@" in parts.netloc else ""
    return f"redis+socket://{credentials}{parts.path}?virtual_host={number}"


def storage(address: str, *, name: str = "STORAGE_URL") -> dict[str, Any]:
    """Files on S3: `s3://BUCKET?endpoint=…&region=…`; the keys come from the usual AWS variables."""
    parts = urlsplit(address)
    if parts.scheme != "s3" or not parts.netloc:
        raise _refuse(name, "s3://BUCKET?endpoint=…&region=…")
    query = dict(parse_qsl(parts.query))
    options = {
        "bucket_name": parts.netloc,
        "default_acl": None,
        "querystring_auth": True,
        "file_overwrite": False,
    }
    if "endpoint" in query:
        options["endpoint_url"] = query["endpoint"]
    if "region" in query:
        options["region_name"] = query["region"]
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}


def mail(name: str) -> dict[str, Any]:
    """How letters go out: `smtp://user:password@host:587` (with STARTTLS; `?tls=0` without, for a server on this
    machine), `smtps://user:password@host:465`, or `file:` for a folder of files. Empty where none is given."""
    expected = "một địa chỉ dạng smtp://người-dùng:mật-khẩu@máy-chủ:587, smtps://… hoặc file:"
    address = secret(name, None)
    if not address:
        return {}
    try:
        parts = urlsplit(address)
        port = parts.port
        query = dict(parse_qsl(parts.query, strict_parsing=True)) if parts.query else {}
    except ValueError:
        raise _refuse(name, expected) from None
    if parts.scheme == "file":
        return {"backend": "django.core.mail.backends.filebased.EmailBackend"}
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or query.keys() - {"tls"}:
        raise _refuse(name, expected)
    tls = parts.scheme == "smtps"
    return {
        "backend": "django.core.mail.backends.smtp.EmailBackend",
        "host": parts.hostname,
        "port": port or (465 if tls else 587),
        "user": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "tls": tls,
        "starttls": not tls and query.get("tls") != "0",
    }
