"""Everything that must not be lost, in one file: the database (pg_dump, custom format) and the uploaded files."""

import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

import psycopg2
from psycopg2 import sql

from . import binaries
from .demo import Mark
from .errors import LauncherError

_FORMAT = 1
_FRESH, _OLD = "_restored", "_replaced"


def save(target: Path, *, database: dict[str, Any], media: Path) -> int:
    """Write the backup and return its size in bytes; `target` appears only when it is whole, readable by us alone.

    The database is dumped first, as of one moment; a file uploaded meanwhile is kept too."""
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(target.name + ".part")
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as folder:
        dump, about = Path(folder) / "database.dump", Path(folder) / "about.json"
        _program("pg_dump", database, "--format=custom", "--no-owner", "--no-privileges", f"--file={dump}")
        about.write_text(json.dumps({"format": _FORMAT, "made_at": datetime.now(UTC).isoformat(timespec="seconds")}))
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file, tarfile.open(fileobj=file, mode="w") as tar:
            tar.add(about, "about.json")
            tar.add(dump, "database.dump")
            if media.is_dir():
                tar.add(media, "media")
    unfinished.replace(target)
    return target.stat().st_size


def restore(source: Path, *, database: dict[str, Any], media: Path, var: Path, database_url: str) -> None:
    """Put database and files back as they were in the backup; what is there now is replaced at the very end, so a
    bad backup changes nothing. The portal must not be running."""
    media.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=media, prefix=".restore-") as folder:
        unpacked = Path(folder)
        _unpack(source, unpacked)
        _restore_database(unpacked / "database.dump", database)
        Mark(var, database_url).note_restored()
        for present in list(media.iterdir()):
            if present != unpacked:
                shutil.rmtree(present) if present.is_dir() and not present.is_symlink() else present.unlink()
        saved = unpacked / "media"
        for entry in list(saved.iterdir()) if saved.is_dir() else ():
            entry.rename(media / entry.name)


def _unpack(source: Path, folder: Path) -> None:
    try:
        with tarfile.open(source) as tar:
            for entry in tar:
                _unpack_entry(tar, entry, folder)
        about = json.loads((folder / "about.json").read_text())
        if about["format"] != _FORMAT or not (folder / "database.dump").is_file():
            raise KeyError("format")
    except (OSError, tarfile.TarError, ValueError, KeyError) as error:
        raise LauncherError(f"Tệp {source} không phải bản sao lưu của sổ tay hoặc đã hỏng.") from error


def _unpack_entry(tar: tarfile.TarFile, entry: tarfile.TarInfo, folder: Path) -> None:
    """Write one file below `folder`. Nothing but plain files and folders is in a backup of ours; tarfile's own
    filters came with Python 3.11.4, and Debian 12 has 3.11.2."""
    name = PurePosixPath(entry.name)
    if name.is_absolute() or ".." in name.parts or not (entry.isfile() or entry.isdir()):
        raise ValueError(entry.name)
    target = folder / name
    if entry.isdir():
        target.mkdir(parents=True, exist_ok=True)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("xb") as file:
        shutil.copyfileobj(tar.extractfile(entry), file)


def _restore_database(dump: Path, database: dict[str, Any]) -> None:
    """Restore into a new database and let it take the place of the present one by two renames."""
    name = database["NAME"]
    with _administrator(database) as cursor:
        comment = _comment(cursor, name)
        _drop(cursor, name + _FRESH)
        cursor.execute(sql.SQL("create database {} template template0").format(sql.Identifier(name + _FRESH)))
        try:
            fresh = {**database, "NAME": name + _FRESH}
            _program("pg_restore", fresh, "--no-owner", "--no-privileges", "--exit-on-error", str(dump))
        except BaseException:
            _drop(cursor, name + _FRESH)
            raise
        if comment:
            cursor.execute(sql.SQL("comment on database {} is %s").format(sql.Identifier(name + _FRESH)), [comment])
        _drop(cursor, name + _OLD)
        cursor.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [name])
        _rename(cursor, name, name + _OLD)
        _rename(cursor, name + _FRESH, name)
        _drop(cursor, name + _OLD)


@contextmanager
def _administrator(database: dict[str, Any]) -> Iterator[Any]:
    try:
        connection = psycopg2.connect(
            dbname="postgres",
            user=database["USER"],
            password=database["PASSWORD"],
            host=database["HOST"],
            port=database["PORT"] or None,
            **database["OPTIONS"],
        )
    except psycopg2.OperationalError as error:
        raise LauncherError(f"Không kết nối được cơ sở dữ liệu: {error}") from error
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            yield cursor
    except psycopg2.errors.InsufficientPrivilege as error:
        raise LauncherError("Tài khoản trong DATABASE_URL cần quyền CREATEDB để phục hồi.") from error
    finally:
        connection.close()


def _comment(cursor: Any, name: str) -> str | None:
    cursor.execute("select shobj_description(oid, 'pg_database') from pg_database where datname = %s", [name])
    found = cursor.fetchone()
    return found[0] if found else None


def _drop(cursor: Any, name: str) -> None:
    cursor.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


def _rename(cursor: Any, name: str, new: str) -> None:
    cursor.execute(sql.SQL("alter database {} rename to {}").format(sql.Identifier(name), sql.Identifier(new)))


def _program(program: str, database: dict[str, Any], *arguments: str) -> None:
    """Run pg_dump or pg_restore on the database; the password goes by the environment, never by the command."""
    environ = {
        "PATH": os.environ.get("PATH", ""),
        "LC_ALL": "C",
        "PGDATABASE": database["NAME"],
        "PGUSER": database["USER"],
        "PGPASSWORD": database["PASSWORD"],
        "PGHOST": database["HOST"],
        "PGPORT": database["PORT"],
        **{f"PG{name.upper()}": str(value) for name, value in database["OPTIONS"].items()},
    }
    target = ["--dbname", database["NAME"]] if program == "pg_restore" else []
    done = subprocess.run(
        [_path(program), *target, *arguments],
        env={name: value for name, value in environ.items() if value},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode != 0:
        raise LauncherError(f"{program} không xong: {done.stderr.strip()[-1500:]}")


def _path(program: str) -> str:
    try:
        embedded = binaries.postgres_folder() / program
    except LauncherError:
        embedded = None
    found = str(embedded) if embedded and embedded.is_file() else shutil.which(program)
    if not found:
        raise LauncherError(f"Không tìm thấy {program}: đồng chí hãy cài gói postgresql-client cùng bản với máy chủ.")
    return found
