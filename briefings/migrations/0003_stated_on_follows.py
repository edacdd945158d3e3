"""When the day of a briefing or document changes, the day its segments were stated follows, in the same revision."""

from django.db import migrations

SQL = """
CREATE FUNCTION briefings_restate_segments() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE segment s
     SET stated_on = coalesce(b.held_on, d.published_on),
         stated_on_basis = CASE
           WHEN b.held_on IS NOT NULL THEN b.held_on_basis
           WHEN d.published_on IS NOT NULL THEN 'inferred' ELSE 'not_stated' END,
         stated_on_reason = CASE
           WHEN b.held_on IS NOT NULL THEN b.held_on_reason
           WHEN d.published_on IS NOT NULL
             THEN 'The day it was held is not known; by the day of publication it had been said.'
           ELSE '' END
    FROM document_copy v JOIN document d ON d.id = v.document_id LEFT JOIN briefing b ON b.id = d.briefing_id
   WHERE s.document_version_id = v.id AND (TG_TABLE_NAME = 'document' AND d.id = NEW.id OR b.id = NEW.id);
  RETURN NULL;
END $$;
CREATE TRIGGER restate_segments AFTER UPDATE OF held_on, held_on_basis, held_on_reason ON briefing FOR EACH ROW
  WHEN ((OLD.held_on, OLD.held_on_basis, OLD.held_on_reason)
        IS DISTINCT FROM (NEW.held_on, NEW.held_on_basis, NEW.held_on_reason))
  EXECUTE FUNCTION briefings_restate_segments();
CREATE TRIGGER restate_segments AFTER UPDATE OF published_on, briefing_id ON document FOR EACH ROW
  WHEN ((OLD.published_on, OLD.briefing_id) IS DISTINCT FROM (NEW.published_on, NEW.briefing_id))
  EXECUTE FUNCTION briefings_restate_segments();
"""

UNDO = "DROP FUNCTION briefings_restate_segments CASCADE;"


class Migration(migrations.Migration):
    dependencies = [("briefings", "0002_citation_guards")]
    operations = [migrations.RunSQL(SQL, UNDO)]
