"""Backup and restore, proved by destroying: a database and files of their own."""

import stat
import tarfile

import psycopg2
import pytest

from handbook import env
from handbook.launcher import backup, demo, servers
from handbook.launcher.errors import LauncherError


@pytest.fixture
def site(var):
    """A running database with a table, a trigger comment, an extension, and two uploaded files."""
    joined = servers.ensure(var, durable=False, with_valkey=False)
    media = var / "media"
    (media / "tệp").mkdir(parents=True)
    (media / "tệp" / "nghị quyết.pdf").write_bytes(b"%PDF-1")
    (media / "ảnh.png").write_bytes(b"\x89PNG")
    execute(
        joined.database_url,
        "create extension unaccent",
        "create table person (id bigint primary key, name text not null)",
        "insert into person values (1, 'Đồng chí Ủy viên')",
        "comment on table person is 'kept'",
    )
    return joined.database_url, media


def execute(url, *statements):
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
        rows = cursor.fetchall() if cursor.description else None
    connection.close()
    return rows


def contents(media):
    return {str(path.relative_to(media)): path.read_bytes() for path in media.rglob("*") if path.is_file()}


def restore(file, site, var):
    url, media = site
    backup.restore(file, database=env.database(url), media=media, var=var, database_url=url)


def test_what_was_destroyed_comes_back_as_it_was(site, var, tmp_path):
    url, media = site
    before = contents(media)
    file = tmp_path / "bản sao lưu" / "so-tay.tar"
    size = backup.save(file, database=env.database(url), media=media)
    assert size == file.stat().st_size
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [entry.name for entry in file.parent.iterdir()] == ["so-tay.tar"]

    execute(url, "drop table person", "drop extension unaccent", "create table stray (id int)")
    (media / "ảnh.png").unlink()
    (media / "tệp" / "nghị quyết.pdf").write_bytes(b"%PDF-2")
    (media / "mới.txt").write_text("tải lên sau")

    restore(file, site, var)
    assert execute(url, "select name, unaccent(name) from person") == [("Đồng chí Ủy viên", "Dong chi Uy vien")]
    assert execute(url, "select to_regclass('stray'), obj_description('person'::regclass)") == [(None, "kept")]
    assert contents(media) == before
    names = execute(url, "select datname from pg_database where not datistemplate order by 1")
    assert names == [("handbook",), ("postgres",)]


def test_a_restored_database_never_gets_the_demo(site, var, tmp_path):
    url, media = site
    backup.save(tmp_path / "a.tar", database=env.database(url), media=media)
    assert demo.Mark(var, url).wants_demo()
    restore(tmp_path / "a.tar", site, var)
    assert not demo.Mark(var, url).wants_demo()
    assert not demo.Mark(var, url).has_demo()


@pytest.mark.parametrize("damage", ["not a tar", "no dump", "half a dump"])
def test_a_damaged_backup_changes_nothing(site, var, tmp_path, damage):
    url, media = site
    before = contents(media)
    good, bad = tmp_path / "good.tar", tmp_path / "bad.tar"
    backup.save(good, database=env.database(url), media=media)
    if damage == "not a tar":
        bad.write_bytes(good.read_bytes()[:700])
    else:
        with tarfile.open(good) as tar:
            tar.extractall(tmp_path / "in")
        dump = tmp_path / "in" / "database.dump"
        dump.write_bytes(dump.read_bytes()[:-200])
        with tarfile.open(bad, "w") as tar:
            tar.add(tmp_path / "in" / "about.json", "about.json")
            if damage == "half a dump":
                tar.add(dump, "database.dump")
    with pytest.raises(LauncherError):
        restore(bad, site, var)
    assert execute(url, "select name from person") == [("Đồng chí Ủy viên",)]
    assert contents(media) == before


@pytest.mark.parametrize("name", ["../outside", "/tmp/outside", "media/link"])
def test_a_backup_writes_nothing_outside_of_its_folder(site, var, tmp_path, name):
    file = tmp_path / "strange.tar"
    with tarfile.open(file, "w") as tar:
        entry = tarfile.TarInfo(name)
        if name.endswith("link"):
            entry.type, entry.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(entry)
    with pytest.raises(LauncherError, match="không phải bản sao lưu"):
        restore(file, site, var)
    assert sorted(contents(site[1])) == ["tệp/nghị quyết.pdf", "ảnh.png"]
