"""The database refuses to publish a fact without a citation of its value or its whole, judged at commit."""

from django.db import migrations

FACTS = {"observation": "observation_citation", "commitment": "commitment_citation"}


def _sql(fact: str, link: str) -> str:
    return f"""
CREATE FUNCTION indicators_check_{fact}() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  fact uuid;
BEGIN
  IF TG_TABLE_NAME = '{fact}' THEN fact := NEW.id; ELSE fact := OLD.{fact}_id; END IF;
  IF EXISTS (SELECT FROM {fact} f WHERE f.id = fact AND f.state = 'published')
     AND NOT EXISTS (SELECT FROM {link} l WHERE l.{fact}_id = fact AND l.part IN ('value', 'whole')) THEN
    RAISE EXCEPTION '{fact} % is published without a citation of its value or its whole', fact
      USING ERRCODE = 'check_violation', CONSTRAINT = '{fact}_published_is_cited';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER check_cited AFTER INSERT OR UPDATE OF state ON {fact}
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.state = 'published') EXECUTE FUNCTION indicators_check_{fact}();
CREATE CONSTRAINT TRIGGER check_cited AFTER UPDATE OR DELETE ON {link}
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION indicators_check_{fact}();
"""


class Migration(migrations.Migration):
    dependencies = [("indicators", "0001_initial")]
    operations = [
        migrations.RunSQL(_sql(fact, link), f"DROP FUNCTION indicators_check_{fact} CASCADE")
        for fact, link in FACTS.items()
    ]
