"""What a worker does: takes up imports, one after the other, and clears away reports that are old."""

import logging
import time
from datetime import timedelta
from uuid import UUID

import psycopg
from django.db import InterfaceError, OperationalError, connection
from django.db.models import F
from django.utils import timezone

from .keeper import Keeper, keeper
from .models import Import
from .readers import Importables
from .running import fail, run

# A notice that was lost on its way, or a worker that ended by force, delays by at most this much.
LOOK_AGAIN_SECONDS = 1.0
PAUSE_SECONDS = 1.0
REPORTS_KEPT_FOR = timedelta(days=30)
CLEARED_EVERY_SECONDS = 3600.0

logger = logging.getLogger(__name__)


def work(importables: Importables, *, forever: bool = True) -> None:
    """Takes up imports as they come; with `forever` false returns when there is none.

    A database that is away is waited for.
    """
    while True:
        try:
            with keeper() as kept:
                _work(kept, importables=importables, forever=forever)
        except (psycopg.OperationalError, OperationalError, InterfaceError) as error:
            if not forever:
                raise
            logger.warning("the database is away, trying again in %.0f s: %s", PAUSE_SECONDS, error)
            connection.close()
            time.sleep(PAUSE_SECONDS)
        else:
            return


def _work(kept: Keeper, *, importables: Importables, forever: bool) -> None:
    clear_at = 0.0
    while True:
        identity = kept.take()
        if identity is not None:
            _take_up(identity, importables=importables, keeper=kept)
        elif not forever:
            return
        else:
            if time.monotonic() >= clear_at:
                clear_at = time.monotonic() + CLEARED_EVERY_SECONDS
                Import.objects.filter(finished_at__lt=timezone.now() - REPORTS_KEPT_FOR).delete()
                connection.close()
            kept.wait(seconds=LOOK_AGAIN_SECONDS)


def _take_up(identity: UUID, *, importables: Importables, keeper: Keeper) -> None:
    import_ = Import.objects.select_related("user", "token__user").get(pk=identity)
    try:
        if import_.resource not in importables:
            fail(import_, detail=f"There is no import of {import_.resource} any more.")
        else:
            run(import_, importable=importables[import_.resource], keeper=keeper)
    except (psycopg.OperationalError, OperationalError, InterfaceError):
        # It is taken up again, and no worker died of it.
        raise
    except Exception:
        logger.exception("an import failed: %s", identity)
        fail(import_, detail="Something went wrong on our side.")
    except BaseException:
        # Told to stop: that is no death.
        Import.objects.filter(pk=identity, attempts__gt=0).update(attempts=F("attempts") - 1)
        raise
    finally:
        _release(keeper, identity)


def _release(kept: Keeper, identity: UUID) -> None:
    kept.release(identity)
    connection.close()
