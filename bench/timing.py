"""Measures things in turn, so that what else the machine does falls on all of them alike."""

import time
from collections.abc import Callable, Mapping
from typing import TypeVar

Measured = TypeVar("Measured")


def seconds_of(task: Callable[[], object]) -> float:
    """How long one run of a task takes, in seconds."""
    began = time.perf_counter()
    task()
    return time.perf_counter() - began


def in_turn(tasks: Mapping[str, Callable[[int], Measured]], *, rounds: int, budget: float) -> dict[str, list[Measured]]:
    """Runs every task once in each round, and gives what each measured, by its name.

    A task is given the number of the round, from 0; round 0 only warms up and is not kept. It ends after `rounds`
    more rounds, or sooner once `budget` seconds are over and three are kept.
    """
    found: dict[str, list[Measured]] = {name: [] for name in tasks}
    began = time.monotonic()
    for number in range(rounds + 1):
        # Who goes first changes: the first of a round pays for what the last has left to do.
        for name in list(tasks) if number % 2 else reversed(list(tasks)):
            measured = tasks[name](number)
            if number:
                found[name].append(measured)
        if number >= 3 and time.monotonic() - began > budget:
            break
    return found
