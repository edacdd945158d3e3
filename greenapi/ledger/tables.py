"""The tables the ledger records: their columns as they are in the database, and those of their versions."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.apps import apps
from django.db.backends.utils import CursorWrapper
from django.db.models import Model

from .models import Versioned

# What a version has besides the columns of its table.
VERSION_COLUMNS = {
    "rev_from": "bigint",
    "rev_to": "bigint",
    "op": "character(1)",
    "rev_salt": "uuid",
    "rev_hash": "bytea",
    "rev_redacted": "bigint",
}


# What the ledger's head has besides the columns of its model.
UNMAPPED_COLUMNS = {"ledger_head": {"writer", "changed"}}


@dataclass(frozen=True, kw_only=True)
class Table:
    """A versioned live table: its name and its columns with their Postgres types, in order; the first is the id.

    `renamed` gives the earlier names of a column, newest first: versions older than a renaming keep their value there.
    """

    name: str
    columns: tuple[tuple[str, str], ...]
    renamed: Mapping[str, tuple[str, ...]]

    @property
    def version_name(self) -> str:
        return f"{self.name}_version"

    @property
    def column_list(self) -> str:
        return ", ".join(f'"{column}"' for column, _ in self.columns)

    def recorded(self, column: str, *, alias: str) -> str:
        """SQL for what a version, called `alias`, holds for a live column, whatever the column was called then."""
        names = [f'{alias}."{name}"' for name in (column, *self.renamed.get(column, ()))]
        return f"coalesce({', '.join(names)})" if len(names) > 1 else names[0]


def versioned_models() -> list[type[Versioned]]:
    """Every concrete model the ledger records, in the order of the apps."""
    return [model for model in apps.get_models() if issubclass(model, Versioned)]


def live_table(cursor: CursorWrapper, model: type[Versioned]) -> Table | None:
    """The live table of a model as it is in the database; None when it is not there."""
    name = model._meta.db_table
    columns = columns_of(cursor, name)
    columns.sort(key=lambda column: column[0] != "id")
    present = dict(columns_of(cursor, f"{name}_version"))
    renamed = {
        column: held
        for column, _ in columns
        if (held := tuple(earlier for earlier in earlier_names(model, column) if earlier in present))
    }
    return Table(name=name, columns=tuple(columns), renamed=renamed) if columns else None


def existing_table(cursor: CursorWrapper, model: type[Versioned]) -> Table:
    """The live table of a model, which must be there."""
    table = live_table(cursor, model)
    if table is None:
        raise LookupError(f"{model._meta.db_table} is missing; `manage.py check_ledger` says what else")
    return table


def live_tables(cursor: CursorWrapper) -> list[Table]:
    """The live table of every versioned model that has one in the database."""
    found = (live_table(cursor, model) for model in versioned_models())
    return [table for table in found if table is not None]


def earlier_names(model: type[Versioned], column: str) -> Iterator[str]:
    """The names a column had before the one it has now, newest first."""
    seen = {column}
    while (earlier := model.renamed_columns.get(column)) is not None and earlier not in seen:
        yield earlier
        seen.add(earlier)
        column = earlier


def lacking_columns(cursor: CursorWrapper, model: type[Model]) -> list[str]:
    """The columns that a model asks for and its table has not."""
    name = model._meta.db_table
    wanted = {str(field.column) for field in model._meta.local_concrete_fields} | UNMAPPED_COLUMNS.get(name, set())
    return sorted(wanted - {column for column, _ in columns_of(cursor, name)})


def columns_of(cursor: CursorWrapper, name: str, *, schema: str = "public") -> list[tuple[str, str]]:
    """(name, type) of every column of a table or view, in order; none when it is not there."""
    cursor.execute(
        "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute"
        " WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
        [f'{schema}."{name}"'],
    )
    return list(cursor.fetchall())


def recorded_columns(cursor: CursorWrapper, table: Table) -> list[tuple[str, str]]:
    """(name, type) of every column that versions of a table hold of it, those it has no more included."""
    return [(name, kind) for name, kind in columns_of(cursor, table.version_name) if name not in VERSION_COLUMNS]


def recorded_type(kind: str) -> str:
    """The type of a version column: that of the live column without its limits, which may be widened one day."""
    return re.sub(r"\(.*\)", "", kind)
