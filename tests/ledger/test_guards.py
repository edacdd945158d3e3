"""Guards: the database itself refuses what would rewrite the ledger, whoever asks."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from greenapi.ledger.identifiers import uuid7
from greenapi.ledger.models import LedgerHead, Redaction, Revision
from greenapi.ledger.tables import versioned_models
from indicators.models import Unit
from tests.factories import facts
from tests.factories.revisions import change

# Tombstones have guards of their own.
TABLES = [model._meta.db_table for model in versioned_models() if model is not Redaction]
NO_REVISION, APPEND_ONLY = "GA001", "GA003"


def execute(sql: str, *parameters: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters or None)


@contextmanager
def refused(*states: str) -> Iterator[None]:
    """The block is refused by the database with one of these error codes, and leaves the transaction usable."""
    with pytest.raises((DatabaseError, psycopg.DatabaseError)) as caught, transaction.atomic():
        yield
    error = caught.value if isinstance(caught.value, psycopg.Error) else caught.value.__cause__
    assert getattr(error, "sqlstate", None) in states, caught.value


@pytest.fixture
def unit(dataset: None) -> Unit:
    """A unit with two versions."""
    with change():
        made = facts.unit(name="first")
    with change():
        Unit.objects.filter(id=made.id).update(name="second")
    return made


def test_write_outside_a_revision_is_refused_on_every_table(dataset: None) -> None:
    for table in TABLES:
        execute(f"ALTER TABLE {table} DISABLE TRIGGER ledger_delete; CREATE TEMPORARY TABLE kept AS TABLE {table}")
        with refused(NO_REVISION):
            execute(f"DELETE FROM {table}; INSERT INTO {table} TABLE kept")
        execute(f"ALTER TABLE {table} ENABLE TRIGGER ledger_delete; DROP TABLE kept")
        with refused(NO_REVISION):
            execute(f"UPDATE {table} SET id = id")
        with refused(NO_REVISION):
            execute(f"DELETE FROM {table}")


def test_saving_outside_a_revision_is_refused(unit: Unit) -> None:
    unit.name = "third"

    with refused(NO_REVISION):
        unit.save()
    assert Unit.objects.get(id=unit.id).name == "second"


def test_copy_outside_a_revision_is_refused(dataset: None) -> None:
    copy = "COPY unit (id, slug, name, quantity, symbol, definition) FROM STDIN"

    with refused(NO_REVISION), connection.cursor() as cursor, cursor.copy(copy) as rows:
        rows.write_row((uuid7(), "copied", "copied", "ratio", "", ""))


@pytest.mark.parametrize("number", [1, 2, 3])
def test_forged_setting_is_no_revision(ledger_db: None, number: int) -> None:
    for _ in range(2):
        with change():
            facts.unit()

    with refused(NO_REVISION):
        execute(f"SELECT set_config('greenapi.revision', '{number}', true)")
        Unit(slug="forged", name="forged", quantity="ratio").save()
    assert Unit.objects.count() == 2


def test_setting_forged_within_a_revision_is_refused(ledger_db: None) -> None:
    with change():
        facts.unit(slug="first")
    with change():
        with refused(NO_REVISION):
            execute("SELECT set_config('greenapi.revision', '1', true)")
            facts.unit()
        facts.unit(slug="second")

    assert list(Unit.objects.values_list("slug", flat=True)) == ["first", "second"]


def test_revision_that_changed_something_cannot_be_taken_back(ledger_db: None) -> None:
    with change():
        unit = facts.unit(slug="kept")
        execute("SELECT set_config('greenapi.changed', '', true)")
    with change():
        Unit.objects.filter(id=unit.id).update(name="again")

    assert list(Revision.objects.values_list("number", flat=True)) == [1, 2]


def test_changed_id_is_refused(unit: Unit) -> None:
    with change():
        with refused(APPEND_ONLY):
            Unit.objects.filter(id=unit.id).update(id=uuid7())
        with refused(APPEND_ONLY):
            execute("UPDATE unit SET id = gen_random_uuid(), name = 'third' WHERE id = %s", unit.id)

    assert Unit.objects.get(id=unit.id).name == "second"


def test_ids_that_two_rows_exchange_are_no_change_of_id_but_of_both_rows(unit: Unit) -> None:
    """Postgres cannot tell an exchange of ids from an exchange of contents, so it is recorded as the latter."""
    with change():
        other = facts.unit(name="other")
    execute("ALTER TABLE unit DROP CONSTRAINT unit_pkey CASCADE, ADD PRIMARY KEY (id) DEFERRABLE")

    with change() as opened:
        execute(
            "UPDATE unit SET id = CASE id WHEN %s THEN %s::uuid ELSE %s::uuid END WHERE id IN (%s, %s)",
            *(unit.id, other.id, unit.id, unit.id, other.id),
        )

    with connection.cursor() as cursor:
        cursor.execute("SELECT id, name FROM unit_version WHERE rev_from = %s", [opened.number])
        assert set(cursor.fetchall()) == {(unit.id, "other"), (other.id, "second")}


def test_version_tables_refuse_every_direct_write(dataset: None) -> None:
    for table in TABLES:
        statements = [
            f"INSERT INTO {table}_version (id, rev_from, op, rev_hash) VALUES (gen_random_uuid(), 1, 'I', '')",
            f"UPDATE {table}_version SET rev_to = rev_from + 1",
            f"UPDATE {table}_version SET op = op",
            f"DELETE FROM {table}_version",
        ]
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT EXISTS (SELECT FROM {table}_version)")
            assert cursor.fetchone() == (True,), f"no data in {table}_version"
        for statement in statements:
            with refused(NO_REVISION):
                execute(statement)
            with change(), refused(APPEND_ONLY):
                execute(statement)
        with refused(APPEND_ONLY):
            execute(f"TRUNCATE {table}_version")
        with change(), refused(APPEND_ONLY):
            execute(f"TRUNCATE {table}_version CASCADE")


def test_own_versions_cannot_be_written_directly_either(unit: Unit) -> None:
    with change() as opened:
        facts.unit(slug="new-one")
        with refused(APPEND_ONLY):
            execute("UPDATE unit_version SET name = 'other' WHERE rev_from = %s", opened.number)
        with refused(APPEND_ONLY):
            execute("DELETE FROM unit_version WHERE rev_from = %s", opened.number)


def test_as_of_views_cannot_be_written_through(unit: Unit) -> None:
    with change():
        execute("SELECT set_config('greenapi.as_of', '1000', true)")
        with refused(APPEND_ONLY, "55000"):
            execute("UPDATE as_of.unit SET name = 'other'")
        with refused(APPEND_ONLY, "55000"):
            execute("DELETE FROM as_of.unit")


def test_live_tables_refuse_truncate(dataset: None) -> None:
    for table in TABLES:
        with change(), refused(APPEND_ONLY):
            execute(f"TRUNCATE {table} CASCADE")


REWRITING = [
    "UPDATE ledger_revision SET reason = 'another'",
    "UPDATE ledger_revision SET recorded_at = recorded_at - interval '1 day'",
    "UPDATE ledger_revision SET number = number + 1000",
    "DELETE FROM ledger_revision",
    "DELETE FROM ledger_revision WHERE number = (SELECT max(number) FROM ledger_revision)",
    "TRUNCATE ledger_revision",
    "INSERT INTO ledger_revision SELECT number + 1, now(), 'ada', 'forged', 'enrichment' FROM ledger_head",
    "UPDATE ledger_head SET number = number - 1",
    "UPDATE ledger_head SET number = number + 2",
    "UPDATE ledger_head SET ledger_id = gen_random_uuid()",
    "UPDATE ledger_head SET closed_at = closed_at - interval '1 second'",
    "UPDATE ledger_head SET id = 2",
    "DELETE FROM ledger_head",
    "TRUNCATE ledger_head",
    "INSERT INTO ledger_head (id, ledger_id, number, closed_at) VALUES (2, gen_random_uuid(), 0, now())",
]


def test_ledger_itself_refuses_to_be_rewritten(ledger_db: None) -> None:
    for _ in range(2):
        with change():
            facts.unit()
    before = list(Revision.objects.values()), list(LedgerHead.objects.values())

    for statement in REWRITING:
        with refused(APPEND_ONLY):
            execute(statement)
    assert (list(Revision.objects.values()), list(LedgerHead.objects.values())) == before


def test_ledger_itself_is_not_rewritten_within_a_revision_either(ledger_db: None) -> None:
    for _ in range(2):
        with change():
            facts.unit()
    before = list(Revision.objects.values())

    with change():
        facts.unit(slug="written-beside-it")
        for statement in REWRITING:
            # Postgres itself refuses to truncate a table that a trigger still has to look at.
            with refused(APPEND_ONLY, "55006"):
                execute(statement)
    assert list(Revision.objects.filter(number__lte=2).values()) == before
    assert Revision.objects.count() == 3


def test_number_is_not_taken_without_a_revision(ledger_db: None) -> None:
    """A number that no revision bears would be a gap."""
    with change():
        facts.unit()
    with refused(APPEND_ONLY):
        execute("UPDATE ledger_head SET number = number + 1")

    with change() as after:
        facts.unit()
    assert after.number == 2


FORGERIES = {
    "another transaction's revision is taken over": (
        "UPDATE ledger_head SET writer = pg_current_xact_id();"
        "SELECT set_config('greenapi.revision', (SELECT number::text FROM ledger_head), true);"
        "UPDATE unit SET name = 'forged'"
    ),
    "the revision before one that was taken back is written into": (
        "SELECT ledger_open('eve', 'nothing', 'enrichment'); SELECT ledger_close();"
        "SELECT set_config('greenapi.revision', (SELECT number::text FROM ledger_head), true);"
        "UPDATE unit SET name = 'forged'"
    ),
    "a revision is made with a time of one's own": (
        "UPDATE ledger_head SET number = number + 1, writer = pg_current_xact_id(), changed = false,"
        " closed_at = closed_at + interval '1 second';"
        "INSERT INTO ledger_revision SELECT number, '1999-01-01', 'eve', 'forged', 'enrichment' FROM ledger_head"
    ),
    "a version is made at an older revision": (
        "SELECT ledger_open('eve', 'x', 'enrichment'); CREATE TEMPORARY TABLE bait (id int);"
        "CREATE FUNCTION pg_temp.forge() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " INSERT INTO public.unit_version (id, rev_from, op, rev_hash) VALUES (gen_random_uuid(), 1, 'I', '');"
        " RETURN NULL; END $$;"
        "CREATE TRIGGER forge AFTER INSERT ON bait FOR EACH STATEMENT EXECUTE FUNCTION pg_temp.forge();"
        "INSERT INTO bait VALUES (1)"
    ),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_forgery_is_refused(ledger_db: None, forgery: str) -> None:
    with change():
        facts.unit(name="true")
    before = list(Revision.objects.values())

    with refused("GA001", APPEND_ONLY):
        execute(FORGERIES[forgery])

    assert list(Revision.objects.values()) == before
    assert [unit.name for unit in Unit.objects.all()] == ["true"]


def test_revision_taken_back_takes_no_other_with_it(ledger_db: None) -> None:
    with change():
        facts.unit()

    with refused(APPEND_ONLY):
        execute("SELECT ledger_open('eve', 'nothing', 'enrichment')")
        execute("SELECT ledger_close()")
        execute("SELECT set_config('greenapi.revision', (SELECT number::text FROM ledger_head), true)")
        execute("SELECT ledger_close()")

    assert list(Revision.objects.values_list("number", flat=True)) == [1]
