"""Every way to write a row: each as one function over the units `calm`, `breeze` and `gale`, with what it records.

What it records names the rows by their slug, each with what was done to it (I, U or D) and its name afterwards.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Case, F, Value, When
from django.db.models.functions import Concat, Upper

from greenapi.ledger.identifiers import uuid7
from indicators.models import Unit

Recorded = Mapping[str, tuple[str, str | None]]
UNITS = ("calm", "breeze", "gale")
COLUMNS = "(id, slug, name, quantity, symbol, definition)"
STORM = "gen_random_uuid(), 'storm', 'storm', 'speed', '', ''"


@dataclass(frozen=True, kw_only=True)
class Way:
    """A way to write, and what one revision in which it is used has recorded."""

    write: Callable[[], Any]
    recorded: Recorded


def new(slug: str, *, name: str | None = None) -> Unit:
    return Unit(id=uuid7(), slug=slug, name=name or slug, quantity="speed")


def found(slug: str) -> Unit:
    return Unit.objects.get(slug=slug)


def sql(statement: str, *parameters: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters or None)


def _save_changed() -> None:
    unit = found("calm")
    unit.name = "still"
    unit.save(update_fields=["name"])


def _bulk_update() -> None:
    units = list(Unit.objects.filter(slug__in=UNITS))
    for unit in units:
        unit.name = "still" if unit.slug == "calm" else unit.name
    Unit.objects.bulk_update(units, ["name"])


def _update_cases() -> None:
    cases = Case(When(slug="calm", then=Value("still")), default=F("name"))
    Unit.objects.filter(slug__in=UNITS).update(name=cases)


def _copy(statement: str, *rows: tuple[Any, ...]) -> None:
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _copy_out(statement: str) -> None:
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        list(copy)


def _many() -> None:
    with connection.cursor() as cursor:
        cursor.executemany("UPDATE unit SET name = %s WHERE slug = %s", [("still", "calm"), ("gale", "gale")])


def _own_trigger() -> None:
    """A trigger of somebody's own, on a table that the ledger does not know, writes to one that it does."""
    sql(
        "CREATE TEMPORARY TABLE bait (slug text);"
        "CREATE FUNCTION pg_temp.take() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " UPDATE public.unit SET name = 'still' WHERE slug = NEW.slug; RETURN NEW; END $$;"
        "CREATE TRIGGER take BEFORE INSERT ON bait FOR EACH ROW EXECUTE FUNCTION pg_temp.take();"
        "INSERT INTO bait VALUES ('calm')"
    )


def _without_collecting() -> None:
    units = Unit.objects.filter(slug="calm")
    units._raw_delete(using=units.db)


def _one_after_the_other() -> None:
    Unit.objects.filter(slug="calm").update(name=Upper("name"))
    new("storm", name="gust").save()
    Unit.objects.filter(slug="calm").update(name="still")
    Unit.objects.filter(slug="storm").update(name="storm")
    found("breeze").delete()


STORMS: Recorded = {"storm": ("I", "storm")}
STILL: Recorded = {"calm": ("U", "still")}
GONE: Recorded = {"calm": ("D", None)}
ALL_THREE: Recorded = {"calm": ("U", "still"), "breeze": ("D", None), "storm": ("I", "storm")}

INSERTS: Mapping[str, Callable[[], Any]] = {
    "save": lambda: new("storm").save(),
    "create": lambda: Unit.objects.create(slug="storm", name="storm", quantity="speed"),
    "bulk_create": lambda: Unit.objects.bulk_create([new("storm")]),
    "bulk_create that ignores conflicts": lambda: Unit.objects.bulk_create(
        [new("calm", name="other"), new("storm")], ignore_conflicts=True
    ),
    "get_or_create": lambda: Unit.objects.get_or_create(slug="storm", defaults={"name": "storm", "quantity": "speed"}),
    "update_or_create": lambda: Unit.objects.update_or_create(
        slug="storm", defaults={"name": "storm", "quantity": "speed"}
    ),
    "INSERT": lambda: sql(f"INSERT INTO unit {COLUMNS} VALUES ({STORM})"),
    "INSERT SELECT": lambda: sql(
        f"INSERT INTO unit {COLUMNS} SELECT gen_random_uuid(), 'storm', 'storm', quantity, '', '' FROM unit"
        " WHERE slug = 'gale'"
    ),
    "INSERT ON CONFLICT DO NOTHING": lambda: sql(
        f"INSERT INTO unit {COLUMNS} VALUES ({STORM}), (gen_random_uuid(), 'calm', 'other', 'speed', '', '')"
        " ON CONFLICT DO NOTHING"
    ),
    "COPY": lambda: _copy(f"COPY unit {COLUMNS} FROM STDIN", (uuid7(), "storm", "storm", "speed", "", "")),
    "a view": lambda: sql(
        f"CREATE TEMPORARY VIEW units AS SELECT * FROM unit; INSERT INTO units {COLUMNS} VALUES ({STORM})"
    ),
    "EXPLAIN ANALYZE": lambda: sql(f"EXPLAIN ANALYZE INSERT INTO unit {COLUMNS} VALUES ({STORM})"),
}

