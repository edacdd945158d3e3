"""The ledger's functions, guards and the schema of as-of views."""

from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parent.parent / "functions.sql").read_text(encoding="utf-8")

UNDO = """
DROP SCHEMA as_of CASCADE;
DROP TRIGGER guard_revision ON ledger_revision;
DROP TRIGGER guard_truncate ON ledger_revision;
DROP TRIGGER guard_head ON ledger_head;
DROP TRIGGER guard_numbers ON ledger_head;
DROP TRIGGER guard_head_rows ON ledger_head;
DROP TRIGGER guard_truncate ON ledger_head;
DROP FUNCTION ledger_open, ledger_require, ledger_changed, ledger_close, ledger_resolve, ledger_refuse, ledger_guard_revision,
  ledger_guard_head, ledger_guard_numbers CASCADE;
DELETE FROM ledger_head;
ALTER TABLE ledger_head DROP COLUMN writer, DROP COLUMN changed, DROP CONSTRAINT ledger_head_single_row;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [migrations.RunSQL(SQL, UNDO)]
