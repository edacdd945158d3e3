"""Every answer as of every revision is what a model in memory foretells: lists, filters, orderings and details."""

import json
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from greenapi.ledger.identifiers import uuid7
from greenapi.ledger.models import LedgerHead
from tests.factories import facts
from tests.factories.revisions import change

from .oracle import Oracle, World
from .oracle_steps import WORDS_OF, Ground, Step, Writing, clear, lay_ground, observe, perform, writings
from .second_writer import RolledBackError

# Of every sort of row one, so that no example is empty.
BEGINNING = Writing(
    steps=[
        Step(verb=verb, pick=1, other=0, slug=slug, name="a")
        for verb, slug in [
            ("put unit", "five"),
            ("put topic", "five"),
            ("put indicator", "five"),
            ("put observation", "five"),
        ]
    ],
    rolls_back=False,
)


def head() -> int:
    return LedgerHead.objects.get().number


def read(client: Client, path: str, *, as_of: int | None = None) -> Any:
    """The body of an answer with its numbers exact; None when there is none."""
    parameter = "" if as_of is None else f"{'&' if '?' in path else '?'}as_of={as_of}"
    answer = client.get(f"/api/v1/{path}{parameter}")
    assert answer.status_code in {200, 404}, answer.content
    return json.loads(answer.content, parse_float=Decimal) if answer.status_code == 200 else None


@pytest.fixture
def ground(ledger_db: None) -> Ground:
    with change():
        return lay_ground()


@pytest.fixture
def oracle(ground: Ground, client: Client) -> Oracle:
    """Has read one observation of which every part is cited."""
    with change():
        indicator, identity = facts.indicator(), uuid7()
        observe(
            ground,
            identity=identity,
            indicator=indicator.id,
            unit=indicator.unit.id,
            value=Decimal(20),
            parts=set(WORDS_OF),
            published=True,
        )
    return Oracle(observation=read(client, f"observations/{identity}"))


@given(history=st.lists(writings, min_size=1, max_size=5))
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_answer_as_of_every_revision_is_foretold(
    client: Client, ground: Ground, oracle: Oracle, history: list[Writing]
) -> None:
    """Every example goes on in the same ledger, and begins by deleting what the one before left."""
    with change():
        clear()
    world = World()
    kept = {head(): world.copy()}
    for writing in [BEGINNING, *history]:
        tried, before = world.copy(), head()
        try:
            with change():
                for step in writing.steps:
                    perform(step, tried, ground)
                if writing.rolls_back:
                    raise RolledBackError
        except RolledBackError:
            tried = world
        if tried != world or not writing.steps:
            assert head() - before == (tried != world)
        world = tried
        kept[head()] = world.copy()

    records = {path for then in kept.values() for path in oracle.details(then)}
    for number, then in kept.items():
        _is_as_foretold(client, oracle, then, records=records, as_of=number)
    _is_as_foretold(client, oracle, world, records=records, as_of=None)


def _is_as_foretold(client: Client, oracle: Oracle, world: World, *, records: set[str], as_of: int | None) -> None:
    expected = oracle.lists(world)
    assert {path: (read(client, path, as_of=as_of) or {})["results"] for path in expected} == expected
    details = oracle.details(world)
    assert {path: read(client, path, as_of=as_of) for path in records} == {path: details.get(path) for path in records}
