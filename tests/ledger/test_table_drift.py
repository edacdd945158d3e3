"""Drift of tables: what live tables lack, and what version tables should not have, is named and left to people."""

from types import MappingProxyType

import pytest
from django.db import connection

from greenapi.ledger.drift import drift
from greenapi.ledger.models import Revision
from greenapi.ledger.versioning import install
from indicators.models import Unit

pytestmark = pytest.mark.django_db

# What somebody may do to a database, and what drift() says even after `install`.
LEFT: dict[str, tuple[str, list[str]]] = {
    "column lost": (
        "ALTER TABLE ledger_revision DROP COLUMN rows_hash CASCADE",
        ["ledger_revision.rows_hash is missing"],
    ),
    "unmapped column lost": ("ALTER TABLE ledger_head DROP COLUMN writer", ["ledger_head.writer is missing"]),
    "second head possible": (
        "ALTER TABLE ledger_head DROP CONSTRAINT ledger_head_single_row",
        ["constraint ledger_head_single_row is missing on ledger_head"],
    ),
    "rule lost": (
        "ALTER TABLE observation DROP CONSTRAINT observation_two_persons",
        ["constraint observation_two_persons is missing on observation"],
    ),
    "rule not enforced for old rows": (
        (
            "ALTER TABLE period DROP CONSTRAINT period_dates_in_order;"
            "ALTER TABLE period ADD CONSTRAINT period_dates_in_order CHECK (start_on <= end_on) NOT VALID"
        ),
        ["constraint period_dates_in_order is missing on period"],
    ),
    "index lost": (
        "DROP INDEX ledger_redaction_record",
        ["index ledger_redaction_record is missing or not valid"],
    ),
    "link lost": (
        (
            "DO $$ BEGIN EXECUTE (SELECT format('ALTER TABLE role DROP CONSTRAINT %I', conname) FROM pg_constraint"
            " WHERE conrelid = 'role'::regclass AND contype = 'f' AND conname LIKE '%speaker%'); END $$"
        ),
        ["role.speaker_id is no foreign key"],
    ),
    "slugs may repeat": (
        "ALTER TABLE topic DROP CONSTRAINT topic_slug_key",
        ["topic.slug is not unique"],
    ),
    "rule of facts disabled": (
        "ALTER TABLE document_text DISABLE TRIGGER check_text",
        ["trigger check_text on document_text is disabled"],
    ),
    "version column retyped": (
        (
            "DROP VIEW as_of.unit, as_of.unit_recorded, ledger_change;"
            "ALTER TABLE unit_version ALTER COLUMN symbol TYPE text"
        ),
        ["unit_version.symbol is text, not character varying"],
    ),
    "versions twice": (
        "ALTER TABLE unit_version DROP CONSTRAINT unit_version_pkey",
        ["unit_version lacks the constraint PRIMARY KEY (id, rev_from)"],
    ),
    "versions of any sort": (
        "ALTER TABLE unit_version DROP CONSTRAINT unit_version_op_check",
        [
            (
                "unit_version lacks the constraint CHECK ((op = ANY (ARRAY['I'::bpchar, 'U'::bpchar, 'D'::bpchar,"
                " 'R'::bpchar])))"
            )
        ],
    ),
    "versions that end before they begin": (
        "ALTER TABLE unit_version DROP CONSTRAINT unit_version_check",
        [
            (
                "unit_version lacks the constraint"
                " CHECK (((rev_to > rev_from) OR ((op = 'D'::bpchar) AND (rev_to = rev_from))))"
            )
        ],
    ),
    "versions without a hash": (
        "ALTER TABLE unit_version ALTER COLUMN rev_hash DROP NOT NULL",
        ["unit_version.rev_hash may be null"],
    ),
    "versions that refuse a deletion": (
        "ALTER TABLE unit_version ALTER COLUMN name SET NOT NULL",
        ["unit_version.name must not be null"],
    ),
    "versions with values of their own": (
        "ALTER TABLE unit_version ALTER COLUMN symbol SET DEFAULT '%'",
        ["unit_version.symbol has a value of its own where none is given"],
    ),
    "versions that refuse a value": (
        "ALTER TABLE unit_version ADD CONSTRAINT short CHECK (length(name) < 99)",
        ["unit_version has a constraint too many, CHECK ((length((name)::text) < 99))"],
    ),
    "one version of a name": (
        "ALTER TABLE unit_version ADD CONSTRAINT once UNIQUE (name)",
        ["unit_version has a constraint too many, UNIQUE (name)"],
    ),
    "versions lost at the next failure": (
        "ALTER TABLE unit_version SET UNLOGGED",
        ["table unit_version is lost when the server fails"],
    ),
    "versions hidden": (
        "ALTER TABLE unit_version ENABLE ROW LEVEL SECURITY",
        ["table unit_version hides rows"],
    ),
    "versions from another table": (
        "CREATE TABLE more_versions () INHERITS (unit_version)",
        ["table unit_version shows rows of other tables"],
    ),
    "versions that are not written": (
        "CREATE RULE nothing AS ON INSERT TO unit_version DO INSTEAD NOTHING",
        ["table unit_version has a rule"],
    ),
    "revisions that are not written": (
        "CREATE RULE nothing AS ON UPDATE TO ledger_head DO INSTEAD NOTHING",
        ["table ledger_head has a rule"],
    ),
    "trigger beside the guards": (
        (
            "CREATE TRIGGER mine BEFORE INSERT ON unit_version FOR EACH ROW EXECUTE FUNCTION"
            " suppress_redundant_updates_trigger()"
        ),
        ["trigger mine on unit_version is not needed"],
    ),
    "trigger left over from before": (
        "CREATE TRIGGER ledger_copy BEFORE INSERT ON unit FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()",
        ["trigger ledger_copy on unit is not needed"],
    ),
    "function left over from before": (
        (
            "CREATE FUNCTION ledger_shortcut() RETURNS void LANGUAGE sql AS '';"
            "REVOKE ALL ON FUNCTION ledger_shortcut FROM PUBLIC"
        ),
        ["function ledger_shortcut is not needed"],
    ),
    "function of the same name": (
        (
            "CREATE FUNCTION ledger_close(p_now boolean) RETURNS void LANGUAGE sql AS '';"
            "REVOKE ALL ON FUNCTION ledger_close(boolean) FROM PUBLIC"
        ),
        ["function ledger_close is there more than once"],
    ),
    "versions of no table": (
        "CREATE TABLE mill_version (id uuid, rev_from bigint, rev_hash bytea)",
        ["table mill_version belongs to no model"],
    ),
    "live table lost": (
        "DROP TABLE claim_link CASCADE",
        ["table claim_link is missing"],
    ),
}


def execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.parametrize("name", LEFT)
def test_drift_is_named_and_left_to_people(name: str) -> None:
    sql, sentences = LEFT[name]
    execute(sql)

    install(connection)

    assert drift(connection) == sentences


def test_name_that_another_column_had_before_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The versions could not tell the two apart."""
    monkeypatch.setattr(Unit, "renamed_columns", MappingProxyType({"definition": "symbol"}))
    install(connection)

    assert drift(connection) == ["unit.symbol has the name that unit.definition had before"]


def test_table_is_compared_before_the_seal_is_there() -> None:
    """A database whose migrations are still to come is told so, and nothing fails."""
    execute("ALTER TABLE ledger_revision DROP COLUMN rows_hash CASCADE, DROP COLUMN hash CASCADE")

    install(connection)

    assert drift(connection) == ["ledger_revision.hash is missing", "ledger_revision.rows_hash is missing"]
    assert Revision._meta.db_table == "ledger_revision"
