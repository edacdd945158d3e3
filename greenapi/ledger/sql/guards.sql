-- The guards of the ledger's own tables, which no write escapes.

CREATE OR REPLACE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% of % is refused: the ledger is append-only', TG_OP, TG_TABLE_NAME USING ERRCODE = 'GA003';
END $$;

CREATE OR REPLACE FUNCTION ledger_guard_revision() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  head record;
BEGIN
  -- Only the newest revision, opened in this very transaction, and only while nothing was changed in it.
  SELECT h.closed_at INTO head FROM ledger_head h
   WHERE h.number = coalesce(NEW.number, OLD.number) AND h.writer = pg_current_xact_id_if_assigned() AND NOT h.changed;
  IF TG_OP = 'INSERT' AND NEW.recorded_at = head.closed_at THEN
    RETURN NEW;
  ELSIF TG_OP = 'DELETE' AND head IS NOT NULL THEN
    RETURN OLD;
  ELSIF TG_OP = 'UPDATE' AND pg_trigger_depth() > 1
    AND (NEW.number, NEW.recorded_at, NEW.actor, NEW.reason, NEW.change_class)
      = (OLD.number, OLD.recorded_at, OLD.actor, OLD.reason, OLD.change_class)
    AND EXISTS (SELECT FROM ledger_head h WHERE h.number = NEW.number AND h.writer = pg_current_xact_id_if_assigned())
  THEN
    -- The seal of this transaction's revision is set, or taken off because something is still to come.
    RETURN NEW;
  END IF;
  RAISE EXCEPTION '% of a revision is refused: the ledger is append-only', TG_OP USING ERRCODE = 'GA003';
END $$;

CREATE OR REPLACE FUNCTION ledger_guard_head() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.id = OLD.id AND NEW.ledger_id = OLD.ledger_id AND NEW.closed_at >= OLD.closed_at AND (
    -- A moment is closed, or this transaction's revision changes something.
    NEW.number = OLD.number AND NEW.writer IS NOT DISTINCT FROM OLD.writer
      AND (NEW.changed = OLD.changed OR NEW.changed AND OLD.writer = pg_current_xact_id_if_assigned())
    -- This transaction opens the next revision.
    OR NEW.number = OLD.number + 1 AND NEW.writer = pg_current_xact_id() AND NOT NEW.changed
      AND NEW.closed_at > OLD.closed_at
    -- This transaction takes its revision back, in which nothing was changed.
    OR NEW.number = OLD.number - 1 AND OLD.writer = pg_current_xact_id_if_assigned() AND NOT OLD.changed
      AND NEW.writer IS NULL
  ) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'the ledger''s head only moves forward' USING ERRCODE = 'GA003';
END $$;

-- At commit the head bears the number of the newest revision.
CREATE OR REPLACE FUNCTION ledger_guard_numbers() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF (SELECT h.number FROM ledger_head h) <> (SELECT coalesce(max(r.number), 0) FROM ledger_revision r) THEN
    RAISE EXCEPTION 'the ledger''s head does not bear the number of the newest revision' USING ERRCODE = 'GA003';
  END IF;
  RETURN NULL;
END $$;

-- A tombstone is set by `ledger_redact` alone, in the revision it names, and stands for ever once it is whole.
CREATE OR REPLACE FUNCTION ledger_guard_redaction() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP <> 'DELETE' AND NEW.revision = ledger_require('ledger_redaction')
    AND (SELECT r.change_class FROM ledger_revision r WHERE r.number = NEW.revision) = 'redaction'
    AND (TG_OP = 'INSERT' AND NEW.remains IS NULL
      OR TG_OP = 'UPDATE' AND OLD.remains IS NULL AND to_jsonb(NEW) - 'remains' = to_jsonb(OLD) - 'remains') THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION '% of a redaction is refused: the ledger is append-only', TG_OP USING ERRCODE = 'GA003';
END $$;

-- Triggers are written down here as Postgres does, and made by `install` where they are not just so.
CREATE CONSTRAINT TRIGGER guard_numbers AFTER UPDATE ON ledger_head
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_guard_numbers();
CREATE TRIGGER guard_revision BEFORE INSERT OR DELETE OR UPDATE ON ledger_revision
  FOR EACH ROW EXECUTE FUNCTION ledger_guard_revision();
CREATE TRIGGER guard_truncate BEFORE TRUNCATE ON ledger_revision
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER guard_head BEFORE UPDATE ON ledger_head
  FOR EACH ROW EXECUTE FUNCTION ledger_guard_head();
CREATE TRIGGER guard_head_rows BEFORE INSERT OR DELETE ON ledger_head
  FOR EACH ROW EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER guard_truncate BEFORE TRUNCATE ON ledger_head
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER guard_redaction BEFORE INSERT OR DELETE OR UPDATE ON ledger_redaction
  FOR EACH ROW EXECUTE FUNCTION ledger_guard_redaction();
