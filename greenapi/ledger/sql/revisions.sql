-- Opening and closing a revision, and resolving a moment to one.

-- Opens the next revision in this transaction and takes the write lock until commit.
CREATE OR REPLACE FUNCTION ledger_open(p_actor text, p_reason text, p_change_class text, OUT number bigint, OUT recorded_at timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF coalesce(current_setting('greenapi.revision', true), '') <> '' THEN
    RAISE EXCEPTION 'a revision is already open in this transaction' USING ERRCODE = 'GA002';
  END IF;
  -- Who holds rows already and then waits for the ledger would deadlock with the writer who wants those rows.
  IF pg_current_xact_id_if_assigned() IS NOT NULL AND (
    SELECT NOT bool_or(l.locktype = 'advisory' AND l.objid = 'ledger_head'::regclass::oid)
       AND bool_or(l.locktype = 'relation' AND l.mode IN ('RowShareLock', 'RowExclusiveLock') AND EXISTS (
             SELECT FROM pg_trigger t WHERE t.tgrelid = l.relation AND t.tgname = 'ledger_insert'))
      FROM pg_locks l WHERE l.pid = pg_backend_pid()
  ) THEN
    RAISE EXCEPTION 'rows are locked or written already in this transaction: the revision comes first' USING ERRCODE = 'GA004';
  END IF;
  -- One queue, one time limit: waiting for a row lock could take two.
  PERFORM set_config('lock_timeout', '3s', true);
  PERFORM pg_advisory_xact_lock('ledger_head'::regclass::oid::bigint);
  -- The head is ahead of the revisions for a moment, whatever the session has asked for.
  SET CONSTRAINTS guard_numbers DEFERRED;
  -- The clock is read once the lock is held, so stamps follow commit order.
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
CREATE OR REPLACE FUNCTION ledger_require(p_table text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  n bigint := nullif(current_setting('greenapi.revision', true), '')::bigint;
BEGIN
  IF n IS NULL OR NOT EXISTS (
    SELECT FROM ledger_head h WHERE h.number = n AND h.writer = pg_current_xact_id_if_assigned()
  ) THEN
    RAISE EXCEPTION 'writing to % needs an open revision', p_table USING ERRCODE = 'GA001';
  END IF;
  -- Whatever was sealed too early (by SET CONSTRAINTS) is sealed again at commit.
  UPDATE ledger_revision r SET rows_hash = NULL, hash = NULL WHERE r.number = n AND r.hash IS NOT NULL;
  RETURN n;
END $$;

-- Marks the open revision as one that changed something, so that `ledger_close` keeps it.
CREATE OR REPLACE FUNCTION ledger_changed() RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  UPDATE ledger_head SET changed = true WHERE NOT changed AND writer = pg_current_xact_id_if_assigned();
$$;

-- Ends the revision and seals it; one that changed nothing is taken back, and its number is free again.
CREATE OR REPLACE FUNCTION ledger_close() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  n bigint := nullif(current_setting('greenapi.revision', true), '')::bigint;
BEGIN
  IF (SELECT NOT h.changed FROM ledger_head h WHERE h.number = n) THEN
    DELETE FROM ledger_revision r WHERE r.number = n;
    UPDATE ledger_head h SET number = n - 1, writer = NULL WHERE h.number = n;
  END IF;
  PERFORM set_config('greenapi.revision', '', true);
  SET CONSTRAINTS ledger_seal IMMEDIATE;
  SET CONSTRAINTS ledger_seal DEFERRED;
END $$;

-- The largest revision recorded at or before a moment, after making sure that none will be recorded there any more.
-- NULL for a moment that has not come yet. Waits for an open writer only when the moment is after the last close.
CREATE OR REPLACE FUNCTION ledger_resolve(p_moment timestamptz) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF (SELECT h.closed_at < p_moment FROM ledger_head h) THEN
    -- A moment already closed has come, even where the clock was set back since.
    IF p_moment > clock_timestamp() THEN
      RETURN NULL;
    END IF;
    -- Not longer: who waits here keeps a thread and a connection from those who only read.
    PERFORM set_config('lock_timeout', '300ms', true);
    PERFORM pg_advisory_xact_lock('ledger_head'::regclass::oid::bigint);
    UPDATE ledger_head h SET closed_at = p_moment WHERE h.closed_at < p_moment;
  END IF;
  RETURN coalesce((SELECT max(r.number) FROM ledger_revision r WHERE r.recorded_at <= p_moment), 0);
END $$;

