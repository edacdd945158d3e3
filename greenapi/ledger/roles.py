"""What the application's database role may do: given by every migrate, compared by `check_ledger`.

The owner makes and changes tables. The application role, which serves and loads, writes rows of the live tables only:
nothing that runs in the service can switch a guard off or rewrite what was recorded.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.conf import settings
from django.db.backends.utils import CursorWrapper
from psycopg import sql

from .models import LedgerHead, Versioned
from .own_sql import derived_tables

# What writing, reading and verifying call. Other functions run inside these, or as triggers, which asks for no right.
CALLED = frozenset(
    {"ledger_open", "ledger_close", "ledger_resolve", "ledger_row_hash", "ledger_chain_hash", "ledger_hash_at"}
)
# What is only read, besides version tables, as-of views and the ledger's own tables.
ONLY_READ = frozenset({"django_migrations", "ledger_change"})

# Every right there is on what the two schemas hold, and whether a role has it, however it came by it.
_RIGHTS = """
WITH schema AS (SELECT * FROM pg_namespace WHERE nspname IN ('public', 'as_of'))
SELECT 'TABLE' AS kind, c.oid::regclass::text AS name, c.oid::regclass::text AS subject, p.name AS privilege,
       pg_has_role(c.relowner, 'USAGE') AS is_ours,
       CASE WHEN p.name IN ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES')
            THEN has_any_column_privilege(%(role)s::name, c.oid, p.name)
            ELSE has_table_privilege(%(role)s::name, c.oid, p.name) END AS is_held
  FROM pg_class c JOIN schema s ON s.oid = c.relnamespace,
       unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']
         || CASE WHEN current_setting('server_version_num')::int >= 170000 THEN ARRAY['MAINTAIN'] END) AS p(name)
 WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
   AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = c.tableoid AND d.objid = c.oid AND d.deptype = 'e')
UNION ALL
SELECT 'SEQUENCE', c.oid::regclass::text, d.refobjid::regclass::text, p.name,
       pg_has_role(c.relowner, 'USAGE'), has_sequence_privilege(%(role)s::name, c.oid, p.name)
  FROM pg_class c JOIN schema s ON s.oid = c.relnamespace
  JOIN pg_depend d ON d.classid = c.tableoid AND d.objid = c.oid AND d.deptype IN ('a', 'i'),
       unnest(ARRAY['USAGE', 'SELECT', 'UPDATE']) AS p(name)
 WHERE c.relkind = 'S'
UNION ALL
SELECT 'ROUTINE', f.oid::regprocedure::text, f.proname, 'EXECUTE',
       pg_has_role(f.proowner, 'USAGE'), has_function_privilege(%(role)s::name, f.oid, 'EXECUTE')
  FROM pg_proc f JOIN schema s ON s.oid = f.pronamespace
 WHERE NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = f.tableoid AND d.objid = f.oid AND d.deptype = 'e')
UNION ALL
SELECT 'SCHEMA', s.nspname, s.nspname, p.name,
       pg_has_role(s.nspowner, 'USAGE'), has_schema_privilege(%(role)s::name, s.oid, p.name)
  FROM schema s, unnest(ARRAY['USAGE', 'CREATE']) AS p(name)
 ORDER BY kind, name, privilege
"""


@dataclass(frozen=True, kw_only=True)
class Right:
    """A right on a table or view, sequence, routine or schema, whose name is as SQL writes it.

    `is_ours`: whoever asks may give it; `is_held`: the application role has it; `is_wanted`: it ought to.
    """

    kind: str
    name: str
    privilege: str
    is_ours: bool
    is_held: bool
    is_wanted: bool


def application_role(cursor: CursorWrapper) -> str | None:
    """The role of the setting `APPLICATION_ROLE`; None when there is none, or it owns the ledger and so is no other."""
    cursor.execute(
        "SELECT rolname FROM pg_roles WHERE rolname = %s AND oid IS DISTINCT FROM"
        " (SELECT relowner FROM pg_class WHERE oid = to_regclass('public.ledger_head'))",
        [settings.APPLICATION_ROLE],
    )
    row = cursor.fetchone()
    return row and str(row[0])


def grant(cursor: CursorWrapper) -> None:
    """Gives the application role exactly its rights, and takes from everybody else's common role, PUBLIC, all others.

    Where there is no application role, or it is the one that asks, nothing is given.
    """
    role = application_role(cursor)
    cursor.execute("SELECT current_user")
    if role == cursor.fetchone()[0]:
        role = None
    ours = [right for right in rights(cursor, role=role) if right.is_ours]
    name = sql.Identifier(role).as_string() if role else "PUBLIC"
    statements = [
        # That everybody may look into the schema `public` is how Postgres makes it, and harms nothing.
        f"REVOKE {'CREATE' if kind == 'SCHEMA' else 'ALL'} ON {kind} {thing} FROM PUBLIC, {name} CASCADE;"
        for kind, thing in dict.fromkeys((right.kind, right.name) for right in ours)
    ]
    if role:
        statements += [
            f"GRANT {right.privilege} ON {right.kind} {right.name} TO {name};" for right in ours if right.is_wanted
        ]
    if statements:
        cursor.execute("\n".join(statements))


def wrong_rights(cursor: CursorWrapper) -> Iterator[str]:
    """Which rights the application role has beyond those it needs, and which it lacks, one sentence each."""
    if (role := application_role(cursor)) is None:
        return
    cursor.execute(
        "SELECT relowner::regrole::text FROM pg_class"
        " WHERE oid = to_regclass('public.ledger_head') AND pg_has_role(%s, relowner, 'MEMBER')",
        [role],
    )
    if owner := cursor.fetchone():
        yield f"role {role} may act as {owner[0]}, who owns the tables"
        return
    for right in rights(cursor, role=role):
        if right.is_held != right.is_wanted:
            has = "has" if right.is_held else "lacks"
            yield f"role {role} {has} {right.privilege} on {right.kind.lower()} {right.name}"


def connects_as_owner(cursor: CursorWrapper) -> bool:
    """Whether this connection may do everything with the ledger's tables, as their owner or as a superuser."""
    cursor.execute("SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = to_regclass('public.ledger_head')")
    return bool((cursor.fetchone() or [False])[0])


def rights(cursor: CursorWrapper, *, role: str | None) -> Iterator[Right]:
    """Every right there is on what the schemas `public` and `as_of` hold, without what extensions have put there."""
    tables = [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]
    written = {model._meta.db_table for model in tables if model._meta.app_label != LedgerHead._meta.app_label}
    read = {model._meta.db_table for model in tables} | ONLY_READ | set(derived_tables())
    read |= {f"{model._meta.db_table}_version" for model in tables if issubclass(model, Versioned)}
    cursor.execute(_RIGHTS, {"role": role})
    for kind, name, subject, privilege, is_ours, is_held in cursor.fetchall():
        match kind:
            case "TABLE" if subject in written:
                is_wanted = privilege in {"SELECT", "INSERT", "UPDATE", "DELETE"}
            case "TABLE":
                is_wanted = privilege == "SELECT" and (subject in read or subject.startswith("as_of."))
            case "ROUTINE":
                is_wanted = subject in CALLED
            case "SEQUENCE":
                is_wanted = privilege == "USAGE" and subject in written
            case "SCHEMA":
                is_wanted = privilege == "USAGE"
            case _:
                raise AssertionError(kind)
        yield Right(
            kind=kind, name=name, privilege=privilege, is_ours=is_ours, is_held=bool(is_held), is_wanted=is_wanted
        )
