"""A listing read page by page, there and back, while somebody else never stops writing."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle
from threading import Event
from typing import Any

import pytest

from greenapi.ledger.models import LedgerHead
from indicators.models import Topic
from tests.contract.client import ContractClient
from tests.factories import facts
from tests.factories.revisions import change
from tests.ledger.second_writer import PATIENCE, elsewhere

NAMES = ("calm", "breeze", "gale", "storm")
COUNT = 23  # topics that there are at first


@contextmanager
def writing_without_end() -> Iterator[None]:
    """Somebody else inserts, renames and deletes topics, a revision each, while the block runs."""
    over, started = Event(), Event()

    def write() -> None:
        for name in cycle(NAMES):
            with change():
                facts.topic(name=name)
            with change():
                Topic.objects.order_by("?")[0].delete()
            with change():
                Topic.objects.filter(id__in=Topic.objects.order_by("?")[:5]).update(name=name)
            started.set()
            if over.is_set():
                return

    with elsewhere(write) as done:
        try:
            assert started.wait(PATIENCE)
            yield
        finally:
            over.set()
            done.result(PATIENCE)


def wait_for_writing(*, since: int) -> None:
    """Waits until another revision was made than the one given."""
    for _ in range(PATIENCE * 1000):
        if LedgerHead.objects.get().number > since:
            return
    raise AssertionError("nobody writes")


def follow(api: ContractClient, page: Any, *, link: str) -> list[Any]:
    """A page, and those that follow it in one direction, with something written before each."""
    pages = [page]
    while pages[-1][link]:
        wait_for_writing(since=LedgerHead.objects.get().number)
        pages.append(api.read(pages[-1][link]))
    return pages


def rows_of(pages: list[Any]) -> list[Any]:
    return [row for page in pages for row in page["results"]]


@pytest.mark.parametrize("ordering", ["slug", "-name", "name,-slug"])
@pytest.mark.parametrize("size", [1, 4])
def test_pages_there_and_back_are_those_of_the_first_ones_revision(
    api: ContractClient, ledger_db: None, *, ordering: str, size: int
) -> None:
    with change():
        for number in range(COUNT):
            facts.topic(name=NAMES[number % len(NAMES)])

    with writing_without_end():
        first = api.read(f"/api/v1/topics?ordering={ordering}&page_size={size}")
        there = follow(api, first, link="next")
        back = follow(api, there[-1], link="previous")
    whole = api.read(f"/api/v1/topics?ordering={ordering}&page_size=1000&as_of={first['revision']}")

    assert rows_of(there) == whole["results"]
    assert rows_of(back[::-1]) == whole["results"]
    assert {page["revision"] for page in [*there, *back]} == {first["revision"]}
    # The listing has become another one meanwhile, so the equalities above say something.
    assert api.read(f"/api/v1/topics?ordering={ordering}&page_size=1000")["results"] != whole["results"]
