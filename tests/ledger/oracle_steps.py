"""Steps that change database and model alike; one that makes no sense where it comes is left out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection
from hypothesis import strategies as st

from briefings.models import Citation, Segment
from greenapi.ledger.identifiers import uuid7
from indicators import changes
from indicators.models import Indicator, Observation, Period, Scope, Topic, Unit
from tests.factories import facts, sources

from .oracle import World, printed

# What each part of an observation is cited by, in the words of the source.
WORDS_OF = {"period": "In 2030", "value": "more than 20%", "scope": "mills"}
TABLES = ("observation_citation", "observation", "indicator_topic", "indicator", "topic", "unit")


@dataclass(frozen=True, kw_only=True)
class Step:
    """What is done, the numbers that choose the rows, and the words to write."""

    verb: str
    pick: int
    other: int
    slug: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Writing:
    """The steps of one revision, and whether it is rolled back at the end."""

    steps: list[Step]
    rolls_back: bool


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What every observation is stated in and about, which no step changes."""

    segment: Segment
    scope: Scope
    period: Period
    citations: Mapping[str, Citation]


def lay_ground() -> Ground:
    """Makes the ground, inside an open revision."""
    segment = sources.segment()
    cited = {part: sources.citation(of=segment.document_version, exact=words) for part, words in WORDS_OF.items()}
    return Ground(segment=segment, scope=facts.scope(), period=facts.period(), citations=cited)


def observe(
    ground: Ground, *, identity: UUID, indicator: UUID, unit: UUID, value: Decimal, parts: set[str], published: bool
) -> None:
    """Records an observation, proved by these parts."""
    made = facts.observation(
        id=identity,
        indicator=Indicator.objects.get(id=indicator),
        unit=Unit.objects.get(id=unit),
        segment=ground.segment,
        scope=ground.scope,
        reference_period=ground.period,
        reference_period_basis="stated",
        value=value,
        value_printed=printed(value),
        published=published,
        cited=False,
    )
    changes.cite(made, parts=[(part, ground.citations[part]) for part in parts])


def clear() -> None:
    """Deletes every row that a step may have made, inside an open revision."""
    with connection.cursor() as cursor:
        cursor.execute(";".join(f"DELETE FROM {table}" for table in TABLES))


def perform(step: Step, world: World, ground: Ground) -> None:
    """Does a step in both."""
    VERBS[step.verb](step, world, ground)


def _put_unit(step: Step, world: World, ground: Ground) -> None:
    """A new unit, or another slug and name for one that is there."""
    identity = world.nth("units", step.pick) if step.other else None
    identity = identity or uuid7()
    if _is_taken(world.units, slug=step.slug, by=identity):
        return
    values = {"slug": step.slug, "name": step.name}
    changes.record_one(Unit, id=identity, quantity="ratio", **values)
    world.units[identity] = values


def _put_topic(step: Step, world: World, ground: Ground) -> None:
    identity = world.nth("topics", step.pick) if step.other else None
    identity = identity or uuid7()
    parent = world.nth("topics", step.other)
    if parent == identity or _is_taken(world.topics, slug=step.slug, by=identity):
        return
    values = {"slug": step.slug, "name": step.name}
    changes.record_one(Topic, id=identity, parent=None if parent is None else Topic.objects.get(id=parent), **values)
    world.topics[identity] = {**values, "parent": parent}


def _put_indicator(step: Step, world: World, ground: Ground) -> None:
    identity = world.nth("indicators", step.pick) if step.other else None
    identity = identity or uuid7()
    unit = world.nth("units", step.other)
    if unit is None or _is_taken(world.indicators, slug=step.slug, by=identity):
        return
    topics = {found for pick in range(step.pick) if (found := world.nth("topics", step.other + pick))}
    changes.record_indicator(
        id=identity,
        domain=facts.SHARE,
        definition="Share of mills that run on wind.",
        polarity="higher_is_better",
        unit=Unit.objects.get(id=unit),
        topics=Topic.objects.filter(id__in=topics),
        slug=step.slug,
        name=step.name,
    )
    world.indicators[identity] = {"slug": step.slug, "name": step.name, "unit": unit, "topics": topics}


