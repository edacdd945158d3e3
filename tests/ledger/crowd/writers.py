"""Writers: they put, drop, publish and withdraw rows in revisions of their own, and some roll back."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.db.models import ProtectedError

from greenapi.ledger.revisions import WriterBusyError
from indicators import changes
from indicators.changes import StateError
from indicators.models import Indicator, Observation, State, Topic, Unit
from tests.factories import facts
from tests.factories.revisions import change
from tests.ledger.second_writer import RolledBackError

from .plans import TABLES, Pause, Step, Writing
from .stage import Stage

# What a writer may well meet, and loses its revision by: rows still in use, and a ledger that others hold.
MISHAPS = (RolledBackError, WriterBusyError, ProtectedError, StateError)


def write(script: tuple[Writing, ...], *, stage: Stage, name: str) -> int:
    """Performs a script in this thread, one revision after the other; gives back how many were committed."""
    committed = 0
    try:
        for writing in script:
            try:
                with _dawdling(writing.begun, stage=stage), change(actor=name):
                    _perform_all(writing, stage=stage)
                    stage.pause(writing.written)
                committed += 1
            except MISHAPS:
                pass
            stage.pause(writing.finished)
    finally:
        connection.close()
    return committed


@contextmanager
def _dawdling(pause: Pause, *, stage: Stage) -> Iterator[None]:
    """Takes time between the begin of the transaction and the opening of the revision, as a slow network does."""

    def dawdle(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001
        if "ledger_open" in sql:
            execute("SELECT 1", None, many, context)  # Only the first statement begins the transaction.
            stage.pause(pause)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(dawdle):
        yield


def _perform_all(writing: Writing, *, stage: Stage) -> None:
    for done, step in enumerate(writing.steps):
        if done == writing.fails_after:
            raise RolledBackError
        if step.undone:
            _perform_in_vain(step, stage=stage)
        else:
            PERFORM[step.verb, step.table](step, stage)
    if writing.fails_after is not None:
        raise RolledBackError


def _perform_in_vain(step: Step, *, stage: Stage) -> None:
    try:
        with transaction.atomic():
            PERFORM[step.verb, step.table](step, stage)
            raise RolledBackError
    except (RolledBackError, ProtectedError, StateError):
        pass


def _put_unit(step: Step, stage: Stage) -> None:
    facts.unit(slug=f"unit-{step.pick}", name=step.word)


def _put_topic(step: Step, stage: Stage) -> None:
    parent = Topic.objects.filter(slug=f"topic-{step.other}").first()
    facts.topic(slug=f"topic-{step.pick}", name=step.word, parent=parent if step.other != step.pick else None)


def _put_indicator(step: Step, stage: Stage) -> None:
    unit = Unit.objects.order_by("slug").first() or facts.unit(slug=f"unit-{step.other}")
    made = facts.indicator(slug=f"indicator-{step.pick}", name=step.word, unit=unit)
    changes.set_topics(made, topics=Topic.objects.filter(slug__gte=f"topic-{step.other}"))


def _put_observation(step: Step, stage: Stage) -> None:
    indicator = Indicator.objects.order_by("slug").last() or facts.indicator(slug=f"indicator-{step.other}")
    value = Decimal(step.pick + 20)
    made = facts.observation(
        published=step.other % 2 == 0,
        indicator=indicator,
        segment=stage.segment,
        value=value,
        value_printed=f"more than {value}%",
    )
    stage.observations.append(made.id)


def _drop_slug(step: Step, stage: Stage) -> None:
    model: type[Any] = {"unit": Unit, "topic": Topic}[step.table]
    model.objects.filter(slug=f"{step.table}-{step.pick}").delete()


def _drop_indicator(step: Step, stage: Stage) -> None:
    for indicator in Indicator.objects.filter(slug=f"indicator-{step.pick}"):
        changes.set_topics(indicator, topics=[])
        indicator.delete()


def _drop_observation(step: Step, stage: Stage) -> None:
    for observation in _observations(step)[:1]:
        changes.cite(observation, parts=[])
        observation.delete()


def _publish(step: Step, stage: Stage) -> None:
    for observation in _observations(step, state=State.DRAFT)[:2]:
        changes.submit(observation, by="ada")
        changes.publish(observation, by="bea")


def _withdraw(step: Step, stage: Stage) -> None:
    for observation in _observations(step, state=State.PUBLISHED)[:2]:
        changes.withdraw(observation)


def _observations(step: Step, **wanted: Any) -> list[Observation]:
    found = list(Observation.objects.filter(**wanted).order_by("id"))
    return found[step.pick :] or found


PERFORM: Mapping[tuple[str, str], Callable[[Step, Stage], None]] = {
    ("put", "unit"): _put_unit,
    ("put", "topic"): _put_topic,
    ("put", "indicator"): _put_indicator,
    ("put", "observation"): _put_observation,
    ("drop", "unit"): _drop_slug,
    ("drop", "topic"): _drop_slug,
    ("drop", "indicator"): _drop_indicator,
    ("drop", "observation"): _drop_observation,
    **{("publish", table): _publish for table in TABLES},
    **{("withdraw", table): _withdraw for table in TABLES},
}
