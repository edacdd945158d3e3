"""The application role: what it may not do, what `install` gives it, and how wrong rights are named."""

from collections.abc import Iterator

import psycopg
import pytest
from django.conf import LazySettings
from django.core.management import call_command
from django.db import connection

from greenapi.ledger.drift import drift
from greenapi.ledger.tables import versioned_models
from greenapi.ledger.versioning import install
from tests.application import application_role
from tests.ledger.test_guards import FORGERIES

DENIED = "42501"
BROKEN_RULE = "23514"
APPLICATION = "greenapi_app"
BY_GUARDS = {"GA001", "GA003"}

# What the owner may do, or is kept from by guards, and the application role may not do at all.
ONLY_THE_OWNER = [
    "ALTER TABLE unit ADD COLUMN extra text",
    "ALTER TABLE unit DISABLE TRIGGER ledger_update",
    "ALTER TABLE unit DISABLE TRIGGER USER",
    "ALTER TABLE unit_version DISABLE TRIGGER guard_update",
    "ALTER TABLE ledger_revision DISABLE TRIGGER guard_revision",
    "ALTER TABLE unit ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE unit RENAME TO mine",
    "DROP TABLE unit CASCADE",
    "DROP TABLE unit_version CASCADE",
    "DROP TRIGGER ledger_update ON unit",
    "DROP VIEW as_of.unit",
    "DROP SCHEMA as_of CASCADE",
    "DROP FUNCTION ledger_refuse CASCADE",
    "TRUNCATE claim_link",
    "TRUNCATE unit_version",
    "TRUNCATE ledger_revision",
    "TRUNCATE django_session",
    "CREATE TRIGGER mine BEFORE UPDATE ON unit FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "CREATE TRIGGER mine BEFORE TRUNCATE ON unit_version EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "CREATE RULE mine AS ON UPDATE TO unit DO INSTEAD NOTHING",
    "CREATE INDEX ON unit (name)",
    "CREATE TABLE public.mine (id uuid REFERENCES unit)",
    "CREATE TABLE public.mine (id int)",
    "CREATE TABLE as_of.mine (id int)",
    "CREATE FUNCTION public.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE FUNCTION as_of.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE OR REPLACE FUNCTION ledger_require(p_table text) RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint'",
    "CREATE OR REPLACE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    "ALTER FUNCTION ledger_refuse() RENAME TO mine",
    "ALTER VIEW as_of.unit RENAME TO mine",
    "INSERT INTO unit_version (id, rev_from, op, rev_hash) VALUES (gen_random_uuid(), 1, 'I', '')",
    "UPDATE unit_version SET name = 'forged'",
    "DELETE FROM unit_version",
    "LOCK TABLE unit_version IN EXCLUSIVE MODE",
    "SELECT set_config('greenapi.as_of', '1', true); UPDATE as_of.unit SET name = 'forged'",
    "UPDATE ledger_head SET number = number",
    "DELETE FROM ledger_head",
    "SELECT * FROM ledger_head FOR UPDATE",
    "INSERT INTO ledger_revision SELECT number + 1, now(), 'eve', 'forged', 'enrichment' FROM ledger_head",
    "UPDATE ledger_revision SET reason = 'forged'",
    "DELETE FROM ledger_revision",
    "INSERT INTO django_migrations (app, name, applied) VALUES ('ledger', 'forged', now())",
    "SELECT setval(pg_get_serial_sequence('auth_user', 'id'), 1)",
    "SELECT ledger_require('unit')",
    "SELECT ledger_changed()",
    """SELECT ledger_open('eve', 'hiding', 'redaction');
    SELECT ledger_redact(gen_random_uuid(), 'unit', id, '{"name": "forged"}', 'nobody', 'hiding') FROM unit LIMIT 1""",
    """SELECT ledger_open('eve', 'hiding', 'redaction');
    INSERT INTO ledger_redaction (id, revision, table_name, record_id, fields, authority, reason)
    SELECT gen_random_uuid(), number, 'unit', gen_random_uuid(), '{name}', 'nobody', 'hiding' FROM ledger_head""",
    # The versions' own trigger on a table of one's own would record whatever is put there.
    """CREATE TEMPORARY TABLE bait (LIKE unit);
    CREATE TRIGGER forge AFTER INSERT ON bait REFERENCING NEW TABLE AS new_rows
      FOR EACH STATEMENT EXECUTE FUNCTION ledger_insert_unit()""",
]


@pytest.fixture
def application(django_db_setup: None) -> Iterator[psycopg.Connection]:
    """A connection of the application role to the database with the dataset; whatever it did is rolled back."""
    yield from _connected(APPLICATION)


