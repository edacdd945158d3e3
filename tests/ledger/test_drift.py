"""Drift: every way in which version tables, triggers and views can fall out of step is named, and mended."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from greenapi.ledger.drift import drift
from greenapi.ledger.reading import reading
from greenapi.ledger.tables import versioned_models
from greenapi.ledger.versioning import install
from indicators.models import Unit
from tests.factories import facts
from tests.factories.revisions import change

pytestmark = pytest.mark.django_db

# What somebody may do to a database, what drift() then says, and that `install` mends it.
MENDED: dict[str, tuple[str, list[str]]] = {
    "column new in the live table": (
        "ALTER TABLE unit ADD COLUMN plural text",
        [
            "unit_version.plural is missing, not text",
            "function ledger_insert_unit is not what it should be",
            "function ledger_update_unit is not what it should be",
            "function ledger_delete_unit is not what it should be",
            "view as_of.unit does not show what it should",
            "view as_of.unit_recorded does not show what it should",
        ],
    ),
    "index new on the live table": (
        "CREATE INDEX ON unit (name)",
        ["index unit_version_name is missing or not valid"],
    ),
    "version table dropped with its view": (
        "DROP TABLE unit_version CASCADE",
        [
            "table unit_version is missing",
            "function ledger_guard_unit_version is not what it should be",
            "trigger guard_insert on unit_version is missing or disabled",
            "trigger guard_update on unit_version is missing or disabled",
            "trigger guard_delete on unit_version is missing or disabled",
            "trigger guard_truncate on unit_version is missing or disabled",
            "view as_of.unit does not show what it should",
            "view as_of.unit_recorded does not show what it should",
            "view public.ledger_change does not show what it should",
        ],
    ),
    "index dropped": ("DROP INDEX unit_version_slug", ["index unit_version_slug is missing or not valid"]),
    "index of another column": (
        "DROP INDEX unit_version_slug; CREATE INDEX unit_version_slug ON unit_version (name)",
        ["index unit_version_slug is not what it should be"],
    ),
    "index left over from before": (
        "CREATE UNIQUE INDEX unit_version_open ON unit_version (id) WHERE rev_to IS NULL",
        ["index unit_version_open is not needed"],
    ),
    "index that refuses versions": (
        "CREATE UNIQUE INDEX one_name ON unit_version (name)",
        ["index one_name is not needed"],
    ),
    "feed's view dropped": (
        "DROP VIEW ledger_change",
        ["view public.ledger_change does not show what it should"],
    ),
    "feed's view without a table": (
        (
            "CREATE OR REPLACE VIEW ledger_change AS SELECT 'unit'::text AS table_name, id, rev_from, rev_to, op,"
            " rev_salt, rev_hash, rev_redacted, ''::text AS canonical FROM unit_version"
        ),
        ["view public.ledger_change does not show what it should"],
    ),
    "view of the revisions dropped": (
        "DROP VIEW as_of.ledger_revision",
        ["view as_of.ledger_revision does not show what it should"],
    ),
    "view dropped": ("DROP VIEW as_of.unit", ["view as_of.unit does not show what it should"]),
    "view of all versions dropped": (
        "DROP VIEW as_of.unit_recorded",
        ["view as_of.unit_recorded does not show what it should"],
    ),
    "view with fewer columns": (
        "DROP VIEW as_of.unit; CREATE VIEW as_of.unit AS SELECT id, slug FROM public.unit_version",
        [
            "view as_of.unit does not show what it should",
            "role greenapi_app lacks SELECT on table as_of.unit",
        ],
    ),
    "view that shows the present": (
        "CREATE VIEW as_of.auth_user AS SELECT * FROM public.auth_user",
        ["view as_of.auth_user is not needed", "role greenapi_app lacks SELECT on table as_of.auth_user"],
    ),
    "function dropped": (
        "DROP FUNCTION ledger_update_unit CASCADE",
        ["function ledger_update_unit is missing", "trigger ledger_update on unit is missing or disabled"],
    ),
    "function replaced": (
        "CREATE OR REPLACE FUNCTION ledger_insert_unit() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
        ["function ledger_insert_unit is not what it should be"],
    ),
    "function under the rights of its caller": (
        "ALTER FUNCTION ledger_insert_unit SECURITY INVOKER",
        ["function ledger_insert_unit is not what it should be"],
    ),
    "function on the search path of its caller": (
        "ALTER FUNCTION ledger_require RESET search_path",
        ["function ledger_require is not what it should be"],
    ),
    "function that is called as if it had no effect": (
        "ALTER FUNCTION ledger_open IMMUTABLE",
        ["function ledger_open is not what it should be"],
    ),
    "trigger dropped": (
        "DROP TRIGGER ledger_delete ON unit",
        ["trigger ledger_delete on unit is missing or disabled"],
    ),
    "trigger that never fires": (
        (
            "CREATE OR REPLACE TRIGGER ledger_insert AFTER INSERT ON unit REFERENCING NEW TABLE AS new_rows"
            " FOR EACH STATEMENT WHEN (false) EXECUTE FUNCTION ledger_insert_unit()"
        ),
        ["trigger ledger_insert on unit is not what it should be"],
    ),
    "trigger that calls another function": (
        (
            "CREATE OR REPLACE TRIGGER ledger_insert AFTER INSERT ON unit REFERENCING NEW TABLE AS new_rows"
            " FOR EACH STATEMENT EXECUTE FUNCTION ledger_insert_topic()"
        ),
        ["trigger ledger_insert on unit is not what it should be"],
    ),
    "trigger disabled": (
        "ALTER TABLE unit DISABLE TRIGGER ledger_insert",
        ["trigger ledger_insert on unit is missing or disabled"],
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
    "guard of the revisions disabled": (
        "ALTER TABLE ledger_revision DISABLE TRIGGER guard_revision, DISABLE TRIGGER guard_truncate",
        [
            "trigger guard_revision on ledger_revision is missing or disabled",
            "trigger guard_truncate on ledger_revision is missing or disabled",
        ],
    ),
    "guard of the head dropped": (
        "DROP TRIGGER guard_head ON ledger_head",
        ["trigger guard_head on ledger_head is missing or disabled"],
    ),
    "seal dropped": (
        "DROP TRIGGER ledger_seal ON ledger_revision",
        ["trigger ledger_seal on ledger_revision is missing or disabled"],
    ),
    "seal too early": (
        (
            "DROP TRIGGER ledger_seal ON ledger_revision;"
            "CREATE TRIGGER ledger_seal AFTER INSERT OR UPDATE ON ledger_revision FOR EACH ROW WHEN (new.hash IS NULL)"
            " EXECUTE FUNCTION ledger_seal()"
        ),
        ["trigger ledger_seal on ledger_revision is not what it should be"],
    ),
    "head that takes anything": (
        "CREATE OR REPLACE FUNCTION ledger_require(p_table text) RETURNS bigint LANGUAGE sql AS $$ SELECT 1::bigint $$",
        ["function ledger_require is not what it should be"],
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


def test_index_that_the_live_table_has_no_more_is_named_and_dropped() -> None:
    execute("CREATE INDEX by_name ON unit (name)")
    install(connection)
    execute("DROP INDEX by_name")

    assert drift(connection) == ["index unit_version_name is not needed"]
    install(connection)
    assert drift(connection) == []


def test_index_that_somebody_added_for_reading_faster_is_left_alone() -> None:
    execute("CREATE INDEX read_faster ON unit_version (quantity, name)")

    install(connection)

    assert drift(connection) == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('read_faster') IS NOT NULL")
        assert cursor.fetchone() == (True,)


def test_column_gone_from_the_live_table_stays_in_the_versions() -> None:
    with change() as opened:
        row = facts.unit(definition="One of it.")
    execute("ALTER TABLE unit DROP COLUMN definition")

    install(connection)

    assert drift(connection) == ["unit.definition is missing"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT definition FROM unit_version WHERE id = %s", [row.id])
        assert cursor.fetchall() == [("One of it.",)]
        cursor.execute(f"SELECT set_config('greenapi.as_of', '{opened.number}', true)")
        cursor.execute("SELECT * FROM as_of.unit WHERE id = %s", [row.id])
        assert [column.name for column in cursor.description] == [
            *("id", "slug", "name", "symbol", "quantity"),
            "rev_from",
        ]


def test_install_can_be_repeated() -> None:
    install(connection)
    install(connection)

    assert drift(connection) == []


def test_check_ledger_says_that_all_is_in_step(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("check_ledger")

    count = len(versioned_models())
    said, note = capsys.readouterr().out.splitlines()
    assert said == f"{count} versioned tables are in step with the models."
    assert note.startswith("Note: DATABASE_URL names the owner of the tables")


def test_check_ledger_fails_and_names_each_difference() -> None:
    execute("DROP VIEW as_of.unit; DROP TRIGGER ledger_delete ON topic")

    with pytest.raises(CommandError) as caught:
        call_command("check_ledger")

    assert sorted(str(caught.value).splitlines()) == [
        "trigger ledger_delete on topic is missing or disabled",
        "view as_of.unit does not show what it should",
    ]
