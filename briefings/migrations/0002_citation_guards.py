"""The database refuses a citation, or a held text, whose words do not agree."""

from django.db import migrations

SQL = """
CREATE FUNCTION briefings_check_citation() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  wrong record;
BEGIN
  SELECT c.id, c."end" AS stop, v.length INTO wrong
    FROM new_rows c JOIN document_copy v ON v.id = c.document_version_id
   WHERE c."end" > v.length
   LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'the text ends at %, before %', wrong.length, wrong.stop
      USING ERRCODE = 'check_violation', CONSTRAINT = 'citation_within_text',
            DETAIL = format('Failing row contains (%s).', wrong.id);
  END IF;
  SELECT c.id, c.start, c."end" AS stop, c.exact, substr(t.text, c.start + 1, c."end" - c.start) AS found INTO wrong
    FROM new_rows c JOIN document_text t ON t.version_id = c.document_version_id
   WHERE substr(t.text, c.start + 1, c."end" - c.start) <> c.exact
   LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'the text from % to % is “%”, not “%”', wrong.start, wrong.stop, wrong.found, wrong.exact
      USING ERRCODE = 'check_violation', CONSTRAINT = 'citation_exact_is_in_text',
            DETAIL = format('Failing row contains (%s).', wrong.id);
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION briefings_check_segment() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  wrong record;
BEGIN
  SELECT s.id, greatest(s."end", s.label_end) AS stop, v.length INTO wrong
    FROM new_rows s JOIN document_copy v ON v.id = s.document_version_id
   WHERE greatest(s."end", s.label_end) > v.length
   LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'the text ends at %, before %', wrong.length, wrong.stop
      USING ERRCODE = 'check_violation', CONSTRAINT = 'segment_within_text',
            DETAIL = format('Failing row contains (%s).', wrong.id);
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION briefings_check_text() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  version record;
  wrong record;
BEGIN
  SELECT v.sha256, v.length INTO version FROM document_copy v WHERE v.id = NEW.version_id;
  IF encode(sha256(convert_to(NEW.text, 'UTF8')), 'hex') <> version.sha256 OR char_length(NEW.text) <> version.length THEN
    RAISE EXCEPTION 'the text is not the one named %', version.sha256
      USING ERRCODE = 'check_violation', CONSTRAINT = 'document_text_is_the_version';
  END IF;
  SELECT c.id, c.start, c."end" AS stop, c.exact, substr(NEW.text, c.start + 1, c."end" - c.start) AS found INTO wrong
    FROM citation c
   WHERE c.document_version_id = NEW.version_id AND substr(NEW.text, c.start + 1, c."end" - c.start) <> c.exact
   LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'the text from % to % is “%”, not “%”', wrong.start, wrong.stop, wrong.found, wrong.exact
      USING ERRCODE = 'check_violation', CONSTRAINT = 'citation_exact_is_in_text',
            DETAIL = format('Failing row contains (%s).', wrong.id);
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION briefings_check_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM document_text t WHERE t.version_id = NEW.id) THEN
    RAISE EXCEPTION 'the text of % is held; another text is another version', OLD.sha256
      USING ERRCODE = 'check_violation', CONSTRAINT = 'document_text_is_the_version';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER check_version BEFORE UPDATE OF sha256, length ON document_copy FOR EACH ROW
  WHEN ((OLD.sha256, OLD.length) IS DISTINCT FROM (NEW.sha256, NEW.length))
  EXECUTE FUNCTION briefings_check_version();
CREATE TRIGGER check_citation_insert AFTER INSERT ON citation REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION briefings_check_citation();
CREATE TRIGGER check_citation_update AFTER UPDATE ON citation REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION briefings_check_citation();
CREATE TRIGGER check_segment_insert AFTER INSERT ON segment REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION briefings_check_segment();
CREATE TRIGGER check_segment_update AFTER UPDATE ON segment REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION briefings_check_segment();
CREATE TRIGGER check_text BEFORE INSERT OR UPDATE ON document_text
  FOR EACH ROW EXECUTE FUNCTION briefings_check_text();
"""

UNDO = """
DROP FUNCTION briefings_check_citation, briefings_check_segment, briefings_check_text, briefings_check_version CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("briefings", "0001_initial")]
    operations = [migrations.RunSQL(SQL, UNDO)]
