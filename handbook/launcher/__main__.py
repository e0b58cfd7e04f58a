"""`python -m handbook.launcher VERB`: run, stop, status, backup, restore; for containers web, worker, beat, health."""

import argparse
import os
import sys
from datetime import datetime
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from handbook import env

from . import backup, environment, health, portal, processes, servers
from .errors import LauncherError
from .terminal import say


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m handbook.launcher", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    for name in ("run", "stop", "status", *processes.NAMES):
        verbs.add_parser(name)
    verbs.add_parser("backup").add_argument("file", nargs="?", type=Path)
    verbs.add_parser("restore").add_argument("file", type=Path)
    verbs.add_parser("health").add_argument("name", choices=processes.NAMES)
    given = parser.parse_args(arguments)
    try:
        if given.verb in processes.NAMES:
            return _become(given.verb)
        if given.verb == "health":
            environment.read_addresses()
            return 0 if health.is_well(given.name, environment.var_folder()) else 1
        if given.verb in {"backup", "restore"}:
            return _VERBS[given.verb](given.file)
        return _VERBS[given.verb]()
    except (LauncherError, ImproperlyConfigured) as error:
        print(error, file=sys.stderr)
        return 1


def _become(name: str) -> int:
    """Turn into the process, so that signals of the container reach it."""
    os.chdir(environment.BASE)
    environment.read_addresses()
    var = environment.var_folder()
    addresses = env.words("HANDBOOK_BIND", ["0.0.0.0:8000"])
    command = processes.argv(name, var=var, addresses=addresses)
    os.execv(command[0], command)


def _stop() -> int:
    var = environment.var_folder()
    stopped = portal.stop(var)
    stopped = any(servers.running(var).values()) or stopped
    servers.stop(var)
    say("Đã dừng." if stopped else "Sổ tay không chạy.")
    return 0


def _status() -> int:
    var = environment.var_folder()
    launcher = portal.running(var)
    say(f"Sổ tay: {launcher.get('address', 'đang khởi động') if launcher else 'không chạy'}")
    for name, pid in servers.running(var).items():
        say(f"{name}: {f'đang chạy (tiến trình {pid})' if pid else 'không chạy'}")
    return 0 if launcher else 3


def _backup(file: Path | None) -> int:
    var = environment.var_folder()
    file = file or var / "backups" / f"so-tay-{datetime.now().astimezone():%Y%m%d-%H%M%S}.tar"
    joined = environment.prepare(var)
    try:
        size = backup.save(file.absolute(), database=env.database(env.secret("DATABASE_URL")), media=_media(var))
    finally:
        if joined:
            joined.release()
    megabytes = f"{size / 1e6:.1f}".replace(".", ",")
    say(f"Đã sao lưu vào {file} ({megabytes} MB).")
    return 0


def _restore(file: Path) -> int:
    var = environment.var_folder()
    if portal.running(var):
        raise LauncherError("Sổ tay đang chạy: đồng chí hãy dừng (make stop) rồi phục hồi.")
    joined = environment.prepare(var)
    try:
        url = env.secret("DATABASE_URL")
        backup.restore(file.absolute(), database=env.database(url), media=_media(var), var=var, database_url=url)
        _forget_cache(env.secret("REDIS_URL"))
    finally:
        if joined:
            joined.release()
    say("Đã phục hồi. Lần chạy sau sẽ cập nhật cấu trúc dữ liệu nếu bản sao lưu cũ hơn phần mềm.")
    return 0


def _media(var: Path) -> Path:
    return env.path("MEDIA_ROOT", var / "media")


def _forget_cache(redis_url: str) -> None:
    """Sessions, cached pages and queued work belong to the data that were replaced."""
    import redis  # the other verbs must work without a client of it

    redis.from_url(redis_url).flushdb()


_VERBS = {"run": portal.run, "stop": _stop, "status": _status, "backup": _backup, "restore": _restore}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
