"""`make bench-ledger`: what the ledger costs, beside plain tables and live reads, measured in one run.

It prints a Markdown report to standard output and tells on standard error how far it is. Without `DATABASE_URL` it
runs on a Postgres of the wheel that syncs every commit to the disk, as a real one does. With it, it makes databases of
its own beside the one named, and drops them: the role must be allowed to.
"""

import argparse
import os
import platform
import shlex
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import django

from bench.progress import say
from greenapi import embedded, processes

DATABASE = "greenapi_bench"
PARTS = ("writes", "reads")


def main() -> int:
    """Measures what the arguments name, and gives the exit code."""
    options = _options()
    stopping = processes.StopRequest()
    stopping.listen()
    try:
        with server():
            os.environ.setdefault("DJANGO_SETTINGS_MODULE", "greenapi.settings")
            # What is measured is reading, not how often one may.
            os.environ |= {"RATE_LIMIT_ANONYMOUS": "0", "RATE_LIMIT_TOKEN": "0"}
            os.environ["DB_POOL_SIZE"] = "10"  # eight writers, and who waits for them
            django.setup()
            sys.stdout.write(_report(options))
    except embedded.EmbeddedError as error:
        say(str(error))
        return 1
    except processes.Stopped:
        say("stopped; nothing is left behind")
        return 130
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.ledger", description=__doc__.split("\n\n")[0])
    parser.add_argument("--rows", type=int, default=1_000_000, help="observations to read among, at least 100")
    parser.add_argument("--rounds", type=int, default=7, help="how often each thing is measured, once warm")
    parser.add_argument("--seconds", type=float, default=2.0, help="how long one-row writes go on in each round")
    parser.add_argument("--bulk", type=int, default=10_000, help="rows of a bulk write, at least 100")
    parser.add_argument("--parts", nargs="*", choices=PARTS, default=PARTS, help="what to measure (default: all)")
    return parser.parse_args()


@contextmanager
def server() -> Iterator[None]:
    """Sees to it that DATABASE_URL names a Postgres in which databases can be made."""
    if os.environ.get("DATABASE_URL"):
        yield
        return
    with embedded.temporary_postgres(throw_away=False) as server:
        os.environ["DATABASE_URL"] = server.owner_url
        yield


def _report(options: argparse.Namespace) -> str:
    """Runs the parts, each on a database of its own, and gives the whole report."""
    # What needs Django's models can be imported only now.
    from django.core.management import call_command  # noqa: PLC0415

    from bench import content, reading, report, scratch, storage, writing  # noqa: PLC0415

    began = time.monotonic()
    sections: list[str] = []
    if "writes" in options.parts:
        with scratch.database(f"{DATABASE}_writes"):
            call_command("load_dataset", verbosity=0)
            content.prepare()
            single, bulk = writing.writes(rounds=options.rounds, seconds=options.seconds, rows=options.bulk)
            ran_on = machine()
        sections += ["## One row in a transaction", report.table(single)]
        sections += [f"## {options.bulk:,} rows in a transaction", report.table(bulk)]
    if "reads" in options.parts:
        with scratch.database(f"{DATABASE}_reads"):
            call_command("load_dataset", verbosity=0)
            content.prepare()
            moments = content.fill(options.rows)
            storage.settle()
            whole, sql = reading.reads(moments, rounds=2 * options.rounds, seconds=20 * options.seconds)
            sizes = storage.storage()
            ran_on = machine()
        sections += [f"## Reads among {options.rows:,} observations of three versions", report.table(whole)]
        sections += ["## The SQL of these reads alone", report.table(sql)]
        sections += ["## Bytes of observations, with indexes", report.table(sizes)]
    command = f"python -m bench.ledger {shlex.join(sys.argv[1:])}".strip()
    lasted = (time.monotonic() - began) / 60
    head = f"{datetime.now(UTC):%Y-%m-%d}, {ran_on}; `{command}`, {lasted:.0f} minutes."
    return "\n\n".join([head, *sections]) + "\n"


def machine() -> str:
    """What it ran on, in words; asks the database in use."""
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version'), current_setting('shared_buffers')")
        postgres, buffers = cursor.fetchone()
    return (
        f"{os.cpu_count()} processors ({_processor()}), {platform.system()} {platform.machine()},"
        f" Python {platform.python_version()}, Django {django.get_version()},"
        f" Postgres {postgres} with {buffers} of shared buffers"
    )


def _processor() -> str:
    names = Path("/proc/cpuinfo")
    lines = names.read_text(encoding="utf-8").splitlines() if names.exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown")


if __name__ == "__main__":
    sys.exit(main())
