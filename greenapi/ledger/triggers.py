"""The triggers that keep the versions of a table, and the guards that keep its versions append-only.

SQL is written out per table, because generic trigger functions with dynamic SQL take about twice the time.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from .canonical import canonical_sql
from .tables import Table

# Types whose `=` calls equal what is printed differently (1.3 and 1.30): their text is compared too.
_COMPARED_AS_TEXT = ("numeric", "numrange")


@dataclass(frozen=True, kw_only=True)
class Trigger:
    """A trigger: its table, its name, and the statement that makes it, as Postgres writes it down."""

    table: str
    name: str
    definition: str

    @property
    def sql(self) -> str:
        """What makes it, or makes it anew; a constraint trigger cannot be replaced."""
        if self.definition.startswith("CREATE TRIGGER"):
            return f"{self.definition.replace('CREATE', 'CREATE OR REPLACE', 1)};\n"
        return f"DROP TRIGGER IF EXISTS {self.name} ON {self.table}; {self.definition};\n"


def triggers(table: Table) -> Iterator[Trigger]:
    """Every trigger of a live table and its versions."""
    transition = {
        "INSERT": "REFERENCING NEW TABLE AS new_rows",
        "UPDATE": "REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows",
        "DELETE": "REFERENCING OLD TABLE AS old_rows",
    }
    live, versions = table.name, table.version_name
    for event, referencing in transition.items():
        name = f"ledger_{event.lower()}"
        yield _trigger(live, name, f"AFTER {event} ON {live} {referencing}", f"{name}_{live}")
        guard = f"AFTER {event} ON {versions} {referencing}"
        yield _trigger(versions, f"guard_{event.lower()}", guard, f"ledger_guard_{versions}")
    yield _trigger(live, "ledger_truncate", f"BEFORE TRUNCATE ON {live}", "ledger_refuse")
    yield _trigger(versions, "guard_truncate", f"BEFORE TRUNCATE ON {versions}", "ledger_refuse")


def _trigger(table: str, name: str, fires: str, function: str) -> Trigger:
    definition = f"CREATE TRIGGER {name} {fires} FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
    return Trigger(table=table, name=name, definition=definition)


def function_sql(name: str, body: str) -> str:
    """The statement that makes a trigger function.

    Its plans are kept for the connection and know nothing of the rows of later statements: made for one row, they took
    12 s for 10,000, and made for 10,000, 0.1 s for one. So versions are always found by primary key, for each row or
    by an array of ids, and never by a join that Postgres may turn round; changed rows are compared by a hash.
    What is switched off counts as dear before Postgres 18, which would compile each such plan: hence no jit.
    """
    plans = "SET enable_nestloop = off" if name.startswith("ledger_guard") else "SET enable_seqscan = off"
    return f"""
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan SET jit = off {plans}
AS $body${body}$body$;
"""


def function_names(table: str) -> list[str]:
    """The name of every function that is made for a live table."""
    return [*(f"ledger_{event}_{table}" for event in ("insert", "update", "delete")), f"ledger_guard_{table}_version"]


def trigger_functions(table: Table) -> Iterator[tuple[str, str]]:
    """Name and body of each trigger function of a table."""
    yield f"ledger_insert_{table.name}", _on_insert(table)
    yield f"ledger_update_{table.name}", _on_update(table)
    yield f"ledger_delete_{table.name}", _on_delete(table)


def _on_insert(table: Table) -> str:
    return f"""
DECLARE n bigint;
BEGIN
  IF NOT EXISTS (SELECT FROM new_rows) THEN RETURN NULL; END IF;
  n := ledger_require('{table.name}');
  INSERT INTO {table.version_name} ({table.column_list}, rev_from, op, rev_salt, rev_hash)
  SELECT {_columns(table, "w")}, n, 'I', w.rev_salt, {_hash(table, salt="w.rev_salt", alias="w", op="'I'")}
    FROM (SELECT gen_random_uuid() AS rev_salt, * FROM new_rows) w
  -- Deleted and inserted again within one revision: an update of what was there before.
  ON CONFLICT (id, rev_from) DO UPDATE SET {_replaced(table)}, rev_to = NULL, op = 'U',
    rev_salt = EXCLUDED.rev_salt, rev_hash = {_hash(table, salt="EXCLUDED.rev_salt", alias="EXCLUDED", op="'U'")};
  PERFORM ledger_changed();
  RETURN NULL;
END """


def _on_update(table: Table) -> str:
    versions = table.version_name
    # Compared with what was recorded, not with the row before: so a new column's first values are recorded too.
    differs = " OR ".join(["p.id IS NULL", *differences(table)])
    return f"""
DECLARE
  n bigint;
  made uuid[];
