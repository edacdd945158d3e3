"""Rows of one resource recorded together in an open revision, and what became of each.

They are recorded by the bulk verbs, in few statements. Only where these refuse are they divided until the row is found
that is wrong, which its own verb then refuses in the words of a single write.
"""

from collections.abc import Iterable, Iterator, MutableMapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import DataError, IntegrityError, connection, transaction

from greenapi.ledger.history import written_now
from greenapi.ledger.models import Versioned
from greenapi.ledger.recording import RecordError
from greenapi.rest.exact_json import pointed
from greenapi.rest.input_fields import key_of
from greenapi.rest.inputs import FIXED, Checked, FactInput, InputSerializer, check_rows
from greenapi.rest.problems import FieldError, Problem
from greenapi.rest.refusals import refusals_as_problems

from .identities import has_key, ids_of
from .models import Outcome
from .records import KEY, Row, wrong

# Rows that refer to others of the same file, such as a topic to the one above it, are recorded after these.
MOST_WAVES = 20
MAX_KEY = 200
_OUTCOMES = {"I": Outcome.ADDED, "U": Outcome.CHANGED}


@dataclass(frozen=True, kw_only=True)
class Task:
    """What is imported: rows of what, on whose behalf, and with which rights."""

    kind: type[InputSerializer]
    by: str
    may_review: bool
    submit: bool


@dataclass(frozen=True, kw_only=True)
class Result:
    """What became of a row: the key of its record is None unless it is known."""

    line: int
    outcome: Outcome
    key: str | None = None
    errors: list[FieldError] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class _Ready:
    """A row that is well given: which record it is about, its values, and the key of the record."""

    line: int
    id: UUID
    values: dict[str, Any]
    key: str


class _TriedError(Exception):
    """Raised to undo what was only tried."""


def without_key(row: Row, *, kind: type[InputSerializer]) -> tuple[dict[str, Any], list[FieldError]]:
    """The members of the record that a row gives, and what is wrong with its key."""
    if KEY not in row.given or not has_key(kind):
        return row.given, []
    given = {name: value for name, value in row.given.items() if name != KEY}
    key = row.given[KEY]
    if not isinstance(key, str) or not 0 < len(key) <= MAX_KEY:
        return given, [wrong(f"Give a text of 1 to {MAX_KEY} characters.", pointer=pointed("", KEY))]
    if given.get("id") is not None:
        return given, [wrong("Give the id or a key.", pointer=pointed("", KEY))]
    return given, []


