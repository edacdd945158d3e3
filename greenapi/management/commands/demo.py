"""`manage.py demo`: the whole service on this machine, on a Postgres of its own, until Ctrl-C."""

import io
import os
import secrets
import subprocess
import time
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from greenapi import demo_folder, embedded, processes, serving
from greenapi.console import Console, Step
from greenapi.ledger import roles
from greenapi.ledger.models import LedgerHead
from greenapi.ledger.owner import as_owner

ADMIN = "admin"
CONNECT_TIMEOUT_SECONDS = 5


class Command(BaseCommand):
    """Starts Postgres, migrates, loads the dataset, makes an admin user, serves, and says where.

    Only migrations run as the owner of the tables. With `DATABASE_URL` set it uses that database instead of a Postgres
    of its own. Ends with exit code 0 after Ctrl-C or SIGTERM, and leaves no process behind.
    """

    help = "Serve greenapi with the bundled dataset on this machine until Ctrl-C."
    # Checks may ask the database, which is not there before this command has started it.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=_port, default=8000, help="port on 127.0.0.1; the next free one if busy")
        parser.add_argument("--sources", type=Path, metavar="DIR", help="folder of source pages to attach")
        parser.add_argument("--reset", action="store_true", help="forget the demo's data and start afresh")

    def handle(self, *args: Any, port: int, sources: Path | None, reset: bool, **options: Any) -> None:
        # What came before was importing, which keeps the processor busy: its time is the time that has passed.
        began = time.monotonic() - time.process_time()
        stopping = processes.StopRequest()
        stopping.listen()
        self.console = Console(self.stdout)
        try:
            with ExitStack() as running:
                try:
                    self._start(running, port=port, sources=sources, reset=reset, began=began)
                    while True:
                        stopping.check()
                        self._check_alive()
                        time.sleep(0.2)
                finally:
                    stopping.close()
        except processes.Stopped:
            # The terminal may be gone, and with it whoever would read this.
            with suppress(OSError):
                self.console.line("\nStopped: no server and no Postgres is left running.")

    def _start(self, running: ExitStack, *, port: int, sources: Path | None, reset: bool, began: float) -> None:
        """Takes the steps one by one, giving `running` what must be undone at the end, in reverse order."""
        self.console.heading("greenapi demo")
        self._database(running, reset=reset)
        with self._step("Migrations") as step:
            step.detail = _migrate()
        with self._step("Dataset") as step:
            step.detail = _load_dataset(sources)
        with self._step("Admin user") as step:
            step.detail = _ensure_admin()
        newest = LedgerHead.objects.get().number
        connection.close()
        address = self._serve(running, port=port)
        self.console.line(f"\nFirst answer after {time.monotonic() - began:.1f} s. Ctrl-C stops everything.\n")
        self._explain(address, newest=newest)

    def _database(self, running: ExitStack, *, reset: bool) -> None:
        """Holds the demo's folder and makes sure of a database: the one of DATABASE_URL, or our own Postgres."""
        self.postgres: embedded.Server | None = None
        with self._step("Postgres") as step:
            self.folder = running.enter_context(demo_folder.held(settings.VAR_DIR / "demo"))
            url, owner_url = os.environ.get("DATABASE_URL"), os.environ.get("OWNER_DATABASE_URL")
            if not url:
                if reset:
                    self.folder.reset()
                self.postgres = running.enter_context(embedded.postgres(self.folder.postgres))
                url, owner_url = self.postgres.url, self.postgres.owner_url
                self.folder.announce_database(database_url=url, owner_database_url=owner_url)
                step.detail = f"{embedded.version()}, its data in {_short(self.postgres.home)}"
            elif reset:
                raise CommandError("RESET empties the demo's own Postgres only; DATABASE_URL names another")
            else:
                parts = urlsplit(url)
                step.detail = f"the one of DATABASE_URL: {parts.path.strip('/')} on {parts.hostname or 'this machine'}"
            self.url = url
            _connect(url, owner_url=owner_url)

    def _serve(self, running: ExitStack, *, port: int) -> str:
        """Starts the server and returns its address once it answers."""
        with self._step("Server") as step:
            free = running.enter_context(serving.reserved_port(port))
            env = {"DATABASE_URL": self.url, "SECRET_KEY": os.environ.get("SECRET_KEY") or self.folder.secret_key()}
            with processes.held_signals():
                self.server: subprocess.Popen[bytes] = serving.start(port=free, folder=settings.BASE_DIR, env=env)
                running.callback(processes.stop, self.server, politely=serving.POLITELY)
            address = f"http://{serving.HOST}:{free}"
            self.folder.announce_server(pids=[self.server.pid], address=address)
            serving.wait_until_ready(self.server, port=free)
            with processes.held_signals():
                self.worker: subprocess.Popen[bytes] = serving.start_worker(folder=settings.BASE_DIR, env=env)
                running.callback(processes.stop, self.worker, politely=serving.POLITELY)
            # Once more: by now the server's own process, which would outlive its killed parents, is there too.
            self.folder.announce_server(pids=[self.server.pid, self.worker.pid], address=address)
            step.detail = f"on port {free}" + ("" if free == port else f", because {port} is in use")
        return address

    def _check_alive(self) -> None:
        if self.server.poll() is not None:
            raise CommandError(f"the server stopped by itself (exit code {self.server.returncode})")
        if self.worker.poll() is not None:
            raise CommandError(f"the worker stopped by itself (exit code {self.worker.returncode})")
        if self.postgres is not None and not self.postgres.is_running():
            raise CommandError(f"Postgres stopped by itself; it says why in {self.postgres.log}")

    def _explain(self, address: str, *, newest: int) -> None:
        observations = f"{address}/api/v1/observations?page_size=1"
        self.console.line(f"  API            {address}/api/v1/")
        self.console.line(f"  Documentation  {address}/api/v1/docs")
        self.console.line(f"  Admin          {address}/admin/\n")
        self.console.heading("To copy")
        self.console.line(f"  curl '{observations}'")
        self.console.line(f"  curl '{observations}&as_of={newest}'")
        self.console.line(
            "  python3 -m venv client-venv && client-venv/bin/pip install -q ./client && client-venv/bin/python -c"
            " 'from greenapi_client import GreenAPI;"
            f' print(GreenAPI("{address}").observations.list().first())\''
        )

    @contextmanager
    def _step(self, label: str) -> Iterator[Step]:
        """One step of the start; whatever goes wrong in it becomes one message that names it."""
        try:
            with self.console.step(label) as step:
                yield step
        except Exception as error:
            raise CommandError(f"{label}: {str(error).strip() or type(error).__name__}") from error


