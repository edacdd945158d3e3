"""The benchmark of the ledger runs from start to end, on little data; its figures are for people to judge."""

import os
import subprocess
import sys
from pathlib import Path

from bench.report import Figure, table

ROOT = Path(__file__).parents[1]
LITTLE = ["--rows", "100", "--bulk", "100", "--rounds", "1", "--seconds", "0.01"]


def test_ledger_benchmark_reports_every_part_and_leaves_nothing_behind(django_db_setup: None) -> None:
    command = [sys.executable, "-m", "bench.ledger", *LITTLE]
    done = subprocess.run(command, cwd=ROOT, env=os.environ, capture_output=True, text=True, check=False, timeout=300)

    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert [line for line in lines if line.startswith("## ")] == [
        "## One row in a transaction",
        "## 100 rows in a transaction",
        "## Reads among 100 observations of three versions",
        "## The SQL of these reads alone",
        "## Bytes of observations, with indexes",
    ]
    figures = [line for line in lines if line.startswith("| ") and not line.startswith("| what ")]
    assert len(figures) == 4 + 5 + 11 + 11 + 2


def test_ratio_is_how_many_times_worse_the_worst_other_side_is() -> None:
    slower = Figure(what="a list", unit="ms", measured={"live": [0.1, 0.2, 0.9], "old": [0.5], "new": [0.3]}, goal=2)
    rarer = Figure(what="writes", unit="/s", measured={"plain": [300.0], "ledger": [100.0]}, goal=3)

    assert (slower.ratio, rarer.ratio) == (2.5, 3.0)
    assert table([slower]).splitlines()[2:] == ["| a list | 200.0 ms | 500.0 ms | 300.0 ms | 2.50 | 2: missed |"]
    assert table([rarer]).splitlines()[2:] == ["| writes | 300 /s | 100 /s | 3.00 | 3 |"]


def test_search_benchmark_reports_every_sort_of_search(django_db_setup: None) -> None:
    command = [sys.executable, "-m", "bench.search", "--segments", "100", "--asked", "4"]
    done = subprocess.run(command, cwd=ROOT, env=os.environ, capture_output=True, text=True, check=False, timeout=300)

    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert "## 20 hits with highlights among 100 segments" in lines
    assert len([line for line in lines if line.startswith("| ") and not line.startswith("| what ")]) == 7
