from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from handbook import env


@pytest.fixture
def given(monkeypatch):
    """Set THING in the environment."""
    return lambda value, name="THING": monkeypatch.setenv(name, value)


def test_text_is_stripped_and_empty_text_counts_as_missing(given):
    given("  sổ tay ")
    assert env.text("THING") == "sổ tay"
    given("   ")
    assert env.text("THING", "mặc định") == "mặc định"


@pytest.mark.parametrize("read", [env.text, env.flag, env.integer, env.words, env.path, env.url, env.secret])
def test_a_missing_value_without_default_is_refused_by_name(read):
    with pytest.raises(ImproperlyConfigured, match=r"^Thiếu biến môi trường THING\.$"):
        read("THING")


@pytest.mark.parametrize(("value", "meaning"), [("1", True), ("on", True), ("TRUE", True), ("0", False), ("No", False)])
def test_flag_understands_yes_and_no(given, value, meaning):
    given(value)
    assert env.flag("THING") is meaning


@pytest.mark.parametrize("value", ["2", "có", "y", "-1"])
def test_flag_refuses_anything_else(given, value):
    given(value)
    with pytest.raises(ImproperlyConfigured, match="THING"):
        env.flag("THING", True)


@pytest.mark.parametrize("value", ["0", "11", "ba", "1.5", ""])
def test_integer_keeps_to_its_bounds(given, value):
    given(value)
    if value == "":
        assert env.integer("THING", 7, least=1, most=10) == 7
        return
    with pytest.raises(ImproperlyConfigured, match="THING"):
        env.integer("THING", 7, least=1, most=10)


@pytest.mark.parametrize("value", ["1", "10"])
def test_bounds_belong_to_the_range(given, value):
    given(value)
    assert env.integer("THING", 7, least=1, most=10) == int(value)


def test_choice_refuses_what_is_not_offered(given):
    given("LOUD")
    with pytest.raises(ImproperlyConfigured, match=r"THING.*INFO, ERROR"):
        env.choice("THING", "INFO", ["INFO", "ERROR"])


def test_words_drop_empty_parts(given):
    given("a.vn, b.vn,,")
    assert env.words("THING") == ["a.vn", "b.vn"]
    assert env.words("OTHER", []) == []


def test_path_must_be_absolute(given):
    given("/srv/sổ tay")
    assert env.path("THING") == Path("/srv/sổ tay")
    given("var/media")
    with pytest.raises(ImproperlyConfigured, match="THING"):
        env.path("THING")


@pytest.mark.parametrize("value", ["so-tay.vn", "ftp://so-tay.vn", "https://", "https://so-tay.vn:0x"])
def test_url_needs_scheme_and_host(given, value):
    given(value)
    with pytest.raises(ImproperlyConfigured, match="THING"):
        env.url("THING")


def test_secret_comes_from_a_file(given, tmp_path):
    file = tmp_path / "bí mật"
    file.write_text("giá trị\n")
    given(str(file), "THING_FILE")
    assert env.secret("THING") == "giá trị"


def test_secret_given_twice_is_refused(given, tmp_path):
    given("a")
    given(str(tmp_path / "b"), "THING_FILE")
    with pytest.raises(ImproperlyConfigured, match="THING và THING_FILE"):
        env.secret("THING")


@pytest.mark.parametrize("content", [None, "", "\n"])
def test_secret_file_must_be_there_and_hold_something(given, tmp_path, content):
    file = tmp_path / "secret"
    if content is not None:
        file.write_text(content)
    given(str(file), "THING_FILE")
    with pytest.raises(ImproperlyConfigured, match="THING_FILE"):
        env.secret("THING", "default")


def test_a_refusal_never_shows_the_value(given):
    given("postgresql://u:mat-khau-that@h:99999/x")
    with pytest.raises(ImproperlyConfigured) as refused:
        env.database(env.text("THING"), name="THING")
    assert "mat-khau-that" not in str(refused.value)
    assert "THING" in str(refused.value)


