"""Drift: every way in which version tables, triggers and views can fall out of step is named, and mended."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from greenapi.ledger.drift import drift
from greenapi.ledger.reading import reading
from greenapi.ledger.versioning import install, versioned_models
from indicators.models import Unit
from tests.factories import facts
from tests.factories.revisions import change

pytestmark = pytest.mark.django_db

# What somebody may do to a database, and what drift() then says.
MENDED: dict[str, tuple[str, list[str]]] = {
    "column new in the live table": (
        "ALTER TABLE unit ADD COLUMN plural text",
        [
            "unit_version.plural is missing, not text",
            "view as_of.unit does not have the live table's columns",
            "function ledger_insert_unit is not what it should be",
            "function ledger_update_unit is not what it should be",
            "function ledger_delete_unit is not what it should be",
            "function ledger_guard_unit_version is not what it should be",
        ],
    ),
    "version table dropped with its view": (
        "DROP TABLE unit_version CASCADE",
        [
            "unit_version.id is missing, not uuid",
            "unit_version.slug is missing, not character varying",
            "unit_version.name is missing, not character varying",
            "unit_version.symbol is missing, not character varying",
            "unit_version.quantity is missing, not character varying",
            "unit_version.definition is missing, not text",
            "view as_of.unit does not have the live table's columns",
            "trigger guard_insert on unit_version is missing or disabled",
            "trigger guard_update on unit_version is missing or disabled",
            "trigger guard_delete on unit_version is missing or disabled",
            "trigger guard_truncate on unit_version is missing or disabled",
        ],
    ),
    "view dropped": ("DROP VIEW as_of.unit", ["view as_of.unit does not have the live table's columns"]),
    "view with fewer columns": (
        "DROP VIEW as_of.unit; CREATE VIEW as_of.unit AS SELECT id, slug FROM public.unit_version",
        ["view as_of.unit does not have the live table's columns"],
    ),
    "function dropped": (
        "DROP FUNCTION ledger_update_unit CASCADE",
        ["function ledger_update_unit is missing", "trigger ledger_update on unit is missing or disabled"],
    ),
    "function replaced": (
        "CREATE OR REPLACE FUNCTION ledger_insert_unit() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
        ["function ledger_insert_unit is not what it should be"],
    ),
    "trigger dropped": (
        "DROP TRIGGER ledger_delete ON unit",
        ["trigger ledger_delete on unit is missing or disabled"],
    ),
    "guard dropped": (
        "DROP TRIGGER guard_update ON unit_version",
        ["trigger guard_update on unit_version is missing or disabled"],
    ),
    "guard against truncating dropped": (
        "DROP TRIGGER ledger_truncate ON unit; DROP TRIGGER guard_truncate ON unit_version",
        [
            "trigger ledger_truncate on unit is missing or disabled",
            "trigger guard_truncate on unit_version is missing or disabled",
        ],
    ),
}


def execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def test_fresh_database_is_in_step() -> None:
    assert drift(connection) == []


@pytest.mark.parametrize("name", MENDED)
def test_drift_is_named_and_mended(name: str) -> None:
    sql, sentences = MENDED[name]
    execute(sql)

    assert drift(connection) == sentences
    install(connection)
    assert drift(connection) == []
    with change() as opened:
        row = facts.unit(name="after mending")
    with change():
        Unit.objects.filter(id=row.id).update(name="later")
    with reading(as_of=opened.number):
        assert Unit.objects.get(id=row.id).name == "after mending"


@pytest.mark.parametrize(
    ("table", "trigger"),
    [("unit", "ledger_insert"), ("unit", "ledger_truncate"), ("unit_version", "guard_delete")],
)
def test_disabled_trigger_is_named(table: str, trigger: str) -> None:
    execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")

    assert drift(connection) == [f"trigger {trigger} on {table} is missing or disabled"]


def test_disabled_trigger_is_mended() -> None:
    execute("ALTER TABLE unit DISABLE TRIGGER ledger_insert")

    install(connection)

    assert drift(connection) == []


def test_retyped_version_column_is_named_and_left_to_people() -> None:
    """What was recorded is never retyped, so `install` leaves it."""
    execute("DROP VIEW as_of.unit; ALTER TABLE unit_version ALTER COLUMN symbol TYPE text")

    install(connection)

    assert "unit_version.symbol is text, not character varying" in drift(connection)


def test_missing_live_table_is_named() -> None:
    execute("DROP TABLE claim_link CASCADE")

    assert drift(connection) == ["table claim_link is missing"]


def test_column_gone_from_the_live_table_stays_in_the_versions() -> None:
    with change() as opened:
        row = facts.unit(definition="One of it.")
    execute("ALTER TABLE unit DROP COLUMN definition")

    install(connection)

    assert drift(connection) == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT definition FROM unit_version WHERE id = %s", [row.id])
        assert cursor.fetchall() == [("One of it.",)]
        cursor.execute(f"SELECT set_config('greenapi.as_of', '{opened.number}', true)")
        cursor.execute("SELECT * FROM as_of.unit WHERE id = %s", [row.id])
        assert [column.name for column in cursor.description] == ["id", "slug", "name", "symbol", "quantity"]


def test_view_that_shows_other_rows_is_named_and_mended() -> None:
    execute(
        "CREATE OR REPLACE VIEW as_of.unit AS"
        " SELECT id, slug, name, symbol, quantity, definition FROM public.unit_version"
    )

    assert len(drift(connection)) == 1
    install(connection)
    assert drift(connection) == []


def test_trigger_that_calls_another_function_is_named_and_mended() -> None:
    execute(
        "CREATE FUNCTION do_nothing() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;"
        "CREATE OR REPLACE TRIGGER ledger_insert AFTER INSERT ON unit REFERENCING NEW TABLE AS new_rows"
        " FOR EACH STATEMENT EXECUTE FUNCTION do_nothing()"
    )

    assert len(drift(connection)) == 1
    install(connection)
    assert drift(connection) == []


@pytest.mark.parametrize(
    "sql",
    [
        "ALTER TABLE ledger_revision DISABLE TRIGGER guard_revision",
        "ALTER TABLE ledger_revision DISABLE TRIGGER guard_truncate",
        "DROP TRIGGER guard_head ON ledger_head",
        "CREATE OR REPLACE FUNCTION ledger_require(p_table text) RETURNS bigint LANGUAGE sql AS $$ SELECT 1::bigint $$",
    ],
)
def test_missing_guard_of_the_ledger_itself_is_named(sql: str) -> None:
    execute(sql)

    assert len(drift(connection)) == 1


def test_install_can_be_repeated() -> None:
    install(connection)
    install(connection)

    assert drift(connection) == []


def test_check_ledger_says_that_all_is_in_step(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("check_ledger")

    count = len(versioned_models())
    assert capsys.readouterr().out == f"{count} versioned tables are in step with the models.\n"


def test_check_ledger_fails_and_names_each_difference() -> None:
    execute("DROP VIEW as_of.unit; DROP TRIGGER ledger_delete ON topic")

    with pytest.raises(CommandError) as caught:
        call_command("check_ledger")

    assert sorted(str(caught.value).splitlines()) == [
        "trigger ledger_delete on topic is missing or disabled",
        "view as_of.unit does not have the live table's columns",
    ]