def _put_observation(step: Step, world: World, ground: Ground) -> None:
    identity, indicator, unit = uuid7(), world.nth("indicators", step.pick), world.nth("units", step.other)
    if indicator is None or unit is None:
        return
    values: dict[str, Any] = {
        "indicator": indicator,
        "unit": unit,
        "value": Decimal(20 + step.other),
        "parts": set(sorted(WORDS_OF, reverse=True)[: 1 + step.pick]),
        "published": step.pick != 3,
    }
    observe(ground, identity=identity, **values)
    world.observations[identity] = values


def _put_names(step: Step, world: World, ground: Ground) -> None:
    """One statement over many rows."""
    Unit.objects.filter(name__gte=step.name).update(name=step.name)
    for row in world.units.values():
        if row["name"].encode() >= step.name.encode():
            row["name"] = step.name


def _put_values(step: Step, world: World, ground: Ground) -> None:
    """Another value for every observation of an indicator, in raw SQL over a join."""
    indicator, value = world.nth("indicators", step.pick), Decimal(20 + step.other)
    if indicator is None:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE observation o SET value = %s, value_printed = %s, bounds = numrange(%s, 100, '(]')"
            " FROM indicator i WHERE i.id = o.indicator_id AND i.slug = %s",
            [value, printed(value), value, world.indicators[indicator]["slug"]],
        )
    for row in world.observations.values():
        if row["indicator"] == indicator:
            row["value"] = value


def _cite(step: Step, world: World, ground: Ground) -> None:
    identity = world.nth("observations", step.pick)
    if identity is None:
        return
    parts = {"value", *sorted(WORDS_OF)[: step.other]}
    changes.cite(Observation.objects.get(id=identity), parts=[(part, ground.citations[part]) for part in parts])
    world.observations[identity]["parts"] = parts


def _withdraw(step: Step, world: World, ground: Ground) -> None:
    identity = world.nth("observations", step.pick)
    if identity is not None and world.observations[identity]["published"]:
        changes.withdraw(Observation.objects.get(id=identity))
        world.observations[identity]["published"] = False


def _drop(step: Step, world: World, ground: Ground) -> None:
    """Deletes a row that no other needs, with its own links."""
    table, model = DROPPED[step.other]
    identity = world.nth(table, step.pick)
    if identity is None or world.is_used(identity):
        return
    if model is Observation:
        changes.cite(Observation.objects.get(id=identity), parts=[])
    elif model is Indicator:
        changes.set_topics(Indicator.objects.get(id=identity), topics=[])
    model.objects.filter(id=identity).delete()
    del world.table(table)[identity]


def _is_taken(rows: dict[UUID, dict[str, Any]], *, slug: str, by: UUID) -> bool:
    return any(row["slug"] == slug for identity, row in rows.items() if identity != by)


DROPPED: tuple[tuple[str, type[Any]], ...] = (
    ("units", Unit),
    ("topics", Topic),
    ("indicators", Indicator),
    ("observations", Observation),
)
VERBS: Mapping[str, Callable[[Step, World, Ground], None]] = {
    "put unit": _put_unit,
    "put topic": _put_topic,
    "put indicator": _put_indicator,
    "put observation": _put_observation,
    "put names": _put_names,
    "put values": _put_values,
    "cite": _cite,
    "withdraw": _withdraw,
    "drop": _drop,
}

steps = st.builds(
    Step,
    verb=st.sampled_from([*VERBS, "put indicator", "put observation", "put observation", "drop"]),
    pick=st.integers(0, 3),
    other=st.integers(0, 3),
    slug=st.sampled_from(["one", "two", "three", "four"]),
    name=st.sampled_from(["a", "b", "B", "ø", "ab"]),
)
writings = st.builds(
    Writing, steps=st.lists(steps, max_size=8), rolls_back=st.sampled_from([False, False, False, True])
)