def test_database_decodes_what_the_address_escapes():
    address = (
        "postgresql://ng%C6%B0%E1%BB%9Di:p%40ss%2Fword@db.example:6432/s%E1%BB%95?sslmode=require&connect_timeout=5"
    )
    assert env.database(address) == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "sổ",
        "USER": "người",
        "PASSWORD": "p@ss/word",
        "HOST": "db.example",
        "PORT": "6432",
        "OPTIONS": {"sslmode": "require", "connect_timeout": "5"},
    }


def test_database_may_be_reached_by_a_socket():
    read = env.database("postgres://handbook:x@/handbook?host=/tmp/s%20t")
    assert (read["HOST"], read["PORT"], read["NAME"]) == ("/tmp/s t", "", "handbook")


@pytest.mark.parametrize(
    "address",
    [
        "mysql://u@h/db",
        "postgresql://u@h/",
        "postgresql://u@h:70000/db",
        "postgresql://u@h:0/db",
        "postgresql://u@h/db?port=abc",
        "postgresql://u@h/db?sslmod=require",
        "postgresql://u@h/a/b",
        "sqlite:///tmp/x",
        "",
    ],
)
def test_database_refuses_what_it_cannot_reach(address):
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL"):
        env.database(address)


@pytest.mark.parametrize(
    ("address", "broker"),
    [
        ("redis://:p@h:6379/2", "redis://:p@h:6379/2"),
        ("rediss://h/0", "rediss://h/0"),
        ("unix:///tmp/v.sock?db=3", "redis+socket:///tmp/v.sock?virtual_host=3"),
        ("unix:///tmp/v.sock", "redis+socket:///tmp/v.sock?virtual_host=0"),
        ("unix://:p%40@/tmp/v.sock?db=0", "redis+socket://:p%40@/tmp/v.sock?virtual_host=0"),
    ],
)
def test_celery_reads_the_same_server(address, broker):
    assert env.celery_broker(address) == broker


@pytest.mark.parametrize("address", ["http://h/0", "unix://?db=0", "unix:///s?db=x", "unix:///s?db=0&x=1", ""])
def test_celery_broker_refuses_other_addresses(address):
    with pytest.raises(ImproperlyConfigured, match="REDIS_URL"):
        env.celery_broker(address)


def test_file_store_keeps_files_private():
    read = env.storage("s3://kho?endpoint=https://s3.example.vn&region=hn")
    assert read["OPTIONS"] == {
        "bucket_name": "kho",
        "default_acl": None,
        "querystring_auth": True,
        "file_overwrite": False,
        "endpoint_url": "https://s3.example.vn",
        "region_name": "hn",
    }
    with pytest.raises(ImproperlyConfigured, match="STORAGE_URL"):
        env.storage("https://kho")


@pytest.mark.parametrize(
    ("address", "found"),
    [
        (
            "smtp://so-tay:m%40t%2Fkhau@thu.example.vn",
            {
                "host": "thu.example.vn",
                "port": 587,
                "user": "so-tay",
                "password": "m@t/khau",
                "tls": False,
                "starttls": True,
            },
        ),
        ("smtp://localhost:25?tls=0", {"host": "localhost", "port": 25, "starttls": False}),
        ("smtps://thu.example.vn", {"port": 465, "tls": True, "starttls": False}),
        ("file:", {"backend": "django.core.mail.backends.filebased.EmailBackend"}),
    ],
)
def test_how_letters_go_out(given, address, found):
    given(address)
    read = env.mail("THING")
    assert {name: read[name] for name in found} == found


def test_without_a_mail_server_there_is_nothing(given):
    given("")
    assert env.mail("THING") == {}


@pytest.mark.parametrize(
    "address", ["thu.example.vn", "smtp:///thu", "imap://thu.example.vn", "smtp://a:x", "smtp://a?b=1"]
)
def test_an_address_that_is_no_mail_server_is_refused_without_its_words(given, address):
    given(address)
    with pytest.raises(ImproperlyConfigured, match="THING") as refusal:
        env.mail("THING")
    assert address not in str(refusal.value)
