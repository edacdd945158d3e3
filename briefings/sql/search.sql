-- Needs: search_entry, citation_version, segment_version, document_text_version
-- What can be found of texts: the words of segments, of citations, and what stands around citations. All of a text's places
-- have their words as soon as the text is held, those of the past too; who may find them is judged when somebody looks.

-- The words of segments' versions; each text that is or was held has its own.
CREATE OR REPLACE FUNCTION search_add_segments(p_ids uuid[], p_texts uuid[] DEFAULT NULL) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET jit = off AS $$
BEGIN
  INSERT INTO search_entry (kind, id, rev_from, rev_to, source, words)
  SELECT 'segment', s.id, s.rev_from, s.rev_to, t.id,
         search_mark(s.id) || search_words(substr(t.text, s.start + 1, s."end" - s.start), 'B')
    FROM segment_version s
    JOIN document_text_version t ON t.version_id = s.document_version_id AND t.op IN ('I', 'U')
   WHERE s.op IN ('I', 'U') AND (p_ids IS NULL OR s.id = ANY (p_ids)) AND (p_texts IS NULL OR t.id = ANY (p_texts))
     AND NOT EXISTS (SELECT FROM search_entry e WHERE (e.id, e.rev_from, e.source) = (s.id, s.rev_from, t.id))
  -- A text has several versions when it went and came back.
  ON CONFLICT DO NOTHING;
END $$;

-- The words of citations' versions, and with each held text those from 200 characters before to 200 after: never more than
-- the excerpt that the citation itself is shown with.
CREATE OR REPLACE FUNCTION search_add_citations(p_ids uuid[], p_texts uuid[] DEFAULT NULL) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET jit = off AS $$
BEGIN
  INSERT INTO search_entry (kind, id, rev_from, rev_to, source, words)
  SELECT 'citation', c.id, c.rev_from, c.rev_to, c.id, search_mark(c.id) || search_words(c.exact, 'A')
    FROM citation_version c
   WHERE c.op IN ('I', 'U') AND (p_ids IS NULL OR c.id = ANY (p_ids)) AND p_texts IS NULL
     AND NOT EXISTS (SELECT FROM search_entry e WHERE (e.id, e.rev_from, e.source) = (c.id, c.rev_from, c.id))
  UNION ALL
  SELECT 'citation', c.id, c.rev_from, c.rev_to, t.id,
         search_mark(c.id) || search_words(substr(t.text, greatest(c.start - 200, 0) + 1, c."end" + 200 - greatest(c.start - 200, 0)), 'B')
    FROM citation_version c
    JOIN document_text_version t ON t.version_id = c.document_version_id AND t.op IN ('I', 'U')
   WHERE c.op IN ('I', 'U') AND (p_ids IS NULL OR c.id = ANY (p_ids)) AND (p_texts IS NULL OR t.id = ANY (p_texts))
     AND NOT EXISTS (SELECT FROM search_entry e WHERE (e.id, e.rev_from, e.source) = (c.id, c.rev_from, t.id))
  ON CONFLICT DO NOTHING;
END $$;

-- A text that goes from the present stays found in the past; one that is redacted is gone with all its words.
CREATE OR REPLACE FUNCTION search_text() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp SET enable_seqscan = off SET jit = off AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    DELETE FROM search_entry e USING old_rows o WHERE e.source = o.id AND NOT EXISTS (
      SELECT FROM document_text_version t WHERE t.id = o.id AND t.op IN ('I', 'U') AND t.text = o.text
    );
  END IF;
  IF TG_OP <> 'DELETE' THEN
    PERFORM search_add_segments(NULL, ids), search_add_citations(NULL, ids)
       FROM (SELECT ARRAY(SELECT DISTINCT id FROM new_rows WHERE op IN ('I', 'U')) AS ids) t;
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER search_insert AFTER INSERT ON segment_version REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION search_follow('search_add_segments', 'document_version_id, start, "end"');
CREATE TRIGGER search_update AFTER UPDATE ON segment_version REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION search_follow('search_add_segments', 'document_version_id, start, "end"');
CREATE TRIGGER search_delete AFTER DELETE ON segment_version REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION search_follow('search_add_segments', 'document_version_id, start, "end"');
CREATE TRIGGER search_insert AFTER INSERT ON citation_version REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION search_follow('search_add_citations', 'document_version_id, start, "end", exact');
CREATE TRIGGER search_update AFTER UPDATE ON citation_version REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION search_follow('search_add_citations', 'document_version_id, start, "end", exact');
CREATE TRIGGER search_delete AFTER DELETE ON citation_version REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION search_follow('search_add_citations', 'document_version_id, start, "end", exact');
CREATE TRIGGER search_insert AFTER INSERT ON document_text_version REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION search_text();
CREATE TRIGGER search_update AFTER UPDATE ON document_text_version REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION search_text();
CREATE TRIGGER search_delete AFTER DELETE ON document_text_version REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION search_text();
