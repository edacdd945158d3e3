"""The demo as its user meets it: a process that is started, interrupted, killed and started again."""

import os
import pty
import re
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from greenapi import embedded
from tests.demo_process import COMMAND, ROOT, SERVING, demo, free_port, processes_of

pytestmark = pytest.mark.embedded


@pytest.fixture
def var() -> Iterator[Path]:
    """An empty folder for one demo. Everybody can reach it, as the user that Postgres runs as must."""
    yield from _folder()


@pytest.fixture(scope="module")
def filled_var() -> Iterator[Path]:
    """A folder that a demo has filled, shared by the tests that only start on it again."""
    for folder in _folder():
        with demo(folder) as first:
            first.wait_for(SERVING)
        yield folder


def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="greenapi-demo-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        embedded.remove(folder)


def _get(url: str) -> int:
    with urllib.request.urlopen(url, timeout=10) as response:
        return int(response.status)


def _manage(var: Path, *arguments: str) -> str:
    """What a command prints that is given beside the demo in `var`, without any address."""
    env = {name: value for name, value in os.environ.items() if not name.endswith("DATABASE_URL")}
    done = subprocess.run(
        [*COMMAND[:2], *arguments],
        cwd=ROOT,
        env={**env, "GREENAPI_VAR": str(var)},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout


def _roles_connected(url: str) -> set[str]:
    """Who is connected to the database, besides whoever asks."""
    with psycopg.connect(url) as connection:
        found = connection.execute(
            "SELECT usename FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        ).fetchall()
    return {name for (name,) in found}


def _password(output: str) -> str | None:
    found = re.search(r"admin, password (\S{16}) \(shown only now\)", output)
    return found and found[1]


def test_first_start_answers_where_it_says_and_ends_without_a_trace(var: Path) -> None:
    with demo(var) as running:
        running.wait_for(SERVING)
        running.wait_for("GreenAPI(")
        addresses = re.findall(r"http://127\.0\.0\.1:\d+/[^\s']*", running.output)

        assert [_get(address) for address in addresses] == [200] * 5
        assert [line.split()[0] for line in running.output.splitlines()[1:6]] == [
            "Postgres",
            "Migrations",
            "Dataset",
            "Admin",
            "Server",
        ]
        assert running.output.count(_password(running.output) or "no password") == 1
        assert "\x1b" not in running.output
        assert running.stop() == 0
        assert running.output.endswith("Stopped: no server and no Postgres is left running.\n")
        assert processes_of(var) == []


def test_second_start_reuses_data_admin_and_secret(filled_var: Path) -> None:
    secret = filled_var / "demo" / "secret_key"
    before = secret.read_text()

    with demo(filled_var) as running:
        running.wait_for(SERVING)

        assert _password(running.output) is None
        assert "all applied" in running.output
        assert "manage.py changepassword admin" in running.output
        assert secret.read_text() == before
        assert secret.stat().st_mode & 0o777 == 0o600


def test_other_commands_find_the_database_of_a_running_demo(filled_var: Path) -> None:
    asking = "from django.contrib.auth.models import User; print(User.objects.get().username)"

    with demo(filled_var) as running:
        running.wait_for(SERVING)
        answer = _manage(filled_var, "shell", "--no-imports", "-c", asking)

    assert answer == "admin\n"


def test_demo_serves_as_the_application_role_and_migrates_as_the_owner(filled_var: Path) -> None:
    with demo(filled_var) as running:
        running.wait_for(SERVING)
        assert _get(f"{running.address}/health/ready") == 200
        owner_url = (filled_var / "demo" / "owner_database_url").read_text()

        assert _roles_connected(owner_url) == {"greenapi_app"}
        migrated = _manage(filled_var, "migrate")
        checked = _manage(filled_var, "check_ledger")

    assert "No migrations to apply." in migrated
    assert checked.endswith("versioned tables are in step with the models.\n")
    assert not (filled_var / "demo" / "owner_database_url").exists()


def test_folder_from_before_there_were_two_roles_is_served(filled_var: Path) -> None:
    with embedded.postgres(filled_var / "demo" / "postgres") as server:
        as_superuser = server.owner_url.replace("greenapi@", "postgres@")
        with psycopg.connect(as_superuser, autocommit=True) as connection:
            connection.execute("DROP OWNED BY greenapi_app")
            connection.execute("DROP ROLE greenapi_app")

    with demo(filled_var) as running:
        running.wait_for(SERVING)

        assert "all applied" in running.output
        assert _get(f"{running.address}/api/v1/observations?as_of=1") == 200


def test_demo_on_a_database_of_one_role_does_all_as_that_one(var: Path) -> None:
    with embedded.temporary_postgres() as server, demo(var, DATABASE_URL=server.owner_url) as running:
        running.wait_for(SERVING)

        assert _get(f"{running.address}/api/v1/observations?as_of=1") == 200
        assert _roles_connected(server.owner_url) == {"greenapi"}


def test_reset_starts_afresh(filled_var: Path) -> None:
    with demo(filled_var, "--reset") as running:
        running.wait_for(SERVING)

        assert _password(running.output) is not None
        assert "all applied" not in running.output


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_and_those_after_it_end_the_demo_cleanly(filled_var: Path, number: signal.Signals) -> None:
    with demo(filled_var) as running:
        running.wait_for(SERVING)
        running.signal(number)
        time.sleep(0.05)
        running.signal(signal.SIGINT)
        running.signal(signal.SIGTERM)

        assert running.end() == 0
        assert "Traceback" not in running.output
        assert processes_of(filled_var) == []


def test_interrupted_at_any_moment_of_the_start_it_leaves_no_process_and_can_start_again(var: Path) -> None:
    first_steps = [("greenapi demo", delay) for delay in (0.0, 0.1, 0.2, 0.3, 0.4)]
    later_steps = [
        (step, delay) for step in ("Postgres", "Migrations", "Dataset", "Admin user") for delay in (0.0, 0.3)
    ]
    for moment, (step, delay) in enumerate(first_steps + later_steps):
        with demo(var) as running:
            running.wait_for(step)
            time.sleep(delay)
            running.signal((signal.SIGINT, signal.SIGTERM)[moment % 2])

            assert running.end() == 0, (step, delay, running.output)
            assert "Traceback" not in running.output, (step, delay)
            assert processes_of(var) == [], (step, delay)

    with demo(var) as running:
        running.wait_for(SERVING)
        assert _get(f"{running.address}/health/ready") == 200


def test_interrupted_before_it_could_say_anything_it_leaves_no_process(var: Path) -> None:
    for delay in (0.05, 0.2, 0.4):
        with demo(var) as running:
            time.sleep(delay)
            running.signal(signal.SIGTERM)
            running.end()

            assert processes_of(var) == []


def test_start_after_a_kill_replaces_what_was_left(filled_var: Path) -> None:
    port = free_port()
    with demo(filled_var, port=port) as killed:
        killed.wait_for(SERVING)
        killed.process.kill()
        killed.end()
        assert len(processes_of(filled_var)) > 2

        with demo(filled_var, port=port) as running:
            running.wait_for(SERVING)
            assert running.address == f"http://127.0.0.1:{port}"
            assert running.stop() == 0

    assert processes_of(filled_var) == []


def test_start_ignores_a_lock_file_whose_process_number_was_given_to_somebody_else(filled_var: Path) -> None:
    data = filled_var / "demo" / "postgres" / "data"
    bystander = subprocess.Popen(["sleep", "60"], start_new_session=True)
    try:
        (data / "postmaster.pid").write_text(f"{bystander.pid}\n{data}\n1\n5432\n{data.parent}\n\n 1 1\nready   \n")

        with demo(filled_var) as running:
            running.wait_for(SERVING)

        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


def test_a_busy_port_gives_the_next_free_one_and_says_so(filled_var: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        busy = other.getsockname()[1]

        with demo(filled_var, port=busy) as running:
            running.wait_for(SERVING)

            assert f"because {busy} is in use" in running.output
            assert _get(f"{running.address}/health/ready") == 200


def test_a_second_demo_in_the_same_folder_says_where_the_first_is(filled_var: Path) -> None:
    with demo(filled_var) as first:
        first.wait_for(SERVING)

        with demo(filled_var) as second:
            assert second.end() == 1
            assert f"process {first.process.pid}, at {first.address}" in second.output
            assert "Traceback" not in second.output

        assert _get(f"{first.address}/health/ready") == 200


def test_two_demos_that_want_one_port_get_two(filled_var: Path, var: Path) -> None:
    port = free_port()
    with demo(filled_var, port=port) as one, demo(var, port=port) as other:
        one.wait_for(SERVING)
        other.wait_for(SERVING)

        assert one.address != other.address


def test_a_failing_step_is_one_message(var: Path) -> None:
    nobody_there = f"postgresql://user@127.0.0.1:{free_port()}/none"

    with demo(var, DATABASE_URL=nobody_there) as running:
        assert running.end() == 1
        assert "Postgres: connection failed" in running.output
        assert "Traceback" not in running.output
        assert processes_of(var) == []

    with demo(var, "--traceback", DATABASE_URL=nobody_there) as running:
        assert running.end() == 1
        assert "Traceback" in running.output


def test_reset_does_not_touch_a_database_of_somebody_else(var: Path) -> None:
    with demo(var, "--reset", DATABASE_URL="postgresql://user@127.0.0.1:1/none") as running:
        assert running.end() == 1
        assert "RESET empties the demo's own Postgres only" in running.output


def test_the_end_of_postgres_is_the_end_of_the_demo(filled_var: Path) -> None:
    with demo(filled_var) as running:
        running.wait_for(SERVING)
        number = int((filled_var / "demo" / "postgres" / "data" / "postmaster.pid").read_text().split()[0])
        os.kill(number, signal.SIGINT)

        assert running.end() == 1
        assert "Postgres stopped by itself" in running.output
        assert processes_of(filled_var) == []


@pytest.mark.parametrize(("environment", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_a_terminal_gets_escapes_unless_no_color_is_set(
    filled_var: Path, environment: dict[str, str], *, coloured: bool
) -> None:
    ours, theirs = pty.openpty()
    env = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "NO_COLOR"}}
    env |= {"GREENAPI_VAR": str(filled_var), "TERM": "xterm", **environment}
    process = subprocess.Popen(
        [*COMMAND, "--port", str(free_port())], cwd=ROOT, env=env, stdout=theirs, stderr=theirs, process_group=0
    )
    os.close(theirs)
    try:
        printed = _read_until(SERVING.encode(), terminal=ours)
    finally:
        os.killpg(process.pid, signal.SIGINT)
        exit_code = process.wait(timeout=30)
        os.close(ours)

    assert SERVING.encode() in printed
    assert exit_code == 0
    assert (b"\x1b" in printed) is coloured


def _read_until(end: bytes, *, terminal: int) -> bytes:
    """What a terminal has received when `end` came, or when the last process that writes to it has ended."""
    received = b""
    with suppress(OSError):
        while end not in received:
            received += os.read(terminal, 4096)
    return received