def check_at_once() -> None:
    """Has the database judge each statement at its own end, not at commit, but for the seal; inside a revision."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ledger_seal, guard_numbers DEFERRED")


def record_rows(rows: Sequence[Row], *, task: Task, seen: MutableMapping[str, int]) -> list[Result]:
    """Records rows, by line. `seen` are the keys of the file so far, each with its line; it is added to.

    Raises:
        NoRevisionError: no revision is open.
    """
    found = [Result(line=row.line, outcome=Outcome.REFUSED, errors=row.errors) for row in rows if row.errors]
    waiting = [row for row in rows if not row.errors]
    for _ in range(MOST_WAVES):
        good: list[tuple[Row, Checked]] = []
        bad: list[tuple[Row, Checked]] = []
        for row, checked in zip(waiting, _checked(waiting, task=task), strict=True):
            (bad if checked.errors else good).append((row, checked))
        found += _record(good, task=task, seen=seen)
        refused = [Result(line=row.line, outcome=Outcome.REFUSED, errors=list(checked.errors)) for row, checked in bad]
        waiting = [row for row, _ in bad]
        if not good or not bad or not _refers_to_itself(task.kind):
            break
    return sorted([*found, *(refused if rows and waiting else [])], key=lambda result: result.line)


def _checked(rows: Sequence[Row], *, task: Task) -> list[Checked]:
    plain = [without_key(row, kind=task.kind) for row in rows]
    return [
        Checked(values={}, errors=[*errors, *checked.errors]) if errors else checked
        for (_, errors), checked in zip(plain, check_rows(task.kind, [given for given, _ in plain]), strict=True)
    ]


def _record(rows: Sequence[tuple[Row, Checked]], *, task: Task, seen: MutableMapping[str, int]) -> Iterator[Result]:
    if not rows:
        return
    model: type[Versioned] = task.kind.Meta.model  # type: ignore[attr-defined]
    ids = ids_of(task.kind, [(row.given, checked.values) for row, checked in rows], importer=task.by)
    held = model._default_manager.in_bulk(ids)
    name = key_of(model)
    ready = []
    for (row, checked), identity in zip(rows, ids, strict=True):
        values = {field: value for field, value in checked.values.items() if field != "id"}
        key = str(identity if name == "id" else values[name])
        errors = list(_changes_of_fixed(task.kind, held.get(identity), values))
        if key in seen:
            errors = [wrong(f"Line {seen[key]} gives the same record.")]
        seen.setdefault(key, row.line)
        if errors:
            yield Result(line=row.line, outcome=Outcome.REFUSED, key=key, errors=errors)
        else:
            ready.append(_Ready(line=row.line, id=identity, values=values, key=key))
    kept = task.kind.unchangeable(list(held.values()), may_review=task.may_review)
    yield from _divided([row for row in ready if row.id not in kept], task=task)
    tried: list[Result] = []
    with suppress(_TriedError), transaction.atomic():
        tried += _divided([row for row in ready if row.id in kept], task=task)
        raise _TriedError
    lines = {row.line: row for row in ready}
    for result in tried:
        if result.outcome in {Outcome.ADDED, Outcome.CHANGED}:
            why = wrong(kept[lines[result.line].id])
            yield Result(line=result.line, outcome=Outcome.REFUSED, key=result.key, errors=[why])
        else:
            yield result


def _divided(rows: Sequence[_Ready], *, task: Task) -> list[Result]:
    """Records rows together; where that is refused, by halves."""
    if not rows:
        return []
    kind = task.kind
    refusals: tuple[type[Exception], ...] = (RecordError, IntegrityError, DataError)
    refusals += (*kind.state_errors, *kind.value_errors)
    try:
        with transaction.atomic():
            return list(_together(rows, task=task))
    except refusals:
        if len(rows) == 1:
            return [_alone(rows[0], task=task)]
    half = len(rows) // 2
    return [*_divided(rows[:half], task=task), *_divided(rows[half:], task=task)]


def _together(rows: Sequence[_Ready], *, task: Task) -> Iterator[Result]:
    kind = task.kind
    ids = [row.id for row in rows]
    touched = kind.record_rows([(row.id, dict(row.values)) for row in rows], by=task.by)
    if task.submit and issubclass(kind, FactInput):
        touched |= kind.submit_rows(ids, by=task.by)
    yield from _results(rows, kind=kind, touched=touched)


def _alone(row: _Ready, *, task: Task) -> Result:
    """Records one row by the verb of single writes, which says best what is wrong with it."""
    kind = task.kind
    try:
        with refusals_as_problems(kind), transaction.atomic():
            kind.record(dict(row.values), id=row.id, by=task.by)
            touched = set()
            if task.submit and issubclass(kind, FactInput):
                touched = kind.submit_rows([row.id], by=task.by)
            (result,) = _results([row], kind=kind, touched=touched)
            return result
    except Problem as problem:
        errors = list(problem.errors) or [wrong(problem.detail or problem.type.title)]
        return Result(line=row.line, outcome=Outcome.REFUSED, key=row.key, errors=errors)


def _results(rows: Iterable[_Ready], *, kind: type[InputSerializer], touched: set[UUID]) -> Iterator[Result]:
    rows = list(rows)
    written = written_now(kind.Meta.model, [row.id for row in rows])  # type: ignore[attr-defined]
    for row in rows:
        outcome = _OUTCOMES.get(written.get(row.id, ""))
        unwritten = Outcome.CHANGED if row.id in touched else Outcome.UNCHANGED
        yield Result(line=row.line, outcome=outcome or unwritten, key=row.key)


def _changes_of_fixed(kind: type[InputSerializer], record: Any | None, values: dict[str, Any]) -> Iterator[FieldError]:
    """What a row would change that stays as it was given when the record was made."""
    if record is None:
        return
    columns = {field.name: field.attname for field in record._meta.concrete_fields}
    for name in kind.fixed():
        if name in columns and name in values:
            given = values[name].pk if isinstance(values[name], Versioned) else values[name]
            if getattr(record, columns[name]) != given:
                yield wrong(FIXED, pointer=pointed("", name))


def _refers_to_itself(kind: type[InputSerializer]) -> bool:
    model = kind.Meta.model  # type: ignore[attr-defined]
    return any(field.related_model is model for field in model._meta.concrete_fields)