UPDATES: Mapping[str, Callable[[], Any]] = {
    "save": _save_changed,
    "update": lambda: Unit.objects.filter(slug="calm").update(name="still"),
    "bulk_update": _bulk_update,
    "bulk_create that updates conflicts": lambda: Unit.objects.bulk_create(
        [new("calm", name="still"), new("gale")],
        update_conflicts=True,
        unique_fields=["slug"],
        update_fields=["name"],
    ),
    "update_or_create": lambda: Unit.objects.update_or_create(slug="calm", defaults={"name": "still"}),
    "F expressions": lambda: Unit.objects.filter(slug="calm").update(
        name=Concat(Value("st"), Value("ill"), F("symbol")), symbol=F("symbol")
    ),
    "Case": _update_cases,
    "UPDATE": lambda: sql("UPDATE unit SET name = 'still' WHERE slug = 'calm'"),
    "UPDATE FROM": lambda: sql(
        "UPDATE unit SET name = n.name FROM (VALUES ('calm', 'still'), ('gale', 'gale')) AS n (slug, name)"
        " WHERE unit.slug = n.slug"
    ),
    "INSERT ON CONFLICT DO UPDATE": lambda: sql(
        f"INSERT INTO unit {COLUMNS} VALUES (gen_random_uuid(), 'calm', 'still', 'speed', '', '')"
        " ON CONFLICT (slug) DO UPDATE SET name = EXCLUDED.name"
    ),
    "executemany": _many,
    "DO": lambda: sql("DO $$ BEGIN UPDATE unit SET name = 'still' WHERE slug = 'calm'; END $$"),
    "PREPARE": lambda: sql(
        "PREPARE renaming AS UPDATE unit SET name = 'still' WHERE slug = 'calm'; EXECUTE renaming; DEALLOCATE renaming"
    ),
    "COPY of what an UPDATE returns": lambda: _copy_out(
        "COPY (UPDATE unit SET name = 'still' WHERE slug = 'calm' RETURNING id) TO STDOUT"
    ),
    "a trigger of one's own": _own_trigger,
}

DELETES: Mapping[str, Callable[[], Any]] = {
    "delete of a row": lambda: found("calm").delete(),
    "delete of a selection": lambda: Unit.objects.filter(slug="calm").delete(),
    "delete without collecting": _without_collecting,
    "DELETE": lambda: sql("DELETE FROM unit WHERE slug = 'calm'"),
    "DELETE USING": lambda: sql("DELETE FROM unit USING (VALUES ('calm')) AS n (slug) WHERE unit.slug = n.slug"),
    "COPY of what a DELETE returns": lambda: _copy_out(
        "COPY (DELETE FROM unit WHERE slug = 'calm' RETURNING *) TO STDOUT"
    ),
}

MIXED: Mapping[str, Callable[[], Any]] = {
    "MERGE": lambda: sql(
        "MERGE INTO unit u USING (VALUES ('calm'), ('breeze'), ('storm')) AS n (slug) ON u.slug = n.slug"
        " WHEN MATCHED AND n.slug = 'breeze' THEN DELETE WHEN MATCHED THEN UPDATE SET name = 'still'"
        f" WHEN NOT MATCHED THEN INSERT {COLUMNS} VALUES ({STORM})"
    ),
    "a WITH of writes": lambda: sql(
        "WITH gone AS (DELETE FROM unit WHERE slug = 'breeze' RETURNING *),"
        f" made AS (INSERT INTO unit {COLUMNS} SELECT {STORM} FROM gone RETURNING *)"
        " UPDATE unit SET name = 'still' FROM made WHERE unit.slug = 'calm'"
    ),
    "one after the other": _one_after_the_other,
}

WAYS: Mapping[str, Way] = {
    f"{sort}: {name}": Way(write=write, recorded=recorded)
    for sort, ways, recorded in (
        ("insert", INSERTS, STORMS),
        ("update", UPDATES, STILL),
        ("delete", DELETES, GONE),
        ("all", MIXED, ALL_THREE),
    )
    for name, write in ways.items()
}