@pytest.fixture
def owner(django_db_setup: None) -> Iterator[psycopg.Connection]:
    """The same as the owner."""
    yield from _connected(connection.settings_dict["USER"])


def _connected(user: str) -> Iterator[psycopg.Connection]:
    names = ("dbname", "host", "port", "password")
    parameters = {name: value for name, value in connection.get_connection_params().items() if name in names}
    with psycopg.connect(**parameters, user=user) as connected:
        try:
            yield connected
        finally:
            connected.rollback()


def _refusal(connected: psycopg.Connection, statements: str) -> str | None:
    """The error code with which Postgres refuses statements of one transaction; None when it carries them out."""
    try:
        connected.execute(statements)
    except psycopg.Error as error:
        return error.sqlstate
    return None


@pytest.mark.parametrize("statements", ONLY_THE_OWNER)
def test_only_the_owner_may(application: psycopg.Connection, owner: psycopg.Connection, statements: str) -> None:
    assert _refusal(application, statements) == DENIED
    application.rollback()
    # Were the statement wrong in itself, its refusal above would say nothing.
    assert _refusal(owner, statements) in {None, *BY_GUARDS}


@pytest.mark.parametrize("table", [model._meta.db_table for model in versioned_models()])
def test_versions_of_every_table_are_only_read(application: psycopg.Connection, table: str) -> None:
    assert _refusal(application, f"SELECT FROM {table}_version") is None
    for statement in (
        f"INSERT INTO {table}_version (id, rev_from, op, rev_hash) VALUES (gen_random_uuid(), 1, 'I', '')",
        f"UPDATE {table}_version SET op = op",
        f"DELETE FROM {table}_version",
        f"TRUNCATE {table}",
    ):
        assert _refusal(application, statement) == DENIED
        application.rollback()


def test_triggers_cannot_be_left_out_for_a_session(application: psycopg.Connection) -> None:
    assert _refusal(application, "SET session_replication_role = replica") == DENIED


def test_application_cannot_become_the_owner(application: psycopg.Connection) -> None:
    assert _refusal(application, f'SET ROLE "{connection.settings_dict["USER"]}"') == DENIED


@pytest.mark.parametrize("forgery", FORGERIES)
def test_forgery_is_refused(application: psycopg.Connection, forgery: str) -> None:
    assert _refusal(application, FORGERIES[forgery]) in {DENIED, *BY_GUARDS}


@pytest.mark.parametrize("number", [1, 2, 10**6])
def test_forged_setting_is_no_revision(application: psycopg.Connection, number: int) -> None:
    forged = f"SELECT set_config('greenapi.revision', '{number}', true); UPDATE unit SET name = 'forged'"

    assert _refusal(application, forged) == "GA001"


SHADOWED = {
    "a citation behind the end of the text": (
        "CREATE TEMPORARY TABLE document_copy (LIKE public.document_copy);"
        "CREATE TEMPORARY TABLE document_text (LIKE public.document_text);"
        """UPDATE citation SET start = start + 10000000, "end" = "end" + 10000000"""
    ),
    "a published fact without a citation": (
        "CREATE TEMPORARY TABLE observation (LIKE public.observation);"
        "DELETE FROM observation_citation; SET CONSTRAINTS ALL IMMEDIATE"
    ),
}


@pytest.mark.parametrize("what", SHADOWED)
def test_guards_cannot_be_shown_temporary_tables(application: psycopg.Connection, what: str) -> None:
    application.execute("SELECT ledger_open('eve', 'shadows', 'enrichment')")

    assert _refusal(application, SHADOWED[what]) == BROKEN_RULE


def test_every_trigger_looks_into_our_own_tables(owner: psycopg.Connection) -> None:
    found = owner.execute(
        "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prorettype = 'trigger'::regtype"
        " AND NOT coalesce('search_path=public, pg_temp' = ANY (proconfig), false)"
    ).fetchall()

    # These two look at nothing but the row before them.
    assert {name for (name,) in found} == {"ledger_refuse", "ledger_guard_head"}


