"""The feed: whole revisions in commit order, each with what it changed of the records that are public.

Whoever starts with nothing and does what the changes say has exactly the public records of each revision: `insert` and
`update` give a record's new values; `delete` and a `redact` without values take it away, if it was there. What was
public only before it was redacted comes with its values blanked, and of records removed altogether nothing comes before
the redaction itself.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, groupby
from operator import attrgetter, itemgetter
from uuid import UUID

from django.db import connection
from django.db.models import BinaryField, F, Func

from .models import Redaction, Revision, Versioned
from .stretches import stretch_after
from .visibility import Seen, decisive_tables, public_models, public_versions, seen_changes

Key = tuple[int, str, UUID]  # revision, table and id of a record


@dataclass(frozen=True, kw_only=True)
class RecordedRow:
    """One version of a record: its values as text, nulls left out, and what it was sealed with.

    `hash` is the SHA-256 of the salt followed by the canonical JSON of `op`, `row` (the values) and `table`. Where
    values were blanked since, by revision `redacted_in`, there is no salt, and the hash stays that of what was there.
    """

    number: int
    op: str
    values: dict[str, str]
    salt: UUID | None
    hash: bytes
    redacted_in: int | None


@dataclass(frozen=True, kw_only=True)
class Change:
    """What a revision did to one public record: insert, update, delete or redact.

    `row` is the record since then, None where it is not public any more. `fields` are those that were redacted, none
    when the whole record went; None where nothing was redacted.
    """

    table: str
    resource: str
    id: UUID
    op: str
    fields: list[str] | None
    row: RecordedRow | None


@dataclass(frozen=True, kw_only=True)
class ChangedRevision:
    """A revision, the hash of the one before it, and its changes by resource and id."""

    revision: Revision
    previous_hash: bytes
    changes: list[Change]


@dataclass(frozen=True, kw_only=True)
class FeedPage:
    """Revisions in commit order, and the number of the last that was looked at: the next page comes after it."""

    revisions: list[ChangedRevision]
    last: int


def resource_names() -> list[str]:
    """The name of everything whose changes the feed may show."""
    return sorted(model.resource for model in public_models().values())


def changes_after(
    number: int,
    *,
    head: int,
    revisions: int,
    resources: Collection[str] | None = None,
    change_classes: Collection[str] | None = None,
) -> FeedPage:
    """At most `revisions` whole revisions after `number` and up to `head`, as `stretch_after` measures them.

    Where resources or change classes are given, only changes of these, and only revisions that have one. To be called
    inside `reading()`, so that all of it is of one moment.
    """
    models = {
        table: model for table, model in public_models().items() if resources is None or model.resource in resources
    }
    stretch = stretch_after(
        number,
        head=head,
        revisions=revisions,
        tables=None if resources is None else _decisive_tables(models.values()),
        change_classes=change_classes,
    )
    seen = {(each.number, each.table, each.id): each for each in seen_changes(stretch.numbers, models=models.values())}
    redacted = _redacted(stretch.numbers, tables=models)
    numbers, last = stretch.numbers, stretch.last
    if resources is not None or change_classes is not None:
        numbers = sorted({number for number, _, _ in (*seen, *redacted)})
        if len(numbers) > revisions:
            numbers, last = numbers[:revisions], numbers[revisions] - 1
    changes = _changes(
        numbers,
        seen={key: each for key, each in seen.items() if key[0] <= last},
        redacted={key: fields for key, fields in redacted.items() if key[0] <= last},
        models=models,
    )
    previous = Func(F("number") - 1, function="ledger_hash_at", output_field=BinaryField())
    found = Revision.objects.filter(number__in=numbers).order_by("number").annotate(previous_hash=previous)
    return FeedPage(
        revisions=[
            ChangedRevision(revision=each, previous_hash=bytes(each.previous_hash), changes=changes[each.number])
            for each in found
        ],
        last=last,
    )


def _decisive_tables(models: Iterable[type[Versioned]]) -> set[str]:
    """The tables of which a revision touched one whenever it changed something public of the models."""
    return {Redaction._meta.db_table, *(table for model in models for table in decisive_tables(model))}


def _changes(
    numbers: Sequence[int],
    *,
    seen: Mapping[Key, Seen],
    redacted: Mapping[Key, list[str]],
    models: Mapping[str, type[Versioned]],
) -> dict[int, list[Change]]:
    """The changes of each revision, from what the public saw change and what was redacted."""
    standing = {key: each.after for key, each in seen.items()}
    standing |= _standing([key for key in redacted if key not in seen], models=models)
    rows = _rows({(table, identity, version) for (_, table, identity), version in standing.items() if version})
    changes: dict[int, list[Change]] = {number: [] for number in numbers}
    for key, version in standing.items():
        number, table, identity = key
        change = Change(
            table=table,
            resource=models[table].resource,
            id=identity,
            op="redact" if key in redacted else _op(seen[key]),
            fields=redacted.get(key),
            row=None if version is None else rows[table, identity, version],
        )
        changes[number].append(change)
    for of_revision in changes.values():
        of_revision.sort(key=attrgetter("resource", "id"))
    return changes


def _op(seen: Seen) -> str:
    if seen.before is None:
        return "insert"
    return "delete" if seen.after is None else "update"


def _redacted(numbers: Sequence[int], *, tables: Collection[str]) -> dict[Key, list[str]]:
    """The fields of each record that a revision redacted; none when the whole record went."""
    named: dict[Key, list[list[str]]] = {}
    for found in Redaction.objects.filter(revision__in=numbers, table_name__in=tables):
        named.setdefault((found.revision, found.table_name, found.record_id), []).append(found.fields)
    return {key: sorted(set(chain(*each))) if all(each) else [] for key, each in named.items()}


def _standing(keys: Iterable[Key], *, models: Mapping[str, type[Versioned]]) -> dict[Key, int | None]:
    """The public version that each record had at a revision, which need not have touched it; None where it had none."""
    standing: dict[Key, int | None] = dict.fromkeys(keys)
    for table in {table for _, table, _ in standing}:
        of_table = [key for key in standing if key[1] == table]
        for identity, version, begins, ends in public_versions(models[table], ids={key[2] for key in of_table}):
            for key in of_table:
                if key[2] == identity and begins <= key[0] and (ends is None or key[0] < ends):
                    standing[key] = version
    return standing


def _rows(versions: Collection[tuple[str, UUID, int]]) -> dict[tuple[str, UUID, int], RecordedRow]:
    """Versions by table, id and the revision that recorded them."""
    by_table = [(table, list(group)) for table, group in groupby(sorted(versions), key=itemgetter(0))]
    if not by_table:
        return {}
    one = """
SELECT table_name, c.id, c.rev_from, op, rev_salt, rev_hash, rev_redacted, canonical
  FROM ledger_change c JOIN unnest(%s::uuid[], %s::bigint[]) AS wanted(id, rev_from)
    ON c.id = wanted.id AND c.rev_from = wanted.rev_from
 WHERE table_name = %s"""
    parameters = [
        value
        for table, group in by_table
        for value in ([identity for _, identity, _ in group], [number for _, _, number in group], table)
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join([one] * len(by_table)), parameters)
        return {
            (table, identity, number): RecordedRow(
                number=number,
                op=op,
                values=json.loads(canonical)["row"],
                salt=salt,
                hash=bytes(sealed),
                redacted_in=redacted_in,
            )
            for table, identity, number, op, salt, sealed, redacted_in, canonical in cursor.fetchall()
        }
