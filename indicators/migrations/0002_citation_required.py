"""The database refuses to publish a fact without a citation of its value or its whole within its segment.

It is judged at commit.
"""

from django.db import migrations

FACTS = {"observation": "observation_citation", "commitment": "commitment_citation"}


def _sql(fact: str, link: str) -> str:
    return f"""
CREATE FUNCTION indicators_check_{fact}() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  facts uuid[];
  fact uuid;
BEGIN
  IF TG_TABLE_NAME = '{fact}' THEN
    facts := ARRAY[NEW.id];
  ELSE
    -- A link may be taken from one fact and given to another.
    facts := ARRAY[OLD.{fact}_id, NEW.{fact}_id];
  END IF;
  FOREACH fact IN ARRAY facts LOOP
    IF EXISTS (SELECT FROM {fact} f WHERE f.id = fact AND f.state = 'published')
       AND NOT EXISTS (SELECT FROM {link} l WHERE l.{fact}_id = fact AND l.part IN ('value', 'whole')) THEN
      RAISE EXCEPTION '{fact} % is published without a citation of its value or its whole', fact
        USING ERRCODE = 'check_violation', CONSTRAINT = '{fact}_published_is_cited';
    END IF;
    IF EXISTS (
      SELECT FROM {fact} f
        JOIN segment s ON s.id = f.segment_id
        JOIN {link} l ON l.{fact}_id = f.id AND l.part IN ('value', 'whole')
        JOIN citation c ON c.id = l.citation_id
       WHERE f.id = fact AND f.state = 'published'
         AND NOT (c.document_version_id = s.document_version_id AND c.start >= s.start AND c."end" <= s."end")
    ) THEN
      RAISE EXCEPTION '{fact} % is published with a citation of its value or its whole from outside its segment', fact
        USING ERRCODE = 'check_violation', CONSTRAINT = '{fact}_cited_in_its_segment';
    END IF;
  END LOOP;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER check_cited AFTER INSERT OR UPDATE OF state, segment_id ON {fact}
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.state = 'published') EXECUTE FUNCTION indicators_check_{fact}();
CREATE CONSTRAINT TRIGGER check_cited AFTER INSERT OR UPDATE OR DELETE ON {link}
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION indicators_check_{fact}();
"""


class Migration(migrations.Migration):
    dependencies = [("indicators", "0001_initial")]
    operations = [
        migrations.RunSQL(_sql(fact, link), f"DROP FUNCTION indicators_check_{fact} CASCADE")
        for fact, link in FACTS.items()
    ]
