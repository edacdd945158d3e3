"""When the day a segment was stated changes, that of the facts it states follows, in the same revision."""

from django.db import migrations

SQL = """
CREATE FUNCTION indicators_restate_facts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE observation SET stated_on = NEW.stated_on, stated_on_basis = NEW.stated_on_basis WHERE segment_id = NEW.id;
  UPDATE commitment SET stated_on = NEW.stated_on, stated_on_basis = NEW.stated_on_basis WHERE segment_id = NEW.id;
  RETURN NULL;
END $$;
CREATE TRIGGER restate_facts AFTER UPDATE OF stated_on, stated_on_basis ON segment FOR EACH ROW
  WHEN ((OLD.stated_on, OLD.stated_on_basis) IS DISTINCT FROM (NEW.stated_on, NEW.stated_on_basis))
  EXECUTE FUNCTION indicators_restate_facts();
"""

UNDO = "DROP FUNCTION indicators_restate_facts CASCADE;"


class Migration(migrations.Migration):
    dependencies = [("indicators", "0002_citation_required"), ("briefings", "0003_stated_on_follows")]
    operations = [migrations.RunSQL(SQL, UNDO)]
