-- Needs: search_entry, search_lexeme
-- The words of texts, and the list of all stems that follows the entries.

-- Words with a weight from A to D. What would make a tag of markup is taken for a space: a text is no markup, and
-- highlights count on each token standing where it stood. More would not fit into a tsvector.
CREATE OR REPLACE FUNCTION search_words(p_text text, p_weight "char") RETURNS tsvector
LANGUAGE sql IMMUTABLE AS $$
  SELECT setweight(to_tsvector('public.search_english', translate(left(coalesce(p_text, ''), 100000), '<>', '  ')), p_weight)
$$;

-- A word that nobody can ask for, of one record in 64 and of seven others in 64: where a word is common, it is looked for
-- among the first, and then among the second, before it is among all. Which record has which follows from its id.
CREATE OR REPLACE FUNCTION search_mark(p_id uuid) RETURNS tsvector
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN right(p_id::text, 2) <= '03' THEN array_to_tsvector(ARRAY['§0'])
              WHEN right(p_id::text, 2) <= '1f' THEN array_to_tsvector(ARRAY['§1'])
              ELSE ''::tsvector END
$$;

-- Keeps the entries of a version table in step: `search_follow('search_add_units', 'name, note')` on the table whose entries
-- that function adds, of versions with these ids, from these columns. A version that is only closed keeps its words.
CREATE OR REPLACE FUNCTION search_follow() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp SET enable_seqscan = off SET jit = off AS $$
DECLARE
  is_same boolean;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    EXECUTE format(
      'SELECT NOT EXISTS (SELECT id, rev_from, op, %1$s FROM new_rows EXCEPT SELECT id, rev_from, op, %1$s FROM old_rows)',
      TG_ARGV[1]
    ) INTO is_same;
    IF is_same THEN
      UPDATE search_entry e SET rev_to = w.rev_to FROM new_rows w WHERE (e.id, e.rev_from) = (w.id, w.rev_from);
      RETURN NULL;
    END IF;
  END IF;
  IF TG_OP <> 'INSERT' THEN
    DELETE FROM search_entry e USING old_rows o WHERE (e.id, e.rev_from) = (o.id, o.rev_from);
  END IF;
  IF TG_OP <> 'DELETE' THEN
    EXECUTE format('SELECT %I($1)', TG_ARGV[0]) USING ARRAY(SELECT DISTINCT id FROM new_rows);
  END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION search_learn() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO search_lexeme
  SELECT DISTINCT lexeme FROM new_rows, unnest(tsvector_to_array(words)) lexeme WHERE NOT starts_with(lexeme, '§')
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;

-- Whether an entry holds a stem, by the index of each kind.
CREATE OR REPLACE FUNCTION search_is_held(p_lexeme text) RETURNS boolean LANGUAGE plpgsql STABLE
SET search_path = public, pg_temp AS $$
DECLARE
  q tsquery := ('''' || replace(replace(p_lexeme, '\', '\\'), '''', '''''') || '''')::tsquery;
BEGIN
  RETURN EXISTS (SELECT FROM search_entry e WHERE e.kind = 'segment' AND e.words @@ q)
      OR EXISTS (SELECT FROM search_entry e WHERE e.kind = 'citation' AND e.words @@ q)
      OR EXISTS (SELECT FROM search_entry e WHERE e.kind = 'indicator' AND e.words @@ q)
      OR EXISTS (SELECT FROM search_entry e WHERE e.kind = 'observation' AND e.words @@ q)
      OR EXISTS (SELECT FROM search_entry e WHERE e.kind = 'commitment' AND e.words @@ q);
END $$;

-- A redaction takes away the stems that nothing else holds. Otherwise they stay: they were no secret.
CREATE OR REPLACE FUNCTION search_forget() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (
    SELECT FROM ledger_revision r
     WHERE r.number = nullif(current_setting('greenapi.revision', true), '')::bigint AND r.change_class = 'redaction'
  ) THEN
    DELETE FROM search_lexeme l
     USING (SELECT DISTINCT lexeme FROM old_rows, unnest(tsvector_to_array(words)) lexeme) gone
     WHERE l.lexeme = gone.lexeme AND NOT search_is_held(gone.lexeme);
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER search_insert AFTER INSERT ON search_entry REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION search_learn();
CREATE TRIGGER search_delete AFTER DELETE ON search_entry REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION search_forget();