def test_application_writes_the_live_tables_and_djangos_own(application: psycopg.Connection) -> None:
    written = application.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
        " AND has_table_privilege(oid, 'INSERT') AND has_table_privilege(oid, 'DELETE')"
    ).fetchall()

    live = {model._meta.db_table for model in versioned_models()}
    recorded = {name for name in live if not name.startswith("ledger_")}
    assert {name for (name,) in written} >= recorded
    assert {name for (name,) in written} - recorded == {
        *("auth_user", "auth_group", "auth_permission", "auth_user_groups", "auth_user_user_permissions"),
        *("auth_group_permissions", "django_admin_log", "django_content_type", "django_session"),
        *("access_token", "access_allowance", "kept_answer"),
        *("bulk_import", "bulk_import_piece", "bulk_import_progress", "bulk_import_row"),
        *(f"axes_access{name}" for name in ("attempt", "attemptexpiration", "failurelog", "log")),
    }


WRONG = {
    f"GRANT TRUNCATE ON unit TO {APPLICATION}": ["has TRUNCATE on table unit"],
    f"GRANT INSERT ON unit_version TO {APPLICATION}": ["has INSERT on table unit_version"],
    f"GRANT UPDATE (name) ON unit_version TO {APPLICATION}": ["has UPDATE on table unit_version"],
    "GRANT UPDATE ON ledger_head TO PUBLIC": ["has UPDATE on table ledger_head"],
    f"GRANT EXECUTE ON FUNCTION ledger_changed TO {APPLICATION}": ["has EXECUTE on routine ledger_changed()"],
    f"GRANT UPDATE ON SEQUENCE auth_user_id_seq TO {APPLICATION}": ["has UPDATE on sequence auth_user_id_seq"],
    f"GRANT CREATE ON SCHEMA as_of TO {APPLICATION}": ["has CREATE on schema as_of"],
    "GRANT CREATE ON SCHEMA public TO PUBLIC": ["has CREATE on schema public"],
    "CREATE FUNCTION of_everybody() RETURNS int LANGUAGE sql AS 'SELECT 1'": [
        "has EXECUTE on routine of_everybody()",
    ],
    "CREATE TABLE beside (id int)": [],
    f"REVOKE DELETE ON unit FROM {APPLICATION}": ["lacks DELETE on table unit"],
    f"REVOKE SELECT ON as_of.unit FROM {APPLICATION}": ["lacks SELECT on table as_of.unit"],
    f"REVOKE EXECUTE ON FUNCTION ledger_open FROM {APPLICATION}": [
        "lacks EXECUTE on routine ledger_open(text,text,text)"
    ],
    f"REVOKE USAGE ON SCHEMA as_of FROM {APPLICATION}": ["lacks USAGE on schema as_of"],
}


@pytest.mark.parametrize("statement", WRONG)
def test_wrong_rights_are_named_and_mended(db: None, statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)

    assert drift(connection) == [f"role {APPLICATION} {sentence}" for sentence in WRONG[statement]]
    install(connection)
    assert drift(connection) == []


def test_role_that_may_do_everything_is_named(db: None, settings: LazySettings) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolname FROM pg_roles WHERE rolsuper ORDER BY rolname LIMIT 1")
        settings.APPLICATION_ROLE = cursor.fetchone()[0]

    owner = connection.settings_dict["USER"]
    assert drift(connection) == [f"role {settings.APPLICATION_ROLE} may act as {owner}, who owns the tables"]


def test_without_an_application_role_nothing_is_given(db: None, settings: LazySettings) -> None:
    settings.APPLICATION_ROLE = "nobody-of-this-name"

    install(connection)

    assert drift(connection) == []


def test_owner_that_serves_too_keeps_its_rights(db: None, settings: LazySettings) -> None:
    settings.APPLICATION_ROLE = connection.settings_dict["USER"]

    install(connection)

    assert drift(connection) == []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT bool_and(has_table_privilege(oid, 'TRUNCATE')) FROM pg_class WHERE relkind = 'r'"
            " AND relnamespace = 'public'::regnamespace"
        )
        assert cursor.fetchone() == (True,)


def test_migrate_connects_as_the_owner_and_nothing_after_it(
    ledger_db: None, settings: LazySettings, capsys: pytest.CaptureFixture[str]
) -> None:
    usual = connection.settings_dict
    host = usual["HOST"].replace("/", "%2F")
    settings.OWNER_DATABASE_URL = (
        f"postgresql://{usual['USER']}:{usual['PASSWORD']}@{host}:{usual['PORT'] or 5432}/none"
    )
    with connection.cursor() as cursor:
        cursor.execute("DROP VIEW as_of.unit")

    with application_role():
        call_command("migrate", verbosity=0)
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user, current_database()")
            assert cursor.fetchone() == (APPLICATION, usual["NAME"])
        call_command("check_ledger")

    assert capsys.readouterr().out == f"{len(versioned_models())} versioned tables are in step with the models.\n"
