"""Tells where live tables drifted from their models, and version tables from their live tables."""

from collections.abc import Iterator

from django.db import models
from django.db.backends.utils import CursorWrapper

from .models import Versioned
from .tables import VERSION_COLUMNS, Table, earlier_names, lacking_columns, recorded_type
from .version_tables import present_indexes, version_table_sql, wanted_indexes

# What the ledger's head has besides the constraints of its model.
UNMAPPED_CONSTRAINTS = {"ledger_head": {"ledger_head_single_row"}}


def drift_from_model(cursor: CursorWrapper, model: type[models.Model]) -> Iterator[str]:
    """What a table lacks that its model asks for: columns, named constraints and indexes, foreign keys."""
    name, meta = model._meta.db_table, model._meta
    yield from (f"{name}.{column} is missing" for column in lacking_columns(cursor, model))
    cursor.execute(
        "SELECT conname FROM pg_constraint WHERE conrelid = to_regclass(%(name)s) AND convalidated"
        " UNION SELECT indexrelid::regclass::text FROM pg_index WHERE indrelid = to_regclass(%(name)s) AND indisvalid",
        {"name": name},
    )
    held = {found for (found,) in cursor.fetchall()}
    for wanted in sorted({constraint.name for constraint in meta.constraints} | UNMAPPED_CONSTRAINTS.get(name, set())):
        if wanted not in held:
            yield f"constraint {wanted} is missing on {name}"
    for index in meta.indexes:
        if index.name not in held:
            yield f"index {index.name} is missing or not valid"
    cursor.execute(
        "SELECT c.contype, a.attname FROM pg_constraint c"
        "  JOIN pg_attribute a ON a.attrelid = c.conrelid AND c.conkey = ARRAY[a.attnum]"
        " WHERE c.conrelid = to_regclass(%s) AND c.convalidated",
        [name],
    )
    ruled = set(cursor.fetchall())
    for field in meta.local_concrete_fields:
        if isinstance(field, models.ForeignKey) and ("f", field.column) not in ruled:
            yield f"{name}.{field.column} is no foreign key"
        if field.unique and ("p" if field.primary_key else "u", field.column) not in ruled:
            yield f"{name}.{field.column} is not unique"


def drift_of_names(table: Table, model: type[Versioned]) -> Iterator[str]:
    """Columns that have a name which another column had before: the past of the two could not be told apart."""
    present = {column for column, _ in table.columns}
    for column in sorted(present):
        for earlier in earlier_names(model, column):
            if earlier in present:
                yield f"{table.name}.{earlier} has the name that {table.name}.{column} had before"


def drift_of_versions(cursor: CursorWrapper, table: Table) -> Iterator[str]:
    """Where a version table differs from what its live table asks for, in columns, constraints and indexes."""
    versions = table.version_name
    held = {name: rest for name, *rest in _columns(cursor, versions)}
    if not held:
        yield f"table {versions} is missing"
        return
    wanted = {name: recorded_type(kind) for name, kind in table.columns} | VERSION_COLUMNS
    cursor.execute(version_table_sql(table, name="pg_temp.expected_versions"))
    required = {name for name, _, is_required, _ in _columns(cursor, "pg_temp.expected_versions") if is_required}
    for name, kind in wanted.items():
        if name not in held or held[name][0] != kind:
            yield f"{versions}.{name} is {held[name][0] if name in held else 'missing'}, not {kind}"
    for name, (_, is_required, is_filled) in held.items():
        if is_required != (name in required):
            yield f"{versions}.{name} {'must not be null' if is_required else 'may be null'}"
        if is_filled:
            yield f"{versions}.{name} has a value of its own where none is given"
    asked, found = _constraints(cursor, "pg_temp.expected_versions"), _constraints(cursor, versions)
    cursor.execute("DROP TABLE pg_temp.expected_versions")
    yield from (f"{versions} lacks the constraint {constraint}" for constraint in sorted(asked - found))
    yield from (f"{versions} has a constraint too many, {constraint}" for constraint in sorted(found - asked))
    yield from _drift_of_indexes(cursor, table)


def oddities(cursor: CursorWrapper, name: str) -> Iterator[str]:
    """What makes a table keep or show other rows than those written to it."""
    cursor.execute(
        "SELECT relpersistence <> 'p', relrowsecurity, EXISTS (SELECT FROM pg_inherits WHERE inhparent = c.oid),"
        "       EXISTS (SELECT FROM pg_rewrite WHERE ev_class = c.oid)"
        "  FROM pg_class c WHERE oid = to_regclass(%s)",
        [name],
    )
    sentences = ("is lost when the server fails", "hides rows", "shows rows of other tables", "has a rule")
    for is_so, sentence in zip(cursor.fetchone() or (), sentences, strict=False):
        if is_so:
            yield f"table {name} {sentence}"


def forgotten_tables(cursor: CursorWrapper, names: list[str]) -> Iterator[str]:
    """Version tables of none of the tables named: what they hold is left out of the seal, and of every answer."""
    cursor.execute(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        " AND relname LIKE '%%\\_version' AND relname <> ALL (%s)"
        " AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = pg_class.oid AND a.attname = 'rev_hash')"
        " ORDER BY 1",
        [[f"{name}_version" for name in names]],
    )
    for (name,) in cursor.fetchall():
        yield f"table {name} belongs to no model"


def _drift_of_indexes(cursor: CursorWrapper, table: Table) -> Iterator[str]:
    wanted, present = wanted_indexes(cursor, table), present_indexes(cursor, table)
    for name, definition in wanted.items():
        if not present.get(name):
            yield f"index {name} is missing or not valid"
        elif present[name] != definition:
            yield f"index {name} is not what it should be"
    yield from (f"index {name} is not needed" for name in present if name not in wanted)


def _columns(cursor: CursorWrapper, name: str) -> list[tuple[str, str, bool, bool]]:
    """Name, type, whether it must not be null, and whether it has a default, of every column of a table."""
    cursor.execute(
        "SELECT attname, format_type(atttypid, atttypmod), attnotnull, atthasdef OR attidentity <> ''"
        " FROM pg_attribute WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
        [name],
    )
    return list(cursor.fetchall())


def _constraints(cursor: CursorWrapper, name: str) -> set[str]:
    """Each constraint of a table but those on nulls, as Postgres writes it down."""
    cursor.execute(
        "SELECT pg_get_constraintdef(oid) || CASE WHEN convalidated THEN '' ELSE ' (not enforced)' END"
        " FROM pg_constraint WHERE conrelid = to_regclass(%s) AND contype NOT IN ('n', 't')",
        [name],
    )
    return {definition for (definition,) in cursor.fetchall()}
