"""Measures reads as of a revision beside live ones: whole requests to the API in this process, and their SQL alone."""

import time
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db import connection
from django.test import Client

from .content import Moments
from .progress import say
from .report import Figure
from .timing import in_turn

# How many times as long as a live read one as of a revision may take.
LIST_GOAL, DETAIL_GOAL = 3.0, 2.0
PATH = "/api/v1/observations"
DETAILS = 200
LISTS: dict[str, dict[str, str]] = {
    "list": {},
    "list by indicator": {"indicator": "bench-17"},
    "list by speaker": {"speaker": "bench-17"},
    "list by document": {"document": "bench-17"},
    "list by indicator, newest first": {"indicator": "bench-17", "ordering": "-stated_on"},
    "list, last first": {"ordering": "-id"},
    "list, newest first": {"ordering": "-stated_on"},
    "list, smallest value first": {"ordering": "value"},
    "list, ordered by indicator": {"ordering": "indicator"},
}


def reads(moments: Moments, *, rounds: int, seconds: float) -> tuple[list[Figure], list[Figure]]:
    """The figures of whole requests, and of their SQL alone; each spends about `seconds` at the most."""
    sides = {"live": None, "as of old": moments.old, "as of middle": moments.middle, "as of newest": moments.newest}
    whole: list[Figure] = []
    sql: list[Figure] = []

    def measure(what: str, *, goal: float, address: Callable[[int | None, int], str]) -> None:
        say(f"reading: {what}")
        tasks = {side: partial(_ask, address=address, as_of=as_of) for side, as_of in sides.items()}
        found = in_turn(tasks, rounds=rounds, budget=seconds)
        for figures, place, aim in ((whole, 0, goal), (sql, 1, None)):
            measured = {side: [pair[place] for pair in pairs] for side, pairs in found.items()}
            figures.append(Figure(what=what, unit="ms", measured=measured, goal=aim))

    some = _some_ids(DETAILS)
    measure("detail", goal=DETAIL_GOAL, address=lambda as_of, n: _address(f"{PATH}/{some[n % DETAILS]}", as_of))
    for what, query in LISTS.items():
        measure(what, goal=LIST_GOAL, address=partial(_listing, query))
    # Pages after the first are of its revision, so that there are no live ones: page one stands for them.
    second = {as_of: PATH if as_of is None else _get(_address(PATH, as_of))["next"] for as_of in sides.values()}
    measure("second page of the list (live: the first)", goal=LIST_GOAL, address=lambda as_of, _: second[as_of])
    return whole, sql


def _listing(query: dict[str, str], as_of: int | None, number: int) -> str:
    return _address(PATH, as_of, **query)


def _ask(number: int, *, address: Callable[[int | None, int], str], as_of: int | None) -> tuple[float, float]:
    """Seconds of a whole request, and of the SQL in it."""
    path = address(as_of, number)
    spent = 0.0

    def timed(execute: Callable[..., Any], *args: Any) -> Any:
        nonlocal spent
        began = time.perf_counter()
        try:
            return execute(*args)
        finally:
            spent += time.perf_counter() - began

    with connection.execute_wrapper(timed):
        began = time.perf_counter()
        _get(path)
        return time.perf_counter() - began, spent


def _get(path: str) -> dict[str, Any]:
    response = Client().get(path, headers={"host": "localhost"})
    if response.status_code != 200:
        raise RuntimeError(f"{path}: {response.status_code} {response.content[:500]!r}")
    body: dict[str, Any] = response.json()
    return body


def _address(path: str, as_of: int | None, **query: str) -> str:
    if as_of is not None:
        query["as_of"] = str(as_of)
    return f"{path}?{urlencode(query)}" if query else path


def _some_ids(wanted: int) -> list[UUID]:
    """Ids of published observations from all over the table, always the same."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM observation WHERE state = 'published' ORDER BY md5(id::text) LIMIT %s", [wanted])
        return [identity for (identity,) in cursor.fetchall()]
