"""What the database has, as Postgres itself writes it down, held against what it should have."""

import re
from collections.abc import Iterable, Iterator, Mapping

from django.db.backends.utils import CursorWrapper

from .triggers import Trigger


def shows(cursor: CursorWrapper, view: str, query: str) -> bool:
    """Whether a view is there and selects what it should."""
    cursor.execute(f"CREATE TEMPORARY VIEW expected_view AS {query}")
    cursor.execute("SELECT pg_get_viewdef('pg_temp.expected_view'::regclass) = pg_get_viewdef(to_regclass(%s))", [view])
    same: bool | None = cursor.fetchone()[0]
    cursor.execute("DROP VIEW pg_temp.expected_view")
    return bool(same)


def wrong_triggers(cursor: CursorWrapper, wanted: Iterable[Trigger]) -> Iterator[tuple[Trigger, str]]:
    """The triggers with which something is wrong, each with what it is: when it fires, what it does, or neither."""
    cursor.execute(
        "SELECT c.relname, t.tgname, t.tgenabled = 'O', pg_get_triggerdef(t.oid, true)"
        "  FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
        " WHERE c.relnamespace = 'public'::regnamespace AND NOT t.tgisinternal"
    )
    present = {(table, name): (enabled, definition) for table, name, enabled, definition in cursor.fetchall()}
    for trigger in wanted:
        enabled, definition = present.get((trigger.table, trigger.name), (False, ""))
        if not enabled:
            yield trigger, f"trigger {trigger.name} on {trigger.table} is missing or disabled"
        elif definition != trigger.definition:
            yield trigger, f"trigger {trigger.name} on {trigger.table} is not what it should be"


def wrong_functions(cursor: CursorWrapper, statements: Mapping[str, str]) -> Iterator[str]:
    """What is wrong with functions, given the `CREATE OR REPLACE FUNCTION` statement of each by its name.

    Arguments, body, language and settings count, so that none runs under the rights or the search path of its caller
    that should not.
    """
    cursor.execute(
        "\n".join(
            re.sub(r"\bFUNCTION (\w+)", r"FUNCTION pg_temp.\1", statement, count=1).rstrip().removesuffix(";") + ";"
            for statement in statements.values()
        )
    )
    schema = r"^CREATE OR REPLACE FUNCTION \w+\."
    cursor.execute(
        "SELECT e.proname, e.oid::regprocedure::text, count(f.oid),"
        "       bool_and(regexp_replace(pg_get_functiondef(e.oid), %s, '')"
        "              = regexp_replace(pg_get_functiondef(f.oid), %s, ''))"
        "  FROM pg_proc e LEFT JOIN pg_proc f ON f.proname = e.proname AND f.pronamespace = 'public'::regnamespace"
        " WHERE e.pronamespace = pg_my_temp_schema() GROUP BY e.oid, e.proname",
        [schema, schema],
    )
    found = {name: rest for name, *rest in cursor.fetchall()}
    cursor.execute(f"DROP FUNCTION {', '.join(temporary for temporary, _, _ in found.values())}")
    for name in statements:
        _, number, same = found[name]
        if number == 0:
            yield f"function {name} is missing"
        elif number > 1:
            yield f"function {name} is there more than once"
        elif not same:
            yield f"function {name} is not what it should be"
