"""Derives version tables, triggers and as-of views from the versioned models.

For a live table X: `X_version` (the same columns, all but the id nullable, plus rev_from, rev_to and op), three
statement-level triggers that keep it, guards that make it append-only, and a view `as_of.X`. SQL is written out per
table, because generic trigger functions with dynamic SQL take about twice the time.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

from .models import Versioned

# Types whose `=` calls equal what is printed differently (1.3 and 1.30): their text is compared too.
_COMPARED_AS_TEXT = ("numeric", "numrange")


@dataclass(frozen=True, kw_only=True)
class Table:
    """A versioned live table: its name and its columns with their Postgres types, in order; the first is the id."""

    name: str
    columns: tuple[tuple[str, str], ...]

    @property
    def version_name(self) -> str:
        return f"{self.name}_version"

    @property
    def column_list(self) -> str:
        return ", ".join(f'"{column}"' for column, _ in self.columns)


def versioned_models() -> list[type[Versioned]]:
    """Every concrete model the ledger records, in the order of the apps."""
    return [model for model in apps.get_models() if issubclass(model, Versioned)]


def install(connection: BaseDatabaseWrapper) -> None:
    """Brings version tables, triggers and views in step with the live tables; safe to repeat.

    Version tables only ever gain columns: what was recorded is never dropped, renamed or retyped.
    """
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for model in versioned_models():
            if table := live_table(cursor, model._meta.db_table):
                cursor.execute(_version_table_sql(table))
                present = dict(columns_of(cursor, table.version_name))
                for column, kind in table.columns:
                    if column not in present:
                        cursor.execute(f'ALTER TABLE {table.version_name} ADD COLUMN "{column}" {recorded_type(kind)}')
                cursor.execute("".join(_function_sql(name, body) for name, body in trigger_functions(table)))
                cursor.execute("".join(trigger.sql for trigger in triggers(table)))
                cursor.execute(f"DROP VIEW IF EXISTS as_of.{table.name}")
                cursor.execute(f"CREATE VIEW as_of.{table.name} AS {view_query(table)}")


def live_table(cursor: CursorWrapper, name: str) -> Table | None:
    """A live table as it is in the database; None when it is not there."""
    columns = columns_of(cursor, name)
    columns.sort(key=lambda column: column[0] != "id")
    return Table(name=name, columns=tuple(columns)) if columns else None


def columns_of(cursor: CursorWrapper, name: str, *, schema: str = "public") -> list[tuple[str, str]]:
    """(name, type) of every column of a table or view, in order; none when it is not there."""
    cursor.execute(
        "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute"
        " WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
        [f'{schema}."{name}"'],
    )
    return list(cursor.fetchall())


def recorded_type(kind: str) -> str:
    """The type of a version column: that of the live column without its limits, which may be widened one day."""
    return re.sub(r"\(.*\)", "", kind)


def _version_table_sql(table: Table) -> str:
    identity, kind = table.columns[0]
    return f"""
CREATE TABLE IF NOT EXISTS {table.version_name} (
  "{identity}" {kind} NOT NULL,
  rev_from bigint NOT NULL,
  rev_to bigint,
  op char(1) NOT NULL CHECK (op IN ('I', 'U', 'D')),
  PRIMARY KEY ("{identity}", rev_from),
  CHECK (rev_to > rev_from OR op = 'D' AND rev_to = rev_from)
);
CREATE UNIQUE INDEX IF NOT EXISTS {table.version_name}_open ON {table.version_name} ("{identity}") WHERE rev_to IS NULL;
CREATE INDEX IF NOT EXISTS {table.version_name}_from ON {table.version_name} (rev_from);
"""


def trigger_functions(table: Table) -> Iterator[tuple[str, str]]:
    """Name and body of each trigger function of a table."""
    name, versions, columns = table.name, table.version_name, table.column_list
    inserted = ", ".join(f'w."{column}"' for column, _ in table.columns)
    replaced = ", ".join(f'"{column}" = EXCLUDED."{column}"' for column, _ in table.columns[1:])
    emptied = ", ".join(f'"{column}" = NULL' for column, _ in table.columns[1:])
    changed = " OR ".join(
        ["w IS DISTINCT FROM o"]
        + [
            f'w."{column}"::text IS DISTINCT FROM o."{column}"::text'
            for column, kind in table.columns
            if kind.startswith(_COMPARED_AS_TEXT)
        ]
    )
    yield (
        f"ledger_insert_{name}",
        f"""
DECLARE n bigint;
BEGIN
  IF NOT EXISTS (SELECT FROM new_rows) THEN RETURN NULL; END IF;
  n := ledger_require('{name}');
  INSERT INTO {versions} ({columns}, rev_from, op) SELECT {inserted}, n, 'I' FROM new_rows w
  -- Deleted and inserted again within one revision: an update of what was there before.
  ON CONFLICT (id, rev_from) DO UPDATE SET {replaced}, rev_to = NULL, op = 'U';
  PERFORM ledger_changed();
  RETURN NULL;
END """,
    )
    yield (
        f"ledger_update_{name}",
        f"""
