"""How words are told apart, and the tables of what can be found. Triggers fill them, which the rooms' migrations make.

Both extensions are trusted ones, so the owner of the database may make them.
"""

from django.db import migrations

KINDS = ("segment", "citation", "indicator", "observation", "commitment")
INDEXES = "\n".join(
    f"CREATE INDEX search_entry_{kind}s ON search_entry USING gin (words) WHERE kind = '{kind}';" for kind in KINDS
)
SQL = f"""
CREATE EXTENSION IF NOT EXISTS unaccent SCHEMA public;
CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public;

CREATE TEXT SEARCH CONFIGURATION search_english (COPY = english);
ALTER TEXT SEARCH CONFIGURATION search_english
  ALTER MAPPING FOR hword, hword_part, word WITH public.unaccent, english_stem;

-- The words of a version, which stood in [rev_from, rev_to). `source` is the record that they were taken from: itself, or
-- the held text that it is a place of.
CREATE TABLE search_entry (
  kind text NOT NULL,
  id uuid NOT NULL,
  rev_from bigint NOT NULL,
  rev_to bigint,
  source uuid NOT NULL,
  words tsvector NOT NULL,
  PRIMARY KEY (id, rev_from, source)
);
CREATE INDEX search_entry_source ON search_entry (source);
{INDEXES}
-- A common word is in half of all rows: these stay narrow, and only the words of those that are ranked are fetched.
ALTER TABLE search_entry ALTER words SET STORAGE EXTERNAL, SET (toast_tuple_target = 128, fillfactor = 90);

-- Every stem that an entry holds, to find those that a misspelt word resembles.
CREATE TABLE search_lexeme (lexeme text PRIMARY KEY);
CREATE INDEX search_lexeme_similar ON search_lexeme USING gin (lexeme public.gin_trgm_ops);
"""
UNDO = "DROP TABLE search_entry, search_lexeme; DROP TEXT SEARCH CONFIGURATION search_english;"


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_seal")]
    operations = [migrations.RunSQL(SQL, UNDO)]
