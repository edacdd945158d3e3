"""What the public saw change in records of some models, the newest first: one change for each record and revision."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from django.db import connection

from .models import Redaction, Revision, Versioned
from .visibility import Seen, belonging, decisive_tables, public_models, seen_changes, with_owners

# One page looks at whole revisions that recorded about so many rows, and so often further down when it finds little.
ROWS_AT_A_TIME = 1_000
MOST_STRETCHES = 10


@dataclass(frozen=True, kw_only=True)
class RecordChange:
    """What a revision did to a record as the public saw it, its parts included: insert, update, delete or redact."""

    model: type[Versioned]
    id: UUID
    op: str
    revision: Revision


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where to go on: with the changes of revision `number`, or only those of records below `id`, and all before."""

    number: int
    id: UUID | None = None

    def precedes(self, change: RecordChange) -> bool:
        """Whether a change comes at this place or after it."""
        if change.revision.number == self.number:
            return self.id is None or change.id < self.id
        return change.revision.number < self.number


@dataclass(frozen=True, kw_only=True)
class NewestPage:
    """Changes by revision and id, both falling, and the place to go on at; None at the end."""

    changes: list[RecordChange]
    following: Place | None


def newest_changes(
    models: Collection[type[Versioned]],
    *,
    start: Place,
    at_most: int,
    wanted: Callable[[RecordChange], bool],
    rows_at_a_time: int = ROWS_AT_A_TIME,
) -> NewestPage:
    """At most so many of the changes that are wanted, from a place on. There may be none although more follow."""
    tables = {Redaction._meta.db_table, *(table for part in _parts(models) for table in decisive_tables(part))}
    found: list[RecordChange] = []
    place = start
    for _ in range(MOST_STRETCHES):
        numbers, further = _stretch_below(place.number, tables=tables, rows=rows_at_a_time)
        changes = filter(place.precedes, _changes(numbers, models=models))
        found += sorted(filter(wanted, changes), key=lambda change: (change.revision.number, change.id), reverse=True)
        if len(found) > at_most:
            last = found[at_most - 1]
            return NewestPage(changes=found[:at_most], following=Place(number=last.revision.number, id=last.id))
        if not further:
            return NewestPage(changes=found, following=None)
        place = Place(number=numbers[0] - 1)
    return NewestPage(changes=found, following=place)


def _parts(models: Iterable[type[Versioned]]) -> list[type[Versioned]]:
    """The models, and all whose records are parts of theirs."""
    wanted = set(models)
    return [model for model in public_models().values() if wanted & set(with_owners(model))]


def _stretch_below(number: int, *, tables: Collection[str], rows: int) -> tuple[list[int], bool]:
    """The newest revisions up to `number` that touched one of the tables, rising, and whether there are older ones.

    All that recorded the newest so many rows, and at least one, if there is one.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rev_from, count(*) FROM (SELECT rev_from FROM public.ledger_change"
            " WHERE rev_from <= %s AND table_name = ANY(%s) ORDER BY rev_from DESC LIMIT %s) newest"
            " GROUP BY 1 ORDER BY 1",
            [number, sorted(tables), rows + 1],
        )
        counted = cursor.fetchall()
    numbers = [found for found, _ in counted]
    further = sum(count for _, count in counted) > rows
    # Perhaps not all rows of the oldest were counted: it comes with the next stretch, where it can.
    return numbers[1:] if further and len(numbers) > 1 else numbers, further


def _changes(numbers: list[int], *, models: Collection[type[Versioned]]) -> list[RecordChange]:
    revisions = Revision.objects.in_bulk(numbers)
    by_table = {part._meta.db_table: part for part in _parts(models)}
    seen = list(seen_changes(numbers, models=by_table.values()))
    found: dict[tuple[int, UUID], RecordChange] = {}
    # Parts first: what happened to the record itself says more.
    for model in sorted(by_table.values(), key=lambda part: part in models):
        of_model = [each for each in seen if by_table[each.table] is model]
        for top in set(models) & set(with_owners(model)):
            for each, identity in _owned(of_model, model=model, top=top):
                op = _op(each) if model is top else "update"
                change = RecordChange(model=top, id=identity, op=op, revision=revisions[each.number])
                found[each.number, identity] = change
    for key, model in _redacted(numbers, models=models).items():
        revision = revisions[key[0]]
        found[key] = replace(
            found.get(key) or RecordChange(model=model, id=key[1], op="", revision=revision), op="redact"
        )
    return list(found.values())


def _owned(seen: list[Seen], *, model: type[Versioned], top: type[Versioned]) -> list[tuple[Seen, UUID]]:
    """Each with the id of the record that it is, or is part of."""
    if model is top or not seen:
        return [(each, each.id) for each in seen]
    owners = belonging(model, to=top, ids={each.id for each in seen})
    return [(each, owner) for each in seen for part, owner in owners if part == each.id]


def _redacted(numbers: list[int], *, models: Iterable[type[Versioned]]) -> dict[tuple[int, UUID], type[Versioned]]:
    by_table = {model._meta.db_table: model for model in models}
    redactions = Redaction.objects.filter(revision__in=numbers, table_name__in=by_table)
    return {(found.revision, found.record_id): by_table[found.table_name] for found in redactions}


def _op(seen: Seen) -> str:
    if seen.before is None:
        return "insert"
    return "delete" if seen.after is None else "update"