DECLARE n bigint;
BEGIN
  IF NOT EXISTS (SELECT FROM old_rows) THEN RETURN NULL; END IF;
  n := ledger_require('{name}');
  IF EXISTS (SELECT FROM old_rows o LEFT JOIN new_rows w USING (id) WHERE w.id IS NULL) THEN
    RAISE EXCEPTION 'the id of a row of {name} never changes' USING ERRCODE = 'GA003';
  END IF;
  UPDATE {versions} v SET rev_to = n
    FROM new_rows w JOIN old_rows o USING (id)
   WHERE v.id = w.id AND v.rev_to IS NULL AND v.rev_from < n AND ({changed});
  INSERT INTO {versions} ({columns}, rev_from, op)
  SELECT {inserted}, n, 'U' FROM new_rows w JOIN old_rows o USING (id) WHERE {changed}
  ON CONFLICT (id, rev_from) DO UPDATE SET {replaced};
  IF FOUND THEN PERFORM ledger_changed(); END IF;
  RETURN NULL;
END """,
    )
    yield (
        f"ledger_delete_{name}",
        f"""
DECLARE n bigint;
BEGIN
  IF NOT EXISTS (SELECT FROM old_rows) THEN RETURN NULL; END IF;
  n := ledger_require('{name}');
  UPDATE {versions} v SET rev_to = n FROM old_rows o WHERE v.id = o.id AND v.rev_to IS NULL AND v.rev_from < n;
  DELETE FROM {versions} v USING old_rows o WHERE v.id = o.id AND v.rev_from = n AND v.op = 'I';
  INSERT INTO {versions} (id, rev_from, rev_to, op)
  SELECT o.id, n, n, 'D' FROM old_rows o
   WHERE EXISTS (SELECT FROM {versions} v WHERE v.id = o.id AND v.rev_from < n AND v.rev_to = n)
  ON CONFLICT (id, rev_from) DO UPDATE SET {emptied}, rev_to = EXCLUDED.rev_to, op = 'D';
  PERFORM ledger_changed();
  RETURN NULL;
END """,
    )
    unchanged = " AND ".join(
        f'w."{column}"::text IS NOT DISTINCT FROM o."{column}"::text' for column, _ in table.columns
    )
    yield (
        f"ledger_guard_{versions}",
        f"""
DECLARE n bigint := ledger_require('{versions}');
BEGIN
  IF pg_trigger_depth() > 1 THEN
    IF TG_OP = 'INSERT' THEN
      IF NOT EXISTS (SELECT FROM new_rows WHERE rev_from <> n) THEN RETURN NULL; END IF;
    ELSIF TG_OP = 'DELETE' THEN
      IF NOT EXISTS (SELECT FROM old_rows WHERE rev_from <> n) THEN RETURN NULL; END IF;
    ELSIF NOT EXISTS (
      SELECT FROM old_rows o LEFT JOIN new_rows w USING (id, rev_from)
       WHERE w.id IS NULL
          OR rev_from <> n AND NOT (o.rev_to IS NULL AND w.rev_to = n AND w.op = o.op AND {unchanged})
    ) THEN
      RETURN NULL;
    END IF;
  END IF;
  RAISE EXCEPTION '% of {versions} is refused: the ledger is append-only', TG_OP USING ERRCODE = 'GA003';
END """,
    )


def _function_sql(name: str, body: str) -> str:
    return f"""
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $body${body}$body$;
"""


@dataclass(frozen=True, kw_only=True)
class Trigger:
    """A statement-level trigger: its table, its name, when it fires, and the function it calls."""

    table: str
    name: str
    fires: str
    function: str

    @property
    def sql(self) -> str:
        return (
            f"CREATE OR REPLACE TRIGGER {self.name} {self.fires} FOR EACH STATEMENT"
            f" EXECUTE FUNCTION {self.function}();\n"
        )


def triggers(table: Table) -> Iterator[Trigger]:
    """Every trigger that `install` makes for a live table."""
    transition = {
        "insert": "REFERENCING NEW TABLE AS new_rows",
        "update": "REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows",
        "delete": "REFERENCING OLD TABLE AS old_rows",
    }
    live, versions = table.name, table.version_name
    for event, referencing in transition.items():
        fires = f"AFTER {event.upper()} ON {{}} {referencing}"
        yield _trigger(live, f"ledger_{event}", fires.format(live), f"ledger_{event}_{live}")
        yield _trigger(versions, f"guard_{event}", fires.format(versions), f"ledger_guard_{versions}")
    yield _trigger(live, "ledger_truncate", f"BEFORE TRUNCATE ON {live}", "ledger_refuse")
    yield _trigger(versions, "guard_truncate", f"BEFORE TRUNCATE ON {versions}", "ledger_refuse")


def view_query(table: Table) -> str:
    """What the as-of view of a table selects: the versions that stand at the revision of the setting."""
    return (
        f"SELECT {table.column_list} FROM public.{table.version_name}"
        " WHERE rev_from <= current_setting('greenapi.as_of')::bigint"
        " AND (rev_to IS NULL OR rev_to > current_setting('greenapi.as_of')::bigint)"
    )


def _trigger(table: str, name: str, fires: str, function: str) -> Trigger:
    return Trigger(table=table, name=name, fires=fires, function=function)
