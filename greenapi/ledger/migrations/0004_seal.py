"""The seal of revisions, and the seal of what was recorded before there was one.

The SQL of the hashes is written out here: the functions of the day may need columns of later migrations.
"""

from django.db import migrations, models

from greenapi.ledger.canonical import canonical_sql
from greenapi.ledger.tables import VERSION_COLUMNS, columns_of
from greenapi.ledger.versioning import install

CHAIN = """
ALTER TABLE ledger_revision DISABLE TRIGGER USER;
DO $$ DECLARE
  r ledger_revision;
  previous bytea := (SELECT sha256(convert_to(ledger_id::text, 'UTF8')) FROM ledger_head);
BEGIN
  FOR r IN SELECT * FROM ledger_revision ORDER BY number LOOP
    r.rows_hash := coalesce((SELECT s.rows_hash FROM sealed_rows s WHERE s.rev_from = r.number), sha256(''));
    previous := sha256(convert_to(
      '{"actor":' || to_json(r.actor) || ',"change_class":' || to_json(r.change_class)
      || ',"number":"' || r.number || '","previous":"' || encode(previous, 'hex')
      || '","reason":' || to_json(r.reason) || ',"recorded_at":"'
      || to_char(r.recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
      || '","rows":"' || encode(r.rows_hash, 'hex') || '"}', 'UTF8'));
    UPDATE ledger_revision SET rows_hash = r.rows_hash, hash = previous WHERE number = r.number;
  END LOOP;
END $$;
ALTER TABLE ledger_revision ENABLE TRIGGER USER;
DROP TABLE sealed_rows;
"""


def seal(apps, schema_editor):
    """Gives the versions of a database older than the seal their salt and hash, and chains its revisions."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class c WHERE relname LIKE '%\\_version' AND relkind = 'r'"
            " AND relnamespace = 'public'::regnamespace"
            " AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'rev_from')"
        )
        tables = [name for (name,) in cursor.fetchall()]
        for versions in tables:
            columns = columns_of(cursor, versions)
            if "rev_hash" not in dict(columns):
                seal_versions(cursor, versions, columns=columns)
        rows = " UNION ALL ".join(f"SELECT rev_from, rev_hash FROM {versions}" for versions in tables)
        cursor.execute(
            "CREATE TEMPORARY TABLE sealed_rows AS"
            " SELECT rev_from, sha256(string_agg(rev_hash, ''::bytea ORDER BY rev_hash)) AS rows_hash"
            f" FROM ({rows or 'SELECT 0::bigint AS rev_from, NULL::bytea AS rev_hash LIMIT 0'}) v GROUP BY rev_from"
        )
        cursor.execute(CHAIN)
    install(schema_editor.connection)


def seal_versions(cursor, versions, *, columns):
    recorded = [(name, kind) for name, kind in columns if name not in VERSION_COLUMNS]
    canonical = canonical_sql(table=versions.removesuffix("_version"), columns=recorded, alias="v", op="v.op")
    cursor.execute(f"""
        ALTER TABLE {versions} DISABLE TRIGGER USER,
          ADD COLUMN rev_salt uuid DEFAULT gen_random_uuid(), ADD COLUMN rev_hash bytea, ADD COLUMN rev_redacted bigint,
          DROP CONSTRAINT {versions}_op_check, ADD CONSTRAINT {versions}_op_check CHECK (op IN ('I', 'U', 'D', 'R'));
        DROP INDEX {versions}_open;
        UPDATE {versions} v SET rev_hash = sha256(convert_to(v.rev_salt::text || {canonical}, 'UTF8'));
        ALTER TABLE {versions} ENABLE TRIGGER USER,
          ALTER COLUMN rev_salt DROP DEFAULT, ALTER COLUMN rev_hash SET NOT NULL;
    """)


def unseal(apps, schema_editor):
    """Takes off what `install` has put on the ledger's own tables; everything else goes with their columns."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("""
            DROP VIEW IF EXISTS ledger_change, as_of.ledger_revision, as_of.ledger_redaction;
            DROP FUNCTION ledger_open, ledger_require, ledger_changed, ledger_close, ledger_resolve, ledger_refuse,
              ledger_guard_revision, ledger_guard_head, ledger_guard_numbers, ledger_guard_redaction, ledger_row_hash,
              ledger_chain_hash, ledger_hash_at, ledger_rows_hash, ledger_seal, ledger_redact, ledger_masked CASCADE;
        """)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_redaction")]
    operations = [
        migrations.AddField(
            "revision",
            "rows_hash",
            models.BinaryField(
                null=True, help_text="SHA-256 over the hashes of the rows it changed; null until it is committed."
            ),
        ),
        migrations.AddField(
            "revision",
            "hash",
            models.BinaryField(
                null=True, help_text="SHA-256 that seals it and all revisions before it; null until it is committed."
            ),
        ),
        migrations.RunPython(seal, unseal),
    ]
