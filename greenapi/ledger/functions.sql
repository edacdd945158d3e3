-- The ledger's functions: opening and closing a revision, and the guards that no write escapes.

-- Who opened the newest revision, and whether anything was changed in it; both only ever written by the functions below.
ALTER TABLE ledger_head ADD COLUMN writer xid8, ADD COLUMN changed boolean NOT NULL DEFAULT false;
INSERT INTO ledger_head (id, ledger_id, number, closed_at) VALUES (1, gen_random_uuid(), 0, 'epoch'::timestamptz);
ALTER TABLE ledger_head ADD CONSTRAINT ledger_head_single_row CHECK (id = 1);

-- Opens the next revision in this transaction and takes the write lock until commit.
CREATE FUNCTION ledger_open(p_actor text, p_reason text, p_change_class text, OUT number bigint, OUT recorded_at timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF coalesce(current_setting('greenapi.revision', true), '') <> '' THEN
    RAISE EXCEPTION 'a revision is already open in this transaction' USING ERRCODE = 'GA002';
  END IF;
  PERFORM set_config('lock_timeout', '3s', true);
  -- clock_timestamp() is evaluated again once the lock is held, so stamps follow commit order.
  UPDATE ledger_head h
     SET number = h.number + 1,
         closed_at = greatest(clock_timestamp(), h.closed_at + interval '1 microsecond'),
         writer = pg_current_xact_id(),
         changed = false
   WHERE h.id = 1
  RETURNING h.number, h.closed_at INTO number, recorded_at;
  INSERT INTO ledger_revision (number, recorded_at, actor, reason, change_class)
  VALUES (number, recorded_at, p_actor, p_reason, p_change_class);
  PERFORM set_config('greenapi.revision', number::text, true);
END $$;

-- The number of the revision open in this very transaction; an exception when there is none, or the setting is forged.
CREATE FUNCTION ledger_require(p_table text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  n bigint := nullif(current_setting('greenapi.revision', true), '')::bigint;
BEGIN
  IF n IS NULL OR NOT EXISTS (
    SELECT FROM ledger_head h WHERE h.number = n AND h.writer = pg_current_xact_id_if_assigned()
  ) THEN
    RAISE EXCEPTION 'writing to % needs an open revision', p_table USING ERRCODE = 'GA001';
  END IF;
  RETURN n;
END $$;

-- Marks the open revision as one that changed something, so that `ledger_close` keeps it.
CREATE FUNCTION ledger_changed() RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  UPDATE ledger_head SET changed = true WHERE NOT changed AND writer = pg_current_xact_id_if_assigned();
$$;

-- Ends the revision; one that changed nothing is taken back, and its number is free again.
CREATE FUNCTION ledger_close() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  n bigint := nullif(current_setting('greenapi.revision', true), '')::bigint;
BEGIN
  IF (SELECT NOT h.changed FROM ledger_head h WHERE h.number = n) THEN
    DELETE FROM ledger_revision r WHERE r.number = n;
    UPDATE ledger_head h SET number = n - 1, writer = NULL WHERE h.number = n;
  END IF;
  PERFORM set_config('greenapi.revision', '', true);
END $$;

-- The largest revision recorded at or before a moment, after making sure that none will be recorded there any more.
-- NULL for a moment that has not come yet. Waits for an open writer only when the moment is after the last close.
CREATE FUNCTION ledger_resolve(p_moment timestamptz) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF p_moment > clock_timestamp() THEN
    RETURN NULL;
  END IF;
  IF (SELECT h.closed_at < p_moment FROM ledger_head h) THEN
    -- Not longer: who waits here keeps a thread and a connection from those who only read.
    PERFORM set_config('lock_timeout', '300ms', true);
    UPDATE ledger_head h SET closed_at = p_moment WHERE h.closed_at < p_moment;
  END IF;
  RETURN coalesce((SELECT max(r.number) FROM ledger_revision r WHERE r.recorded_at <= p_moment), 0);
END $$;

CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% of % is refused: the ledger is append-only', TG_OP, TG_TABLE_NAME USING ERRCODE = 'GA003';
END $$;

CREATE FUNCTION ledger_guard_revision() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
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
  END IF;
  RAISE EXCEPTION '% of a revision is refused: the ledger is append-only', TG_OP USING ERRCODE = 'GA003';
END $$;

CREATE FUNCTION ledger_guard_head() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE FUNCTION ledger_guard_numbers() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF (SELECT h.number FROM ledger_head h) <> (SELECT coalesce(max(r.number), 0) FROM ledger_revision r) THEN
    RAISE EXCEPTION 'the ledger''s head does not bear the number of the newest revision' USING ERRCODE = 'GA003';
  END IF;
  RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER guard_numbers AFTER UPDATE ON ledger_head
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_guard_numbers();
CREATE TRIGGER guard_revision BEFORE INSERT OR UPDATE OR DELETE ON ledger_revision
  FOR EACH ROW EXECUTE FUNCTION ledger_guard_revision();
CREATE TRIGGER guard_truncate BEFORE TRUNCATE ON ledger_revision FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER guard_head BEFORE UPDATE ON ledger_head FOR EACH ROW EXECUTE FUNCTION ledger_guard_head();
CREATE TRIGGER guard_head_rows BEFORE INSERT OR DELETE ON ledger_head FOR EACH ROW EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER guard_truncate BEFORE TRUNCATE ON ledger_head FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();

-- Reading the past: one view per versioned table, kept in step by greenapi.ledger.versioning.
CREATE SCHEMA as_of;
CREATE VIEW as_of.ledger_revision AS
  SELECT number, recorded_at, actor, reason, change_class FROM public.ledger_revision
   WHERE number <= current_setting('greenapi.as_of')::bigint;
