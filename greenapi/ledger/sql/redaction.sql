-- Redaction: values are blanked where they live and in every version, and a tombstone says so. For the owner alone.

-- What a table's rows, called `t`, are to hold in the columns of a redaction that the table has: their names, and SQL for
-- what stands in their place. A mask of one character stands as often as there were characters; what is empty stays so.
CREATE OR REPLACE FUNCTION ledger_masked(p_table regclass, p_values jsonb, OUT columns text, OUT masked text)
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT string_agg(format('%I', v.key), ', ' ORDER BY v.key),
         string_agg(CASE WHEN v.value IS NULL THEN 'NULL'
                         WHEN length(v.value) = 1 THEN format('repeat(%L, length(t.%I))', v.value, v.key)
                         ELSE format('CASE WHEN t.%1$I <> '''' THEN %2$L ELSE t.%1$I END', v.key, v.value) END,
                    ', ' ORDER BY v.key)
    FROM jsonb_each_text(p_values) v
    JOIN pg_attribute a ON a.attrelid = p_table AND a.attname = v.key AND a.attnum > 0 AND NOT a.attisdropped
$$;

-- Blanks values of one record, in the open revision, whose change class is redaction. `p_values` gives the mask of each
-- column (text, or null); without it the whole record is removed. Returns how many older versions it blanked.
CREATE OR REPLACE FUNCTION ledger_redact(
  p_id uuid, p_table text, p_record uuid, p_values jsonb, p_authority text, p_reason text
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  n bigint := ledger_require('ledger_redaction');
  versions regclass := to_regclass(p_table || '_version');
  found record;
  blanked bigint;
BEGIN
  IF p_table = 'ledger_redaction' OR versions IS NULL OR NOT EXISTS (
    SELECT FROM pg_trigger WHERE tgrelid = to_regclass(p_table) AND tgname = 'ledger_insert'
  ) THEN
    RAISE EXCEPTION '% is no table whose records can be redacted', p_table USING ERRCODE = 'GA005';
  END IF;
  -- What is left is proved by one tombstone, and each version names the one revision that redacted it last.
  IF EXISTS (SELECT FROM ledger_redaction d WHERE (d.revision, d.table_name, d.record_id) = (n, p_table, p_record)) THEN
    RAISE EXCEPTION 'this revision has redacted it already: all its fields are named at once' USING ERRCODE = 'GA005';
  END IF;
  INSERT INTO ledger_redaction (id, revision, table_name, record_id, fields, authority, reason)
  VALUES (p_id, n, p_table, p_record, ARRAY(SELECT jsonb_object_keys(p_values) ORDER BY 1), p_authority, p_reason);
  IF p_values IS NULL THEN
    EXECUTE format('DELETE FROM %I WHERE id = $1', p_table) USING p_record;
    EXECUTE format(
      'UPDATE %s SET %s, op = ''R'', rev_salt = NULL, rev_redacted = $2'
      ' WHERE id = $1 AND rev_from < $2 AND op IN (''I'', ''U'')',
      versions,
      -- Every column that the table ever had.
      (SELECT string_agg(format('%I = NULL', attname), ', ') FROM pg_attribute
        WHERE attrelid = versions AND attnum > 0 AND NOT attisdropped
          AND attname NOT IN ('id', 'rev_from', 'rev_to', 'op', 'rev_salt', 'rev_hash', 'rev_redacted'))
    ) USING p_record, n;
  ELSE
    found := ledger_masked(p_table::regclass, p_values);
    -- A column that the live table has no more stands in versions only.
    IF found.columns IS NOT NULL THEN
      EXECUTE format('UPDATE %I t SET (%s) = ROW(%s) WHERE t.id = $1', p_table, found.columns, found.masked)
        USING p_record;
    END IF;
    found := ledger_masked(versions, p_values);
    IF found.columns IS NULL THEN
      RAISE EXCEPTION 'nothing named is a column of %', p_table USING ERRCODE = 'GA005';
    END IF;
    EXECUTE format(
      'UPDATE %1$s t SET (%2$s, rev_salt, rev_redacted) = ROW(%3$s, NULL, $2)'
      ' WHERE t.id = $1 AND t.rev_from < $2 AND t.op IN (''I'', ''U'') AND ROW(%2$s) IS DISTINCT FROM ROW(%3$s)',
      versions, found.columns, found.masked
    ) USING p_record, n;
  END IF;
  GET DIAGNOSTICS blanked = ROW_COUNT;
  IF blanked = 0 THEN
    RAISE EXCEPTION 'no older version holds anything of it' USING ERRCODE = 'GA005';
  END IF;
  -- Of all its versions that are redacted by now: this tombstone takes the place of earlier ones.
  UPDATE ledger_redaction d SET remains = (
    SELECT sha256(convert_to(string_agg(c.canonical, chr(10) ORDER BY c.rev_from), 'UTF8'))
      FROM ledger_change c WHERE c.table_name = p_table AND c.id = p_record AND c.rev_redacted IS NOT NULL
  ) WHERE d.id = p_id;
  RETURN blanked;
END $$;
REVOKE ALL ON FUNCTION ledger_redact FROM PUBLIC;
REVOKE ALL ON FUNCTION ledger_masked FROM PUBLIC;
