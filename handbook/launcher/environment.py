"""What a process on this machine needs in its environment before Django's settings are read."""

import os
import secrets
from pathlib import Path

from handbook import env

from . import servers
from .files import kept_secret, make_var

BASE = Path(__file__).resolve().parents[2]


def var_folder() -> Path:
    """Where this installation keeps its data: HANDBOOK_VAR, else `var` beside manage.py."""
    return Path(os.environ.get("HANDBOOK_VAR") or BASE / "var").absolute()


def prepare(var: Path, *, durable: bool = True) -> servers.Servers | None:
    """Fill in what is not set: addresses of the embedded servers (started or joined), the secret key, the folder.

    None when both addresses were given: then nothing is started, and the secret key is not invented either unless
    this installation made one before (`make run` with one's own servers)."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "handbook.settings")
    read_addresses()
    own_database, own_redis = "DATABASE_URL" in os.environ, "REDIS_URL" in os.environ
    joined = None
    if not (own_database and own_redis):
        joined = servers.ensure(var, durable=durable, with_postgres=not own_database, with_valkey=not own_redis)
        if joined.database_url:
            os.environ["DATABASE_URL"] = joined.database_url
            os.environ["HANDBOOK_EMBEDDED"] = "1"
        if joined.redis_url:
            os.environ["REDIS_URL"] = joined.redis_url
    if joined or (var / "secret-key").exists():
        local(var)
    return joined


def read_addresses() -> None:
    """Take the two addresses out of the files that hold them (secrets of containers), if they were given so."""
    for name in ("DATABASE_URL", "REDIS_URL"):
        address = env.secret(name, None)
        os.environ.pop(f"{name}_FILE", None)
        os.environ.pop(name, None)
        if address:
            os.environ[name] = address


def local(var: Path) -> None:
    """Settings of an installation that is reached by http://localhost only."""
    make_var(var)
    os.environ["HANDBOOK_VAR"] = str(var)
    os.environ.setdefault("HANDBOOK_INSECURE_HTTP", "1")
    if not os.environ.get("HANDBOOK_MAIL_URL_FILE"):
        # letters that would go out lie in var/mail, for who looks at the portal on this machine
        os.environ.setdefault("HANDBOOK_MAIL_URL", "file:")
        (var / "mail").mkdir(mode=0o700, exist_ok=True)
    if env.secret("HANDBOOK_SECRET_KEY", None) is None:
        os.environ["HANDBOOK_SECRET_KEY"] = kept_secret(var / "secret-key", lambda: secrets.token_urlsafe(64))
