"""`make bench-export`: what exporting every observation costs a real server: its memory, and its time.

It prints a Markdown report to standard output and tells on standard error how far it is. Without `DATABASE_URL` it
runs on a Postgres of the wheel; with it, it makes a database of its own beside the one named, and drops it.
"""

import argparse
import http.client
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import django

from bench.ledger import machine, server
from bench.progress import say
from greenapi import embedded, processes, serving

DATABASE = "greenapi_bench_export"
PATH = "/api/v1/observations"
FORMATS = ("ndjson", "csv", "parquet")
GOAL = 150  # MB
ROOT = Path(__file__).parents[1]
READ_AT_ONCE = 1024 * 1024  # bytes


@dataclass(frozen=True, kw_only=True)
class Export:
    """What one export came to; megabytes are the most that the server's processes had in memory together."""

    format: str
    rows: int
    bytes: int
    seconds: float
    before: float
    most: float


def main() -> int:
    """Measures each format on a server of its own, and gives the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.export", description=__doc__.split("\n\n")[0])
    parser.add_argument("--rows", type=int, default=1_000_000, help="observations to export, at least 100")
    parser.add_argument("--formats", nargs="*", choices=FORMATS, default=FORMATS, help="which (default: all)")
    options = parser.parse_args()
    stopping = processes.StopRequest()
    stopping.listen()
    try:
        with server():
            os.environ.setdefault("DJANGO_SETTINGS_MODULE", "greenapi.settings")
            django.setup()
            sys.stdout.write(_report(rows=options.rows, formats=options.formats))
    except (embedded.EmbeddedError, serving.ServingError) as error:
        say(str(error))
        return 1
    except processes.Stopped:
        say("stopped; nothing is left behind")
        return 130
    return 0


def _report(*, rows: int, formats: list[str]) -> str:
    # What needs Django's models can be imported only now.
    from django.core.management import call_command  # noqa: PLC0415

    from bench import content, scratch, storage  # noqa: PLC0415

    with scratch.database(DATABASE):
        call_command("load_dataset", verbosity=0)
        content.prepare()
        content.fill(rows)
        storage.settle()
        database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{DATABASE}").geturl()
        found = [_measured(name, database=database) for name in formats]
        ran_on = machine()
    lines = [
        f"{ran_on}; {rows:,} observations of three versions.",
        "",
        "| format | rows | bytes | seconds | MB before | most MB | goal |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for export in found:
        judged = f"{GOAL}" if export.most <= GOAL else f"{GOAL}: missed"
        lines.append(
            f"| {export.format} | {export.rows:,} | {export.bytes:,} | {export.seconds:,.0f} | {export.before:.0f} |"
            f" {export.most:.0f} | {judged} |"
        )
    return "\n".join(lines) + "\n"


def _measured(name: str, *, database: str) -> Export:
    """Exports all observations from a server that has done nothing else."""
    with serving.reserved_port(18_700) as port:
        process = serving.start(port=port, folder=ROOT, env={"DATABASE_URL": database, "SECRET_KEY": "of the bench"})
        try:
            serving.wait_until_ready(process, port=port)
            before = _megabytes(process.pid)
            asked = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
            began = told = time.monotonic()
            asked.request("GET", f"{PATH}?format={name}")
            answer = asked.getresponse()
            if answer.status != http.client.OK:
                raise RuntimeError(f"{name}: {answer.status} {answer.read(500)!r}")
            length, most = 0, before
            while piece := answer.read(READ_AT_ONCE):
                length += len(piece)
                most = max(most, _megabytes(process.pid))
                if time.monotonic() - told > 10:
                    told = time.monotonic()
                    say(f"  {name}: {length:,} bytes after {told - began:.0f} s, {most:.0f} MB")
            rows = int(answer.headers["Row-Count"])
            seconds = time.monotonic() - began
            return Export(format=name, rows=rows, bytes=length, seconds=seconds, before=before, most=most)
        finally:
            processes.stop(process, politely=serving.POLITELY)


def _megabytes(pid: int) -> float:
    """What a process and those that it started have in memory; what they share counts once."""
    tasks = Path(f"/proc/{pid}/task")
    children = {child for task in tasks.iterdir() for child in (task / "children").read_text().split()}
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8")
    own = next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")) / 1024
    return own + sum(_megabytes(int(child)) for child in children)


if __name__ == "__main__":
    sys.exit(main())
