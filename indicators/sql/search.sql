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

CREATE TRIGGER search_insert AFTER INSERT ON indicator_version REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION search_follow('search_add_indicators', 'name, definition, note');
CREATE TRIGGER search_update AFTER UPDATE ON indicator_version REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION search_follow('search_add_indicators', 'name, definition, note');
CREATE TRIGGER search_delete AFTER DELETE ON indicator_version REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION search_follow('search_add_indicators', 'name, definition, note');
CREATE TRIGGER search_insert AFTER INSERT ON observation_version REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION search_follow('search_add_observations', 'state, value_printed, scope_words, note');
CREATE TRIGGER search_update AFTER UPDATE ON observation_version REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION search_follow('search_add_observations', 'state, value_printed, scope_words, note');
CREATE TRIGGER search_delete AFTER DELETE ON observation_version REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION search_follow('search_add_observations', 'state, value_printed, scope_words, note');
CREATE TRIGGER search_insert AFTER INSERT ON commitment_version REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION search_follow('search_add_commitments', 'state, title, target_words, deadline_words, responsible_words, note');
CREATE TRIGGER search_update AFTER UPDATE ON commitment_version REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION search_follow('search_add_commitments', 'state, title, target_words, deadline_words, responsible_words, note');
CREATE TRIGGER search_delete AFTER DELETE ON commitment_version REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION search_follow('search_add_commitments', 'state, title, target_words, deadline_words, responsible_words, note');
