"""What a process on this machine needs in its environment before Django's settings are read."""

import os
import secrets
from collections.abc import MutableMapping
from pathlib import Path

from . import servers
from .files import kept_secret, make_var

BASE = Path(__file__).resolve().parents[2]


def var_folder() -> Path:
    """Where this installation keeps its data: HANDBOOK_VAR, else `var` beside manage.py."""
    return Path(os.environ.get("HANDBOOK_VAR") or BASE / "var").absolute()


def given(name: str) -> bool:
    """True when the person set the variable, itself or as a file."""
    return bool(os.environ.get(name) or os.environ.get(f"{name}_FILE"))


def prepare(
    var: Path, *, durable: bool = True, environ: MutableMapping[str, str] = os.environ
) -> servers.Servers | None:
    """Fill in what is not set: addresses of the embedded servers (started or joined), the secret key, the folder.

    None when both addresses were given: then nothing is started, and the secret key is not invented either unless
    this installation made one before (`make run` with one's own servers)."""
    environ.setdefault("DJANGO_SETTINGS_MODULE", "handbook.settings")
    own_database, own_redis = given("DATABASE_URL"), given("REDIS_URL")
    joined = None
    if not (own_database and own_redis):
        joined = servers.ensure(var, durable=durable, with_postgres=not own_database, with_valkey=not own_redis)
        if joined.database_url:
            environ["DATABASE_URL"] = joined.database_url
            environ["HANDBOOK_EMBEDDED"] = "1"
        if joined.redis_url:
            environ["REDIS_URL"] = joined.redis_url
    if joined or (var / "secret-key").exists():
        local(var, environ)
    return joined


def local(var: Path, environ: MutableMapping[str, str]) -> None:
    """Settings of an installation that is reached by http://localhost only."""
    make_var(var)
    environ.setdefault("HANDBOOK_VAR", str(var))
    environ.setdefault("HANDBOOK_INSECURE_HTTP", "1")
    if not given("HANDBOOK_SECRET_KEY"):
        environ["HANDBOOK_SECRET_KEY"] = kept_secret(var / "secret-key", lambda: secrets.token_urlsafe(64))