def _port(text: str) -> int:
    """The port written in `text`; raises ArgumentTypeError, which the parser reports, unless it is 1 to 65535."""
    if not text.isdecimal() or not 0 < int(text) < 65_536:
        raise ArgumentTypeError(f"{text!r} is no port: it must be a number from 1 to 65535")
    return int(text)


def _connect(url: str, *, owner_url: str | None) -> None:
    """Points this process, whose settings were read before there was a database, at `url`, and tries it."""
    database = dj_database_url.parse(url)
    # One connection is enough here, and a pool would try for 30 s before it says that nobody answers.
    database["OPTIONS"] = {**database.get("OPTIONS", {}), "connect_timeout": CONNECT_TIMEOUT_SECONDS}
    settings.DATABASES["default"].update(database)
    settings.OWNER_DATABASE_URL = owner_url
    connection.ensure_connection()


def _migrate() -> str:
    with as_owner():
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if not plan:
            # The application role may be younger than the tables, in a folder from before there were two roles.
            with transaction.atomic(), connection.cursor() as cursor:
                roles.grant(cursor)
            return "all applied"
        call_command("migrate", interactive=False, verbosity=0)
    return f"{len(plan)} applied"


def _load_dataset(sources: Path | None) -> str:
    summary = call_command("load_dataset", sources=sources, verbosity=0, stdout=io.StringIO())
    return str(summary or "loaded").strip()


def _ensure_admin() -> str:
    users = get_user_model().objects
    if users.filter(username=ADMIN).exists():
        return f"{ADMIN} is there; a new password, while this runs: .venv/bin/python manage.py changepassword {ADMIN}"
    password = secrets.token_urlsafe(12)
    users.create_superuser(ADMIN, "", password)
    return f"{ADMIN}, password {password} (shown only now)"


def _short(path: Path) -> str:
    return str(path.relative_to(settings.BASE_DIR)) if path.is_relative_to(settings.BASE_DIR) else str(path)
