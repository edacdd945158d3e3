-- Needs: search_entry, indicator_version, observation_version, commitment_version
-- What can be found of indicators, and of observations and commitments while they are published. A version that is closed
-- keeps its words; one that a redaction blanks, or the same revision changes again, gets those that it has then.

CREATE OR REPLACE FUNCTION search_add_indicators(p_ids uuid[]) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET jit = off AS $$
BEGIN
  INSERT INTO search_entry (kind, id, rev_from, rev_to, source, words)
  SELECT 'indicator', w.id, w.rev_from, w.rev_to, w.id,
         search_mark(w.id) || search_words(w.name, 'A')
           || search_words(w.definition, 'B')
           || search_words(w.note, 'C')
    FROM indicator_version w
   WHERE w.op IN ('I', 'U') AND (p_ids IS NULL OR w.id = ANY (p_ids))
     AND NOT EXISTS (SELECT FROM search_entry e WHERE (e.id, e.rev_from) = (w.id, w.rev_from));
END $$;

CREATE OR REPLACE FUNCTION search_indicator() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp SET enable_seqscan = off SET jit = off AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF NOT EXISTS (
      SELECT w.id, w.rev_from, w.op, w.name, w.definition, w.note FROM new_rows w
      EXCEPT
      SELECT o.id, o.rev_from, o.op, o.name, o.definition, o.note FROM old_rows o
    ) THEN
      UPDATE search_entry e SET rev_to = w.rev_to FROM new_rows w WHERE (e.id, e.rev_from) = (w.id, w.rev_from);
      RETURN NULL;
    END IF;
  END IF;
  IF TG_OP <> 'INSERT' THEN
    DELETE FROM search_entry e USING old_rows o WHERE (e.id, e.rev_from) = (o.id, o.rev_from);
  END IF;
  IF TG_OP <> 'DELETE' THEN
    PERFORM search_add_indicators(ARRAY(SELECT DISTINCT id FROM new_rows));
  END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION search_add_observations(p_ids uuid[]) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET jit = off AS $$
BEGIN
  INSERT INTO search_entry (kind, id, rev_from, rev_to, source, words)
  SELECT 'observation', w.id, w.rev_from, w.rev_to, w.id,
         search_mark(w.id) || search_words(w.value_printed, 'A')
           || search_words(w.scope_words, 'B')
           || search_words(w.note, 'C')
    FROM observation_version w
   WHERE w.op IN ('I', 'U') AND w.state = 'published' AND (p_ids IS NULL OR w.id = ANY (p_ids))
     AND NOT EXISTS (SELECT FROM search_entry e WHERE (e.id, e.rev_from) = (w.id, w.rev_from));
END $$;

CREATE OR REPLACE FUNCTION search_observation() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp SET enable_seqscan = off SET jit = off AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF NOT EXISTS (
      SELECT w.id, w.rev_from, w.op, w.state, w.value_printed, w.scope_words, w.note FROM new_rows w
      EXCEPT
      SELECT o.id, o.rev_from, o.op, o.state, o.value_printed, o.scope_words, o.note FROM old_rows o
    ) THEN
      UPDATE search_entry e SET rev_to = w.rev_to FROM new_rows w WHERE (e.id, e.rev_from) = (w.id, w.rev_from);
      RETURN NULL;
    END IF;
  END IF;
  IF TG_OP <> 'INSERT' THEN
    DELETE FROM search_entry e USING old_rows o WHERE (e.id, e.rev_from) = (o.id, o.rev_from);
  END IF;
  IF TG_OP <> 'DELETE' THEN
    PERFORM search_add_observations(ARRAY(SELECT DISTINCT id FROM new_rows));
  END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION search_add_commitments(p_ids uuid[]) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET jit = off AS $$
BEGIN
  INSERT INTO search_entry (kind, id, rev_from, rev_to, source, words)
  SELECT 'commitment', w.id, w.rev_from, w.rev_to, w.id,
         search_mark(w.id) || search_words(w.title, 'A')
           || search_words(w.target_words, 'B')
           || search_words(w.deadline_words, 'B')
           || search_words(w.responsible_words, 'C')
           || search_words(w.note, 'C')
    FROM commitment_version w
   WHERE w.op IN ('I', 'U') AND w.state = 'published' AND (p_ids IS NULL OR w.id = ANY (p_ids))
     AND NOT EXISTS (SELECT FROM search_entry e WHERE (e.id, e.rev_from) = (w.id, w.rev_from));
END $$;

CREATE OR REPLACE FUNCTION search_commitment() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp SET enable_seqscan = off SET jit = off AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF NOT EXISTS (
      SELECT w.id, w.rev_from, w.op, w.state, w.title, w.target_words, w.deadline_words, w.responsible_words, w.note FROM new_rows w
      EXCEPT
      SELECT o.id, o.rev_from, o.op, o.state, o.title, o.target_words, o.deadline_words, o.responsible_words, o.note FROM old_rows o
    ) THEN
      UPDATE search_entry e SET rev_to = w.rev_to FROM new_rows w WHERE (e.id, e.rev_from) = (w.id, w.rev_from);
      RETURN NULL;
    END IF;
  END IF;
  IF TG_OP <> 'INSERT' THEN
    DELETE FROM search_entry e USING old_rows o WHERE (e.id, e.rev_from) = (o.id, o.rev_from);
  END IF;
  IF TG_OP <> 'DELETE' THEN
    PERFORM search_add_commitments(ARRAY(SELECT DISTINCT id FROM new_rows));
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER search_insert AFTER INSERT ON indicator_version REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION search_indicator();
CREATE TRIGGER search_update AFTER UPDATE ON indicator_version REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION search_indicator();
CREATE TRIGGER search_delete AFTER DELETE ON indicator_version REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION search_indicator();
CREATE TRIGGER search_insert AFTER INSERT ON observation_version REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION search_observation();
CREATE TRIGGER search_update AFTER UPDATE ON observation_version REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION search_observation();
CREATE TRIGGER search_delete AFTER DELETE ON observation_version REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION search_observation();
CREATE TRIGGER search_insert AFTER INSERT ON commitment_version REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION search_commitment();
CREATE TRIGGER search_update AFTER UPDATE ON commitment_version REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION search_commitment();
CREATE TRIGGER search_delete AFTER DELETE ON commitment_version REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION search_commitment();
