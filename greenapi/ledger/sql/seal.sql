-- The seal: at commit a revision's row hashes become one hash, chained to that of the revision before.

-- The hash of one version: its salt, so that nobody can guess what was redacted, and its canonical text.
CREATE OR REPLACE FUNCTION ledger_row_hash(p_salt uuid, p_canonical text) RETURNS bytea LANGUAGE sql STABLE AS $$
  SELECT sha256(convert_to(p_salt::text || p_canonical, 'UTF8'))
$$;

-- The hash of a revision: of its JSON (RFC 8785), which holds the hash before it. Before the first is that of the ledger's id.
CREATE OR REPLACE FUNCTION ledger_chain_hash(p_previous bytea, p_revision ledger_revision) RETURNS bytea LANGUAGE sql STABLE AS $$
  SELECT sha256(convert_to(
    '{"actor":' || to_json(p_revision.actor) || ',"change_class":' || to_json(p_revision.change_class)
    || ',"number":"' || p_revision.number || '","previous":"' || encode(p_previous, 'hex')
    || '","reason":' || to_json(p_revision.reason) || ',"recorded_at":"'
    || to_char(p_revision.recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
    || '","rows":"' || encode(p_revision.rows_hash, 'hex') || '"}', 'UTF8'))
$$;

-- The hash that the revision after `p_number` is chained to.
CREATE OR REPLACE FUNCTION ledger_hash_at(p_number bigint) RETURNS bytea LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT CASE WHEN p_number = 0 THEN (SELECT sha256(convert_to(h.ledger_id::text, 'UTF8')) FROM ledger_head h)
              ELSE (SELECT r.hash FROM ledger_revision r WHERE r.number = p_number) END
$$;

-- What a revision changed, as one hash: of its row hashes in order.
-- The plan of this union over all version tables is kept: made anew for each commit it takes ten times as long.
CREATE OR REPLACE FUNCTION ledger_rows_hash(p_number bigint) RETURNS bytea LANGUAGE plpgsql STABLE
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan SET jit = off SET enable_seqscan = off AS $$
BEGIN
  RETURN (SELECT sha256(coalesce(string_agg(c.rev_hash, ''::bytea ORDER BY c.rev_hash), ''))
            FROM ledger_change c WHERE c.rev_from = p_number);
END $$;

CREATE OR REPLACE FUNCTION ledger_seal() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  sealed ledger_revision;
BEGIN
  SELECT r.* INTO sealed FROM ledger_revision r WHERE r.number = NEW.number AND r.hash IS NULL;
  IF NOT FOUND THEN
    -- It was taken back, or is sealed.
    RETURN NULL;
  END IF;
  sealed.rows_hash := ledger_rows_hash(sealed.number);
  sealed.hash := ledger_chain_hash(ledger_hash_at(sealed.number - 1), sealed);
  UPDATE ledger_revision r SET rows_hash = sealed.rows_hash, hash = sealed.hash WHERE r.number = sealed.number;
  PERFORM pg_notify('greenapi_ledger', sealed.number::text);
  RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER ledger_seal AFTER INSERT OR UPDATE ON ledger_revision
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (new.hash IS NULL) EXECUTE FUNCTION ledger_seal();
