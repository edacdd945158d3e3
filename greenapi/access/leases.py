"""What clients have used of what they may ask in a minute, kept where all workers see it.

A worker takes a part of what is left, in one statement, and spends it in its own memory: nearly every request costs no
question to the database, and all workers together never spend more than the limit.
"""

import random
from dataclasses import dataclass

from django.db import connection

# A worker takes this part of what is left: large at first, single requests at the end, so that little lies unused.
PART = 8
WINDOW_SECONDS = 60
# How often taking a part also clears away what earlier windows left.
CLEARED_EVERY = 500
CLEARED_AT_ONCE = 1000

# The clock is the database's, the same for all workers. A worker whose statement had to wait while another began the
# next window takes its part of that one.
_TAKE = """
INSERT INTO access_allowance AS kept (client, "window", leased, lease)
SELECT %(client)s, floor(extract(epoch FROM statement_timestamp()) / %(seconds)s)::bigint,
       greatest(1, %(limit)s / %(part)s), greatest(1, %(limit)s / %(part)s)
    ON CONFLICT (client) DO UPDATE
   SET "window" = greatest(kept."window", EXCLUDED."window"),
       leased = CASE WHEN kept."window" < EXCLUDED."window" THEN EXCLUDED.leased
                     ELSE kept.leased + greatest(0, least(%(limit)s - kept.leased,
                                                          greatest(1, (%(limit)s - kept.leased) / %(part)s))) END,
       lease = CASE WHEN kept."window" < EXCLUDED."window" THEN EXCLUDED.lease
                    ELSE greatest(0, least(%(limit)s - kept.leased,
                                           greatest(1, (%(limit)s - kept.leased) / %(part)s))) END
RETURNING lease, leased, (("window" + 1) * %(seconds)s - extract(epoch FROM statement_timestamp()))::float8
"""
_CLEAR = """
DELETE FROM access_allowance WHERE client IN (
  SELECT client FROM access_allowance
   WHERE "window" < floor(extract(epoch FROM statement_timestamp()) / %(seconds)s) - 1
   LIMIT %(at_once)s FOR UPDATE SKIP LOCKED)
"""


@dataclass(frozen=True, kw_only=True)
class Lease:
    """What a worker was given: `taken` requests until the window ends in `seconds`; `free` were left to all others."""

    taken: int
    free: int
    seconds: float


def take(client: str, *, limit: int, window_seconds: int = WINDOW_SECONDS) -> Lease:
    """Takes a part of what a client has left in the present window; nothing where nothing is left."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, {"client": client, "limit": limit, "part": PART, "seconds": window_seconds})
        taken, leased, seconds = cursor.fetchone()
        if random.randrange(CLEARED_EVERY) == 0:  # noqa: S311 - guards nothing
            cursor.execute(_CLEAR, {"seconds": window_seconds, "at_once": CLEARED_AT_ONCE})
    return Lease(taken=taken, free=max(0, limit - leased), seconds=seconds)
