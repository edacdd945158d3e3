"""One click, one revision: runs a change inside a revision of its own and turns refusals into words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db import DataError, IntegrityError, OperationalError
from psycopg.errors import LockNotAvailable

from greenapi.ledger.models import ChangeClass
from greenapi.ledger.recording import RecordError
from greenapi.ledger.revisions import WriterBusyError, anything_changed, revision

from .refusals import Busy, Refusal, explain_database_error

R = TypeVar("R")


@dataclass(frozen=True, kw_only=True)
class Saved(Generic[R]):
    """What was saved, and the number of the revision; None when nothing was changed and so none was made."""

    result: R
    number: int | None


def save(
    work: Callable[[], R],
    *,
    actor: str,
    reason: str,
    change_class: str,
    refusals: tuple[type[ValueError], ...] = (),
    words: Mapping[str, str],
) -> Saved[R]:
    """Does the work inside one revision, all or nothing.

    Raises:
        Busy: somebody else is writing.
        Refusal: a value is refused, a constraint is not met, or `work` raised one of
            `refusals`.
    """
    try:
        with revision(actor=actor, reason=reason, change_class=ChangeClass(change_class)) as opened:
            result = work()
            number = opened.number if anything_changed() else None
    except WriterBusyError as error:
        raise Busy from error
    except OperationalError as error:
        # The ledger was free, but somebody beside it holds a row: a maintenance statement, or a person at psql.
        if not isinstance(error.__cause__, LockNotAvailable):
            raise
        raise Busy from error
    except RecordError as error:
        raise Refusal(f"{error.message[:1].upper()}{error.message[1:]}.", field=error.field) from error
    except (IntegrityError, DataError) as error:
        raise explain_database_error(error, words=words) from error
    except refusals as error:
        raise Refusal(f"{str(error)[:1].upper()}{str(error)[1:]}.") from error
    return Saved(result=result, number=number)
