"""`make bench-search`: what a search costs among many segments, through the API in this process.

It prints a Markdown report to standard output and tells on standard error how far it is. Without `DATABASE_URL` it
runs on a Postgres of the wheel; with it, it makes a database of its own beside the one named, and drops it.
"""

import argparse
import os
import random
import shlex
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from statistics import median, quantiles

import django

from bench.ledger import machine, server
from bench.progress import say
from greenapi import embedded, processes

DATABASE = "greenapi_bench_search"
HITS = 20
GOAL_MILLISECONDS = 50.0


def main() -> int:
    """Measures, and gives the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.search", description=__doc__.split("\n\n")[0])
    parser.add_argument("--segments", type=int, default=100_000, help="segments to search among, at least 100")
    parser.add_argument("--asked", type=int, default=400, help="searches of each sort, at least 2")
    options = parser.parse_args()
    stopping = processes.StopRequest()
    stopping.listen()
    try:
        with server():
            os.environ.setdefault("DJANGO_SETTINGS_MODULE", "greenapi.settings")
            # What is measured is searching, not how often or for how long one may.
            os.environ.update(RATE_LIMIT_ANONYMOUS="0", READ_SECONDS="0")
            django.setup()
            sys.stdout.write(_report(options))
    except embedded.EmbeddedError as error:
        say(str(error))
        return 1
    except processes.Stopped:
        say("stopped; nothing is left behind")
        return 130
    return 0


def _report(options: argparse.Namespace) -> str:
    # What needs Django's models can be imported only now.
    from django.core.management import call_command  # noqa: PLC0415

    from bench import scratch, texts  # noqa: PLC0415

    with scratch.database(DATABASE):
        call_command("load_dataset", verbosity=0)
        spoken = texts.language()
        texts.fill_texts(options.segments, spoken=spoken)
        lines = measured(spoken.some, asked=options.asked)
        ran_on = machine()
    command = f"python -m bench.search {shlex.join(sys.argv[1:])}".strip()
    head = f"{datetime.now(UTC):%Y-%m-%d}, {ran_on}; `{command}`."
    return "\n\n".join([head, f"## {HITS} hits with highlights among {options.segments:,} segments", lines]) + "\n"


def measured(some: Callable[[random.Random, int], list[str]], *, asked: int) -> str:
    """A table of whole requests: as they came, and the processor time that they took here and in Postgres.

    Words are asked for as often as they are written, so most searches are for common ones.
    """
    chance = random.Random(3)  # noqa: S311 - no secret
    sorts: dict[str, Callable[[], str]] = {
        "one word": lambda: some(chance, 1)[0],
        "two words": lambda: " ".join(some(chance, 2)),
        "three words": lambda: " ".join(some(chance, 3)),
        "one word or another": lambda: " or ".join(some(chance, 2)),
        "one word without another": lambda: " -".join(some(chance, 2)),
        "a phrase": lambda: f'"{" ".join(some(chance, 2))}"',
        "one misspelt word": lambda: f"{some(chance, 1)[0]}q",
    }
    lines = ["| what | median | p99 | processor, mean | goal of p99 |", "|---|---:|---:|---:|---:|"]
    for what, make in sorts.items():
        say(f"searching: {what}")
        times, busy = _asked([make() for _ in range(asked)])
        p99 = quantiles(times, n=100)[-1]
        goal = f"{GOAL_MILLISECONDS:g} ms{'' if p99 <= GOAL_MILLISECONDS else ': missed'}"
        lines.append(f"| {what} | {median(times):,.1f} ms | {p99:,.1f} ms | {busy:,.1f} ms | {goal} |")
    return "\n".join(lines)


def _asked(texts: list[str]) -> tuple[list[float], float]:
    """Milliseconds that each search took, and of processor time on average; the first few only warm up."""
    from django.test import Client  # noqa: PLC0415

    client = Client(headers={"host": "localhost"})
    times = []

    def ask(text: str) -> float:
        began = time.perf_counter()
        response = client.get("/api/v1/search", {"q": text, "page_size": str(HITS)})
        if response.status_code != 200:
            raise RuntimeError(f"{text}: {response.status_code} {response.content[:500]!r}")
        return (time.perf_counter() - began) * 1000

    for text in texts[:3]:
        ask(text)
    began = _processor_seconds()
    times = [ask(text) for text in texts]
    return times, (_processor_seconds() - began) * 1000 / len(texts)


def _processor_seconds() -> float:
    """What this process and the Postgres process that serves it have used; without the latter where it is elsewhere."""
    import psutil  # type: ignore[import-untyped]  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = cursor.fetchone()[0]
    used = time.process_time()
    if psutil.pid_exists(backend):
        spent = psutil.Process(backend).cpu_times()
        used += spent.user + spent.system
    return used


if __name__ == "__main__":
    sys.exit(main())
