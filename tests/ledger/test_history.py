"""The past is what it was: random writes and rollbacks over related tables, compared with a model in memory."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from greenapi.ledger.identifiers import uuid7
from greenapi.ledger.models import LedgerHead
from greenapi.ledger.reading import reading
from indicators.changes import as_range
from indicators.measures import Bounds
from indicators.models import Indicator, IndicatorTopic, Topic, Unit
from tests.factories.revisions import change

from .second_writer import RolledBackError

Row = dict[str, Any]
NAMES = ["a", "b", "B", "", "ø", "a\n"]
DOMAINS = [None, "1.3", "1.30", "130E-2"]
MODELS: dict[str, type[Any]] = {"unit": Unit, "topic": Topic, "indicator": Indicator, "indicator_topic": IndicatorTopic}


@dataclass(frozen=True, kw_only=True)
class Step:
    """One statement: what is done, to which of the rows there are, and with what."""

    verb: str
    table: str
    pick: int
    other: int
    name: str
    domain: str | None
    in_bulk: bool


@dataclass(frozen=True, kw_only=True)
class Writing:
    """The statements of one revision, and whether it is rolled back at the end."""

    steps: list[Step]
    rolls_back: bool


steps = st.builds(
    Step,
    verb=st.sampled_from(["insert", "insert", "update", "update", "again", "delete", "replace"]),
    table=st.sampled_from(sorted(MODELS)),
    pick=st.integers(0, 5),
    other=st.integers(0, 5),
    name=st.sampled_from(NAMES),
    domain=st.sampled_from(DOMAINS),
    in_bulk=st.booleans(),
)
writings = st.builds(Writing, steps=st.lists(steps, max_size=6), rolls_back=st.sampled_from([False, False, True]))


@dataclass
class Memory:
    """What the database should hold: rows by table and id; an indicator's interval as the digits of its lower end."""

    tables: dict[str, dict[UUID, Row]] = field(default_factory=lambda: {name: {} for name in MODELS})
    changed: bool = False
    known: set[UUID] = field(default_factory=set)

    def copy(self) -> "Memory":
        """The same rows, changed no more; what was ever inserted is shared."""
        tables = {name: {key: dict(row) for key, row in rows.items()} for name, rows in self.tables.items()}
        return Memory(tables=tables, known=self.known)

    def nth(self, table: str, pick: int) -> UUID | None:
        ids = sorted(self.tables[table])
        return ids[pick % len(ids)] if ids else None

    def is_used(self, identity: UUID) -> bool:
        return any(identity in row.values() for rows in self.tables.values() for row in rows.values())


def perform(step: Step, memory: Memory) -> None:
    """Does a step in the database and in memory; one that makes no sense there is left out."""
    verbs: Mapping[str, Callable[[Step, Memory], None]] = {
        "insert": _insert,
        "update": _update,
        "again": _save_again,
        "delete": _delete,
        "replace": _replace,
    }
    verbs[step.verb](step, memory)


def _values(step: Step, memory: Memory, *, identity: UUID) -> Row | None:
    match step.table:
        case "unit":
            return {"name": step.name}
        case "topic":
            parent = memory.nth("topic", step.other)
            return {"name": step.name, "parent_id": None if parent == identity else parent}
        case "indicator":
            unit = memory.nth("unit", step.other)
            return None if unit is None else {"name": step.name, "unit_id": unit, "domain": step.domain}
        case _:
            indicator, topic = memory.nth("indicator", step.pick), memory.nth("topic", step.other)
            taken = [(row["indicator_id"], row["topic_id"]) for row in memory.tables[step.table].values()]
            if indicator is None or topic is None or (indicator, topic) in taken:
                return None
            return {"indicator_id": indicator, "topic_id": topic}


def _instance(table: str, identity: UUID, values: Row) -> Any:
    common: dict[str, Row] = {
        "unit": {"slug": str(identity), "quantity": "ratio"},
        "topic": {"slug": str(identity)},
        "indicator": {"slug": str(identity), "definition": "-", "polarity": "neutral"},
        "indicator_topic": {},
    }
    given = dict(values)
    if "domain" in given:
        given["domain"] = _domain(given["domain"])
    return MODELS[table](id=identity, **common[table], **given)


def _domain(digits: str | None) -> Any:
    return None if digits is None else as_range(Bounds(lower=Decimal(digits), lower_closed=True))


def _insert(step: Step, memory: Memory) -> None:
    identity = uuid7()
    values = _values(step, memory, identity=identity)
    if values is None:
        return
    row = _instance(step.table, identity, values)
    if step.in_bulk:
        MODELS[step.table].objects.bulk_create([row])
    else:
        row.save(force_insert=True)
    memory.tables[step.table][identity] = values
    memory.known.add(identity)
    memory.changed = True


