"""The head's single row, who writes it, and the schema of as-of views. Functions and guards come from versioning.install."""

from django.db import migrations

SQL = """
-- Who opened the newest revision, and whether anything was changed in it; both only ever written by the ledger's functions.
ALTER TABLE ledger_head ADD COLUMN writer xid8, ADD COLUMN changed boolean NOT NULL DEFAULT false;
INSERT INTO ledger_head (id, ledger_id, number, closed_at) VALUES (1, gen_random_uuid(), 0, 'epoch'::timestamptz);
ALTER TABLE ledger_head ADD CONSTRAINT ledger_head_single_row CHECK (id = 1);
CREATE SCHEMA as_of;
"""

UNDO = """
DROP SCHEMA as_of CASCADE;
DELETE FROM ledger_head;
ALTER TABLE ledger_head DROP COLUMN writer, DROP COLUMN changed, DROP CONSTRAINT ledger_head_single_row;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [migrations.RunSQL(SQL, UNDO)]
