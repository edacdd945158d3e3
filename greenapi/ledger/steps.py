"""Steps that change tables while others read: nobody waits for whom, and nobody is shown half of a step."""

import time
from collections.abc import Callable

from django.db import OperationalError, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from psycopg import errors

PATIENCE_SECONDS = 60.0
# Well below the second after which Postgres takes waiting for one another for a deadlock and ends one of the two.
LOCK_TIMEOUT = "200ms"
PAUSE_SECONDS = 0.1


def step(connection: BaseDatabaseWrapper, work: Callable[[CursorWrapper], None]) -> None:
    """Does some work in a transaction of its own, or a savepoint, while nobody writes to the ledger.

    Where others read from what it must have for itself, it lets go of everything and tries again: readers neither
    queue behind it nor end in a deadlock with it.

    Raises:
        OperationalError: they read on and on, for a minute.
    """
    ends = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
                cursor.execute(
                    "SELECT current_setting('lock_timeout'),"
                    " pg_advisory_xact_lock('ledger_head'::regclass::oid::bigint)"
                )
                before = cursor.fetchone()[0]
                cursor.execute("SELECT set_config('lock_timeout', %s, true)", [LOCK_TIMEOUT])
                work(cursor)
                # The good end of a savepoint keeps the setting.
                cursor.execute("SELECT set_config('lock_timeout', %s, true)", [before])
            return
        except OperationalError as error:
            if not isinstance(error.__cause__, errors.LockNotAvailable) or time.monotonic() > ends:
                raise
        time.sleep(PAUSE_SECONDS)