BEGIN
  IF NOT EXISTS (SELECT FROM old_rows) THEN RETURN NULL; END IF;
  n := ledger_require('{table.name}');
  IF EXISTS (SELECT id FROM old_rows EXCEPT SELECT id FROM new_rows) THEN
    RAISE EXCEPTION 'the id of a row of {table.name} never changes' USING ERRCODE = 'GA003';
  END IF;
  WITH recorded AS (
    INSERT INTO {versions} ({table.column_list}, rev_from, op, rev_salt, rev_hash)
    SELECT {_columns(table, "w")}, n, w.rev_op, w.rev_salt, {_hash(table, salt="w.rev_salt", alias="w", op="w.rev_op")}
      FROM (
        SELECT gen_random_uuid() AS rev_salt, w.*,
               CASE WHEN p.id IS NULL THEN 'I' WHEN p.rev_from = n THEN p.op ELSE 'U' END AS rev_op
          FROM new_rows w
          LEFT JOIN LATERAL (
            SELECT * FROM {versions} last WHERE last.id = w.id ORDER BY last.rev_from DESC LIMIT 1
          ) p ON p.rev_to IS NULL
         WHERE {differs}
      ) w
    ON CONFLICT (id, rev_from) DO UPDATE SET {_replaced(table)},
      rev_salt = EXCLUDED.rev_salt, rev_hash = EXCLUDED.rev_hash
    RETURNING id
  )
  SELECT array_agg(id) INTO made FROM recorded;
  IF made IS NOT NULL THEN
    UPDATE {versions} v SET rev_to = n WHERE v.id = ANY (made) AND v.rev_to IS NULL AND v.rev_from < n;
    PERFORM ledger_changed();
  END IF;
  RETURN NULL;
END """


def _on_delete(table: Table) -> str:
    versions = table.version_name
    emptied = ", ".join(f'"{column}" = NULL' for column, _ in table.columns[1:])
    marker = canonical_sql(table=table.name, columns=table.columns[:1], alias="o", op="'D'")
    return f"""
DECLARE
  n bigint;
  gone uuid[] := ARRAY(SELECT id FROM old_rows);
BEGIN
  IF gone = '{{}}' THEN RETURN NULL; END IF;
  n := ledger_require('{table.name}');
  UPDATE {versions} v SET rev_to = n WHERE v.id = ANY (gone) AND v.rev_to IS NULL AND v.rev_from < n;
  -- Not `= n`, which is the same, because n is the newest: the plan is to look by id.
  DELETE FROM {versions} v WHERE v.id = ANY (gone) AND v.rev_from >= n AND v.op = 'I';
  INSERT INTO {versions} (id, rev_from, rev_to, op, rev_salt, rev_hash)
  SELECT o.id, n, n, 'D', o.rev_salt, ledger_row_hash(o.rev_salt, {marker})
    FROM (
      SELECT gen_random_uuid() AS rev_salt, v.id FROM {versions} v
       WHERE v.id = ANY (gone) AND v.rev_from < n AND v.rev_to = n
    ) o
  ON CONFLICT (id, rev_from) DO UPDATE SET {emptied}, rev_to = EXCLUDED.rev_to, op = 'D',
    rev_salt = EXCLUDED.rev_salt, rev_hash = EXCLUDED.rev_hash;
  PERFORM ledger_changed();
  RETURN NULL;
END """


def guard_function(table: Table, *, recorded: list[tuple[str, str]]) -> tuple[str, str]:
    """Name and body of the guard of a version table, whose columns of the table are `recorded`.

    It lets pass what the triggers do, and a redaction: values of this revision's tombstone blanked, the hash kept.
    """
    versions = table.version_name
    same = {name: f'w."{name}"::text IS NOT DISTINCT FROM o."{name}"::text' for name, _ in recorded}
    sealed = "(w.rev_salt, w.rev_hash, w.rev_redacted) IS NOT DISTINCT FROM (o.rev_salt, o.rev_hash, o.rev_redacted)"
    closed = " AND ".join(["o.rev_to IS NULL", "w.rev_to = n", "w.op = o.op", sealed, *same.values()])
    blanked = " AND ".join(
        f"({condition} OR '{name}' = ANY (r.fields) OR r.fields = '{{}}')"
        for name, condition in same.items()
        if name != "id"
    )
    return (
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
       WHERE w.id IS NULL OR rev_from <> n AND NOT ({closed})
    ) THEN
      RETURN NULL;
    END IF;
  ELSIF TG_OP = 'UPDATE' THEN
    IF NOT EXISTS (
      SELECT FROM old_rows o LEFT JOIN new_rows w USING (id, rev_from) LEFT JOIN ledger_redaction r
          ON r.revision = n AND r.table_name = '{table.name}' AND r.record_id = w.id
       WHERE r.id IS NULL OR rev_from >= n OR w.rev_redacted IS DISTINCT FROM n OR w.rev_salt IS NOT NULL
          OR (w.rev_to, w.rev_hash) IS DISTINCT FROM (o.rev_to, o.rev_hash)
          OR w.op <> (CASE r.fields WHEN '{{}}' THEN 'R' ELSE o.op END)
          OR NOT ({blanked or "true"})
    ) THEN
      RETURN NULL;
    END IF;
  END IF;
  RAISE EXCEPTION '% of {versions} is refused: the ledger is append-only', TG_OP USING ERRCODE = 'GA003';
END """,
    )


def _columns(table: Table, alias: str) -> str:
    return ", ".join(f'{alias}."{column}"' for column, _ in table.columns)


def _replaced(table: Table) -> str:
    return ", ".join(f'"{column}" = EXCLUDED."{column}"' for column, _ in table.columns[1:])


def _hash(table: Table, *, salt: str, alias: str, op: str) -> str:
    return f"ledger_row_hash({salt}, {canonical_sql(table=table.name, columns=table.columns, alias=alias, op=op)})"


def differences(table: Table) -> Iterator[str]:
    """Conditions of which one holds where the live row `w` differs from the version `p`."""
    for column, kind in table.columns[1:]:
        recorded = table.recorded(column, alias="p")
        if kind.startswith(_COMPARED_AS_TEXT):
            yield f'w."{column}"::text IS DISTINCT FROM {recorded}::text'
        else:
            yield f'w."{column}" IS DISTINCT FROM {recorded}'
