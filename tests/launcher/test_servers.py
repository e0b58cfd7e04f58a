"""The embedded servers, really started: each test begins with an empty folder."""

import os
import signal
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg2
import pytest
import redis

from handbook.launcher import binaries, servers, unprivileged
from handbook.launcher.environment import BASE
from handbook.launcher.errors import LauncherError
from handbook.launcher.proc import alive, wait_until


def ensure(var):
    return servers.ensure(var, durable=False)


def query(joined, *statements):
    connection = psycopg2.connect(joined.database_url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
        rows = cursor.fetchall() if cursor.description else None
    connection.close()
    return rows


def pids(var):
    return servers.running(var)


def kill(pid):
    os.kill(pid, signal.SIGKILL)
    assert wait_until(lambda: not alive(pid), 5)


def test_both_answer_by_socket_only_and_know_vietnamese_letters(var):
    joined = ensure(var)
    assert query(joined, "show listen_addresses") == [("",)]
    query(joined, "create extension pg_trgm")
    assert query(joined, "select upper('đảng ủy')") == [("ĐẢNG ỦY",)]
    assert query(joined, "select to_tsvector('simple', '“Đảng viên”…') @@ to_tsquery('simple', 'viên')") == [(True,)]
    # a locale without Vietnamese letters would leave "ng" alone of each of them
    assert query(joined, "select similarity('đảng', 'ống') < 0.5") == [(True,)]
    store = redis.from_url(joined.redis_url)
    assert store.ping()
    assert store.config_get("databases") == {"databases": "64"}
    assert store.config_get("port") == {"port": "0"}


def test_secrets_and_sockets_are_closed_to_others(var):
    joined = ensure(var)
    for name in ("postgres-password", "valkey-password", "database-mark"):
        assert stat.S_IMODE((var / name).stat().st_mode) == 0o600
    sockets = (var / "sockets").read_text().strip()
    assert stat.S_IMODE(Path(sockets).stat().st_mode) == 0o700
    password = (var / "postgres-password").read_text().strip()
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        psycopg2.connect(joined.database_url.replace(password, "khác"))


def test_the_second_joins_and_the_last_one_stops(var):
    first = ensure(var)
    before = pids(var)
    second = ensure(var)
    assert pids(var) == before
    assert (second.database_url, second.redis_url) == (first.database_url, first.redis_url)
    first.release()
    assert pids(var) == before
    assert second.missing() == []
    second.release()
    assert pids(var) == {"PostgreSQL": None, "Valkey": None}
    assert not (var / "sockets").exists()


def test_starting_at_the_same_moment_makes_one_pair(var):
    with ThreadPoolExecutor(4) as together:
        joined = list(together.map(lambda _: ensure(var), range(4)))
    assert len({one.database_url for one in joined}) == 1
    log = (var / "postgres" / "postgres.log").read_text()
    assert log.count("database system is ready to accept connections") == 1


def test_data_survive_the_end_of_the_servers(var):
    joined = ensure(var)
    query(joined, "create table kept (word text)", "insert into kept values ('giữ')")
    joined.release()
    assert query(ensure(var), "select word from kept") == [("giữ",)]


def test_servers_left_by_a_killed_process_are_joined(var):
    script = (
        "import pathlib, sys, time; from handbook.launcher import servers;"
        "servers.ensure(pathlib.Path(sys.argv[1]), durable=False); print('up', flush=True); time.sleep(60)"
    )
    owner = subprocess.Popen([sys.executable, "-c", script, str(var)], cwd=BASE, stdout=subprocess.PIPE, text=True)
    assert owner.stdout.readline() == "up\n"
    left = pids(var)
    owner.kill()
    owner.wait()
    owner.stdout.close()
    assert pids(var) == left
    joined = ensure(var)
    assert pids(var) == left
    joined.release()  # the killed one counts no more
    assert pids(var) == {"PostgreSQL": None, "Valkey": None}


def test_recovers_when_both_servers_were_killed(var):
    joined = ensure(var)
    query(joined, "create table kept (word text)", "insert into kept values ('giữ')", "checkpoint")
    before = pids(var)
    for pid in before.values():
        kill(pid)
    assert [name for name, _ in joined.missing()] == ["PostgreSQL", "Valkey"]
    again = ensure(var)
    after = pids(var)
    assert not set(before.values()) & set(after.values())
    assert query(again, "select word from kept") == [("giữ",)]


def test_a_pid_file_whose_number_belongs_to_another_program_does_not_matter(var):
    ensure(var).release()
    for file, content in (
        ("postgres/data/postmaster.pid", f"{os.getpid()}\n"),
        ("valkey/valkey.pid", f"{os.getpid()}\n"),
    ):
        (var / file).write_text(content)
    again = ensure(var)
    assert os.getpid() not in pids(var).values()
    assert query(again, "select 1") == [(1,)]


def test_servers_that_lost_their_sockets_are_replaced(var):
    joined = ensure(var)
    before = pids(var)
    sockets = (var / "sockets").read_text().strip()
    for entry in Path(sockets).iterdir():
        entry.unlink()
    again = ensure(var)
    assert not set(before.values()) & set(pids(var).values())
    assert query(again, "select 1") == [(1,)]
    assert joined.missing() == []


def test_an_interrupted_first_start_is_begun_again(var):
    (var / "postgres" / "data.new").mkdir(parents=True)
    (var / "postgres" / "data.new" / "PG_VERSION").write_text("18\n")
    if os.geteuid() == 0:
        os.chown(var / "postgres", 65534, 65534)
    assert query(ensure(var), "select 1") == [(1,)]


def test_only_the_server_that_is_asked_for_is_started(var):
    joined = servers.ensure(var, durable=False, with_postgres=False)
    assert joined.database_url == ""
    assert pids(var)["PostgreSQL"] is None
    assert redis.from_url(joined.redis_url).ping()
    assert joined.missing() == []


def test_settings_keep_data_on_disk_when_asked_to(var):
    joined = servers.ensure(var)
    assert query(joined, "show fsync") == [("on",)]
    assert redis.from_url(joined.redis_url).config_get("appendonly") == {"appendonly": "yes"}


def test_without_programs_the_person_is_told_which_variables_to_set(var, monkeypatch):
    monkeypatch.setattr(binaries, "_wheel", lambda name: [])
    monkeypatch.setattr(binaries, "_DEBIAN_POSTGRES", var / "none")
    monkeypatch.setenv("PATH", str(var))
    with pytest.raises(LauncherError, match="DATABASE_URL") as refused:
        ensure(var)
    assert "\n" not in str(refused.value)
    with pytest.raises(LauncherError, match="REDIS_URL"):
        servers.ensure(var, with_postgres=False)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may become somebody else")
def test_root_starts_them_as_nobody_under_a_closed_folder_and_leaves_its_mode(var):
    door = var.parent.parent
    door.mkdir(parents=True)
    door.chmod(0o700)
    joined = ensure(var)
    assert query(joined, "select 1") == [(1,)]
    assert {Path(f"/proc/{pid}").stat().st_uid for pid in pids(var).values()} == {65534}
    assert stat.S_IMODE(door.stat().st_mode) == 0o700
    assert door.stat().st_uid == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may become somebody else")
def test_the_account_may_use_programs_behind_a_closed_folder_and_nothing_more(tmp_path):
    door = tmp_path / "closed"
    door.mkdir(mode=0o700)
    program = door / "program"
    program.write_text("#!/bin/sh\ngrep -E '^(Uid|CapEff)' /proc/self/status\n")
    program.chmod(0o700)
    account = unprivileged.account_for(tmp_path / "data", [program])
    assert account == unprivileged.Account(65534, 65534, passes_doors=True)
    shown = unprivileged.run(
        ["perl", "-e", "use filetest 'access'; print -x $ARGV[0] ? 'yes' : 'no'", program], account
    )
    assert shown.stdout == "yes"  # initdb asks in this way
    assert unprivileged.run([program], account).stdout.split() == [
        *("Uid:", "65534", "65534", "65534", "65534"),
        *("CapEff:", "0000000000000002"),
    ]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may become somebody else")
def test_root_says_what_to_do_where_it_may_not_pass_a_closed_folder(var, monkeypatch):
    door = var.parent.parent
    door.mkdir(parents=True)
    door.chmod(0o700)
    monkeypatch.setattr(unprivileged, "_may_keep_override", lambda: False)
    with pytest.raises(LauncherError, match="người dùng thường"):
        ensure(var)


def test_a_long_temporary_folder_does_not_lengthen_the_socket(var, tmp_path, monkeypatch):
    long = tmp_path / ("rất-dài-" * 12)
    long.mkdir()
    monkeypatch.setattr(servers.tempfile, "tempdir", str(long))
    joined = servers.ensure(var, durable=False, with_postgres=False)
    assert len((var / "sockets").read_text()) < 40
    assert redis.from_url(joined.redis_url).ping()


def test_no_port_is_opened(var):
    ensure(var)
    listening = set()
    for table in ("tcp", "tcp6"):
        rows = [row.split() for row in Path(f"/proc/net/{table}").read_text().splitlines()[1:]]
        listening |= {f"socket:[{row[9]}]" for row in rows if row[3] == "0A"}
    for pid in pids(var).values():
        opened = {str(file.readlink()) for file in Path(f"/proc/{pid}/fd").iterdir()}
        assert any(name.startswith("socket:") for name in opened)
        assert not opened & listening