def _update(step: Step, memory: Memory) -> None:
    identity = memory.nth(step.table, step.pick)
    values = None if identity is None else _values(step, memory, identity=identity)
    if identity is None or values is None:
        return
    if step.in_bulk:
        MODELS[step.table].objects.bulk_update([_instance(step.table, identity, values)], list(values))
    else:
        _instance(step.table, identity, values).save(force_update=True)
    before = memory.tables[step.table][identity]
    memory.changed |= _printed(before) != _printed(values)
    memory.tables[step.table][identity] = values


def _save_again(step: Step, memory: Memory) -> None:
    for row in MODELS[step.table].objects.filter(id__in=memory.tables[step.table]):
        row.save()


def _delete(step: Step, memory: Memory) -> None:
    identity = memory.nth(step.table, step.pick)
    if identity is None or memory.is_used(identity):
        return
    MODELS[step.table].objects.filter(id=identity).delete()
    del memory.tables[step.table][identity]
    memory.changed = True


def _replace(step: Step, memory: Memory) -> None:
    """Deletes a row and inserts it again, perhaps as it was."""
    identity = memory.nth(step.table, step.pick)
    if identity is None or memory.is_used(identity):
        return
    values = memory.tables[step.table][identity]
    if step.in_bulk and "name" in values:
        values = {**values, "name": step.name}
    MODELS[step.table].objects.filter(id=identity).delete()
    MODELS[step.table].objects.bulk_create([_instance(step.table, identity, values)])
    memory.tables[step.table][identity] = values
    memory.changed = True


def _printed(row: Row) -> Row:
    """A row with its interval as Postgres prints it."""
    if "domain" not in row or row["domain"] is None:
        return row
    return {**row, "domain": f"[{Decimal(row['domain']):f},)"}


def read_tables(known: set[UUID]) -> dict[str, dict[UUID, Row]]:
    """The rows that the database shows now, of those that were ever inserted, in memory's shape."""
    found: dict[str, dict[UUID, Row]] = {}
    for table, model in MODELS.items():
        columns = {"unit": ["name"], "topic": ["name", "parent_id"], "indicator": ["name", "unit_id", "domain"]}.get(
            table, ["indicator_id", "topic_id"]
        )
        found[table] = {}
        for row in model.objects.filter(id__in=known):
            values = {column: getattr(row, column) for column in columns}
            if values.get("domain") is not None:
                values["domain"] = f"[{values['domain'].lower},)"
            found[table][row.id] = values
    return found


def expected_tables(memory: Memory) -> dict[str, dict[UUID, Row]]:
    return {table: {key: _printed(row) for key, row in rows.items()} for table, rows in memory.tables.items()}


def read_joined(known: set[UUID]) -> list[tuple[str, str, str]]:
    """(topic's name, indicator's name, unit's name) of every link, by joins."""
    links = IndicatorTopic.objects.filter(id__in=known)
    return sorted(links.values_list("topic__name", "indicator__name", "indicator__unit__name"))


def expected_joined(memory: Memory) -> list[tuple[str, str, str]]:
    tables = memory.tables
    return sorted(
        (
            tables["topic"][link["topic_id"]]["name"],
            tables["indicator"][link["indicator_id"]]["name"],
            tables["unit"][tables["indicator"][link["indicator_id"]]["unit_id"]]["name"],
        )
        for link in tables["indicator_topic"].values()
    )


@given(history=st.lists(writings, min_size=1, max_size=8))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_revision_shows_what_was_there(ledger_db: None, history: list[Writing]) -> None:
    """Every example writes into the same database, and looks at its own rows only."""
    start = LedgerHead.objects.get().number
    memory = Memory()
    kept = [memory.copy()]
    for writing in history:
        tried = memory.copy()
        try:
            with change():
                for step in writing.steps:
                    perform(step, tried)
                if writing.rolls_back:
                    raise RolledBackError
        except RolledBackError:
            continue
        if tried.changed:
            memory = tried.copy()
            kept.append(memory.copy())

    assert LedgerHead.objects.get().number == start + len(kept) - 1
    assert read_tables(memory.known) == expected_tables(memory)
    for number, then in enumerate(kept, start):
        with reading(as_of=number):
            assert read_tables(memory.known) == expected_tables(then)
            assert read_joined(memory.known) == expected_joined(then)
    assert_versions_are_in_order()


def assert_versions_are_in_order() -> None:
    """Of each row: versions follow one another without overlap, the first inserts, and a deletion shows nothing."""
    for table in MODELS:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT id, rev_from, rev_to, op FROM {table}_version ORDER BY id, rev_from")
            rows = cursor.fetchall()
        last: dict[UUID, tuple[int | None, str]] = {}
        for identity, rev_from, rev_to, op in rows:
            before = last.get(identity)
            if before is None or before[1] == "D":
                assert op == "I"
            else:
                assert op in {"U", "D"} and before[0] == rev_from
            assert rev_to == rev_from if op == "D" else rev_to is None or rev_to > rev_from
            last[identity] = rev_to, op
