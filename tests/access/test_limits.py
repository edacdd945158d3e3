"""Counting within leases: many workers and threads, and never more than the limit."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from django.db import connection

from greenapi.access import leases
from greenapi.access.leases import Lease, take
from greenapi.access.limits import Limiter
from greenapi.access.models import Allowance

WORKERS, THREADS = 4, 3
# A window in whose end no test runs.
LONG = 10_000_000


class Database:
    """Leases out of one allowance, as the table holds it, without a window's end; counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, client: str, *, limit: int) -> Lease:
        self.asked += 1
        return take(client, limit=limit, window_seconds=LONG)


def in_a_thread(work: Callable[[], int]) -> int:
    try:
        return work()
    finally:
        connection.close()


def until_refused(limiter: Limiter, *, limit: int) -> int:
    """How many requests of one client a thread of a worker gets through."""
    allowed = 0
    while limiter.spend("somebody", limit=limit).allowed:
        allowed += 1
    return allowed


@pytest.mark.parametrize("limit", [1, 7, 600])
def test_all_workers_together_spend_the_limit_and_not_one_more(ledger_db: None, limit: int) -> None:
    database = Database()
    workers = [Limiter(take=database) for _ in range(WORKERS)]

    with ThreadPoolExecutor(WORKERS * THREADS) as threads:
        tasks = [partial(until_refused, worker, limit=limit) for worker in workers for _ in range(THREADS)]
        spent = sum(threads.map(in_a_thread, tasks))

    assert spent == limit
    assert Allowance.objects.get().leased == limit


def test_request_seldom_costs_a_question(db: None) -> None:
    database = Database()

    assert until_refused(Limiter(take=database), limit=600) == 600
    assert database.asked < 600 / 10


def test_refused_client_costs_no_question_until_the_window_ends(db: None) -> None:
    database = Database()
    limiter = Limiter(take=database)
    until_refused(limiter, limit=3)
    asked = database.asked

    assert not any(limiter.spend("somebody", limit=3).allowed for _ in range(50))
    assert database.asked == asked
    assert limiter.spend("somebody else", limit=3).allowed


def test_next_window_begins_anew(db: None) -> None:
    now = 0.0
    ends = 30.0

    def take_two(client: str, *, limit: int) -> Lease:
        return Lease(taken=limit, free=0, seconds=ends - now)

    limiter = Limiter(take=take_two, clock=lambda: now)

    assert [limiter.spend("x", limit=2).allowed for _ in range(3)] == [True, True, False]
    assert limiter.spend("x", limit=2).seconds == 30
    now, ends = 30.0, 90.0
    assert limiter.spend("x", limit=2).allowed


def test_what_is_given_back_may_be_spent(db: None) -> None:
    limiter = Limiter(take=Database())
    until_refused(limiter, limit=3)

    standing = limiter.give_back("somebody", limit=3)

    assert standing is not None and standing.remaining == 1
    assert [limiter.spend("somebody", limit=3).allowed for _ in range(2)] == [True, False]
    assert limiter.give_back("nobody", limit=3) is None


def test_remaining_counts_down(db: None) -> None:
    limiter = Limiter(take=Database())

    assert [limiter.spend("x", limit=20).remaining for _ in range(21)] == [*range(19, -1, -1), 0]


def test_windows_follow_the_databases_clock(db: None) -> None:
    first = take("x", limit=80)
    Allowance.objects.update(window=0, leased=80)
    anew = take("x", limit=80)
    # A worker whose statement waited while another began the next window.
    Allowance.objects.update(window=2**40)
    ahead = take("x", limit=80)

    assert (first.taken, first.free) == (anew.taken, anew.free) == (10, 70)
    assert 0 < first.seconds <= 60
    assert (ahead.taken, ahead.free) == (8, 62)


def test_lower_limit_holds_at_once(db: None) -> None:
    take("x", limit=800)

    lease = take("x", limit=50)
    assert (lease.taken, lease.free) == (0, 0)


def test_old_windows_are_cleared_away(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    Allowance.objects.create(client="long gone", window=0, leased=1, lease=1)
    monkeypatch.setattr(leases, "CLEARED_EVERY", 1)

    take("x", limit=10)

    assert [kept.client for kept in Allowance.objects.all()] == ["x"]
